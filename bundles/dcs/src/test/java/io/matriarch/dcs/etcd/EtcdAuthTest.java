package io.matriarch.dcs.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.api.Code;
import io.matriarch.dcs.Await;
import io.matriarch.dcs.Heard;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.DcsException.Fate;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Op;
import io.matriarch.dcs.api.Txn;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("With etcd that wants a user and a password")
class EtcdAuthTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String ROOT = "--user=root:secret";

    private static EtcdServer server;

    @BeforeAll
    static void start() throws Exception {
        EtcdServer.needed(EtcdAuthTest.class);
        server = EtcdServer.start();
        server.ctl("user", "add", "root:secret");
        server.ctl("user", "grant-role", "root", "root");
        server.ctl("user", "add", "agent:pass");
        server.ctl("role", "add", "cluster");
        server.ctl(
                "role", "grant-permission", "cluster", "--prefix=true", "readwrite", "/service/");
        server.ctl("user", "grant-role", "agent", "cluster");
        server.ctl("auth", "enable");
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static EtcdDcs client(String user, String password) throws Exception {
        return new EtcdDcs(
                new EtcdSettings(
                        List.of(server.uri),
                        user,
                        password,
                        null,
                        null,
                        null,
                        Duration.ofSeconds(1)));
    }

    private static Txn put(String key, long lease) {
        return Txn.always(new Op.Put(key, "v", lease));
    }

    @Test
    @DisplayName("the right password gives access to reads, writes, leases and watches")
    void rightPassword() throws Exception {
        var heard = new Heard();
        try (var dcs = client("agent", "pass")) {
            var watch = dcs.watch("/service/", 1, heard);
            Lease lease = dcs.grant(Duration.ofSeconds(30), SOON);
            dcs.commit(put("/service/k", lease.id()), SOON);
            assertThat(dcs.renew(lease.id(), SOON)).isPresent();
            assertThat(dcs.timeLeft(lease.id(), SOON)).isPresent();
            assertThat(dcs.read("/service/", SOON).get("/service/k")).isPresent();
            Await.until("the watch hears", () -> !heard.told.isEmpty());
            dcs.revoke(lease.id(), SOON);
            watch.close();
        }
    }

    @Test
    @DisplayName("a wrong password is refused, with a hint, and surely nothing is done")
    void wrongPassword() throws Exception {
        try (var dcs = client("agent", "wrong")) {
            refused(catchThrowableOfType(DcsException.class, () -> dcs.read("/service/", SOON)));
        }
    }

    @Test
    @DisplayName("no user at all is refused")
    void noUser() throws Exception {
        try (var dcs = client("", "")) {
            refused(catchThrowableOfType(DcsException.class, () -> dcs.read("/service/", SOON)));
        }
    }

    @Test
    @DisplayName("a key outside the user's rights is refused")
    void outsideItsRights() throws Exception {
        try (var dcs = client("agent", "pass")) {
            Txn foreign = put("/other/k", Lease.NONE);
            refused(catchThrowableOfType(DcsException.class, () -> dcs.commit(foreign, SOON)));
        }
    }

    private static void refused(DcsException thrown) {
        assertThat(thrown.code()).isEqualTo(Code.DCS_DENIED);
        assertThat(thrown.fate()).isEqualTo(Fate.NOT_DONE);
        assertThat(thrown.hint()).contains("etcd3.password");
        assertThat(thrown).hasMessageContaining(server.uri);
    }

    @Test
    @DisplayName("a token the server no longer knows, and rights changed since, mean a new login")
    void logsInAgain() throws Exception {
        var heard = new Heard();
        try (var dcs = client("agent", "pass")) {
            assertThat(dcs.commit(put("/service/k", 0), SOON).applied()).isTrue();
            server.ctl(ROOT, "user", "add", "other:pass");
            assertThat(dcs.commit(put("/service/k", 0), SOON).applied()).isTrue();
            server.restart(); // simple tokens are kept in memory only
            Await.until("it answers again", () -> written(dcs));
            dcs.watch("/service/", 1, heard);
            Await.until("the watch hears", () -> !heard.told.isEmpty());
        }
    }

    private static boolean written(EtcdDcs dcs) {
        try {
            return dcs.commit(put("/service/k", 0), SOON).applied();
        } catch (DcsException e) {
            assertThat(e.code()).isEqualTo(Code.DCS_UNREACHABLE);
            return false;
        }
    }

    @Test
    @DisplayName("a user configured for an etcd without authentication does no harm")
    void authenticationOff() throws Exception {
        try (var open = EtcdServer.start();
                var dcs =
                        new EtcdDcs(
                                new EtcdSettings(
                                        List.of(open.uri),
                                        "agent",
                                        "pass",
                                        null,
                                        null,
                                        null,
                                        Duration.ofSeconds(1)))) {
            assertThat(dcs.commit(put("/service/k", 0), SOON).applied()).isTrue();
        }
    }
}
