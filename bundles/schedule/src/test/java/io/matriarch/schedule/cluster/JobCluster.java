package io.matriarch.schedule.cluster;

import io.matriarch.dcs.api.Committed;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Snapshot;
import io.matriarch.dcs.api.StoreHealth;
import io.matriarch.dcs.api.Txn;
import io.matriarch.dcs.api.WatchListener;
import io.matriarch.dcs.memory.MemoryStore;
import io.matriarch.schedule.api.ClusterTask.Fitness;
import io.matriarch.schedule.api.ClusterTask.Run;
import io.matriarch.schedule.api.Schedules.Missed;
import io.matriarch.schedule.core.JobStore;
import io.matriarch.schedule.core.Timetable;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Members with one schedule and one store, whose clock goes on when the test says so. */
final class JobCluster {
    private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");

    final MemoryStore store = new MemoryStore();
    private final Timetable timetable;
    private boolean loseNextCommit;

    JobCluster(String name, String cron) {
        timetable =
                new Timetable(
                        name, "task", cron, ZoneId.of("UTC"), Duration.ZERO, Missed.RUN_ONCE_NOW);
    }

    Instant now() {
        return BEGIN.plus(store.now());
    }

    void advance(Duration by) {
        store.advance(by);
    }

    void loseAnswerOfNextCommit() {
        loseNextCommit = true;
    }

    private List<Timetable> timetables() {
        return List.of(timetable, Timetable.onDemand("task"), Timetable.onDemand("other"));
    }

    Member member(String name) {
        return new Member(name);
    }

    interface During {
        String of(Run run) throws Exception;
    }

    /** Its runs begin when the test says so, on the test's thread. */
    final class Member {
        final JobAgent agent;
        final String name;
        Fitness fitness = new Fitness.Fit(0, "for a test");
        private final List<Runnable> begun = new ArrayList<>();
        private During during = _ -> "done";
        private Runnable pausing = () -> store.advance(Duration.ofSeconds(1));

        private Member(String name) {
            this.name = name;
            agent =
                    new JobAgent(
                            new LosingDcs(store.client(name)),
                            new Tasks(),
                            new JobAgent.Surroundings(
                                    name,
                                    JobStore.of("service", "demo"),
                                    Duration.ofSeconds(1),
                                    JobCluster.this::now,
                                    () -> store.now().toNanos(),
                                    begun::add,
                                    () -> {
                                        pausing.run();
                                        return true;
                                    }));
        }

        private final class Tasks implements ClusterTasks {
            @Override
            public List<String> names() {
                return List.of("task", "other");
            }

            @Override
            public Optional<String> group(String task) {
                return Optional.of("repository");
            }

            @Override
            public Fitness fitness(String task) {
                return fitness;
            }

            @Override
            public String run(String task, Run run) throws Exception {
                return during.of(run);
            }
        }

        Instant look() throws DcsException {
            return agent.look(timetables());
        }

        StoreJobs jobs() {
            return new StoreJobs(
                    JobCluster.this::timetables, agent, new Tasks(), JobCluster.this::now);
        }

        /** Runs that were claimed and not finished yet. */
        List<Runnable> begun() {
            return begun;
        }

        void whilePausing(Runnable what) {
            pausing = what;
        }

        void finish(String text) {
            finish(_ -> text);
        }

        void finish(During what) {
            during = what;
            begun.removeFirst().run();
        }

        void fail(Exception failure) {
            finish(_ -> {
                throw failure;
            });
        }

        /** Its process is gone: nothing of it goes on. */
        void die() {
            begun.clear();
        }
    }

    /** Loses the answer of a commit when the cluster is told to. */
    private final class LosingDcs implements Dcs {
        private final Dcs dcs;

        LosingDcs(Dcs dcs) {
            this.dcs = dcs;
        }

        @Override
        public Committed commit(Txn txn, Duration deadline) throws DcsException {
            boolean lose = loseNextCommit;
            loseNextCommit = false;
            Committed committed = dcs.commit(txn, deadline);
            if (lose)
                throw new DcsException(
                        io.matriarch.api.Code.DCS_UNREACHABLE,
                        DcsException.Fate.UNKNOWN,
                        "the answer is lost",
                        "the test wanted it so",
                        null);
            return committed;
        }

        @Override
        public Snapshot read(String prefix, Duration deadline) throws DcsException {
            return dcs.read(prefix, deadline);
        }

        @Override
        public Lease grant(Duration ttl, Duration deadline) throws DcsException {
            return dcs.grant(ttl, deadline);
        }

        @Override
        public Optional<Lease> renew(long leaseId, Duration deadline) throws DcsException {
            return dcs.renew(leaseId, deadline);
        }

        @Override
        public Optional<Duration> timeLeft(long leaseId, Duration deadline) throws DcsException {
            return dcs.timeLeft(leaseId, deadline);
        }

        @Override
        public void revoke(long leaseId, Duration deadline) throws DcsException {
            dcs.revoke(leaseId, deadline);
        }

        @Override
        public Watch watch(String prefix, long fromRevision, WatchListener listener) {
            return dcs.watch(prefix, fromRevision, listener);
        }

        @Override
        public StoreHealth health(Duration deadline) {
            return dcs.health(deadline);
        }
    }
}
