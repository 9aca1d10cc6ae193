package io.matriarch.failover.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When and under which conditions to restart PostgreSQL.
 *
 * @param at empty: now
 * @param role only if the member then has it ({@code primary}, {@code replica})
 * @param olderThan only if the server is older than this version, such as {@code 17.5}
 * @param onlyIfPending only if a changed parameter waits for it
 * @param timeout how long the start may take before a leader gives up the lease
 */
public record RestartRequest(
        Optional<Instant> at,
        Optional<String> role,
        Optional<String> olderThan,
        boolean onlyIfPending,
        Optional<Duration> timeout) {}
