package io.matriarch.itests;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What befalls a cluster, one trouble after the other. The same seed always draws the same. */
record FaultSchedule(long seed, List<Trouble> troubles) {
    private static final Duration LEAST = Duration.ofMillis(500);
    private static final Duration MOST = Duration.ofSeconds(8);

    /** Two of the first troubles in three hit the leader, and one in four is of two faults. */
    private static final double AT_THE_LEADER = 0.65;

    private static final double IN_PAIRS = 0.25;

    /** What can happen to a member, or to the store. */
    enum Kind {
        NODE_KILLED("node killed"),
        POSTMASTER_KILLED("postmaster killed"),
        AGENT_KILLED("agent killed"),
        AGENT_STOPPED("agent stopped (SIGSTOP)"),
        CUT_FROM_ALL("cut off from members and store"),
        CUT_FROM_STORE("cut off from the store"),
        CUT_FROM_MEMBERS("cut off from the members"),
        STORE_MEMBER_KILLED("store member killed"),
        STORE_KILLED("all store members killed"),
        SWITCHOVER("switchover");

        final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /**
     * @param place 0: who leads at that moment; n: the n-th of the others, counted round
     */
    record Fault(Kind kind, int place) {
        @Override
        public String toString() {
            return kind.text + (place == 0 ? " at the leader" : " at other " + place);
        }
    }

    /**
     * @param faults one, or two that begin together at different members
     * @param lasts until they are undone
     */
    record Trouble(List<Fault> faults, Duration lasts) {}

    static FaultSchedule draw(long seed, int count, int nodes) {
        var random = new Random(seed);
        var troubles = new ArrayList<Trouble>();
        for (int i = 0; i < count; i++) {
            int place = random.nextDouble() < AT_THE_LEADER ? 0 : 1 + random.nextInt(nodes - 1);
            var faults = new ArrayList<Fault>();
            faults.add(new Fault(any(random), place));
            if (random.nextDouble() < IN_PAIRS) {
                faults.add(new Fault(any(random), (place + 1) % nodes));
            }
            long range = MOST.minus(LEAST).toMillis();
            var lasts = LEAST.plusMillis((long) (random.nextDouble() * range));
            troubles.add(new Trouble(List.copyOf(faults), lasts));
        }
        return new FaultSchedule(seed, List.copyOf(troubles));
    }

    private static Kind any(Random random) {
        return Kind.values()[random.nextInt(Kind.values().length)];
    }
}
