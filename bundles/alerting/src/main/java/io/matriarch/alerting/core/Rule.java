package io.matriarch.alerting.core;

import io.matriarch.alerting.api.AlertRule;
import io.matriarch.alerting.api.AlertRules;
import io.matriarch.alerting.api.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One rule whole: what is measured, whom a finding is of, and what a person is told.
 *
 * @param spec name, limits and time, as they may be set
 * @param topic the chapter it stands in
 * @param identity the labels that tell one finding from another, without {@code cluster}
 * @param measures one per limit of {@code spec}, in its order
 * @param clears one per limit
 * @param traits what sets it apart from an ordinary rule
 * @param text for people
 */
public record Rule(
        AlertRule spec,
        Topic topic,
        List<String> identity,
        List<Expr> measures,
        List<Clear> clears,
        Set<Trait> traits,
        Text text) {
    public Rule {
        identity = List.copyOf(identity);
        measures = List.copyOf(measures);
        clears = List.copyOf(clears);
        traits = Set.copyOf(traits);
        if (measures.size() != spec.limits().size() || clears.size() != spec.limits().size())
            throw new IllegalArgumentException(
                    "%s: %d limits, %d measures, %d clears"
                            .formatted(
                                    spec.name(),
                                    spec.limits().size(),
                                    measures.size(),
                                    clears.size()));
    }

    /** Chapters of the reference. */
    public enum Topic {
        AVAILABILITY("Availability"),
        REPLICATION("Replication"),
        WAL("WAL, archive, recovery objectives"),
        BACKUP("Backup and repository"),
        DATABASE("Database health"),
        HOST("Host and the appliance itself"),
        PROXIES("PgBouncer and HAProxy beside a node");

        private final String title;

        Topic(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    /** What sets a rule apart. */
    public enum Trait {
        /** Told at once: it does not wait for others to join it in one mail. */
        URGENT,
        /** Neither maintenance nor a window keeps it quiet. */
        NEVER_MUTED,
        /** Expected while the cluster is paused. */
        PART_OF_MAINTENANCE,
        /** Asks the local server, so it says nothing new while that is down. */
        ASKS_POSTGRES,
        /** The member it names is not the one that judges: any other may. */
        SEEN_BY_PEERS
    }

    /**
     * @param summaries one line per limit, the last one for all that follow; {@code {label}},
     *     {@code {value}} and {@code {limit}} are filled in
     * @param impact what it means for those who depend on the cluster
     * @param first commands to begin with; {@code {label}} is filled in
     * @param runbook what to read from them and what to do; Markdown
     */
    public record Text(List<String> summaries, String impact, List<String> first, String runbook) {
        public Text {
            summaries = List.copyOf(summaries);
            first = List.copyOf(first);
        }
    }

    public String name() {
        return spec.name();
    }

    /** Whether every member judges it for itself; else it is of the cluster, and any member may. */
    public boolean ofMember() {
        return identity.contains("member") && !is(Trait.SEEN_BY_PEERS);
    }

    public boolean is(Trait trait) {
        return traits.contains(trait);
    }

    /** The same rule with other limits. */
    public Rule with(AlertRule other) {
        return new Rule(other, topic, identity, measures, clears, traits, text);
    }

    /** Text with its {@code {label}}s filled in. */
    static String fill(String template, Map<String, String> values) {
        var text = template;
        for (var entry : values.entrySet())
            text = text.replace("{" + entry.getKey() + "}", entry.getValue());
        return text;
    }

    /**
     * The line that says what is wrong.
     *
     * @param which of the limits
     */
    String summary(int which, Severity severity, double value, Map<String, String> labels) {
        var limit = spec.limits().get(which);
        var values = new TreeMap<>(labels);
        values.put("value", Words.of(limit.unit(), value));
        limit.at(severity).ifPresent(at -> values.put("limit", Words.of(limit.unit(), at)));
        return fill(text.summaries().get(Math.min(which, text.summaries().size() - 1)), values);
    }

    List<String> first(Map<String, String> labels) {
        return text.first().stream().map(command -> fill(command, labels)).toList();
    }

    static Builder named(String name, Topic topic) {
        return new Builder(
                AlertRules.named(name)
                        .orElseThrow(() -> new IllegalArgumentException("no rule " + name)),
                topic);
    }

    /** Puts a rule together; what is not said is as for most rules. */
    static final class Builder {
        private final AlertRule spec;
        private final Topic topic;
        private List<String> identity = List.of("member");
        private final List<Expr> measures = new ArrayList<>();
        private final List<Clear> clears = new ArrayList<>();
        private final Set<Trait> traits = new java.util.HashSet<>();
        private List<String> summaries = List.of();
        private String impact = "";
        private List<String> first = List.of();

        private Builder(AlertRule spec, Topic topic) {
            this.spec = spec;
            this.topic = topic;
        }

        /** Of the member that measured, and of one of its parts. */
        Builder of(String... parts) {
            var all = new ArrayList<String>();
            all.add("member");
            all.addAll(List.of(parts));
            identity = all;
            return this;
        }

        /** Of the cluster, whoever measured it. */
        Builder ofCluster(String... parts) {
            identity = List.of(parts);
            return this;
        }

        Builder measure(Expr expr) {
            measures.add(expr);
            return this;
        }

        Builder clear(Clear clear) {
            clears.add(clear);
            return this;
        }

        Builder clearHalf() {
            return clear(new Clear.Half());
        }

        Builder clearAfter(Duration time) {
            return clear(new Clear.After(time));
        }

        Builder clearMargin(double by) {
            return clear(new Clear.Margin(by));
        }

        Builder clearByHand() {
            return clear(new Clear.ByHand());
        }

        Builder traits(Trait... more) {
            traits.addAll(List.of(more));
            return this;
        }

        /** One line per limit, or one for all. */
        Builder says(String... lines) {
            summaries = List.of(lines);
            return this;
        }

        Builder impact(String text) {
            impact = text;
            return this;
        }

        Builder first(String... commands) {
            first = List.of(commands);
            return this;
        }

        Rule runbook(String markdown) {
            while (clears.size() < measures.size())
                clears.add(clears.isEmpty() ? new Clear.AtOnce() : clears.getLast());
            return new Rule(
                    spec,
                    topic,
                    identity,
                    measures,
                    clears,
                    traits,
                    new Text(summaries, impact, first, markdown.strip()));
        }
    }
}
