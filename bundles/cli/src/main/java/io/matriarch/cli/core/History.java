package io.matriarch.cli.core;

import io.matriarch.api.Lsn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The timelines of the cluster, as {@code GET /history} tells them. */
public final class History {

    private static final List<String> HEADINGS =
            List.of("TL", "LSN", "Reason", "Timestamp", "New Leader");

    private History() {}

    /**
     * @param json arrays of timeline that ended, switch position, reason, and in newer entries time
     *     and new leader
     */
    public static Table table(@Nullable Object json) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (Object item : Json.array(json)) {
            var row = new ArrayList<@Nullable Object>(Json.array(item));
            while (row.size() < HEADINGS.size()) row.add(null);
            if (row.get(1) instanceof Number position)
                row.set(1, new Lsn(position.longValue()).toString());
            rows.add(row.subList(0, HEADINGS.size()));
        }
        return new Table("", HEADINGS, rows);
    }
}
