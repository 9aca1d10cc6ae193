package io.matriarch.failover.simulation;

/**
 * The rules that keep a cluster safe. Taking one away must make histories fail: it shows that the
 * simulation can see what the rule is for.
 *
 * @param margin a leader stops this side of its lease's end
 * @param guard a process of its own fences PostgreSQL at the deadline
 * @param compare the leader key is taken only if it is vacant
 * @param fromDeparture a lease counts from when its request left, not from when the answer came
 */
record Rules(boolean margin, boolean guard, boolean compare, boolean fromDeparture) {
    static final Rules ALL = new Rules(true, true, true, true);

    Rules withoutMargin() {
        return new Rules(false, guard, compare, fromDeparture);
    }

    Rules withoutGuard() {
        return new Rules(margin, false, compare, fromDeparture);
    }

    Rules withoutCompare() {
        return new Rules(margin, guard, false, fromDeparture);
    }

    Rules countingFromTheAnswer() {
        return new Rules(margin, guard, compare, false);
    }
}
