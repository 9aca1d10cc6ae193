package io.matriarch.failover.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The failover agent of this node. Everything the REST paths of Patroni can do, under one roof for
 * JMX, the console and {@code /api/v1}.
 */
@ProviderType
public interface Failover {
    NodeStatus node();

    ClusterStatus cluster();

    /**
     * Asks every other member of the store's table directly, all at once. A call over the network:
     * not for a page that is read often.
     *
     * @param deadline for each of them
     * @return one for each member asked
     */
    List<PeerSight> peers(Duration deadline);

    /** Decisions since {@code since}, oldest first; at least the last hour is kept. */
    List<DecisionRecord> decisions(Instant since);

    /**
     * Hands leadership over in order.
     *
     * @param leader who leads now, so that a request based on an old view is refused
     * @param candidate empty: the best
     * @param at empty: now, and the answer comes when it is done
     * @param dryRun only say whether it would be done
     */
    Answer switchover(
            String leader, Optional<String> candidate, Optional<Instant> at, boolean dryRun);

    /** Makes {@code candidate} the leader, also if there is none now. */
    Answer failover(String candidate, boolean dryRun);

    Answer cancelSwitchover();

    /**
     * Ends the following of a standby cluster: its leader is promoted. The answer comes when it
     * accepts writes.
     *
     * @param dryRun only say whether it would be done, and what
     */
    Answer promoteCluster(boolean dryRun);

    /**
     * Makes a cluster that writes follow another. The answer comes when its leader has sent out its
     * WAL, has stopped and is a standby.
     *
     * @param dryRun only say whether it would be done, and what
     */
    Answer demoteCluster(DemoteRequest request, boolean dryRun);

    /** Restarts PostgreSQL of this node. */
    Answer restart(RestartRequest request);

    Answer cancelRestart();

    /**
     * Throws this node's data away and clones it anew; the old directory is kept until the new one
     * streams.
     */
    Answer reinitialize(boolean force, boolean fromLeader);

    /**
     * A restored directory takes the place of the leader's data directory, and the other members
     * are brought onto it: the whole cluster goes back. To be asked of the leader. The answer comes
     * when it accepts writes again.
     *
     * @param directory beside the leader's data directory: a past of this cluster, recovered onto a
     *     timeline of its own and shut down in order; empty: {@code DIR.replacement}, to which
     *     {@code Restoring} restores what is to replace it
     * @param dryRun only say whether it would be done, and what; also before the restore
     */
    Answer replaceData(String directory, boolean dryRun);

    /**
     * Takes a replacement back as long as the old data directory is in its place, and with it the
     * rule that nobody with old data may lead.
     *
     * @param force also if the member that carries it out does not answer: what it wrote since is
     *     lost then
     */
    Answer cancelReplacement(boolean force);

    Answer reload();

    /** From now on the agents watch and do nothing. */
    Answer pause();

    Answer resume();

    /** The dynamic configuration as JSON; empty if the store has none. */
    Optional<String> config();

    /**
     * Merges a JSON object into the dynamic configuration; null deletes. The text of a good answer
     * is the new whole.
     */
    Answer patchConfig(String json);

    Answer replaceConfig(String json);

    /** The timeline history as JSON, as Patroni keeps it. */
    String history();

    /**
     * Stretches the lease and the guard's deadline, so that this agent can be stopped and started
     * again while PostgreSQL serves on.
     *
     * @param seconds 5 to 600, after that another member takes over; 0: the configured {@code
     *     restart_grace}
     */
    Answer prepareRestart(int seconds);

    /**
     * Steps down in order and stops PostgreSQL; with the cluster paused, leaves PostgreSQL as it
     * is. The agent decides nothing any more: whoever asks ends the process next.
     */
    Answer shutDown();
}
