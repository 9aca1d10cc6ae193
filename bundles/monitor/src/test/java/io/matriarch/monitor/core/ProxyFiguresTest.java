package io.matriarch.monitor.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.monitor.api.TextFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What stands before PostgreSQL, as figures,")
class ProxyFiguresTest {
    private final Samples out = new Samples(new Identity("demo", "a"));

    private List<String> lines() {
        return TextFormat.PROMETHEUS
                .write(out.families())
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    @Test
    @DisplayName("counts a server that is about to be down as up, and one in maintenance as down")
    void states() {
        ProxyFigures.tell(
                ProxyFigures.rows(
                        """
                        # pxname,svname,qcur,scur,slim,stot,status,lastchg,check_desc,act,bck,
                        p,n1,0,3,,9,UP 1/3,12,"slow, and said ""so""\",1,0,
                        p,n2,0,0,,0,MAINT,7,,1,0,
                        p,n3,,1,,4,no check,,,1,0,
                        p,BACKEND,2,4,,13,UP,12,,1,1,
                        """),
                out);
        assertThat(lines())
                .contains(
                        "matriarch_haproxy_server_up{cluster=\"demo\",member=\"a\",proxy=\"p\",server=\"n1\"} 1",
                        "matriarch_haproxy_server_up{cluster=\"demo\",member=\"a\",proxy=\"p\",server=\"n2\"} 0",
                        "matriarch_haproxy_server_up{cluster=\"demo\",member=\"a\",proxy=\"p\",server=\"n3\"} 1",
                        "matriarch_haproxy_server_sessions_total{cluster=\"demo\",member=\"a\",proxy=\"p\",server=\"n1\"} 9",
                        "matriarch_haproxy_backend_servers_up{cluster=\"demo\",member=\"a\",proxy=\"p\"} 2",
                        "matriarch_haproxy_backend_queue{cluster=\"demo\",member=\"a\",proxy=\"p\"} 2")
                .as("what it does not say is not told as 0")
                .noneMatch(line -> line.contains("queue{") && line.contains("n3"));
    }

    @Test
    @DisplayName("are not made of another page than HAProxy's CSV")
    void otherPage() {
        assertThatThrownBy(() -> ProxyFigures.rows("<html>"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(";csv");
        assertThatThrownBy(() -> ProxyFigures.rows("")).hasMessageContaining(";csv");
    }

    private static Rows rows(List<String> columns, @Nullable Object[]... cells) {
        return new Rows(
                columns, Arrays.stream(cells).map(each -> new Rows.Row(columns, each)).toList());
    }

    @Test
    @DisplayName("tell how long the first in a pool's queue has waited, and times in seconds")
    void pool() {
        PoolerFigures.tell(
                rows(
                        List.of(
                                "database",
                                "user",
                                "cl_active",
                                "cl_waiting",
                                "maxwait",
                                "maxwait_us"),
                        new Object[] {"herd", "app", "20", "5", "3", "250000"},
                        new Object[] {"pgbouncer", "pgbouncer", "1", "0", "0", "0"}),
                Rows.NONE,
                rows(
                        List.of("database", "total_query_count", "total_wait_time"),
                        new Object[] {"herd", "1000", "1500000"}),
                out);
        assertThat(lines())
                .containsExactlyInAnyOrder(
                        "matriarch_pgbouncer_up{cluster=\"demo\",member=\"a\"} 1",
                        "matriarch_pgbouncer_client_connections{cluster=\"demo\",member=\"a\",database=\"herd\",user=\"app\",state=\"active\"} 20",
                        "matriarch_pgbouncer_client_connections{cluster=\"demo\",member=\"a\",database=\"herd\",user=\"app\",state=\"waiting\"} 5",
                        "matriarch_pgbouncer_max_wait_seconds{cluster=\"demo\",member=\"a\",database=\"herd\",user=\"app\"} 3.25",
                        "matriarch_pgbouncer_queries_total{cluster=\"demo\",member=\"a\",database=\"herd\"} 1000",
                        "matriarch_pgbouncer_wait_seconds_total{cluster=\"demo\",member=\"a\",database=\"herd\"} 1.5");
    }

    @Test
    @DisplayName("stay bounded, however many users there are")
    void bounded() {
        var columns = List.of("database", "user", "cl_active");
        var many = new ArrayList<Rows.Row>();
        IntStream.range(0, 1000)
                .forEach(i -> many.add(new Rows.Row(columns, "herd", "u" + i, (double) i)));
        PoolerFigures.tell(new Rows(columns, many), Rows.NONE, Rows.NONE, out);
        assertThat(lines()).hasSizeLessThanOrEqualTo(2 * PoolerFigures.MOST_POOLS + 1);
        assertThat(lines())
                .as("the rest is summed")
                .anyMatch(line -> line.contains("user=\"other\""));
    }
}
