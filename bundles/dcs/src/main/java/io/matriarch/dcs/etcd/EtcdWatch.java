package io.matriarch.dcs.etcd;

import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.WatchListener;
import io.matriarch.dcs.api.WatchListener.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One watch, on the endpoint in use when it began. It is not carried over to another one: the
 * listener is told that it broke, and reads again. gRPC calls the methods of {@link
 * ClientCall.Listener} one after the other, so the listener hears everything in order and {@code
 * broken} last.
 */
final class EtcdWatch extends ClientCall.Listener<WatchResponse> implements Dcs.Watch {
    private final Router router;
    private final Session session;
    private final WatchRequest request;
    private final WatchListener listener;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable String why;
    private @Nullable ClientCall<WatchRequest, WatchResponse> call;
    private @Nullable Peer peer;
    private Metadata headers = new Metadata();

    EtcdWatch(Router router, Session session, WatchRequest request, WatchListener listener) {
        this.router = router;
        this.session = session;
        this.request = request;
        this.listener = listener;
    }

    /** Connects and asks; may wait, at most {@code patience}. */
    void open(Duration patience) {
        Peer endpoint = router.current();
        try {
            ManagedChannel channel = endpoint.channel();
            Status noLogin = session.login(channel, patience);
            if (noLogin == null) {
                start(endpoint, channel);
            } else {
                end(endpoint.uri() + ": " + Verdict.explain(noLogin));
            }
        } catch (DcsException e) {
            end(String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            end("interrupted");
        }
    }

    private void start(Peer endpoint, ManagedChannel channel) {
        ClientCall<WatchRequest, WatchResponse> started;
        synchronized (this) {
            if (ended.get()) {
                return;
            }
            started = channel.newCall(WatchGrpc.getWatchMethod(), CallOptions.DEFAULT);
            call = started;
            peer = endpoint;
            headers = session.headers();
            endpoint.add(this);
            started.start(this, headers);
        }
        started.request(1);
        started.sendMessage(request);
    }

    @Override
    public void onMessage(WatchResponse message) {
        if (message.getCanceled()) {
            breakNow(reasonOf(message));
            return;
        }
        tell(message.getEventsList());
        var running = running();
        if (running != null && why == null && !ended.get()) {
            running.request(1);
        }
    }

    private String reasonOf(WatchResponse message) {
        if (message.getCompactRevision() > 0) {
            return "history up to revision %d is compacted".formatted(message.getCompactRevision());
        }
        String reason = message.getCancelReason();
        if (reason.toLowerCase(Locale.ROOT).contains("auth") || reason.contains("permission")) {
            session.refused(headers);
        }
        return reason.isEmpty() ? "the store ended the watch" : reason;
    }

    /** One answer holds whole revisions, in order. */
    private void tell(List<Event> events) {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < events.size() && !ended.get(); i++) {
            long revision = events.get(i).getKv().getModRevision();
            changes.add(Codec.change(events.get(i)));
            boolean last = i + 1 == events.size();
            if (last || events.get(i + 1).getKv().getModRevision() != revision) {
                listener.changed(revision, List.copyOf(changes));
                changes.clear();
            }
        }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        String given = why;
        Peer endpoint = peerOf();
        if (endpoint == null || given != null) {
            end(given == null ? "closed" : given);
            return;
        }
        Verdict verdict = Verdict.of(status, true);
        if (verdict == Verdict.LOGIN) {
            session.refused(headers);
        }
        boolean lost = status.getCode() == Status.Code.UNAVAILABLE && verdict != Verdict.NO_LEADER;
        String reason = endpoint.uri() + ": " + Verdict.explain(status);
        end(reason);
        router.leave(endpoint, lost, reason);
    }

    /** Ends it for a reason the listener is told, unless it has ended already. */
    void breakNow(String reason) {
        var running = running();
        if (running == null) {
            end(reason);
        } else {
            why = reason;
            running.cancel(reason, null); // and onClose tells, behind what is being told now
        }
    }

    private synchronized @Nullable ClientCall<WatchRequest, WatchResponse> running() {
        return call;
    }

    private void end(String reason) {
        boolean first = ended.compareAndSet(false, true);
        Peer endpoint = peerOf();
        if (endpoint != null) {
            endpoint.remove(this);
        }
        if (first) {
            listener.broken(reason);
        }
    }

    @Override
    public void close() {
        ended.set(true);
        var running = running();
        if (running != null) {
            why = "closed";
            running.cancel("closed by its owner", null);
        }
        Peer endpoint = peerOf();
        if (endpoint != null) {
            endpoint.remove(this);
        }
    }

    private synchronized @Nullable Peer peerOf() {
        return peer;
    }
}
