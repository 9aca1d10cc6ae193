package io.matriarch.management.jmx;

import io.matriarch.access.api.AuditEntry;
import io.matriarch.monitor.api.Event;
import io.matriarch.monitor.api.Health;
import io.matriarch.monitor.api.Series;
import io.matriarch.postgres.api.DivergedWal;
import java.util.List;
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
     * @param user empty if nobody had to say who they are
     * @param path with its query; of JMX the MBean and the operation
     * @param refused why it was not let in; empty if it was
     * @param certificate its subject, if the user was known by one; else empty
     */
    public record Change(
            String at,
            String member,
            String user,
            String role,
            String from,
            String method,
            String path,
            String body,
            int status,
            String refused,
            long tookMillis,
            String certificate) {
        static Change of(AuditEntry entry) {
            return new Change(
                    entry.at().toString(),
                    entry.member(),
                    entry.user(),
                    entry.role(),
                    entry.from(),
                    entry.method(),
                    entry.path(),
                    entry.body(),
                    entry.status(),
                    entry.refused(),
                    entry.tookMillis(),
                    entry.certificate());
        }
    }

    /**
     * @param values NaN where nothing is known
     */
    public record Past(String name, String first, long stepMillis, List<Double> values) {
        static Past of(Series series) {
            return new Past(
                    series.name(),
                    series.first().toString(),
                    series.step().toMillis(),
                    series.values());
        }
    }

    /**
     * WAL that only this server had, kept before it was discarded.
     *
     * @param commits -1 if nobody knows
     */
    public record Diverged(
            String id,
            String keptAt,
            String leader,
            int timeline,
            String from,
            int segments,
            long bytes,
            long commits,
            String directory,
            String trouble) {
        static Diverged of(DivergedWal kept) {
            return new Diverged(
                    kept.id(),
                    kept.keptAt().toString(),
                    kept.leader().value(),
                    kept.timeline(),
                    kept.from().toString(),
                    kept.segments(),
                    kept.bytes(),
                    kept.commits().orElse(-1),
                    kept.directory(),
                    kept.trouble());
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
