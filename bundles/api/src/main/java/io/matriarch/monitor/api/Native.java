package io.matriarch.monitor.api;

import java.util.List;
import java.util.stream.Stream;

/** The metrics that are ours: {@code matriarch_*}, labelled first with cluster and member. */
public final class Native {
    public static final String PREFIX = "matriarch_";
    private static final List<String> WHOSE = List.of("cluster", "member");

    private Native() {}

    public static Metric gauge(String name, String help, String... labels) {
        return of(name, Metric.Type.GAUGE, help, labels);
    }

    public static Metric counter(String name, String help, String... labels) {
        return of(name, Metric.Type.COUNTER, help, labels);
    }

    public static Metric histogram(String name, String help, String... labels) {
        return of(name, Metric.Type.HISTOGRAM, help, labels);
    }

    private static Metric of(String name, Metric.Type type, String help, String... labels) {
        return new Metric(
                PREFIX + name,
                type,
                help,
                Stream.concat(WHOSE.stream(), Stream.of(labels)).toList());
    }

    /** Whether its samples begin with the labels cluster and member. */
    public static boolean is(Metric metric) {
        return metric.labels().size() >= 2 && metric.labels().subList(0, 2).equals(WHOSE);
    }
}
