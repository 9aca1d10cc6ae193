package io.matriarch.backup.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.Entries;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.ManifestWriter;
import io.matriarch.backup.format.Samples;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import io.matriarch.storage.memory.MemoryStorage;
import io.matriarch.storage.memory.Step;
import java.io.ByteArrayInputStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A stanza of a repository")
class StanzaTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Passphrase MAIN = new Passphrase("matriarch-test-pass");
    private static final Label FULL = new Label("20261123-014620F");

    private final MemoryStorage storage = new MemoryStorage();

    private Stanza stanza(Optional<Passphrase> passphrase) {
        return new Repository("repo1", storage, passphrase).stanza("main");
    }

    private Stanza created() throws MatriarchException {
        var stanza = stanza(Optional.empty());
        assertThat(stanza.create(Entries.PG17, RANDOM)).isTrue();
        return stanza;
    }

    private byte[] bytes(String path) throws Exception {
        try (var in = storage.read(path)) {
            return in.readAllBytes();
        }
    }

    private void damage(String path) throws Exception {
        byte[] bytes = bytes(path);
        bytes[bytes.length / 2] ^= 1;
        storage.put(path, bytes);
    }

    private static BackupEntry entry(String label) {
        return Entries.entry(label, "");
    }

    @Test
    @DisplayName("of stock is read: the sample's info files")
    void stock() throws Exception {
        for (String half : List.of("archive", "backup"))
            storage.put(
                    "%s/main/%s.info".formatted(half, half),
                    Samples.bytes("plain-zst/%s.info".formatted(half)));
        var stanza = stanza(Optional.empty());
        assertThat(stanza.archiveInfo().current().archiveId()).isEqualTo("17-1");
        assertThat(stanza.backupInfo().backups()).hasSize(2);
        assertThat(stanza.repository().stanzas()).containsExactly("main");
    }

    @Test
    @DisplayName("of stock is read when encrypted")
    void stockEncrypted() throws Exception {
        for (String half : List.of("archive", "backup"))
            storage.put(
                    "%s/main/%s.info".formatted(half, half),
                    Samples.bytes("encrypted/%s.info".formatted(half)));
        var stanza = stanza(Optional.of(MAIN));
        assertThat(stanza.archiveInfo().cipherPass().orElseThrow()).startsWith("X9UwkZHa9iUe");
        assertThat(stanza.backupInfo().cipherPass().orElseThrow()).startsWith("iyU0Uz4UGs8S");
        assertThat(stanza.backupInfo().backups()).hasSizeGreaterThan(1);
    }

    @Nested
    @DisplayName("is created")
    class Created {
        @Test
        @DisplayName("with both files and their copies, byte for byte the same")
        void both() throws Exception {
            var stanza = created();
            for (String path : List.of("archive/main/archive.info", "backup/main/backup.info"))
                assertThat(bytes(path)).isEqualTo(bytes(path + ".copy"));
            assertThat(stanza.archiveInfo().current())
                    .isEqualTo(stanza.backupInfo().current().identity());
            assertThat(stanza.create(Entries.PG17, RANDOM)).as("again").isFalse();
        }

        @Test
        @DisplayName("with passphrases of its own in an encrypted repository")
        void encrypted() throws Exception {
            var stanza = stanza(Optional.of(MAIN));
            stanza.create(Entries.PG17, RANDOM);
            assertThat(stanza.archiveInfo().cipherPass().orElseThrow()).hasSize(64);
            assertThat(stanza.archiveInfo().cipherPass())
                    .isNotEqualTo(stanza.backupInfo().cipherPass());
            assertThat(new String(bytes("archive/main/archive.info"), UTF_8))
                    .startsWith("Salted__");
        }

        @Test
        @DisplayName("anew in what is missing of it")
        void twin() throws Exception {
            var stanza = created();
            storage.delete(List.of("archive/main/archive.info", "backup/main/backup.info.copy"));
            assertThat(stanza.create(Entries.PG17, RANDOM)).isFalse();
            assertThat(storage.stat("archive/main/archive.info")).isPresent();
            assertThat(storage.stat("backup/main/backup.info.copy")).isPresent();
        }

        @Test
        @DisplayName("only in plan if asked so")
        void plan() throws Exception {
            stanza(Optional.empty()).planCreation(Entries.PG17, RANDOM);
            assertThat(storage.list("")).isEmpty();
        }

        @Test
        @DisplayName("never for another cluster, nor over what is left of one")
        void refused() throws Exception {
            var stanza = created();
            assertThatThrownBy(() -> stanza.create(Entries.cluster(1, 16), RANDOM))
                    .hasMessageStartingWith(
                            "stanza main in repo1 (memory): the stanza is of another");
            storage.deleteTree("archive/main");
            assertThatThrownBy(() -> stanza.create(Entries.PG17, RANDOM))
                    .hasMessageContaining("backup.info is there, but no archive.info");
            storage.delete(List.of("backup/main/backup.info", "backup/main/backup.info.copy"));
            storage.put("backup/main/x", new byte[1]);
            assertThatThrownBy(() -> stanza.create(Entries.PG17, RANDOM))
                    .hasMessageContaining("there are files in the stanza's backup folder");
        }
    }

    @Nested
    @DisplayName("is read")
    class Read {
        @Test
        @DisplayName("from the copies when the files are damaged or missing")
        void copies() throws Exception {
            var stanza = created();
            var info = stanza.backupInfo();
            damage("backup/main/backup.info");
            assertThat(stanza.backupInfo()).isEqualTo(info);
            storage.delete(List.of("archive/main/archive.info"));
            assertThat(stanza.archiveInfo().history()).hasSize(1);
        }

        @Test
        @DisplayName("and if both are damaged, both are named")
        void bothDamaged() throws Exception {
            var stanza = created();
            damage("backup/main/backup.info");
            damage("backup/main/backup.info.copy");
            assertThatThrownBy(stanza::backupInfo)
                    .hasMessageContaining("neither backup/main/backup.info nor its copy")
                    .hasMessageContaining("backup.info.copy");
        }

        @Test
        @DisplayName("and if it is not there, it is said so")
        void absent() {
            assertThatThrownBy(() -> stanza(Optional.empty()).backupInfo())
                    .hasMessage("there is no stanza main in repo1 (memory)");
        }

        @Test
        @DisplayName("and if the storage is away, nothing is concluded: the copy is not asked")
        void away() throws Exception {
            var stanza = created();
            storage.faults().fail(Step.READ, p -> p.endsWith(".info"), Fault.UNREACHABLE, 1);
            assertThatThrownBy(stanza::backupInfo)
                    .isInstanceOf(StorageException.class)
                    .extracting("code")
                    .isEqualTo(Code.STORAGE_UNREACHABLE);
        }

        @Test
        @DisplayName("with a hint at the passphrase if it is wrong or missing")
        void passphrases() throws Exception {
            stanza(Optional.of(MAIN)).create(Entries.PG17, RANDOM);
            assertThatThrownBy(() -> stanza(Optional.of(new Passphrase("x"))).backupInfo())
                    .extracting("hint")
                    .isEqualTo("is the passphrase that of this repository?");
            assertThatThrownBy(() -> stanza(Optional.empty()).backupInfo())
                    .extracting("hint")
                    .asString()
                    .contains("no passphrase configured");
        }
    }

    @Nested
    @DisplayName("is changed")
    class Changed {
        @Test
        @DisplayName("again when another writer saved at the same time")
        void lostUpdate() throws Exception {
            var stanza = created();
            var ours = entry("20261101-000000F");
            var theirs = entry("20261102-000000F");
            var tries = new ArrayList<Integer>();
            stanza.update(info -> {
                tries.add(info.backups().size());
                return info.with(ours);
            });
            assertThat(tries).containsExactly(0);
            var stale = stanza.backupInfo().without(List.of(ours.label()));
            var done =
                    stanza.update(info -> {
                        var changed = info.with(entry("20261103-000000F"));
                        if (info.backups().size() == 1) overwriteSoon(stanza, stale.with(theirs));
                        return changed;
                    });
            assertThat(done.backups())
                    .extracting(BackupEntry::label)
                    .extracting(Label::text)
                    .contains("20261103-000000F");
            assertThat(stanza.backupInfo()).isEqualTo(done);
        }

        /** The next read after our save finds another writer's file. */
        private void overwriteSoon(Stanza stanza, io.matriarch.backup.format.BackupInfo theirs) {
            storage.faults()
                    .fail(
                            Step.READ,
                            p -> {
                                if (p.equals("backup/main/backup.info") && !overwritten) {
                                    overwritten = true;
                                    try {
                                        stanza.save(theirs);
                                    } catch (MatriarchException e) {
                                        throw new IllegalStateException(e);
                                    }
                                }
                                return false;
                            },
                            Fault.UNREACHABLE,
                            1);
        }

        private boolean overwritten;

        @Test
        @DisplayName("to the cluster of a major upgrade, backups kept")
        void upgrade() throws Exception {
            var stanza = stanza(Optional.of(MAIN));
            stanza.create(Entries.cluster(1, 16), RANDOM);
            stanza.update(info -> info.with(entry("20261101-000000F")));
            var passes = stanza.archiveInfo().cipherPass();
            assertThat(stanza.planUpgrade(Entries.cluster(2, 17)).changed()).isTrue();
            assertThat(stanza.archiveInfo().currentId()).as("planned only").isEqualTo(1);
            assertThat(stanza.upgrade(Entries.cluster(2, 17))).isTrue();
            assertThat(stanza.archiveInfo().current().archiveId()).isEqualTo("17-2");
            assertThat(stanza.archiveInfo().cipherPass()).isEqualTo(passes);
            assertThat(stanza.backupInfo().backups()).hasSize(1);
            assertThat(stanza.upgrade(Entries.cluster(2, 17))).as("again").isFalse();
        }
    }

    @Nested
    @DisplayName("has manifests")
    class WithManifests {
        private void writeCopy(Stanza stanza) throws Exception {
            var sample = Samples.manifest("bundle-block-zst/20261123-014620F.backup.manifest");
            try (var out = stanza.manifests().writeCopy(FULL)) {
                var writer = new ManifestWriter(out, sample.manifest());
                for (var file : sample.files()) writer.file(file);
                writer.finish();
                out.commit();
            }
        }

        private void published(Optional<Passphrase> passphrase) throws Exception {
            var stanza = stanza(passphrase);
            stanza.create(Entries.PG17, RANDOM);
            writeCopy(stanza);
            assertThat(stanza.folders()).containsExactly(FULL);
            assertThat(stanza.complete()).isEmpty();
            var loaded = stanza.manifests().publish(FULL);
            assertThat(stanza.complete()).containsExactly(FULL);
            assertThat(stanza.history()).containsExactly(FULL);
            String path = "backup/main/20261123-014620F/backup.manifest";
            assertThat(bytes(path)).isEqualTo(bytes(path + ".copy"));
            assertThat(stanza.manifests().load(FULL)).isEqualTo(loaded);
            var info =
                    io.matriarch.backup.format.BackupInfo.read(
                            Samples.stream("bundle-block-zst/backup.info"), "x");
            assertThat(loaded.entry()).isEqualTo(info.backup(FULL).orElseThrow());
        }

        @Test
        @DisplayName("that are complete when the copy became the manifest")
        void plain() throws Exception {
            published(Optional.empty());
            var in =
                    new java.util.zip.GZIPInputStream(
                            new ByteArrayInputStream(
                                    bytes(
                                            "backup/main/backup.history/2026/20261123-014620F.manifest.gz")));
            assertThat(in.readAllBytes())
                    .isEqualTo(Samples.bytes("bundle-block-zst/20261123-014620F.backup.manifest"));
        }

        @Test
        @DisplayName("that are encrypted by the pass in backup.info")
        void encrypted() throws Exception {
            published(Optional.of(MAIN));
            assertThat(
                            new String(
                                    bytes("backup/main/20261123-014620F/backup.manifest"),
                                    0,
                                    8,
                                    UTF_8))
                    .isEqualTo("Salted__");
        }

        @Test
        @DisplayName("and a damaged copy never becomes one")
        void damagedCopy() throws Exception {
            var stanza = created();
            writeCopy(stanza);
            damage("backup/main/20261123-014620F/backup.manifest.copy");
            assertThatThrownBy(() -> stanza.manifests().publish(FULL))
                    .isInstanceOf(MatriarchException.class);
            assertThat(stanza.complete()).isEmpty();
        }

        @Test
        @DisplayName("and what is read while a disk fails is no manifest either")
        void brokenRead() throws Exception {
            var stanza = created();
            writeCopy(stanza);
            var manifests = stanza.manifests();
            storage.faults().breakReadsAfter(5000);
            assertThatThrownBy(() -> manifests.publish(FULL)).isInstanceOf(StorageException.class);
            assertThat(stanza.complete()).isEmpty();
        }

        @Test
        @DisplayName("and one in another backup's folder is refused")
        void renamed() throws Exception {
            var stanza = created();
            storage.put(
                    "backup/main/20261124-000000F/backup.manifest",
                    Samples.bytes("bundle-block-zst/20261123-014620F.backup.manifest"));
            assertThatThrownBy(() -> stanza.manifests().load(new Label("20261124-000000F")))
                    .hasMessageContaining("is of 20261123-014620F");
        }

        @Test
        @DisplayName("whose files are read in passing")
        void files() throws Exception {
            var stanza = created();
            writeCopy(stanza);
            var loaded = stanza.manifests().publish(FULL);
            var names = new ArrayList<String>();
            stanza.manifests().forEach(loaded, file -> names.add(file.name()));
            assertThat(names).hasSize((int) loaded.files()).contains("pg_data/PG_VERSION");
        }
    }
}
