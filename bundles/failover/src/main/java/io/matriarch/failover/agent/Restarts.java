package io.matriarch.failover.agent;

import io.matriarch.failover.api.RestartRequest;
import io.matriarch.failover.core.LocalView.RunningAction.Kind;
import io.matriarch.failover.core.NodeReport.ScheduledRestart;
import io.matriarch.failover.core.RestartRules;
import io.matriarch.postgres.api.ServerView;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restarts of PostgreSQL a person asked for, now or at a time. */
final class Restarts {
    private static final Logger LOG = LoggerFactory.getLogger(Restarts.class);

    private final AgentState state;
    private final Settings settings;
    private final LongAction action;
    private final Transitions transitions;

    Restarts(AgentState state, Settings settings, LongAction action, Transitions transitions) {
        this.state = state;
        this.settings = settings;
        this.action = action;
        this.transitions = transitions;
    }

    /** Why the conditions of a request do not hold now; empty if they do. */
    Optional<String> hindrance(RestartRequest request) {
        return state.server()
                .map(server ->
                        RestartRules.hindrance(
                                request.role(),
                                request.olderThan(),
                                request.onlyIfPending(),
                                state.role(),
                                server))
                .orElseGet(() -> Optional.of("PostgreSQL has not been seen yet"));
    }

    /** Starts a restart; empty if another long action is under way. */
    Optional<CompletableFuture<Void>> now(Optional<Duration> timeout) {
        var limit = timeout.orElseGet(() -> state.policy().primaryStartTimeout());
        return action.start(
                Kind.RESTART,
                () -> transitions.restart(limit.isZero() ? Duration.ofMinutes(5) : limit));
    }

    void schedule(RestartRequest request) {
        String started =
                state.server()
                        .flatMap(ServerView::live)
                        .map(ServerView.Live::postmasterStartTime)
                        .orElse("");
        state.scheduledRestart(
                Optional.of(
                        new ScheduledRestart(
                                request.at().orElseThrow(),
                                request.role(),
                                request.olderThan(),
                                request.onlyIfPending(),
                                request.timeout(),
                                started)));
    }

    /** The loop calls this each round; what is due runs, or is dropped with a reason. */
    void ifDue(ServerView server) {
        var scheduled = state.scheduledRestart();
        if (scheduled.isEmpty()
                || scheduled.get().at().isAfter(Instant.now())
                || state.policy().paused()) return;
        state.scheduledRestart(Optional.empty());
        var due = scheduled.get();
        var hindrance =
                RestartRules.stale(due, server)
                        .or(() ->
                                RestartRules.hindrance(
                                        due.role(),
                                        due.olderThan(),
                                        due.onlyIfPending(),
                                        state.role(),
                                        server));
        if (hindrance.isPresent()) {
            LOG.info("{}: scheduled restart dropped: {}", settings.name(), hindrance.get());
            return;
        }
        if (now(due.timeout()).isEmpty())
            LOG.warn("scheduled restart dropped: another action is under way");
    }
}
