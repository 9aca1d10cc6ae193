package io.matriarch.access.api;

import java.time.Instant;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Who asked this member to change what, and what came of it. */
@ProviderType
public interface AuditLog {
    /**
     * Writes it down; it is on disk when this returns. What cannot be written is told to the log,
     * and is no reason not to do what was asked.
     */
    void add(AuditEntry entry);

    /** Entries since then, oldest first; of many, the newest 1,000. */
    List<AuditEntry> since(Instant since);
}
