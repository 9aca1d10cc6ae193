package io.matriarch.backup.verify;

import io.matriarch.backup.format.Label;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a verification found.
 *
 * @param damages the first thousand of them
 * @param damageCount how many there are
 * @param damaged backups that cannot be restored as they are, with the first reason
 * @param sound backups that can
 * @param files how many were read
 * @param segments of WAL that were read
 * @param bytes read from the repository
 */
public record VerifyReport(
        List<Damage> damages,
        long damageCount,
        Map<Label, String> damaged,
        Set<Label> sound,
        long files,
        long segments,
        long bytes) {
    public VerifyReport {
        damages = List.copyOf(damages);
        damaged = Map.copyOf(damaged);
        sound = Set.copyOf(sound);
    }

    public boolean isClean() {
        return damageCount == 0;
    }
}
