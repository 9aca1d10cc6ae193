package io.matriarch.storage.s3;

import io.matriarch.storage.StorageContract;
import io.matriarch.storage.api.Location;
import io.matriarch.storage.api.Storage;

/** The contract on a bucket: several parts, several pages. */
abstract class S3StorageContract extends StorageContract {
    abstract Location.S3 location();

    @Override
    protected Storage open() throws Exception {
        return new S3Storage(location());
    }

    @Override
    protected int severalPartsBytes() {
        return 4 * (5 << 20) + 12_345;
    }

    @Override
    protected int severalPages() {
        return 1100;
    }
}
