package io.matriarch.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * All a command touches besides the members: what a test puts in place of the real ones.
 *
 * @param programs starts programs in the foreground, for the editor and psql
 * @param pause waits; its answer is whether to go on
 * @param terminal whether {@code err} is one, so that a line can be drawn anew
 */
public record Surroundings(
        BufferedReader in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        Clock clock,
        Programs programs,
        Pause pause,
        boolean terminal) {

    /** Runs a program with our terminal. */
    @FunctionalInterface
    public interface Programs {
        /**
         * @return its exit status
         */
        int run(List<String> command) throws IOException, InterruptedException;
    }

    /** Waits a while. */
    @FunctionalInterface
    public interface Pause {
        /**
         * @return false to stop waiting for more
         */
        boolean waitFor(Duration time) throws InterruptedException;
    }
}
