package io.matriarch.monitor.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rows and what becomes of them")
class RowsTest {
    private static final List<String> COLUMNS = List.of("name", "n", "x");
    private static final Identity WE = new Identity("demo", "node-a");

    private static Rows.Row row(Object... cells) {
        return new Rows.Row(COLUMNS, cells);
    }

    @Test
    @DisplayName("NULL and a column the server does not know are the same: not known")
    void unknown() {
        var row = row("a", 3.0, null);
        assertThat(row.number("n")).isEqualTo(3);
        assertThat(row.text("n")).isEqualTo("3");
        assertThat(row.number("x")).isNaN();
        assertThat(row.number("not there")).isNaN();
        assertThat(row.number("name")).isNaN();
        assertThat(row.text("x")).isEmpty();
        assertThat(Rows.NONE.first().number("n")).isNaN();
    }

    @Test
    @DisplayName("what is not known is left out, never told as 0")
    void leftOut() {
        var table = Table.by("name").gauge("a", "n", "N.").gauge("b", "x", "X.");
        var out = new Samples(WE);
        table.read(
                new Rows(COLUMNS, List.of(row("one", 1.0, null))),
                new Moment(Instant.EPOCH, 15, "", new Memory(new LsnClock())),
                out);
        assertThat(out.families()).extracting(f -> f.metric().name()).containsExactly("a");
    }

    @Test
    @DisplayName("beyond the limit the rest becomes one row named other, with the sums")
    void capped() {
        var rows =
                new Rows(
                        COLUMNS,
                        List.of(
                                row("a", 1.0, 5.0),
                                row("b", 9.0, null),
                                row("c", 4.0, 7.0),
                                row("d", 2.0, 1.0)));
        var capped = rows.capped(3, "n", Set.of("name"));
        assertThat(capped.rows().stream().map(r -> r.text("name")).toList())
                .containsExactly("b", "c", "other");
        assertThat(capped.rows().getLast().number("n")).isEqualTo(3);
        assertThat(capped.rows().getLast().number("x")).isEqualTo(6);
        assertThat(rows.capped(4, "n", Set.of("name"))).isSameAs(rows);
    }

    @Test
    @DisplayName("a series told twice is told once, with the larger value")
    void twice() {
        var metric = Metric.gauge("lag", "", "standby");
        var ours = Native.gauge("lag", "", "standby");
        var families =
                new Samples(WE)
                        .add(metric, 3, "b")
                        .add(metric, 5, "b")
                        .add(ours, 1, "b")
                        .families();
        assertThat(families.getFirst().samples())
                .singleElement()
                .hasToString("Value[labels=[b], value=5.0]");
        assertThat(families.getLast().samples().getFirst().labels())
                .containsExactly("demo", "node-a", "b");
    }

    @Test
    @DisplayName("a window tells growth and rate of a counter, and begins anew with it")
    void window() {
        var window = new Window(Duration.ofMinutes(5));
        window.note(Instant.EPOCH, 100);
        assertThat(window.rate()).isNaN();
        window.note(Instant.EPOCH.plusSeconds(10), 300);
        assertThat(window.rate()).isEqualTo(20);
        for (int i = 2; i < 100; i++) window.note(Instant.EPOCH.plusSeconds(10 * i), 300 + i);
        assertThat(window.growth()).as("of five minutes").isEqualTo(30);
        window.note(Instant.EPOCH.plusSeconds(2000), 1);
        assertThat(window.growth()).isNaN();
    }

    @Test
    @DisplayName("what is older than three intervals is not told any more")
    void stale() {
        var latest = new Latest();
        var families = new Samples(WE).add(Metric.gauge("a", ""), 1).families();
        latest.put("S1", families, Duration.ofSeconds(100), Duration.ofSeconds(10));
        assertThat(latest.families(Duration.ofSeconds(130))).hasSize(1);
        assertThat(latest.families(Duration.ofSeconds(131))).isEmpty();
        latest.put("S1", families, Duration.ofSeconds(200), Duration.ofSeconds(10));
        latest.forget("S1");
        assertThat(latest.families(Duration.ofSeconds(200))).isEmpty();
    }

    @Test
    @DisplayName("synchronous_standby_names: how many a commit waits for")
    void synchronous() {
        assertThat(Replication.syncRequired("")).isZero();
        assertThat(Replication.syncRequired("a")).isEqualTo(1);
        assertThat(Replication.syncRequired("a, b")).isEqualTo(1);
        assertThat(Replication.syncRequired("2 (a, b, c)")).isEqualTo(2);
        assertThat(Replication.syncRequired("FIRST 1 (\"a(b\", b)")).isEqualTo(1);
        assertThat(Replication.syncRequired("any 3(*)")).isEqualTo(3);
        assertThat(Replication.syncRequired("*")).isEqualTo(1);
    }

    @Test
    @DisplayName("names of others are on the page as the configuration wants them")
    void compatible() {
        var families =
                new Samples(WE)
                        .add(Metric.gauge("pg_up", ""), 1)
                        .add(Metric.gauge("patroni_primary", ""), 1)
                        .add(Native.gauge("timeline", ""), 1)
                        .families();
        assertThat(new Compatible(false, false, true).page(families)).hasSize(1);
        assertThat(new Compatible(true, true, true).page(families))
                .extracting(f -> f.metric().name())
                .containsExactly(
                        "pg_up", "patroni_primary", "patroni_master", "matriarch_timeline");
    }
}
