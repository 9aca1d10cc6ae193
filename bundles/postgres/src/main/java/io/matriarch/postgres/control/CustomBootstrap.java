package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.Gate;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.Progress;
import io.matriarch.postgres.api.StopMode;
import io.matriarch.postgres.core.CustomMethods;
import io.matriarch.postgres.core.NodeSettings;
import io.matriarch.postgres.core.ServerConfig;
import io.matriarch.postgres.sql.Roles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first data directory of a cluster by a command of the user's: it is run, what it left
 * recovers, and the superuser gets the password we know. Meanwhile only the user who runs the
 * server reaches it, by a socket in a directory of ours.
 */
final class CustomBootstrap {
    private static final Logger log = LoggerFactory.getLogger(CustomBootstrap.class);
    private static final Duration LONGEST = Duration.ofDays(7);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration ASK = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofMinutes(30);
    private static final String RECOVERING =
            "SELECT CASE WHEN NOT pg_is_in_recovery() THEN 'done'"
                    + " WHEN pg_is_wal_replay_paused() THEN 'paused' ELSE 'recovering' END";

    private final Parts parts;
    private final NodeSettings node;
    private final ServerControl control;

    CustomBootstrap(Parts parts, ServerControl control) {
        this.parts = parts;
        this.control = control;
        node = parts.node();
    }

    /** Is there while what lies in the data directory is not a whole cluster yet. */
    private Path mark() {
        return node.stateDir().resolve("custom-bootstrap");
    }

    boolean unfinished() {
        return Files.exists(mark());
    }

    void finished() throws PostgresException {
        delete(mark());
    }

    /**
     * Leaves a stopped cluster that has recovered.
     *
     * @param made done once the files are there, before the server starts on them
     */
    void run(
            CustomMethods.Bootstrap method,
            Gate gate,
            Consumer<Progress> progress,
            Turn.Action made)
            throws PostgresException {
        parts.states().set(PostgresState.CUSTOM_BOOTSTRAP);
        try {
            progress.accept(new Progress(method.name(), 0, 0));
            parts.files().ensureDirectory(node.stateDir());
            write(mark(), "a data directory is being made by bootstrap." + method.name() + "\n");
            call(method);
            made.run();
            prepare(method);
            progress.accept(new Progress("recovery", 0, 0));
            recover(method, gate);
        } catch (PostgresException e) {
            parts.states().set(PostgresState.CUSTOM_BOOTSTRAP_FAILED);
            throw e;
        }
    }

    private void call(CustomMethods.Bootstrap method) throws PostgresException {
        var result =
                parts.programs()
                        .shell(
                                method.command(),
                                method.arguments(node.scope(), node.dataDir()),
                                Map.of(),
                                LONGEST);
        if (!result.good())
            throw failed(
                    method, "ended with exit status " + result.exit() + ": " + result.lastWords());
        if (parts.dir().look().kind() != DataDirectory.PRESENT)
            throw failed(
                    method,
                    "ended well, and there is no cluster in "
                            + node.dataDir()
                            + " "
                            + parts.dir().look().trouble());
        if (parts.processes().postmaster().isPresent())
            throw failed(method, "left a server running in " + node.dataDir());
    }

    private PostgresException failed(CustomMethods.Bootstrap method, String what) {
        return new PostgresException(
                Code.POSTGRES_CONTROL,
                "the command of bootstrap." + method.name() + " " + what,
                "It is called with "
                        + method.arguments(node.scope(), node.dataDir())
                        + " and is to leave a stopped server's directory in postgresql.data_dir.");
    }

    private void prepare(CustomMethods.Bootstrap method) throws PostgresException {
        if (method.keepRecovery()) return;
        parts.dir().setStandby(false);
        parts.files().cleanAutoConf();
        if (!method.recovery().isEmpty()) write(parts.dir().file("recovery.signal"), "");
    }

    private void recover(CustomMethods.Bootstrap method, Gate gate) throws PostgresException {
        Path hba = node.stateDir().resolve("custom-bootstrap-hba.conf");
        try {
            // Nobody else may enter the directory of the socket, or connect to it.
            write(hba, "local all all trust\n");
            var config =
                    ServerConfig.secluded(
                            node,
                            control.merged(true),
                            parts.dir().control(),
                            method.recovery(),
                            hba);
            parts.files().write(config);
            long logged = log().toFile().length();
            parts.states().set(PostgresState.STARTING_AFTER_CUSTOM_BOOTSTRAP);
            parts.process()
                    .start(config, parts.files().conf(), gate, node.startTimeout(), parts.turn());
            awaitEnd(method, logged);
            giveSuperuser();
            control.stop(StopMode.FAST, STOP, _ -> {});
            parts.files().cleanAutoConf();
        } finally {
            delete(hba);
        }
    }

    private Path log() {
        return node.stateDir().resolve("postgresql.log");
    }

    private void awaitEnd(CustomMethods.Bootstrap method, long logged) throws PostgresException {
        long end = System.nanoTime() + LONGEST.toNanos();
        boolean told = false;
        String answer = "";
        while (System.nanoTime() - end < 0) {
            if (parts.processes().postmaster().isEmpty())
                throw new PostgresException(
                        Code.POSTGRES_CONTROL,
                        "PostgreSQL ended while it recovered what bootstrap."
                                + method.name()
                                + " made: "
                                + ServerProcess.tail(log().toFile(), logged),
                        "Look at restore_command and the recovery target.");
            var result = psql("-Atc", RECOVERING);
            answer = result.good() ? result.output().strip() : result.lastWords();
            if (answer.equals("done")) return;
            refuseMissingSuperuser(answer);
            if (answer.equals("paused") && !told) {
                told = true;
                log.warn(
                        "recovery is paused at its target: psql -h {} -p {} -U {} -c 'SELECT"
                                + " pg_wal_replay_resume()' ends it;"
                                + " recovery_target_action: promote would have",
                        node.stateDir(),
                        node.port(),
                        node.superuser().username());
            }
            if (new Waiting(PAUSE).until(parts.turn()::isCutShort))
                throw new PostgresException(
                        Code.POSTGRES_CONTROL, "the recovery was cut short by a stop", "");
        }
        throw new PostgresException(
                Code.POSTGRES_CONTROL,
                "recovery did not end within " + LONGEST.toDays() + " days; last: " + answer,
                "Its log in " + node.stateDir() + " says how far it is.");
    }

    /** Would be said for as long as we ask. */
    private void refuseMissingSuperuser(String answer) throws PostgresException {
        String user = node.superuser().username();
        if (answer.contains("role \"" + user + "\" does not exist"))
            throw new PostgresException(
                    Code.CONFIG,
                    "what was copied has no role " + user,
                    "Name one of its superusers in postgresql.authentication.superuser.username.");
    }

    /** The copy has the passwords of where it comes from. */
    private void giveSuperuser() throws PostgresException {
        Path script = node.stateDir().resolve("custom-bootstrap.sql");
        try {
            write(script, Roles.superuserScript(node.superuser()));
            var result = psql("-v", "ON_ERROR_STOP=1", "-qf", script.toString());
            if (!result.good())
                throw new PostgresException(
                        Code.POSTGRES_CONTROL,
                        "the superuser could not be given its password: " + result.lastWords(),
                        "postgresql.authentication.superuser must name a superuser of the copy.");
        } finally {
            delete(script);
        }
    }

    private Programs.Result psql(String... arguments) throws PostgresException {
        var command = new ArrayList<String>();
        command.add(parts.binaries().program("psql").toString());
        command.addAll(
                List.of(
                        "-Xw",
                        "-h",
                        node.stateDir().toString(),
                        "-p",
                        String.valueOf(node.port()),
                        "-U",
                        node.superuser().username(),
                        "-d",
                        node.database()));
        command.addAll(List.of(arguments));
        return parts.programs()
                .run(command, Map.of("PGOPTIONS", "-c synchronous_commit=local"), ASK);
    }

    private void write(Path file, String text) throws PostgresException {
        try {
            parts.dir().write(file, text);
        } catch (IOException e) {
            throw DataDir.unwritable(file, e);
        }
    }

    private static void delete(Path file) throws PostgresException {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw DataDir.unwritable(file, e);
        }
    }
}
