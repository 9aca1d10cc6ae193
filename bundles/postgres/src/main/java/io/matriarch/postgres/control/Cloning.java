package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.Progress;
import io.matriarch.postgres.api.Upstream;
import io.matriarch.postgres.core.ConnInfo;
import io.matriarch.postgres.core.CustomMethods;
import io.matriarch.postgres.core.NodeSettings;
import io.matriarch.postgres.core.Options;
import io.matriarch.postgres.core.ProgressLines;
import io.matriarch.postgres.sql.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backup, pg_basebackup or a command of the user's into {@code DIR.incoming}; only a whole copy
 * takes the place of {@code DIR}, whose former content waits as {@code DIR.before-reclone} until
 * the copy streams. So there is no moment at which half a copy could pass for a cluster.
 */
final class Cloning {
    static final String INCOMING = ".incoming";
    static final String KEPT = ".before-reclone";
    private static final Logger log = LoggerFactory.getLogger(Cloning.class);
    private static final Duration LONGEST = Duration.ofDays(7);
    private static final Duration ASK = Duration.ofSeconds(5);
    private static final Set<String> RESERVED =
            Set.of(
                    "pgdata",
                    "format",
                    "wal-method",
                    "dbname",
                    "host",
                    "port",
                    "username",
                    "progress",
                    "no-password",
                    "password",
                    "write-recovery-conf");

    private final Parts parts;
    private final NodeSettings node;
    private final ServerControl control;
    private final BackupReplica replica;
    private final CustomReplica custom;
    private final DivergedKeeper diverged;

    Cloning(Parts parts, ServerControl control, BackupReplica replica, DivergedKeeper diverged) {
        this.diverged = diverged;
        this.parts = parts;
        this.control = control;
        this.replica = replica;
        custom = new CustomReplica(parts);
        node = parts.node();
    }

    /** After a crash of ours between the two renames the old directory goes back in its place. */
    void repair() {
        Path kept = parts.dir().beside(KEPT);
        try {
            custom.repair(parts.dir().beside(INCOMING));
            if (parts.dir().look().kind() != DataDirectory.EMPTY || !Files.isDirectory(kept))
                return;
            Files.deleteIfExists(parts.dir().real());
            DataDir.move(kept, parts.dir().real());
            log.warn("a clone was interrupted: {} is back in its place", node.dataDir());
        } catch (IOException e) {
            log.error("{} could not be put back: {}", kept, e.getMessage());
        }
    }

    void run(Upstream upstream, Consumer<Progress> progress) throws PostgresException {
        parts.runAs().check();
        if (parts.processes().postmaster().isPresent())
            throw new PostgresException(
                    Code.REFUSED, "a clone needs the server stopped", "Stop it first.");
        if (parts.dir().look().kind() == DataDirectory.INACCESSIBLE)
            throw new PostgresException(
                    Code.DATA_DIRECTORY, parts.dir().look().trouble(), "Nothing was changed.");
        var before = parts.states().stamp().state();
        parts.states().set(PostgresState.CREATING_REPLICA);
        Path incoming = parts.dir().beside(INCOMING);
        try {
            refuseMountPoint();
            if (parts.dir().look().kind() == DataDirectory.PRESENT) diverged.keep(upstream);
            make(upstream, incoming, progress);
            takePlace(incoming);
            parts.states().set(PostgresState.STOPPED);
        } catch (PostgresException | RuntimeException e) {
            parts.states().set(before.orElse(PostgresState.STOPPED));
            throw e;
        }
    }

    /** Each method in turn; what the last one says counts, if none does. */
    private void make(Upstream upstream, Path incoming, Consumer<Progress> progress)
            throws PostgresException {
        var methods =
                upstream.remote().isPresent()
                        ? CustomMethods.NONE.replica()
                        : node.methods().replica();
        for (int i = 0; i < methods.size(); i++) {
            var method = methods.get(i);
            try {
                if (!method.keepData()) remove(incoming);
                make(method, upstream, incoming, progress);
                return;
            } catch (PostgresException | RuntimeException e) {
                if (!method.keepData()) cleanUp(incoming);
                if (i == methods.size() - 1 || Thread.currentThread().isInterrupted()) throw e;
                log.warn("{}; {} is next", e.getMessage(), methods.get(i + 1).name());
            }
        }
        throw new IllegalStateException("no replica method"); // there is always one
    }

    private void make(
            CustomMethods.Replica method,
            Upstream upstream,
            Path incoming,
            Consumer<Progress> progress)
            throws PostgresException {
        if (method.command().isPresent()) {
            progress.accept(new Progress(method.name(), 0, 0));
            custom.build(method, upstream, incoming);
        } else if (!replica.build(upstream, incoming, progress)) copy(upstream, incoming, progress);
    }

    private void copy(Upstream upstream, Path incoming, Consumer<Progress> progress)
            throws PostgresException {
        progress.accept(new Progress("pg_basebackup", 0, 0));
        List<String> command = command(upstream, incoming);
        askSource(upstream, command);
        parts.files().ensureDirectory(incoming);
        var result =
                parts.programs()
                        .run(
                                command,
                                Map.of("PGPASSFILE", parts.files().passFile().toString()),
                                LONGEST,
                                line ->
                                        ProgressLines.parse("pg_basebackup", line)
                                                .ifPresent(progress));
        if (!result.good() || !Files.exists(incoming.resolve("global/pg_control")))
            throw new PostgresException(
                    Code.POSTGRES_CONTROL,
                    "pg_basebackup from "
                            + upstream.name()
                            + " ("
                            + upstream.addresses()
                            + ") failed: "
                            + result.lastWords(),
                    "The data directory is as it was.");
    }

    private List<String> command(Upstream upstream, Path incoming) throws PostgresException {
        var command = new ArrayList<String>();
        command.add(parts.binaries().program("pg_basebackup").toString());
        command.add("--pgdata=" + incoming);
        command.addAll(List.of("--wal-method=stream", "--progress", "--no-password"));
        command.add(
                "--dbname="
                        + ConnInfo.source(
                                upstream.addresses(),
                                upstream.database(),
                                node.replication(),
                                parts.files().passFile(),
                                false));
        try {
            List<String> options =
                    Options.arguments(
                            "pg_basebackup", control.merged(false).basebackup(), RESERVED);
            if (!Options.has(options, "checkpoint")) command.add("--checkpoint=fast");
            command.addAll(options);
        } catch (IllegalArgumentException e) {
            throw new PostgresException(
                    Code.CONFIG,
                    "postgresql.basebackup cannot be used: " + e.getMessage(),
                    "Give options as pg_basebackup names them, such as [{max-rate: 100M}].",
                    e);
        }
        return command;
    }

    /** Told before the copy, not after hours of it. */
    private void refuseMountPoint() throws PostgresException {
        Path place = parts.dir().real();
        Path above = place.toAbsolutePath().resolveSibling(".").normalize();
        try {
            parts.files().ensureDirectory(above);
            if (Files.exists(place) && !Files.getFileStore(place).equals(Files.getFileStore(above)))
                throw new PostgresException(
                        Code.DATA_DIRECTORY,
                        place + " is a mount point, so a copy cannot be put in its place",
                        "Use a directory below it as postgresql.data_dir.");
        } catch (IOException e) {
            throw DataDir.unwritable(above, e);
        }
    }

    private void askSource(Upstream upstream, List<String> command) throws PostgresException {
        try (var session =
                Session.open(
                        Servers.writable(upstream, node.rewind(), ASK),
                        upstream.database(),
                        node.rewind(),
                        ASK)) {
            refuseTablespaces(upstream, session, command);
            refuseTooLarge(upstream, session);
        } catch (SQLException e) {
            log.info("{} was not asked before the copy: {}", upstream.name(), e.getMessage());
        }
    }

    /** Their files lie outside of what is renamed, so an old directory could not be kept. */
    private static void refuseTablespaces(Upstream upstream, Session session, List<String> command)
            throws SQLException, PostgresException {
        if (Options.has(command, "tablespace-mapping")) return;
        var places =
                session.rows(
                        "SELECT pg_tablespace_location(oid) AS place FROM pg_tablespace"
                                + " WHERE pg_tablespace_location(oid) <> ''");
        if (!places.isEmpty())
            throw new PostgresException(
                    Code.REFUSED,
                    upstream.name() + " has tablespaces outside of its data directory: " + places,
                    "Say under postgresql.basebackup where they go here, by tablespace-mapping:"
                            + " OLDDIR=NEWDIR.");
    }

    /** The old directory stays until the new one streams, so there must be room for both. */
    private void refuseTooLarge(Upstream upstream, Session session)
            throws SQLException, PostgresException {
        String sum =
                session.rows("SELECT sum(pg_database_size(oid))::bigint AS bytes FROM pg_database")
                        .getFirst()
                        .getOrDefault("bytes", "0");
        Path above = parts.dir().beside(INCOMING).resolveSibling(".").normalize();
        try {
            long room = Files.getFileStore(above).getUsableSpace();
            if (Long.parseLong(sum) > room)
                throw new PostgresException(
                        Code.DATA_DIRECTORY,
                        "the databases of "
                                + upstream.name()
                                + " have "
                                + sum
                                + " bytes, and "
                                + above
                                + " has room for "
                                + room,
                        "A copy needs room beside the old directory, which is kept until it"
                                + " streams.");
        } catch (IOException e) {
            log.info("the room in {} is not known: {}", above, e.getMessage());
        }
    }

    private void takePlace(Path incoming) throws PostgresException {
        Path place = parts.dir().real();
        Path kept = parts.dir().beside(KEPT);
        boolean present = parts.dir().look().kind() == DataDirectory.PRESENT;
        Map<String, String> own = present ? parts.files().save() : Map.of();
        try {
            if (present && !Files.exists(kept)) DataDir.move(place, kept);
            else DataDir.delete(place); // empty, or itself a copy that never streamed
            try {
                DataDir.move(incoming, place);
            } catch (IOException e) {
                if (Files.isDirectory(kept)) DataDir.move(kept, place);
                throw e;
            }
        } catch (IOException e) {
            throw new PostgresException(
                    Code.DATA_DIRECTORY,
                    "the copy could not be put in place of " + node.dataDir() + ": " + e,
                    "The data directory must not be a mount point itself: use a directory below it.",
                    e);
        }
        if (node.configDir().equals(node.dataDir())) parts.files().restore(own);
    }

    void discardKept() throws PostgresException {
        remove(parts.dir().beside(KEPT));
    }

    private static void remove(Path directory) throws PostgresException {
        try {
            DataDir.delete(directory);
        } catch (IOException e) {
            throw DataDir.unwritable(directory, e);
        }
    }

    static void cleanUp(Path incoming) {
        try {
            DataDir.delete(incoming);
        } catch (IOException e) {
            log.warn("{} could not be removed: {}", incoming, e.getMessage());
        }
    }
}
