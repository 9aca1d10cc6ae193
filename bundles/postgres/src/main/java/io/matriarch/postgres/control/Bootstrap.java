package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.Gate;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.Progress;
import io.matriarch.postgres.api.StopMode;
import io.matriarch.postgres.core.Account;
import io.matriarch.postgres.core.Hba;
import io.matriarch.postgres.core.NodeSettings;
import io.matriarch.postgres.core.Options;
import io.matriarch.postgres.sql.Roles;
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
 * Makes a new cluster: initdb or a command of the user's, first start, roles, the user's own
 * script.
 */
final class Bootstrap {
    private static final Logger log = LoggerFactory.getLogger(Bootstrap.class);
    private static final String FAILED = ".failed";
    private static final Duration INITDB = Duration.ofMinutes(30);
    private static final Duration SCRIPT = Duration.ofHours(6);
    private static final Duration SQL = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Set<String> RESERVED =
            Set.of("pgdata", "pwfile", "pwprompt", "username", "version", "sync-only", "no-sync");

    private final Parts parts;
    private final NodeSettings node;
    private final ServerControl control;
    private final CustomBootstrap custom;

    Bootstrap(Parts parts, ServerControl control) {
        this.parts = parts;
        this.control = control;
        custom = new CustomBootstrap(parts, control);
        node = parts.node();
    }

    void run(Gate gate, Consumer<Progress> progress) throws PostgresException {
        parts.runAs().check();
        if (parts.dir().look().kind() != DataDirectory.EMPTY)
            throw new PostgresException(
                    Code.DATA_DIRECTORY,
                    node.dataDir() + " is not empty, so no cluster is made there",
                    "Empty it, or let its cluster be adopted.");
        if (node.superuser().password().isEmpty())
            throw new PostgresException(
                    Code.CONFIG,
                    "postgresql.authentication.superuser.password is missing",
                    "A new cluster asks for passwords from the start: give the superuser one.");
        var method = node.methods().bootstrap();
        if (method.isPresent()) {
            custom.run(method.get(), gate, progress, this::moveConfig);
            hbaOfCopy();
        } else initialize(progress);
        progress.accept(new Progress("start", 0, 0));
        control.startPrimary(gate, node.startTimeout());
        progress.accept(new Progress("roles", 0, 0));
        createRoles();
        if (!node.postBootstrap().isEmpty()) {
            progress.accept(new Progress("post_bootstrap", 0, 0));
            postBootstrap();
        }
        custom.finished();
    }

    private void initialize(Consumer<Progress> progress) throws PostgresException {
        parts.states().set(PostgresState.INITIALIZING);
        try {
            progress.accept(new Progress("initdb", 0, 0));
            initdb();
            var hba = hba();
            if (hba.isEmpty()) hba = Hba.defaults(node.superuser(), node.replication());
            parts.files().writeHba(hba);
        } catch (PostgresException e) {
            parts.states().set(PostgresState.INITDB_FAILED);
            throw e;
        }
    }

    private List<String> hba() throws PostgresException {
        var hba = control.merged(true).hba();
        return hba.isEmpty() ? node.bootstrapHba() : hba;
    }

    /** Where nothing is said, what was copied counts. */
    private void hbaOfCopy() throws PostgresException {
        var hba = hba();
        if (!hba.isEmpty()) parts.files().writeHba(hba);
        else if (!Files.exists(node.configDir().resolve("pg_hba.conf")))
            parts.files().writeHba(Hba.defaults(node.superuser(), node.replication()));
    }

    private void initdb() throws PostgresException {
        parts.files().ensureDirectory(node.stateDir());
        parts.files().ensureDirectory(node.dataDir());
        Path password = node.stateDir().resolve("initdb-password");
        try {
            parts.dir().write(password, node.superuser().password() + "\n");
            var command = new ArrayList<String>();
            command.add(parts.binaries().program("initdb").toString());
            command.addAll(List.of("-D", node.dataDir().toString()));
            command.add("--username=" + node.superuser().username());
            command.add("--pwfile=" + password);
            command.addAll(options());
            // The locale of the new cluster is that of the environment, not the one we read in.
            String locale = System.getenv().getOrDefault("LC_ALL", "");
            var result = parts.programs().run(command, Map.of("LC_ALL", locale), INITDB);
            if (!result.good())
                throw new PostgresException(
                        Code.POSTGRES_CONTROL,
                        "initdb failed: " + result.lastWords(),
                        "Look at bootstrap.initdb, the room on the disk and who owns "
                                + node.dataDir()
                                + ".");
            moveConfig();
        } catch (IOException e) {
            throw DataDir.unwritable(password, e);
        } finally {
            forget(password);
        }
    }

    private List<String> options() throws PostgresException {
        try {
            var options = new ArrayList<>(Options.arguments("initdb", node.initdb(), RESERVED));
            if (!Options.has(options, "data-checksums")
                    && !Options.has(options, "no-data-checksums")) options.add("--data-checksums");
            if (!Options.has(options, "encoding")) options.add("--encoding=UTF8");
            if (!Options.has(options, "auth"))
                options.addAll(List.of("--auth-local=peer", "--auth-host=scram-sha-256"));
            return options;
        } catch (IllegalArgumentException e) {
            throw new PostgresException(
                    Code.CONFIG,
                    "bootstrap.initdb cannot be used: " + e.getMessage(),
                    "Give options as initdb names them, such as [data-checksums, {encoding: UTF8}].",
                    e);
        }
    }

    /** A configuration directory apart from the data: initdb does not know of it. */
    private void moveConfig() throws PostgresException {
        if (node.configDir().equals(node.dataDir())) return;
        parts.files().ensureDirectory(node.configDir());
        for (String name : List.of("postgresql.conf", "pg_hba.conf", "pg_ident.conf")) {
            Path from = node.dataDir().resolve(name);
            Path to = node.configDir().resolve(name);
            try {
                if (!Files.exists(to) && Files.exists(from))
                    parts.dir().write(to, Files.readString(from));
            } catch (IOException e) {
                throw DataDir.unwritable(to, e);
            }
        }
    }

    private static void forget(Path password) throws PostgresException {
        try {
            Files.deleteIfExists(password);
        } catch (IOException e) {
            throw DataDir.unwritable(password, e);
        }
    }

    private void createRoles() throws PostgresException {
        parts.sessions()
                .call(
                        "creating the roles of replication, rewind and monitoring",
                        SQL,
                        session -> {
                            createRoles(session);
                            return true;
                        });
    }

    private void createRoles(Session session) throws SQLException {
        Account superuser = node.superuser();
        Account replication = node.replication();
        Account rewind = node.rewind();
        if (!replication.username().equals(superuser.username()))
            Roles.ensure(session, replication, "LOGIN REPLICATION");
        if (node.monitor().isPresent()) createMonitor(session, node.monitor().get());
        if (rewind.username().equals(superuser.username())) return;
        if (!rewind.username().equals(replication.username()))
            Roles.ensure(session, rewind, "LOGIN");
        Roles.grantRewind(session, rewind);
    }

    /** Never a superuser, and never so many sessions that others lack them. */
    private void createMonitor(Session session, Account monitor) throws SQLException {
        Roles.ensure(session, monitor, "LOGIN NOSUPERUSER CONNECTION LIMIT 5");
        Roles.grantMonitor(session, monitor);
    }

    private void postBootstrap() throws PostgresException {
        var address = parts.sessions().address();
        String url =
                "postgres://%s@%s/%s"
                        .formatted(node.superuser().username(), address, node.database());
        var result =
                parts.programs()
                        .shell(
                                node.postBootstrap(),
                                List.of(url),
                                Map.of(
                                        "PGPASSFILE",
                                        parts.files().passFile().toString(),
                                        "PGOPTIONS",
                                        "-c synchronous_commit=local -c statement_timeout=0"),
                                SCRIPT);
        if (!result.good())
            throw new PostgresException(
                    Code.POSTGRES_CONTROL,
                    "bootstrap.post_bootstrap ended with exit status "
                            + result.exit()
                            + ": "
                            + result.lastWords(),
                    "It is called with the connection URL as its last argument.");
    }

    /** Keeps what failed for a look, out of the way of the next try. */
    void setAside() throws PostgresException {
        control.stop(StopMode.IMMEDIATE, STOP, _ -> {});
        if (parts.dir().look().kind() != DataDirectory.EMPTY) moveAside();
        custom.finished();
    }

    /** An agent that died meanwhile left what nobody must take for a cluster. */
    void clearRests() {
        if (!custom.unfinished()) return;
        try {
            setAside();
            log.warn(
                    "a custom bootstrap was interrupted: what it left is in {}",
                    parts.dir().beside(FAILED));
        } catch (PostgresException e) {
            log.error(
                    "what an interrupted custom bootstrap left in {} could not be set aside: {}",
                    node.dataDir(),
                    e.getMessage());
        }
    }

    private void moveAside() throws PostgresException {
        Path failed = parts.dir().beside(FAILED);
        try {
            DataDir.delete(failed);
            DataDir.move(parts.dir().real(), failed);
        } catch (IOException e) {
            throw DataDir.unwritable(failed, e);
        }
    }
}
