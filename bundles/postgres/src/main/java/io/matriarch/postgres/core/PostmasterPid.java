package io.matriarch.postgres.core;

import java.util.List;
import java.util.Optional;

/**
 * {@code postmaster.pid}: pid, data directory, start (epoch seconds), port, socket directory,
 * listen address, shared memory key, status; a line each.
 *
 * @param port 0 if not yet written
 * @param status {@code starting}, {@code stopping}, {@code ready}, {@code standby} or empty
 */
public record PostmasterPid(
        long pid, String dataDir, long startEpochSeconds, int port, String host, String status) {

    public static Optional<PostmasterPid> parse(String text) {
        List<String> lines = text.lines().map(String::strip).toList();
        if (lines.size() < 3) return Optional.empty();
        try {
            return Optional.of(
                    new PostmasterPid(
                            Math.abs(Long.parseLong(lines.get(0))), // single-user mode: negative
                            lines.get(1),
                            Long.parseLong(lines.get(2)),
                            line(lines, 3).isEmpty() ? 0 : Integer.parseInt(line(lines, 3)),
                            line(lines, 5),
                            line(lines, 7)));
        } catch (NumberFormatException _) {
            return Optional.empty(); // half written: the next look finds it whole
        }
    }

    private static String line(List<String> lines, int index) {
        return index < lines.size() ? lines.get(index) : "";
    }
}
