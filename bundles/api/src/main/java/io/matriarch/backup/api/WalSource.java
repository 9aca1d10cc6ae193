package io.matriarch.backup.api;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Where WAL missing in an archive may still be had. Each member offers what lies in its {@code
 * pg_wal}, and whoever can reach the other members offers theirs; all that are registered are
 * asked.
 */
@ConsumerType
public interface WalSource {
    /**
     * The service property that marks the source of this member's own {@code pg_wal}: {@code true}.
     */
    String LOCAL = "io.matriarch.wal.local";

    /** For messages: the member's name. */
    String name();

    /**
     * Which of these segments it has whole.
     *
     * @param names 24 hexadecimal digits each, or a timeline's {@code .history} file
     */
    Set<String> having(Collection<String> names) throws IOException;

    /** The plain content of one of them. Whoever stores it checks it before. */
    InputStream open(String name) throws IOException;
}
