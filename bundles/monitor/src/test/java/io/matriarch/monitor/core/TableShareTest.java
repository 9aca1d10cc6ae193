package io.matriarch.monitor.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Sample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("How many tables are told one by one")
class TableShareTest {
    /** What each of so many databases gets, if each has so many tables. */
    private static List<Integer> shares(int databases, int tables) {
        var share = new TableShare();
        var shares = new ArrayList<Integer>();
        for (int after = databases - 1; after >= 0; after--) {
            int next = Math.min(tables, share.next(after));
            share.used(next);
            shares.add(next);
        }
        return shares;
    }

    private static int sum(List<Integer> shares) {
        return shares.stream().mapToInt(Integer::intValue).sum();
    }

    @Test
    @DisplayName("of ten databases or fewer each has its hundred largest")
    void few() {
        assertThat(shares(1, 5_000)).containsExactly(100);
        assertThat(shares(10, 5_000)).containsOnly(100).hasSize(10);
    }

    @Test
    @DisplayName("of a hundred the first have their hundred, every other one at least five")
    void many() {
        var shares = shares(100, 500);
        assertThat(sum(shares)).isEqualTo(TableShare.MOST_OF_ALL);
        assertThat(shares.subList(0, 5)).containsOnly(100);
        assertThat(shares).allMatch(each -> each >= TableShare.LEAST_OF_ONE);
    }

    @Test
    @DisplayName("whatever there is, it is never more than a thousand in all, nor less than none")
    void bounded() {
        for (int databases : List.of(1, 7, 99, 199, 200, 201, 1_000, 5_000))
            for (int tables : List.of(0, 1, 4, 50, 100_000)) {
                var shares = shares(databases, tables);
                assertThat(shares).allMatch(each -> 0 <= each && each <= 100);
                assertThat(sum(shares)).isBetween(0, TableShare.MOST_OF_ALL);
            }
    }

    @Test
    @DisplayName("what a small database leaves is there for those after it")
    void leftOver() {
        assertThat(shares(100, 10)).containsOnly(10);
        var share = new TableShare();
        share.used(0);
        assertThat(share.next(0)).isEqualTo(100);
    }

    @Test
    @DisplayName("its figures as a whole are of all tables read, though few are told one by one")
    void wholeOfAll() {
        var collector =
                Statements.all().stream()
                        .filter(c -> c.id().equals("S26"))
                        .findFirst()
                        .orElseThrow();
        var columns =
                List.of(
                        "datname",
                        "schemaname",
                        "relname",
                        "n_live_tup",
                        "n_dead_tup",
                        "threshold");
        var rows =
                new Rows(
                        columns,
                        IntStream.rangeClosed(1, 100)
                                .mapToObj(i ->
                                        new Rows.Row(
                                                columns, "shop", "public", "t" + i, 1.0, 99.0,
                                                50.0))
                                .toList());
        var out = new Samples(new Identity("demo", "node-a"));
        var memory = new Memory(new LsnClock());
        collector.read(rows, new Moment(Instant.EPOCH, 17, "shop", memory, 3), out);
        assertThat(named(out, "pg_stat_user_tables_n_dead_tup").samples())
                .extracting(sample -> sample.labels().getLast())
                .containsExactly("t1", "t2", "t3");
        assertThat(named(out, "matriarch_tables_over_vacuum_threshold").samples())
                .singleElement()
                .extracting("value")
                .isEqualTo(100.0);
    }

    @Test
    @DisplayName("since when a table waits for its vacuum is forgotten with the table")
    void forgotten() {
        var collector =
                Statements.all().stream()
                        .filter(c -> c.id().equals("S26"))
                        .findFirst()
                        .orElseThrow();
        var memory = new Memory(new LsnClock());
        var first = Instant.ofEpochSecond(1_000_000);
        var waits = rows("shop", 99.0);
        assertThat(age(collector, memory, waits, first)).isZero();
        assertThat(age(collector, memory, waits, first.plusSeconds(60))).isEqualTo(60);
        assertThat(age(collector, memory, Rows.NONE, first.plusSeconds(120))).isZero();
        assertThat(age(collector, memory, waits, first.plusSeconds(180))).isZero();
    }

    private static Rows rows(String database, double dead) {
        var columns =
                List.of(
                        "datname",
                        "schemaname",
                        "relname",
                        "n_live_tup",
                        "n_dead_tup",
                        "threshold",
                        "last_vacuum",
                        "last_autovacuum");
        return new Rows(
                columns,
                List.of(new Rows.Row(columns, database, "public", "t", 1.0, dead, 50.0, 0.0, 0.0)));
    }

    private static double age(Collector collector, Memory memory, Rows rows, Instant now) {
        var out = new Samples(new Identity("demo", "node-a"));
        collector.read(rows, new Moment(now, 17, "shop", memory, 3), out);
        var sample = named(out, "matriarch_table_vacuum_age_seconds_max").samples().getFirst();
        return ((Sample.Value) sample).value();
    }

    private static Family named(Samples out, String name) {
        return out.families().stream()
                .filter(family -> family.metric().name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
