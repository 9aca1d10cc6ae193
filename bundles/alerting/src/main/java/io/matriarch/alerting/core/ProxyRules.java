package io.matriarch.alerting.core;

import static io.matriarch.alerting.core.Expr.metric;
import static io.matriarch.alerting.core.Rule.Topic.PROXIES;

import java.util.List;

/** What stands between clients and the server of a node. */
final class ProxyRules {
    private ProxyRules() {}

    private static final String LIST = "matriarchctl list";

    static List<Rule> all() {
        return List.of(poolerDown(), clientsWaiting(), balancerDown(), noServer());
    }

    private static Rule poolerDown() {
        return Rule.named("PoolerDown", PROXIES)
                .measure(metric("matriarch_pgbouncer_up").not())
                .says("PgBouncer beside {member} does not answer on its console")
                .impact(
                        "Clients that connect by it reach no database, unless another one serves them.")
                .first("systemctl status pgbouncer; journalctl -u pgbouncer -n 50   # on {member}")
                .runbook(
                        """
                        | what you find | do |
                        |---|---|
                        | it does not run | start it; its log says why it ended |
                        | it runs, and refuses our login | the role of `monitor.pgbouncer` must be among its `stats_users`, with that password |
                        | `no more connections allowed` | raise `max_client_conn`; who holds them: `SHOW CLIENTS` |

                        Who does not answer for long is asked every ten minutes only: the alert may end that late.
                        """);
    }

    private static Rule clientsWaiting() {
        return Rule.named("PoolerClientsWaiting", PROXIES)
                .of("database", "user")
                .measure(metric("matriarch_pgbouncer_max_wait_seconds"))
                .clearHalf()
                .says(
                        "a client of {database} has waited {value} for a connection of PgBouncer on {member}")
                .impact("Requests are late by as much; clients with a time-out fail.")
                .first(
                        "psql -p 6432 pgbouncer -c 'SHOW POOLS'   # on {member}",
                        "matriarchctl top",
                        LIST)
                .runbook(
                        """
                        | what you find | do |
                        |---|---|
                        | `cl_waiting` and `sv_active` at the pool's size | transactions are long, or the pool is small: LongTransaction, BlockedSessions; then `default_pool_size` |
                        | no connection to PostgreSQL at all | is there a primary? Does `pgbouncer.ini` name the right host? |
                        | the database is paused | `RESUME` on the console, once who paused it agrees |
                        """);
    }

    private static Rule balancerDown() {
        return Rule.named("BalancerDown", PROXIES)
                .measure(metric("matriarch_haproxy_up").not())
                .says("HAProxy beside {member} does not answer")
                .impact(
                        "Clients that connect by it reach no server, unless another one serves them.")
                .first("systemctl status haproxy; journalctl -u haproxy -n 50   # on {member}")
                .runbook(
                        "`haproxy -c -f /etc/haproxy/haproxy.cfg` tells a wrong configuration. If it runs, is its"
                                + " page of statistics where `monitor.haproxy.url` says? Who does not answer for"
                                + " long is asked every ten minutes only: the alert may end that late.");
    }

    private static Rule noServer() {
        return Rule.named("BalancerNoServer", PROXIES)
                .of("proxy")
                .measure(metric("matriarch_haproxy_backend_servers_up").is(0))
                .says("HAProxy on {member} has no server to send the connections of {proxy} to")
                .impact("Every connection by {proxy} is refused.")
                .first(LIST, "curl -isX OPTIONS http://{member}:8008/primary | head -n 1")
                .runbook(
                        """
                        | what you find | do |
                        |---|---|
                        | no leader, for the proxy of writes | see ClusterNoPrimary |
                        | no standby streams, for the proxy of reads | see StandbyNotStreaming |
                        | a member answers 200 and HAProxy still has none | its check: port 8008, the path, and with TLS `check-ssl`; `show servers state` on its socket |
                        """);
    }
}
