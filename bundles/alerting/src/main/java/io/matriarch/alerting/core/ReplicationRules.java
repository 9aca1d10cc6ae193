package io.matriarch.alerting.core;

import static io.matriarch.alerting.core.Expr.metric;
import static io.matriarch.alerting.core.Rule.Topic.REPLICATION;
import static io.matriarch.alerting.core.Rule.Trait.ASKS_POSTGRES;
import static io.matriarch.alerting.core.Rule.Trait.PART_OF_MAINTENANCE;

import java.time.Duration;
import java.util.List;

/** How far the copies are behind, and what holds them up. */
final class ReplicationRules {
    private ReplicationRules() {}

    static final Expr ON_PRIMARY = metric("pg_replication_is_replica").is(0);

    private static final String LIST = "matriarchctl list";
    private static final String STAGES =
            "matriarchctl query -U postgres -q 'select application_name, state, sync_state, sent_lsn,"
                    + " write_lsn, flush_lsn, replay_lsn, reply_time from pg_stat_replication'";
    private static final String SLOTS =
            "matriarchctl query -U postgres -q 'select slot_name, slot_type, active, wal_status,"
                    + " restart_lsn, pg_size_pretty(safe_wal_size) from pg_replication_slots'";

    static List<Rule> all() {
        return List.of(
                lagTime(),
                lagBytes(),
                notStreaming(),
                replayPaused(),
                syncDegraded(),
                slotInactive(),
                slotRetention(),
                slotAtRisk(),
                feedbackXmin(),
                conflicts(),
                walSenders());
    }

    private static Rule lagTime() {
        return Rule.named("ReplicationLagTime", REPLICATION)
                .ofCluster("standby")
                .measure(metric("matriarch_replication_clock_lag_seconds"))
                .clearHalf()
                .traits(ASKS_POSTGRES, PART_OF_MAINTENANCE)
                .says("standby {standby} is {value} behind the primary")
                .impact(
                        "Reads there are that old. In asynchronous mode a failover to it would lose as"
                                + " much as was not yet received.")
                .first(LIST, STAGES)
                .runbook(
                        """
                        The stage with the most bytes names the cause: *pending* or *network*: the line, or the sender's CPU; *flush*: the
                        standby's disk; *replay*: a long query there (`max_standby_streaming_delay`), a lock, or one core that cannot
                        replay faster. `matriarchctl list --watch` shows whether it catches up.
                        """);
    }

    private static Rule lagBytes() {
        return Rule.named("ReplicationLagBytes", REPLICATION)
                .ofCluster("standby")
                .measure(metric("matriarch_replication_stage_bytes", "stage", "total"))
                .clearHalf()
                .traits(ASKS_POSTGRES, PART_OF_MAINTENANCE)
                .says("standby {standby} lacks {value} of WAL")
                .impact(
                        "Above maximum_lag_on_failover it is no candidate, and the primary keeps that much"
                                + " WAL for it.")
                .first(LIST, STAGES)
                .runbook(
                        "As for ReplicationLagTime; `matriarch_catchup_eta_seconds` says when it is done.");
    }

    private static Rule notStreaming() {
        return Rule.named("StandbyNotStreaming", REPLICATION)
                .measure(metric("matriarch_receiver_up").not())
                .clearAfter(Duration.ofSeconds(30))
                .traits(ASKS_POSTGRES, PART_OF_MAINTENANCE)
                .says("{member} receives no WAL")
                .impact("It falls behind, and what only the primary has would be lost with it.")
                .first(
                        "tail -n 50 STATE_DIR/postgresql.log   # on {member}",
                        LIST,
                        "matriarchctl events --member {member} --since 15m")
                .runbook(
                        """
                        | what the log says | do |
                        |---|---|
                        | `requested WAL segment … has already been removed` | from the archive if there is one, else `matriarchctl reinit {member} --wait` |
                        | `replication slot … does not exist` | the agent makes it within seconds; if not, the leader's events say why |
                        | `no pg_hba.conf entry for replication` | `matriarchctl edit-config`, `postgresql.pg_hba` |
                        | `password authentication failed` | the replication user's password differs from that in `matriarch.yml` |
                        | `Connection refused`, `timeout` | the primary's address, port, firewall |
                        """);
    }

    private static Rule replayPaused() {
        return Rule.named("ReplayPaused", REPLICATION)
                .measure(metric("matriarch_replay_paused").held())
                .traits(ASKS_POSTGRES)
                .says("replay on {member} has been paused for {value}")
                .impact(
                        "Reads there stay as old as they are, and a promotion must replay all of it first.")
                .first(
                        "matriarchctl query -m {member} -U postgres -q 'select"
                                + " pg_get_wal_replay_pause_state()'",
                        "matriarchctl query -m {member} -U postgres -q 'select pg_wal_replay_resume()'")
                .runbook(
                        "Somebody called `pg_wal_replay_pause()`, or a parameter on the primary was raised above"
                                + " this standby's (its log says which). Resume, or raise the parameter"
                                + " and restart.");
    }

    private static Rule syncDegraded() {
        return Rule.named("SyncDegraded", REPLICATION)
                .ofCluster()
                .measure(
                        metric("matriarch_replication_sync_required")
                                .minus(metric("matriarch_replication_sync_available"))
                                .isAbove(0))
                .measure(
                        metric("pg_stat_activity_count", "wait_event", "SyncRep")
                                .sum("cluster", "member")
                                .isAbove(0)
                                .where(
                                        metric("matriarch_replication_sync_required")
                                                .minus(
                                                        metric(
                                                                "matriarch_replication_sync_available"))
                                                .isAbove(0)))
                .clearAfter(Duration.ofSeconds(30))
                .traits(ASKS_POSTGRES, PART_OF_MAINTENANCE)
                .says(
                        "{cluster} lacks a synchronous standby",
                        "commits in {cluster} wait for a synchronous standby that is not there")
                .impact(
                        "Either commits wait, or they are acknowledged without a second copy: the mode"
                                + " decides (synchronous_mode_strict).")
                .first(LIST, STAGES, "matriarchctl show-config")
                .runbook(
                        "Bring the standby back that `matriarchctl list` shows not streaming. If commits wait and"
                                + " it stays away, leave the strict mode: `matriarchctl edit-config -s"
                                + " synchronous_mode_strict=false`; from then on a failover may lose"
                                + " acknowledged rows.");
    }

    private static Rule slotInactive() {
        return Rule.named("SlotInactive", REPLICATION)
                .of("slot")
                .measure(metric("matriarch_slot_inactive_seconds").onlyIf(ON_PRIMARY))
                .traits(ASKS_POSTGRES, PART_OF_MAINTENANCE)
                .says("nobody has used slot {slot} on {member} for {value}")
                .impact("WAL is kept for it until its volume is full.")
                .first(SLOTS, LIST)
                .runbook(
                        """
                        A slot of a member that is gone is dropped after `member_slots_ttl`. Any other one belongs to somebody: a logical
                        consumer that stopped, a backup tool. Start the consumer, or drop the slot if it is gone for good:
                        `select pg_drop_replication_slot('{slot}')`.
                        """);
    }

    private static Rule slotRetention() {
        return Rule.named("SlotRetention", REPLICATION)
                .of("slot")
                .measure(
                        metric("matriarch_slot_retained_bytes")
                                .overWhole(metric("matriarch_volume_size_bytes", "role", "wal"))
                                .percent())
                .clearHalf()
                .traits(ASKS_POSTGRES)
                .says("slot {slot} on {member} keeps WAL worth {value} of its volume")
                .impact("When the volume is full, the primary stops.")
                .first(SLOTS, "df -h DATA_DIR/pg_wal   # on {member}")
                .runbook(
                        "Its consumer is slow or gone: see SlotInactive and ReplicationLagBytes."
                                + " `max_slot_wal_keep_size` bounds it for the next time, at the price of"
                                + " the slot.");
    }

    private static Rule slotAtRisk() {
        return Rule.named("SlotAtRisk", REPLICATION)
                .of("slot")
                .measure(
                        Expr.either(
                                metric("matriarch_slot_state", "wal_status", "lost"),
                                metric("matriarch_slot_invalidated")))
                .measure(metric("matriarch_slot_safe_bytes"))
                .clear(new Clear.AtOnce())
                .traits(ASKS_POSTGRES)
                .says(
                        "slot {slot} on {member} is lost: its WAL is gone",
                        "slot {slot} on {member} will be lost after {value} more of WAL")
                .impact(
                        "What read from it must be built anew: a standby cloned, a subscription copied.")
                .first(SLOTS, LIST)
                .runbook(
                        """
                        Not lost yet: make the consumer faster, or raise `max_slot_wal_keep_size` (no restart needed). Lost: drop the slot;
                        a standby of ours: `matriarchctl reinit MEMBER --wait`; a logical consumer: copy its tables again.
                        """);
    }

    private static Rule feedbackXmin() {
        return Rule.named("FeedbackXmin", REPLICATION)
                .of("what", "holder")
                .measure(
                        Expr.either(
                                metric("matriarch_replication_feedback_xmin_age")
                                        .renamed("standby", "holder")
                                        .marked("what", "standby"),
                                metric("matriarch_slot_xmin_age")
                                        .renamed("slot", "holder")
                                        .marked("what", "slot")))
                .clearHalf()
                .traits(ASKS_POSTGRES)
                .says("{what} {holder} holds back vacuum of the last {value}")
                .impact(
                        "Dead rows of every table stay until that is over: tables grow, queries slow down.")
                .first(
                        "matriarchctl query -U postgres -q 'select application_name, age(backend_xmin) from"
                                + " pg_stat_replication'",
                        SLOTS)
                .runbook(
                        "On the standby named, find the old query (`pg_stat_activity`, oldest `xact_start`) and"
                                + " end it; a logical slot: see SlotInactive.");
    }

    private static Rule conflicts() {
        return Rule.named("RecoveryConflicts", REPLICATION)
                .measure(
                        new Expr.Increase(
                                        metric("matriarch_recovery_conflicts_total"),
                                        Duration.ofMinutes(5))
                                .sum("cluster", "member")
                                .over(Expr.constant(5)))
                .clearHalf()
                .traits(ASKS_POSTGRES)
                .says("replay cancels queries on {member}: {value}")
                .impact("Readers there get errors and must try again.")
                .first(
                        "matriarchctl query -m {member} -U postgres -q 'select * from"
                                + " pg_stat_database_conflicts'")
                .runbook(
                        "Many `confl_snapshot`: turn `hot_standby_feedback` on, or raise"
                                + " `max_standby_streaming_delay` (then the standby lags). `confl_lock`:"
                                + " DDL on the primary.");
    }

    private static Rule walSenders() {
        return Rule.named("WalSendersNearLimit", REPLICATION)
                .of("what")
                .measure(
                        Expr.either(
                                metric("matriarch_walsenders_used")
                                        .over(metric("matriarch_walsenders_max"))
                                        .percent()
                                        .marked("what", "max_wal_senders"),
                                metric("matriarch_slots_used")
                                        .over(metric("matriarch_slots_max"))
                                        .percent()
                                        .marked("what", "max_replication_slots")))
                .clearMargin(5)
                .traits(ASKS_POSTGRES)
                .says("{member} uses {value} of {what}")
                .impact("A standby or a backup that comes next is refused.")
                .first(STAGES, SLOTS)
                .runbook(
                        "`matriarchctl edit-config -p {what}=N`, then `matriarchctl restart --pending`.");
    }
}
