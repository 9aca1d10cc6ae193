package io.matriarch.failover.core;

import io.matriarch.api.Lsn;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the dynamic configuration means, checked once, here (interop page, 3.1).
 *
 * @param ttl until a silent leader is replaced
 * @param loopWait the longest silence between two decisions
 * @param retryTimeout until one try at the store or at a peer is given up
 * @param maximumLagBytes a standby further behind the leader's last published position does not
 *     lead
 * @param checkTimeline whether a standby on an older timeline than the history's may not lead
 * @param primaryStartTimeout how long a primary may take to start before another takes over; zero:
 *     at once
 * @param memberSlotsTtl how long the slot of an absent member is kept
 * @param failsafe whether a leader without the store may serve on if all members agree
 * @param sync synchronous replication
 * @param standbyCluster what is followed instead of writing; while there is one, nobody is promoted
 * @param replacement by which the cluster goes back to restored data
 */
public record Policy(
        Duration ttl,
        Duration loopWait,
        Duration retryTimeout,
        long maximumLagBytes,
        boolean checkTimeline,
        Duration primaryStartTimeout,
        Duration memberSlotsTtl,
        boolean useSlots,
        boolean paused,
        int maxTimelinesHistory,
        boolean failsafe,
        SyncPolicy sync,
        Optional<StandbyCluster> standbyCluster,
        Optional<Replacement> replacement) {

    /** Patroni's own, for what a cluster's configuration leaves out. */
    private static final int TTL = 30;

    private static final int LOOP_WAIT = 10;
    private static final int RETRY_TIMEOUT = 10;
    private static final Duration LEAST_MARGIN = Duration.ofMillis(500);

    /**
     * The time a leader keeps in hand: its writes end this long before the store can give the lease
     * to another. Covers clocks that run at different speeds (10 % is far beyond any that is
     * alive), and the guard's own work.
     */
    public Duration safetyMargin() {
        var tenth = ttl.dividedBy(10);
        return tenth.compareTo(LEAST_MARGIN) > 0 ? tenth : LEAST_MARGIN;
    }

    /**
     * The same for what members promised: two clocks may be wrong then, ours slow and theirs fast.
     */
    public Duration agreementMargin() {
        return safetyMargin().multipliedBy(2);
    }

    /**
     * A leader that cannot renew begins to step down when this much of its time is left: time for
     * an orderly stop.
     */
    public Duration stepDownReserve() {
        return ttl.dividedBy(5);
    }

    public static Policy of(Map<String, Object> config) {
        long ttl = Math.max(2, Values.number(config.get("ttl"), TTL));
        long loopWait = Math.max(1, Values.number(config.get("loop_wait"), LOOP_WAIT));
        long retry = Math.max(1, Values.number(config.get("retry_timeout"), RETRY_TIMEOUT));
        if (1 + 2 * retry
                > ttl) { // Patroni's adjustment, so that both sides agree on what the values mean
            loopWait = 1;
            retry = Math.max(1, (ttl - 1) / 2);
        } else if (loopWait + 2 * retry > ttl) {
            loopWait = ttl - 2 * retry;
        }
        var postgresql = Values.map(config.get("postgresql"));
        return new Policy(
                Duration.ofSeconds(ttl),
                Duration.ofSeconds(loopWait),
                Duration.ofSeconds(retry),
                Values.number(config.get("maximum_lag_on_failover"), 1_048_576),
                Values.truth(config.get("check_timeline"), false),
                Duration.ofSeconds(
                        either(config, "primary_start_timeout", "master_start_timeout", 300)),
                Durations.parse(
                        Values.text(config.get("member_slots_ttl")), Duration.ofMinutes(30)),
                Values.truth(postgresql.get("use_slots"), true),
                Values.truth(config.get("pause"), false),
                (int) Values.number(config.get("max_timelines_history"), 0),
                Values.truth(config.get("failsafe_mode"), false),
                SyncPolicy.of(config),
                StandbyCluster.of(config),
                Replacement.of(config));
    }

    private static long either(
            Map<String, Object> config, String key, String formerKey, long otherwise) {
        return Values.number(config.get(key), Values.number(config.get(formerKey), otherwise));
    }

    /** Whether {@code position} is too far behind the leader's last published one to lead. */
    boolean tooFarBehind(Lsn optime, Lsn position) {
        return optime.bytesAheadOf(position) > maximumLagBytes;
    }
}
