package io.matriarch.monitor.core;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What Linux tells in {@code /proc}, as numbers; what a text does not say is NaN or absent.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc.5.html">proc(5)</a>
 */
public final class Proc {
    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final Pattern PRESSURE = Pattern.compile("some .*avg60=([0-9.]+).*");

    private Proc() {}

    /** {@code /proc/meminfo} in bytes, and everything else of the form {@code NAME: N kB}. */
    public static Map<String, Double> kilobytes(String text) {
        var values = new HashMap<String, Double>();
        text.lines()
                .forEach(line -> {
                    int colon = line.indexOf(':');
                    if (colon < 0) return;
                    double number = number(SPACES.split(line.substring(colon + 1).strip())[0]);
                    if (!Double.isNaN(number)) values.put(line.substring(0, colon), number * 1024);
                });
        return values;
    }

    /** {@code /proc/vmstat}: a name and a number in each line. */
    public static Map<String, Double> counters(String text) {
        var values = new HashMap<String, Double>();
        text.lines()
                .forEach(line -> {
                    String[] words = SPACES.split(line.strip());
                    if (words.length == 2) values.put(words[0], number(words[1]));
                });
        return values;
    }

    /** First number of {@code /proc/loadavg}. */
    public static double load(String text) {
        return number(SPACES.split(text.strip())[0]);
    }

    /** Share of the last minute in which something waited, of a file in {@code /proc/pressure}. */
    public static double pressure(String text) {
        return text.lines()
                .map(PRESSURE::matcher)
                .filter(matcher -> matcher.matches())
                .mapToDouble(matcher -> number(matcher.group(1)) / 100)
                .findFirst()
                .orElse(Double.NaN);
    }

    /**
     * Time of all processors since the start, in ticks.
     *
     * @param busy without idle and waiting for disks
     */
    public record Cpu(double busy, double all) {}

    /** First line of {@code /proc/stat}. */
    public static Cpu cpu(String text) {
        String[] words = SPACES.split(text.lines().findFirst().orElse("").strip());
        if (words.length < 6 || !words[0].equals("cpu")) return new Cpu(Double.NaN, Double.NaN);
        double all = 0;
        // guest time (9 and 10) is in user time already
        for (int i = 1; i < Math.min(words.length, 9); i++) all += number(words[i]);
        return new Cpu(all - number(words[4]) - number(words[5]), all);
    }

    /** Requests and the milliseconds they took, since the start. */
    public record Disk(double reads, double readMillis, double writes, double writeMillis) {}

    /** {@code /proc/diskstats} by device; parts of disks, loops and RAM disks are left out. */
    public static Map<String, Disk> disks(String text) {
        var disks = new HashMap<String, Disk>();
        text.lines()
                .forEach(line -> {
                    String[] words = SPACES.split(line.strip());
                    if (words.length < 11 || !wholeDisk(words[2])) return;
                    disks.put(
                            words[2],
                            new Disk(
                                    number(words[3]),
                                    number(words[6]),
                                    number(words[7]),
                                    number(words[10])));
                });
        return disks;
    }

    private static boolean wholeDisk(String device) {
        return device.matches("(sd|vd|xvd|hd)[a-z]+|nvme\\d+n\\d+|dm-\\d+|md\\d+");
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN; // a form we do not know: not known
        }
    }
}
