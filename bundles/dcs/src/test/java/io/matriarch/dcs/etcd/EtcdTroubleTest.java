package io.matriarch.dcs.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.api.Code;
import io.matriarch.dcs.Await;
import io.matriarch.dcs.Heard;
import io.matriarch.dcs.api.Compare;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.DcsException.Fate;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Op;
import io.matriarch.dcs.api.Txn;
import io.matriarch.port.FreePort;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("With one etcd server in trouble")
class EtcdTroubleTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Txn PUT = Txn.always(new Op.Put("/k", "v", Lease.NONE));

    private EtcdServer server;

    @BeforeAll
    static void etcd() {
        EtcdServer.needed(EtcdTroubleTest.class);
    }

    @BeforeEach
    void start() throws Exception {
        server = EtcdServer.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private static EtcdDcs client(String... endpoints) throws Exception {
        return new EtcdDcs(EtcdSettings.plain(List.of(endpoints)));
    }

    private static DcsException failureOf(Dcs dcs, Duration deadline) {
        return catchThrowableOfType(DcsException.class, () -> dcs.commit(PUT, deadline));
    }

    @Test
    @DisplayName("a transaction on a stopped server ends at its deadline, its fate unknown")
    void stoppedServer() throws Exception {
        try (var dcs = client(server.uri)) {
            dcs.commit(PUT, SOON);
            server.pause();
            DcsException thrown = failureOf(dcs, SHORT);
            assertThat(thrown.fate()).isEqualTo(Fate.UNKNOWN);
            assertThat(thrown.code()).isEqualTo(Code.DCS_UNREACHABLE);
            assertThat(thrown).hasMessageContaining(server.uri);
            assertThat(catchThrowableOfType(DcsException.class, () -> dcs.read("/", SHORT)))
                    .hasMessageContaining(server.uri);
            assertThat(catchThrowableOfType(DcsException.class, () -> dcs.renew(7, SHORT)))
                    .isNotNull();
            server.goOn();
            Await.until("it answers again", () -> answers(dcs));
        }
    }

    private static boolean answers(Dcs dcs) {
        try {
            return dcs.commit(PUT, SHORT).applied();
        } catch (DcsException _) {
            return false;
        }
    }

    @Test
    @DisplayName("a call on a stopped server can be interrupted; its fate is unknown")
    void interrupted() throws Exception {
        try (var dcs = client(server.uri);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            dcs.commit(PUT, SOON);
            server.pause();
            var caller = new Thread[1];
            Future<DcsException> thrown =
                    threads.submit(() -> {
                        caller[0] = Thread.currentThread();
                        return failureOf(dcs, Duration.ofMinutes(5));
                    });
            Await.until("it waits", () -> caller[0] != null);
            caller[0].interrupt();
            assertThat(thrown.get().fate()).isEqualTo(Fate.UNKNOWN);
        }
    }

    @Test
    @DisplayName("nobody listens: surely not done, and the message names every endpoint")
    void nobodyListens() throws Exception {
        String first = "http://127.0.0.1:" + FreePort.next();
        String second = "http://127.0.0.1:" + FreePort.next();
        try (var dcs = client(first, second)) {
            DcsException thrown = failureOf(dcs, SOON);
            assertThat(thrown.fate()).isEqualTo(Fate.NOT_DONE);
            assertThat(thrown.code()).isEqualTo(Code.DCS_UNREACHABLE);
            assertThat(thrown).hasMessageContainingAll(first, second, "refused");
            assertThat(thrown.hint()).contains("etcdctl --endpoints=" + first + "," + second);
            assertThat(dcs.health(SOON).clusterId()).isEmpty();
        }
    }

    @Test
    @DisplayName("an endpoint that accepts connections and says nothing: surely not done")
    void deafEndpoint() throws Exception {
        try (var deaf = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var dcs = client("http://127.0.0.1:" + deaf.getLocalPort())) {
            assertThat(failureOf(dcs, SHORT).fate()).isEqualTo(Fate.NOT_DONE);
        }
    }

    @Test
    @DisplayName("a transaction passes by a dead and a deaf endpoint, within its deadline")
    void failsOver() throws Exception {
        try (var deaf = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var dcs =
                        client(
                                "http://127.0.0.1:" + deaf.getLocalPort(),
                                "http://127.0.0.1:" + FreePort.next(),
                                server.uri)) {
            assertThat(dcs.commit(PUT, SOON).applied()).isTrue();
            assertThat(dcs.health(SHORT).endpoints())
                    .extracting(e -> e.answering())
                    .containsExactly(false, false, true);
        }
    }

    @Test
    @DisplayName("a closed client answers at once that it is closed, and tells its watches")
    void closed() throws Exception {
        var heard = new Heard();
        var dcs = client(server.uri);
        dcs.watch("/", 1, heard);
        dcs.commit(PUT, SOON);
        Await.until("the watch runs", () -> !heard.told.isEmpty());
        dcs.close();
        assertThat(failureOf(dcs, SOON).fate()).isEqualTo(Fate.NOT_DONE);
        Await.until("the watch is told", () -> !heard.broken.isEmpty());
        dcs.watch("/", 1, heard);
        Await.until("the new watch is told, too", () -> heard.broken.size() == 2);
    }

    @Test
    @DisplayName("a lease outlives the client that took it, and the next one takes it up")
    void leaseOutlivesClient() throws Exception {
        Lease lease;
        try (var dcs = client(server.uri)) {
            lease = dcs.grant(Duration.ofSeconds(60), SOON);
        }
        try (var dcs = client(server.uri)) {
            assertThat(dcs.renew(lease.id(), SOON)).contains(lease);
        }
    }

    @Test
    @DisplayName("the watch breaks, once, when the server dies; after its restart all goes on")
    void watchBreaks() throws Exception {
        var heard = new Heard();
        try (var dcs = client(server.uri)) {
            dcs.watch("/", 1, heard);
            dcs.commit(PUT, SOON);
            Await.until("the watch runs", () -> !heard.told.isEmpty());
            server.restart();
            Await.until("the watch breaks", () -> !heard.broken.isEmpty());
            Await.until("it answers again", () -> answers(dcs));
            assertThat(heard.broken).hasSize(1);
            assertThat(heard.told).hasSize(1);
        }
    }

    @Test
    @DisplayName("the watch breaks when calls show that its server has fallen silent")
    void watchOnSilentServer() throws Exception {
        var heard = new Heard();
        try (var dcs = client(server.uri)) {
            dcs.watch("/", 1, heard);
            dcs.commit(PUT, SOON);
            Await.until("the watch runs", () -> !heard.told.isEmpty());
            server.pause();
            Await.until(
                    "the watch breaks",
                    () -> {
                        failureOf(dcs, SHORT);
                        return !heard.broken.isEmpty();
                    });
            server.goOn();
        }
    }

    @Test
    @DisplayName("a watch from a compacted revision is told so")
    void compacted() throws Exception {
        var heard = new Heard();
        try (var dcs = client(server.uri)) {
            dcs.commit(PUT, SOON);
            long revision = dcs.commit(PUT, SOON).revision();
            server.ctl("compact", Long.toString(revision));
            dcs.watch("/", 1, heard);
            Await.until("it breaks", () -> !heard.broken.isEmpty());
            assertThat(heard.broken).first().asString().contains("compacted");
        }
    }

    @Test
    @DisplayName("fifty virtual threads and a server stopped between: one winner in the end")
    void raceThroughAPause() throws Exception {
        try (var dcs = client(server.uri);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var racers =
                    IntStream.range(0, 50)
                            .mapToObj(i -> threads.submit(() -> take(dcs, "node" + i)))
                            .toList();
            server.pause();
            server.goOn();
            int winners = 0;
            for (Future<Boolean> racer : racers) {
                winners += racer.get() ? 1 : 0;
            }
            assertThat(winners).isEqualTo(1);
        }
    }

    private static boolean take(Dcs dcs, String me) throws DcsException {
        Txn take = Txn.when(new Compare.Absent("/leader"), new Op.Put("/leader", me, 0));
        return dcs.commit(take, SOON).applied();
    }
}
