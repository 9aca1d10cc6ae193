package io.matriarch.alerting.core;

import static io.matriarch.alerting.core.CauseFinderTest.probable;
import static io.matriarch.alerting.core.CauseFinderTest.seen;

import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

@DisplayName("The cause finder")
class ProxyCausesTest {
    @TestFactory
    @DisplayName("names why clients do not get through:")
    Stream<DynamicTest> proxies() {
        return Stream.of(
                seen(
                        "a paused database",
                        new Fault("PoolerClientsWaiting", "member", "n1", "database", "shop")
                                .measured(
                                        "matriarch_pgbouncer_database_paused",
                                        1,
                                        "database",
                                        "shop"),
                        "paused the database"),
                probable(
                        "long transactions hold the pool",
                        new Fault("PoolerClientsWaiting", "member", "n1", "database", "shop")
                                .measured(
                                        "matriarch_pgbouncer_database_paused",
                                        1,
                                        "database",
                                        "blog")
                                .beside("LongTransaction", "member", "n1"),
                        "long transactions"),
                probable(
                        "nobody leads",
                        new Fault("BalancerNoServer", "member", "n1", "proxy", "writes")
                                .beside("ClusterNoPrimary"),
                        "no member leads"));
    }
}
