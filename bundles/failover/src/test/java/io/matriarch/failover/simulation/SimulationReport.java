package io.matriarch.failover.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was told in a run of the simulation, summed up in {@code target/simulation.md}. */
final class SimulationReport {
    private static final Path FILE = Path.of("target", "simulation.md");
    private static final double NANOS_PER_HOUR = 3_600e9;

    private final Map<String, Long> faults = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();
    private long histories;
    private long least = Long.MAX_VALUE;
    private long most = Long.MIN_VALUE;
    private long nanos;
    private long events;
    private long promotions;

    synchronized void add(Story.Outcome outcome) {
        histories++;
        least = Math.min(least, outcome.seed());
        most = Math.max(most, outcome.seed());
        nanos += outcome.simulatedNanos();
        events += outcome.events();
        promotions += outcome.promotions();
        outcome.faults().forEach((name, times) -> faults.merge(name, (long) times, Long::sum));
        if (!outcome.good()) violations.add(outcome.failure());
    }

    synchronized void write() {
        var page = new ArrayList<String>();
        page.add("# Simulated histories");
        page.add("");
        page.add(
                "%d histories, seeds between %d and %d: %.1f hours of a cluster's life, %d events, %d promotions, %d faults. Promises broken: %d."
                        .formatted(
                                histories,
                                least,
                                most,
                                nanos / NANOS_PER_HOUR,
                                events,
                                promotions,
                                faults.values().stream().mapToLong(Long::longValue).sum(),
                                violations.size()));
        page.add("");
        page.add("| fault | times |");
        page.add("|---|---|");
        faults.forEach((name, times) -> page.add("| %s | %d |".formatted(name, times)));
        violations.forEach(violation -> page.add("\n- " + violation));
        try {
            Files.createDirectories(FILE.getParent());
            Files.write(FILE, page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
