package io.matriarch.failover.simulation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Dynamic configurations people run. */
final class Timings {
    private Timings() {}

    static Map<String, Object> draw(Random random) {
        int[][] choices = {{30, 10, 10}, {20, 1, 3}, {10, 2, 3}, {5, 1, 1}};
        var choice = choices[random.nextInt(choices.length)];
        var config = new LinkedHashMap<String, Object>();
        config.put("ttl", choice[0]);
        config.put("loop_wait", choice[1]);
        config.put("retry_timeout", choice[2]);
        if (random.nextInt(4) == 0) config.put("primary_start_timeout", random.nextInt(2) * 20);
        if (random.nextInt(4) == 0) config.put("maximum_lag_on_failover", 20_000);
        if (random.nextInt(3) != 0) config.put("failsafe_mode", true);
        synchronous(random, config);
        return config;
    }

    private static void synchronous(Random random, Map<String, Object> config) {
        int drawn = random.nextInt(10);
        if (drawn < 4) return;
        config.put("synchronous_mode", drawn < 7 ? "on" : "quorum");
        if (random.nextInt(4) == 0) config.put("synchronous_mode_strict", true);
        if (random.nextInt(3) == 0) config.put("synchronous_node_count", 2);
        if (random.nextInt(5) == 0) config.put("maximum_lag_on_syncnode", 10_000);
    }
}
