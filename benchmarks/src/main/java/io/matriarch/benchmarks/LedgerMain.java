package io.matriarch.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;

/**
 * The ledger on a pipe: {@code LedgerMain HOST:PORT,… USER PASSWORD}, then one command per line on
 * standard input.
 *
 * <ul>
 *   <li>{@code mark}: measure from now; answers {@code marked}
 *   <li>{@code await N}: answers {@code reached} once N more rows are acknowledged, {@code stuck}
 *       after 60 s
 *   <li>{@code report}: answers {@code acknowledged=N lost=N gap_ms=N errors=N}
 *   <li>end of input: ends
 * </ul>
 */
public final class LedgerMain {
    private static final long AWAIT_NANOS = 60_000_000_000L;
    private static final long POLL_NANOS = 5_000_000L;

    private LedgerMain() {}

    public static void main(String[] args) throws IOException, SQLException {
        if (args.length != 3) {
            System.err.println("usage: LedgerMain HOST:PORT,... USER PASSWORD");
            System.exit(2);
        }
        var login = new Properties();
        login.setProperty("user", args[1]);
        login.setProperty("password", args[2]);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (var ledger = new Ledger(args[0], login)) {
            System.out.println("writing");
            serve(ledger, in, System.out);
        }
    }

    private static void serve(Ledger ledger, BufferedReader in, PrintStream out)
            throws IOException {
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            var words = line.strip().split(" ");
            switch (words[0]) {
                case "mark" -> {
                    ledger.mark();
                    out.println("marked");
                }
                case "await" ->
                        out.println(await(ledger, Long.parseLong(words[1])) ? "reached" : "stuck");
                case "report" -> out.println(report(ledger));
                default -> out.println("unknown command: " + line);
            }
            out.flush();
        }
    }

    private static boolean await(Ledger ledger, long more) {
        long wanted = ledger.count() + more;
        long until = System.nanoTime() + AWAIT_NANOS;
        while (ledger.count() < wanted) {
            if (System.nanoTime() - until > 0) return false;
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }

    private static String report(Ledger ledger) {
        try {
            var figures = ledger.figures();
            return String.format(
                    Locale.ROOT,
                    "acknowledged=%d lost=%d gap_ms=%.0f errors=%d",
                    figures.acknowledged(),
                    figures.lost(),
                    figures.longestGapMillis(),
                    figures.errors());
        } catch (SQLException e) {
            return "no primary: " + e.getMessage();
        }
    }
}
