package io.matriarch.dcs.etcd;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.etcd.Outcome.Answered;
import io.matriarch.dcs.etcd.Outcome.Failed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the endpoint for each call. All calls and watches go to one endpoint until that fails
 * them; then to the next, in the order configured. So one connection is in use, and a watch hangs
 * on a connection that our own calls keep testing.
 *
 * <p>What goes to a second endpoint within one call: a request that surely never left or was surely
 * refused, and one that does no harm when carried out twice. Nothing else.
 */
final class Router {
    private final List<Peer> peers;
    private final Session session;
    private final TermGuard terms;
    private final AtomicInteger chosen = new AtomicInteger();

    Router(List<Peer> peers, Session session, TermGuard terms) {
        this.peers = List.copyOf(peers);
        this.session = session;
        this.terms = terms;
    }

    List<Peer> peers() {
        return peers;
    }

    Peer current() {
        return peers.get(chosen.get());
    }

    /**
     * Asks until somebody answers or the deadline passes.
     *
     * @return empty if the answer is that a lease does not exist
     */
    <Q, A> Optional<A> ask(Exchange<Q, A> exchange, Q request, Duration deadline)
            throws DcsException {
        return new Asking<>(exchange, request, deadline).run();
    }

    /** Does not answer well: the next call goes elsewhere, and whoever watches there must know. */
    void leave(Peer peer, boolean unconnected, String why) {
        boolean reconnect = unconnected || peer.silent();
        if (reconnect) {
            peer.reconnect();
        }
        int index = peers.indexOf(peer);
        boolean moved = chosen.compareAndSet(index, (index + 1) % peers.size());
        if (reconnect || (moved && peers.size() > 1)) {
            peer.breakWatches(peer.uri() + ": " + why);
        }
    }

    /** One call, perhaps at several endpoints. */
    private final class Asking<Q, A> {
        private final Exchange<Q, A> exchange;
        private final Q request;
        private final Duration deadline;
        private final long begin = System.nanoTime();
        private final List<Failure> failures = new ArrayList<>();
        private boolean loggedInAnew;
        private boolean stale;

        Asking(Exchange<Q, A> exchange, Q request, Duration deadline) {
            this.exchange = exchange;
            this.request = request;
            this.deadline = deadline;
        }

        private Duration left() {
            return deadline.minusNanos(System.nanoTime() - begin);
        }

        Optional<A> run() throws DcsException {
            for (int untried = peers.size(); untried > 0 && left().isPositive(); untried--) {
                Optional<A> answer = tryOne(current(), untried);
                if (answer != null) {
                    return answer;
                }
            }
            if (stale) {
                terms.forget();
            }
            throw Failure.nobodyAnswered(exchange.name(), deadline, failures);
        }

        /** Null: try another endpoint. */
        private @Nullable Optional<A> tryOne(Peer peer, int untried) throws DcsException {
            Duration whole = left();
            // Half of what is left, so that an endpoint that hangs leaves time for the others.
            Duration patience = untried > 1 ? whole.dividedBy(2) : whole;
            ManagedChannel channel = peer.channel();
            peer.asked();
            long term = terms.term();
            try {
                Status noLogin = session.login(channel, patience);
                if (noLogin != null) {
                    return failed(peer, new Failed<>(noLogin, false));
                }
                Metadata headers = session.headers();
                Duration rest = left(); // a login has taken its share
                Duration first = patience.compareTo(rest) < 0 ? patience : rest;
                Outcome<A> outcome =
                        Call.start(channel, exchange.method(), request, headers, rest)
                                .await(first, rest, exchange.repeatable());
                return switch (outcome) {
                    case Answered<A>(A answer) -> answered(peer, answer, term);
                    case Failed<A> failed -> {
                        if (wantsLogin(failed)) {
                            session.refused(headers);
                            loggedInAnew = true;
                            yield tryOne(peer, untried);
                        }
                        yield failed(peer, failed);
                    }
                };
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Failure.interrupted(exchange.name(), peer, e);
            }
        }

        private boolean wantsLogin(Failed<A> failed) {
            Verdict verdict = Verdict.of(failed.status(), failed.sent());
            boolean might = verdict == Verdict.LOGIN || verdict == Verdict.DENIED;
            return might && session.canLogIn() && !loggedInAnew && left().isPositive();
        }

        private @Nullable Optional<A> answered(Peer peer, A answer, long term) throws DcsException {
            peer.answered();
            if (terms.accepts(exchange.header().apply(answer), term)) {
                return Optional.of(answer);
            }
            stale = true;
            leave(peer, false, "it was left behind by the other servers");
            Status status = Status.ABORTED.withDescription("answers with an old Raft term");
            failures.add(new Failure(peer, status, true));
            if (!exchange.repeatable()) {
                throw Failure.unknown(exchange.name(), peer, status);
            }
            return null;
        }

        private @Nullable Optional<A> failed(Peer peer, Failed<A> failed) throws DcsException {
            Status status = failed.status();
            String why = Verdict.explain(status);
            Verdict verdict = Verdict.of(status, failed.sent());
            boolean heard = status.getCode() != Status.Code.DEADLINE_EXCEEDED;
            if (heard && failed.sent()) {
                peer.answered();
            }
            switch (verdict) {
                case LEASE_GONE -> {
                    return Optional.empty();
                }
                case LOGIN, DENIED, FULL, REFUSED ->
                        throw Failure.refused(exchange.name(), peer, verdict, status);
                case NOT_SENT -> leave(peer, heard, why);
                case NO_LEADER -> leave(peer, false, why);
                case UNSURE -> {
                    leave(peer, false, why);
                    if (!exchange.repeatable()) {
                        throw Failure.unknown(exchange.name(), peer, status);
                    }
                }
            }
            failures.add(new Failure(peer, status, failed.sent() && verdict == Verdict.UNSURE));
            return null;
        }
    }
}
