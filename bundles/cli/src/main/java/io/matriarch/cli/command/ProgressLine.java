package io.matriarch.cli.command;

import io.matriarch.cli.Surroundings;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Plain;
import io.matriarch.cli.core.ProgressBar;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows on standard error where a job stands: on a terminal one line that is drawn anew, elsewhere
 * a line whenever it says something else. Standard output is left to the result.
 */
final class ProgressLine {
    /** To the beginning of the line, and clear it. */
    private static final String ANEW = "\r\033[K";

    private final Surroundings around;
    private String told = "";
    private boolean drawn;

    ProgressLine(Surroundings around) {
        this.around = around;
    }

    /**
     * @param job with {@code text} and {@code progress}
     */
    void show(Map<String, @Nullable Object> job) {
        String text = Json.text(job, "text");
        if (text.isEmpty()) return;
        var err = around.err();
        if (around.terminal()) {
            var progress = Json.object(job.get("progress"));
            var line = ProgressBar.line(progress, text, around.clock().instant());
            err.print(ANEW + Plain.of(line));
            err.flush();
            drawn = true;
        } else if (!text.equals(told)) {
            err.println(Plain.of(text));
        }
        told = text;
    }

    /** What comes next begins on a line of its own. */
    void end() {
        if (drawn) around.err().print(ANEW);
        around.err().flush();
        drawn = false;
    }
}
