package io.matriarch.failover.core;

import io.matriarch.api.MemberName;
import io.matriarch.postgres.api.Lineage;
import io.matriarch.postgres.api.ServerView;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * This node at one instant, as the decision sees it.
 *
 * @param canBootstrap whether the configuration file says how to create a cluster
 * @param role what we last published
 * @param leaseLeft until the last instant at which this node may accept writes; zero or negative:
 *     none. Counts from when the last renewing request left, less the safety margin
 * @param guardReady whether the guard process answers; without it nobody is promoted
 * @param mayBePromoted whether what runs here was told to end recovery, by this agent or one before
 *     it, and may do so at any moment
 * @param action the long action under way
 * @param memory what earlier cycles left behind
 * @param peers what the other members answered in this cycle; empty if they have not been asked
 * @param lineage how our history compares with the leader's; empty if it has not been looked up in
 *     this cycle
 * @param failsafe what is known for a time without the store
 * @param writePath whether WAL can be written here
 */
public record LocalView(
        MemberName self,
        Tags tags,
        boolean canBootstrap,
        Role role,
        ServerView server,
        Duration leaseLeft,
        boolean guardReady,
        boolean mayBePromoted,
        Optional<RunningAction> action,
        Memory memory,
        Optional<Map<MemberName, PeerAnswer>> peers,
        Optional<Lineage> lineage,
        FailsafeView failsafe,
        WritePath writePath,
        Instant now) {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    /** A long action that runs beside the loop; there is never more than one. */
    public record RunningAction(Kind kind, Duration running) {
        /** What the action is about. */
        public enum Kind {
            BOOTSTRAP("bootstrap"),
            CLONE("clone"),
            START("start"),
            PROMOTE("promote"),
            DEMOTE("demote"),
            FOLLOW("follow"),
            REWIND("pg_rewind"),
            RECOVERY("crash recovery"),
            RESTART("restart"),
            REINITIALIZE("reinitialize"),
            REPLACE("replacement of the data");

            private final String text;

            Kind(String text) {
                this.text = text;
            }

            public String text() {
                return text;
            }
        }
    }

    /**
     * What has to be remembered from cycle to cycle.
     *
     * @param lastLed the last view that had a leader; its members are asked in a race even if their
     *     keys are gone
     * @param bootstrap how far our own bootstrap is
     * @param rewind how the last try to join another's history ended
     * @param everStarted whether this agent has seen PostgreSQL run since it started
     * @param yieldUntil after we gave leadership away: let somebody else take it until then
     * @param retryAt after a failed action: not before then
     * @param answered who answered when we decided to take the leader key
     * @param leaderless since when nobody has held the leader key, as far as seen
     * @param bornAt when this agent started
     */
    public record Memory(
            Optional<ClusterView> lastLed,
            Bootstrap bootstrap,
            Rewind rewind,
            boolean everStarted,
            Optional<Instant> yieldUntil,
            Optional<Instant> retryAt,
            Set<MemberName> answered,
            Optional<Instant> leaderless,
            Instant bornAt) {
        public Memory {
            answered = Set.copyOf(answered);
        }

        public static final Memory FRESH =
                new Memory(
                        Optional.empty(),
                        Bootstrap.NONE,
                        Rewind.UNTRIED,
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Set.of(),
                        Optional.empty(),
                        Instant.EPOCH);

        public Memory withBornAt(Instant at) {
            return new Memory(
                    lastLed,
                    bootstrap,
                    rewind,
                    everStarted,
                    yieldUntil,
                    retryAt,
                    answered,
                    leaderless,
                    at);
        }

        /** Our own creation of the cluster. */
        public enum Bootstrap {
            NONE,
            CLAIMED,
            DONE,
            FAILED
        }

        /** Our joining of another's history. */
        public enum Rewind {
            UNTRIED,
            DONE,
            FAILED
        }

        public Memory withLastLed(ClusterView view) {
            return new Memory(
                    Optional.of(view),
                    bootstrap,
                    rewind,
                    everStarted,
                    yieldUntil,
                    retryAt,
                    answered,
                    leaderless,
                    bornAt);
        }

        public Memory withBootstrap(Bootstrap next) {
            return new Memory(
                    lastLed,
                    next,
                    rewind,
                    everStarted,
                    yieldUntil,
                    retryAt,
                    answered,
                    leaderless,
                    bornAt);
        }

        public Memory withRewind(Rewind next) {
            return new Memory(
                    lastLed,
                    bootstrap,
                    next,
                    everStarted,
                    yieldUntil,
                    retryAt,
                    answered,
                    leaderless,
                    bornAt);
        }

        public Memory withStarted() {
            return new Memory(
                    lastLed,
                    bootstrap,
                    rewind,
                    true,
                    yieldUntil,
                    retryAt,
                    answered,
                    leaderless,
                    bornAt);
        }

        public Memory withYieldUntil(Optional<Instant> until) {
            return new Memory(
                    lastLed,
                    bootstrap,
                    rewind,
                    everStarted,
                    until,
                    retryAt,
                    answered,
                    leaderless,
                    bornAt);
        }

        public Memory withRetryAt(Optional<Instant> at) {
            return new Memory(
                    lastLed,
                    bootstrap,
                    rewind,
                    everStarted,
                    yieldUntil,
                    at,
                    answered,
                    leaderless,
                    bornAt);
        }

        /** A view of the store: who led last, or since when nobody does. */
        public Memory after(ClusterView view, Instant now) {
            if (view.leader().isPresent())
                return withLastLed(view).withLeaderless(Optional.empty());
            return leaderless.isPresent() ? this : withLeaderless(Optional.of(now));
        }

        Memory withLeaderless(Optional<Instant> since) {
            return new Memory(
                    lastLed,
                    bootstrap,
                    rewind,
                    everStarted,
                    yieldUntil,
                    retryAt,
                    answered,
                    since,
                    bornAt);
        }

        public Memory withAnswered(Optional<Map<MemberName, PeerAnswer>> peers) {
            var names =
                    peers.orElse(Map.of()).entrySet().stream()
                            .filter(peer -> peer.getValue().reachable())
                            .map(Map.Entry::getKey)
                            .collect(Collectors.toSet());
            return new Memory(
                    lastLed,
                    bootstrap,
                    rewind,
                    everStarted,
                    yieldUntil,
                    retryAt,
                    names,
                    leaderless,
                    bornAt);
        }
    }

    /** With what the others answered; asking took time. */
    public LocalView withPeers(Map<MemberName, PeerAnswer> answers, Duration left, Instant at) {
        return with(left, Optional.of(answers), lineage, at);
    }

    public LocalView withLineage(Lineage facts, Duration left, Instant at) {
        return with(left, peers, Optional.of(facts), at);
    }

    private LocalView with(
            Duration left,
            Optional<Map<MemberName, PeerAnswer>> answers,
            Optional<Lineage> facts,
            Instant at) {
        return new LocalView(
                self,
                tags,
                canBootstrap,
                role,
                server,
                left,
                guardReady,
                mayBePromoted,
                action,
                memory,
                answers,
                facts,
                failsafe,
                writePath,
                at);
    }

    /** Running and not in recovery; if the server does not answer, what we last knew counts. */
    public boolean isPrimary() {
        return isPrimary(server, role);
    }

    /** As {@link #isPrimary()}, of a server that was seen and the role it was given. */
    public static boolean isPrimary(ServerView server, Role role) {
        if (!server.running()) return false;
        return server.live()
                .map(live -> !live.inRecovery())
                .orElse(role == Role.PRIMARY || role == Role.PROMOTED);
    }

    /**
     * A time of {@link Memory} that is still to be waited for. One further ahead than any of them
     * is ever set counts as past: the calendar was set back meanwhile.
     */
    static Optional<Instant> ahead(Optional<Instant> at, Instant now, Policy policy) {
        var most = policy.ttl().compareTo(LONGEST_WAIT) > 0 ? policy.ttl() : LONGEST_WAIT;
        return at.filter(some -> some.isAfter(now) && !some.isAfter(now.plus(most)));
    }

    boolean holdsLease() {
        return leaseLeft.isPositive();
    }

    boolean doing(RunningAction.Kind kind) {
        return action.map(running -> running.kind() == kind).orElse(false);
    }
}
