package io.matriarch.failover.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Tells histories of all families in turn for a given time, each seed once: what was told is
 * appended to a table, and the next run goes on after it. One line a block: when, which commit,
 * which family, first seed, how many, hours of a cluster's life, events, promotions, broken
 * promises, troubles by kind.
 */
final class LongRun {
    /** What is told of. */
    enum Family {
        DRAWN("whatever is drawn", Rules.ALL),
        STANDBY("standby clusters", Rules.with(Rule.STANDBY_NOT_PROMOTED)),
        SYNC("synchronous members change", Rules.with(Rule.SYNC_SETTLED)),
        DISKS("disks fail", Rules.with(Rule.ROOM_ASKED));

        final String text;
        final Rules rules;

        Family(String text, Rules rules) {
            this.text = text;
            this.rules = rules;
        }
    }

    /** A block that was told. */
    record Line(
            Instant at,
            String commit,
            Family family,
            long first,
            long count,
            double hours,
            long events,
            long promotions,
            long broken,
            Map<String, Long> troubles) {
        String text() {
            return String.join(
                    "\t",
                    at.truncatedTo(ChronoUnit.SECONDS).toString(),
                    commit,
                    family.name(),
                    String.valueOf(first),
                    String.valueOf(count),
                    "%.3f".formatted(hours),
                    String.valueOf(events),
                    String.valueOf(promotions),
                    String.valueOf(broken),
                    troubles.entrySet().stream()
                            .map(trouble -> trouble.getKey() + "=" + trouble.getValue())
                            .collect(Collectors.joining(";")));
        }

        static Line parse(String text) {
            var cells = text.split("\t", -1);
            if (cells.length != 10)
                throw new IllegalArgumentException(
                        "\"" + text + "\" has " + cells.length + " columns, and should have 10");
            var troubles = new TreeMap<String, Long>();
            for (var trouble : cells[9].split(";")) {
                int at = trouble.lastIndexOf('=');
                if (at > 0)
                    troubles.put(
                            trouble.substring(0, at), Long.parseLong(trouble.substring(at + 1)));
            }
            return new Line(
                    Instant.parse(cells[0]),
                    cells[1],
                    Family.valueOf(cells[2]),
                    Long.parseLong(cells[3]),
                    Long.parseLong(cells[4]),
                    Double.parseDouble(cells[5]),
                    Long.parseLong(cells[6]),
                    Long.parseLong(cells[7]),
                    Long.parseLong(cells[8]),
                    troubles);
        }
    }

    private final Path table;
    private final String commit;
    private final int block;
    private final List<Line> lines = new ArrayList<>();

    /**
     * @param table made if it is not there
     * @param commit of what is told
     * @param block seeds of a line
     */
    LongRun(Path table, String commit, int block) throws IOException {
        this.table = table;
        this.commit = commit;
        this.block = block;
        if (Files.exists(table))
            for (var text : Files.readAllLines(table))
                if (!text.startsWith("#")) lines.add(Line.parse(text));
    }

    /**
     * Tells blocks until {@code time} is over, one at least.
     *
     * @return the promises that were broken, each with its seed
     */
    List<String> run(Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        var broken = new ArrayList<String>();
        do broken.addAll(tell(next()));
        while (System.nanoTime() < end);
        return broken;
    }

    /** Whose turn it is: of whom least was told. */
    private Family next() {
        var told = new EnumMap<Family, Long>(Family.class);
        for (var family : Family.values()) told.put(family, 0L);
        lines.forEach(line -> told.merge(line.family(), line.count(), Long::sum));
        return told.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey();
    }

    private List<String> tell(Family family) throws IOException {
        long first =
                lines.stream()
                        .filter(line -> line.family() == family)
                        .mapToLong(line -> line.first() + line.count())
                        .max()
                        .orElse(0);
        var outcomes =
                SimulationTest.outcomes(first, block, seed -> Story.tell(seed, family.rules))
                        .toList();
        var troubles = new TreeMap<String, Long>();
        outcomes.forEach(outcome ->
                outcome.faults()
                        .forEach((name, times) -> troubles.merge(name, (long) times, Long::sum)));
        var broken =
                outcomes.stream()
                        .filter(outcome -> !outcome.good())
                        .map(outcome -> family + ": " + outcome.failure())
                        .toList();
        append(
                new Line(
                        Instant.now(),
                        commit,
                        family,
                        first,
                        block,
                        outcomes.stream().mapToLong(Story.Outcome::simulatedNanos).sum() / 3_600e9,
                        outcomes.stream().mapToLong(Story.Outcome::events).sum(),
                        outcomes.stream().mapToLong(Story.Outcome::promotions).sum(),
                        broken.size(),
                        troubles));
        return broken;
    }

    private void append(Line line) throws IOException {
        lines.add(line);
        if (!Files.exists(table))
            Files.writeString(
                    table,
                    "# at\tcommit\tfamily\tfirst seed\tseeds\thours\tevents\tpromotions\tbroken promises\ttroubles\n");
        Files.writeString(table, line.text() + "\n", StandardOpenOption.APPEND);
    }

    /** All that the table tells, to read. */
    String summary() {
        var page = new StringBuilder("# Simulated histories, all runs\n\n");
        page.append(
                "| told of | seeds | hours | events | promotions | troubles | promises broken |\n");
        page.append("|---|---|---|---|---|---|---|\n");
        for (var family : Family.values()) page.append(row(family.text, of(family)));
        page.append(row("all", lines));
        page.append("\n| trouble | times |\n|---|---|\n");
        var troubles = new TreeMap<String, Long>();
        lines.forEach(line ->
                line.troubles().forEach((name, times) -> troubles.merge(name, times, Long::sum)));
        troubles.forEach((name, times) -> page.append("| %s | %d |%n".formatted(name, times)));
        return page.toString();
    }

    private List<Line> of(Family family) {
        return lines.stream().filter(line -> line.family() == family).toList();
    }

    private static String row(String what, List<Line> some) {
        return "| %s | %d | %.1f | %d | %d | %d | %d |%n"
                .formatted(
                        what,
                        some.stream().mapToLong(Line::count).sum(),
                        some.stream().mapToDouble(Line::hours).sum(),
                        some.stream().mapToLong(Line::events).sum(),
                        some.stream().mapToLong(Line::promotions).sum(),
                        some.stream()
                                .flatMap(line -> line.troubles().values().stream())
                                .mapToLong(Long::longValue)
                                .sum(),
                        some.stream().mapToLong(Line::broken).sum());
    }
}
