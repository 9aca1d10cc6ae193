package io.matriarch.failover.agent;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.failover.core.Failsafe;
import io.matriarch.failover.core.FailsafeAnswer;
import io.matriarch.failover.core.FailsafeView.Sender;
import io.matriarch.postgres.api.ServerView;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers leaders that cannot reach the store and ask whether they may serve on. */
final class Consent {
    private static final Logger LOG = LoggerFactory.getLogger(Consent.class);

    /** Before the store has answered, the cluster's ttl is not known: longer than anybody's. */
    private static final Duration UNKNOWN_TTL = Duration.ofSeconds(60);

    private final MemberName self;
    private final AgentState state;
    private final LeaseKeeper lease;
    private final Allegiance allegiance;
    private final Runnable wake;
    private volatile boolean knowsTheCluster;

    Consent(
            MemberName self,
            AgentState state,
            LeaseKeeper lease,
            Allegiance allegiance,
            Runnable wake) {
        this.self = self;
        this.state = state;
        this.lease = lease;
        this.allegiance = allegiance;
        this.wake = wake;
    }

    /** The dynamic configuration has been read. */
    void knowsTheCluster() {
        knowsTheCluster = true;
    }

    /**
     * @param body of {@code POST /failsafe}
     */
    FailsafeAnswer ask(Map<String, Object> body) {
        var ttl = state.policy().ttl();
        if (!knowsTheCluster && ttl.compareTo(UNKNOWN_TTL) < 0) ttl = UNKNOWN_TTL;
        return Failsafe.read(body, ttl)
                .map(this::ask)
                .orElseGet(() ->
                        new FailsafeAnswer.Refused(400, "name, conn_url and api_url are needed"));
    }

    private FailsafeAnswer ask(Sender sender) {
        if (sender.name().equals(self))
            return new FailsafeAnswer.Refused(400, "this is " + self + " itself");
        if (lease.left().isPositive())
            return new FailsafeAnswer.Refused(500, "Running as a leader");
        boolean news = !allegiance.servesOn(sender.name());
        return switch (allegiance.promise(sender)) {
            case Allegiance.Reply.Refused(var why) -> new FailsafeAnswer.Refused(500, why);
            case Allegiance.Reply.Promised() -> {
                if (news) {
                    LOG.warn("{} serves on without the store, and we agreed", sender.name());
                    wake.run();
                }
                yield new FailsafeAnswer.Accepted(
                        state.server()
                                .flatMap(ServerView::live)
                                .map(ServerView.Live::position)
                                .orElse(Lsn.ZERO));
            }
        };
    }
}
