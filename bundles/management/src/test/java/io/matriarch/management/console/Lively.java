package io.matriarch.management.console;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a member of a busy cluster says in an hour in which much happened. */
final class Lively {
    /** Series, and how they go from 0, an hour ago, to 1, now. */
    private static final Map<String, DoubleUnaryOperator> CURVES = new LinkedHashMap<>();

    static {
        CURVES.put("commits_per_second", at -> at > 0.48 && at < 0.5 ? 0 : 900 + 300 * wave(at, 7));
        CURVES.put("rollbacks_per_second", at -> 12 + 9 * wave(at, 11));
        CURVES.put("connections", at -> 120 + 40 * wave(at, 3));
        CURVES.put("sessions_active", at -> 22 + 12 * wave(at, 9));
        CURVES.put("blocked_sessions", at -> at > 0.7 && at < 0.76 ? 6 : 0);
        CURVES.put("wal_bytes_per_second", at -> 9e6 + 5e6 * wave(at, 5));
        CURVES.put("replication_lag_seconds{standby=\"n2\"}", at -> at > 0.85 ? 2.5 : 0.1);
        CURVES.put("replication_lag_seconds{standby=\"n3\"}", at -> 0.3 + 0.2 * wave(at, 13));
        CURVES.put("rpo_seconds", at -> 30 + 25 * wave(at, 17));
        CURVES.put("cpu_used_ratio", at -> 0.4 + 0.25 * wave(at, 4));
        CURVES.put("memory_available_ratio", at -> 0.62 - 0.1 * at);
    }

    private static final int POINTS = 300;

    /** One of each kind, and when it was. */
    static final Map<String, Duration> HAPPENED =
            new java.util.TreeMap<>(
                    Map.of(
                            "failover", Duration.ofMinutes(31),
                            "outage", Duration.ofMinutes(32),
                            "switchover", Duration.ofMinutes(52),
                            "backup", Duration.ofMinutes(44),
                            "restore", Duration.ofMinutes(18),
                            "drill", Duration.ofMinutes(8)));

    private Lively() {}

    private static double wave(double at, int times) {
        return Math.sin(at * 2 * Math.PI * times);
    }

    static Map<String, String> answers(String origin, Instant now) {
        var answers = Answers.of("n1", origin);
        answers.replaceAll((_, answer) ->
                answer.replace("\"apiUrl\":\"javascript:alert(1)///patroni\"", "\"apiUrl\":\"\"")
                        .replace("TEXT", "shared"));
        answers.put(
                "/cluster",
                answers.get("/cluster")
                        .replace("\"state\":\"shared\"", "\"state\":\"streaming\"")
                        .replace("\"host\":\"shared\"", "\"host\":\"10.0.0.1\"")
                        .replace("{\"shared\":\"shared\"}", "{\"zone\":\"a\"}")
                        .replace("\"scheduledRestart\":\"shared\"", "\"scheduledRestart\":\"\"")
                        .replace(
                                "\"scheduledSwitchover\":\"shared\"",
                                "\"scheduledSwitchover\":\"at 2026-12-01T02:30:00Z from n1 to n2\""));
        answers.put("/events", events(now));
        answers.put(
                "/series",
                "{\"series\":["
                        + CURVES.keySet().stream()
                                .map(Lively::quoted)
                                .collect(Collectors.joining(","))
                        + "]}");
        answers.put("/series/values", series(now.minus(Duration.ofHours(1))));
        return answers;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\\\"") + '"';
    }

    private static String events(Instant now) {
        List<String> events = new ArrayList<>();
        HAPPENED.forEach((kind, ago) -> {
            var began = now.minus(ago);
            boolean moved = kind.equals("failover") || kind.equals("switchover");
            events.add(
                    "{\"kind\":\"%s\",\"member\":\"n1\",\"former\":\"%s\",\"began\":\"%s\",\"ended\":\"%s\",\"phases\":{},\"lostBytes\":%s,\"reason\":\"%s\"}"
                            .formatted(
                                    kind,
                                    moved ? "n2" : "",
                                    began,
                                    began.plusSeconds(4),
                                    moved ? "0" : "null",
                                    moved ? "its lease ran out" : "as planned"));
        });
        return "{\"events\":[" + String.join(",", events) + "]}";
    }

    private static String series(Instant from) {
        return "{\"series\":["
                + CURVES.entrySet().stream()
                        .map(curve ->
                                "{\"name\":%s,\"first\":\"%s\",\"stepMillis\":12000,\"values\":[%s]}"
                                        .formatted(
                                                quoted(curve.getKey()),
                                                from,
                                                IntStream.range(0, POINTS)
                                                        .mapToDouble(i -> (double) i / POINTS)
                                                        .map(curve.getValue())
                                                        .mapToObj(Double::toString)
                                                        .collect(Collectors.joining(","))))
                        .collect(Collectors.joining(","))
                + "]}";
    }
}
