package io.matriarch.itests;

import io.matriarch.itests.FaultSchedule.Fault;
import io.matriarch.itests.FaultSchedule.Kind;
import io.matriarch.itests.FaultSchedule.Trouble;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What happened under random faults, as a page: the seed, the schedule, and what each cost. */
final class FaultReport {
    /**
     * What asynchronous replication may lose, in bytes of WAL: {@code maximum_lag_on_failover}, and
     * what a leader that is cut off writes until its lease ends, some hundred rows a second.
     */
    static final long LOSS_BOUND = 2 * (1L << 20);

    /**
     * @param bytesPerRow of WAL, by what was written before the trouble
     * @param gap longest time between two acknowledged rows
     * @param healed from when the fault was undone until all members were well again
     */
    record Round(
            String before,
            String after,
            int acknowledged,
            SetModel verdict,
            long bytesPerRow,
            Duration gap,
            Duration twoWriters,
            Duration healed) {
        long lostBytes() {
            return verdict.lost() * bytesPerRow;
        }
    }

    private final FaultSchedule schedule;
    private final String mode;
    private final int nodes;
    private final int version;
    private final List<Trouble> begun = new ArrayList<>();
    private final List<Round> rounds = new ArrayList<>();

    FaultReport(FaultSchedule schedule, String mode, int nodes, int version) {
        this.schedule = schedule;
        this.mode = mode;
        this.nodes = nodes;
        this.version = version;
    }

    void begins(Trouble trouble) {
        begun.add(trouble);
    }

    void ended(Round round) {
        rounds.add(round);
        System.out.println(line(rounds.size() - 1));
    }

    int lost() {
        return rounds.stream().mapToInt(round -> round.verdict().lost()).sum();
    }

    int invented() {
        return rounds.stream().mapToInt(round -> round.verdict().invented()).sum();
    }

    long mostLostBytes() {
        return rounds.stream().mapToLong(Round::lostBytes).max().orElse(0);
    }

    Duration twoWriters() {
        return rounds.stream().map(Round::twoWriters).reduce(Duration.ZERO, Duration::plus);
    }

    private Map<Kind, Integer> byKind() {
        var kinds = new TreeMap<Kind, Integer>();
        for (var trouble : begun) {
            for (Fault fault : trouble.faults()) {
                kinds.merge(fault.kind(), 1, Integer::sum);
            }
        }
        return kinds;
    }

    private String line(int index) {
        var trouble = begun.get(index);
        String faults =
                trouble.faults().stream().map(Fault::toString).collect(Collectors.joining(" and "));
        String told =
                "| %d | %s | %d ms |".formatted(index + 1, faults, trouble.lasts().toMillis());
        if (index >= rounds.size()) {
            return told + " did not come back | | | | | |";
        }
        var round = rounds.get(index);
        return told
                + " %s to %s | %d ms | %d | %d | %d ms | %d ms |"
                        .formatted(
                                round.before(),
                                round.after(),
                                round.gap().toMillis(),
                                round.acknowledged(),
                                round.verdict().lost(),
                                round.twoWriters().toMillis(),
                                round.healed().toMillis());
    }

    /** Writes the page and returns its sum in a line. */
    String write() {
        var page = new ArrayList<String>();
        page.add("# Random faults, seed " + schedule.seed());
        page.add("");
        page.add(toString());
        page.add("");
        page.add(
                "Again: `-Dit.test=FaultsIT -Dmatriarch.postgres=%d -Dmatriarch.mode=%s -Dmatriarch.nodes=%d -Dmatriarch.faults=%d -Dmatriarch.seed=%d`"
                        .formatted(
                                version, mode, nodes, schedule.troubles().size(), schedule.seed()));
        page.add("");
        page.add(
                "| # | faults | undone after | leader | write gap | acknowledged | lost | two writers | all well after |");
        page.add("|---|---|---|---|---|---|---|---|---|");
        for (int i = 0; i < begun.size(); i++) {
            page.add(line(i));
        }
        page.add("");
        page.add("| kind | faults |");
        page.add("|---|---|");
        byKind().forEach((kind, number) -> page.add("| %s | %d |".formatted(kind.text, number)));
        try {
            var file = Path.of("target", "faults-%s-%d.md".formatted(mode, schedule.seed()));
            Files.createDirectories(file.getParent());
            Files.write(file, page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return toString();
    }

    @Override
    public String toString() {
        return "pg%d, mode %s, %d nodes, seed %d: %d of %d troubles, came back alone after %d, lost %d of %d acknowledged rows (at most %d bytes of WAL at once), two writers %d ms, longest write gap %d ms"
                .formatted(
                        version,
                        mode,
                        nodes,
                        schedule.seed(),
                        begun.size(),
                        schedule.troubles().size(),
                        rounds.size(),
                        lost(),
                        rounds.stream().mapToInt(Round::acknowledged).sum(),
                        mostLostBytes(),
                        twoWriters().toMillis(),
                        rounds.stream().mapToLong(round -> round.gap().toMillis()).max().orElse(0));
    }
}
