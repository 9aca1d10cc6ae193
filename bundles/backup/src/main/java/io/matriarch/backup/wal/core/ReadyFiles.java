package io.matriarch.backup.wal.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * What waits in {@code pg_wal/archive_status}, in the order PostgreSQL asks: timeline histories
 * first, then by name ({@code ready_file_comparator()} in src/backend/postmaster/pgarch.c).
 *
 * @param names without {@code .ready}, in that order
 */
public record ReadyFiles(List<String> names) {
    public static final String SUFFIX = ".ready";

    private static final String HISTORY = ".history";
    public static final Comparator<String> ORDER =
            Comparator.comparing((String name) -> !name.endsWith(HISTORY))
                    .thenComparing(Comparator.naturalOrder());

    public ReadyFiles {
        names = List.copyOf(names);
    }

    /**
     * @param files whatever lies in the folder
     */
    public static ReadyFiles of(Collection<String> files) {
        var names = new ArrayList<String>();
        for (String file : files)
            if (file.endsWith(SUFFIX))
                names.add(file.substring(0, file.length() - SUFFIX.length()));
        names.sort(ORDER);
        return new ReadyFiles(names);
    }

    /**
     * What to store although PostgreSQL has not asked for it yet.
     *
     * @param taken names under way, done or not to be tried
     * @param count at most so many
     */
    public List<String> next(Set<String> taken, int count) {
        return names.stream().filter(name -> !taken.contains(name)).limit(count).toList();
    }
}
