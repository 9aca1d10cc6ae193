package io.matriarch.backup.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.backup.engine.sql.MemberWal;
import io.matriarch.backup.engine.sql.ServerAccess;
import io.matriarch.postgres.api.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@Tag("long")
@DisplayName("WAL that another member still has")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MemberWalTest {
    private static final String HISTORY = "00000002.history";

    private Path folder;
    private TestServer server;
    private MemberWal member;
    private String ended;
    private String current;

    @BeforeAll
    void begin() throws Exception {
        assumeTrue(TestServer.isInstalled(), "PostgreSQL is not installed");
        folder = Files.createTempDirectory("matriarch-member-wal-");
        server =
                TestServer.init(
                        folder, "archive_mode = on\narchive_command = 'true'\nwal_keep_size = 64");
        server.start();
        server.sql("CREATE TABLE t (id int, filler text)");
        server.sql(
                "INSERT INTO t SELECT n, repeat(md5(n::text), 9) FROM generate_series(1, 900) n");
        ended = server.value("SELECT pg_walfile_name(pg_switch_wal())");
        server.sql("INSERT INTO t VALUES (0, '')");
        current = server.value("SELECT pg_walfile_name(pg_current_wal_lsn())");
        Files.writeString(server.data.resolve("pg_wal").resolve(HISTORY), "1\t0/2000000\tnone\n");
        TestServer.own(server.data.resolve("pg_wal").resolve(HISTORY));
        member = member("postgres");
    }

    private MemberWal member(String user) {
        return new MemberWal(
                "node-b",
                new ServerAccess(
                        new HostPort("127.0.0.1", server.port), "postgres", user, "", Map.of()));
    }

    @AfterAll
    void end() throws Exception {
        if (server != null) server.close();
        if (folder != null) TestServer.delete(folder);
    }

    @Test
    @DisplayName("is known by PostgreSQL's marks: a segment that is still written does not count")
    void having() throws Exception {
        assertThat(member.having(List.of(ended, current, "0000000100000000000000FF", HISTORY)))
                .containsExactlyInAnyOrder(ended, HISTORY);
        assertThat(member.having(List.of())).isEmpty();
    }

    @Test
    @DisplayName("comes over the connection as it lies there")
    void content() throws Exception {
        try (var in = member.open(ended)) {
            assertThat(in.readAllBytes())
                    .hasSize(1 << 20)
                    .isEqualTo(Files.readAllBytes(server.data.resolve("pg_wal/" + ended)));
        }
        try (var in = member.open(HISTORY)) {
            assertThat(in.read()).isEqualTo('1');
            assertThat(new String(in.readAllBytes())).isEqualTo("\t0/2000000\tnone\n");
        }
    }

    @Test
    @DisplayName("if it is gone meanwhile, or the role may not read it, that is said")
    void refused() throws Exception {
        try (var in = member.open("0000000100000000000000FF")) {
            assertThatThrownBy(in::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasMessage("node-b does not have 0000000100000000000000FF any more");
        }
        server.sql("CREATE ROLE plain LOGIN");
        assertThatThrownBy(() -> member("plain").having(List.of(ended)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("node-b cannot be asked for WAL")
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> member.open("../pg_hba.conf"))
                .isInstanceOf(IOException.class)
                .hasMessage("../pg_hba.conf is no file of WAL");
    }
}
