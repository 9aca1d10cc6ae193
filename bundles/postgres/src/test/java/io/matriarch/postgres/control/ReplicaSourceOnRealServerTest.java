package io.matriarch.postgres.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.api.SystemId;
import io.matriarch.postgres.api.Progress;
import io.matriarch.postgres.api.ReplicaSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
@DisplayName("A replica")
class ReplicaSourceOnRealServerTest {
    private static final long BIG = 10L << 30;

    @BeforeAll
    static void needsPostgres() throws IOException {
        TestNode.assumePostgres();
    }

    /** Stands for a repository: its backup is a copy of the member. */
    private static final class Backup implements ReplicaSource {
        private final TestNode of;
        private final Optional<Offer> offer;
        private final boolean broken;
        private final List<String> built = new ArrayList<>();

        Backup(TestNode of, Optional<Offer> offer, boolean broken) {
            this.of = of;
            this.offer = offer;
            this.broken = broken;
        }

        @Override
        public Optional<Offer> offer(SystemId systemId, int timeline) {
            assertThat(systemId.value()).hasSizeGreaterThan(15);
            assertThat(timeline).isEqualTo(1);
            return offer;
        }

        @Override
        public void build(
                SystemId systemId, int timeline, Path directory, Consumer<Progress> progress)
                throws MatriarchException {
            built.add(directory.getFileName().toString());
            try {
                copy(directory);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            if (broken)
                throw new MatriarchException(Code.REPOSITORY, "a file is damaged", "verify it");
        }

        private void copy(Path directory) throws IOException, InterruptedException {
            var binaries = new Binaries(of.settings, new Programs(of.runAs));
            try {
                var command =
                        of.runAs.wrap(
                                List.of(
                                        binaries.program("pg_basebackup").toString(),
                                        "--pgdata=" + directory,
                                        "--checkpoint=fast",
                                        "--dbname=host=127.0.0.1 port=%d user=replicator password=rep:pass"
                                                .formatted(of.settings.port())));
                var process = new ProcessBuilder(command).inheritIO().start();
                assertThat(process.waitFor()).isZero();
            } catch (MatriarchException e) {
                throw new IOException(e);
            }
        }
    }

    private static Optional<ReplicaSource.Offer> offer(long bytes, long walBytes) {
        return Optional.of(
                new ReplicaSource.Offer("backup X of repo1", bytes, walBytes, Duration.ZERO));
    }

    /** Clones and follows; what pg_basebackup of our own told is returned. */
    private static List<String> clone(TestNode a, Backup backup) throws Exception {
        try (var b = TestNode.of("node-b")) {
            b.server.close();
            b.server = new LocalServer(b.settings, b.runAs, () -> Optional.of(backup));
            a.server.createPhysicalSlot(b.settings.name().slotName());
            b.server.configure(java.util.Map.of());
            var steps = new ArrayList<String>();
            b.server.cloneFrom(a.asUpstream(), progress -> steps.add(progress.step()));
            b.server.startStandby(Optional.of(a.asUpstream()), TestNode.LONG);
            b.await("streaming", TestNode::streaming);
            assertThat(b.root.resolve("data.incoming")).doesNotExist();
            return steps;
        }
    }

    @Test
    @DisplayName("comes out of a backup where that is cheaper, and follows the member")
    void fromBackup() throws Exception {
        try (var a = TestNode.bootstrapped("node-a")) {
            a.needs("pg_basebackup");
            var backup = new Backup(a, offer(BIG, BIG / 10), false);
            assertThat(clone(a, backup)).doesNotContain("pg_basebackup");
            assertThat(backup.built).containsExactly("data.incoming");
        }
    }

    @Test
    @DisplayName("is a copy of the member where no backup fits, or the copy is cheaper")
    void fromMember() throws Exception {
        try (var a = TestNode.bootstrapped("node-a")) {
            a.needs("pg_basebackup");
            for (var offer :
                    List.of(
                            Optional.<ReplicaSource.Offer>empty(),
                            offer(1 << 20, 0),
                            offer(BIG, BIG))) {
                var backup = new Backup(a, offer, false);
                assertThat(clone(a, backup)).contains("pg_basebackup");
                assertThat(backup.built).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("is a copy of the member when the backup comes to nothing")
    void brokenBackup() throws Exception {
        try (var a = TestNode.bootstrapped("node-a")) {
            a.needs("pg_basebackup");
            var backup = new Backup(a, offer(BIG, 0), true);
            assertThat(clone(a, backup)).contains("pg_basebackup");
            assertThat(backup.built).hasSize(1);
        }
    }
}
