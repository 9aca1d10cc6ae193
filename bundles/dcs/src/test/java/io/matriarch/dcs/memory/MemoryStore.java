package io.matriarch.dcs.memory;

import io.matriarch.api.Code;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.DcsException.Fate;
import io.matriarch.dcs.api.StoreHealth;
import io.matriarch.dcs.api.WatchListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * The store that all {@link MemoryDcs} of a test share.
 *
 * <p>Its clock stands still until {@link #advance} moves it, and only then do leases end and late
 * requests arrive. No call ever blocks: a call that would have waited tells {@link TimePassing} how
 * long, and a call whose deadline would have passed ends at once with {@link Fate#UNKNOWN}. So a
 * single thread can run a whole cluster, the same way every time. Many threads may use it as well.
 */
public final class MemoryStore {
    /** A request, as the state machine carries it out. */
    interface Request<T> {
        T apply(Records records) throws Records.Refused;
    }

    private record Late(Duration due, long sequence, Request<?> request) {}

    private static final String URI = "memory://store";
    private static final String CLUSTER = "6d656d6f7279";

    private final TimePassing time;
    private final Executor deliveries;
    private final Records records = new Records(this::spread);
    private final Map<String, Faults> faults = new HashMap<>();
    private final List<MemoryWatch> watches = new ArrayList<>();
    private final PriorityQueue<Late> late =
            new PriorityQueue<>(Comparator.comparing(Late::due).thenComparing(Late::sequence));
    private final Queue<Runnable> undelivered = new ArrayDeque<>();
    private boolean delivering;
    private Duration now = Duration.ZERO;
    private Duration slowness = Duration.ZERO;
    private boolean down;
    private long sequence;
    private long requests;

    /** A store whose watches are told at once, on the thread that made the change. */
    public MemoryStore() {
        this((_, _) -> {}, Runnable::run);
    }

    /**
     * @param time hears of the time calls take
     * @param deliveries carries out what watches are told, in the order given
     */
    public MemoryStore(TimePassing time, Executor deliveries) {
        this.time = time;
        this.deliveries = deliveries;
    }

    /** A handle for the client of this name; handles of the same name share their faults. */
    public MemoryDcs client(String name) {
        return new MemoryDcs(this, name);
    }

    /** Time since the store began. */
    public synchronized Duration now() {
        return now;
    }

    /** Requests that reached the store so far, whatever became of their answers. */
    public synchronized long requests() {
        return requests;
    }

    /** Moves the clock: late requests arrive and leases end, each in its turn. */
    public void advance(Duration by) {
        synchronized (this) {
            Duration end = now.plus(by);
            for (var due = nextEvent(); due.isPresent() && notAfter(due.get(), end); ) {
                now = due.get().compareTo(now) > 0 ? due.get() : now;
                records.expire(now);
                arrive();
                due = nextEvent();
            }
            now = end;
        }
        drain();
    }

    private Optional<Duration> nextEvent() {
        Optional<Duration> lease = records.nextEnd();
        Optional<Duration> request = Optional.ofNullable(late.peek()).map(Late::due);
        if (lease.isEmpty() || request.isEmpty()) {
            return lease.or(() -> request);
        }
        return notAfter(lease.get(), request.get()) ? lease : request;
    }

    private static boolean notAfter(Duration a, Duration b) {
        return a.compareTo(b) <= 0;
    }

    private void arrive() {
        while (late.peek() != null && notAfter(late.peek().due(), now)) {
            requests++;
            try {
                late.remove().request().apply(records);
            } catch (Records.Refused _) {
                // its sender gave up long ago: nobody is left to hear the refusal
            }
        }
    }

    // --- faults -----------------------------------------------------------------------------

    /** Cuts a client off: its calls end UNKNOWN and unapplied, its watches fall silent. */
    public synchronized void partition(String client) {
        faultsOf(client).partitioned = true;
    }

    /** Ends {@link #partition} and {@link #refuse}; watches of before are broken, as etcd's are. */
    public void heal(String client) {
        boolean cut;
        synchronized (this) {
            cut = faultsOf(client).partitioned;
            faultsOf(client).partitioned = false;
            faultsOf(client).refused = false;
        }
        if (cut) {
            breakWatches(client, "connection lost");
        }
    }

    /** A client's connections are refused: its calls end NOT_DONE. */
    public void refuse(String client) {
        synchronized (this) {
            faultsOf(client).refused = true;
        }
        breakWatches(client, "connection refused");
    }

    /** The client notices that its watches are dead. */
    public void breakWatches(String client, String why) {
        synchronized (this) {
            var broken = watches.stream().filter(w -> w.client().equals(client)).toList();
            watches.removeAll(broken);
            broken.forEach(w -> w.breakNow(why));
        }
        drain();
    }

    /** The next {@code count} requests of the client vanish before they reach the store. */
    public synchronized void loseRequests(String client, int count) {
        faultsOf(client).requestsToLose = count;
    }

    /** The next {@code count} requests of the client are carried out, but no answer comes. */
    public synchronized void loseAnswers(String client, int count) {
        faultsOf(client).answersToLose = count;
    }

    /** Requests of the client take this long; past their deadline they still arrive, late. */
    public synchronized void delay(String client, Duration delay) {
        faultsOf(client).delay = delay;
    }

    /** The store takes this long for everybody. */
    public synchronized void slow(Duration slowness) {
        this.slowness = slowness;
    }

    /** The store answers nobody until {@link #up}; its clock and so its leases go on. */
    public synchronized void down() {
        down = true;
    }

    /** Ends {@link #down}; watches of before are broken. */
    public void up() {
        List<String> clients;
        synchronized (this) {
            down = false;
            clients = watches.stream().map(MemoryWatch::client).distinct().toList();
        }
        clients.forEach(client -> breakWatches(client, "connection lost"));
    }

    /** Ends a lease before its time. */
    public void expireLease(long id) {
        synchronized (this) {
            records.revoke(id);
        }
        drain();
    }

    /** Forgets history; a watch from there is told that it is broken. */
    public synchronized void compact(long upToRevision) {
        records.compact(upToRevision);
    }

    private Faults faultsOf(String client) {
        return faults.computeIfAbsent(client, _ -> new Faults());
    }

    // --- calls ------------------------------------------------------------------------------

    <T> T call(String client, Duration deadline, Request<T> request) throws DcsException {
        Duration wait = depart(client, deadline, request);
        pass(client, wait);
        T answer;
        boolean lost;
        synchronized (this) {
            requests++;
            try {
                answer = request.apply(records);
            } catch (Records.Refused refused) {
                throw failure(Code.REFUSED, Fate.NOT_DONE, client, refused.getMessage());
            }
            lost = faultsOf(client).takeLostAnswer();
        }
        drain();
        if (lost) {
            pass(client, deadline.minus(wait));
            throw failure(Code.DCS_UNREACHABLE, Fate.UNKNOWN, client, "no answer in " + deadline);
        }
        return answer;
    }

    /** How long the request is under way; throws if it does not arrive within its deadline. */
    private Duration depart(String client, Duration deadline, Request<?> request)
            throws DcsException {
        synchronized (this) {
            Faults wrong = faultsOf(client);
            if (wrong.refused) {
                String why = URI + " refuses the connection";
                throw failure(Code.DCS_UNREACHABLE, Fate.NOT_DONE, client, why);
            }
            Duration wait = wrong.delay.plus(slowness);
            boolean lost = down || wrong.partitioned || wrong.takeLostRequest();
            if (!lost && wait.compareTo(deadline) < 0) {
                return wait;
            }
            if (!lost) {
                late.add(new Late(now.plus(wait), sequence++, request));
            }
        }
        pass(client, deadline);
        throw failure(Code.DCS_UNREACHABLE, Fate.UNKNOWN, client, "no answer in " + deadline);
    }

    private void pass(String client, Duration span) {
        if (span.isPositive()) {
            time.passes(client, span);
        }
    }

    private static DcsException failure(Code code, Fate fate, String client, String why) {
        return new DcsException(
                code, fate, client + ": " + why, "see the faults the test has set", null);
    }

    StoreHealth health(String client, Duration deadline) {
        boolean answering;
        synchronized (this) {
            Faults wrong = faultsOf(client);
            boolean slow = wrong.delay.plus(slowness).compareTo(deadline) >= 0;
            answering = !down && !wrong.partitioned && !wrong.refused && !slow;
        }
        var endpoint =
                answering
                        ? new StoreHealth.Endpoint(URI, true, true, "memory", Duration.ZERO, "")
                        : new StoreHealth.Endpoint(URI, false, false, "", Duration.ZERO, "silent");
        return new StoreHealth(answering ? CLUSTER : "", List.of(endpoint));
    }

    // --- watches ----------------------------------------------------------------------------

    Dcs.Watch watch(String client, String prefix, long from, WatchListener listener) {
        MemoryWatch watch;
        synchronized (this) {
            long start = from > 0 ? from : records.revision() + 1;
            watch = new MemoryWatch(this, client, prefix, start, listener);
            Faults wrong = faultsOf(client);
            Optional<List<Records.Revision>> past = records.since(start);
            if (wrong.refused) {
                watch.breakNow("connection refused");
            } else if (wrong.partitioned || down) {
                watches.add(watch); // as a call on a dead connection: silent until it is noticed
            } else if (past.isEmpty()) {
                watch.breakNow("revision " + start + " has been compacted");
            } else {
                watches.add(watch);
                past.get().forEach(watch::offer);
            }
        }
        drain();
        return watch;
    }

    private void spread(Records.Revision revision) {
        for (MemoryWatch watch : List.copyOf(watches)) {
            if (!down && !faultsOf(watch.client()).partitioned) {
                watch.offer(revision);
            }
        }
    }

    synchronized void forget(MemoryWatch watch) {
        watches.remove(watch);
    }

    /** Notes a task; {@link #drain} hands it on outside the monitor, in this order. */
    void deliver(Runnable task) {
        undelivered.add(task);
    }

    private void drain() {
        synchronized (this) {
            if (delivering) {
                return; // whoever delivers now takes ours too: order is kept
            }
            delivering = true;
        }
        while (true) {
            Runnable task;
            synchronized (this) {
                task = undelivered.poll();
                if (task == null) {
                    delivering = false;
                    return;
                }
            }
            try {
                deliveries.execute(task);
            } catch (RuntimeException | Error broken) {
                synchronized (this) {
                    delivering = false; // a broken listener must not silence all others for ever
                }
                throw broken;
            }
        }
    }
}
