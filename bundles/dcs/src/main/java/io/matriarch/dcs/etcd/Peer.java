package io.matriarch.dcs.etcd;

import io.grpc.ManagedChannel;
import io.matriarch.api.Code;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.DcsException.Fate;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint and the connection to it. A connection that failed, or that owes an answer for too
 * long, is replaced by a new one: gRPC by itself would wait ever longer between attempts, and a
 * dead TCP connection is only noticed after minutes.
 */
final class Peer {
    private final EndpointAddress address;
    private final Transport transport;
    private final long silenceNanos;
    private final Set<EtcdWatch> watches = ConcurrentHashMap.newKeySet();
    private @Nullable ManagedChannel channel;
    private boolean waiting;
    private long waitingSince;
    private boolean closed;

    Peer(EndpointAddress address, Transport transport, Duration silence) {
        this.address = address;
        this.transport = transport;
        this.silenceNanos = silence.toNanos();
    }

    String uri() {
        return address.uri();
    }

    EndpointAddress address() {
        return address;
    }

    synchronized ManagedChannel channel() throws DcsException {
        if (closed) {
            throw new DcsException(
                    Code.DCS_UNREACHABLE,
                    Fate.NOT_DONE,
                    "the store client is closed",
                    "it is being replaced; the next one takes over",
                    null);
        }
        ManagedChannel current = channel;
        if (current == null) {
            current = transport.open(address);
            channel = current;
        }
        return current;
    }

    /** A request is about to leave. */
    synchronized void asked() {
        if (!waiting) {
            waiting = true;
            waitingSince = System.nanoTime();
        }
    }

    /** Something came back, good or bad: somebody is there. */
    synchronized void answered() {
        waiting = false;
    }

    /** Whether it owes us an answer for too long. */
    synchronized boolean silent() {
        return waiting && System.nanoTime() - waitingSince >= silenceNanos;
    }

    /** The next call connects anew; calls under way on the old connection may still end well. */
    synchronized void reconnect() {
        ManagedChannel old = channel;
        channel = null;
        waiting = false;
        if (old != null) {
            old.shutdown();
        }
    }

    void add(EtcdWatch watch) {
        watches.add(watch);
    }

    void remove(EtcdWatch watch) {
        watches.remove(watch);
    }

    void breakWatches(String why) {
        watches.forEach(watch -> watch.breakNow(why));
    }

    void close() {
        ManagedChannel old;
        synchronized (this) {
            closed = true;
            old = channel;
            channel = null;
        }
        breakWatches("the store client is closed");
        if (old != null) {
            old.shutdownNow();
        }
    }
}
