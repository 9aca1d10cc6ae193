package io.matriarch.failover.core;

import io.matriarch.failover.api.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Changes to the dynamic configuration: how they merge (interop page, 2.7) and what is refused. */
public final class ConfigChange {
    private static final List<String> NUMBERS =
            List.of("ttl", "loop_wait", "retry_timeout", "maximum_lag_on_failover");

    private ConfigChange() {}

    /** Empty if it is no JSON object. */
    public static Optional<Map<String, Object>> parse(String json) {
        return Values.object(json);
    }

    /** Null deletes a key, objects merge, anything else replaces. */
    public static Map<String, Object> merge(Map<String, Object> before, Map<String, Object> patch) {
        var merged = new LinkedHashMap<>(before);
        patch.forEach((key, value) -> {
            if (value == null) merged.remove(key);
            else if (value instanceof Map<?, ?>)
                merged.put(key, merge(Values.map(before.get(key)), Values.map(value)));
            else merged.put(key, value);
        });
        return merged;
    }

    /**
     * Why a change would not do what it says; empty if it would. What stood there before is not
     * judged: a cluster that came with it must still be paused and mended. Unknown keys are kept,
     * as Patroni keeps them.
     */
    public static Optional<Answer> refuse(Map<String, Object> before, Map<String, Object> after) {
        if (!Objects.equals(before.get("standby_cluster"), after.get("standby_cluster"))) {
            var wrong = StandbyCluster.refuse(after);
            if (wrong.isPresent()) return refused(wrong.get());
        }
        if (!Objects.equals(before.get(Replacement.KEY), after.get(Replacement.KEY)))
            return refused(
                    "replacement is written by the agent that carries it out: begin and cancel it by"
                            + " /api/v1/replacement");
        boolean timing =
                NUMBERS.stream().anyMatch(key -> !Objects.equals(before.get(key), after.get(key)));
        return timing ? refuseTiming(after) : Optional.empty();
    }

    private static Optional<Answer> refuseTiming(Map<String, Object> config) {
        for (var key : NUMBERS) {
            var value = config.get(key);
            if (value != null && Values.number(value, -1) < 1)
                return refused(key + ": \"" + value + "\" is not a whole number of at least 1");
        }
        long ttl = Values.number(config.get("ttl"), 30);
        long loopWait = Values.number(config.get("loop_wait"), 10);
        long retry = Values.number(config.get("retry_timeout"), 10);
        if (loopWait + 2 * retry <= ttl) return Optional.empty();
        return refused(
                "loop_wait + 2 * retry_timeout must not be above ttl, but %d + 2 * %d > %d"
                        .formatted(loopWait, retry, ttl));
    }

    private static Optional<Answer> refused(String why) {
        return Optional.of(new Answer(422, why));
    }
}
