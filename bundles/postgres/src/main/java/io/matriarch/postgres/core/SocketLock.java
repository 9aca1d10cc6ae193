package io.matriarch.postgres.core;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The lock file beside a server's Unix socket, {@code .s.PGSQL.PORT.lock}: pid, data directory and
 * more, a line each. A server that was killed leaves it, and the next one starts only if nobody has
 * the pid.
 */
public final class SocketLock {
    private static final Pattern NAMED =
            Pattern.compile("(/[^\"'\\n]*/\\.s\\.PGSQL\\.\\d+\\.lock)");

    private SocketLock() {}

    /**
     * The lock files a server that did not start complains of. Looked for by name, because the
     * words around it are in the server's language.
     */
    public static Set<Path> namedIn(String logTail) {
        var found = new LinkedHashSet<Path>();
        NAMED.matcher(logTail).results().forEach(r -> found.add(Path.of(r.group(1))));
        return found;
    }

    /** Whether the lock was taken by a server of that data directory. */
    public static boolean isOf(String content, Path dataDir) {
        List<String> lines = content.lines().toList();
        return lines.size() > 1 && Path.of(lines.get(1).strip()).equals(dataDir);
    }
}
