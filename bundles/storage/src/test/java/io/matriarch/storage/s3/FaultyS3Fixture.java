package io.matriarch.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.storage.api.Location.Credentials;
import io.matriarch.storage.api.Location.Encryption;
import io.matriarch.storage.api.Location.S3;
import io.matriarch.storage.api.Location.Transfer;
import io.matriarch.storage.api.RequestListener;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.s3.FaultyS3.Response;
import io.matriarch.storage.s3.FaultyS3.Trouble;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A repository in an S3 server that does what a test tells it. */
abstract class FaultyS3Fixture {
    static final int PART = 5 << 20;
    static final byte[] SMALL = "content".getBytes();
    static final Trouble BUSY = new Trouble.Answer(Response.error(503, "SlowDown", ""));

    FaultyS3 server;
    S3Storage storage;
    final List<String> answered = new CopyOnWriteArrayList<>();
    final List<Duration> clocks = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws Exception {
        server = new FaultyS3();
        storage = open(Duration.ofSeconds(60));
    }

    @AfterEach
    void stop() throws IOException {
        storage.close();
        server.close();
    }

    S3Storage open(Duration deadline) throws StorageException {
        return new S3Storage(
                new S3(
                        "backups",
                        "r",
                        Optional.of(server.endpoint()),
                        "us-east-1",
                        true,
                        Optional.empty(),
                        new Credentials.Keys("key", "secret", Optional.empty()),
                        new Encryption.None(),
                        Optional.empty(),
                        Map.of(),
                        new Transfer(deadline, PART, 3)),
                new RequestListener() {
                    @Override
                    public void answered(String operation, String code, Duration took) {
                        answered.add(operation + " " + code);
                    }

                    @Override
                    public void clock(Duration offset) {
                        clocks.add(offset);
                    }
                });
    }

    void giveUpAfter(Duration deadline) throws StorageException {
        storage.close();
        storage = open(deadline);
    }

    static StorageException failure(ThrowingCallable call) {
        var failure = catchThrowableOfType(StorageException.class, call);
        assertThat(failure).as("a StorageException").isNotNull();
        assertThat(failure.hint()).isNotBlank();
        return failure;
    }

    static byte[] random(int size) {
        var bytes = new byte[size];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    byte[] read(String path) throws Exception {
        try (var in = storage.read(path)) {
            return in.readAllBytes();
        }
    }

    StorageException readFailure(String path) {
        var failure = catchThrowableOfType(IOException.class, () -> read(path));
        assertThat(failure).as("an IOException").hasCauseInstanceOf(StorageException.class);
        return (StorageException) failure.getCause();
    }

    void upload(String path, byte[] content) throws StorageException {
        try (var upload = storage.write(path)) {
            upload.write(ByteBuffer.wrap(content));
            upload.commit();
        }
    }
}
