package io.matriarch.failover.core;

import io.matriarch.api.MemberName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * From what stands in {@code sync} and {@code synchronous_standby_names} to what should stand
 * there, in steps of which each alone keeps the promise: any candidate that sees {@code quorum}
 * other voters meets, among them and itself, a server that has every acknowledged commit (interop
 * page, Appendix A). At every instant {@code |voters and names| <= quorum + number + 1}, the leader
 * counted, and one of the two sets holds the other.
 */
final class Quorum {
    /**
     * @param voters in the key, without the leader
     * @param names in synchronous_standby_names
     * @param confirmed how many names are known to have all that was acknowledged before the names
     *     became these
     */
    record State(
            MemberName leader,
            int quorum,
            SortedSet<MemberName> voters,
            int number,
            SortedSet<MemberName> names,
            int confirmed) {}

    /** One change. */
    sealed interface Step {
        record Key(MemberName leader, int quorum, SortedSet<MemberName> voters) implements Step {}

        record Names(int number, SortedSet<MemberName> names) implements Step {}

        /** Look again in a moment: nothing is confirmed yet. */
        record Again() implements Step {}
    }

    /** What is there cannot be: the run ends, and the next one starts from what is really there. */
    private static final class Impossible extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private final MemberName me;
    private final TreeSet<MemberName> active;
    private final int wanted;
    private final List<Step> steps = new ArrayList<>();
    private MemberName leader;
    private int quorum;
    private TreeSet<MemberName> voters;
    private int number;
    private TreeSet<MemberName> names;
    private int confirmed;

    private Quorum(MemberName me, State state, Collection<MemberName> active, int wanted) {
        this.me = me;
        this.active = new TreeSet<>(active);
        this.wanted = wanted;
        leader = state.leader();
        quorum = state.quorum();
        voters = new TreeSet<>(state.voters());
        names = new TreeSet<>(state.names());
        number = Math.min(state.number(), names.size());
        confirmed = state.confirmed();
    }

    /**
     * All steps there are, in order.
     *
     * @param active who could be a synchronous standby now
     * @param wanted how many must have a commit; {@code synchronous_node_count}
     */
    static List<Step> steps(MemberName me, State state, Collection<MemberName> active, int wanted) {
        var run = new Quorum(me, state, active, wanted);
        try {
            run.resolve();
        } catch (Impossible e) {
            if (run.steps.isEmpty()) run.beginAnew(); // what was found before it is sound
        }
        return collapsed(run.steps);
    }

    /** No way leads on from here: the leader alone has everything, whatever else is there. */
    private void beginAnew() {
        if (!voters.isEmpty() || !leader.equals(me))
            steps.add(new Step.Key(me, 0, new TreeSet<>()));
        else if (!names.isEmpty()) steps.add(new Step.Names(0, new TreeSet<>()));
    }

    /** Whether any candidate with its quorum meets a server that has everything. */
    static boolean holds(
            MemberName me,
            MemberName leader,
            int quorum,
            Collection<MemberName> voters,
            int number,
            Collection<MemberName> names) {
        var v = with(voters, leader);
        var s = with(names, me);
        var both = new TreeSet<>(v);
        both.addAll(s);
        boolean meets = voters.isEmpty() || both.size() <= quorum + number + 1;
        return meets && (s.containsAll(v) || v.containsAll(s));
    }

    /** Of neighbours of one kind the last says it all. */
    private static List<Step> collapsed(List<Step> steps) {
        var kept = new ArrayList<Step>();
        for (var step : steps) {
            if (!kept.isEmpty() && kept.getLast().getClass() == step.getClass()) kept.removeLast();
            kept.add(step);
            if (step instanceof Step.Again) break;
        }
        return kept;
    }

    private void resolve() throws Impossible {
        if (!takeOver()) return;
        // Patroni takes some for confirmed here when it knows of none. But which of several names
        // has
        // an old commit is not known: the one that stays may be the one that lacks it.
        finish();
        removeGone();
        addNew();
        changeNumber();
    }

    private void check() throws Impossible {
        if (!holds(me, leader, quorum, voters, number, names)) throw new Impossible();
    }

    private void key(int q, Collection<MemberName> v) throws Impossible {
        key(q, v, true, null);
    }

    private void key(int q, Collection<MemberName> v, boolean adjust) throws Impossible {
        key(q, v, adjust, null);
    }

    private void key(
            int q,
            Collection<MemberName> v,
            boolean adjust,
            @org.jspecify.annotations.Nullable MemberName newLeader)
            throws Impossible {
        var next = new TreeSet<>(v);
        int needed = q;
        if (needed < 0 || needed > 0 && needed >= next.size()) throw new Impossible();
        boolean changed = newLeader != null && !newLeader.equals(leader);
        if (newLeader != null) {
            leader = newLeader;
        } else if (confirmed == 0 && voters.isEmpty()) {
            needed = 0;
            next.clear();
        } else if (adjust) {
            needed += Math.max(number - confirmed, 0);
        }
        if (!changed && needed == quorum && next.equals(voters)) {
            if (next.isEmpty()) steps.add(new Step.Again());
            return;
        }
        quorum = needed;
        voters = next;
        check();
        steps.add(new Step.Key(leader, quorum, new TreeSet<>(voters)));
    }

    private void sync(int n, Collection<MemberName> s) throws Impossible {
        var next = new TreeSet<>(s);
        if (n < 0 || n > next.size()) throw new Impossible();
        number = n;
        names = next;
        check();
        steps.add(new Step.Names(number, new TreeSet<>(names)));
    }

    /** After a failover the old leader is one of the voters. */
    private boolean takeOver() throws Impossible {
        try {
            if (me.equals(leader)) {
                check();
                return true;
            }
            var next = with(without(voters, List.of(me)), leader);
            if (names.isEmpty()) sync(next.size() - quorum, next);
            key(quorum, next, true, me);
            return !and(names, active).isEmpty();
        } catch (Impossible e) {
            key(names.size() - number, names);
            return true;
        }
    }

    /** A change that was begun is brought to its end. */
    private void finish() throws Impossible {
        if (voters.containsAll(names) && voters.size() > names.size()) {
            var gone = without(without(voters, names), active);
            if (!gone.isEmpty())
                key(
                        voters.size() - gone.size() - number,
                        without(voters, gone),
                        active.containsAll(names));
            var missing = without(and(voters, active), names);
            if (!missing.isEmpty()) sync(number, or(names, missing));
        } else if (names.containsAll(voters) && names.size() > voters.size()) {
            var gone = without(names, active);
            var left = without(names, gone);
            if (!gone.isEmpty()
                    && !left.isEmpty()
                    && (voters.isEmpty() || !and(left, voters).isEmpty()))
                sync(Math.min(number, names.size() - gone.size()), left);
            var missing = and(without(names, voters), active);
            if (!missing.isEmpty())
                key(voters.size() + missing.size() - number, or(voters, missing));
            var extra = without(names, voters);
            if (!extra.isEmpty())
                sync(Math.min(number, names.size() - extra.size()), without(names, extra));
        }
        if (!voters.equals(names)) throw new Impossible();
        excess();
    }

    private void excess() throws Impossible {
        if (quorum + Math.min(number, confirmed) - voters.size() > 0) {
            if (number > wanted) sync(Math.max(wanted, voters.size() - quorum), names);
            else key(names.size() - number, voters);
        } else if (number == wanted && quorum + number - voters.size() > 0 && number > confirmed) {
            key(names.size() - number, voters);
        }
    }

    private void removeGone() throws Impossible {
        var gone = without(names, active);
        if (gone.isEmpty()) return;
        if (gone.equals(names)) {
            key(0, List.of(), false);
            sync(0, List.of());
            return;
        }
        if (quorum > 0) {
            var some = last(gone, quorum);
            var left = without(names, some);
            sync(Math.min(Math.max(wanted, number), left.size()), left);
            var v = without(voters, some);
            gone = and(gone, names);
            key(v.size() - number, v, gone.isEmpty());
        }
        if (gone.isEmpty()) return;
        int n = number - gone.size();
        var s = without(names, gone);
        var v = without(voters, gone);
        int q = n - Math.min(wanted, s.size());
        key(q != 0 ? Math.min(q, v.size() - 1) : 0, v, false);
        sync(n, s);
    }

    private void addNew() throws Impossible {
        var fresh = without(active, names);
        if (fresh.isEmpty()) return;
        int target = Math.min(wanted, or(names, fresh).size());
        if (target > number) {
            boolean none = names.isEmpty();
            var some = none ? fresh : first(fresh, target - number);
            sync(none ? target : number + some.size(), or(names, some));
            key(or(voters, some).size() - target, or(voters, some));
            fresh = without(fresh, names);
        }
        if (fresh.isEmpty()) return;
        key(or(voters, fresh).size() - target, or(voters, fresh), target > confirmed);
        sync(target, or(names, fresh));
    }

    private void changeNumber() throws Impossible {
        int more = Math.min(wanted, names.size()) - number;
        if (more > 0) {
            sync(number + more, names);
            key(voters.size() - number, voters);
        } else if (more < 0) {
            if (quorum - more < voters.size())
                key(voters.size() - number - more, voters, wanted > confirmed);
            sync(number + more, names);
        }
    }

    private static TreeSet<MemberName> with(Collection<MemberName> some, MemberName one) {
        var all = new TreeSet<>(some);
        all.add(one);
        return all;
    }

    private static TreeSet<MemberName> or(Collection<MemberName> a, Collection<MemberName> b) {
        var all = new TreeSet<>(a);
        all.addAll(b);
        return all;
    }

    private static TreeSet<MemberName> and(Collection<MemberName> a, Collection<MemberName> b) {
        var both = new TreeSet<>(a);
        both.retainAll(b);
        return both;
    }

    private static TreeSet<MemberName> without(Collection<MemberName> a, Collection<MemberName> b) {
        var rest = new TreeSet<>(a);
        rest.removeAll(b);
        return rest;
    }

    private static TreeSet<MemberName> first(SortedSet<MemberName> some, int count) {
        var few = new TreeSet<MemberName>();
        some.stream().limit(count).forEach(few::add);
        return few;
    }

    private static TreeSet<MemberName> last(SortedSet<MemberName> some, int count) {
        var few = new TreeSet<MemberName>();
        some.stream().skip(Math.max(0, some.size() - count)).forEach(few::add);
        return few;
    }
}
