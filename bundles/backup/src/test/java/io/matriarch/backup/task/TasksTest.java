package io.matriarch.backup.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.Sha1;
import io.matriarch.backup.expire.core.Retention;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.format.Entries;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.ManifestWriter;
import io.matriarch.backup.format.Samples;
import io.matriarch.backup.info.RepositoryLook;
import io.matriarch.backup.repository.Notes;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.repository.Verified;
import io.matriarch.backup.wal.Cluster;
import io.matriarch.schedule.api.JobProgress;
import io.matriarch.storage.disk.DirectoryStorage;
import io.matriarch.storage.memory.MemoryBucket;
import io.matriarch.storage.memory.MemoryStorage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What the cluster's schedules run")
class TasksTest {
    private static final Instant NOW = Instant.parse("2026-11-30T00:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);

    private final MemoryBucket bucket = new MemoryBucket();
    private final MemoryStorage storage = new MemoryStorage(bucket);
    private final Stanza stanza = new Repository("repo1", storage, Optional.empty()).stanza("main");

    @Nested
    @DisplayName("verify")
    class Verifying {
        private static final String FULL = "20261123-014620F";
        private static final String INCR = "20261123-014620F_20261123-014621I";

        @TempDir private Path work;

        /** The sample of stock: what of it is in bundles, and the WAL it needs. */
        private void sample() throws Exception {
            storage.put("archive/main/archive.info", Samples.bytes("plain-zst/archive.info"));
            storage.put("backup/main/backup.info", Samples.bytes("bundle-block-zst/backup.info"));
            for (String label : List.of(FULL, INCR)) {
                var whole = Samples.manifest("bundle-block-zst/" + label + ".backup.manifest");
                var out = new ByteArrayOutputStream();
                var writer = new ManifestWriter(out, whole.manifest());
                for (var file : whole.files())
                    if (file.stored().isBundled() || file.size() == 0) writer.file(file);
                writer.finish();
                storage.put("backup/main/" + label + "/backup.manifest", out.toByteArray());
            }
            for (String bundle :
                    List.of(FULL + ".bundle-1", FULL + ".bundle-2", INCR + ".bundle-1"))
                storage.put(
                        "backup/main/" + bundle.replace(".bundle-", "/bundle/"),
                        Samples.bytes("bundle-block-zst/" + bundle));
            for (int number = 0xA7; number <= 0xAA; number++) {
                String name = "0000000100000000%08X".formatted(number);
                byte[] wal = Cluster.content(name, 1);
                storage.put("archive/main/17-1/0000000100000000/" + name + "-" + Sha1.of(wal), wal);
            }
        }

        private final Map<String, JobProgress> told = new ConcurrentHashMap<>();

        private String verify() throws MatriarchException, InterruptedException {
            return new Verify(2, work, CLOCK).run(stanza, told::put);
        }

        @Test
        @DisplayName("notes beside each backup that it is sound, and the list shows it")
        void sound() throws Exception {
            sample();
            assertThat(verify()).contains("repo1: 2 backups are sound");
            assertThat(told.keySet())
                    .anySatisfy(text -> assertThat(text).startsWith("repo1: verifies WAL, 100 %"));
            assertThat(told.values())
                    .allSatisfy(now -> assertThat(now.repository()).isEqualTo("repo1"))
                    .anySatisfy(now -> {
                        assertThat(now.phase()).isEqualTo("verifying_wal");
                        assertThat(now.filesDone()).isEqualTo(4);
                        assertThat(now.files()).isEqualTo(4);
                        assertThat(now.bytesDone()).isEqualTo(now.bytes());
                    });
            assertThat(Verified.all(stanza, Notes.VERIFIED))
                    .containsOnlyKeys(new Label(FULL), new Label(INCR))
                    .containsEntry(new Label(FULL), new Verified(NOW, true, ""));
            assertThat(Verified.damaged(stanza)).isEmpty();
            assertThat(RepositoryLook.at(stanza, true, CLOCK).backups())
                    .allSatisfy(
                            backup -> assertThat(backup.verified().orElseThrow().sound()).isTrue());
        }

        @Test
        @DisplayName("fails on one flipped byte, names the file, and notes who suffers")
        void damaged() throws Exception {
            sample();
            bucket.flipByte("backup/main/" + INCR + "/bundle/1", 40);
            var failure = catchThrowableOfType(MatriarchException.class, this::verify);
            assertThat(failure.code()).isEqualTo(Code.REPOSITORY);
            assertThat(failure)
                    .hasMessageContaining("1 of 2 backups cannot be restored")
                    .hasMessageContaining(INCR + "/bundle/1");
            assertThat(failure.hint()).contains("full backup now");
            assertThat(Verified.damaged(stanza)).containsExactly(new Label(INCR));
            var incr = RepositoryLook.at(stanza, true, CLOCK).backups().getLast();
            assertThat(incr.verified().orElseThrow().sound()).isFalse();
            assertThat(incr.verified().orElseThrow().why()).isNotBlank();
        }

        @Test
        @DisplayName("concludes nothing while the repository is away")
        void away() throws Exception {
            sample();
            verify();
            storage.faults().unreachable(true);
            assertThat(catchThrowableOfType(MatriarchException.class, this::verify).code())
                    .isEqualTo(Code.STORAGE_UNREACHABLE);
            storage.faults().unreachable(false);
            assertThat(Verified.damaged(stanza)).isEmpty();
        }

        @Test
        @DisplayName("takes a note that is none of ours for none")
        void foreignNotes() throws Exception {
            sample();
            new Notes(stanza).write(new Label(FULL), Notes.VERIFIED, "{\"sound\":\"maybe\"}");
            new Notes(stanza).write(new Label(INCR), Notes.VERIFIED, "nonsense");
            assertThat(Verified.all(stanza, Notes.VERIFIED)).isEmpty();
        }
    }

    @Nested
    @DisplayName("expire")
    class Expiring {
        private static final String OLD = "20261101-000000F";
        private static final String NEW = "20261110-000000F";
        private static final Retention ONE_FULL =
                new Retention(
                        new Retention.Full.Count(1),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        BackupType.FULL,
                        OptionalInt.of(0));

        private void backups() throws Exception {
            stanza.create(Entries.PG17, new SecureRandom());
            for (String label : List.of(OLD, NEW)) {
                BackupEntry entry = Entries.entry(label, "");
                storage.put("backup/main/" + label + "/backup.manifest", new byte[1]);
                stanza.update(info -> info.with(entry));
            }
        }

        @Test
        @DisplayName("plans without removing, then removes what was planned and says so")
        void removes() throws Exception {
            backups();
            var expire = new Expire(CLOCK);
            assertThat(expire.plan(stanza, ONE_FULL).labelsToRemove())
                    .containsExactly(new Label(OLD));
            assertThat(stanza.backupInfo().backups()).hasSize(2);
            assertThat(expire.run(stanza, ONE_FULL))
                    .startsWith("repo1: removed [" + OLD + "]; 1 backups stay");
            assertThat(stanza.backupInfo().backups()).hasSize(1);
            assertThat(expire.run(stanza, ONE_FULL)).contains("nothing expires, 1 backups stay");
        }

        @Test
        @DisplayName("never lets the last restorable backup go for a newer one found damaged")
        void damagedDoesNotCount() throws Exception {
            backups();
            var note = new Verified(NOW, false, "bundle 1 is not there").text();
            new Notes(stanza).write(new Label(NEW), Notes.VERIFIED, note);
            new Expire(CLOCK).run(stanza, ONE_FULL);
            assertThat(stanza.backupInfo().backups())
                    .extracting(BackupEntry::label)
                    .contains(new Label(OLD));
        }

        @Test
        @DisplayName("sweeps drafts to which nothing was added for a day, and no others")
        void sweeps(@TempDir Path directory) throws Exception {
            var disk = new DirectoryStorage(directory);
            var main = new Repository("repo1", disk, Optional.empty()).stanza("main");
            main.create(Entries.PG17, new SecureRandom());
            Path folder = directory.resolve("archive/main/17-1/0000000100000000");
            Files.createDirectories(folder);
            Path dead =
                    Files.createFile(folder.resolve("000000010000000000000001-ab.x.matriarch.tmp"));
            Path alive =
                    Files.createFile(folder.resolve("000000010000000000000002-ab.y.matriarch.tmp"));
            Path file = Files.createFile(folder.resolve("000000010000000000000003-ab"));
            var dayAgo = NOW.minus(Expire.DRAFT_IS_DEAD);
            Files.setLastModifiedTime(dead, FileTime.from(dayAgo.minusSeconds(1)));
            Files.setLastModifiedTime(alive, FileTime.from(dayAgo));
            Files.setLastModifiedTime(file, FileTime.from(dayAgo.minusSeconds(9)));
            new Expire(CLOCK).run(main, Retention.FOR_EVER);
            assertThat(List.of(alive, file)).allSatisfy(kept -> assertThat(kept).exists());
            assertThat(dead).doesNotExist();
        }

        @Test
        @DisplayName("removes nothing where no retention is configured")
        void forEver() throws Exception {
            backups();
            assertThat(new Expire(CLOCK).run(stanza, Retention.FOR_EVER))
                    .contains("nothing expires, 2 backups stay");
        }
    }
}
