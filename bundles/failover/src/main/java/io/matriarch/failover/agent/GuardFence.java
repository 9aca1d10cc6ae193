package io.matriarch.failover.agent;

import io.matriarch.failover.guard.GuardClient;
import io.matriarch.failover.guard.GuardException;
import io.matriarch.postgres.api.ServerView.Postmaster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guard process, as the agent needs it: always about the postmaster last seen, never throwing.
 */
public final class GuardFence implements Fence {
    private static final Logger LOG = LoggerFactory.getLogger(GuardFence.class);
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final Path command;
    private final Path socket;
    private final Path logFile;
    private volatile LongConsumer gone = pid -> {};
    private @Nullable GuardClient client;
    private @Nullable Postmaster postmaster;
    private long deadline;
    private String trouble = "not started yet";

    public GuardFence(Path command, Path stateDirectory) {
        this.command = command;
        this.socket = stateDirectory.resolve("guard.sock").toAbsolutePath();
        this.logFile = stateDirectory.resolve("guard.log").toAbsolutePath();
    }

    /**
     * @param listener hears the pid of a postmaster that ended, on a thread of the guard's client
     */
    public void onGone(LongConsumer listener) {
        gone = listener;
    }

    private interface Call {
        void on(GuardClient guard) throws GuardException;
    }

    private synchronized boolean attempt(Call call) {
        try {
            var guard = client;
            if (guard == null) {
                guard = GuardClient.connect(command, socket, logFile, new Events(), PATIENCE);
                client = guard;
            }
            call.on(guard);
            if (!trouble.isEmpty()) LOG.info("the guard answers");
            trouble = "";
            return true;
        } catch (GuardException e) {
            if (e.meansGone())
                return false; // ended between our look and the guard's: its end is told
            if (trouble.isEmpty() || trouble.equals("not started yet"))
                LOG.error("the guard does not do its work: {} HINT: {}", e.getMessage(), e.hint());
            trouble = String.valueOf(e.getMessage());
            return false;
        }
    }

    @Override
    public boolean ready() {
        return attempt(GuardClient::status);
    }

    @Override
    public synchronized String describe() {
        if (!trouble.isEmpty()) return "absent: " + trouble;
        return deadline == 0 ? "standing down" : "armed";
    }

    @Override
    public synchronized boolean arm(long deadlineNanos) {
        deadline = deadlineNanos;
        var target = postmaster;
        return target != null && attempt(guard -> guard.arm(target, deadlineNanos));
    }

    @Override
    public synchronized void standDown() {
        if (deadline == 0) return;
        deadline = 0;
        attempt(GuardClient::disarm);
    }

    @Override
    public synchronized void watch(Postmaster seen) {
        if (seen.equals(postmaster)) return;
        postmaster = seen;
        long until = deadline;
        if (until != 0 && until - System.nanoTime() > 0) attempt(guard -> guard.arm(seen, until));
        else attempt(guard -> guard.watch(seen));
    }

    @Override
    public synchronized void close() {
        if (client != null) client.close();
        client = null;
    }

    private final class Events implements GuardClient.Listener {
        @Override
        public void gone(long pid) {
            gone.accept(pid);
        }

        @Override
        public void fenced(long pid) {
            LOG.error(
                    "the guard stopped PostgreSQL (postmaster {}): the lease was not renewed in time",
                    pid);
            gone.accept(pid);
        }

        @Override
        public void lost(String why) {
            LOG.error("the guard is lost: {}", why);
        }
    }
}
