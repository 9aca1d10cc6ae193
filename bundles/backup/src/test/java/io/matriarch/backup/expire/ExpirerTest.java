package io.matriarch.backup.expire;

import static io.matriarch.backup.format.Entries.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.backup.expire.core.Retention;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.format.Entries;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.repository.Notes;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.storage.memory.Faults;
import io.matriarch.storage.memory.MemoryBucket;
import io.matriarch.storage.memory.MemoryStorage;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Expiring")
class ExpirerTest {
    private static final Instant NOW = Instant.parse("2026-11-30T00:00:00Z");
    private static final String F1 = "20261101-000000F";
    private static final String I1 = "20261101-000000F_20261103-000000I";
    private static final String F2 = "20261110-000000F";
    private static final Retention ONE_FULL =
            new Retention(
                    new Retention.Full.Count(1),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    BackupType.FULL,
                    OptionalInt.of(0));

    private final MemoryBucket bucket = new MemoryBucket();
    private final MemoryStorage storage = new MemoryStorage(bucket);
    private final Stanza stanza = stanza(storage);

    private static Stanza stanza(MemoryStorage storage) {
        return new Repository("repo1", storage, Optional.empty()).stanza("main");
    }

    private static String wal(int number) {
        return "0000000100000000%08X".formatted(number);
    }

    private static String path(int number) {
        return "archive/main/17-1/0000000100000000/" + wal(number) + "-" + "a".repeat(40) + ".zst";
    }

    @BeforeEach
    void fill() throws Exception {
        stanza.create(Entries.PG17, new SecureRandom());
        for (BackupEntry backup :
                List.of(
                        entry(F1, "", 1, wal(0x10)),
                        entry(I1, F1, 1, wal(0x18)),
                        entry(F2, "", 1, wal(0x20)))) {
            String folder = "backup/main/" + backup.label();
            storage.put(folder + "/backup.manifest", new byte[1]);
            storage.put(folder + "/backup.manifest.copy", new byte[1]);
            storage.put(folder + "/bundle/1", new byte[1]);
            storage.put(stanza.paths().historyManifest(backup.label()), new byte[1]);
            stanza.update(info -> info.with(backup));
        }
        for (int number = 0x0F; number <= 0x22; number++) storage.put(path(number), new byte[1]);
        storage.put("archive/main/17-1/00000002.history", new byte[1]);
        storage.put("backup/main/20261129-000000F/backup.manifest.copy", new byte[1]);
    }

    private void expire() throws Exception {
        var expirer = new Expirer(stanza);
        expirer.run(expirer.plan(ONE_FULL, Set.of(), NOW, ZoneOffset.UTC), NOW);
    }

    @Test
    @DisplayName("removes nothing while it is only planned")
    void planned() throws Exception {
        var before = bucket.paths();
        var plan = new Expirer(stanza).plan(ONE_FULL, Set.of(), NOW, ZoneOffset.UTC);
        assertThat(plan.labelsToRemove()).containsExactly(new Label(I1), new Label(F1));
        assertThat(bucket.paths()).isEqualTo(before);
    }

    @Test
    @DisplayName("removes backups, their WAL and their old manifests, and nothing else")
    void removes() throws Exception {
        expire();
        assertThat(stanza.backupInfo().backups())
                .extracting(BackupEntry::label)
                .containsExactly(new Label(F2));
        assertThat(bucket.paths())
                .noneMatch(path -> path.contains(F1))
                .contains(
                        "backup/main/" + F2 + "/bundle/1",
                        "backup/main/backup.history/2026/" + F2 + ".manifest.gz",
                        "archive/main/17-1/00000002.history",
                        path(0x20),
                        path(0x22))
                .doesNotContain(path(0x0F), path(0x10), path(0x1F));
        assertThat(bucket.paths())
                .as("a backup another program may be making is not ours to remove")
                .contains("backup/main/20261129-000000F/backup.manifest.copy");
    }

    @Test
    @DisplayName("keeps what is pinned, until it is not pinned any more")
    void pinned() throws Exception {
        var notes = new Notes(stanza);
        notes.write(new Label(F1), Notes.PIN, "audit");
        expire();
        assertThat(stanza.backupInfo().backups()).hasSize(2);
        assertThat(bucket.paths()).contains(path(0x10)).doesNotContain(path(0x11));
        notes.remove(new Label(F1), Notes.PIN);
        expire();
        assertThat(stanza.backupInfo().backups()).hasSize(1);
    }

    @Test
    @DisplayName("refuses a plan that is out of date, before it removes anything")
    void outOfDate() throws Exception {
        var expirer = new Expirer(stanza);
        var plan = expirer.plan(ONE_FULL, Set.of(), NOW, ZoneOffset.UTC);
        new Notes(stanza).write(new Label(I1), Notes.PIN, "");
        assertThatThrownBy(() -> expirer.run(plan, NOW)).hasMessageContaining(I1 + " was pinned");
        new Notes(stanza).remove(new Label(I1), Notes.PIN);
        stanza.update(info -> info.with(entry("20261101-000000F_20261129-000000D", F1)));
        assertThatThrownBy(() -> expirer.run(plan, NOW))
                .hasMessageContaining("builds on what shall go");
        assertThat(stanza.backupInfo().backups()).hasSize(4);
    }

    @Test
    @DisplayName("removes nothing while another program builds on it, until that is surely dead")
    void builtOn() throws Exception {
        String begun = "20261101-000000F_20261129-000000D";
        storage.put("backup/main/" + begun + "/pg_data/base/5/1259", new byte[1]);
        var written = stanza.lastWritten(new Label(begun));
        var before = bucket.paths();
        var expirer = new Expirer(stanza);
        var plan = expirer.plan(ONE_FULL, Set.of(), NOW, ZoneOffset.UTC);
        assertThatThrownBy(() -> expirer.run(plan, written.plusSeconds(3599)))
                .hasMessageContaining("another program makes backup " + begun)
                .hasMessageContaining("builds on " + F1);
        assertThat(bucket.paths()).isEqualTo(before);
        expirer.run(plan, written.plusSeconds(3600));
        assertThat(stanza.backupInfo().backups()).hasSize(1);
    }

    @Test
    @DisplayName("killed anywhere leaves a repository the next run puts right")
    void killedAnywhere() throws Exception {
        for (int step = 0; ; step++) {
            var mine = new ExpirerTest();
            mine.fill();
            mine.storage.faults().killAfter(step);
            try {
                mine.expire();
                assertThat(step).isGreaterThan(20);
                return; // it ended before it was killed: every point was tried
            } catch (Faults.Killed expected) {
                mine.afterKill(step);
            }
        }
    }

    private void afterKill(int step) throws Exception {
        var after = new MemoryStorage(bucket);
        var stanza = stanza(after);
        assertThat(stanza.backupInfo().backup(new Label(F2))).as("step %d", step).isPresent();
        assertThat(bucket.paths()).as("step %d", step).contains(path(0x20), path(0x22));
        stanza.reconstruct();
        for (var backup : stanza.backupInfo().backups())
            assertThat(bucket.paths())
                    .as("step %d", step)
                    .contains("backup/main/" + backup.label() + "/bundle/1");
        var expirer = new Expirer(stanza);
        expirer.run(expirer.plan(ONE_FULL, Set.of(), NOW, ZoneOffset.UTC), NOW);
        assertThat(stanza.backupInfo().backups()).as("step %d", step).hasSize(1);
        assertThat(bucket.paths()).as("step %d", step).doesNotContain(path(0x10));
    }

    @Test
    @DisplayName("of a backup that is not there is refused")
    void unknown() {
        assertThatThrownBy(() ->
                        new Expirer(stanza)
                                .planRemoval(
                                        List.of(new Label("20200101-000000F")),
                                        ONE_FULL,
                                        Set.of(),
                                        NOW,
                                        ZoneOffset.UTC))
                .hasMessageContaining("there is no backup 20200101-000000F");
    }
}
