package io.matriarch.dcs.etcd;

import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.StoreHealth;
import io.matriarch.dcs.api.StoreHealth.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Asks every endpoint for itself, all at the same time, what it is and whom it follows. */
final class HealthCheck {
    private record Seen(Endpoint endpoint, String clusterId) {}

    private final List<Peer> peers;
    private final Session session;
    private final Quotas quotas;
    private final Executor executor;

    HealthCheck(List<Peer> peers, Session session, Quotas quotas, Executor executor) {
        this.peers = List.copyOf(peers);
        this.session = session;
        this.quotas = quotas;
        this.executor = executor;
    }

    StoreHealth ask(Duration deadline) {
        List<CompletableFuture<Seen>> asked = new ArrayList<>();
        for (Peer peer : peers) {
            asked.add(CompletableFuture.supplyAsync(() -> askOne(peer, deadline), executor));
        }
        List<Seen> seen = asked.stream().map(CompletableFuture::join).toList();
        String cluster =
                seen.stream()
                        .map(Seen::clusterId)
                        .filter(id -> !id.isEmpty())
                        .findFirst()
                        .orElse("");
        return new StoreHealth(cluster, seen.stream().map(Seen::endpoint).toList());
    }

    private Seen askOne(Peer peer, Duration deadline) {
        long begin = System.nanoTime();
        try {
            ManagedChannel channel = peer.channel();
            Status noLogin = session.login(channel, deadline);
            if (noLogin != null) {
                return silent(peer, Verdict.explain(noLogin));
            }
            Metadata headers = session.headers();
            headers.discardAll(
                    Session.HAS_LEADER); // a server without a leader shall tell so itself
            Outcome<StatusResponse> outcome =
                    Call.start(
                                    channel,
                                    MaintenanceGrpc.getStatusMethod(),
                                    StatusRequest.getDefaultInstance(),
                                    headers,
                                    deadline)
                            .await(deadline, deadline, true);
            return switch (outcome) {
                case Outcome.Answered<StatusResponse>(StatusResponse answer) -> {
                    var latency = Duration.ofNanos(System.nanoTime() - begin);
                    var left = deadline.minus(latency);
                    yield seen(peer, answer, latency, quotas.of(peer.address(), answer, left));
                }
                case Outcome.Failed<StatusResponse>(Status status, boolean sent) -> {
                    if (!sent && status.getCode() != Status.Code.DEADLINE_EXCEEDED) {
                        peer.reconnect(); // else the next call would only hear this failure again
                    }
                    yield silent(peer, Verdict.explain(status));
                }
            };
        } catch (DcsException e) {
            return silent(peer, String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return silent(peer, "interrupted");
        }
    }

    private static Seen seen(
            Peer peer, StatusResponse answer, Duration latency, OptionalLong quota) {
        boolean leads =
                answer.getLeader() != 0 && answer.getLeader() == answer.getHeader().getMemberId();
        String errors = String.join("; ", answer.getErrorsList());
        var storage =
                new StoreHealth.Storage(
                        answer.getDbSize(), answer.getDbSizeInUse(), answer.getRaftTerm(), quota);
        return new Seen(
                new Endpoint(
                        peer.uri(),
                        true,
                        leads,
                        answer.getVersion(),
                        latency,
                        errors,
                        Optional.of(storage)),
                Long.toHexString(answer.getHeader().getClusterId()));
    }

    private static Seen silent(Peer peer, String why) {
        return new Seen(new Endpoint(peer.uri(), false, false, "", Duration.ZERO, why), "");
    }
}
