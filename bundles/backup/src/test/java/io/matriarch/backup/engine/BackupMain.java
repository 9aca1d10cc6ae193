package io.matriarch.backup.engine;

import io.matriarch.backup.api.Restoring.Wanted;
import io.matriarch.backup.engine.sql.PgServer;
import io.matriarch.backup.engine.sql.ServerAccess;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.format.DbControl;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.PgVersion;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.restore.LocalRestores;
import io.matriarch.backup.restore.RestoreProgress;
import io.matriarch.backup.restore.Restores;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.storage.disk.DirectoryStorage;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The engine as a process that goes on, as the agent does, for benchmarks/backup. It answers each
 * line of its input by one: {@code done} and the milliseconds it took, or {@code failed} and why.
 */
public final class BackupMain {
    private static final int WORKERS = 2;

    private final Path repository;
    private final Path data;
    private final Stanza stanza;

    private BackupMain(Path repository, Path data) throws Exception {
        this.repository = Files.createDirectories(repository);
        this.data = data;
        stanza =
                new Repository("repo1", new DirectoryStorage(repository), Optional.empty())
                        .stanza("demo");
    }

    /**
     * Lines of the input are {@code create}; {@code backup} PORT TYPE WORK; {@code restore}
     * DIRECTORY DELTA. It ends with it.
     *
     * @param arguments repository, data directory
     */
    public static void main(String[] arguments) throws Exception {
        var main = new BackupMain(Path.of(arguments[0]), Path.of(arguments[1]));
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) System.out.println(main.answer(line));
    }

    private String answer(String line) {
        long begun = System.nanoTime();
        try {
            carryOut(line.split(" "));
            return "done " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        } catch (Exception e) {
            return "failed " + e;
        }
    }

    private void carryOut(String... words) throws Exception {
        switch (words[0]) {
            case "create" -> create();
            case "backup" ->
                    backup(
                            Integer.parseInt(words[1]),
                            BackupType.valueOf(words[2]),
                            Path.of(words[3]));
            case "restore" -> restore(words[1], Boolean.parseBoolean(words[2]));
            default -> throw new IllegalArgumentException("no operation: " + words[0]);
        }
    }

    private PgVersion version() throws Exception {
        return PgVersion.parse(Files.readString(data.resolve("PG_VERSION")).strip());
    }

    private void create() throws Exception {
        var control = DataDirectory.control(data).facts();
        stanza.create(
                new DbControl(
                        new DbIdentity(1, control.systemId(), version()),
                        control.controlVersion(),
                        control.catalogVersion()),
                new SecureRandom());
    }

    private void backup(int port, BackupType type, Path work) throws Exception {
        var access =
                new ServerAccess(
                        new HostPort("127.0.0.1", port), "postgres", "postgres", "", Map.of());
        Path archive = repository.resolve("archive/demo/" + version() + "-1");
        var environment =
                new BackupEnvironment(
                        stanza,
                        "alpha",
                        () -> PgServer.open(access),
                        data,
                        (_, last, patience) -> Archived.await(archive, last, patience, () -> ""),
                        () -> {},
                        BackupEnvironment.LoadSource.OF_SERVER,
                        work,
                        InstantSource.system());
        new Backup(environment, Requests.PLAIN.of(type)).run();
    }

    private void restore(String directory, boolean delta) throws Exception {
        var wanted =
                new Wanted(
                        "latest",
                        Optional.empty(),
                        Optional.empty(),
                        directory,
                        Optional.empty(),
                        List.of(),
                        delta,
                        false);
        var clock = InstantSource.system();
        var restores = new Restores(List.of(stanza.repository()), "demo", clock);
        var planned = restores.plan(new LocalRestores(data, "false", WORKERS).ask(wanted));
        LocalRestores.run(
                restores, planned, new RestoreProgress(), Instant.now(), Optional.empty());
    }
}
