package io.matriarch.backup.wal.push;

import static io.matriarch.backup.wal.Cluster.content;
import static io.matriarch.backup.wal.Cluster.name;
import static io.matriarch.backup.wal.Cluster.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.wal.Cluster;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.backup.wal.core.Answer;
import io.matriarch.storage.api.StorageException.Fault;
import io.matriarch.storage.memory.MemoryBucket;
import io.matriarch.storage.memory.MemoryStorage;
import io.matriarch.storage.memory.Step;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Histories of one archive: agents are killed after any number of steps, requests fail, answers are
 * lost, and PostgreSQL asks again. A seed is the whole bug report: {@code -Dwal.seed=N}.
 */
@Tag("long")
@DisplayName("Whenever the agent is killed while it archives")
class KillPointsTest {
    private static final int FILES = 6;
    private static final int KILLS = 6;

    @TempDir Path directory;

    static LongStream seeds() {
        Long one = Long.getLong("wal.seed");
        return one == null
                ? LongStream.concat(LongStream.range(0, 30), new Random().longs(20).map(Math::abs))
                : LongStream.of(one);
    }

    /** What survives: the bucket, and what PostgreSQL was told. */
    private final class History {
        final Random random;
        final Optional<Passphrase> pass;
        final MemoryBucket bucket = new MemoryBucket();
        final Cluster cluster;
        final List<String> waiting = new ArrayList<>();
        final List<String> told = new ArrayList<>();

        History(long seed) throws Exception {
            random = new Random(seed);
            pass = random.nextBoolean() ? Optional.of(new Passphrase("p")) : Optional.empty();
            cluster = new Cluster(directory.resolve("data" + seed));
            Cluster.create(new MemoryStorage(bucket), pass);
            for (int i = 1; i <= FILES; i++) ready(name(i));
            ready("00000002.history");
        }

        private void ready(String name) throws Exception {
            cluster.ready(name, expected(name));
            waiting.add(name);
        }

        /** One life of an agent; true if it was killed. */
        boolean live(long stepsToLive) throws Exception {
            var storage = new MemoryStorage(bucket);
            misfortune(storage);
            storage.faults().killAfter(stepsToLive);
            var compression = random.nextInt(4) == 0 ? Compression.LZ4 : Compression.ZST;
            try (var archiver =
                    new Archiver(
                            List.of(Cluster.archive("repo1", storage, true, pass)),
                            compression,
                            compression.defaultLevel(),
                            1 + random.nextInt(3),
                            () -> Instant.EPOCH)) {
                for (int tries = 0; tries < 40 && !waiting.isEmpty(); tries++) {
                    String next =
                            waiting.contains("00000002.history")
                                    ? "00000002.history"
                                    : waiting.getFirst();
                    var answer = archiver.push(cluster.wal.resolve(next)).get(60, TimeUnit.SECONDS);
                    if (answer instanceof Answer.Done) {
                        waiting.remove(next);
                        told.add(next);
                        cluster.done(next);
                    } else if (answer.line().contains("it is a defect")) return true; // killed
                }
            }
            return false;
        }

        private void misfortune(MemoryStorage storage) {
            var steps =
                    List.of(
                            Step.LIST,
                            Step.READ,
                            Step.BEGIN,
                            Step.APPEND,
                            Step.COMMIT,
                            Step.PUT_IF_ABSENT);
            for (int i = random.nextInt(4); i > 0; i--) {
                var step = steps.get(random.nextInt(steps.size()));
                if (random.nextInt(3) == 0) storage.faults().loseAnswer(step, _ -> true);
                else storage.faults().fail(step, _ -> true, Fault.UNREACHABLE, 1);
            }
        }
    }

    private static byte[] expected(String name) {
        return name.endsWith(".history") ? "1\t0/700000\tno\n".getBytes() : content(name, 1);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @DisplayName(
            "nothing that PostgreSQL was told is missing or damaged, and the rest comes in later")
    void nothingIsLost(long seed) throws Exception {
        var history = new History(seed);
        for (int i = 0; i < KILLS && !history.waiting.isEmpty(); i++) {
            history.live(history.random.nextInt(60));
            whole(history, history.told);
        }
        for (int i = 0; i < 5 && !history.waiting.isEmpty(); i++) history.live(Long.MAX_VALUE / 2);
        assertThat(history.waiting).as("archived in the end").isEmpty();
        assertThat(history.told).hasSize(FILES + 1);
        whole(history, history.told);
    }

    private static void whole(History history, List<String> names) throws Exception {
        RepositoryArchive archive =
                Cluster.archive("repo1", new MemoryStorage(history.bucket), true, history.pass);
        for (String name : names)
            assertThat(stored(archive, name))
                    .as(name)
                    .hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(expected(name)));
    }
}
