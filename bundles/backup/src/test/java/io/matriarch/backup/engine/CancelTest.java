package io.matriarch.backup.engine;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a backup asks of PostgreSQL is ended by a cancel")
class CancelTest {
    private static Path folder;
    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(TestServer.isInstalled(), "PostgreSQL is not installed");
        folder = Files.createTempDirectory("matriarch-cancel");
        server = TestServer.init(folder, "checkpoint_timeout = '1d'\nlog_min_duration_statement=0");
        server.start();
        server.sql(
                "CREATE TABLE t AS SELECT n AS id, md5(n::text) FROM generate_series(1, 9999) n");
    }

    @AfterAll
    static void stop() throws Exception {
        if (server == null) return;
        server.close();
        TestServer.delete(folder);
    }

    private static void await(String condition) throws Exception {
        String sql =
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'Matriarch backup'"
                        + " AND "
                        + condition;
        while (server.value(sql).equals("0")) LockSupport.parkNanos(50_000_000);
    }

    @Test
    @DisplayName("while the server waits for a checkpoint that may take a day")
    void checkpoint() throws Exception {
        try (var session = server.session();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var started = threads.submit(() -> session.start("a", false));
            await("state = 'active' AND wait_event = 'CheckpointDone'");
            session.cancel();
            assertThatThrownBy(started::get).hasMessageContaining("cannot start a backup");
        }
    }

    @Test
    @DisplayName("before it was asked: nothing is asked any more")
    void before() throws Exception {
        try (var session = server.session()) {
            assertThatCode(session::state).doesNotThrowAnyException();
            session.cancel();
            assertThatThrownBy(session::stop).hasMessageContaining("the backup was cancelled");
        }
    }

    @Test
    @DisplayName("though the server does not listen: by the end of the session")
    void deaf() throws Exception {
        var session = server.session();
        session.start("a", true);
        String pid =
                server.value(
                        "SELECT pid FROM pg_stat_activity WHERE application_name = 'Matriarch backup'"
                                + " AND query LIKE '%pg_backup_start%' AND state = 'idle'");
        TestServer.runAsWeAre(List.of("kill", "-STOP", pid));
        var stopping = new FutureTask<>(session::stop);
        var thread = Thread.ofPlatform().start(stopping);
        try {
            while (!reads(thread)) LockSupport.parkNanos(50_000_000);
            session.cancel();
            assertThatThrownBy(stopping::get).hasMessageContaining("cannot end the backup");
        } finally {
            TestServer.runAsWeAre(List.of("kill", "-CONT", pid));
        }
        while (!server.value("SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid)
                .equals("0")) LockSupport.parkNanos(50_000_000);
    }

    /** Whether it waits for the server's answer. */
    private static boolean reads(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame ->
                        frame.getMethodName().equals("receiveChar")
                                || frame.getMethodName().equals("processResults"));
    }
}
