package io.matriarch.alerting.core;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** All rules with their default limits, in the order of the reference. */
public final class Catalogue {
    private static final Map<String, Rule> ALL = new LinkedHashMap<>();

    static {
        Stream.of(
                        AvailabilityRules.all(),
                        ReplicationRules.all(),
                        WalRules.all(),
                        BackupRules.all(),
                        DatabaseRules.all(),
                        HostRules.all(),
                        ProxyRules.all())
                .flatMap(List::stream)
                .forEach(rule -> {
                    if (ALL.put(rule.name(), rule) != null)
                        throw new IllegalStateException("defined twice: " + rule.name());
                });
    }

    private Catalogue() {}

    public static List<Rule> all() {
        return List.copyOf(ALL.values());
    }

    public static Optional<Rule> named(String name) {
        return Optional.ofNullable(ALL.get(name));
    }

    /** The metrics any of these rules looks at; all others need not be kept. */
    public static Set<String> metrics(List<Rule> rules) {
        var names = new LinkedHashSet<String>();
        for (var rule : rules) for (var measure : rule.measures()) names.addAll(measure.metrics());
        return names;
    }
}
