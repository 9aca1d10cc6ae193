package io.matriarch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("matriarchctl, asking,")
class ReadingTest {

    private final Ctl ctl = new Ctl();
    private FakeMember a;
    private FakeMember b;

    @BeforeEach
    void start() throws IOException {
        a = new FakeMember();
        b = new FakeMember();
        FakeMember.cluster(a, b);
        ctl.environment.put("MATRIARCHCTL_URL", a.address());
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
    }

    @Test
    @DisplayName("lists the members, the system identifier in the title")
    void list() {
        var result = ctl.run("list");
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(result.out())
                .contains("+ Cluster: demo (7711167698510241857) ---")
                .contains("| node-a | 127.0.0.1:5501 | Leader  | running   |  1 |");
        assertThat(a.requests).noneMatch(FakeMember.Request::changes);
    }

    @Test
    @DisplayName("takes the system identifier from our own path where there is one")
    void ownPath() {
        a.reply(
                "GET /api/v1/cluster",
                200,
                "{\"scope\":\"demo\",\"systemId\":\"7000000000000000001\"}");
        assertThat(ctl.run("list").out()).contains("demo (7000000000000000001)");
    }

    @Test
    @DisplayName("prints JSON and YAML for programs")
    void formats() {
        assertThat(ctl.run("list", "-o", "json").out())
                .contains("\"Member\" : \"node-a\"")
                .contains("\"TL\" : 1")
                .contains("\"Replay Lag\" : 0");
        assertThat(ctl.run("-o", "yaml", "list").out()).startsWith("- Member: node-a\n");
    }

    @Test
    @DisplayName("shows the tree")
    void topology() {
        assertThat(ctl.run("topology").out()).contains("| node-a   |").contains("| + node-b |");
    }

    @Test
    @DisplayName("shows again and again under --watch")
    void watch() {
        ctl.rounds = 3;
        var result = ctl.run("list", "--watch=5");
        assertThat(result.out().split("Cluster: demo", -1)).hasSize(4);
        assertThat(ctl.run("list", "--watch=0").status()).isEqualTo(Code.USAGE.exitStatus());
    }

    @Test
    @DisplayName("goes to the next member if the first is away or cut off from the store")
    void fallback() {
        a.close();
        var away = ctl.run("--url", a.address(), "--url", b.address(), "list");
        assertThat(away.status()).isZero();
        assertThat(away.out()).contains("node-b");
        b.reply("GET /cluster", 503, "no view of the store");
        var cut = ctl.run("--url", b.address(), "list");
        assertThat(cut.status()).isEqualTo(Code.DCS_UNREACHABLE.exitStatus());
        assertThat(cut.err()).contains("503").contains("no view of the store");
    }

    @Test
    @DisplayName("names each member that cannot be reached, and why")
    void unreachable() {
        a.close();
        var result = ctl.run("--url", a.address(), "--url", "no-such-host.invalid:8008", "list");
        assertThat(result.status()).isEqualTo(Code.API_UNREACHABLE.exitStatus());
        assertThat(result.err())
                .contains("http://" + a.address() + ": connection refused")
                .contains("http://no-such-host.invalid:8008: unknown host")
                .contains("hint: name other members by --url");
        assertThat(result.out()).isEmpty();
    }

    @Test
    @DisplayName("shows the history with text positions")
    void history() {
        assertThat(ctl.run("history").out())
                .contains("|  1 | 0/70001A8 | no recovery target specified |")
                .contains("| old entry ");
    }

    @Test
    @DisplayName("shows the dynamic configuration as YAML")
    void showConfig() {
        assertThat(ctl.run("show-config").out())
                .contains("ttl: 30\n")
                .contains("  parameters:\n    max_connections: 50\n");
    }

    @Test
    @DisplayName("tells versions of all members, or only its own without asking anybody")
    void version() {
        assertThat(ctl.run("version").out())
                .startsWith("matriarchctl ")
                .contains("Patroni 4.1.4")
                .contains("17.11");
        a.reply(
                "GET /api/v1/node",
                200,
                "{\"scope\":\"demo\",\"version\":\"0.1.0\",\"name\":\"node-a\"}");
        assertThat(ctl.run("version").out())
                .contains("Matriarch 0.1.0 (as Patroni 4.1.4)")
                .contains("| Patroni 4.1.4");
        a.requests.clear();
        assertThat(ctl.run("version", "--local").out()).matches("matriarchctl \\d\\S+\n");
        assertThat(a.requests).isEmpty();
    }

    @Test
    @DisplayName("merges the decisions of all members, and names those that tell none")
    void events() {
        a.reply(
                "GET /api/v1/decisions",
                200,
                """
                [{"sequence":4,"at":"2026-11-23T01:30:02Z","member":"node-a","decision":"Promote","reason":"the lease is ours","facts":"lease 4s","repeated":0,"lastAt":"2026-11-23T01:30:02Z"}]
                """);
        b.reply(
                "GET /api/v1/decisions",
                200,
                """
                [{"sequence":9,"at":"2026-11-23T01:30:01Z","member":"node-b","decision":"Wait","reason":"node-a is fresher","facts":"","repeated":2,"lastAt":"2026-11-23T01:30:03Z"}]
                """);
        var result = ctl.run("events", "--since", "2h");
        assertThat(result.out().indexOf("node-a is fresher (repeated 2 x)"))
                .isPositive()
                .isLessThan(result.out().indexOf("the lease is ours"));
        assertThat(a.requests)
                .anyMatch(r -> r.path().equals("/api/v1/decisions?since=2026-11-23T00:00:00Z"));
        assertThat(ctl.run("events", "-m", "node-a", "-o", "json").out())
                .contains("\"reason\" : \"the lease is ours\"")
                .doesNotContain("fresher");
        b.close();
        var partly = ctl.run("why");
        assertThat(partly.status()).isZero();
        assertThat(partly.err()).contains("no decisions of node-b").contains("connection refused");
    }

    @Test
    @DisplayName("prints a dsn by role or member")
    void dsn() {
        assertThat(ctl.run("dsn").out()).isEqualTo("host=127.0.0.1 port=5501\n");
        assertThat(ctl.run("dsn", "--role", "replica").out())
                .isEqualTo("host=127.0.0.1 port=5502\n");
        assertThat(ctl.run("dsn", "-m", "node-b").out()).isEqualTo("host=127.0.0.1 port=5502\n");
        var wrong = ctl.run("dsn", "-m", "node-x");
        assertThat(wrong.status()).isEqualTo(Code.USAGE.exitStatus());
        assertThat(wrong.err()).contains("no member \"node-x\"").contains("node-a, node-b");
        assertThat(ctl.run("dsn", "--role", "standby-leader").status())
                .isEqualTo(Code.REFUSED.exitStatus());
    }

    @Test
    @DisplayName("runs psql with arguments, never through a shell, and gives its status back")
    void query(@TempDir Path bin) throws IOException {
        var psql = Files.createFile(bin.resolve("psql"));
        assertThat(psql.toFile().setExecutable(true)).isTrue();
        ctl.environment.put("PATH", bin.toString());
        ctl.program = _ -> 3;
        var result = ctl.run("query", "-r", "replica", "-q", "select 'a; b'", "--", "-At");
        assertThat(result.status()).isEqualTo(3);
        assertThat(ctl.programs.getFirst())
                .containsExactly(
                        psql.toString(),
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "5502",
                        "-d",
                        "postgres",
                        "-c",
                        "select 'a; b'",
                        "-At");
        ctl.environment.put("PATH", bin.resolve("empty").toString());
        var missing = ctl.run("query", "-q", "select 1");
        assertThat(missing.status()).isEqualTo(Code.POSTGRES_BINARIES.exitStatus());
        assertThat(missing.err()).contains("psql").contains("hint: install");
    }

    @Test
    @DisplayName("shows the store and the bundles of the node it was pointed at")
    void storeAndBundles() {
        a.reply(
                "GET /api/v1/store",
                200,
                "{\"clusterId\":\"cafe\",\"endpoints\":[{\"uri\":\"http://e1:2379\",\"answering\":true}]}");
        a.reply(
                "GET /api/v1/bundles",
                200,
                "[{\"id\":7,\"name\":\"io.matriarch.dcs\",\"state\":\"ACTIVE\"}]");
        assertThat(ctl.run("store").out()).contains("Store: cafe").contains("http://e1:2379");
        assertThat(ctl.run("bundles").out()).contains("io.matriarch.dcs");
        assertThat(ctl.run("bundles", "list", "-o", "json").out()).contains("\"id\" : 7");
    }

    @Test
    @DisplayName("says what it would have understood")
    void usage() {
        var unknown = ctl.run("lst");
        assertThat(unknown.status()).isEqualTo(Code.USAGE.exitStatus());
        assertThat(unknown.err()).contains("lst").contains("list").contains("hint:");
        assertThat(ctl.run().status()).isEqualTo(Code.USAGE.exitStatus());
        assertThat(ctl.run("list", "--nonsense").status()).isEqualTo(Code.USAGE.exitStatus());
        assertThat(ctl.run("list", "-o", "xml").err()).contains("xml").contains("hint:");
        assertThat(ctl.run("list", "--url", "ftp://x").err())
                .contains("\"ftp://x\" is not the address of a member");
        var help = ctl.run("--help");
        assertThat(help.status()).isZero();
        assertThat(help.out()).contains("switchover").doesNotContain("warm-up");
    }

    @Test
    @DisplayName("prints a completion that knows the commands")
    void completion() {
        assertThat(ctl.run("generate-completion").out())
                .contains("complete -F")
                .contains("switchover")
                .contains("--dry-run");
    }

    @Test
    @DisplayName("does without a configuration file if told where the members are")
    void noFile(@TempDir Path folder) {
        ctl.environment.put("MATRIARCH_CONFIG", folder.resolve("none.yml").toString());
        assertThat(ctl.run("list").status()).isZero();
        ctl.environment.remove("MATRIARCHCTL_URL");
        assertThat(ctl.run("list", "--url", a.address()).status()).isZero();
        var missing = ctl.run("list");
        assertThat(missing.status()).isEqualTo(Code.CONFIG.exitStatus());
        assertThat(missing.err()).contains("none.yml does not exist").contains("--url");
    }

    @Test
    @DisplayName("tells that something that is no member answered")
    void notAMember() {
        a.reply("GET /cluster", 200, "<html>welcome</html>");
        var result = ctl.run("list");
        assertThat(result.status()).isEqualTo(Code.INTERNAL.exitStatus());
        assertThat(result.err()).contains("not JSON").contains("REST interface");
    }

    @Test
    @DisplayName("warms up without anybody's help")
    void warmUp() {
        ctl.environment.clear();
        assertThat(ctl.run("warm-up").status()).isZero();
    }
}
