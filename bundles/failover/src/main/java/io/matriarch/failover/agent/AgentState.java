package io.matriarch.failover.agent;

import io.matriarch.failover.core.FailsafeList;
import io.matriarch.failover.core.LocalView.Memory;
import io.matriarch.failover.core.NodeReport;
import io.matriarch.failover.core.Policy;
import io.matriarch.failover.core.Role;
import io.matriarch.postgres.api.ServerView;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the loop, the actions and the service share. Each field has one meaning and is replaced as a
 * whole; the compound ones change under this object's lock.
 */
final class AgentState {
    private Memory memory = Memory.FRESH;
    private volatile Optional<ServerView.Postmaster> promotionOf = Optional.empty();
    private volatile Role role = Role.UNINITIALIZED;
    private volatile Policy policy;
    private volatile Map<String, Object> config;
    private volatile @Nullable ServerView server;
    private volatile boolean checkpointPending;
    private volatile Optional<NodeReport.ScheduledRestart> scheduledRestart = Optional.empty();
    private volatile Instant nextRun = Instant.now();
    private volatile @Nullable Throwable failure;
    private volatile FailsafeList failsafe = FailsafeList.NONE;

    AgentState(Map<String, Object> config) {
        this.config = config;
        this.policy = Policy.of(config);
    }

    synchronized Memory memory() {
        return memory;
    }

    synchronized void remember(UnaryOperator<Memory> change) {
        memory = change.apply(memory);
    }

    Role role() {
        return role;
    }

    void role(Role next) {
        role = next;
    }

    Policy policy() {
        return policy;
    }

    Map<String, Object> config() {
        return config;
    }

    void config(Map<String, Object> next) {
        config = next;
        policy = Policy.of(next);
    }

    Optional<ServerView> server() {
        return Optional.ofNullable(server);
    }

    void server(ServerView seen) {
        server = seen;
    }

    boolean checkpointPending() {
        return checkpointPending;
    }

    void checkpointPending(boolean pending) {
        checkpointPending = pending;
    }

    Optional<NodeReport.ScheduledRestart> scheduledRestart() {
        return scheduledRestart;
    }

    void scheduledRestart(Optional<NodeReport.ScheduledRestart> restart) {
        scheduledRestart = restart;
    }

    Instant nextRun() {
        return nextRun;
    }

    void nextRun(Instant at) {
        nextRun = at;
    }

    /** Why the last long action failed; empty if it did not. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    void failure(@Nullable Throwable why) {
        failure = why;
    }

    /** Changed by the loop only. */
    FailsafeList failsafe() {
        return failsafe;
    }

    void failsafe(FailsafeList next) {
        failsafe = next;
    }

    /** The postmaster that was last told to end recovery; it may do so late. */
    Optional<ServerView.Postmaster> promotionOf() {
        return promotionOf;
    }

    void promotionOf(Optional<ServerView.Postmaster> told) {
        promotionOf = told;
    }
}
