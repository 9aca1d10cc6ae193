package io.matriarch.failover.guard;

import io.matriarch.postgres.api.ServerView.Postmaster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This agent's side of the guard. Every call lasts at most the patience given to {@link #connect};
 * calls may come from many threads and are carried out one after another.
 *
 * <p>When the guard or the connection is lost, the listener hears it, and this client connects
 * again at once, starting the program if need be, and repeats the last {@link #arm} and {@link
 * #watch}. If that fails, each later call tries again.
 */
public final class GuardClient implements AutoCloseable {
    /**
     * Hears of the guard, mostly on a thread of this client: return soon, and call the client from
     * another thread only.
     */
    public interface Listener {
        /** The postmaster exited, by itself or because the guard stopped it. */
        void gone(long pid);

        /**
         * The deadline passed: every process of the directory's servers is dead, and none lives
         * there until the next {@link #arm} or {@link #disarm}.
         *
         * @param pid the postmaster last watched, 0 if there was none
         */
        void fenced(long pid);

        /** For now nobody is known to hold the deadline. */
        void lost(String why);
    }

    private static final Logger LOG = LoggerFactory.getLogger(GuardClient.class);
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final GuardProgram program;
    private final Listener listener;
    private final Duration patience;
    private final Optional<Watchdog> watchdog;
    private String watchdogTrouble = ""; // under the lock
    private final Object promiseLock = new Object();
    private Promise promise = Promise.NOTHING; // under promiseLock
    private final ReentrantLock lock = new ReentrantLock(true);
    private @Nullable GuardConnection connection; // under the lock
    private volatile boolean closed;
    private volatile boolean quitting;

    private final GuardConnection.Events events =
            new GuardConnection.Events() {
                @Override
                public void event(String name, long pid) {
                    hear(name, pid);
                }

                @Override
                public void ended(GuardConnection ended, String why) {
                    recover(ended, why);
                }
            };

    private GuardClient(
            GuardProgram program,
            Listener listener,
            Duration patience,
            Optional<Watchdog> watchdog) {
        this.watchdog = watchdog;
        this.program = program;
        this.listener = listener;
        this.patience = patience;
    }

    /** As the other, with a patience of half a second. */
    public static GuardClient connect(Path command, Path socket, Path log, Listener listener)
            throws GuardException {
        return connect(command, socket, log, listener, PATIENCE);
    }

    /**
     * Connects to the guard that listens on {@code socket}, or starts one.
     *
     * @param command the program {@code matriarch-guard}
     * @param socket an absolute path of at most 107 bytes
     * @param log where a guard that is started writes
     * @param patience how long each call may take at most, 10 ms or more
     * @throws GuardException it cannot be started, does not answer, or its clock is not that of
     *     {@code System.nanoTime()}
     */
    public static GuardClient connect(
            Path command, Path socket, Path log, Listener listener, Duration patience)
            throws GuardException {
        return connect(command, socket, log, listener, patience, Optional.empty());
    }

    /**
     * The same.
     *
     * @param watchdog what each guard is told of it; empty: nothing
     * @throws GuardException also if a watchdog is required and cannot be opened
     */
    public static GuardClient connect(
            Path command,
            Path socket,
            Path log,
            Listener listener,
            Duration patience,
            Optional<Watchdog> watchdog)
            throws GuardException {
        var client =
                new GuardClient(
                        new GuardProgram(command, socket, log), listener, patience, watchdog);
        try {
            client.status();
        } catch (GuardException e) {
            client.close(); // or its reader would connect again and again for nobody
            throw e;
        }
        return client;
    }

    /**
     * Has whatever server works in {@code directory} stopped at {@code deadlineNanos} unless armed
     * anew or disarmed before; earlier and later deadlines take the place of the last one.
     *
     * @param directory as the servers' processes show it: absolute and without links, at most 510
     *     bytes. Another one is refused while armed
     * @param deadlineNanos on the clock of {@code System.nanoTime()}, at most a day ahead. One in
     *     the past is refused, but is the deadline at once if it was armed
     * @throws GuardException not acknowledged in time or refused: do not count on it
     */
    public void arm(Path directory, long deadlineNanos) throws GuardException {
        var wanted = new Promise.Armed(directory, deadlineNanos);
        acknowledge(wanted.line(), now -> now.arming(wanted));
    }

    /**
     * As if the deadline had passed now.
     *
     * @return false while servers are being stopped there
     */
    public boolean shut(Path directory) throws GuardException {
        String line = "CLOSE " + directory;
        String answer = exclusively(until -> connected(until).ask(line, left(until)));
        updatePromise(Promise::disarmed);
        if (answer.equals("ERR fencing")) return false;
        if (answer.equals("OK")) return true;
        throw refused(line, answer);
    }

    /** Has the end of this postmaster told. */
    public void watch(Postmaster postmaster) throws GuardException {
        acknowledge(Promise.line(postmaster), now -> now.watching(postmaster));
    }

    /** Lets the deadline be and opens the directory; the postmaster is watched still. */
    public void disarm() throws GuardException {
        acknowledge("DISARM", Promise::disarmed);
    }

    /** Asks the guard; connects or starts it if it is away. */
    public GuardStatus status() throws GuardException {
        return GuardStatus.parse(exclusively(until -> connected(until).ask("HELLO", left(until))));
    }

    /**
     * Ends the guard and closes this client.
     *
     * @throws GuardException also if it is armed: it stays then, and so does this client
     */
    public void quit() throws GuardException {
        exclusively(until -> {
            quitting = true; // before it answers: its end is no loss
            try {
                String answer = expectOk("QUIT", until);
                close();
                return answer;
            } finally {
                quitting = false;
            }
        });
    }

    /** Closes the connection; the guard stays as it is, armed or not. */
    @Override
    public void close() {
        closed = true;
        lock.lock();
        try {
            if (connection != null) connection.close();
            connection = null;
        } finally {
            lock.unlock();
        }
    }

    private void acknowledge(String line, UnaryOperator<Promise> kept) throws GuardException {
        exclusively(until -> {
            String answer = expectOk(line, until);
            updatePromise(kept);
            return answer;
        });
    }

    private String expectOk(String line, long until) throws GuardException {
        String answer = connected(until).ask(line, left(until));
        if (answer.equals("OK")) return answer;
        throw refused(line, answer);
    }

    private static GuardException refused(String line, String answer) {
        return new GuardException(
                "the guard refused " + line + ": " + answer,
                answer.contains("cannot be signalled")
                        ? "run the agent as the user PostgreSQL runs as"
                        : "read the state of the server again, then decide again");
    }

    /** A call under the lock that knows until when it may last; gives the guard's answer. */
    private interface Call {
        String apply(long untilNanos) throws GuardException;
    }

    private String exclusively(Call call) throws GuardException {
        long until = System.nanoTime() + patience.toNanos();
        if (closed) throw new GuardException("this client is closed", "connect anew");
        try {
            if (!lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS))
                throw new GuardException(
                        "the guard is still busy with an earlier request after " + patience,
                        "look at the guard's log, and whether its process is stopped");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GuardException("interrupted while waiting for the guard", "try again", e);
        }
        try {
            if (closed) throw new GuardException("this client is closed", "connect anew");
            return call.apply(until);
        } finally {
            lock.unlock();
        }
    }

    /** Events change it too, on another thread, which must not wait for the lock of a call. */
    private void updatePromise(UnaryOperator<Promise> change) {
        synchronized (promiseLock) {
            promise = change.apply(promise);
        }
    }

    private Promise promise() {
        synchronized (promiseLock) {
            return promise;
        }
    }

    private static long left(long untilNanos) {
        return Math.max(0, untilNanos - System.nanoTime());
    }

    private GuardConnection connected(long until) throws GuardException {
        var current = connection;
        if (current != null && current.isOpen()) return current;
        connection = null;
        var fresh = reach(until);
        try {
            verify(fresh, until);
            if (watchdog.isPresent()) equip(fresh, watchdog.get(), until);
            repeat(fresh, until);
        } catch (GuardException e) {
            fresh.close();
            throw e;
        }
        connection = fresh;
        fresh.takeIntoUse();
        return fresh;
    }

    private GuardConnection reach(long until) throws GuardException {
        try {
            return GuardConnection.open(program.socket(), events);
        } catch (IOException nobody) {
            LOG.info(
                    "No guard on {} ({}): starting {}",
                    program.socket(),
                    nobody,
                    program.command());
        }
        program.start(left(until));
        try {
            return GuardConnection.open(program.socket(), events);
        } catch (IOException e) {
            throw new GuardException(
                    "cannot connect to the guard on " + program.socket() + ": " + e.getMessage(),
                    "is its process stopped, or its socket file removed? See " + program.log(),
                    e);
        }
    }

    /** A deadline means nothing on another clock: in a time namespace, or on another kernel. */
    private static void verify(GuardConnection fresh, long until) throws GuardException {
        long before = System.nanoTime();
        var status = GuardStatus.parse(fresh.ask("HELLO", left(until)));
        long after = System.nanoTime();
        long roundTrip = after - before;
        if (status.clockNanos() - before < -roundTrip || status.clockNanos() - after > roundTrip)
            throw new GuardException(
                    "the guard's clock says %d ns, System.nanoTime() said %d ns before and %d ns after"
                            .formatted(status.clockNanos(), before, after),
                    "guard and agent must run on the same kernel, Linux, and in the same time namespace");
    }

    /** Before the deadline: one that is required is there when it is kept. */
    private void equip(GuardConnection fresh, Watchdog device, long until) throws GuardException {
        String answer = fresh.ask(device.line(), left(until));
        if (!answer.equals("OK") && device.mode() == Watchdog.Mode.REQUIRED)
            throw new GuardException(
                    "a watchdog is required, and the guard says: " + answer,
                    "load its module (softdog if the machine has none), let the agent's user write to"
                            + " the device, or set watchdog.mode to automatic");
        if (!answer.equals("OK") && !answer.equals(watchdogTrouble))
            LOG.warn("No watchdog: {}", answer);
        watchdogTrouble = answer;
    }

    /** Tells a guard that was started anew, or that we lost sight of, what the last one knew. */
    private void repeat(GuardConnection fresh, long until) throws GuardException {
        Promise now = promise();
        if (now.armed().isPresent()) {
            String line = now.armed().get().line();
            String answer = fresh.ask(line, left(until));
            if (!answer.equals("OK") && !answer.equals("ERR fencing")) {
                updatePromise(Promise::disarmed);
                tell(() -> listener.lost("the guard refuses to take up " + line + ": " + answer));
            }
        }
        if (now.watched().isPresent()) watchAgain(fresh, now.watched().get(), until);
    }

    private void watchAgain(GuardConnection fresh, Postmaster postmaster, long until)
            throws GuardException {
        String answer = fresh.ask(Promise.line(postmaster), left(until));
        if (answer.equals("OK") || answer.equals("ERR fencing")) return;
        updatePromise(now -> now.gone(postmaster.pid()));
        if (GuardException.processGone(answer)) tell(() -> listener.gone(postmaster.pid()));
        else
            tell(() ->
                    listener.lost(
                            "the guard refuses to watch process "
                                    + postmaster.pid()
                                    + ": "
                                    + answer));
    }

    private void hear(String event, long pid) {
        if (event.equals("FENCED")) {
            updatePromise(now -> now.gone(pid).disarmed());
            tell(() -> listener.fenced(pid));
        } else {
            updatePromise(now -> now.gone(pid));
            tell(() -> listener.gone(pid));
        }
    }

    /** A defect of the listener must not cost the connection. */
    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            LOG.error("The listener of the guard failed", e);
        }
    }

    /** On the reader thread of the connection that ended; its place is taken by a new one. */
    private void recover(GuardConnection ended, String why) {
        if (closed || quitting || !ended.wasInUse()) return;
        LOG.warn("The guard is lost: {}", why);
        tell(() -> listener.lost(why));
        try {
            long pid = status().guardPid();
            LOG.info("The guard is back, pid {}", pid);
        } catch (GuardException e) {
            if (!closed) LOG.error("No guard: {} ({})", e.getMessage(), e.hint());
        }
    }
}
