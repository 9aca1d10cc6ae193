package io.matriarch.storage.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.storage.api.Storage;
import io.matriarch.storage.api.StorageException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A directory whose calls are counted")
class CountedStorageTest {
    @TempDir Path root;
    private final List<String> answered = new ArrayList<>();

    private Storage storage(Path at) {
        return new CountedStorage(
                new DirectoryStorage(at),
                (operation, code, took) -> {
                    assertThat(took).isPositive();
                    answered.add(operation + " " + code);
                });
    }

    @Test
    @DisplayName("tells of each, of a file written once, when it is there")
    void told() throws Exception {
        var storage = storage(root);
        try (var upload = storage.write("d/a")) {
            upload.write(ByteBuffer.wrap(new byte[10]));
            upload.write(ByteBuffer.wrap(new byte[10]));
            assertThat(answered).isEmpty();
            upload.commit();
        }
        storage.put("b", new byte[1]);
        storage.stat("b");
        storage.list("d");
        storage.read("d/a").close();
        storage.delete(List.of("b"));
        storage.sweep(Instant.EPOCH);
        assertThat(answered)
                .containsExactly(
                        "write ok",
                        "write ok",
                        "stat ok",
                        "list ok",
                        "read ok",
                        "delete ok",
                        "delete ok");
    }

    @Test
    @DisplayName("tells what a call failed of, and passes the failure on")
    void failures() {
        var gone = storage(root.resolve("gone"));
        assertThatThrownBy(() -> gone.list("")).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> gone.put("a", new byte[1])).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> storage(root).read("a")).isInstanceOf(StorageException.class);
        assertThat(answered)
                .containsExactly("list unreachable", "write unreachable", "read not_found");
    }
}
