package io.matriarch.failover.core;

import io.matriarch.postgres.api.ServerView;
import java.util.Optional;
import java.util.regex.Pattern;

/** When a restart somebody asked for is still wanted (interop page, 2.7 and 5.12). */
public final class RestartRules {
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?");

    private RestartRules() {}

    /** Why the conditions do not hold; empty if they do. */
    public static Optional<String> hindrance(
            Optional<String> role,
            Optional<String> olderThan,
            boolean onlyIfPending,
            Role now,
            ServerView server) {
        if (role.isPresent() && !role.get().equals(now.text()))
            return Optional.of("the role is " + now.text() + ", not " + role.get());
        int version = server.live().map(ServerView.Live::serverVersion).orElse(0);
        if (olderThan.isPresent() && version >= number(olderThan.get()))
            return Optional.of(
                    "the server's version " + version + " is not older than " + olderThan.get());
        if (onlyIfPending && server.pendingRestart().isEmpty())
            return Optional.of("no changed parameter waits for a restart");
        return Optional.empty();
    }

    /** A restart in between makes a scheduled one pointless. */
    public static Optional<String> stale(NodeReport.ScheduledRestart due, ServerView server) {
        String started =
                server.live()
                        .map(ServerView.Live::postmasterStartTime)
                        .orElse(due.postmasterStartTime());
        return started.equals(due.postmasterStartTime())
                ? Optional.empty()
                : Optional.of("PostgreSQL was restarted since at " + started);
    }

    /**
     * {@code 17.5} as {@code server_version_num} has it: 170005.
     *
     * @throws IllegalArgumentException if it is no version
     */
    public static int number(String version) {
        var matcher = VERSION.matcher(version);
        if (!matcher.matches())
            throw new IllegalArgumentException(
                    "not a PostgreSQL version: \"" + version + "\", expected a form like 17.5");
        return Integer.parseInt(matcher.group(1)) * 10_000 + Integer.parseInt(matcher.group(2));
    }
}
