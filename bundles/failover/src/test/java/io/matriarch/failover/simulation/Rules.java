package io.matriarch.failover.simulation;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which rules hold in a history.
 *
 * @param broken taken away; empty in every history that must end well
 * @param config what the cluster's configuration says whatever is drawn
 */
record Rules(Set<Rule> broken, Map<String, Object> config) {
    static final Rules ALL = new Rules(EnumSet.noneOf(Rule.class), Map.of());

    Rules {
        broken = Collections.unmodifiableSet(broken.isEmpty() ? broken : EnumSet.copyOf(broken));
        config = Collections.unmodifiableMap(new TreeMap<>(config));
    }

    static Rules without(Rule rule) {
        return new Rules(EnumSet.of(rule), rule.config);
    }

    /** The cluster in which {@code rule} matters, with all rules. */
    static Rules with(Rule rule) {
        return new Rules(EnumSet.noneOf(Rule.class), rule.config);
    }

    boolean keep(Rule rule) {
        return !broken.contains(rule);
    }
}
