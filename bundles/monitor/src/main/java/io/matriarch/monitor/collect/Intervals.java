package io.matriarch.monitor.collect;

import io.matriarch.monitor.core.Tier;
import java.time.Duration;

/** How often each tier is asked. */
public record Intervals(Duration fast, Duration normal, Duration slow, Duration hourly) {
    public static final Intervals DEFAULT =
            new Intervals(
                    Tier.FAST.interval(),
                    Tier.NORMAL.interval(),
                    Tier.SLOW.interval(),
                    Tier.HOURLY.interval());

    public Duration of(Tier tier) {
        return switch (tier) {
            case FAST -> fast;
            case NORMAL -> normal;
            case SLOW -> slow;
            case HOURLY -> hourly;
        };
    }
}
