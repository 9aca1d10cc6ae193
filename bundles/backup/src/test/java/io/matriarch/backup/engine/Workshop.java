package io.matriarch.backup.engine;

import io.matriarch.api.MatriarchException;
import io.matriarch.api.SystemId;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.codec.Sha1;
import io.matriarch.backup.expire.core.Retention;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.format.DbControl;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.PgVersion;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.restore.RestoreAsk;
import io.matriarch.backup.restore.RestoreOrder.Over;
import io.matriarch.backup.restore.RestoreProgress;
import io.matriarch.backup.restore.Restores;
import io.matriarch.backup.restore.core.RecoverySettings.Action;
import io.matriarch.backup.restore.core.RecoverySettings.Role;
import io.matriarch.backup.restore.core.RestorePlanner.Rates;
import io.matriarch.backup.restore.core.RestoreTarget;
import io.matriarch.backup.restore.core.TargetTimeline;
import io.matriarch.backup.task.Expire;
import io.matriarch.backup.wal.Cluster;
import io.matriarch.backup.wal.core.Answer;
import io.matriarch.backup.wal.push.Archiver;
import io.matriarch.storage.api.Storage;
import io.matriarch.storage.disk.DirectoryStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A repository in a folder, and what is done with it, for processes that may be killed: WAL goes to
 * one stanza, backups of a data directory without a server to another.
 */
final class Workshop {
    static final List<String> WORKS = List.of("push", "backup", "expire", "restore");
    private static final String MAIN = "main";
    private static final Retention ONE_FULL =
            new Retention(
                    new Retention.Full.Count(1),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    BackupType.FULL,
                    OptionalInt.of(0));

    private final Path folder;
    private final Storage storage;
    final Stanza stanza;
    final Path data;

    Workshop(Path folder, Storage storage) {
        this.folder = folder;
        this.storage = storage;
        stanza = new Repository("repo1", storage, Optional.empty()).stanza(MAIN);
        data = folder.resolve("data");
    }

    static Path repository(Path folder) {
        return folder.resolve("repo");
    }

    /** With a first backup. */
    static Workshop create(Path folder) throws Exception {
        Files.createDirectories(repository(folder));
        var shop = new Workshop(folder, new DirectoryStorage(repository(folder)));
        Cluster.create(shop.storage, Optional.empty());
        shop.stanza.create(
                new DbControl(
                        new DbIdentity(1, new SystemId(FakeServer.SYSTEM_ID), new PgVersion(15)),
                        1300,
                        202209061),
                new SecureRandom());
        var wal = "000000010000000000000003";
        byte[] content = Cluster.content(wal, 1);
        shop.storage.put(
                "archive/main/15-1/" + wal.substring(0, 16) + "/" + wal + "-" + Sha1.of(content),
                content);
        new FakeServer(shop.data);
        for (int i = 0; i < 12; i++) shop.write(i, 20_000 * (i + 1), i);
        shop.write(12, 3 << 20, 12);
        shop.backup(BackupType.FULL);
        return shop;
    }

    private void write(int number, int size, long seed) throws IOException {
        var bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        Files.write(data.resolve("pg_xact/%04X".formatted(number)), bytes);
    }

    /** Some files of the data directory become others. */
    void change(Random random) throws IOException {
        for (int i = 0; i < 4; i++)
            write(random.nextInt(12), 8192 * (1 + random.nextInt(9)), random.nextLong());
        if (random.nextInt(3) == 0) write(12, 3 << 20, random.nextLong());
    }

    // --- works

    void backup(BackupType type) throws Exception {
        var server = new FakeServer(data);
        var environment =
                new BackupEnvironment(
                        stanza,
                        "alpha",
                        () -> server,
                        data,
                        (_, _, _) -> {},
                        () -> {},
                        BackupEnvironment.LoadSource.OF_SERVER,
                        folder.resolve("work"),
                        InstantSource.system());
        new Backup(environment, Requests.PLAIN.stored(true, true).of(type)).run();
    }

    void expire() throws MatriarchException {
        new Expire(InstantSource.system()).run(stanza, ONE_FULL);
    }

    Path restored() {
        return folder.resolve("restored");
    }

    void restore() throws Exception {
        var restores =
                new Restores(
                        List.of(new Repository("repo1", storage, Optional.empty())),
                        MAIN,
                        InstantSource.system());
        boolean there = Files.exists(restored());
        restores.run(restores.plan(ask(there)), new RestoreProgress());
    }

    private RestoreAsk ask(boolean over) {
        return new RestoreAsk(
                new RestoreTarget.Latest(),
                new TargetTimeline.Latest(),
                Optional.empty(),
                Optional.of(restored().toString()),
                Map.of(),
                Optional.of(folder.resolve("tablespaces").toString()),
                List.of(),
                List.of(),
                over ? Over.SAME_CLUSTER : Over.NOTHING,
                Role.PRIMARY,
                Action.PROMOTE,
                "false",
                true,
                2,
                Rates.CAUTIOUS);
    }

    /**
     * Archives segments as PostgreSQL asks for them.
     *
     * @param acknowledged is told each of which PostgreSQL is told
     */
    void push(int first, int count, Consumer<String> acknowledged) throws Exception {
        var cluster = new Cluster(folder.resolve("wal"));
        for (int i = 0; i < count; i++)
            if (!Files.exists(cluster.status.resolve(Cluster.name(first + i) + ".done")))
                cluster.ready(Cluster.name(first + i));
        try (var archiver =
                new Archiver(
                        List.of(Cluster.archive("repo1", storage)),
                        Compression.ZST,
                        3,
                        2,
                        () -> Instant.EPOCH)) {
            for (int i = 0; i < count; i++) {
                String name = Cluster.name(first + i);
                if (Files.exists(cluster.status.resolve(name + ".done"))) continue;
                var answer = archiver.push(cluster.wal.resolve(name)).get(5, TimeUnit.MINUTES);
                if (!(answer instanceof Answer.Done))
                    throw new IllegalStateException(name + ": " + answer.line());
                acknowledged.accept(name);
                cluster.done(name);
            }
        }
    }
}
