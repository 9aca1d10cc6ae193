package io.matriarch.failover.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.dcs.api.Committed;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Snapshot;
import io.matriarch.dcs.api.StoreHealth;
import io.matriarch.dcs.api.Txn;
import io.matriarch.dcs.api.WatchListener;
import io.matriarch.failover.core.Policy;
import io.matriarch.postgres.api.Gate;
import io.matriarch.postgres.api.ServerView.Postmaster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The time to write")
class LeaseKeeperTest {
    private static final Policy POLICY = Policy.of(Map.of("ttl", 60, "loop_wait", 10));
    private static final long LEASE = 7;

    private final Store store = new Store();
    private final Deadline guard = new Deadline();
    private final LeaseKeeper keeper =
            new LeaseKeeper(store, guard, POLICY, new Nobody(), new LeaseMargin());

    private void leads() throws DcsException {
        assertThat(keeper.renewNow()).isTrue();
        keeper.leads(LEASE);
    }

    private static OptionalLong in(int seconds) {
        return OptionalLong.of(System.nanoTime() + Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    @DisplayName("is made longer by an agreement also while a call to the store hangs")
    void doesNotWaitForTheStore() throws Exception {
        leads();
        store.hangs = true;
        var renewal = Thread.ofPlatform().start(keeper::renewNow);
        store.asked.await();
        var until = in(3_000);
        assertThat(keeper.agreed(() -> until)).as("an agreement begins").isTrue();
        assertThat(guard.last).isEqualTo(until);
        assertThat(keeper.left()).isGreaterThan(Duration.ofSeconds(1_000));
        store.answers.countDown();
        renewal.join();
    }

    @Test
    @DisplayName("is made longer only by promises that last longer, and tells when they begin")
    void longer() throws Exception {
        leads();
        var first = in(2_000);
        assertThat(keeper.agreed(() -> first)).isTrue();
        assertThat(keeper.agreed(() -> in(1_000))).as("not by a shorter one").isFalse();
        assertThat(guard.last).isEqualTo(first);
        var second = in(3_000);
        assertThat(keeper.agreed(() -> second)).as("it has begun already").isFalse();
        assertThat(guard.last).isEqualTo(second);
        assertThat(keeper.agreed(OptionalLong::empty)).isFalse();
    }

    @Test
    @DisplayName("is not given back by an answer that comes when it was over")
    void tooLate() {
        assertThat(keeper.agreed(() -> in(2_000))).isFalse();
        assertThat(keeper.left()).isZero();
        assertThat(keeper.byPromise()).isFalse();
    }

    @Test
    @DisplayName("is the lease's alone from when who may lead changes, and the guard knows it")
    void dropped() throws Exception {
        leads();
        var until = in(3_000);
        keeper.agreed(() -> until);
        var changed = new CountDownLatch(1);
        assertThat(keeper.dropAgreement(changed::countDown)).isTrue();
        assertThat(changed.getCount()).isZero();
        assertThat(keeper.byPromise()).isFalse();
        assertThat(guard.last.getAsLong() - until.getAsLong()).isNegative();
    }

    @Test
    @DisplayName("is not the lease's if that has run out: then nobody may be added")
    void notDropped() {
        var changed = new CountDownLatch(1);
        assertThat(keeper.dropAgreement(changed::countDown)).isFalse();
        assertThat(changed.getCount()).as("the list is as it was").isEqualTo(1);
    }

    @Test
    @DisplayName("is over when we lead no more, whatever was promised")
    void leadsNoMore() throws Exception {
        leads();
        keeper.agreed(() -> in(3_000));
        keeper.leadsNoMore();
        assertThat(keeper.left()).isZero();
        assertThat(keeper.agreed(() -> in(4_000))).isFalse();
    }

    private static final class Nobody implements LeaseKeeper.Listener {
        @Override
        public void renewed() {}

        @Override
        public void failed(DcsException why) {}

        @Override
        public void lost(long leaseId) {}
    }

    private static final class Deadline implements Fence {
        @Override
        public boolean armed() {
            return true;
        }

        volatile OptionalLong last = OptionalLong.empty();

        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public String describe() {
            return "armed";
        }

        @Override
        public synchronized boolean arm(Supplier<OptionalLong> deadline) {
            last = deadline.get();
            return last.isPresent();
        }

        @Override
        public boolean shut() {
            return true;
        }

        @Override
        public void shutIfArmed() {}

        @Override
        public Gate gate() {
            return new Gate(List.of());
        }

        @Override
        public void standDown() {
            last = OptionalLong.empty();
        }

        @Override
        public void watch(Postmaster postmaster) {}

        @Override
        public void close() {}
    }

    /** Leases only. */
    private static final class Store implements Dcs {
        final CountDownLatch asked = new CountDownLatch(1);
        final CountDownLatch answers = new CountDownLatch(1);
        volatile boolean hangs;

        @Override
        public Lease grant(Duration ttl, Duration deadline) {
            return new Lease(LEASE, ttl);
        }

        @Override
        public Optional<Lease> renew(long leaseId, Duration deadline) {
            asked.countDown();
            try {
                if (hangs) answers.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Optional.of(new Lease(leaseId, POLICY.ttl()));
        }

        @Override
        public Snapshot read(String prefix, Duration deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Committed commit(Txn txn, Duration deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Duration> timeLeft(long leaseId, Duration deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void revoke(long leaseId, Duration deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Watch watch(String prefix, long fromRevision, WatchListener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public StoreHealth health(Duration deadline) {
            throw new UnsupportedOperationException();
        }
    }
}
