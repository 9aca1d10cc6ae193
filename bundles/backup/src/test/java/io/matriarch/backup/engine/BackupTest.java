package io.matriarch.backup.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.MatriarchException;
import io.matriarch.api.SystemId;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.engine.core.Pacing;
import io.matriarch.backup.engine.core.Progress.Phase;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.format.DbControl;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.format.PgVersion;
import io.matriarch.backup.format.WalRange;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.verify.Verifier;
import io.matriarch.storage.disk.DirectoryStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
@DisplayName("A backup")
class BackupTest {
    private static final Pacing SLOW =
            new Pacing(Pacing.SLOWEST, Optional.empty(), Optional.empty());

    @TempDir Path folder;
    private FakeServer server;
    private Stanza stanza;
    private Path repository;
    private Runnable whileWaitingForWal = () -> {};
    private String source = "alpha";

    @BeforeEach
    void cluster() throws Exception {
        server = new FakeServer(folder.resolve("data"));
        for (int i = 0; i < 40; i++) write("pg_xact/" + (16400 + i), 8192 * (i + 1), i);
        write("pg_xact/20000", 5 << 20, 99);
        write("pg_xact/empty", 0, 0);
        write("postgresql.conf", 700, 7);
        repository = Files.createDirectories(folder.resolve("repo"));
        stanza =
                new Repository("repo1", new DirectoryStorage(repository), Optional.empty())
                        .stanza("demo");
        stanza.create(cluster(FakeServer.SYSTEM_ID), new SecureRandom());
    }

    @Test
    @DisplayName("holds every file, and an incremental refers to what did not change")
    void incremental() throws Exception {
        var full = backup(BackupType.FULL, Requests.PLAIN);
        write("pg_xact/16405", 8192 * 6, 499);
        Files.delete(server.data.resolve("pg_xact/16406"));
        var incr = backup(BackupType.INCREMENTAL, Requests.PLAIN);
        var files = files(incr);
        assertThat(files.get("pg_data/pg_xact/16405").stored().reference()).isNull();
        assertThat(files.get("pg_data/pg_xact/16407").stored().reference())
                .isEqualTo(full.entry().label());
        assertThat(files).doesNotContainKeys("pg_data/pg_xact/16406", "pg_data/postmaster.pid");
        assertThat(files.get("pg_data/backup_label").stored().isBundled()).isFalse();
        assertThat(incr.warnings()).isEmpty();
        assertSound();
    }

    @Test
    @DisplayName("reads what was only touched, and refers to it all the same")
    void touched() throws Exception {
        var full = backup(BackupType.FULL, Requests.PLAIN);
        touch("pg_xact/16410");
        touch("pg_xact/20000");
        var files = files(backup(BackupType.DIFFERENTIAL, Requests.PLAIN));
        for (String name : new String[] {"16410", "20000"})
            assertThat(files.get("pg_data/pg_xact/" + name).stored().reference())
                    .isEqualTo(full.entry().label());
        assertSound();
    }

    @Test
    @DisplayName("stores big files block by block, along a chain, and the small ones as well")
    void blocks() throws Exception {
        var blocks = Requests.PLAIN.stored(true, true);
        backup(BackupType.FULL, blocks);
        change("pg_xact/20000", 3_000_000);
        var incr = backup(BackupType.INCREMENTAL, blocks);
        assertThat(files(incr).get("pg_data/pg_xact/20000").stored().repoSize()).isLessThan(20_000);
        change("pg_xact/20000", 3_000_001);
        change("pg_xact/16420", 9000);
        write("pg_xact/16421", 20_000, 5);
        backup(BackupType.INCREMENTAL, blocks);
        change("pg_xact/20000", 100);
        backup(BackupType.DIFFERENTIAL, blocks);
        backup(BackupType.INCREMENTAL, Requests.PLAIN.stored(false, false));
        assertSound();
    }

    @Test
    @DisplayName("compares content when it was read from another member, and says so")
    void anotherMember() throws Exception {
        var full = backup(BackupType.FULL, Requests.PLAIN);
        var same = server.data.resolve("pg_xact/16402");
        var time = Files.getLastModifiedTime(same);
        change("pg_xact/16402", 50);
        Files.setLastModifiedTime(same, time); // another content at the same time and size
        source = "beta";
        var diff = backup(BackupType.DIFFERENTIAL, Requests.PLAIN);
        assertThat(diff.warnings()).singleElement().asString().contains("alpha", "beta");
        var files = files(diff);
        assertThat(files.get("pg_data/pg_xact/16402").stored().reference()).isNull();
        assertThat(files.get("pg_data/pg_xact/16403").stored().reference())
                .isEqualTo(full.entry().label());
        assertSound();
    }

    @Test
    @DisplayName("tells of damaged pages loudly, and is made and listed all the same")
    void damagedPages() throws Exception {
        var page = new byte[3 * 8192];
        page[8192 + 12] = 24;
        page[8192 + 15] = 32;
        page[8192 + 5000] = 1;
        Files.write(server.data.resolve("base/5/30000"), page);
        var result = backup(BackupType.FULL, Requests.PLAIN);
        assertThat(result.damagedFiles()).isPositive();
        assertThat(result.entry().pageErrors()).contains(true);
        var check = files(result).get("pg_data/base/5/30000").pages();
        assertThat(check).isNotNull();
        assertThat(check.errors()).extracting(r -> r.first()).containsExactly(1L);
    }

    @Test
    @DisplayName("that is cancelled leaves nothing in the repository")
    void cancelled() throws Exception {
        var backup = new Backup(environment(), Requests.PLAIN.paced(SLOW).of(BackupType.FULL));
        var run = begin(backup);
        awaitCopying(backup);
        backup.cancel();
        assertThatThrownBy(run::get).hasMessageContaining("cancelled");
        assertThat(stanza.folders()).isEmpty();
        assertThat(stanza.backupInfo().backups()).isEmpty();
        assertThat(folder.resolve("work")).doesNotExist();
    }

    @Test
    @DisplayName("goes on with what an interrupted one stored, under its label")
    void resumed() throws Exception {
        var backup = new Backup(environment(), Requests.PLAIN.paced(SLOW).of(BackupType.FULL));
        var run = begin(backup);
        awaitCopying(backup);
        await(() -> backup.progress().filesDone() > 0);
        server.lost = true; // noticed at the next look
        assertThatThrownBy(run::get).hasMessageContaining("the server is gone");
        server.lost = false;
        var left = stanza.folders();
        assertThat(left).hasSize(1);
        assertThat(stanza.backupInfo().backups()).isEmpty();
        Files.writeString(
                repository.resolve("backup/demo/" + left.getFirst() + "/bundle-rest"), "of no use");

        var next = new Backup(environment(), Requests.PLAIN.of(BackupType.FULL));
        var result = next.run();
        assertThat(result.entry().label()).isEqualTo(left.getFirst());
        assertThat(next.progress().files()).isLessThan(files(result).size() - 1L);
        assertSound();
    }

    @Test
    @DisplayName("removes what an interrupted one left if that is of no use")
    void removed() throws Exception {
        var backup = new Backup(environment(), Requests.PLAIN.paced(SLOW).of(BackupType.FULL));
        var run = begin(backup);
        awaitCopying(backup);
        server.lost = true;
        assertThatThrownBy(run::get).hasMessageContaining("the server is gone");
        server.lost = false;
        var left = stanza.folders().getFirst();
        var result = backup(BackupType.FULL, Requests.PLAIN.compressed(Compression.LZ4));
        assertThat(stanza.folders()).containsExactly(result.entry().label());
        assertThat(result.warnings())
                .singleElement()
                .asString()
                .contains(left.text(), "compression");
        assertSound();
    }

    @Test
    @DisplayName("does not begin where another program may be writing one")
    void foreignBackup() throws Exception {
        var foreign =
                Files.createDirectories(repository.resolve("backup/demo/20200101-000000F/pg_data"));
        Files.writeString(foreign.resolve("PG_VERSION"), "15\n");
        assertThatThrownBy(() -> backup(BackupType.FULL, Requests.PLAIN))
                .hasMessageContaining("another backup may be in progress")
                .hasMessageContaining("20200101-000000F");
        Files.setLastModifiedTime(
                foreign.resolve("PG_VERSION"), FileTime.from(Instant.now().minusSeconds(7200)));
        assertThat(backup(BackupType.FULL, Requests.PLAIN).warnings())
                .singleElement()
                .asString()
                .contains("20200101-000000F");
        assertThat(foreign).doesNotExist();
    }

    @Test
    @DisplayName("is not listed if another program removed a file of it meanwhile")
    void robbed() {
        whileWaitingForWal =
                () -> {
                    try (var files = Files.walk(repository.resolve("backup/demo"))) {
                        Files.delete(
                                files.filter(f -> f.endsWith("bundle/1"))
                                        .findFirst()
                                        .orElseThrow());
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                };
        assertThatThrownBy(() -> backup(BackupType.FULL, Requests.PLAIN))
                .hasMessageContaining("files, and")
                .isInstanceOf(MatriarchException.class);
        assertThat(backups()).isZero();
    }

    @Test
    @DisplayName("is not listed if what it builds on was removed meanwhile")
    void priorRemoved() throws Exception {
        var full = backup(BackupType.FULL, Requests.PLAIN);
        whileWaitingForWal =
                () -> {
                    try {
                        stanza.save(
                                stanza.backupInfo()
                                        .without(java.util.List.of(full.entry().label())));
                    } catch (MatriarchException e) {
                        throw new AssertionError(e);
                    }
                };
        assertThatThrownBy(() -> backup(BackupType.INCREMENTAL, Requests.PLAIN))
                .hasMessageContaining("was removed while it ran");
    }

    @Test
    @DisplayName("lists one that was complete and whose writer died before it said so")
    void reconstructed() throws Exception {
        var full = backup(BackupType.FULL, Requests.PLAIN);
        stanza.save(stanza.backupInfo().without(java.util.List.of(full.entry().label())));
        var incr = backup(BackupType.INCREMENTAL, Requests.PLAIN);
        assertThat(incr.entry().prior()).contains(full.entry().label());
        assertThat(backups()).isEqualTo(2);
    }

    @Test
    @DisplayName("ends with a clear word when the standby it reads from is promoted")
    void promoted() throws Exception {
        server.standby = true;
        server.writeControlFile(0x3000028, 0x3000500);
        var backup = new Backup(environment(), Requests.PLAIN.paced(SLOW).of(BackupType.FULL));
        var run = begin(backup);
        awaitCopying(backup);
        server.promoted = true;
        assertThatThrownBy(run::get).hasMessageContaining("promoted during the backup");
        assertThat(backups()).isZero();
    }

    @Test
    @DisplayName("ends with a clear word when the cluster failed over")
    void otherTimeline() throws Exception {
        var backup = new Backup(environment(), Requests.PLAIN.paced(SLOW).of(BackupType.FULL));
        var run = begin(backup);
        awaitCopying(backup);
        server.timeline = 2;
        assertThatThrownBy(run::get).hasMessageContaining("the timeline became 2");
    }

    @Test
    @DisplayName("of a standby says so, and names the WAL until where it is consistent")
    void ofStandby() throws Exception {
        server.standby = true;
        server.writeControlFile(0x3000028, 0x3000500);
        var entry = backup(BackupType.FULL, Requests.PLAIN).entry();
        assertThat(entry.options().fromStandby()).isTrue();
        assertThat(entry.wal().map(WalRange::toString))
                .contains("000000010000000000000003 to 000000010000000000000003");
    }

    @Test
    @DisplayName("refuses another cluster's repository, and a server that archives nothing")
    void refused() throws Exception {
        var other = new Repository("repo1", stanza.storage(), Optional.empty()).stanza("other");
        other.create(cluster("7000000000000000002"), new SecureRandom());
        stanza = other;
        assertThatThrownBy(() -> backup(BackupType.FULL, Requests.PLAIN))
                .hasMessageContaining("7000000000000000002");
        server.archiveMode = "off";
        stanza = new Repository("repo1", stanza.storage(), Optional.empty()).stanza("demo");
        assertThatThrownBy(() -> backup(BackupType.FULL, Requests.PLAIN))
                .hasMessageContaining("archive_mode is off");
    }

    @Test
    @DisplayName("becomes a full one where there is nothing to build on, and says so")
    void becomesFull() throws Exception {
        var result = backup(BackupType.INCREMENTAL, Requests.PLAIN);
        assertThat(result.entry().type()).isEqualTo(BackupType.FULL);
        assertThat(result.warnings()).singleElement().asString().contains("full");
    }

    @Test
    @DisplayName("keeps the compression of what it builds on, or nobody could read the set")
    void keepsCompression() throws Exception {
        backup(BackupType.FULL, Requests.PLAIN.compressed(Compression.GZ));
        write("pg_xact/16405", 9000, 4);
        var diff = backup(BackupType.DIFFERENTIAL, Requests.PLAIN);
        assertThat(stanza.manifests().load(diff.entry().label()).manifest().options().compression())
                .isEqualTo(Compression.GZ);
        assertSound();
    }

    @Test
    @DisplayName("leaves out what the user excludes")
    void excluded() throws Exception {
        var files =
                files(
                        backup(
                                BackupType.FULL,
                                Requests.PLAIN.without("postgresql.conf", "pg_xact/")));
        assertThat(files)
                .containsKey("pg_data/PG_VERSION")
                .doesNotContainKey("pg_data/postgresql.conf");
        assertThat(files.keySet()).noneMatch(name -> name.startsWith("pg_data/pg_xact/"));
    }

    @Test
    @DisplayName("follows links to tablespaces, files and folders, and holds names beyond ASCII")
    void links() throws Exception {
        var space = Files.createDirectories(folder.resolve("space/PG_15_202209061/5"));
        Files.write(space.resolve("16391"), new byte[8192]);
        Files.createSymbolicLink(server.data.resolve("pg_tblspc/16390"), folder.resolve("space"));
        Files.writeString(folder.resolve("hba"), "local all all trust\n");
        Files.createSymbolicLink(server.data.resolve("pg_hba.conf"), folder.resolve("hba"));
        Files.writeString(server.data.resolve("a\"b=c\\d é"), "x");
        var result = backup(BackupType.FULL, Requests.PLAIN.stored(false, false));
        assertThat(files(result))
                .containsKeys(
                        "pg_tblspc/16390/PG_15_202209061/5/16391",
                        "pg_data/pg_hba.conf",
                        "pg_data/a\"b=c\\d é");
        var manifest = stanza.manifests().load(result.entry().label()).manifest();
        assertThat(manifest.links()).containsKeys("pg_data/pg_hba.conf", "pg_data/pg_tblspc/16390");
        assertThat(manifest.targets().get("pg_tblspc/16390").tablespace().orElseThrow().name())
                .isEqualTo("space");
        assertSound();
    }

    // --- what the tests have in common

    private static DbControl cluster(String systemId) {
        return new DbControl(
                new DbIdentity(1, new SystemId(systemId), new PgVersion(15)), 1300, 202209061);
    }

    private BackupEnvironment environment() {
        return new BackupEnvironment(
                stanza,
                source,
                () -> server,
                server.data,
                (_, _, _) -> whileWaitingForWal.run(),
                () -> {},
                BackupEnvironment.LoadSource.OF_SERVER,
                folder.resolve("work"),
                InstantSource.system());
    }

    private BackupResult backup(BackupType type, Requests requests) throws Exception {
        return new Backup(environment(), requests.of(type)).run();
    }

    private static Future<BackupResult> begin(Backup backup) {
        var threads = Executors.newSingleThreadExecutor();
        var run = threads.submit(backup::run);
        threads.shutdown();
        return run;
    }

    private static void awaitCopying(Backup backup) {
        await(() ->
                backup.progress().phase() == Phase.COPYING && backup.progress().bytesDone() > 0);
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) throw new AssertionError("never");
            LockSupport.parkNanos(5_000_000);
        }
    }

    private TreeMap<String, ManifestFile> files(BackupResult result) throws Exception {
        var files = new TreeMap<String, ManifestFile>();
        var manifests = stanza.manifests();
        manifests.forEach(
                manifests.load(result.entry().label()), file -> files.put(file.name(), file));
        return files;
    }

    private int backups() {
        try {
            return stanza.backupInfo().backups().size();
        } catch (MatriarchException e) {
            throw new AssertionError(e);
        }
    }

    /** Every byte of every backup is read; WAL, of which there is none, is left aside. */
    private void assertSound() throws Exception {
        var report =
                new Verifier(stanza, 2, Files.createDirectories(folder.resolve("verify")))
                        .run(java.util.List.of());
        assertThat(report.files()).isPositive();
        assertThat(report.damages())
                .filteredOn(damage -> !damage.path().startsWith("archive/"))
                .isEmpty();
    }

    /** Content made from a seed, older than now so that a change shows. */
    private void write(String name, int size, long seed) throws IOException {
        var bytes = new byte[size];
        var random = new Random(seed);
        for (int i = 0; i < size; i++) bytes[i] = (byte) random.nextInt(20);
        Files.write(server.data.resolve(name), bytes);
        Files.setLastModifiedTime(
                server.data.resolve(name),
                FileTime.from(Instant.now().minusSeconds(1000 - seed % 500)));
    }

    private void change(String name, int place) throws IOException {
        var file = server.data.resolve(name);
        var bytes = Files.readAllBytes(file);
        bytes[place] ^= 1;
        Files.write(file, bytes);
        touch(name);
    }

    private void touch(String name) throws IOException {
        var file = server.data.resolve(name);
        Files.setLastModifiedTime(
                file, FileTime.from(Files.getLastModifiedTime(file).toInstant().plusSeconds(3)));
    }
}
