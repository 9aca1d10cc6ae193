package io.matriarch.management.jmx;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A view that costs a query, kept for a moment: a console reads each attribute by itself, and all
 * of one refresh shall come from one look.
 */
final class Recent<T> {
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    private final Calls.Call<T> look;
    private final LongSupplier nanoTime;
    private @Nullable T seen; // guarded by this
    private long seenAt; // guarded by this

    Recent(Calls.Call<T> look, LongSupplier nanoTime) {
        this.look = look;
        this.nanoTime = nanoTime;
    }

    synchronized T get() {
        T last = seen;
        if (last != null && nanoTime.getAsLong() - seenAt < FRESH_NANOS) return last;
        seen = null;
        T now = Calls.get(look);
        seen = now;
        seenAt = nanoTime.getAsLong();
        return now;
    }
}
