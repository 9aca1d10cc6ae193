package io.matriarch.dcs.api;

import java.time.Duration;

/**
 * A lease as the store granted or renewed it. It counts from when the store handled the request, so
 * a holder that counts {@code ttl} from when the request <em>left</em> is always early, never late.
 *
 * @param id never {@link #NONE}
 * @param ttl what the store granted; it may have rounded up what was asked for
 */
public record Lease(long id, Duration ttl) {
    /** In a {@link KeyValue} or {@link Op.Put}: no lease. */
    public static final long NONE = 0;
}
