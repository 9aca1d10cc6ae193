package io.matriarch.backup.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.BackupInfo;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.repository.Manifests.Loaded;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.repository.StoredFiles;
import io.matriarch.backup.restore.RepositoryReplica;
import io.matriarch.backup.restore.RestoreAsk;
import io.matriarch.backup.restore.RestoreOrder;
import io.matriarch.backup.restore.RestoreOrder.Over;
import io.matriarch.backup.restore.RestoreProgress;
import io.matriarch.backup.restore.Restorer;
import io.matriarch.backup.restore.Restores;
import io.matriarch.backup.restore.core.DatabaseSelection;
import io.matriarch.backup.restore.core.RecoverySettings;
import io.matriarch.backup.restore.core.RecoverySettings.Wish;
import io.matriarch.backup.restore.core.RestoreLayout;
import io.matriarch.backup.restore.core.RestorePlanner.Rates;
import io.matriarch.backup.restore.core.RestoreTarget;
import io.matriarch.backup.restore.core.TargetTimeline;
import io.matriarch.backup.verify.Verifier;
import io.matriarch.storage.disk.DirectoryStorage;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Repositories stock pgBackRest wrote, of every kind it has: we list and restore them, and the
 * server that comes of it is the one that was backed up.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("A repository of stock pgBackRest")
public abstract class StockRepositories {
    /**
     * @param options of the repository
     * @param compression of its backups
     */
    public record Kind(String name, Map<String, String> options, String compression) {
        boolean encrypted() {
            return options.containsKey("cipher-type");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private StockLab lab;
    private String last = "";
    private String atPoint = "";

    /** Where it is done. */
    protected abstract StockLab lab() throws Exception;

    /** Which kinds of repositories stock can write there. */
    protected abstract List<Kind> kinds();

    @BeforeAll
    protected void backUp() throws Exception {
        lab = lab();
        lab.create(kinds().stream().map(Kind::options).toList());
        lab.query("create tablespace ts1 location '%s'".formatted(lab.tablespace()));
        lab.query("create table t (id int primary key, v text)");
        lab.query("create table u (id int primary key, v text) tablespace ts1");
        lab.query("create unlogged table gone (id int)");
        lab.query(
                "insert into t select g, repeat(md5(g::text), 9) from generate_series(1, 20000) g");
        lab.query("insert into u select g, md5(g::text) from generate_series(1, 5000) g");
        lab.query("create database other");
        backUpAll("full");
        lab.query("update t set v = 'diff' where id % 1000 = 0");
        backUpAll("diff");
        lab.query("update u set v = 'incr' where id % 100 = 0");
        lab.query("insert into t select g, 'new' from generate_series(20001, 20500) g");
        backUpAll("incr");
        lab.query("insert into u values (6000, 'before the point')");
        atPoint = state();
        lab.query("select pg_create_restore_point('here')");
        lab.query("delete from t where id <= 1000");
        last = state();
        lab.query("select pg_switch_wal()");
        lab.pgbackrest("check");
        lab.stop(lab.data());
    }

    private void backUpAll(String type) throws Exception {
        for (int i = 0; i < kinds().size(); i++)
            lab.pgbackrest(
                    "--repo=" + (i + 1),
                    "--type=" + type,
                    "--compress-type=" + kinds().get(i).compression,
                    "backup");
    }

    private String state() throws Exception {
        return lab.query(
                """
                select (select count(*) || md5(string_agg(t::text, ',' order by id)) from t)
                  || (select count(*) || md5(string_agg(u::text, ',' order by id)) from u)
                """);
    }

    @AfterEach
    protected void stopServers() throws Exception {
        lab.stopAll();
    }

    @AfterAll
    protected void end() throws Exception {
        if (lab != null) lab.close();
    }

    private Stanza stanza(Kind kind) {
        var storage = new DirectoryStorage(lab.repository(kinds().indexOf(kind) + 1));
        var passphrase =
                kind.encrypted()
                        ? Optional.of(new Passphrase(StockLab.PASSPHRASE))
                        : Optional.<Passphrase>empty();
        return new Repository("repo", storage, passphrase).stanza(StockLab.STANZA);
    }

    private static BackupEntry backup(BackupInfo info, BackupType type) {
        return info.backups().stream().filter(b -> b.type() == type).findFirst().orElseThrow();
    }

    protected Stream<Kind> eachKind() {
        return kinds().stream();
    }

    @ParameterizedTest
    @MethodSource("eachKind")
    @DisplayName("is listed as stock lists it, and its manifests tell the same")
    protected void listed(Kind kind) throws Exception {
        var stanza = stanza(kind);
        var info = stanza.backupInfo();
        assertThat(info.backups())
                .extracting(BackupEntry::type)
                .containsExactlyInAnyOrder(
                        BackupType.FULL, BackupType.DIFFERENTIAL, BackupType.INCREMENTAL);
        assertThat(stanza.complete())
                .containsExactlyElementsOf(
                        info.backups().stream().map(BackupEntry::label).toList());
        for (var backup : info.backups())
            assertThat(stanza.manifests().load(backup.label()).entry()).isEqualTo(backup);
    }

    @ParameterizedTest
    @MethodSource("eachKind")
    @DisplayName(
            "is verified, every file and segment, and then each byte that was flipped is named")
    protected void verified(Kind kind) throws Exception {
        var stanza = stanza(kind);
        var clean = new Verifier(stanza, 2, lab.root.resolve("work")).run(List.of());
        assertThat(clean.damages()).isEmpty();
        assertThat(clean.sound()).hasSize(3);
        assertThat(clean.segments()).isPositive();
        var loaded = loaded(kind, BackupType.FULL);
        var files = new StoredFiles(stanza, loaded.manifest());
        var large = new ArrayList<ManifestFile>();
        stanza.manifests()
                .forEach(
                        loaded,
                        file -> {
                            if (file.name().contains("/base/") && file.size() > 100_000)
                                large.add(file);
                        });
        var victim = large.getFirst();
        var place = files.place(victim);
        var path = lab.repository(kinds().indexOf(kind) + 1).resolve(place.path());
        flip(path, place.offset() + place.length() / 2);
        var report = new Verifier(stanza, 2, lab.root.resolve("work")).run(List.of());
        flip(path, place.offset() + place.length() / 2);
        assertThat(report.damages())
                .isNotEmpty()
                .allSatisfy(damage -> assertThat(damage.name()).isEqualTo(victim.name()));
        assertThat(report.damaged()).containsKey(loaded.label());
    }

    private static void flip(Path path, long offset) throws Exception {
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(offset);
            int old = file.read();
            file.seek(offset);
            file.write(old ^ 1);
        }
    }

    @ParameterizedTest
    @MethodSource("eachKind")
    @DisplayName("is planned from: its backups, its WAL, and the times between")
    protected void planned(Kind kind) throws Exception {
        var restores =
                new Restores(
                        List.of(stanza(kind).repository()),
                        StockLab.STANZA,
                        InstantSource.system());
        var plan = restores.find(ask(new RestoreTarget.Latest())).plan();
        assertThat(plan.backup().type()).isEqualTo(BackupType.INCREMENTAL);
        assertThat(plan.notes()).isEmpty();
        assertThat(plan.walBytes()).isEqualTo(plan.segments() << 20);
        assertThat(plan.earliest()).isBefore(plan.latest());
        var diff = backup(stanza(kind).backupInfo(), BackupType.DIFFERENTIAL);
        var between = new RestoreTarget.Time(diff.stop().plusMillis(1), true);
        assertThat(restores.find(ask(between)).plan().backup()).isEqualTo(diff);
        assertThatThrownBy(() ->
                        restores.find(
                                ask(new RestoreTarget.Time(plan.earliest().minusSeconds(1), true))))
                .hasMessageContaining("before the first backup ended");
        assertThat(
                        new RepositoryReplica(restores, 2)
                                .offer(stanza(kind).backupInfo().current().systemId(), 1))
                .as("its tablespace lies outside")
                .isEmpty();
    }

    private static RestoreAsk ask(RestoreTarget target) {
        return new RestoreAsk(
                target,
                new TargetTimeline.Latest(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                List.of(),
                List.of(),
                Over.NOTHING,
                RecoverySettings.Role.PRIMARY,
                RecoverySettings.Action.PROMOTE,
                "false",
                false,
                2,
                Rates.CAUTIOUS);
    }

    /** A backup to bring back. */
    protected record Case(Kind kind, BackupType type) {}

    protected Stream<Case> eachBackup() {
        return kinds().stream()
                .flatMap(kind -> Stream.of(BackupType.values()).map(type -> new Case(kind, type)));
    }

    @ParameterizedTest
    @MethodSource("eachBackup")
    @DisplayName("gives back each backup, and the server replays to the same rows")
    protected void restored(Case c) throws Exception {
        var directory = restore(c.kind, c.type, new RestoreTarget.Latest(), "new");
        lab.start(directory);
        awaitPrimary();
        assertThat(state()).isEqualTo(last);
        check(directory);
    }

    @Test
    @DisplayName("gives back the state at a named point")
    protected void pointInTime() throws Exception {
        var directory =
                restore(
                        kinds().getLast(),
                        BackupType.INCREMENTAL,
                        new RestoreTarget.Point("here"),
                        "pitr");
        lab.start(directory);
        awaitPrimary();
        assertThat(state()).isEqualTo(atPoint);
    }

    @ParameterizedTest
    @MethodSource("eachKind")
    @DisplayName("is restored over a cluster that went on: only what differs is written")
    protected void delta(Kind kind) throws Exception {
        var directory = restore(kind, BackupType.FULL, new RestoreTarget.Latest(), "delta");
        Files.writeString(directory.resolve("stray"), "x");
        Files.createDirectories(directory.resolve("base/99999"));
        Files.delete(directory.resolve("global/1262"));
        Files.write(
                directory.resolve("global/1260"), new byte[] {1, 2, 3}, StandardOpenOption.WRITE);
        var progress = new RestoreProgress();
        var loaded = loaded(kind, BackupType.INCREMENTAL);
        restorer(kind, loaded, directory, Over.SAME_CLUSTER, DatabaseSelection.ALL, progress).run();
        assertThat(directory.resolve("stray")).doesNotExist();
        assertThat(directory.resolve("base/99999")).doesNotExist();
        assertThat(progress.files())
                .isEqualTo(loaded.files() - 1 /* tablespace_map: the tablespace moved */);
        assertThat(progress.kept()).isGreaterThan(loaded.files() / 2);
        lab.own(directory);
        lab.own(Path.of(directory + "-ts1"));
        lab.start(directory);
        awaitPrimary();
        assertThat(state()).isEqualTo(last);
    }

    @Test
    @DisplayName("is never restored over a server that runs, another cluster, or somebody's files")
    protected void refused() throws Exception {
        var kind = kinds().getFirst();
        var loaded = loaded(kind, BackupType.FULL);
        var directory = Files.createDirectories(lab.root.resolve("occupied"));
        Files.writeString(directory.resolve("mine"), "x");
        refused(kind, loaded, directory, Over.NOTHING, "is not empty");
        refused(kind, loaded, directory, Over.ANY_CLUSTER, "holds something, but no cluster");
        Files.writeString(directory.resolve("postmaster.pid"), "1");
        refused(kind, loaded, directory, Over.ANY_CLUSTER, "a server seems to run");
        assertThat(directory.resolve("mine")).hasContent("x");
        var foreign = lab.root.resolve("foreign");
        lab.postgres("initdb", "-A", "trust", "-N", "-D", foreign.toString());
        refused(kind, loaded, foreign, Over.SAME_CLUSTER, "holds another cluster");
        restorer(
                        kind,
                        loaded,
                        foreign,
                        Over.ANY_CLUSTER,
                        DatabaseSelection.ALL,
                        new RestoreProgress())
                .run();
        assertThat(foreign.resolve("backup_label")).exists();
    }

    private void refused(Kind kind, Loaded loaded, Path directory, Over over, String why)
            throws Exception {
        var restorer =
                restorer(
                        kind,
                        loaded,
                        directory,
                        over,
                        DatabaseSelection.ALL,
                        new RestoreProgress());
        assertThatThrownBy(restorer::check)
                .isInstanceOf(MatriarchException.class)
                .hasMessageContaining(why);
        assertThatThrownBy(restorer::run).hasMessageContaining(why);
    }

    @Test
    @DisplayName("gives back chosen databases; files of the others are zeros")
    protected void databases() throws Exception {
        var kind = kinds().getLast();
        var loaded = loaded(kind, BackupType.FULL);
        var directory = lab.root.resolve("selective");
        var selection = DatabaseSelection.of(loaded.manifest(), List.of("postgres"), List.of());
        restorer(kind, loaded, directory, Over.NOTHING, selection, new RestoreProgress()).run();
        var zeroed = new ArrayList<ManifestFile>();
        stanza(kind)
                .manifests()
                .forEach(
                        loaded,
                        file -> {
                            if (selection.zeroes(file.name())) zeroed.add(file);
                        });
        assertThat(zeroed).isNotEmpty();
        for (var file : zeroed) {
            var path = directory.resolve(file.name().substring("pg_data/".length()));
            assertThat(Files.readAllBytes(path)).hasSize((int) file.size()).containsOnly(0);
            if (file.size() > 0) break;
        }
        lab.own(directory);
        lab.own(Path.of(directory + "-ts1"));
        lab.start(directory);
        awaitPrimary();
        assertThat(state()).isEqualTo(last);
    }

    // --- how it is done

    private Loaded loaded(Kind kind, BackupType type) throws Exception {
        var stanza = stanza(kind);
        return stanza.manifests().load(backup(stanza.backupInfo(), type).label());
    }

    private Restorer restorer(
            Kind kind,
            Loaded loaded,
            Path directory,
            Over over,
            DatabaseSelection selection,
            RestoreProgress progress)
            throws Exception {
        return restorer(
                kind, loaded, directory, new RestoreTarget.Latest(), over, selection, progress);
    }

    private Restorer restorer(
            Kind kind,
            Loaded loaded,
            Path directory,
            RestoreTarget target,
            Over over,
            DatabaseSelection selection,
            RestoreProgress progress)
            throws Exception {
        var layout =
                RestoreLayout.of(
                        loaded.manifest(),
                        Optional.of(directory.toString()),
                        Map.of("ts1", directory + "-ts1"),
                        Optional.empty());
        var recovery =
                RecoverySettings.of(
                        new Wish(
                                target,
                                new TargetTimeline.Latest(),
                                RecoverySettings.Role.PRIMARY,
                                RecoverySettings.Action.PROMOTE,
                                lab.restoreCommand(directory, kinds().indexOf(kind) + 1),
                                true));
        return new Restorer(
                stanza(kind),
                new RestoreOrder(loaded, layout, selection, recovery, over, 2),
                InstantSource.system(),
                progress);
    }

    private Path restore(Kind kind, BackupType type, RestoreTarget target, String name)
            throws Exception {
        var directory = lab.root.resolve(name + "-" + kind + "-" + type);
        var loaded = loaded(kind, type);
        var progress = new RestoreProgress();
        restorer(kind, loaded, directory, target, Over.NOTHING, DatabaseSelection.ALL, progress)
                .run();
        assertThat(directory.resolve("backup.manifest")).doesNotExist();
        assertThat(directory.resolve(".matriarch-restore")).doesNotExist();
        assertThat(progress.bytes()).isPositive();
        lab.own(directory);
        lab.own(Path.of(directory + "-ts1"));
        return directory;
    }

    private void awaitPrimary() throws Exception {
        var limit = Instant.now().plusSeconds(120); // each look takes its time, so no pause
        while (!lab.query("select pg_is_in_recovery()").equals("f"))
            assertThat(Instant.now()).as("end of recovery").isBefore(limit);
    }

    private void check(Path directory) throws Exception {
        lab.query("create extension if not exists amcheck");
        lab.postgres(
                "pg_amcheck",
                "-h",
                lab.socket().toString(),
                "-p",
                Integer.toString(lab.port()),
                "-d",
                "postgres",
                "--heapallindexed");
        assertThat(directory.resolve("pg_tblspc")).isNotEmptyDirectory();
    }
}
