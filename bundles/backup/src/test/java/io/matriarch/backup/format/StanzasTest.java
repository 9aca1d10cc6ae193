package io.matriarch.backup.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.backup.format.Stanzas.Creation;
import io.matriarch.backup.format.Stanzas.Present;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A stanza")
class StanzasTest {
    private static final DbControl PG16 = Entries.cluster(1, 16);
    private static final DbControl PG17 = Entries.cluster(2, 17);
    private static final Present NOTHING =
            new Present(Optional.empty(), Optional.empty(), true, true);

    private static Creation.Create created(DbControl cluster) {
        return (Creation.Create) Stanzas.create(NOTHING, cluster, Optional.empty());
    }

    private static Creation create(
            Optional<ArchiveInfo> archive, Optional<BackupInfo> backup, DbControl db) {
        return Stanzas.create(new Present(archive, backup, false, false), db, Optional.empty());
    }

    @Nested
    @DisplayName("is created")
    class Created {
        @Test
        @DisplayName("with the cluster as number 1, whatever number it had elsewhere")
        void first() {
            var stanza = created(PG17);
            assertThat(stanza.archive().current().archiveId()).isEqualTo("17-1");
            assertThat(stanza.backup().current()).isEqualTo(PG17.withId(1));
            assertThat(stanza.backup().backups()).isEmpty();
            assertThat(Stanzas.disagreement(stanza.archive(), stanza.backup())).isEmpty();
        }

        @Test
        @DisplayName("with a passphrase of its own for each half if encrypted")
        void encrypted() {
            var stanza =
                    (Creation.Create)
                            Stanzas.create(
                                    NOTHING, PG17, Optional.of(new Stanzas.Passes("a", "b")));
            assertThat(stanza.archive().cipherPass()).contains("a");
            assertThat(stanza.backup().cipherPass()).contains("b");
        }

        @Test
        @DisplayName("never where half of one is left")
        void halves() {
            var stanza = created(PG17);
            assertThat(create(Optional.of(stanza.archive()), Optional.empty(), PG17))
                    .extracting("why")
                    .isEqualTo("archive.info is there, but no backup.info");
            assertThat(create(Optional.empty(), Optional.of(stanza.backup()), PG17))
                    .extracting("why")
                    .isEqualTo("backup.info is there, but no archive.info");
        }

        @Test
        @DisplayName("never among files that are there")
        void amongFiles() {
            assertThat(create(Optional.empty(), Optional.empty(), PG17))
                    .isInstanceOf(Creation.Refused.class);
        }

        @Test
        @DisplayName("not again, and never for another cluster")
        void again() {
            var stanza = created(PG17);
            assertThat(create(Optional.of(stanza.archive()), Optional.of(stanza.backup()), PG17))
                    .isInstanceOf(Creation.Exists.class);
            assertThat(create(Optional.of(stanza.archive()), Optional.of(stanza.backup()), PG16))
                    .extracting("why")
                    .asString()
                    .startsWith("the stanza is of another cluster: PostgreSQL 17");
        }
    }

    @Nested
    @DisplayName("is upgraded")
    class Upgraded {
        @Test
        @DisplayName("by another entry in both histories; backups stay")
        void both() throws Exception {
            var stanza = created(PG16);
            var old = Entries.entry("20261101-000000F", "");
            var upgraded = Stanzas.upgrade(stanza.archive(), stanza.backup().with(old), PG17);
            assertThat(upgraded.changed()).isTrue();
            assertThat(upgraded.archive().current().archiveId()).isEqualTo("17-2");
            assertThat(upgraded.backup().current()).isEqualTo(PG17.withId(2));
            assertThat(upgraded.backup().backups()).containsExactly(old);
            assertThat(Stanzas.historyDisagreement(upgraded.archive(), upgraded.backup()))
                    .isEmpty();
        }

        @Test
        @DisplayName("not at all if it is the same cluster")
        void same() throws Exception {
            var stanza = created(PG17);
            assertThat(Stanzas.upgrade(stanza.archive(), stanza.backup(), PG17).changed())
                    .isFalse();
        }

        @Test
        @DisplayName("in the one file that was missed when the last upgrade was cut short")
        void halfDone() throws Exception {
            var stanza = created(PG16);
            var half = Stanzas.upgrade(stanza.archive(), stanza.backup(), PG17);
            var upgraded = Stanzas.upgrade(half.archive(), stanza.backup(), PG17);
            assertThat(upgraded.changed()).isTrue();
            assertThat(upgraded.backup()).isEqualTo(half.backup());
        }

        @Test
        @DisplayName("never to histories that do not agree")
        void disagree() throws Exception {
            var stanza = created(PG16);
            var ahead = Stanzas.upgrade(stanza.archive(), stanza.backup(), Entries.cluster(7, 15));
            assertThatThrownBy(() -> Stanzas.upgrade(ahead.archive(), stanza.backup(), PG17))
                    .hasMessageContaining("archive.info is for PostgreSQL 17")
                    .hasMessageContaining("history id 3");
        }
    }

    @Test
    @DisplayName("is not for a cluster of another system id or version")
    void foreign() {
        assertThat(Stanzas.foreign(PG17.identity(), PG17.withId(9).identity())).isEmpty();
        assertThat(Stanzas.foreign(PG17.identity(), PG16.identity()))
                .get()
                .asString()
                .contains(PG17.systemId().value())
                .contains(PG16.systemId().value());
    }

    @Nested
    @DisplayName("that lost track of its backups")
    class Reconstructed {
        private static final BackupEntry FULL = Entries.entry("20261101-000000F", "");
        private static final BackupEntry DIFF =
                Entries.entry("20261101-000000F_20261102-000000D", "20261101-000000F");
        private static final BackupEntry INCR =
                Entries.entry(
                        "20261101-000000F_20261103-000000I", "20261101-000000F_20261102-000000D");

        private static Reconstruction.Found found(BackupEntry entry) {
            return new Reconstruction.Found(entry, Entries.PG17);
        }

        private static Label label(BackupEntry entry) {
            return entry.label();
        }

        @Test
        @DisplayName("drops those without a manifest and all that build on them")
        void drops() {
            var info = Entries.info(FULL, DIFF, INCR);
            var r = Reconstruction.of(info, List.of(label(FULL), label(INCR)));
            assertThat(r.gone()).containsExactly(label(INCR), label(DIFF));
            assertThat(r.unlisted()).isEmpty();
            assertThat(r.apply(info, List.of()).info().backups()).containsExactly(FULL);
        }

        @Test
        @DisplayName("adds those whose manifest is there, in order")
        void adds() {
            var info = Entries.info(FULL);
            var r = Reconstruction.of(info, List.of(label(INCR), label(FULL), label(DIFF)));
            assertThat(r.unlisted()).containsExactly(label(DIFF), label(INCR));
            var result = r.apply(info, List.of(found(INCR), found(DIFF)));
            assertThat(result.info().backups()).containsExactly(FULL, DIFF, INCR);
            assertThat(result.rejected()).isEmpty();
        }

        @Test
        @DisplayName("adds none of another cluster, none whose prior is missing, and says so")
        void rejects() {
            var info = Entries.info(FULL);
            var r = Reconstruction.of(info, List.of(label(FULL), label(INCR)));
            var result = r.apply(info, List.of(found(INCR)));
            assertThat(result.info()).isEqualTo(info);
            assertThat(result.rejected().getFirst()).contains("which it builds on, is not there");
            var foreign = new Reconstruction.Found(DIFF, Entries.cluster(1, 16));
            assertThat(r.apply(info, List.of(foreign)).rejected().getFirst())
                    .contains("it is of another cluster");
        }

        @Test
        @DisplayName("needs nothing if all is as listed")
        void nothing() {
            var info = Entries.info(FULL, DIFF);
            assertThat(Reconstruction.of(info, List.of(label(FULL), label(DIFF))).isNeeded())
                    .isFalse();
        }
    }

    @Test
    @DisplayName("knows which backups build on which")
    void chains() {
        var chains =
                new Chains(List.of(Reconstructed.FULL, Reconstructed.DIFF, Reconstructed.INCR));
        assertThat(chains.chain(Reconstructed.INCR.label()))
                .containsExactly(
                        Reconstructed.INCR.label(),
                        Reconstructed.DIFF.label(),
                        Reconstructed.FULL.label());
        assertThat(chains.isWhole(Reconstructed.INCR.label())).isTrue();
        assertThat(new Chains(List.of(Reconstructed.INCR)).isWhole(Reconstructed.INCR.label()))
                .isFalse();
        assertThat(chains.withDependants(List.of(Reconstructed.DIFF.label())))
                .containsExactly(Reconstructed.INCR.label(), Reconstructed.DIFF.label());
    }
}
