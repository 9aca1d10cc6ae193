package io.matriarch.storage.api;

import org.osgi.annotation.versioning.ProviderType;

/** Opens storages. */
@ProviderType
public interface Storages {
    /**
     * Opens without a call to the network or a write: a wrong place shows at the first use.
     *
     * @return the caller's to close
     * @throws StorageException the location itself makes no sense: a CA file that cannot be read
     */
    default Storage open(Location location) throws StorageException {
        return open(location, RequestListener.NONE);
    }

    /**
     * As {@link #open(Location)}.
     *
     * @param requests is told of what it costs
     */
    Storage open(Location location, RequestListener requests) throws StorageException;
}
