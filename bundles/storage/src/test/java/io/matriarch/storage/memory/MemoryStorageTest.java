package io.matriarch.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.storage.StorageContract;
import io.matriarch.storage.api.Storage;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MemoryStorageTest {
    private final MemoryBucket bucket = new MemoryBucket();
    private final MemoryStorage storage = new MemoryStorage(bucket);

    private static Fault faultOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(StorageException.class, call).fault();
    }

    @Nested
    class Contract extends StorageContract {
        @Override
        protected Storage open() {
            return new MemoryStorage(bucket);
        }
    }

    @Test
    @DisplayName("a wanted fault comes as often as wanted, and nothing is done")
    void fails() throws Exception {
        storage.faults().fail(Step.PUT, "a"::equals, Fault.UNREACHABLE, 2);
        storage.put("b", new byte[1]);
        assertThat(faultOf(() -> storage.put("a", new byte[1]))).isEqualTo(Fault.UNREACHABLE);
        assertThat(faultOf(() -> storage.put("a", new byte[1]))).isEqualTo(Fault.UNREACHABLE);
        assertThat(bucket.paths()).containsExactly("b");
        storage.put("a", new byte[1]);
        assertThat(bucket.paths()).containsExactly("a", "b");
    }

    @Test
    @DisplayName("a lost answer looks like a failure, but the file is there")
    void losesAnswers() {
        storage.faults().loseAnswer(Step.PUT_IF_ABSENT, path -> true);
        assertThat(faultOf(() -> storage.putIfAbsent("a", new byte[1])))
                .isEqualTo(Fault.UNREACHABLE);
        assertThat(bucket.paths()).containsExactly("a");
    }

    @Test
    @DisplayName("a killed client does nothing more; what it had committed is there for the next")
    void kills() throws Exception {
        storage.put("first", new byte[1]);
        var upload = storage.write("second");
        storage.faults().killAfter(1);
        upload.write(ByteBuffer.wrap(new byte[5]));
        assertThatThrownBy(upload::commit).isInstanceOf(Faults.Killed.class);
        assertThatThrownBy(() -> storage.stat("first")).isInstanceOf(Faults.Killed.class);
        var next = new MemoryStorage(bucket);
        assertThat(next.stat("first")).isPresent();
        assertThat(next.stat("second")).isEmpty();
    }

    @Test
    @DisplayName("a full bucket, an unreachable one and a breaking read are told as such")
    void otherFaults() throws Exception {
        bucket.limitTo(10);
        storage.put("a", new byte[8]);
        assertThat(faultOf(() -> storage.put("b", new byte[3]))).isEqualTo(Fault.FULL);
        storage.faults().breakReadsAfter(5);
        try (var in = storage.read("a")) {
            assertThat(in.readNBytes(5)).hasSize(5);
            assertThatThrownBy(in::read)
                    .isInstanceOf(IOException.class)
                    .hasCauseInstanceOf(StorageException.class);
        }
        storage.faults().unreachable(true);
        assertThat(faultOf(() -> storage.stat("a"))).isEqualTo(Fault.UNREACHABLE);
        storage.faults().unreachable(false);
        assertThat(storage.stat("a")).isPresent();
    }

    @Test
    @DisplayName("damage is as it was asked for")
    void damage() throws Exception {
        storage.put("a", new byte[] {1, 2, 3});
        bucket.flipByte("a", 1);
        assertThat(bucket.content("a")).containsExactly(1, ~2, 3);
        bucket.truncate("a", 2);
        assertThat(bucket.content("a")).containsExactly(1, ~2);
        bucket.lose("a");
        assertThat(storage.stat("a")).isEmpty();
    }
}
