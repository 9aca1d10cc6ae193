package io.matriarch.failover.agent;

import io.matriarch.api.Lsn;
import io.matriarch.failover.core.Handover;
import io.matriarch.failover.core.Member;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Whether a server that ends has sent its last WAL. */
final class Receipts {
    private static final Duration POLL = Duration.ofMillis(20);

    private final AgentState state;
    private final Peers peers;

    Receipts(AgentState state, Peers peers) {
        this.state = state;
        this.peers = peers;
    }

    /**
     * Asks until one of them has it all, for {@code retry_timeout} at most. The postmaster sends
     * its last WAL before it ends; usually the first question is answered with yes.
     *
     * @param timeline that the checkpoint was written on; 0 if unknown
     * @return false if none of them says so in time
     */
    boolean await(List<Member> candidates, int timeline, Lsn checkpoint) {
        var patience = state.policy().retryTimeout();
        return Waiting.until(
                        patience,
                        POLL,
                        () ->
                                Handover.received(
                                                timeline,
                                                checkpoint,
                                                peers.ask(candidates, patience))
                                        ? Optional.of(true)
                                        : Optional.empty())
                .isPresent();
    }
}
