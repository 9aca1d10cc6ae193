package io.matriarch.backup.api;

import java.time.Instant;
import java.util.List;

/**
 * What a comparison of the archive with what restores need has found.
 *
 * @param gaps what is missing after healing
 * @param healed names of files that were missing, found at a member or in another repository, and
 *     stored
 * @param trouble repositories that could not be looked at, one message each
 */
public record WalCheck(Instant at, List<WalGap> gaps, List<String> healed, List<String> trouble) {
    public WalCheck {
        gaps = List.copyOf(gaps);
        healed = List.copyOf(healed);
        trouble = List.copyOf(trouble);
    }

    /** Nothing missing, and everything was looked at. */
    public boolean whole() {
        return gaps.isEmpty() && trouble.isEmpty();
    }
}
