package io.matriarch.management.fake;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.api.SystemId;
import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.DivergedWal;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.postgres.api.PendingRestart;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.ServerView;
import io.matriarch.postgres.api.WalSender;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A running primary with one standby; or, if told so, nothing that runs. */
public final class FakePostgres {
    public boolean running = true;

    /** What is kept, by id. */
    public final List<DivergedWal> diverged =
            new ArrayList<>(
                    List.of(
                            new DivergedWal(
                                    "20261130T024214Z-000000030000000000000005",
                                    Instant.parse("2026-11-30T02:42:14Z"),
                                    new MemberName("n2"),
                                    3,
                                    Lsn.parse("0/5000060"),
                                    Optional.of(Lsn.parse("0/5001000")),
                                    1,
                                    16_777_216,
                                    OptionalLong.of(7),
                                    Optional.of(Instant.parse("2026-11-30T02:41:10Z")),
                                    Optional.of(Instant.parse("2026-11-30T02:41:12Z")),
                                    "/state/diverged-wal/20261130T024214Z-000000030000000000000005",
                                    "")));

    /** Management only looks at the server, so only looking works. */
    public LocalPostgres service() {
        return (LocalPostgres)
                Proxy.newProxyInstance(
                        FakePostgres.class.getClassLoader(),
                        new Class<?>[] {LocalPostgres.class},
                        (_, method, arguments) ->
                                switch (method.getName()) {
                                    case "observe" -> running ? up() : down();
                                    case "address" -> new HostPort("127.0.0.1", 5432);
                                    case "database" -> "postgres";
                                    case "divergedWal" -> List.copyOf(diverged);
                                    case "removeDivergedWal" -> {
                                        diverged.removeIf(kept -> kept.id().equals(arguments[0]));
                                        yield null;
                                    }
                                    default -> throw new AssertionError(method + " called");
                                });
    }

    private static ServerView up() {
        var lsn = Lsn.parse("0/3000060");
        var live =
                new ServerView.Live(
                        false,
                        3,
                        lsn,
                        Lsn.ZERO,
                        Lsn.ZERO,
                        Optional.empty(),
                        false,
                        "",
                        List.of(),
                        "",
                        150_018,
                        "2026-11-23 04:00:00+00",
                        List.of(
                                new WalSender(
                                        "replicator",
                                        "n2",
                                        "127.0.0.1",
                                        "streaming",
                                        "async",
                                        0,
                                        lsn,
                                        lsn,
                                        lsn,
                                        lsn)),
                        "",
                        true);
        var control =
                new ControlData(
                        new SystemId("7300000000000000000"),
                        "in production",
                        lsn,
                        3,
                        Lsn.ZERO,
                        0,
                        true,
                        true,
                        100,
                        8,
                        10,
                        0,
                        64);
        return new ServerView(
                DataDirectory.PRESENT,
                "",
                PostgresState.RUNNING,
                Duration.ofSeconds(90),
                Optional.of(new ServerView.Postmaster(4711, 100)),
                Optional.of(live),
                Optional.of(control),
                false,
                List.of(new PendingRestart("max_connections", "100", "200")));
    }

    private static ServerView down() {
        return new ServerView(
                DataDirectory.EMPTY,
                "",
                PostgresState.STOPPED,
                Duration.ZERO,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                List.of());
    }
}
