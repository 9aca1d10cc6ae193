package io.matriarch.backup.wal.check;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Set;

/** A member whose {@code pg_wal} may still have what an archive lacks. */
public interface WalSource {
    /** For messages: the member's name. */
    String name();

    /**
     * Which of these files it has whole.
     *
     * @param names of segments, 24 hexadecimal digits each, or of timelines' {@code .history} files
     */
    Set<String> having(Collection<String> names) throws IOException;

    /** The plain content of one of them. Whoever stores it checks it before. */
    InputStream open(String name) throws IOException;
}
