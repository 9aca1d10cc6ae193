package io.matriarch.cli.core;

import java.util.regex.Pattern;

/** A bar before a sentence that tells a part in percent. */
public final class ProgressBar {
    private static final int WIDTH = 20;
    private static final Pattern PERCENT = Pattern.compile("\\b(\\d{1,3}) %");

    private ProgressBar() {}

    /** The sentence as it is, if it tells none. */
    public static String line(String sentence) {
        var found = PERCENT.matcher(sentence);
        if (!found.find()) return sentence;
        int full = Math.min(100, Integer.parseInt(found.group(1))) * WIDTH / 100;
        return "[%s%s] %s".formatted("#".repeat(full), ".".repeat(WIDTH - full), sentence);
    }
}
