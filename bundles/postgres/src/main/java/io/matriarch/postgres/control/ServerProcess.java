package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.api.Lsn;
import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.Gate;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.ServerView.Postmaster;
import io.matriarch.postgres.api.StopMode;
import io.matriarch.postgres.core.NodeSettings;
import io.matriarch.postgres.core.ServerConfig;
import io.matriarch.postgres.core.StartFailure;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Starts, stops and kills the postmaster. It is in a session of its own and outlives us. */
final class ServerProcess {
    private static final long LOG_LIMIT_BYTES = 10L << 20;
    private static final int QUOTED_BYTES = 4_000;
    private static final int QUOTED_LINES = 12;
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);
    private static final Duration ORPHANS = Duration.ofMillis(300);
    private static final long KILL_PAUSE_NANOS = 1_000_000;
    private static final long NOBODY = -1;
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private final NodeSettings node;
    private final RunAs runAs;
    private final Binaries binaries;
    private final Processes processes;
    private final DataDir dir;
    private final WalInspector wal;
    private final StaleLocks locks;

    ServerProcess(
            NodeSettings node,
            RunAs runAs,
            Binaries binaries,
            Processes processes,
            DataDir dir,
            WalInspector wal,
            StaleLocks locks) {
        this.node = node;
        this.runAs = runAs;
        this.binaries = binaries;
        this.processes = processes;
        this.dir = dir;
        this.wal = wal;
        this.locks = locks;
    }

    /** How a start ended that did not fail. */
    enum Started {
        READY,
        /** Still recovering when time was up; it goes on. */
        STILL_STARTING
    }

    /**
     * @param gate what stands before the server's own command line
     * @param turn asked while waiting whether somebody wants the server stopped or killed
     * @throws PostgresException it did not start; the message quotes its log
     */
    Started start(ServerConfig config, Path conf, Gate gate, Duration timeout, Turn turn)
            throws PostgresException {
        runAs.check();
        endOrphans();
        locks.removePidFile();
        checkPort();
        File log = log();
        var waiting = new Waiting(timeout);
        while (true) {
            long logStart = log.length();
            Process process = spawn(config, conf, gate, log);
            try {
                var started = awaitReady(process, waiting, turn);
                if (started.isPresent()) return started.get();
            } catch (PostgresException e) {
                // As long as it has no pid file a stop does not find it, and it would come up
                // after.
                if (processes.postmaster().isEmpty()) process.destroyForcibly();
                throw e;
            }
            String said = tail(log, logStart);
            if (!locks.removeSocketLocks(said)) throw notStarted(process.exitValue(), gate, said);
        }
    }

    /** Empty: it ended by itself. */
    private Optional<Started> awaitReady(Process process, Waiting waiting, Turn turn)
            throws PostgresException {
        while (true) {
            Optional<Postmaster> postmaster = processes.postmaster();
            if (postmaster.isPresent() && ready()) return Optional.of(Started.READY);
            if (postmaster.isEmpty() && !process.isAlive()) return Optional.empty();
            if (turn.isCutShort()) {
                if (turn.wasKilled()) kill(); // what was killed must not come up after all
                throw new PostgresException(
                        Code.POSTGRES_CONTROL, "the start was cut short by a stop", "");
            }
            if (waiting.pause()) continue;
            if (postmaster.isPresent()) return Optional.of(Started.STILL_STARTING);
            throw new PostgresException(
                    Code.POSTGRES_CONTROL,
                    "PostgreSQL did not come to write its pid file in time",
                    "Is the machine overloaded, or the disk of " + node.dataDir() + " hanging?");
        }
    }

    private PostgresException notStarted(int status, Gate gate, String said) {
        if (!gate.isOpen() && status == Gate.REFUSED)
            return new PostgresException(
                    Code.REFUSED,
                    "PostgreSQL may not run as a primary now: " + said,
                    "It may while this node holds the leader's lease and its guard answers.");
        return StartFailure.of(
                "PostgreSQL did not start (exit status " + status + ")",
                said,
                node.dataDir().toString(),
                node.port());
    }

    /**
     * Sessions of a postmaster that died may work on, and hold the shared memory a new one needs.
     * They mostly notice by themselves.
     */
    private void endOrphans() throws PostgresException {
        if (processes.postmaster().isPresent() || processes.family(NOBODY).isEmpty()) return;
        if (!new Waiting(ORPHANS).until(() -> processes.family(NOBODY).isEmpty())) kill();
    }

    private boolean ready() {
        String status = processes.pidFile().map(file -> file.status()).orElse("");
        return status.equals("ready") || status.equals("standby");
    }

    private Process spawn(ServerConfig config, Path conf, Gate gate, File log)
            throws PostgresException {
        var command = new ArrayList<>(gate.command());
        // setsid may fork, and then it is not the one that was let through who becomes the server.
        if (gate.isOpen() && Files.isExecutable(SETSID)) command.add(SETSID.toString());
        command.add(binaries.program("postgres").toString());
        command.add("-D");
        command.add(node.dataDir().toString());
        command.add("--config-file=" + conf);
        config.commandLine().forEach((name, value) -> command.add("--" + name + "=" + value));
        var builder =
                new ProcessBuilder(runAs.wrap(command))
                        .directory(Path.of("/").toFile())
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                        .redirectError(ProcessBuilder.Redirect.appendTo(log));
        Programs.cleanEnvironment(builder.environment());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new PostgresException(
                    Code.POSTGRES_BINARIES,
                    "could not run " + command + ": " + e.getMessage(),
                    "Is it there, and executable for the user the agent runs as?",
                    e);
        }
    }

    /**
     * Where one of several addresses is taken, PostgreSQL warns and starts without it, and clients
     * talk to a stranger. So each is tried first.
     */
    private void checkPort() throws PostgresException {
        for (String host : node.listenHosts()) {
            try (var socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(
                        host.equals("*")
                                ? new InetSocketAddress(node.port())
                                : new InetSocketAddress(InetAddress.getByName(host), node.port()));
            } catch (IOException e) {
                throw new PostgresException(
                        Code.ADDRESS_IN_USE,
                        "cannot listen on " + host + " port " + node.port() + ": " + e.getMessage(),
                        "Find who has it with: ss -ltnp 'sport = :"
                                + node.port()
                                + "', or change postgresql.listen.",
                        e);
            }
        }
    }

    private File log() throws PostgresException {
        Path log = node.stateDir().resolve("postgresql.log");
        try {
            if (Files.exists(log) && Files.size(log) > LOG_LIMIT_BYTES)
                Files.move(
                        log,
                        log.resolveSibling("postgresql.log.1"),
                        StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw DataDir.unwritable(log, e);
        }
        return log.toFile();
    }

    static String tail(File log, long from) {
        try (var file = new RandomAccessFile(log, "r")) {
            file.seek(Math.max(from, file.length() - QUOTED_BYTES));
            byte[] bytes = new byte[(int) (file.length() - file.getFilePointer())];
            file.readFully(bytes);
            return Programs.lastLines(new String(bytes, StandardCharsets.UTF_8), QUOTED_LINES);
        } catch (IOException e) {
            return "(its log " + log + " cannot be read: " + e.getMessage() + ")";
        }
    }

    /** Done at once if nothing runs. */
    void stop(StopMode mode, Duration timeout, Consumer<Lsn> onShutdownCheckpoint)
            throws PostgresException {
        Optional<Postmaster> found = processes.postmaster();
        if (found.isEmpty()) return;
        Postmaster postmaster = found.get();
        (mode == StopMode.FAST ? Signals.INT : Signals.QUIT).send(postmaster.pid());
        var once = new Once(mode == StopMode.FAST, onShutdownCheckpoint);
        boolean gone =
                new Waiting(timeout)
                        .until(() -> {
                            boolean alive = Processes.alive(postmaster);
                            once.look();
                            return !alive;
                        });
        once.join(timeout);
        if (!gone)
            throw new PostgresException(
                    Code.POSTGRES_CONTROL,
                    "PostgreSQL (process "
                            + postmaster.pid()
                            + ") is still running "
                            + timeout.toSeconds()
                            + " s after being told to stop "
                            + mode,
                    "It may be sending or archiving WAL; an immediate stop ends it without.");
    }

    /** Tells of the shutdown checkpoint once, from a thread of its own. */
    private final class Once {
        private final Consumer<Lsn> listener;
        private boolean open;
        private Optional<Thread> thread = Optional.empty();

        Once(boolean wanted, Consumer<Lsn> listener) {
            this.listener = listener;
            open = wanted && dir.control().filter(c -> !c.shutDownClean()).isPresent();
        }

        void look() {
            if (!open) return;
            Optional<ControlData> control = dir.control().filter(ControlData::shutDownClean);
            if (control.isEmpty()) return;
            open = false;
            thread =
                    Optional.of(
                            Thread.ofVirtual()
                                    .name("shutdown-checkpoint")
                                    .start(() ->
                                            listener.accept(wal.inFrontOfSwitch(control.get()))));
        }

        void join(Duration timeout) {
            if (thread.isEmpty()) return;
            try {
                thread.get().join(timeout);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * The postmaster first, so that it starts nothing new; then all that is left, until none is.
     */
    void kill() {
        Optional<Postmaster> postmaster = processes.postmaster();
        long pid = postmaster.map(Postmaster::pid).orElse(NOBODY);
        List<Postmaster> family = new ArrayList<>(processes.family(pid));
        postmaster.ifPresent(p -> Signals.KILL.send(p.pid()));
        long end = System.nanoTime() + KILL_PATIENCE.toNanos();
        while (!family.isEmpty() && System.nanoTime() < end) {
            for (Postmaster process : family)
                if (Processes.alive(process)) Signals.KILL.send(process.pid());
            LockSupport.parkNanos(KILL_PAUSE_NANOS);
            family = new ArrayList<>(family.stream().filter(Processes::alive).toList());
            family.addAll(processes.family(pid));
        }
    }
}
