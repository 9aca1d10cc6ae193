package io.matriarch.alerting.core;

import static io.matriarch.alerting.core.Story.figure;

import io.matriarch.alerting.api.Cause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A fault: what fires, what is measured beside it, and what must be found. */
final class Fault {
    private static final Instant NOW = Story.START;

    private final String rule;
    private final String[] labels;
    private final List<Figure> figures = new ArrayList<>();
    private final List<Figure> earlier = new ArrayList<>();
    private final List<Facts.Other> others = new ArrayList<>();
    private final Map<String, String> notes = new HashMap<>();

    Fault(String rule, String... labels) {
        this.rule = rule;
        this.labels = labels;
    }

    Fault measured(String name, double value, String... of) {
        figures.add(figure(name, value, of));
        return this;
    }

    Fault before(String name, double value, String... of) {
        earlier.add(figure(name, value, of));
        return this;
    }

    Fault beside(String other, String... of) {
        others.add(new Facts.Other(other, Figure.labels(of)));
        return this;
    }

    Fault said(String note, String text) {
        notes.put(note, text);
        return this;
    }

    Cause cause() {
        return CauseFinder.find(
                new Facts(
                        rule,
                        Figure.labels(labels),
                        Figures.of(NOW, figures),
                        Figures.of(NOW.minusSeconds(60), earlier),
                        others,
                        notes));
    }
}
