package io.matriarch.dcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.dcs.Heard.Told;
import io.matriarch.dcs.api.Committed;
import io.matriarch.dcs.api.Compare;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.DcsException.Fate;
import io.matriarch.dcs.api.KeyValue;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Op;
import io.matriarch.dcs.api.Snapshot;
import io.matriarch.dcs.api.StoreHealth;
import io.matriarch.dcs.api.Txn;
import io.matriarch.dcs.api.WatchListener.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every store must do; each kind of store runs it. */
public abstract class DcsContract {
    protected static final Duration SOON = Duration.ofSeconds(10);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private Dcs dcs;
    private String base;

    protected abstract Dcs dcs();

    /** Lets the store's time go on until {@code condition} holds. */
    protected abstract void timeGoesOnUntil(String what, Await.Condition condition)
            throws Exception;

    @BeforeEach
    void freshPrefix() {
        dcs = dcs();
        base = "/service/contract" + NUMBER.incrementAndGet() + "/";
    }

    private String key(String name) {
        return base + name;
    }

    private Committed put(String name, String value) throws DcsException {
        return dcs.commit(Txn.always(new Op.Put(key(name), value, Lease.NONE)), SOON);
    }

    private KeyValue get(String name) throws DcsException {
        return dcs.read(base, SOON).get(key(name)).orElseThrow();
    }

    @Test
    @DisplayName("a read returns all keys under the prefix and no others, with their revisions")
    void readsThePrefix() throws DcsException {
        Committed first = put("a", "ä");
        put("b/c", "2");
        Committed third = put("a", "3");
        dcs.commit(Txn.always(new Op.Put(base.replace("/contract", "/other"), "x", 0)), SOON);

        Snapshot snapshot = dcs.read(base, SOON);
        assertThat(snapshot.entries().keySet()).containsExactly(key("a"), key("b/c"));
        assertThat(snapshot.revision()).isGreaterThan(third.revision());
        assertThat(get("a"))
                .isEqualTo(
                        new KeyValue(
                                key("a"), "3", first.revision(), third.revision(), Lease.NONE));
        assertThat(dcs.read(base + "none", SOON).entries()).isEmpty();
    }

    @Test
    @DisplayName("'absent' holds only while the key is not there")
    void comparesAbsence() throws DcsException {
        Txn create = Txn.when(new Compare.Absent(key("k")), new Op.Put(key("k"), "mine", 0));
        assertThat(dcs.commit(create, SOON).applied()).isTrue();
        assertThat(dcs.commit(create, SOON).applied()).isFalse();
        dcs.commit(Txn.always(new Op.Delete(key("k"))), SOON);
        assertThat(dcs.commit(create, SOON).applied()).isTrue();
    }

    @Test
    @DisplayName("'value is' holds for exactly that value, never for a missing key")
    void comparesValues() throws DcsException {
        Txn release = Txn.when(new Compare.ValueIs(key("k"), "me"), new Op.Delete(key("k")));
        assertThat(dcs.commit(release, SOON).applied()).isFalse();
        put("k", "somebody");
        assertThat(dcs.commit(release, SOON).applied()).isFalse();
        put("k", "me");
        assertThat(dcs.commit(release, SOON).applied()).isTrue();
        assertThat(dcs.read(base, SOON).entries()).isEmpty();
    }

    @Test
    @DisplayName("'modification revision is' holds until the next write; 0 means missing")
    void comparesRevisions() throws DcsException {
        Txn first = Txn.when(new Compare.ModRevisionIs(key("k"), 0), new Op.Put(key("k"), "1", 0));
        Committed created = dcs.commit(first, SOON);
        assertThat(created.applied()).isTrue();
        Compare unchanged = new Compare.ModRevisionIs(key("k"), created.revision());
        Txn update = Txn.when(unchanged, new Op.Put(key("k"), "2", 0));
        assertThat(dcs.commit(update, SOON).applied()).isTrue();
        assertThat(dcs.commit(update, SOON).applied()).isFalse();
        assertThat(dcs.commit(first, SOON).applied()).isFalse();
        assertThat(get("k").value()).isEqualTo("2");
    }

    @Test
    @DisplayName("all of a transaction happens, at one revision, or nothing of it")
    void isAtomic() throws DcsException {
        put("old", "x");
        Committed done =
                dcs.commit(
                        new Txn(
                                List.of(new Compare.Absent(key("a")), new Compare.Absent(key("b"))),
                                List.of(
                                        new Op.Put(key("a"), "1", 0),
                                        new Op.Put(key("b"), "2", 0),
                                        new Op.Delete(key("old")))),
                        SOON);
        assertThat(get("a").modRevision()).isEqualTo(done.revision());
        assertThat(get("b").modRevision()).isEqualTo(done.revision());

        Txn half =
                new Txn(
                        List.of(new Compare.Absent(key("c")), new Compare.Absent(key("a"))),
                        List.of(new Op.Put(key("c"), "3", 0), new Op.Delete(key("b"))));
        Committed refused = dcs.commit(half, SOON);
        assertThat(refused).isEqualTo(new Committed(false, done.revision()));
        assertThat(dcs.read(base, SOON).entries()).containsOnlyKeys(key("a"), key("b"));
    }

    @Test
    @DisplayName("of fifty that want one key at the same time, one gets it")
    void oneWinner() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> racers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                String me = "node" + i;
                Txn take = Txn.when(new Compare.Absent(key("l")), new Op.Put(key("l"), me, 0));
                racers.add(() -> dcs.commit(take, SOON).applied());
            }
            int winners = 0;
            for (Future<Boolean> racer : threads.invokeAll(racers)) {
                winners += racer.get() ? 1 : 0;
            }
            assertThat(winners).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("a lease that is not renewed ends, its keys with it, and the watch tells")
    void leasesEnd() throws Exception {
        Lease lease = dcs.grant(Duration.ofSeconds(1), SOON);
        assertThat(lease.id()).isNotEqualTo(Lease.NONE);
        assertThat(lease.ttl()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        Committed put = dcs.commit(Txn.always(new Op.Put(key("l"), "me", lease.id())), SOON);
        assertThat(get("l").leaseId()).isEqualTo(lease.id());
        var heard = new Heard();
        try (var _ = dcs.watch(base, put.revision() + 1, heard)) {
            timeGoesOnUntil("the key is gone", () -> heard.isGone(key("l")));
        }
        assertThat(dcs.read(base, SOON).entries()).isEmpty();
        assertThat(dcs.renew(lease.id(), SOON)).isEmpty();
        assertThat(dcs.timeLeft(lease.id(), SOON)).isEmpty();
    }

    @Test
    @DisplayName("a renewed lease has its whole time again; its end comes by revocation, at once")
    void leasesAreRenewedAndRevoked() throws Exception {
        Lease lease = dcs.grant(Duration.ofSeconds(30), SOON);
        dcs.commit(Txn.always(new Op.Put(key("l"), "me", lease.id())), SOON);
        assertThat(dcs.renew(lease.id(), SOON)).contains(lease);
        assertThat(dcs.timeLeft(lease.id(), SOON).orElseThrow())
                .isBetween(Duration.ofSeconds(1), lease.ttl());
        dcs.revoke(lease.id(), SOON);
        assertThat(dcs.read(base, SOON).entries()).isEmpty();
        assertThat(dcs.renew(lease.id(), SOON)).isEmpty();
        dcs.revoke(lease.id(), SOON);
    }

    @Test
    @DisplayName("a put under a lease that does not exist is surely not done")
    void unknownLease() throws DcsException {
        Txn orphan = Txn.always(new Op.Put(key("k"), "v", 4711));
        var thrown = catchThrowableOfType(DcsException.class, () -> dcs.commit(orphan, SOON));
        assertThat(thrown.fate()).isEqualTo(Fate.NOT_DONE);
        assertThat(thrown.hint()).isNotEmpty();
        assertThat(dcs.read(base, SOON).entries()).isEmpty();
    }

    @Test
    @DisplayName("a transaction that changes a key twice is refused")
    void doubleChange() {
        Txn twice = Txn.always(new Op.Put(key("k"), "1", 0), new Op.Put(key("k"), "2", 0));
        var thrown = catchThrowableOfType(DcsException.class, () -> dcs.commit(twice, SOON));
        assertThat(thrown.fate()).isEqualTo(Fate.NOT_DONE);
    }

    @Test
    @DisplayName("a key moved to another lease lives on when the first one ends")
    void keysMoveBetweenLeases() throws DcsException {
        Lease first = dcs.grant(Duration.ofSeconds(30), SOON);
        Lease second = dcs.grant(Duration.ofSeconds(30), SOON);
        dcs.commit(Txn.always(new Op.Put(key("l"), "me", first.id())), SOON);
        dcs.commit(Txn.always(new Op.Put(key("l"), "me", second.id())), SOON);
        dcs.revoke(first.id(), SOON);
        assertThat(get("l").leaseId()).isEqualTo(second.id());
    }

    @Test
    @DisplayName("a watch from a past revision tells everything since, by revision, once")
    void watchesThePast() throws Exception {
        put("a", "0");
        long seen = dcs.read(base, SOON).revision();
        Committed both =
                dcs.commit(
                        Txn.always(new Op.Put(key("a"), "1", 0), new Op.Put(key("b"), "1", 0)),
                        SOON);
        var heard = new Heard();
        try (var _ = dcs.watch(base, seen + 1, heard)) {
            Committed deleted = dcs.commit(Txn.always(new Op.Delete(key("a"))), SOON);
            Await.until("two revisions", () -> heard.told.size() >= 2);
            Told first = heard.told.getFirst();
            assertThat(first.revision()).isEqualTo(both.revision());
            assertThat(first.changes())
                    .extracting(Change::key)
                    .containsExactlyInAnyOrder(key("a"), key("b"));
            assertThat(heard.told.getLast().changes())
                    .containsExactly(new Change.Gone(key("a"), deleted.revision()));
        }
        assertThat(heard.broken).isEmpty();
    }

    @Test
    @DisplayName("a closed watch hears no more")
    void closedWatch() throws Exception {
        var closed = new Heard();
        var open = new Heard();
        long next = put("a", "0").revision() + 1;
        var watch = dcs.watch(base, next, closed);
        try (var _ = dcs.watch(base, next, open)) {
            put("a", "1");
            Await.until("both hear", () -> !closed.told.isEmpty() && !open.told.isEmpty());
            watch.close();
            put("a", "2");
            Await.until("the other hears", () -> open.told.size() == 2);
            assertThat(closed.told).hasSize(1);
            assertThat(closed.broken).isEmpty();
        }
    }

    @Test
    @DisplayName("many writes reach the watch completely and in order")
    void watchKeepsOrder() throws Exception {
        var heard = new Heard();
        long next = put("a", "0").revision() + 1;
        try (var _ = dcs.watch(base, next, heard);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                String value = "v" + i;
                var _ = threads.submit(() -> put("k", value));
            }
            Await.until("100 changes", () -> heard.told.size() >= 100);
        }
        assertThat(heard.told).hasSize(100);
        assertThat(heard.told).extracting(Told::revision).isSorted().doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("health names each endpoint, one of them the leader")
    void tellsHealth() {
        StoreHealth health = dcs.health(SOON);
        assertThat(health.clusterId()).isNotEmpty();
        assertThat(health.endpoints()).isNotEmpty().allMatch(StoreHealth.Endpoint::answering);
        assertThat(health.endpoints()).anyMatch(StoreHealth.Endpoint::leader);
    }
}
