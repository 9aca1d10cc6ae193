package io.matriarch.management.jmx;

import io.matriarch.monitor.api.Event;
import io.matriarch.monitor.api.Health;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What monitoring knows, in types JMX can carry; see {@link Views}. */
public final class PastViews {
    private PastViews() {}

    /** One answer to a question about this node's health. */
    public record Check(String aspect, String name, String status, String text) {
        static Check of(Health health) {
            return new Check(
                    word(health.aspect()), health.name(), word(health.status()), health.text());
        }
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /**
     * @param phasesMillis by their names
     * @param lostBytes -1 if nobody knows
     */
    public record Occurrence(
            String kind,
            String member,
            String former,
            String began,
            String ended,
            long tookMillis,
            Map<String, Long> phasesMillis,
            long lostBytes,
            String reason) {
        static Occurrence of(Event event) {
            return new Occurrence(
                    event.kind(),
                    event.member(),
                    event.former(),
                    event.began().toString(),
                    event.ended().toString(),
                    event.took().toMillis(),
                    event.phases().entrySet().stream()
                            .collect(
                                    Collectors.toMap(
                                            Map.Entry::getKey, each -> each.getValue().toMillis())),
                    event.lostBytes().orElse(-1),
                    event.reason());
        }
    }

    /**
     * A standby as the primary sees it; -1 for what is not known.
     *
     * @param lagSeconds by the LSN clock
     */
    public record Standby(
            String name,
            String state,
            String syncState,
            double lagSeconds,
            long lagBytes,
            double caughtUpInSeconds) {}
}
