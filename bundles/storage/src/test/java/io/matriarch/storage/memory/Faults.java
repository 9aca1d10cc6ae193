package io.matriarch.storage.memory;

import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What is wrong between one client and its bucket. */
public final class Faults {
    private record Rule(Step step, Predicate<String> path, Fault fault, boolean done, int[] left) {}

    private final List<Rule> rules = new ArrayList<>();
    private long steps;
    private long lastStep = Long.MAX_VALUE;
    private long readLimit = Long.MAX_VALUE;
    private boolean unreachable;

    /** The next {@code times} of this step on such a path fail, and nothing is done. */
    public synchronized void fail(Step step, Predicate<String> path, Fault fault, int times) {
        rules.add(new Rule(step, path, fault, false, new int[] {times}));
    }

    /** The next of this step on such a path is done, but told as UNREACHABLE. */
    public synchronized void loseAnswer(Step step, Predicate<String> path) {
        rules.add(new Rule(step, path, Fault.UNREACHABLE, true, new int[] {1}));
    }

    /** Everything is UNREACHABLE until this is called with false. */
    public synchronized void unreachable(boolean now) {
        unreachable = now;
    }

    /** Reads begun from now on break after so many bytes, as UNREACHABLE. */
    public synchronized void breakReadsAfter(long bytes) {
        readLimit = bytes;
    }

    /**
     * The process is killed after so many more steps: the step after them and all later ones of
     * this client throw {@link Killed}, and nothing of them is done.
     */
    public synchronized void killAfter(long more) {
        lastStep = steps + more;
    }

    /** Steps begun so far, for choosing where to kill. */
    public synchronized long steps() {
        return steps;
    }

    synchronized long readLimit() {
        return readLimit;
    }

    synchronized void before(Step step, String path) throws StorageException {
        if (steps++ >= lastStep) throw new Killed();
        if (unreachable) throw failure(Fault.UNREACHABLE, step, path);
        take(step, path, false);
    }

    synchronized void after(Step step, String path) throws StorageException {
        take(step, path, true);
    }

    private void take(Step step, String path, boolean done) throws StorageException {
        for (Rule rule : rules) {
            if (rule.step() != step || rule.done() != done || rule.left()[0] == 0) continue;
            if (!rule.path().test(path)) continue;
            rule.left()[0]--;
            throw failure(rule.fault(), step, path);
        }
    }

    static StorageException failure(Fault fault, Step step, String path) {
        String what = step + " of " + (path.isEmpty() ? "the root" : path);
        return new StorageException(fault, what + " failed", "the test wanted it so", null);
    }

    /** Stands for SIGKILL: not an exception anybody should catch. */
    public static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed by the test");
        }
    }
}
