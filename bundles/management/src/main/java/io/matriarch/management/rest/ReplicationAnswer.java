package io.matriarch.management.rest;

import io.matriarch.management.core.Identity;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Refused;
import io.matriarch.management.core.Tree;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Sample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Replication as this node's figures tell it; nobody is asked. */
final class ReplicationAnswer {
    private static final String PREFIX = "matriarch_replication_";
    private static final List<String> STAGES =
            List.of("pending", "network", "flush", "replay", "total");

    private final Neighbours neighbours;
    private final Supplier<Identity> identity;

    ReplicationAnswer(Neighbours neighbours, Supplier<Identity> identity) {
        this.neighbours = neighbours;
        this.identity = identity;
    }

    private record Stage(String stage, OptionalDouble bytes) {}

    private record Standby(
            String name,
            String state,
            String syncState,
            OptionalDouble clockLagSeconds,
            OptionalDouble catchupSeconds,
            List<Stage> stages) {}

    private record View(
            String member,
            List<Standby> standbys,
            OptionalDouble synchronousRequired,
            OptionalDouble synchronousAvailable,
            OptionalDouble archiveRpoSeconds,
            OptionalDouble archiveRpoObjectiveSeconds,
            OptionalDouble restoreRtoSeconds,
            OptionalDouble restoreRtoObjectiveSeconds) {}

    private record Labelled(Map<String, String> labels, double value) {}

    Map<String, @Nullable Object> answer() throws Refused {
        var figures = neighbours.monitor().figures();
        var names = new TreeSet<String>();
        samples(figures, PREFIX + "state")
                .forEach(each -> names.add(each.labels().getOrDefault("standby", "")));
        return Tree.of(
                new View(
                        identity.get().name(),
                        names.stream().map(name -> standby(figures, name)).toList(),
                        value(figures, PREFIX + "sync_required", Map.of()),
                        value(figures, PREFIX + "sync_available", Map.of()),
                        value(figures, "matriarch_rpo_seconds", Map.of("repo", "best")),
                        value(figures, "matriarch_rpo_objective_seconds", Map.of()),
                        value(
                                figures,
                                "matriarch_rto_predicted_seconds",
                                Map.of("target", "latest")),
                        value(figures, "matriarch_rto_objective_seconds", Map.of())));
    }

    private static Standby standby(List<Family> figures, String name) {
        var its = Map.of("standby", name);
        return new Standby(
                name,
                word(figures, PREFIX + "state", name, "state"),
                word(figures, PREFIX + "sync_state", name, "sync_state"),
                value(figures, PREFIX + "clock_lag_seconds", its),
                value(figures, "matriarch_catchup_eta_seconds", its),
                STAGES.stream()
                        .map(stage ->
                                new Stage(
                                        stage,
                                        value(
                                                figures,
                                                PREFIX + "stage_bytes",
                                                Map.of("standby", name, "stage", stage))))
                        .toList());
    }

    private static Stream<Labelled> samples(List<Family> figures, String metric) {
        return figures.stream()
                .filter(family -> family.metric().name().equals(metric))
                .flatMap(family ->
                        family.samples().stream()
                                .filter(Sample.Value.class::isInstance)
                                .map(Sample.Value.class::cast)
                                .map(sample ->
                                        new Labelled(
                                                labels(family.metric().labels(), sample.labels()),
                                                sample.value())));
    }

    private static Map<String, String> labels(List<String> names, List<String> values) {
        var labels = new HashMap<String, String>();
        for (int i = 0; i < names.size(); i++) labels.put(names.get(i), values.get(i));
        return labels;
    }

    private static OptionalDouble value(
            List<Family> figures, String metric, Map<String, String> wanted) {
        return samples(figures, metric)
                .filter(each -> each.labels().entrySet().containsAll(wanted.entrySet()))
                .mapToDouble(Labelled::value)
                .findFirst();
    }

    private static String word(List<Family> figures, String metric, String name, String label) {
        return samples(figures, metric)
                .filter(each -> name.equals(each.labels().get("standby")) && each.value() == 1)
                .map(each -> each.labels().getOrDefault(label, ""))
                .findFirst()
                .orElse("");
    }
}
