package io.matriarch.monitor.core;

import io.matriarch.monitor.api.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Watches who leads, and tells how long a change of leaders took: by the member that takes over.
 *
 * <p>An outage is counted from the last moment this member knew of a leader that it received from;
 * so it may have begun earlier, by at most the time between two looks.
 */
public final class Handovers {
    private static final String PRIMARY = "primary";
    private static final String PROMOTED = "promoted";
    private static final Set<String> DOWN = Set.of("demoted");

    /**
     * What this member sees at one moment.
     *
     * @param leader who leads by the store; empty if nobody does
     * @param lagBytes what the leader had told of and we had not received; empty if unknown
     */
    public record Sight(Instant at, String leader, OptionalLong lagBytes) {}

    private final String member;
    private @Nullable Sight last; // of a moment at which another led
    private @Nullable Instant promoting;
    private @Nullable Instant down;
    private String downReason = "";

    public Handovers(String member) {
        this.member = member;
    }

    /** To be told every second or so. */
    public void seen(Sight sight) {
        if (!sight.leader().isEmpty() && !sight.leader().equals(member)) last = sight;
    }

    /**
     * This member's role changed.
     *
     * @param reason of the decision that led to it
     * @return an event that has come to its end by it
     */
    public Optional<Event> roleChanged(Instant now, String from, String to, String reason) {
        if (to.equals(PROMOTED)) promoting = now;
        if (DOWN.contains(to) && from.equals(PRIMARY)) {
            down = now;
            downReason = reason;
        }
        if (!to.equals(PRIMARY)) return Optional.empty();
        var event = tookOver(now, reason).or(() -> cameBack(now));
        promoting = null;
        down = null;
        last = null;
        return event;
    }

    private Optional<Event> tookOver(Instant now, String reason) {
        var before = last;
        var began = promoting;
        if (before == null || began == null) return Optional.empty(); // the cluster is new
        var noticed = before.at().isAfter(began) ? began : before.at();
        var phases = new LinkedHashMap<String, Duration>();
        phases.put("elect", Duration.between(noticed, began));
        phases.put("promote", Duration.between(began, now));
        boolean planned = isPlanned(reason);
        return Optional.of(
                new Event(
                        planned ? "switchover" : "failover",
                        member,
                        before.leader(),
                        noticed,
                        now,
                        phases,
                        planned ? OptionalLong.of(0) : before.lagBytes(),
                        reason));
    }

    /** In a switchover the leader waits until the candidate has everything. */
    private static boolean isPlanned(String reason) {
        return reason.contains("switchover");
    }

    /** The same member was down and serves again, and nobody took over. */
    private Optional<Event> cameBack(Instant now) {
        var since = down;
        if (since == null) return Optional.empty();
        return Optional.of(
                new Event(
                        "outage",
                        member,
                        "",
                        since,
                        now,
                        Map.of(),
                        OptionalLong.of(0),
                        downReason));
    }
}
