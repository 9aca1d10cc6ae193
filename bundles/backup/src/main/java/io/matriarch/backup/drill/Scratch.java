package io.matriarch.backup.drill;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.restore.Programs;
import io.matriarch.backup.restore.QuietServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A restored server for a look: it archives nothing, and what it writes may be lost. */
final class Scratch implements AutoCloseable {
    static final String DATA = "data";
    private static final List<String> SETTINGS = List.of("archive_mode=off", "fsync=off");

    private final Path folder;
    private final Programs programs;
    private final String user;
    private final QuietServer server;

    /**
     * @param folder holds the restored {@link #DATA}
     * @param user superuser of the cluster
     */
    Scratch(Path folder, Programs programs, String user) {
        this.folder = folder;
        this.programs = programs;
        this.user = user;
        this.server =
                new QuietServer(
                        folder.resolve(DATA),
                        folder,
                        programs,
                        "look at the member's log; a setting of the restored server may not fit"
                                + " this host");
    }

    /**
     * Starts it; returns when recovery is over and sessions are accepted.
     *
     * @throws MatriarchException with the end of its log
     */
    void start(Duration patience) throws MatriarchException, InterruptedException {
        server.start("local all all trust", SETTINGS, patience, this::answers);
    }

    private boolean answers() throws MatriarchException, InterruptedException {
        return psql("template1", "SELECT 1 WHERE NOT pg_is_in_recovery()").output().equals("1");
    }

    Programs.Result psql(String database, String sql)
            throws MatriarchException, InterruptedException {
        return programs.run(
                folder.resolve("psql.out"),
                Duration.ofHours(24),
                "psql",
                "-X",
                "-q",
                "-At",
                "-w",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                folder.toString(),
                "-p",
                QuietServer.PORT,
                "-U",
                user,
                "-d",
                database,
                "-c",
                sql);
    }

    /** Every table and B-tree index of every database; 2 and more of exit is damage. */
    Programs.Result amcheck() throws MatriarchException, InterruptedException {
        return programs.run(
                folder.resolve("amcheck.out"),
                Duration.ofHours(24),
                "pg_amcheck",
                "--all",
                "--install-missing=pg_catalog",
                "-w",
                "-h",
                folder.toString(),
                "-p",
                QuietServer.PORT,
                "-U",
                user);
    }

    /** Stops it at once; nothing of it is kept. */
    @Override
    public void close() throws MatriarchException {
        server.end();
    }
}
