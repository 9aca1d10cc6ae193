package io.matriarch.failover.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.dcs.api.KeyValue;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Snapshot;
import io.matriarch.dcs.api.WatchListener.Change;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What the members of a simulated cluster know of the store")
class ViewsTest {
    private static final String LEADER = SimStore.LAYOUT.leader();

    private final Views views = new Views();

    private static KeyValue leader(String name, long revision) {
        return new KeyValue(LEADER, name, 1, revision, Lease.NONE);
    }

    private static Snapshot of(long revision, KeyValue... entries) {
        var keys = new TreeMap<String, KeyValue>();
        for (var entry : entries) keys.put(entry.key(), entry);
        return new Snapshot(revision, keys);
    }

    @Test
    @DisplayName("is shared when it is equal, whether it was read or folded")
    void shared() {
        var before = views.shared(of(1, leader("n0", 1)));
        var changes = List.<Change>of(new Change.Written(leader("n1", 2)));
        var folded = views.after(before, 2, changes);
        assertThat(folded).isEqualTo(of(2, leader("n1", 2)));
        assertThat(views.after(before, 2, changes)).isSameAs(folded);
        assertThat(views.shared(of(2, leader("n1", 2)))).isSameAs(folded);
    }

    @Test
    @DisplayName("stays each one's own when it differs at the same revision")
    void different() {
        var changes = List.<Change>of(new Change.Gone(SimStore.LAYOUT.sync(), 2));
        var one = views.after(of(1, leader("n0", 1)), 2, changes);
        var other = views.after(of(1, leader("n1", 1)), 2, changes);
        assertThat(one).isEqualTo(of(2, leader("n0", 1)));
        assertThat(other).isEqualTo(of(2, leader("n1", 1)));
        assertThat(views.of(one).leader().orElseThrow().name().value()).isEqualTo("n0");
        assertThat(views.of(other).leader().orElseThrow().name().value()).isEqualTo("n1");
        assertThat(views.of(one).leader().orElseThrow().name().value()).isEqualTo("n0");
    }

    @Test
    @DisplayName("is read as by somebody who reads all of it, however long ago it was")
    void late() {
        for (long revision = 1; revision <= 100; revision++)
            assertThat(views.of(of(revision, leader("n" + revision, revision))))
                    .isEqualTo(
                            SimStore.LAYOUT.read(of(revision, leader("n" + revision, revision))));
        assertThat(views.of(of(1, leader("n1", 1))))
                .isEqualTo(SimStore.LAYOUT.read(of(1, leader("n1", 1))));
    }
}
