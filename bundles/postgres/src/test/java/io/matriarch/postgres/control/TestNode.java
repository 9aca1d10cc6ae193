package io.matriarch.postgres.control;

import io.matriarch.api.MemberName;
import io.matriarch.port.FreePort;
import io.matriarch.postgres.api.Gate;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.ServerView;
import io.matriarch.postgres.api.Upstream;
import io.matriarch.postgres.core.Account;
import io.matriarch.postgres.core.CustomMethods;
import io.matriarch.postgres.core.NodeSettings;
import io.matriarch.postgres.core.WalCommands;
import io.matriarch.postgres.sql.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assumptions;

/** A node on loopback with directories of its own, cleaned up by {@link #close}. */
final class TestNode implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(60);
    static final Duration ASK = Duration.ofSeconds(5);

    final Path root;
    final NodeSettings settings;
    final RunAs runAs;
    LocalServer server;

    private TestNode(Path root, NodeSettings settings, RunAs runAs) {
        this.root = root;
        this.settings = settings;
        this.runAs = runAs;
        server = new LocalServer(settings, runAs);
    }

    static TestNode of(String name) throws IOException {
        return of(name, Map.of());
    }

    static TestNode of(String name, Map<String, Object> local) throws IOException {
        return of(name, local, "");
    }

    static TestNode of(String name, Map<String, Object> local, String postBootstrap)
            throws IOException {
        return of(name, local, postBootstrap, _ -> CustomMethods.NONE, WalCommands.NONE);
    }

    static TestNode made(String name, CustomMethods methods) throws IOException {
        return made(name, _ -> methods);
    }

    /**
     * @param methods of the data directory, for commands that know it by themselves
     */
    static TestNode made(String name, Function<Path, CustomMethods> methods) throws IOException {
        return of(name, Map.of(), "", methods, WalCommands.NONE);
    }

    static TestNode archiving(String name, WalCommands commands) throws IOException {
        return of(name, Map.of(), "", _ -> CustomMethods.NONE, commands);
    }

    private static TestNode of(
            String name,
            Map<String, Object> local,
            String postBootstrap,
            Function<Path, CustomMethods> methods,
            WalCommands commands)
            throws IOException {
        RunAs runAs = RunAsOrdinaryUser.forTests();
        Path root = Files.createTempDirectory("matriarch-" + name + "-");
        runAs.own(root);
        var settings =
                settings(
                        root,
                        name,
                        FreePort.next(),
                        "secret'1",
                        local,
                        postBootstrap,
                        methods.apply(root.resolve("data")),
                        commands);
        return new TestNode(root, settings, runAs);
    }

    private static NodeSettings settings(
            Path root,
            String name,
            int port,
            String password,
            Map<String, Object> local,
            String postBootstrap,
            CustomMethods methods,
            WalCommands commands) {
        var section = new LinkedHashMap<String, Object>(Map.of("use_pg_rewind", true));
        section.putAll(local);
        Path data = root.resolve("data");
        return new NodeSettings(
                "demo",
                new MemberName(name),
                List.of("127.0.0.1"),
                port,
                new HostPort("127.0.0.1", port),
                "postgres",
                data,
                data,
                Optional.ofNullable(System.getProperty("matriarch.test.pgbin"))
                        .filter(dir -> !dir.isEmpty())
                        .map(Path::of),
                Map.of(),
                root.resolve("state"),
                root.resolve("state/pgpass"),
                LONG,
                new Account("postgres", password, Map.of()),
                new Account("replicator", "rep:pass", Map.of()),
                new Account("rewinder", "rew\\pass", Map.of()),
                Optional.of(new Account("monitor", "mon itor", Map.of())),
                List.of(Map.of("encoding", "UTF8"), Map.of("locale", "C")),
                List.of(),
                postBootstrap,
                methods,
                commands,
                1L << 30,
                section);
    }

    /** The same node as another agent would see it: only the superuser's password differs. */
    TestNode withPassword(String password) {
        var other =
                settings(
                        root,
                        settings.name().value(),
                        settings.port(),
                        password,
                        Map.of(),
                        "",
                        CustomMethods.NONE,
                        settings.walCommands());
        return new TestNode(root, other, runAs);
    }

    /** Aborts the test, with the reason, where there is no PostgreSQL. */
    static void assumePostgres() throws IOException {
        try (var node = of("probe")) {
            new Binaries(node.settings, new Programs(node.runAs)).version();
        } catch (PostgresException e) {
            Assumptions.abort("no PostgreSQL to test with: " + e.getMessage());
        }
    }

    static TestNode bootstrapped(String name) throws Exception {
        var node = of(name);
        node.server.configure(Map.of());
        node.server.bootstrap(Gate.OPEN, _ -> {});
        return node;
    }

    static TestNode clonedFrom(TestNode source, String name) throws Exception {
        source.needs("pg_basebackup");
        var node = of(name);
        source.server.createPhysicalSlot(node.settings.name().slotName());
        node.server.configure(Map.of());
        node.server.cloneFrom(source.asUpstream(), _ -> {});
        node.server.startStandby(Optional.of(source.asUpstream()), LONG);
        node.await("streaming", TestNode::streaming);
        return node;
    }

    /** Some installations have the server only: what needs more is skipped there, by name. */
    void needs(String program) throws PostgresException {
        Assumptions.assumeTrue(
                new Binaries(settings, new Programs(runAs)).optional(program).isPresent(),
                () -> program + " is not beside the server's program");
    }

    static boolean streaming(ServerView view) {
        return view.live().filter(l -> l.replicationState().equals("streaming")).isPresent();
    }

    /** As after a restart or swap of the agent. */
    void newAgent() {
        server.close();
        server = new LocalServer(settings, runAs);
    }

    /** Takes over the files of a stopped node. */
    void copyOf(TestNode source) throws Exception {
        new ProcessBuilder("cp", "-a", source.settings.dataDir().toString(), root.toString())
                .inheritIO()
                .start()
                .waitFor();
    }

    Upstream asUpstream() {
        return new Upstream(settings.name(), settings.connectAddress(), "postgres");
    }

    ServerView look() {
        return server.observe(ASK);
    }

    ServerView.Live live() {
        return look().live().orElseThrow(() -> new AssertionError(look().toString()));
    }

    void await(String what, Predicate<ServerView> condition) {
        var end = System.nanoTime() + LONG.toNanos();
        ServerView view = look();
        while (!condition.test(view)) {
            if (System.nanoTime() > end) throw new AssertionError("never " + what + ": " + view);
            LockSupport.parkNanos(10_000_000);
            view = look();
        }
    }

    void sql(String sql) throws SQLException {
        try (var session = session()) {
            session.execute("SET search_path = public");
            session.execute(sql);
        }
    }

    String value(String sql) throws SQLException {
        try (var session = session()) {
            session.execute("SET search_path = public");
            return session.rows(sql).getFirst().values().iterator().next();
        }
    }

    Session session() throws SQLException {
        return session(ASK);
    }

    /**
     * @param patience for how long one statement may go without an answer
     */
    Session session(Duration patience) throws SQLException {
        return Session.open(settings.connectAddress(), "postgres", settings.superuser(), patience);
    }

    @Override
    public void close() throws IOException {
        server.kill();
        server.close();
        DataDir.delete(root);
    }
}
