package io.matriarch.alerting.core;

import static io.matriarch.alerting.core.Expr.metric;
import static io.matriarch.alerting.core.Rule.Topic.DATABASE;
import static io.matriarch.alerting.core.Rule.Trait.ASKS_POSTGRES;
import static io.matriarch.alerting.core.Rule.Trait.NEVER_MUTED;

import java.time.Duration;
import java.util.List;

/** What goes on inside the server. */
final class DatabaseRules {
    private DatabaseRules() {}

    private static final String ACTIVITY =
            "matriarchctl query -m {member} -U postgres -q \"select pid, usename, application_name, state,"
                    + " now()-xact_start as age, wait_event, left(query,80) from pg_stat_activity where"
                    + " backend_type='client backend' order by xact_start limit 10\"";
    private static final String HORIZON =
            "matriarchctl query -m {member} -U postgres -q \"select pid, usename, state, age(backend_xmin)"
                    + " from pg_stat_activity where backend_xmin is not null order by 4 desc limit 5\"";
    private static final String OLDEST =
            "matriarchctl query -m {member} -U postgres -q 'select datname, age(datfrozenxid),"
                    + " mxid_age(datminmxid) from pg_database order by 2 desc'";
    private static final String BLOCKERS =
            "matriarchctl query -m {member} -U postgres -q 'select pid, pg_blocking_pids(pid), left(query,80)"
                    + " from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0'";
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    static List<Rule> all() {
        return List.of(
                wraparound("XidWraparound", "matriarch_xid_used_percent", "transaction ids"),
                wraparound("MultixactWraparound", "matriarch_mxid_used_percent", "multixact ids"),
                freeze(),
                horizon(),
                longTransaction(),
                idleInTransaction(),
                longQuery(),
                blocked(),
                deadlocks(),
                connections(),
                prepared(),
                checkpoints(),
                checkpointOverdue(),
                autovacuum(),
                vacuumOverdue(),
                temp(),
                cache(),
                rollbacks(),
                sequence(),
                invalidIndex(),
                unsafe(),
                evictions(),
                subscription());
    }

    private static Rule wraparound(String name, String metric, String what) {
        var builder =
                Rule.named(name, DATABASE)
                        .ofCluster()
                        .measure(metric(metric).most("cluster"))
                        .clearMargin(5);
        if (name.equals("XidWraparound")) builder.traits(NEVER_MUTED);
        return builder.traits(ASKS_POSTGRES)
                .says("{cluster} has used {value} of its " + what)
                .impact("Near 100 % the server refuses writes until everything was vacuumed.")
                .first(
                        OLDEST.replace(" -m {member}", ""),
                        HORIZON.replace(" -m {member}", ""),
                        "matriarchctl query -U postgres -q 'select * from pg_stat_progress_vacuum'")
                .runbook(
                        """
                        1. What holds the horizon? XminHorizonHeld names it: end that session, slot or prepared transaction first;
                           without that no vacuum helps.
                        2. In the database with the highest age: `VACUUM (FREEZE, VERBOSE)` of its oldest tables,
                           `select oid::regclass, age(relfrozenxid) from pg_class where relkind in ('r','m','t') order by 2 desc limit 10`.
                        3. Raise `autovacuum_max_workers` and `autovacuum_vacuum_cost_limit` so that it does not come back.
                        """);
    }

    private static Rule freeze() {
        return Rule.named("FreezeOverdue", DATABASE)
                .ofCluster()
                .measure(metric("matriarch_freeze_emergency_percent").most("cluster"))
                .clearMargin(10)
                .traits(ASKS_POSTGRES)
                .says("the oldest rows of {cluster} are at {value} of autovacuum_freeze_max_age")
                .impact("The vacuum that should have frozen them does not get done.")
                .first(
                        OLDEST.replace(" -m {member}", ""),
                        "matriarchctl query -U postgres -q 'select * from pg_stat_progress_vacuum'")
                .runbook(
                        "Is it blocked (BlockedSessions), starved (AutovacuumSaturated), or held back (XminHorizonHeld)?");
    }

    private static Rule horizon() {
        return Rule.named("XminHorizonHeld", DATABASE)
                .of("holder", "holder_id")
                .measure(metric("matriarch_xmin_horizon_age").onlyIf(ReplicationRules.ON_PRIMARY))
                .clearHalf()
                .traits(ASKS_POSTGRES)
                .says("{holder} {holder_id} on {member} holds back vacuum of the last {value}")
                .impact("Dead rows of every table stay: tables grow, queries slow down.")
                .first(
                        HORIZON,
                        "matriarchctl query -U postgres -q 'select * from pg_prepared_xacts'")
                .runbook(
                        """
                        | holder | do |
                        |---|---|
                        | `session` | `select pg_terminate_backend({holder_id})`, after asking its owner |
                        | `slot` | its consumer is stuck: SlotInactive |
                        | `standby_feedback` | a long query on that standby |
                        | `prepared` | `COMMIT PREPARED '{holder_id}'` or `ROLLBACK PREPARED` |
                        """);
    }

    private static Rule longTransaction() {
        return Rule.named("LongTransaction", DATABASE)
                .measure(metric("matriarch_oldest_transaction_seconds"))
                .traits(ASKS_POSTGRES)
                .says("the oldest transaction on {member} has been open for {value}")
                .impact("Vacuum cannot remove what died since, and its locks stay.")
                .first(ACTIVITY)
                .runbook(
                        "Ask its owner; `select pg_terminate_backend(PID)` ends it. `transaction_timeout` (17+) for that role prevents it.");
    }

    private static Rule idleInTransaction() {
        return Rule.named("IdleInTransaction", DATABASE)
                .measure(metric("matriarch_oldest_idle_in_tx_seconds"))
                .traits(ASKS_POSTGRES)
                .says("a session on {member} has been idle in its transaction for {value}")
                .impact("Its locks block others, and vacuum cannot remove what died since.")
                .first(ACTIVITY)
                .runbook(
                        "The application forgot to commit. End the session; set"
                                + " `idle_in_transaction_session_timeout` for that role.");
    }

    private static Rule longQuery() {
        return Rule.named("LongQuery", DATABASE)
                .measure(metric("matriarch_oldest_query_seconds"))
                .traits(ASKS_POSTGRES)
                .says("the oldest query on {member} has run for {value}")
                .impact("It holds resources, and vacuum back.")
                .first(ACTIVITY)
                .runbook(
                        "Is it expected (a report, a dump)? Else `select pg_cancel_backend(PID)`, then EXPLAIN it.");
    }

    private static Rule blocked() {
        return Rule.named("BlockedSessions", DATABASE)
                .measure(metric("matriarch_blocked_sessions"))
                .clearHalf()
                .measure(metric("matriarch_blocked_longest_seconds"))
                .clearHalf()
                .traits(ASKS_POSTGRES)
                .says(
                        "{value} sessions on {member} wait for locks",
                        "a session on {member} has waited {value} for a lock")
                .impact("Users wait; more sessions queue up behind them.")
                .first(BLOCKERS, ACTIVITY)
                .runbook(
                        "Find the root: the pid that blocks others and is not blocked itself. If it is idle in"
                                + " transaction, end it. If it is DDL, cancel it and try again with"
                                + " `lock_timeout`.");
    }

    private static Rule deadlocks() {
        return Rule.named("Deadlocks", DATABASE)
                .of("datname")
                .measure(
                        new Expr.Increase(metric("matriarch_deadlocks_total"), FIVE_MINUTES)
                                .over(Expr.constant(5)))
                .clearHalf()
                .traits(ASKS_POSTGRES)
                .says("{value} deadlocks in {datname} on {member}")
                .impact("One transaction of each is rolled back; its user sees an error.")
                .first(
                        "grep -A6 'deadlock detected' STATE_DIR/postgresql.log | tail -n 40   # on {member}")
                .runbook(
                        "The log names both statements. Applications must take locks in one order, or try again.");
    }

    private static Rule connections() {
        return Rule.named("ConnectionsHigh", DATABASE)
                .measure(metric("matriarch_connections_used_ratio").percent())
                .clearMargin(5)
                .traits(ASKS_POSTGRES)
                .says("{member} uses {value} of its connections")
                .impact("At 100 % every new session is refused.")
                .first(
                        "matriarchctl query -m {member} -U postgres -q 'select usename, application_name,"
                                + " state, count(*) from pg_stat_activity group by 1,2,3 order by 4 desc"
                                + " limit 15'",
                        BLOCKERS)
                .runbook(
                        "Many idle: a pool that is too large, or none (PgBouncer). Many active or waiting: what slows"
                                + " them down comes first (BlockedSessions, DiskSlow). `max_connections`"
                                + " needs a restart and memory.");
    }

    private static Rule prepared() {
        return Rule.named("PreparedTransactionOld", DATABASE)
                .measure(
                        metric("matriarch_prepared_oldest_seconds")
                                .onlyIf(ReplicationRules.ON_PRIMARY))
                .traits(ASKS_POSTGRES)
                .says("a prepared transaction on {member} is {value} old")
                .impact(
                        "Its locks outlive every restart, and vacuum cannot remove what died since.")
                .first(
                        "matriarchctl query -U postgres -q 'select * from pg_prepared_xacts order by prepared'")
                .runbook(
                        "Ask the transaction manager that made it. `COMMIT PREPARED 'GID'` or `ROLLBACK PREPARED 'GID'`.");
    }

    private static Rule checkpoints() {
        var window = Duration.ofMinutes(15);
        var requested =
                new Expr.Increase(
                                metric("matriarch_checkpoints_total", "kind", "requested"), window)
                        .sum("cluster", "member");
        var timed =
                new Expr.Increase(metric("matriarch_checkpoints_total", "kind", "timed"), window)
                        .sum("cluster", "member");
        return Rule.named("CheckpointsTooFrequent", DATABASE)
                .measure(requested.minus(timed).isAbove(3))
                .clearAfter(window)
                .traits(ASKS_POSTGRES)
                .says(
                        "{member} makes checkpoints because of its WAL, more than three in a quarter of an hour")
                .impact(
                        "Each writes whole pages into the WAL again: more WAL, more disk, slower commits.")
                .first(
                        "matriarchctl query -m {member} -U postgres -q 'show max_wal_size'",
                        "grep 'checkpoint' STATE_DIR/postgresql.log | tail -n 20   # on {member}")
                .runbook(
                        "Raise `max_wal_size` to what is written in `checkpoint_timeout` times three: `matriarchctl edit-config -p max_wal_size=8GB`.");
    }

    /**
     * While nothing is written no checkpoint is due, so the time of writing counts, not only that
     * of the last checkpoint.
     */
    private static Rule checkpointOverdue() {
        var writing =
                new Expr.Increase(metric("matriarch_wal_insert_bytes_total"), FIVE_MINUTES)
                        .isAbove(1_000_000)
                        .held();
        return Rule.named("CheckpointOverdue", DATABASE)
                .measure(
                        metric("matriarch_checkpoint_age_seconds")
                                .lesser(writing)
                                .over(metric("pg_settings_checkpoint_timeout_seconds"))
                                .percent())
                .traits(ASKS_POSTGRES)
                .says("the last checkpoint on {member} began {value} of checkpoint_timeout ago")
                .impact("A crash now means a long recovery, and pg_wal grows.")
                .first(
                        "iostat -x 5 3   # on {member}",
                        "grep 'checkpoint' STATE_DIR/postgresql.log | tail -n 20   # on {member}")
                .runbook(
                        "The checkpointer waits for the disk: DiskSlow. If the disk is idle, look what it waits for: `select wait_event from pg_stat_activity where backend_type='checkpointer'`.");
    }

    private static Rule autovacuum() {
        return Rule.named("AutovacuumSaturated", DATABASE)
                .measure(
                        metric("matriarch_autovacuum_workers")
                                .over(metric("matriarch_autovacuum_workers_max"))
                                .percent())
                .clearAfter(Duration.ofMinutes(10))
                .traits(ASKS_POSTGRES)
                .says("all autovacuum workers of {member} are busy")
                .impact("Tables that need a vacuum wait for one.")
                .first(
                        "matriarchctl query -m {member} -U postgres -q 'select * from pg_stat_progress_vacuum'")
                .runbook(
                        "Raise `autovacuum_vacuum_cost_limit` first, then `autovacuum_max_workers`. Is one of them blocked (BlockedSessions)?");
    }

    private static Rule vacuumOverdue() {
        return Rule.named("TableVacuumOverdue", DATABASE)
                .of("datname")
                .measure(
                        metric("matriarch_table_vacuum_age_seconds_max")
                                .where(metric("matriarch_tables_over_vacuum_threshold").isAbove(0)))
                .traits(ASKS_POSTGRES)
                .says(
                        "a table of {datname} on {member} is due for a vacuum and has had none for {value}")
                .impact("It grows, and its queries slow down.")
                .first(
                        "matriarchctl query -m {member} -d {datname} -U postgres -q 'select relname,"
                                + " n_dead_tup, last_autovacuum from pg_stat_user_tables order by 2 desc"
                                + " limit 10'",
                        HORIZON)
                .runbook(
                        "Is autovacuum off for it (`reloptions`), always cancelled by locks, or held back (XminHorizonHeld)? `VACUUM (VERBOSE)` tells.");
    }

    private static Rule temp() {
        return Rule.named("TempSpillHigh", DATABASE)
                .of("datname")
                .measure(
                        new Expr.Increase(metric("matriarch_temp_bytes_total"), FIVE_MINUTES)
                                .over(Expr.constant(5)))
                .clearHalf()
                .traits(ASKS_POSTGRES)
                .says(
                        "queries in {datname} on {member} write {value} of temporary files per minute")
                .impact("They are slow, and may fill the volume.")
                .first(
                        "matriarchctl query -m {member} -d {datname} -U postgres -q 'select left(query,80),"
                                + " temp_blks_written from pg_stat_statements order by 2 desc limit 5'")
                .runbook(
                        "Raise `work_mem` for that role or query, not for all; or give it an index. `temp_file_limit` bounds the harm.");
    }

    private static Rule cache() {
        return Rule.named("CacheHitLow", DATABASE)
                .of("datname")
                .measure(metric("matriarch_cache_hit_ratio").percent())
                .clearMargin(5)
                .traits(ASKS_POSTGRES)
                .says("{value} of the blocks {datname} on {member} reads are in its cache")
                .impact("More reads go to the disk than usual; for a warehouse that is normal.")
                .first(
                        "matriarchctl query -m {member} -d {datname} -U postgres -q 'select relname,"
                                + " heap_blks_read from pg_statio_user_tables order by 2 desc limit 10'")
                .runbook("A new query without an index, or data that outgrew `shared_buffers`.");
    }

    private static Rule rollbacks() {
        var back = new Expr.Increase(metric("pg_stat_database_xact_rollback"), FIVE_MINUTES);
        var all =
                back.plus(new Expr.Increase(metric("pg_stat_database_xact_commit"), FIVE_MINUTES));
        return Rule.named("RollbackRatioHigh", DATABASE)
                .of("datname")
                .measure(back.over(all).percent().where(back.isAbove(3000)))
                .clearHalf()
                .traits(ASKS_POSTGRES)
                .says("{value} of the transactions in {datname} on {member} are rolled back")
                .impact("Users see errors.")
                .first(
                        "grep ERROR STATE_DIR/postgresql.log | sort | uniq -c | sort -n | tail   # on {member}")
                .runbook("The most frequent error of the log; it is the application's as a rule.");
    }

    private static Rule sequence() {
        return Rule.named("SequenceExhaustion", DATABASE)
                .ofCluster("schema", "sequence")
                .measure(metric("matriarch_sequence_used_percent"))
                .traits(ASKS_POSTGRES)
                .says("sequence {schema}.{sequence} has used {value} of its numbers")
                .impact("At 100 % inserts that need it fail.")
                .first("matriarchctl query -U postgres -q '\\d {schema}.{sequence}'")
                .runbook(
                        "If its column is `integer`: change it to `bigint` in good time (the table is rewritten), then `ALTER SEQUENCE … AS bigint`.");
    }

    private static Rule invalidIndex() {
        return Rule.named("InvalidIndex", DATABASE)
                .ofCluster("datname")
                .measure(metric("matriarch_indexes_invalid").isAbove(0))
                .traits(ASKS_POSTGRES)
                .says("{datname} has an index that is invalid")
                .impact("It is written and never read.")
                .first(
                        "matriarchctl query -d {datname} -U postgres -q 'select indexrelid::regclass from"
                                + " pg_index where not indisvalid'")
                .runbook("CREATE INDEX CONCURRENTLY failed: `DROP INDEX CONCURRENTLY`, and again.");
    }

    private static Rule unsafe() {
        return Rule.named("SettingUnsafe", DATABASE)
                .of("setting")
                .measure(metric("matriarch_settings_unsafe"))
                .traits(ASKS_POSTGRES)
                .says("{setting} on {member} puts data at risk")
                .impact("A crash can lose or damage data that was committed.")
                .first(
                        "matriarchctl show-config",
                        "matriarchctl query -m {member} -U postgres -q 'show {setting}'")
                .runbook(
                        "`matriarchctl edit-config -p {setting}=null` takes it back to PostgreSQL's default. Who changed it: `matriarchctl events`, `postgresql.auto.conf`.");
    }

    private static Rule evictions() {
        return Rule.named("StatementsEvicted", DATABASE)
                .measure(
                        new Expr.Increase(
                                metric("matriarch_statements_evictions_total"),
                                Duration.ofHours(1)))
                .clearHalf()
                .traits(ASKS_POSTGRES)
                .says("pg_stat_statements on {member} forgot {value} statements within an hour")
                .impact("Its figures miss what was forgotten.")
                .first(
                        "matriarchctl query -m {member} -U postgres -q 'show pg_stat_statements.max'")
                .runbook(
                        "Raise `pg_stat_statements.max` (restart), or let the application use parameters.");
    }

    private static Rule subscription() {
        return Rule.named("SubscriptionError", DATABASE)
                .ofCluster("subscription")
                .measure(
                        new Expr.Increase(
                                        metric("matriarch_subscription_errors_total"),
                                        Duration.ofMinutes(10))
                                .isAbove(0))
                .clearAfter(Duration.ofMinutes(10))
                .traits(ASKS_POSTGRES)
                .says("subscription {subscription} cannot apply what it receives")
                .impact("It stands still, and its publisher keeps WAL for it.")
                .first("grep -i 'logical replication' STATE_DIR/postgresql.log | tail")
                .runbook(
                        "The log names the row and the constraint. Mend the row, or skip: `ALTER SUBSCRIPTION … SKIP (lsn = …)`.");
    }
}
