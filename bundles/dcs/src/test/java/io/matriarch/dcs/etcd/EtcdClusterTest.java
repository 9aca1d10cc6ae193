package io.matriarch.dcs.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.dcs.Await;
import io.matriarch.dcs.Heard;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.DcsException.Fate;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Op;
import io.matriarch.dcs.api.StoreHealth;
import io.matriarch.dcs.api.Txn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
@DisplayName("With three etcd servers")
class EtcdClusterTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofSeconds(10);

    private List<EtcdServer> servers = List.of();

    @BeforeAll
    static void etcd() {
        EtcdServer.needed(EtcdClusterTest.class);
    }

    @BeforeEach
    void start() throws Exception {
        servers = EtcdServer.startCluster(3);
    }

    @AfterEach
    void stop() throws Exception {
        for (EtcdServer server : servers) {
            server.close();
        }
    }

    /** A client that tries the given server first. */
    private EtcdDcs clientOf(EtcdServer first) throws Exception {
        List<String> uris = new ArrayList<>(servers.stream().map(s -> s.uri).toList());
        uris.remove(first.uri);
        uris.addFirst(first.uri);
        return new EtcdDcs(EtcdSettings.plain(uris));
    }

    private EtcdServer leader() throws Exception {
        try (var dcs = clientOf(servers.getFirst())) {
            Await.until("a leader", () -> leads(dcs.health(SOON)).size() == 1);
            String uri = leads(dcs.health(SOON)).getFirst();
            return servers.stream().filter(s -> s.uri.equals(uri)).findFirst().orElseThrow();
        }
    }

    private static List<String> leads(StoreHealth health) {
        return health.endpoints().stream()
                .filter(StoreHealth.Endpoint::leader)
                .map(StoreHealth.Endpoint::uri)
                .toList();
    }

    /** The newest anybody tells; each who answers tells of its database as well. */
    private static long term(StoreHealth health) {
        return health.endpoints().stream()
                .filter(StoreHealth.Endpoint::answering)
                .map(endpoint -> endpoint.storage().orElseThrow())
                .peek(storage -> {
                    assertThat(storage.bytes()).isPositive();
                    assertThat(storage.bytesInUse()).isBetween(1L, storage.bytes());
                })
                .mapToLong(StoreHealth.Storage::term)
                .max()
                .orElseThrow();
    }

    private static boolean written(Dcs dcs, String value) {
        try {
            return dcs.commit(Txn.always(new Op.Put("/k", value, 0)), SECOND).applied();
        } catch (DcsException _) {
            return false;
        }
    }

    @Test
    @DisplayName("the leader is killed: calls go on at another, the lease is still there")
    void leaderKilled() throws Exception {
        EtcdServer leader = leader();
        var heard = new Heard();
        try (var dcs = clientOf(leader)) {
            Lease lease = dcs.grant(Duration.ofSeconds(60), SOON);
            dcs.watch("/", 1, heard);
            assertThat(written(dcs, "before")).isTrue();
            Await.until("the watch runs", () -> !heard.told.isEmpty());
            long term = term(dcs.health(SOON));
            leader.kill();
            Await.until("the watch breaks", () -> !heard.broken.isEmpty());
            Await.until("writes go on", () -> written(dcs, "after"));
            assertThat(dcs.renew(lease.id(), SOON)).contains(lease);
            assertThat(dcs.read("/", SOON).entries().get("/k").value()).isEqualTo("after");
            assertThat(leads(dcs.health(SECOND))).doesNotContain(leader.uri).hasSize(1);
            assertThat(term(dcs.health(SOON))).as("an election was held").isGreaterThan(term);
            assertThat(heard.broken).hasSize(1);
        }
    }

    @Test
    @DisplayName("a follower is stopped: a read goes elsewhere in time, a write is unknown, once")
    void followerStopped() throws Exception {
        EtcdServer leader = leader();
        EtcdServer follower = servers.stream().filter(s -> s != leader).findFirst().orElseThrow();
        try (var reader = clientOf(follower);
                var writer = clientOf(follower)) {
            Lease lease = reader.grant(Duration.ofSeconds(60), SOON);
            assertThat(written(writer, "1")).isTrue();
            follower.pause();
            assertThat(reader.renew(lease.id(), SOON)).contains(lease);
            assertThat(reader.read("/", SOON).entries()).isNotEmpty();
            DcsException thrown = null;
            try {
                writer.commit(Txn.always(new Op.Put("/k", "2", 0)), SECOND);
            } catch (DcsException e) {
                thrown = e;
            }
            assertThat(thrown).isNotNull();
            assertThat(thrown.fate()).isEqualTo(Fate.UNKNOWN);
            assertThat(writer.commit(Txn.always(new Op.Put("/k", "3", 0)), SOON).applied())
                    .isTrue();
            follower.goOn();
        }
    }

    @Test
    @DisplayName("a server that lost the others breaks its watch and refuses writes")
    void withoutMajority() throws Exception {
        EtcdServer survivor = servers.getFirst();
        var heard = new Heard();
        try (var dcs = new EtcdDcs(EtcdSettings.plain(List.of(survivor.uri)))) {
            dcs.watch("/", 1, heard);
            assertThat(written(dcs, "before")).isTrue();
            Await.until("the watch runs", () -> !heard.told.isEmpty());
            servers.get(1).kill();
            servers.get(2).kill();
            Await.until("the watch breaks", () -> !heard.broken.isEmpty());
            Await.until("writes are refused", () -> refused(dcs));
            servers.get(1).restart();
            Await.until("writes go on", () -> written(dcs, "after"));
        }
    }

    private static boolean refused(Dcs dcs) {
        try {
            dcs.commit(Txn.always(new Op.Put("/k", "v", 0)), SOON);
            return false;
        } catch (DcsException e) {
            return e.fate() == Fate.NOT_DONE && e.getMessage().contains("no leader");
        }
    }
}
