package io.matriarch.postgres.core;

import io.matriarch.api.Lsn;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Transactions as {@code pg_waldump --rmgr=Transaction} prints them, a line each, of PostgreSQL 12
 * to 18 with {@code TZ=UTC}.
 */
public final class TransactionDump {
    private static final int MOST_LISTED = 10_000;
    private static final Pattern RECORD =
            Pattern.compile(
                    "tx:\\s*(\\d+), lsn: ([0-9A-F]+/[0-9A-F]+), prev [0-9A-F]+/[0-9A-F]+, desc:"
                            + " ([A-Z_]+)(?: (\\d+):)?.*?(\\d{4}-\\d\\d-\\d\\d)"
                            + " (\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?) UTC");
    private static final Pattern END =
            Pattern.compile(
                    "error in WAL record at ([0-9A-F]+/[0-9A-F]+)(?:.* at ([0-9A-F]+/[0-9A-F]+))?");
    private static final String NOTHING = "could not find a valid record after";

    /** As long as a record can be that nobody would have split into pages of images. */
    private static final long LONG_RECORD = 1 << 16;

    private final List<String> listed = new ArrayList<>();
    private long commits;
    private Optional<Instant> first = Optional.empty();
    private Optional<Instant> last = Optional.empty();

    /** One line of its output; what is no end of a transaction counts for nothing. */
    public void line(String line) {
        var record = RECORD.matcher(line);
        if (!record.find()) return;
        String what = record.group(3);
        if (what.startsWith("COMMIT")) committed(record);
        list(record, what);
    }

    private void committed(Matcher record) {
        commits++;
        try {
            var at = Instant.parse(record.group(5) + "T" + record.group(6) + "Z");
            if (first.filter(known -> !at.isBefore(known)).isEmpty()) first = Optional.of(at);
            if (last.filter(known -> !at.isAfter(known)).isEmpty()) last = Optional.of(at);
        } catch (DateTimeException _) {
            listed.add("the time of the next one cannot be read");
        }
    }

    private void list(Matcher record, String what) {
        if (listed.size() == MOST_LISTED) listed.add("and more: pg_waldump shows them");
        if (listed.size() > MOST_LISTED) return;
        String id = record.group(4) == null ? record.group(1) : record.group(4);
        listed.add(
                "%s %s UTC  %-16s transaction %s at %s"
                        .formatted(record.group(5), record.group(6), what, id, record.group(2)));
    }

    /**
     * Where the WAL ends, by what the program said when it could read no further: the end of the
     * last record or, where only its beginning is told, a little more.
     */
    public static Optional<Lsn> end(String errors) {
        var matcher = END.matcher(errors);
        if (!matcher.find()) return Optional.empty();
        return Optional.of(
                matcher.group(2) == null
                        ? new Lsn(Lsn.parse(matcher.group(1)).value() + LONG_RECORD)
                        : Lsn.parse(matcher.group(2)));
    }

    /** Whether there is no record at all from the start on. */
    public static boolean nothing(String errors) {
        return errors.contains(NOTHING);
    }

    public long commits() {
        return commits;
    }

    public Optional<Instant> firstCommit() {
        return first;
    }

    public Optional<Instant> lastCommit() {
        return last;
    }

    /** Commits and aborts in order, in words; at most 10,000. */
    public List<String> listed() {
        return List.copyOf(listed);
    }
}
