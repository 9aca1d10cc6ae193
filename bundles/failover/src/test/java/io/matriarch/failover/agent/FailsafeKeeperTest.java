package io.matriarch.failover.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.MemberName;
import io.matriarch.failover.api.PeerSight;
import io.matriarch.failover.core.Member;
import io.matriarch.failover.core.PeerAnswer;
import io.matriarch.failover.core.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("While the store is away, the agreement of the members")
class FailsafeKeeperTest {
    private static final MemberName THEM = new MemberName("them");
    private static final MemberName THIRD = new MemberName("third");
    private static final Duration PLENTY = Duration.ofSeconds(60);

    private final Policy policy = Policy.of(Map.of("ttl", 5));
    private final Members members = new Members();
    private final Agreed agreed = new Agreed();
    private final AtomicInteger woken = new AtomicInteger();
    private volatile Optional<SortedMap<MemberName, String>> whom = Optional.empty();
    private final FailsafeKeeper keeper =
            new FailsafeKeeper(
                    members,
                    agreed,
                    () -> whom,
                    ttl -> "counts " + ttl.toSeconds(),
                    () -> policy,
                    woken::incrementAndGet);

    @AfterEach
    void end() {
        members.closed.countDown();
        keeper.close();
    }

    private void ask(MemberName... names) {
        var all = new TreeMap<MemberName, String>();
        for (var name : names) all.put(name, name.value());
        whom = Optional.of(all);
        keeper.start();
        keeper.signal();
    }

    @Test
    @DisplayName("is asked for again and again, and counts from before each question")
    void renewed() throws Exception {
        long before = System.nanoTime();
        ask(THEM, THIRD);
        long first = agreed.next();
        assertThat(first - before).isGreaterThanOrEqualTo(Duration.ofSeconds(4).toNanos());
        assertThat(first - System.nanoTime()).isLessThanOrEqualTo(Duration.ofSeconds(4).toNanos());
        assertThat(agreed.after(first)).isGreaterThan(first);
        assertThat(members.questions).contains("counts 5");
        Await.until(() -> woken.get() == 1);
    }

    @Test
    @DisplayName("is renewed by who answers at once although an earlier question of it hangs")
    void hangs() throws Exception {
        members.hangs = 1;
        ask(THEM);
        assertThat(agreed.next()).isNotZero();
    }

    @Test
    @DisplayName("is none while one is silent, and what is missing is told by name")
    void silent() {
        members.refusal = "did not answer";
        ask(THEM, THIRD);
        var silent = Map.of(THEM, "did not answer", THIRD, "did not answer");
        Await.until(() -> keeper.missing().equals(silent));
        assertThat(agreed.ends).isEmpty();
        assertThat(woken).hasValue(0);
    }

    @Test
    @DisplayName("counts whoever may lead at the moment it counts")
    void grown() throws Exception {
        ask(THEM);
        agreed.next();
        agreed.before =
                () -> {
                    var more = new TreeMap<>(whom.orElseThrow());
                    more.put(THIRD, "refuses");
                    whom = Optional.of(more);
                };
        Await.until(() -> agreed.refused.get() > 0); // THIRD has promised nothing
        Await.until(() -> keeper.missing().equals(Map.of(THIRD, "refuses")));
    }

    @Test
    @DisplayName("is not asked for while the store answers")
    void notAway() {
        keeper.start();
        keeper.signal();
        assertThat(keeper.missing()).isEmpty();
        assertThat(members.questions).isEmpty();
    }

    /** The time to write, as the lease keeper keeps it. */
    private static final class Agreed implements FailsafeKeeper.Time {
        final BlockingQueue<Long> ends = new LinkedBlockingQueue<>();
        final AtomicInteger refused = new AtomicInteger();
        volatile Runnable before = () -> {};

        @Override
        public synchronized boolean agreed(Supplier<OptionalLong> until) {
            before.run();
            var end = until.get();
            if (end.isEmpty()) refused.incrementAndGet();
            else ends.add(end.getAsLong());
            boolean begins = end.isPresent() && !begun;
            begun |= begins;
            return begins;
        }

        private boolean begun;

        long next() throws InterruptedException {
            Long end = ends.poll(PLENTY.toSeconds(), TimeUnit.SECONDS);
            assertThat(end).as("an agreement").isNotNull();
            return end;
        }

        long after(long end) throws InterruptedException {
            long next = next();
            while (next - end <= 0) next = next();
            return next;
        }
    }

    private static final class Members implements Peers {
        final BlockingQueue<String> questions = new LinkedBlockingQueue<>();
        final CountDownLatch closed = new CountDownLatch(1);
        volatile String refusal = "";
        volatile int hangs;

        @Override
        public String agree(String apiUrl, String question, Duration timeout) {
            questions.add(question);
            if (questions.size() <= hangs) {
                try {
                    closed.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return "hung";
            }
            return apiUrl.equals("refuses") ? "refuses" : refusal;
        }

        @Override
        public Map<MemberName, PeerAnswer> ask(List<Member> members, Duration timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<PeerSight> look(List<Member> members, Duration timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    private static final class Await {
        static void until(Supplier<Boolean> condition) {
            long end = System.nanoTime() + PLENTY.toNanos();
            while (!condition.get() && System.nanoTime() - end < 0)
                LockSupport.parkNanos(10_000_000);
            assertThat(condition.get()).isTrue();
        }
    }
}
