package io.matriarch.failover.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.MemberName;
import io.matriarch.failover.core.Quorum.State;
import io.matriarch.failover.core.Quorum.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The way to a quorum")
class QuorumTest {
    private static final List<MemberName> NODES =
            List.of(name("a"), name("b"), name("c"), name("d"));
    private static final MemberName ME = NODES.getFirst();

    private static MemberName name(String text) {
        return new MemberName(text);
    }

    private static TreeSet<MemberName> set(String text) {
        var names = new TreeSet<MemberName>();
        text.chars().forEach(c -> names.add(name(String.valueOf((char) c))));
        return names;
    }

    private static TreeSet<MemberName> subset(int bits) {
        var names = new TreeSet<MemberName>();
        for (int i = 0; i < NODES.size(); i++) if ((bits >> i & 1) == 1) names.add(NODES.get(i));
        return names;
    }

    private static State state(String leader, int q, String v, int n, String s, int confirmed) {
        return new State(name(leader), q, set(v), n, set(s), confirmed);
    }

    /** What stands there after one step; what is named counts as confirmed a moment later. */
    private static State after(State s, Step step) {
        return switch (step) {
            case Step.Key(var leader, int q, var v) ->
                    new State(leader, q, v, s.number(), s.names(), s.confirmed());
            case Step.Names(int n, var names) ->
                    new State(s.leader(), s.quorum(), s.voters(), n, names, s.confirmed());
            case Step.Again() -> s;
        };
    }

    private static boolean holds(State s) {
        return Quorum.holds(ME, s.leader(), s.quorum(), s.voters(), s.number(), s.names());
    }

    @Test
    @DisplayName("begins with names, and has voters once one of them is confirmed")
    void begins() {
        var fresh = state("a", 0, "", 0, "", 0);
        assertThat(Quorum.steps(ME, fresh, set("bc"), 1))
                .containsExactly(new Step.Names(1, set("bc")), new Step.Again());
        var named = state("a", 0, "", 1, "bc", 1);
        assertThat(Quorum.steps(ME, named, set("bc"), 1))
                .containsExactly(new Step.Key(ME, 1, set("bc")));
    }

    @Test
    @DisplayName("rests where it should be")
    void rests() {
        assertThat(Quorum.steps(ME, state("a", 1, "bc", 1, "bc", 1), set("bc"), 1)).isEmpty();
    }

    @Test
    @DisplayName("takes the old leader in after a failover")
    void takeOver() {
        var steps = Quorum.steps(ME, state("b", 1, "ac", 1, "bc", 0), set("c"), 1);
        assertThat(steps.getFirst()).isEqualTo(new Step.Key(ME, 1, set("bc")));
    }

    @Test
    @DisplayName("takes a lost standby out of the names before it is out of the voters")
    void lost() {
        var steps = Quorum.steps(ME, state("a", 1, "bc", 1, "bc", 1), set("b"), 1);
        assertThat(steps)
                .containsExactly(new Step.Names(1, set("b")), new Step.Key(ME, 0, set("b")));
    }

    @Test
    @DisplayName("does not let the one that is left vote alone before it has caught up")
    void laggingOneLeft() {
        var named = state("a", 1, "bc", 1, "c", 0);
        var steps = Quorum.steps(ME, named, set("c"), 1);
        assertThat(steps.getFirst()).isEqualTo(new Step.Key(ME, 1, set("c")));
        var caughtUp = state("a", 1, "c", 1, "c", 1);
        assertThat(Quorum.steps(ME, caughtUp, set("c"), 1))
                .containsExactly(new Step.Key(ME, 0, set("c")));
    }

    @Test
    @DisplayName(
            "lets the last standby go out of the voters first, so that the leader stands alone")
    void alone() {
        assertThat(Quorum.steps(ME, state("a", 0, "b", 1, "b", 1), set(""), 1))
                .containsExactly(new Step.Key(ME, 0, set("")), new Step.Names(0, set("")));
    }

    /** Every state of four nodes that can be, against everybody who may be there and any number. */
    @Test
    @DisplayName("keeps the promise after every step, whatever it starts from")
    void exhaustive() {
        long tried = 0;
        for (var start : states()) {
            if (!holds(start)) continue;
            for (int there = 0; there < 16; there++) {
                var active = subset(there);
                active.remove(ME);
                for (int wanted = 1; wanted <= 3; wanted++) {
                    var now = start;
                    for (var step : Quorum.steps(ME, start, active, wanted)) {
                        now = after(now, step);
                        assertThat(holds(now))
                                .as("%s %s %s: %s", start, active, wanted, now)
                                .isTrue();
                    }
                    tried++;
                }
            }
        }
        assertThat(tried).isGreaterThan(16_000);
    }

    /** One step at a time, each from what is really there, as the leader does it. */
    @Test
    @DisplayName("arrives: everybody there is voter and name, and as many as wanted must confirm")
    void converges() {
        for (var start : states()) {
            if (!holds(start)) continue;
            for (int there = 0; there < 16; there++) {
                var active = subset(there);
                active.remove(ME);
                for (int wanted = 1; wanted <= 3; wanted++) {
                    var end = run(start, active, wanted);
                    String said = start + " with " + active + " wanting " + wanted + ": " + end;
                    assertThat(holds(end)).as(said).isTrue();
                    assertThat(end.leader()).as(said).isEqualTo(ME);
                    assertThat(end.names()).as(said).isEqualTo(active);
                    assertThat(end.voters()).as(said).isEqualTo(active);
                    int number = Math.min(wanted, active.size());
                    assertThat(end.number()).as(said).isEqualTo(number);
                    assertThat(end.quorum()).as(said).isEqualTo(active.size() - number);
                }
            }
        }
    }

    private static State run(State start, Collection<MemberName> active, int wanted) {
        var now = start;
        for (int i = 0; i < 40; i++) {
            var confirmed = new TreeSet<>(now.names());
            confirmed.retainAll(active);
            now =
                    new State(
                            now.leader(),
                            now.quorum(),
                            now.voters(),
                            now.number(),
                            now.names(),
                            confirmed.size());
            var steps = Quorum.steps(ME, now, active, wanted);
            if (steps.isEmpty()) return now;
            now = after(now, steps.getFirst());
        }
        return now;
    }

    private static List<State> states() {
        var all = new ArrayList<State>();
        for (var leader : List.of(NODES.get(0), NODES.get(1)))
            for (int v = 0; v < 16; v++)
                for (int s = 0; s < 16; s++) {
                    SortedSet<MemberName> voters = subset(v);
                    SortedSet<MemberName> names = subset(s);
                    if (voters.contains(leader) || names.contains(ME)) continue;
                    for (int q = 0; q < Math.max(1, voters.size()); q++)
                        for (int n = names.isEmpty() ? 0 : 1; n <= names.size(); n++)
                            for (int c = 0; c <= n; c++)
                                all.add(new State(leader, q, voters, n, names, c));
                }
        return all;
    }
}
