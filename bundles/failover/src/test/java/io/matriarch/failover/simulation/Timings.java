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
        return config;
    }
}
