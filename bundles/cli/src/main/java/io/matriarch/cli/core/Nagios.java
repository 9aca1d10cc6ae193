package io.matriarch.cli.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line and an exit status as monitoring plugins give them.
 *
 * @param status 0 ok, 1 warning, 2 critical, 3 unknown
 * @see <a href="https://www.monitoring-plugins.org/doc/guidelines.html">plugin guidelines</a>
 */
public record Nagios(int status, String line) {
    private static final List<String> WORDS = List.of("OK", "WARNING", "CRITICAL", "UNKNOWN");

    private static final List<Integer> RANKS = List.of(-1, 0, 3, 1, 2);

    /** Of what {@code /api/v1/health} answers. */
    public static Nagios of(Map<String, @Nullable Object> health) {
        int worst = -1;
        var texts = new ArrayList<String>();
        for (var check : Json.objects(health.get("checks"))) {
            int status = status(Json.text(check, "status"));
            if (rank(status) > rank(worst)) {
                texts.clear();
                worst = status;
            }
            if (status == worst)
                texts.add(Json.text(check, "name") + ": " + Json.text(check, "text"));
        }
        return worst < 0 ? unknown("nothing was checked") : line(worst, String.join("; ", texts));
    }

    public static Nagios unknown(String why) {
        return line(3, why);
    }

    /** What is known to be critical must not hide behind what is not known. */
    private static int rank(int status) {
        return RANKS.indexOf(status);
    }

    private static int status(String word) {
        return switch (word) {
            case "ok" -> 0;
            case "warning" -> 1;
            case "critical" -> 2;
            default -> 3;
        };
    }

    /** A bar would begin performance data. */
    private static Nagios line(int status, String text) {
        String plain = Plain.of(text.replace('|', '/').replace('\n', ' '));
        return new Nagios(status, "MATRIARCH " + WORDS.get(status) + " - " + plain);
    }
}
