package io.matriarch.monitor.collect;

import io.matriarch.failover.api.Failover;
import io.matriarch.failover.api.PeerSight;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import io.matriarch.monitor.core.ClockOffsets;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.core.Primaries;
import io.matriarch.monitor.core.Samples;
import io.matriarch.monitor.core.Timelines;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The other members, asked directly: who can be written to, what time it is there, whose WAL is
 * ours.
 */
public final class PeersTask implements Task {
    private static final Duration DEADLINE = Duration.ofMillis(1500);
    private static final Metric PRIMARIES =
            Native.gauge(
                    "cluster_primaries",
                    "Members that say themselves that they can be written to; a leader that could"
                            + " not be asked counts as long as the store holds its lease. Not told"
                            + " of a standby cluster, unless one of its members can be written to.");
    private static final Metric OFFSET =
            Native.gauge(
                    "clock_offset_seconds",
                    "The clock of another member less ours; the quickest of its last answers.",
                    "peer");

    private static final Metric MISMATCH =
            Native.gauge(
                    "receiver_timeline_mismatch",
                    "1 if this member does not lead and is on another timeline than the leader; for a"
                            + " moment after each promotion every standby is.");

    private final Identity identity;
    private final Supplier<Optional<Failover>> failover;
    private final Duration interval;
    private final ClockOffsets clocks = new ClockOffsets();

    public PeersTask(Identity identity, Supplier<Optional<Failover>> failover, Duration interval) {
        this.identity = identity;
        this.failover = failover;
        this.interval = interval;
    }

    public static List<Metric> metrics() {
        return List.of(PRIMARIES, OFFSET, MISMATCH);
    }

    @Override
    public String id() {
        return "peers";
    }

    @Override
    public Duration interval() {
        return interval;
    }

    /** A member away takes all the time there is: the others shall not wait for it. */
    @Override
    public boolean apart() {
        return true;
    }

    @Override
    public Outcome ask(Instant now) {
        var agent = failover.get();
        if (agent.isEmpty()) return new Outcome.NotAsked();
        var out = new Samples(identity);
        look(agent.get(), now)
                .flatMap(first ->
                        first.size() < 2
                                ? Optional.of(first)
                                : look(agent.get(), now)
                                        .map(second -> Primaries.both(first, second)))
                .ifPresent(names -> out.add(PRIMARIES, names.size()));
        Timelines.differs(agent.get().node(), agent.get().cluster())
                .ifPresent(differs -> out.add(MISMATCH, differs ? 1 : 0));
        clocks.lately(now).forEach((peer, offset) -> out.add(OFFSET, offset.toNanos() / 1e9, peer));
        return new Outcome.Answered(out.families());
    }

    private Optional<Set<String>> look(Failover agent, Instant now) {
        var peers = agent.peers(DEADLINE);
        for (PeerSight peer : peers)
            peer.clockOffset()
                    .ifPresent(offset -> clocks.note(now, peer.name(), offset, peer.took()));
        return Primaries.seen(agent.node(), agent.cluster(), peers);
    }
}
