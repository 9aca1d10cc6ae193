package io.matriarch.failover.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * What a server has of the write-ahead log.
 *
 * @param branches the timelines it went along, oldest first
 * @param end up to where
 */
record Wal(List<Branch> branches, long end) {
    /**
     * A timeline from where it begins.
     *
     * @param birth number of the promotion that made it: two servers can give the same number to
     *     different timelines
     */
    record Branch(int timeline, long begin, int birth) {}

    static final Wal FIRST = new Wal(List.of(new Branch(1, 0, 0)), 1_000);

    Wal {
        branches = List.copyOf(branches);
    }

    int timeline() {
        return branches.getLast().timeline();
    }

    Wal to(long position) {
        if (branches.getLast().begin() <= position) return new Wal(branches, position);
        return new Wal(
                branches.stream()
                        .filter(branch -> branch.begin() <= position || branch.begin() == 0)
                        .toList(),
                position);
    }

    Wal and(long bytes) {
        return new Wal(branches, end + bytes);
    }

    Wal promoted(int birth) {
        var more = new ArrayList<>(branches);
        more.add(new Branch(timeline() + 1, end, birth));
        return new Wal(more, end);
    }

    /** The last position up to which both are the same. */
    long common(Wal other) {
        long same = 0;
        for (int i = 0; i < branches.size() && i < other.branches.size(); i++) {
            if (!branches.get(i).equals(other.branches.get(i))) break;
            same = Math.min(endOf(i), other.endOf(i));
            if (endOf(i) != other.endOf(i)) break;
        }
        return same;
    }

    /**
     * Whether a standby with this may stream from {@code other}: never from one whose highest
     * timeline is behind its own, even if nothing was written on that.
     */
    boolean isBeginningOf(Wal other) {
        return branches.size() <= other.branches.size() && common(other) == end;
    }

    private long endOf(int branch) {
        return branch + 1 < branches.size() ? branches.get(branch + 1).begin() : end;
    }

    /** Where {@code other} left this history, as two history files tell it; empty if nowhere. */
    java.util.OptionalLong leftBy(Wal other) {
        var theirs = other.branches;
        for (int i = 0; i < branches.size() && i < theirs.size(); i++)
            if (!branches.get(i).equals(theirs.get(i)))
                return java.util.OptionalLong.of(
                        Math.min(branches.get(i).begin(), theirs.get(i).begin()));
        return branches.size() < theirs.size()
                ? java.util.OptionalLong.of(theirs.get(branches.size()).begin())
                : java.util.OptionalLong.empty();
    }

    Wal upToTimeline(int timeline) {
        return new Wal(
                branches.stream().filter(branch -> branch.timeline() <= timeline).toList(), end);
    }
}
