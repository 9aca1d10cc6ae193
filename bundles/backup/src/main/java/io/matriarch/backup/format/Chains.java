package io.matriarch.backup.format;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which backups build on which. */
public final class Chains {
    private final Map<Label, BackupEntry> byLabel = new HashMap<>();

    public Chains(Collection<BackupEntry> backups) {
        for (var backup : backups) byLabel.put(backup.label(), backup);
    }

    /**
     * The backup and all it builds on, newest first. What a file of it may lie in is among them.
     *
     * @return not listed ones are left out
     */
    public List<Label> chain(Label label) {
        var chain = new LinkedHashSet<Label>();
        var next = byLabel.get(label);
        while (next != null && chain.add(next.label()))
            next = next.prior().map(byLabel::get).orElse(null);
        return List.copyOf(chain);
    }

    /** Whether all it builds on is listed. */
    public boolean isWhole(Label label) {
        var chain = chain(label);
        return !chain.isEmpty() && chain.getLast().isFull();
    }

    /** The backups and all that build on them, newest first: the order to remove them in. */
    public List<Label> withDependants(Collection<Label> labels) {
        Set<Label> gone = new TreeSet<>(labels);
        for (boolean more = true; more; ) {
            var found = new ArrayList<Label>();
            for (var backup : byLabel.values())
                if (!gone.contains(backup.label())
                        && backup.prior().filter(gone::contains).isPresent())
                    found.add(backup.label());
            more = gone.addAll(found);
        }
        return new ArrayList<>(gone).reversed();
    }
}
