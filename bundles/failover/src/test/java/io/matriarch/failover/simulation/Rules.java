package io.matriarch.failover.simulation;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which rules hold in a history.
 *
 * @param broken taken away; empty in every history that must end well
 */
record Rules(Set<Rule> broken) {
    static final Rules ALL = new Rules(EnumSet.noneOf(Rule.class));

    Rules {
        broken = Collections.unmodifiableSet(broken.isEmpty() ? broken : EnumSet.copyOf(broken));
    }

    static Rules without(Rule rule) {
        return new Rules(EnumSet.of(rule));
    }

    boolean keep(Rule rule) {
        return !broken.contains(rule);
    }
}
