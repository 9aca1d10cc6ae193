package io.matriarch.alerting.engine;

import io.matriarch.alerting.core.Catalogue;
import io.matriarch.alerting.core.Figure;
import io.matriarch.alerting.core.Figures;
import io.matriarch.alerting.core.Words;
import io.matriarch.alerting.spool.Courier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything a round is judged by: what is measured on this node, what the member table says, and
 * how alerting itself does. One thread.
 */
final class Gathering {
    private static final Duration BLIND_AFTER = Duration.ofSeconds(60);
    private static final Duration COMPARED = Duration.ofSeconds(60);

    /** Of others' names, what the cause finder looks at beside the rules. */
    private static final Set<String> FOR_CAUSES =
            Set.of(
                    "pg_settings_autovacuum",
                    "pg_settings_wal_keep_size_bytes",
                    "pg_settings_wal_segment_size_bytes",
                    "pg_settings_max_wal_size_bytes",
                    "pg_locks_count");

    private static final Set<String> FOR_RULES = Set.copyOf(Catalogue.metrics(Catalogue.all()));

    private final Settings settings;
    private final Surroundings surroundings;
    private final Courier courier;
    private final ClusterWatch watch;
    private final Deque<Figures> before = new ArrayDeque<>();
    private @Nullable Instant blindSince;

    Gathering(Settings settings, Surroundings surroundings, Courier courier, ClusterWatch watch) {
        this.settings = settings;
        this.surroundings = surroundings;
        this.courier = courier;
        this.watch = watch;
    }

    /** A few thousand figures of tables and settings nobody asks for need not be carried along. */
    static boolean wanted(String name) {
        return name.startsWith("matriarch_")
                || FOR_CAUSES.contains(name)
                || FOR_RULES.contains(name);
    }

    /**
     * @param reports of the other members, of the last day
     * @param fresh members that report in time
     */
    Figures figures(Instant now, List<MemberReport> reports, Set<String> fresh) {
        var all = new ArrayList<Figure>();
        var measured = surroundings.figures(Gathering::wanted);
        measured.ifPresent(all::addAll);
        all.add(blind(now, measured.isPresent()));
        var known = new TreeSet<>(List.of(settings.member()));
        var left = new TreeSet<String>();
        var versions = new TreeSet<>(List.of(settings.version()));
        for (var report : reports) {
            known.add(report.member());
            if (report.left()) left.add(report.member());
            else if (fresh.contains(report.member())) versions.add(report.version());
        }
        var names = new HashSet<String>();
        for (var figure : all) names.add(figure.name());
        var seen = watch.look(now, surroundings.cluster(), known, left, surroundings.maximumLag());
        for (var figure : seen) if (!names.contains(figure.name())) all.add(figure);
        surroundings
                .node()
                .ifPresent(node ->
                        all.add(
                                watch.figure(
                                        "matriarch_guard_up",
                                        node.guard().startsWith("absent") ? 0 : 1)));
        all.add(watch.figure("matriarch_agent_versions", versions.size()));
        delivery(all);
        return Figures.of(now, all);
    }

    private Figure blind(Instant now, boolean measured) {
        if (measured) blindSince = null;
        else if (blindSince == null) blindSince = now;
        boolean blind =
                blindSince != null && Duration.between(blindSince, now).compareTo(BLIND_AFTER) >= 0;
        return mine("matriarch_alerting_blind", blind ? 1 : 0, "statement", "anything");
    }

    private void delivery(List<Figure> all) {
        var oldest = courier.oldest();
        for (var receiver : settings.receivers().keySet())
            all.add(
                    mine(
                            "matriarch_notifications_oldest_seconds",
                            oldest.getOrDefault(receiver, Duration.ZERO).toMillis() / 1e3,
                            "receiver",
                            receiver));
    }

    private Figure mine(String name, double value, String label, String of) {
        return Figure.of(
                name, value, "cluster", settings.cluster(), "member", settings.member(), label, of);
    }

    /** Figures of a minute before, to compare these with; these themselves at first. */
    Figures earlier(Figures now) {
        var earlier = before.isEmpty() ? now : before.getFirst();
        before.addLast(now);
        while (before.size() > 1
                && Duration.between(before.getFirst().at(), now.at()).compareTo(COMPARED) > 0)
            before.removeFirst();
        return earlier;
    }

    /** RPO and RTO now, as far as anybody measures them. */
    static String objectives(Figures figures) {
        var parts = new ArrayList<String>();
        figures.least("matriarch_rpo_seconds")
                .ifPresent(s -> parts.add("a loss of all nodes now would lose " + seconds(s)));
        figures.most("matriarch_rto_predicted_seconds", "target", "latest")
                .ifPresent(s -> parts.add("a restore now would take " + seconds(s)));
        return parts.isEmpty() ? "" : "Recovery: " + String.join(", ", parts) + ".";
    }

    private static String seconds(double value) {
        return Words.time(Duration.ofMillis((long) (value * 1000)));
    }
}
