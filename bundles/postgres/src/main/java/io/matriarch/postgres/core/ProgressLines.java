package io.matriarch.postgres.core;

import io.matriarch.postgres.api.Progress;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code 4096/23456 kB (17%)}, as pg_basebackup and pg_rewind print it. */
public final class ProgressLines {
    private static final Pattern COUNT = Pattern.compile("(\\d+)/\\s*(\\d+) kB");
    private static final long KILO = 1024;

    private ProgressLines() {}

    public static Optional<Progress> parse(String step, String line) {
        var matcher = COUNT.matcher(line);
        return matcher.find()
                ? Optional.of(
                        new Progress(
                                step,
                                Long.parseLong(matcher.group(1)) * KILO,
                                Long.parseLong(matcher.group(2)) * KILO))
                : Optional.empty();
    }
}
