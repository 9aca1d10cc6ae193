package io.matriarch.monitor.file;

import io.matriarch.monitor.api.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main figures of this node: of the last day each ten seconds, of the last days each minute, in
 * two {@link RingFile}s. What a crash takes is at most the last minute.
 */
public final class History implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(History.class);
    private static final Duration FINE = Duration.ofSeconds(10);
    private static final Duration COARSE = Duration.ofSeconds(60);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int MOST_POINTS = 2_000;

    private final RingFile fine; // both under this object's lock
    private final RingFile coarse;
    private final Map<String, double[]> minute = new HashMap<>(); // sum, count
    private long minuteBegan;
    private boolean told;

    private History(RingFile fine, RingFile coarse) {
        this.fine = fine;
        this.coarse = coarse;
    }

    public static History open(Path directory, Duration kept) throws IOException {
        Files.createDirectories(directory);
        var fine = RingFile.open(directory.resolve("history-10s"), FINE, DAY);
        try {
            return new History(fine, RingFile.open(directory.resolve("history-60s"), COARSE, kept));
        } catch (IOException e) {
            fine.close();
            throw e;
        }
    }

    /** How often {@link #write} is to be called. */
    public static Duration step() {
        return FINE;
    }

    public synchronized void write(Instant now, Map<String, Double> values) throws IOException {
        long second = now.getEpochSecond();
        var left = fine.write(second, values);
        if (!left.isEmpty() && !told) {
            told = true;
            LOG.warn("no room to keep the history of {}", left);
        }
        long present = second / COARSE.toSeconds();
        if (present != minuteBegan) endMinute();
        minuteBegan = present;
        values.forEach((name, value) -> {
            double[] sum = minute.computeIfAbsent(name, _ -> new double[2]);
            sum[0] += value;
            sum[1]++;
        });
    }

    private void endMinute() throws IOException {
        if (minute.isEmpty()) return;
        var averages = new HashMap<String, Double>();
        minute.forEach((name, sum) -> averages.put(name, sum[0] / sum[1]));
        minute.clear();
        coarse.write(minuteBegan * COARSE.toSeconds(), averages);
        coarse.force();
        fine.force();
    }

    public synchronized List<String> names() {
        var names = new TreeSet<>(fine.names());
        names.addAll(coarse.names());
        return List.copyOf(names);
    }

    /** As {@link io.matriarch.monitor.api.Monitor#history}. */
    public synchronized List<Series> read(
            List<String> names, Instant from, Instant to, Instant now, int points)
            throws IOException {
        boolean recent = !from.isBefore(now.minus(DAY));
        var ring = recent ? fine : coarse;
        long begin = from.getEpochSecond() / ring.stepSeconds() * ring.stepSeconds();
        long end = Math.max(begin + 1, to.getEpochSecond() + 1);
        int most = Math.clamp(points, 1, MOST_POINTS);
        long each = (end - begin + most - 1) / most;
        long step =
                Math.max(1, (each + ring.stepSeconds() - 1) / ring.stepSeconds())
                        * ring.stepSeconds();
        var known = names.stream().filter(name -> ring.indexOf(name) >= 0).distinct().toList();
        int count = Math.toIntExact((end - begin + step - 1) / step);
        double[][] sums = new double[known.size()][count];
        int[][] counts = new int[known.size()][count];
        int[] columns = known.stream().mapToInt(ring::indexOf).toArray();
        ring.each(
                begin,
                end,
                (time, cells) -> {
                    int at = (int) ((time - begin) / step);
                    for (int i = 0; i < columns.length; i++)
                        if (!Float.isNaN(cells[columns[i]])) {
                            sums[i][at] += cells[columns[i]];
                            counts[i][at]++;
                        }
                });
        var series = new ArrayList<Series>();
        for (int i = 0; i < columns.length; i++) {
            var values = new ArrayList<Double>();
            for (int at = 0; at < count; at++)
                values.add(counts[i][at] == 0 ? Double.NaN : sums[i][at] / counts[i][at]);
            series.add(
                    new Series(
                            known.get(i),
                            Instant.ofEpochSecond(begin),
                            Duration.ofSeconds(step),
                            values));
        }
        return series;
    }

    @Override
    public synchronized void close() throws IOException {
        endMinute();
        fine.close();
        coarse.close();
    }
}
