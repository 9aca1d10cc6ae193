package io.matriarch.monitor.core;

import io.matriarch.monitor.api.Event;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The ledger as figures. The last event of each kind is told even if it happened before this agent
 * began; what is counted is counted from the agent's beginning.
 *
 * <p>A member tells of the events it wrote down itself: of a handover, the one that took over.
 */
public final class EventFigures {
    private static final List<String> HANDOVERS = List.of("failover", "switchover");

    private static final Metric FAILOVERS =
            Native.counter(
                    "failovers_total",
                    "How often this member took leadership over since its agent's start, unasked"
                            + " (failover) or asked (switchover).",
                    "kind",
                    "result");
    private static final Metric PHASES =
            Native.gauge(
                    "failover_last_duration_seconds",
                    "How long the last takeover by this member took, by phase; total is all of it.",
                    "phase");
    private static final Metric ENDED =
            Native.gauge(
                    "event_last_timestamp_seconds",
                    "When the last event of that kind in this member's ledger ended, in seconds"
                            + " since 1970.",
                    "kind");
    private static final Metric TOOK =
            Native.gauge("event_last_duration_seconds", "How long it took.", "kind");
    private static final Metric LOST =
            Native.gauge(
                    "event_last_lost_bytes",
                    "WAL that was written before it and is not there any more; absent if nobody"
                            + " knows.",
                    "kind");

    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<String, Event> last = new TreeMap<>();
    private @Nullable Event handover;

    /**
     * @param past what the ledger holds already
     */
    public EventFigures(List<Event> past) {
        for (var kind : HANDOVERS) counts.put(kind, 0L);
        past.forEach(this::keep);
    }

    public static List<Metric> metrics() {
        return List.of(FAILOVERS, PHASES, ENDED, TOOK, LOST);
    }

    /** One more. */
    public void happened(Event event) {
        counts.computeIfPresent(event.kind(), (_, count) -> count + 1);
        keep(event);
    }

    private void keep(Event event) {
        last.merge(event.kind(), event, EventFigures::later);
        if (HANDOVERS.contains(event.kind()))
            handover = handover == null ? event : later(handover, event);
    }

    private static Event later(Event a, Event b) {
        return b.ended().isBefore(a.ended()) ? a : b;
    }

    public List<Family> families(Identity identity) {
        var out = new Samples(identity);
        counts.forEach((kind, count) -> out.add(FAILOVERS, count, kind, "done"));
        if (handover != null) {
            handover.phases().forEach((phase, took) -> out.add(PHASES, seconds(took), phase));
            out.add(PHASES, seconds(handover.took()), "total");
        }
        last.forEach((kind, event) -> {
            out.add(ENDED, event.ended().toEpochMilli() / 1e3, kind);
            out.add(TOOK, seconds(event.took()), kind);
            event.lostBytes().ifPresent(bytes -> out.add(LOST, bytes, kind));
        });
        return out.families();
    }

    private static double seconds(java.time.Duration took) {
        return took.toNanos() / 1e9;
    }
}
