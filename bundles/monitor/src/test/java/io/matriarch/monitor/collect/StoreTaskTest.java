package io.matriarch.monitor.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.StoreHealth;
import io.matriarch.dcs.api.StoreHealth.Endpoint;
import io.matriarch.dcs.api.StoreHealth.Storage;
import io.matriarch.monitor.api.Sample;
import io.matriarch.monitor.core.Identity;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Figures of the store")
class StoreTaskTest {
    private static Endpoint answers(String uri, Storage storage) {
        return new Endpoint(
                uri, true, false, "3.5", Duration.ofMillis(2), "", Optional.of(storage));
    }

    private static Endpoint silent(String uri) {
        return new Endpoint(uri, false, false, "", Duration.ZERO, "refused");
    }

    private static Dcs store(Endpoint... endpoints) {
        return (Dcs)
                Proxy.newProxyInstance(
                        Dcs.class.getClassLoader(),
                        new Class<?>[] {Dcs.class},
                        (_, method, _) -> {
                            if (method.getName().equals("health"))
                                return new StoreHealth("c", Arrays.asList(endpoints));
                            throw new AssertionError("not asked for: " + method);
                        });
    }

    /** What is told of one name, by the last label. */
    private static Map<String, Double> told(String name, Endpoint... endpoints) {
        var task =
                new StoreTask(
                        new Identity("demo", "node-a"),
                        () -> Optional.of(store(endpoints)),
                        Duration.ofSeconds(10));
        var answer = (Task.Outcome.Answered) task.ask(Instant.EPOCH);
        var told = new TreeMap<String, Double>();
        for (var family : answer.families())
            if (family.metric().name().equals(name))
                for (var sample : family.samples())
                    told.put(sample.labels().getLast(), ((Sample.Value) sample).value());
        return told;
    }

    private static final Endpoint[] ONE_AWAY = {
        answers(
                "http://a:2379",
                new Storage(8_192_000, 100_000, 7, OptionalLong.of(2_147_483_648L))),
        answers("http://b:2379", new Storage(9_000_000, 120_000, 6, OptionalLong.empty())),
        silent("http://c:2379")
    };

    @Test
    @DisplayName("are told of every endpoint that answers, and of no other")
    void sizes() {
        assertThat(told("matriarch_dcs_db_size_bytes", ONE_AWAY))
                .isEqualTo(Map.of("http://a:2379", 8_192_000.0, "http://b:2379", 9_000_000.0));
        assertThat(told("matriarch_dcs_db_in_use_bytes", ONE_AWAY))
                .isEqualTo(Map.of("http://a:2379", 100_000.0, "http://b:2379", 120_000.0));
        assertThat(told("matriarch_dcs_db_quota_bytes", ONE_AWAY))
                .as("of those that say it")
                .isEqualTo(Map.of("http://a:2379", 2_147_483_648.0));
        assertThat(told("matriarch_dcs_up", ONE_AWAY)).containsEntry("http://c:2379", 0.0);
    }

    @Test
    @DisplayName("count elections by the newest term anybody knows, so that it never goes back")
    void elections() {
        assertThat(told("matriarch_dcs_leader_changes_total", ONE_AWAY).values())
                .containsExactly(7.0);
    }

    @Test
    @DisplayName("are left out while nobody answers, never told as 0")
    void nobody() {
        for (String name :
                List.of("matriarch_dcs_db_size_bytes", "matriarch_dcs_leader_changes_total"))
            assertThat(told(name, silent("http://a:2379"))).as(name).isEmpty();
    }
}
