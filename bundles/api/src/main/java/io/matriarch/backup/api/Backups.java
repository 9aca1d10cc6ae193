package io.matriarch.backup.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** What lies in this cluster's repositories. It is there as long as one is configured. */
@ProviderType
public interface Backups {
    /**
     * Looks into every repository, in the order of the configuration; takes as long as their
     * servers do. One that cannot be looked into is an entry of the answer, not an exception.
     */
    List<RepositoryStatus> repositories();

    /** What the retention of each repository would remove now; removes nothing. */
    List<ExpiryPreview> expiry();
}
