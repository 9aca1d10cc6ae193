package io.matriarch.schedule.cluster;

import io.matriarch.dcs.api.Compare;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.DcsException.Fate;
import io.matriarch.dcs.api.KeyValue;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Op;
import io.matriarch.dcs.api.Snapshot;
import io.matriarch.dcs.api.Txn;
import io.matriarch.schedule.api.ClusterJobs.JobRun;
import io.matriarch.schedule.api.ClusterJobs.JobRun.State;
import io.matriarch.schedule.core.Entry;
import io.matriarch.schedule.core.EntryJson;
import io.matriarch.schedule.core.JobStore;
import io.matriarch.schedule.core.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The cluster's jobs as the store holds them. */
final class JobBook {
    static final int RUNS_KEPT = 30;

    private final Dcs dcs;
    private final JobStore keys;
    private final Duration deadline;

    JobBook(Dcs dcs, JobStore keys, Duration deadline) {
        this.dcs = dcs;
        this.keys = keys;
        this.deadline = deadline;
    }

    /** Everything but the histories, of one instant. */
    record View(Snapshot snapshot, JobStore keys) {
        Optional<Entry> entry(String schedule) {
            return value(keys.entry(schedule)).flatMap(EntryJson::entry);
        }

        /** 0 if there is none. */
        long revision(String schedule) {
            return snapshot.get(keys.entry(schedule)).map(KeyValue::modRevision).orElse(0L);
        }

        Optional<String> claim(String schedule) {
            return value(keys.claim(schedule));
        }

        Optional<Standing> progress(String schedule) {
            return value(keys.progress(schedule)).map(Standing::read);
        }

        Optional<String> stop(String schedule) {
            return value(keys.stop(schedule));
        }

        /** The schedule that runs, of those of this group. */
        Optional<String> inGroup(String group) {
            return value(keys.group(group));
        }

        private Optional<String> value(String key) {
            return snapshot.get(key).map(KeyValue::value);
        }
    }

    View view() throws DcsException {
        return new View(dcs.read(keys.prefix(), deadline), keys);
    }

    /** Writes an entry if it still is as it was seen. */
    boolean replace(String schedule, long seen, Entry entry) throws DcsException {
        String key = keys.entry(schedule);
        return dcs.commit(
                        Txn.when(
                                new Compare.ModRevisionIs(key, seen),
                                new Op.Put(key, EntryJson.write(entry), Lease.NONE)),
                        deadline)
                .applied();
    }

    Lease grant(Duration ttl) throws DcsException {
        return dcs.grant(ttl, deadline);
    }

    Optional<Lease> renew(long leaseId) throws DcsException {
        return dcs.renew(leaseId, deadline);
    }

    void revoke(long leaseId) throws DcsException {
        dcs.revoke(leaseId, deadline);
    }

    /**
     * The entry's revision if the claim is ours; empty if somebody was faster.
     *
     * @param group of which one runs at a time; its key goes with the lease
     */
    Optional<Long> claim(
            String schedule, Optional<String> group, long seen, Entry entry, long leaseId)
            throws DcsException {
        String id = entry.run().orElseThrow().id();
        var unless = new ArrayList<Compare>();
        unless.add(new Compare.ModRevisionIs(keys.entry(schedule), seen));
        unless.add(new Compare.Absent(keys.claim(schedule)));
        group.ifPresent(each -> unless.add(new Compare.Absent(keys.group(each))));
        var puts = new ArrayList<Op>();
        puts.add(new Op.Put(keys.entry(schedule), EntryJson.write(entry), Lease.NONE));
        puts.add(new Op.Put(keys.claim(schedule), id, leaseId));
        puts.add(new Op.Delete(keys.stop(schedule)));
        group.ifPresent(each -> puts.add(new Op.Put(keys.group(each), schedule, leaseId)));
        var txn = new Txn(unless, puts);
        try {
            var committed = dcs.commit(txn, deadline);
            return committed.applied() ? Optional.of(committed.revision()) : Optional.empty();
        } catch (DcsException e) {
            if (e.fate() != Fate.UNKNOWN) throw e;
            var now = view();
            boolean ours = now.claim(schedule).filter(id::equals).isPresent();
            return ours ? Optional.of(now.revision(schedule)) : Optional.empty();
        }
    }

    /**
     * Tells a run's end, if nobody took it over meanwhile.
     *
     * @param seen the entry's revision as the claim wrote it
     * @return false if somebody did
     */
    boolean end(String schedule, long seen, Entry entry) throws DcsException {
        JobRun run = entry.run().orElseThrow();
        var txn =
                new Txn(
                        List.of(new Compare.ModRevisionIs(keys.entry(schedule), seen)),
                        List.of(
                                new Op.Put(
                                        keys.entry(schedule), EntryJson.write(entry), Lease.NONE),
                                new Op.Put(
                                        historyKey(schedule, run),
                                        EntryJson.write(run),
                                        Lease.NONE),
                                new Op.Delete(keys.claim(schedule)),
                                new Op.Delete(keys.progress(schedule)),
                                new Op.Delete(keys.stop(schedule))));
        if (dcs.commit(txn, deadline).applied()) return true;
        // or it was applied before, and the answer lost
        var now = view().entry(schedule).flatMap(Entry::run);
        return now.filter(one -> one.id().equals(run.id()) && one.state() != State.RUNNING)
                .isPresent();
    }

    private String historyKey(String schedule, JobRun run) {
        return keys.history(schedule) + run.due() + "-" + run.id();
    }

    void progress(String schedule, Standing standing, long leaseId) throws DcsException {
        dcs.commit(
                Txn.always(new Op.Put(keys.progress(schedule), standing.json(), leaseId)),
                deadline);
    }

    void askToStop(String schedule, String id) throws DcsException {
        dcs.commit(Txn.always(new Op.Put(keys.stop(schedule), id, Lease.NONE)), deadline);
    }

    /** Newest first. */
    List<JobRun> history(String schedule) throws DcsException {
        var runs = new ArrayList<JobRun>();
        dcs.read(keys.history(schedule), deadline)
                .entries()
                .values()
                .forEach(each -> EntryJson.run(each.value()).ifPresent(runs::add));
        runs.sort(Comparator.comparing(JobRun::due).reversed());
        return runs;
    }

    /** Forgets what is beyond the newest {@link #RUNS_KEPT}. */
    void trim(String schedule) throws DcsException {
        var old =
                dcs.read(keys.history(schedule), deadline).entries().keySet().stream()
                        .sorted(Comparator.reverseOrder())
                        .skip(RUNS_KEPT)
                        .<Op>map(Op.Delete::new)
                        .toList();
        if (!old.isEmpty()) dcs.commit(new Txn(List.of(), old), deadline);
    }
}
