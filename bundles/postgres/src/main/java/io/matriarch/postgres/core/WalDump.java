package io.matriarch.postgres.core;

import io.matriarch.api.Lsn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What {@code pg_waldump} prints of a record and what follows it. */
public final class WalDump {
    private static final Pattern RECORD =
            Pattern.compile("lsn: ([0-9A-F]+/[0-9A-F]+), prev ([0-9A-F]+/[0-9A-F]+), desc: (.*)");
    private static final Pattern END =
            Pattern.compile(
                    "(?:invalid record length|record with incorrect prev-link[^:]*|invalid magic number"
                            + "[^:]*|unexpected pageaddr[^:]*|invalid resource manager[^:]*) at"
                            + " ([0-9A-F]+/[0-9A-F]+)");

    /** One record. */
    public record Entry(Lsn lsn, Lsn previous, String description) {}

    private WalDump() {}

    public static List<Entry> records(String output) {
        var found = new ArrayList<Entry>();
        output.lines()
                .forEach(line -> {
                    var matcher = RECORD.matcher(line);
                    if (matcher.find())
                        found.add(
                                new Entry(
                                        Lsn.parse(matcher.group(1)),
                                        Lsn.parse(matcher.group(2)),
                                        matcher.group(3)));
                });
        return found;
    }

    /**
     * Where the record at {@code lsn} ends: the start of the next one, or the place at which there
     * is none.
     */
    public static Optional<Lsn> end(Lsn lsn, String output, String errors) {
        var records = records(output);
        if (records.isEmpty() || !records.getFirst().lsn().equals(lsn)) return Optional.empty();
        if (records.size() > 1) return Optional.of(records.get(1).lsn());
        var matcher = END.matcher(errors);
        return matcher.find() ? Optional.of(Lsn.parse(matcher.group(1))) : Optional.empty();
    }
}
