package io.matriarch.failover.agent;

import io.matriarch.api.MemberName;
import io.matriarch.failover.core.Failsafe;
import io.matriarch.failover.core.Policy;
import io.matriarch.failover.core.Promises;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the members' agreement alive while the store is away, as {@link LeaseKeeper} keeps the
 * lease: from a thread of its own, so that neither a store that does not answer nor a busy control
 * loop can cost it. Each member is asked by itself, as often as a lease is renewed, and also while
 * an earlier question to it is still open.
 */
final class FailsafeKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FailsafeKeeper.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final OptionalLong NEVER = OptionalLong.empty();

    /** A precaution: the beginning of an outage is told by {@link #signal}. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** Where the agreement counts. */
    interface Time {
        /**
         * @param untilNanos until when all who may lead have promised not to; to be asked for at
         *     the moment it counts
         * @return whether an agreement begins by it
         */
        boolean agreed(Supplier<OptionalLong> untilNanos);
    }

    private final Peers peers;
    private final Time time;
    private final Supplier<Optional<SortedMap<MemberName, String>>> whom;
    private final Function<Duration, String> question;
    private final Supplier<Policy> policy;
    private final Runnable wake;
    private final Semaphore signals = new Semaphore(0);
    private final ExecutorService questions =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("matriarch-failsafe-", 0).factory());
    private final Thread thread;
    private volatile Promises promises = Promises.NONE; // replaced under this object's lock
    private volatile boolean closed;

    /**
     * @param whom to ask now, {@code api_url} by name; an empty map: nobody else may lead; empty:
     *     nothing is to be asked, see {@link Failsafe#whomToAsk}
     * @param question the body, for the time that the answer shall count for
     * @param wake called when an agreement has come about
     */
    FailsafeKeeper(
            Peers peers,
            Time time,
            Supplier<Optional<SortedMap<MemberName, String>>> whom,
            Function<Duration, String> question,
            Supplier<Policy> policy,
            Runnable wake) {
        this.peers = peers;
        this.time = time;
        this.whom = whom;
        this.question = question;
        this.policy = policy;
        this.wake = wake;
        this.thread = Thread.ofPlatform().name("failsafe").daemon(true).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** The store does not answer any more: ask now. */
    void signal() {
        signals.release();
    }

    /** Who of those that are asked has no promise with us, and why. */
    Map<MemberName, String> missing() {
        return whom.get()
                .map(members -> promises.missing(members.keySet(), System.nanoTime()))
                .orElse(Map.of());
    }

    private void run() {
        while (!closed) {
            try {
                var pause = askAll() ? policy.get().ttl().dividedBy(5) : LOOK;
                if (signals.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS))
                    signals.drainPermits();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return; // only a close that lost its patience interrupts
            } catch (RuntimeException e) {
                // A defect must not end the asking: without it the writing ends.
                LOG.error("the members were not asked: a defect of ours, please report it", e);
            }
        }
    }

    /** Returns whether there is something to ask for. */
    private boolean askAll() {
        var members = whom.get();
        if (members.isEmpty()) return false;
        var asked = policy.get();
        long sent = System.nanoTime(); // before anybody hears the question
        long until = Failsafe.countsUntil(sent, asked);
        if (members.get().isEmpty()) {
            renew(until);
            return true;
        }
        String text = question.apply(asked.ttl());
        // A later answer would leave less than it takes to step down.
        var timeout = asked.ttl().dividedBy(2);
        members.get()
                .forEach((name, url) ->
                        questions.execute(
                                () -> heard(name, peers.agree(url, text, timeout), until)));
        return true;
    }

    private void heard(MemberName name, String refusal, long until) {
        synchronized (this) {
            promises =
                    refusal.isEmpty()
                            ? promises.given(name, until)
                            : promises.refused(name, refusal);
        }
        if (refusal.isEmpty()) renew(until);
        else LOG.info("{} does not agree to us serving on: {}", name, refusal);
    }

    /**
     * @param alone until when it holds if there is nobody to ask
     */
    private void renew(long alone) {
        var known = promises;
        boolean begins = time.agreed(() -> whom.get().map(m -> end(known, m, alone)).orElse(NEVER));
        if (!begins) return;
        LOG.warn("all members agree that this node serves on without the store");
        wake.run();
    }

    private static OptionalLong end(
            Promises known, SortedMap<MemberName, String> members, long alone) {
        return members.isEmpty() ? OptionalLong.of(alone) : known.byAll(members.keySet());
    }

    @Override
    public void close() {
        closed = true;
        signal();
        Threads.end(thread, PATIENCE);
        questions.shutdownNow();
    }
}
