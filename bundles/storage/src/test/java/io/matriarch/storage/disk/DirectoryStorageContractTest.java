package io.matriarch.storage.disk;

import io.matriarch.storage.StorageContract;
import io.matriarch.storage.api.Storage;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStorageContractTest extends StorageContract {
    @TempDir Path root;

    @Override
    protected Storage open() {
        return new DirectoryStorage(root);
    }
}
