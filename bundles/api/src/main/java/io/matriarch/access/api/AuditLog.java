package io.matriarch.access.api;

import java.time.Instant;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Who asked this member to change what, and what came of it. */
@ProviderType
public interface AuditLog {
    /** Entries since then, oldest first; of many, the newest 1,000. */
    List<AuditEntry> since(Instant since);
}
