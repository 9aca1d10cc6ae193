package io.matriarch.dcs.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.dcs.Await;
import io.matriarch.dcs.DcsContract;
import io.matriarch.dcs.Heard;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.DcsException.Fate;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Op;
import io.matriarch.dcs.api.Txn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The store in memory")
class MemoryDcsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Nested
    class Contract extends DcsContract {
        private final MemoryStore store = new MemoryStore();

        @Override
        protected Dcs dcs() {
            return store.client("a");
        }

        @Override
        protected void timeGoesOnUntil(String what, Await.Condition condition) throws Exception {
            for (int i = 0; i < 100 && !condition.holds(); i++) {
                store.advance(SECOND);
            }
            assertThat(condition.holds()).as(what).isTrue();
        }
    }

    @Nested
    class Faults {
        private final List<Duration> waited = new ArrayList<>();
        private final MemoryStore store =
                new MemoryStore((_, time) -> waited.add(time), Runnable::run);
        private final Dcs a = store.client("a");
        private final Dcs b = store.client("b");

        private Txn put(String value) {
            return Txn.always(new Op.Put("/k", value, Lease.NONE));
        }

        private Fate fateOf(Dcs client, String value) {
            return catchThrowableOfType(DcsException.class, () -> client.commit(put(value), SECOND))
                    .fate();
        }

        private String value() throws DcsException {
            return b.read("/k", SECOND).get("/k").map(kv -> kv.value()).orElse("none");
        }

        @Test
        @DisplayName("a lost request is unknown to its sender, and not applied")
        void lostRequest() throws DcsException {
            store.loseRequests("a", 1);
            assertThat(fateOf(a, "1")).isEqualTo(Fate.UNKNOWN);
            assertThat(value()).isEqualTo("none");
            assertThat(waited).containsExactly(SECOND);
            assertThat(a.commit(put("2"), SECOND).applied()).isTrue();
        }

        @Test
        @DisplayName("a lost answer is unknown to its sender, but applied")
        void lostAnswer() throws DcsException {
            store.loseAnswers("a", 1);
            assertThat(fateOf(a, "1")).isEqualTo(Fate.UNKNOWN);
            assertThat(value()).isEqualTo("1");
        }

        @Test
        @DisplayName("a request slower than its deadline arrives late")
        void lateRequest() throws DcsException {
            store.delay("a", Duration.ofSeconds(3));
            assertThat(fateOf(a, "1")).isEqualTo(Fate.UNKNOWN);
            store.advance(Duration.ofMillis(2999));
            assertThat(value()).isEqualTo("none");
            store.advance(Duration.ofMillis(1));
            assertThat(value()).isEqualTo("1");
        }

        @Test
        @DisplayName("a slow store takes time from everybody, but answers in time")
        void slowStore() throws DcsException {
            store.slow(Duration.ofMillis(200));
            a.commit(put("1"), SECOND);
            assertThat(waited).containsExactly(Duration.ofMillis(200));
        }

        @Test
        @DisplayName("a partitioned client hears nothing; healed, its watch is broken, once")
        void partition() throws DcsException {
            var cut = new Heard();
            var well = new Heard();
            try (var _ = a.watch("/", 0, cut);
                    var _ = b.watch("/", 0, well)) {
                store.partition("a");
                assertThat(fateOf(a, "1")).isEqualTo(Fate.UNKNOWN);
                b.commit(put("2"), SECOND);
                store.heal("a");
                store.heal("a");
                b.commit(put("3"), SECOND);
                assertThat(cut.told).isEmpty();
                assertThat(cut.broken).hasSize(1);
                assertThat(well.told).hasSize(2);
                assertThat(well.broken).isEmpty();
            }
        }

        @Test
        @DisplayName("a refused connection is surely not done")
        void refused() throws DcsException {
            store.refuse("a");
            assertThat(fateOf(a, "1")).isEqualTo(Fate.NOT_DONE);
            store.heal("a");
            assertThat(a.commit(put("1"), SECOND).applied()).isTrue();
        }

        @Test
        @DisplayName("leases end at their time also while the store answers nobody")
        void storeDown() throws DcsException {
            Lease lease = a.grant(SECOND, SECOND);
            store.down();
            assertThat(fateOf(a, "1")).isEqualTo(Fate.UNKNOWN);
            store.advance(SECOND);
            store.up();
            assertThat(a.renew(lease.id(), SECOND)).isEmpty();
        }

        @Test
        @DisplayName("a lease can be ended before its time, and a compacted past cannot be watched")
        void expiredLeaseAndCompaction() throws DcsException {
            Lease lease = a.grant(SECOND, SECOND);
            a.commit(Txn.always(new Op.Put("/l", "a", lease.id())), SECOND);
            store.expireLease(lease.id());
            assertThat(b.read("/l", SECOND).entries()).isEmpty();
            store.compact(a.read("/", SECOND).revision());
            var heard = new Heard();
            try (var _ = a.watch("/", 2, heard)) {
                assertThat(heard.broken).hasSize(1).first().asString().contains("compacted");
            }
        }
    }
}
