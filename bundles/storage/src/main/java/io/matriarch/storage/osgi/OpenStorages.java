package io.matriarch.storage.osgi;

import io.matriarch.storage.api.Location;
import io.matriarch.storage.api.Storage;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.Storages;
import io.matriarch.storage.disk.DirectoryStorage;
import io.matriarch.storage.s3.S3Storage;
import org.osgi.service.component.annotations.Component;

/** Opens a directory or a bucket. */
@Component
public final class OpenStorages implements Storages {
    @Override
    public Storage open(Location location) throws StorageException {
        return switch (location) {
            case Location.Directory(var path) -> new DirectoryStorage(path);
            case Location.S3 s3 -> new S3Storage(s3);
        };
    }
}
