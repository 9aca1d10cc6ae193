package io.matriarch.storage.osgi;

import io.matriarch.storage.api.Location;
import io.matriarch.storage.api.RequestListener;
import io.matriarch.storage.api.Storage;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.Storages;
import io.matriarch.storage.disk.CountedStorage;
import io.matriarch.storage.disk.DirectoryStorage;
import io.matriarch.storage.s3.S3Storage;
import org.osgi.service.component.annotations.Component;

/** Opens a directory or a bucket. */
@Component
public final class OpenStorages implements Storages {
    @Override
    public Storage open(Location location, RequestListener requests) throws StorageException {
        return switch (location) {
            case Location.Directory(var path) ->
                    requests == RequestListener.NONE
                            ? new DirectoryStorage(path)
                            : new CountedStorage(new DirectoryStorage(path), requests);
            case Location.S3 s3 -> new S3Storage(s3, requests);
        };
    }
}
