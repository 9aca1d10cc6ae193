package io.matriarch.backup.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.format.Attributes;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.Entries;
import io.matriarch.backup.format.Manifest;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.format.ManifestOptions;
import io.matriarch.backup.format.ManifestWriter;
import io.matriarch.backup.format.Sha1;
import io.matriarch.backup.format.StoredCopy;
import io.matriarch.backup.format.Utf8Order;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.restore.RestoreOrder.Over;
import io.matriarch.backup.restore.core.ControlFile;
import io.matriarch.backup.restore.core.DatabaseSelection;
import io.matriarch.backup.restore.core.RecoverySettings;
import io.matriarch.backup.restore.core.RestoreLayout;
import io.matriarch.backup.restore.core.RestoreTarget;
import io.matriarch.backup.restore.core.TargetTimeline;
import io.matriarch.storage.memory.Faults;
import io.matriarch.storage.memory.MemoryBucket;
import io.matriarch.storage.memory.MemoryStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A restore, step by step,")
class RestorerTest {
    private static final BackupEntry ENTRY = Entries.entry("20261101-000000F", "");
    private static final String FOLDER = "backup/main/20261101-000000F/";

    private final MemoryBucket bucket = new MemoryBucket();
    private final TreeMap<String, byte[]> contents = new TreeMap<>(Utf8Order.INSTANCE);

    @TempDir private Path temp;

    private static byte[] control() {
        var bytes = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(0, Long.parseUnsignedLong(Entries.PG17.systemId().value()));
        bytes.putInt(8, 1700).putLong(32, 0x28);
        var crc = new CRC32C();
        crc.update(bytes.array(), 0, 288);
        bytes.putInt(288, (int) crc.getValue());
        return bytes.array();
    }

    private static byte[] noise(int size, long seed) {
        var bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @BeforeEach
    void backup() throws Exception {
        contents.put("pg_data/PG_VERSION", "17\n".getBytes(UTF_8));
        contents.put("pg_data/backup_label", "START WAL".getBytes(UTF_8));
        contents.put("pg_data/base/5/1", noise(300_000, 1));
        contents.put("pg_data/base/5/2", new byte[0]);
        contents.put("pg_data/global/pg_control", control());
        contents.put("pg_data/postgresql.auto.conf", "# hand\n".getBytes(UTF_8));
        contents.put("pg_data/tablespace_map", "16384 /old\n".getBytes(UTF_8));
        contents.put("pg_tblspc/16384/PG_17_202406282/5/9", noise(10_000, 2));
        for (int i = 10; i < 40; i++) contents.put("pg_data/base/5/" + i, noise(500, i));
        write(new MemoryStorage(bucket));
    }

    private static Stanza stanza(MemoryStorage storage) {
        return new Repository("repo1", storage, Optional.empty()).stanza("main");
    }

    private void write(MemoryStorage storage) throws Exception {
        var stanza = stanza(storage);
        stanza.create(Entries.PG17, new SecureRandom());
        stanza.update(info -> info.with(ENTRY));
        try (var out = stanza.manifests().writeCopy(ENTRY.label())) {
            var writer = new ManifestWriter(out, manifest());
            for (var entry : contents.entrySet()) writer.file(file(entry, storage));
            writer.finish();
            out.commit();
        }
        stanza.manifests().publish(ENTRY.label());
    }

    private static ManifestFile file(Map.Entry<String, byte[]> entry, MemoryStorage storage)
            throws Exception {
        byte[] content = entry.getValue();
        storage.put(FOLDER + entry.getKey(), content);
        return ManifestFile.of(
                entry.getKey(),
                content.length,
                1_790_000_000,
                content.length == 0
                        ? null
                        : Sha1.of(MessageDigest.getInstance("SHA-1").digest(content)),
                StoredCopy.standalone(content.length, null),
                Attributes.AS_DEFAULT);
    }

    private static Manifest manifest() {
        var m = Entries.manifest(ENTRY);
        var targets = new TreeMap<>(m.targets());
        targets.put(
                "pg_tblspc/16384",
                new Manifest.Target(
                        "/old",
                        true,
                        Optional.empty(),
                        Optional.of(new Manifest.Tablespace("16384", "ts1"))));
        var paths = new TreeMap<String, Attributes>();
        for (String path :
                new String[] {
                    "pg_data",
                    "pg_data/base",
                    "pg_data/base/5",
                    "pg_data/global",
                    "pg_data/pg_tblspc",
                    "pg_data/pg_wal",
                    "pg_tblspc",
                    "pg_tblspc/16384",
                    "pg_tblspc/16384/PG_17_202406282",
                    "pg_tblspc/16384/PG_17_202406282/5"
                }) paths.put(path, Attributes.AS_DEFAULT);
        var links = new TreeMap<String, Manifest.Link>();
        links.put("pg_data/pg_tblspc/16384", new Manifest.Link("/old", Attributes.AS_DEFAULT));
        var none = OptionalInt.empty();
        var flag = Optional.of(false);
        return new Manifest(
                m.version(),
                m.backup(),
                Entries.PG17,
                new ManifestOptions(
                        true,
                        false,
                        flag,
                        none,
                        flag,
                        Compression.NONE,
                        none,
                        none,
                        flag,
                        false,
                        true,
                        none),
                targets,
                Optional.empty(),
                m.databases(),
                m.annotations(),
                m.fileDefault(),
                links,
                new Attributes("postgres", "postgres", null),
                paths,
                m.pathDefault());
    }

    private Path data() {
        return temp.resolve("data");
    }

    private Restorer restorer(MemoryStorage storage, Over over) throws MatriarchException {
        var stanza = stanza(storage);
        var loaded = stanza.manifests().load(ENTRY.label());
        var layout =
                RestoreLayout.of(
                        loaded.manifest(),
                        Optional.of(data().toString()),
                        Map.of("ts1", temp.resolve("ts1").toString()),
                        Optional.empty());
        var recovery =
                RecoverySettings.of(
                        new RecoverySettings.Wish(
                                new RestoreTarget.Latest(),
                                new TargetTimeline.Latest(),
                                RecoverySettings.Role.PRIMARY,
                                RecoverySettings.Action.PROMOTE,
                                "get %f %p",
                                false));
        return new Restorer(
                stanza,
                new RestoreOrder(loaded, layout, DatabaseSelection.ALL, recovery, over, 2),
                InstantSource.system(),
                new RestoreProgress());
    }

    private void assertWhole() throws Exception {
        for (var entry : contents.entrySet()) {
            String name = entry.getKey();
            if (name.endsWith("tablespace_map")
                    || name.endsWith("pg_control")
                    || name.endsWith("auto.conf")) continue;
            Path path =
                    name.startsWith("pg_data/")
                            ? data().resolve(name.substring("pg_data/".length()))
                            : temp.resolve("ts1" + name.substring("pg_tblspc/16384".length()));
            assertThat(Files.readAllBytes(path)).as(name).isEqualTo(entry.getValue());
            assertThat(Files.getLastModifiedTime(path).toMillis()).isEqualTo(1_790_000_000_000L);
        }
        var control =
                ControlFile.parse(Files.readAllBytes(data().resolve("global/pg_control")))
                        .orElseThrow();
        assertThat(control.checkpoint()).isEqualTo(0xDEAD);
        assertThat(control.systemId()).isEqualTo(Entries.PG17.systemId());
        assertThat(data().resolve("tablespace_map")).doesNotExist();
        assertThat(data().resolve("recovery.signal")).exists();
        assertThat(data().resolve("backup.manifest")).doesNotExist();
        assertThat(data().resolve(TargetTree.WORK)).doesNotExist();
        assertThat(Files.readString(data().resolve("postgresql.auto.conf")))
                .startsWith("# hand\n")
                .containsOnlyOnce("restore_command = 'get %f %p'");
        assertThat(Files.readSymbolicLink(data().resolve("pg_tblspc/16384")))
                .isEqualTo(temp.resolve("ts1"));
    }

    @Test
    @DisplayName(
            "brings back files, folders, links, settings, and pg_control without its checkpoint")
    void whole() throws Exception {
        restorer(new MemoryStorage(bucket), Over.NOTHING).run();
        assertWhole();
        assertThat(data().resolve("pg_wal")).isEmptyDirectory();
    }

    @Test
    @DisplayName("touches nothing while it is only looked at")
    void look() throws Exception {
        assertThat(restorer(new MemoryStorage(bucket), Over.NOTHING).check()).isEmpty();
        assertThat(data()).doesNotExist();
        restorer(new MemoryStorage(bucket), Over.NOTHING).run();
        Files.writeString(data().resolve("stray"), "x");
        assertThat(restorer(new MemoryStorage(bucket), Over.SAME_CLUSTER).check())
                .anyMatch(line -> line.contains("is made equal to the backup"));
        assertThat(data().resolve("stray")).exists();
    }

    @Test
    @DisplayName("killed at any read leaves nothing that starts, and can be run again over it")
    void killedAnywhere() throws Exception {
        for (int step = 0; ; step++) {
            for (Path root : new Path[] {data(), temp.resolve("ts1")})
                if (Files.exists(root)) TargetTree.deleteTree(root);
            var storage = new MemoryStorage(bucket);
            storage.faults().killAfter(step);
            try {
                restorer(storage, Over.NOTHING).run();
                // All but the empty file and tablespace_map are read, and the manifest too.
                assertThat(step).as("points to kill at").isGreaterThan(contents.size() - 2);
                break;
            } catch (Faults.Killed expected) {
                assertThat(data().resolve("global/pg_control")).as("step %d", step).doesNotExist();
            }
            restorer(new MemoryStorage(bucket), Over.SAME_CLUSTER).run();
            assertWhole();
        }
        assertWhole();
    }

    @Test
    @DisplayName("names the file that is damaged, and leaves nothing that starts")
    void damaged() throws Exception {
        bucket.flipByte(FOLDER + "pg_data/base/5/17", 100);
        assertThatThrownBy(() -> restorer(new MemoryStorage(bucket), Over.NOTHING).run())
                .isInstanceOf(MatriarchException.class)
                .hasMessageContaining("pg_data/base/5/17 of backup 20261101-000000F is damaged")
                .hasMessageContaining("its SHA-1 is");
        assertThat(data().resolve("global/pg_control")).doesNotExist();
        bucket.flipByte(FOLDER + "pg_data/base/5/17", 100);
        bucket.truncate(FOLDER + "pg_data/base/5/17", 77);
        assertThatThrownBy(() -> restorer(new MemoryStorage(bucket), Over.SAME_CLUSTER).run())
                .hasMessageContaining("it has 77 bytes, not 500");
        bucket.lose(FOLDER + "pg_data/base/5/17");
        assertThatThrownBy(() -> restorer(new MemoryStorage(bucket), Over.SAME_CLUSTER).run())
                .hasMessageContaining("pg_data/base/5/17");
    }

    @Test
    @DisplayName("over what is there writes what differs, removes what is too much, keeps the rest")
    void over() throws Exception {
        restorer(new MemoryStorage(bucket), Over.NOTHING).run();
        Files.write(data().resolve("base/5/1"), noise(300_000, 99));
        Files.delete(data().resolve("base/5/11"));
        Files.createDirectories(data().resolve("base/6/deep"));
        Files.writeString(data().resolve("base/6/deep/x"), "x");
        Files.createDirectory(data().resolve("base/5/12.d"));
        Files.createSymbolicLink(data().resolve("link"), Path.of("/etc"));
        Files.createDirectories(temp.resolve("ts1/PG_16_202307071/5"));
        Files.writeString(temp.resolve("ts1/PG_16_202307071/5/1"), "another version's");
        restorer(new MemoryStorage(bucket), Over.SAME_CLUSTER).run();
        assertWhole();
        assertThat(data().resolve("base/6")).doesNotExist();
        assertThat(data().resolve("base/5/12.d")).doesNotExist();
        assertThat(Files.isSymbolicLink(data().resolve("link"))).isFalse();
        assertThat(temp.resolve("ts1/PG_16_202307071/5/1")).exists();
        assertThat(Path.of("/etc")).isNotEmptyDirectory();
    }

    @Test
    @DisplayName("leaves a tablespace alone that the directory it goes to does not lead to")
    void tablespaceOfOthers() throws Exception {
        restorer(new MemoryStorage(bucket), Over.NOTHING).run();
        Files.move(data(), temp.resolve("serves"));
        Path row = temp.resolve("ts1/PG_17_202406282/5/9");
        assertThat(row).exists();
        Files.writeString(row, "written since");
        for (Over over : Over.values())
            assertThatThrownBy(() -> restorer(new MemoryStorage(bucket), over).run())
                    .as("%s", over)
                    .isInstanceOf(MatriarchException.class)
                    .hasMessageContaining("ts1/PG_17_202406282 is not empty");
        assertThat(row).hasContent("written since");
        assertThat(data()).doesNotExist();
    }
}
