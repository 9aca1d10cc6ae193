package io.matriarch.storage.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.storage.api.RequestListener;
import io.matriarch.storage.api.Storage;
import io.matriarch.storage.api.StorageException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
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

    /** What a listener is told of the clock while files come to be with this time of their own. */
    private List<Duration> clocks(Instant stamp, int files) throws StorageException {
        var told = new ArrayList<Duration>();
        var listener =
                new RequestListener() {
                    @Override
                    public void answered(String operation, String code, Duration took) {}

                    @Override
                    public void clock(Duration offset) {
                        told.add(offset);
                    }
                };
        var clock = new ServerClock(new DirectoryStorage(root), listener);
        for (int i = 0; i < files; i++) {
            Instant before = Instant.now();
            new DirectoryStorage(root).put("f" + i, new byte[1]);
            if (!stamp.equals(Instant.MAX))
                assertThat(root.resolve("f" + i).toFile().setLastModified(stamp.toEpochMilli()))
                        .isTrue();
            clock.written("f" + i, before);
        }
        return told;
    }

    @Test
    @DisplayName("tells of the clock that stamps its files: none here, and only now and then")
    void clock() throws Exception {
        assertThat(clocks(Instant.MAX, 3)).containsExactly(Duration.ZERO);
        Instant ahead = Instant.now().plus(Duration.ofHours(2));
        assertThat(clocks(ahead, 1).getFirst())
                .isBetween(Duration.ofMinutes(90), Duration.ofHours(2));
        assertThat(clocks(Instant.now().minus(Duration.ofHours(2)), 1).getFirst()).isNegative();
    }

    @Test
    @DisplayName("tells of it by what is put there and what is uploaded")
    void clockOfWrites() throws Exception {
        for (boolean upload : List.of(true, false)) {
            var told = new ArrayList<Duration>();
            var storage =
                    new CountedStorage(
                            new DirectoryStorage(root),
                            new RequestListener() {
                                @Override
                                public void answered(String operation, String code, Duration t) {}

                                @Override
                                public void clock(Duration offset) {
                                    told.add(offset);
                                }
                            });
            if (upload)
                try (var file = storage.write("u")) {
                    file.write(ByteBuffer.wrap(new byte[10]));
                    file.commit();
                }
            else storage.put("p", new byte[1]);
            assertThat(told).containsExactly(Duration.ZERO);
        }
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
