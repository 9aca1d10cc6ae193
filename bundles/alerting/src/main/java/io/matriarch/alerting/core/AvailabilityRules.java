package io.matriarch.alerting.core;

import static io.matriarch.alerting.core.Expr.metric;
import static io.matriarch.alerting.core.Rule.Topic.AVAILABILITY;
import static io.matriarch.alerting.core.Rule.Trait.NEVER_MUTED;
import static io.matriarch.alerting.core.Rule.Trait.PART_OF_MAINTENANCE;
import static io.matriarch.alerting.core.Rule.Trait.SEEN_BY_PEERS;
import static io.matriarch.alerting.core.Rule.Trait.URGENT;

import java.time.Duration;
import java.util.List;

/** Who serves, who leads, who could, and what all of that rests on. */
final class AvailabilityRules {
    private AvailabilityRules() {}

    private static final String LIST = "matriarchctl list";
    private static final String EVENTS = "matriarchctl events --since 15m";
    private static final String STORE = "matriarchctl store";
    private static final String SERVER_LOG = "tail -n 50 STATE_DIR/postgresql.log   # on {member}";

    static List<Rule> all() {
        return List.of(
                postgresDown(),
                agentDown(),
                noPrimary(),
                splitBrain(),
                noCandidate(),
                memberUnhealthy(),
                quorumAtRisk(),
                dcsSlow(),
                dcsQuota(),
                dcsUnreachable(),
                leaseMargin(),
                failoverHappened(),
                timelineFlapping(),
                failsafe(),
                maintenance(),
                clockSkew(),
                guardMissing(),
                pendingRestart());
    }

    private static Rule postgresDown() {
        return Rule.named("PostgresDown", AVAILABILITY)
                .measure(metric("pg_up").not())
                .traits(PART_OF_MAINTENANCE)
                .says("PostgreSQL on {member} answers no query")
                .impact(
                        "Sessions of this server are lost. If it was the primary, another member takes"
                                + " over; if it was a standby, reads there fail and one copy less is"
                                + " kept.")
                .first(LIST, SERVER_LOG, "matriarchctl events --member {member} --since 15m")
                .runbook(
                        """
                        | what you read | do |
                        |---|---|
                        | `No space left on device` | free space on the volume named, never by deleting files of `pg_wal` |
                        | `out of memory`, `terminated by signal 9` | find who takes the memory: `dmesg -T`; the agent starts the server again |
                        | `could not bind`, `Address already in use` | another program has the port: `ss -ltnp` |
                        | `invalid value for parameter` | `matriarchctl edit-config`, take the parameter back |
                        | nothing since the stop, and the guard's log says `fenced` | see DcsUnreachable |
                        """);
    }

    private static Rule agentDown() {
        return Rule.named("AgentDown", AVAILABILITY)
                .measure(metric("matriarch_agent_silent_seconds"))
                .traits(SEEN_BY_PEERS)
                .says("the agent of {member} has been silent for {value}")
                .impact(
                        "The others cannot see that node. If it led, its guard has stopped PostgreSQL"
                                + " there and another member leads; if not, one candidate less is"
                                + " left.")
                .first(
                        LIST,
                        "ping {member}",
                        "systemctl status matriarch; journalctl -u matriarch -n 50   # on {member}")
                .runbook(
                        """
                        | what you find | do |
                        |---|---|
                        | the host does not answer | power, hypervisor, network; the cluster goes on without it |
                        | the service is `failed` | its last lines name the cause and an exit code: docs/operations.md |
                        | the service runs | it is cut off from the store: `matriarchctl --url {member}:8008 store` |
                        | it was stopped on purpose and for good | it is forgotten after 24 h |
                        """);
    }

    private static Rule noPrimary() {
        return Rule.named("ClusterNoPrimary", AVAILABILITY)
                .ofCluster()
                .measure(metric("matriarch_cluster_primaries").is(0))
                .says("no member of {cluster} accepts writes")
                .impact("Every write of every client fails until a member leads.")
                .first(LIST, EVENTS, STORE)
                .runbook(
                        """
                        Read the last `Wait` of each member: it says why that one does not lead.

                        | what you read | do |
                        |---|---|
                        | `the store is away` | bring etcd's majority back; nothing else can help |
                        | `the cluster is paused` | `matriarchctl resume --wait` |
                        | `we lack N bytes of the last leader's WAL` | bring the former leader back; if it is lost, `matriarchctl failover --candidate MEMBER`: those bytes are lost |
                        | `tagged nofailover` | change the tag of a member and reload it |
                        | `the guard process does not answer` | `tail STATE_DIR/guard.log` on that member |
                        """);
    }

    private static Rule splitBrain() {
        return Rule.named("SplitBrain", AVAILABILITY)
                .ofCluster()
                .measure(metric("matriarch_cluster_primaries").isAbove(1))
                .clearByHand()
                .traits(URGENT, NEVER_MUTED)
                .says("more than one member of {cluster} is a primary")
                .impact(
                        "Two histories are being written. What is written on the one without the lease"
                                + " will be lost.")
                .first(
                        LIST,
                        "matriarchctl query -m MEMBER -U postgres -q 'select pg_is_in_recovery(),"
                                + " timeline_id from pg_control_checkpoint()'   # on each",
                        EVENTS)
                .runbook(
                        """
                        1. The member with the key `leader` (`matriarchctl list`) is the right one.
                        2. Take the network away from the other one, or stop its PostgreSQL: `pg_ctl -D DATA_DIR stop -m immediate`.
                           Do **not** start it again.
                        3. Compare timelines and positions of both before anything is thrown away; rows of the wrong one may have to
                           be carried over by hand.
                        4. `matriarchctl reinit MEMBER` only after that. Then say `matriarchctl alerts resolve ID`.
                        """);
    }

    private static Rule noCandidate() {
        return Rule.named("NoFailoverCandidate", AVAILABILITY)
                .ofCluster()
                .measure(
                        metric("matriarch_failover_candidates")
                                .is(0)
                                .where(metric("matriarch_expected_members").isAbove(1)))
                .clearAfter(Duration.ofSeconds(30))
                .says("no standby of {cluster} could take over now")
                .impact("If the primary fails, writes fail until a person acts.")
                .first(LIST, EVENTS)
                .runbook(
                        """
                        `matriarchctl list` shows for each standby what keeps it from being one: its state is not `streaming`, its lag is
                        above `maximum_lag_on_failover`, its timeline is another one, or it is tagged `nofailover`. Mend that; the
                        alert of that standby, if there is one, says how.
                        """);
    }

    private static Rule memberUnhealthy() {
        return Rule.named("MemberUnhealthy", AVAILABILITY)
                .measure(metric("matriarch_member_unhealthy"))
                .clearAfter(Duration.ofMinutes(1))
                .traits(SEEN_BY_PEERS, PART_OF_MAINTENANCE)
                .says("{member} is missing or does not stream")
                .impact("One copy less is kept up to date, and one candidate less is left.")
                .first(LIST, "matriarchctl events --member {member} --since 15m", SERVER_LOG)
                .runbook(
                        """
                        | what you read | do |
                        |---|---|
                        | `clone under way`, `pg_rewind under way` | wait; the log tells the progress |
                        | `requested WAL segment … has already been removed` | `matriarchctl reinit {member} --wait` |
                        | `no pg_hba.conf entry` | `matriarchctl edit-config`, `postgresql.pg_hba` |
                        | `password authentication failed` | the passwords in `matriarch.yml` and in PostgreSQL differ |
                        | it was stopped in order | start it, or leave it: it is forgotten after 24 h |
                        """);
    }

    private static Rule quorumAtRisk() {
        var healthy = metric("matriarch_dcs_members_healthy");
        var members = metric("matriarch_dcs_members");
        var majority = new Expr.Floor(members.over(Expr.constant(2))).plus(Expr.constant(1));
        return Rule.named("QuorumAtRisk", AVAILABILITY)
                .ofCluster()
                .measure(healthy.minus(majority).where(members.isAbove(1)))
                .clearAfter(Duration.ofMinutes(1))
                .says("etcd has {value} servers more than its majority needs")
                .impact(
                        "With none to spare, the loss of one more etcd server stops elections; below the"
                                + " majority the primary becomes read-only within its lease, unless"
                                + " failsafe_mode holds.")
                .first(STORE, "etcdctl endpoint status --cluster -w table")
                .runbook(
                        """
                        `matriarchctl store` names the endpoint that does not answer. Start it; if its disk is lost, remove and add the
                        member (`etcdctl member remove`, `member add`) one at a time.
                        """);
    }

    private static Rule dcsSlow() {
        return Rule.named("DcsSlow", AVAILABILITY)
                .measure(
                        new Expr.Quantile(
                                        0.99,
                                        metric(
                                                "matriarch_dcs_request_seconds",
                                                "op",
                                                "keepalive|txn|put|get|status"),
                                        Duration.ofMinutes(2))
                                .most("cluster", "member"))
                .clearHalf()
                .says("etcd answers {member} slowly: 99 % of the requests within {value}")
                .impact(
                        "Lease renewals come close to their deadline. Beyond it the primary steps down"
                                + " though nothing is wrong with it.")
                .first(
                        STORE,
                        "etcdctl endpoint status --cluster -w table",
                        "iostat -x 5 3   # on etcd's hosts")
                .runbook(
                        """
                        | what you find | do |
                        |---|---|
                        | all members see it | etcd's disk: `wal_fsync_duration` in its metrics above 10 ms; give it a disk of its own |
                        | only this member sees it | its network, or its CPU: see LoadHigh, JvmPressure |
                        | etcd's database is large | compaction and defragmentation: `etcdctl defrag`, one server at a time |
                        """);
    }

    private static Rule dcsQuota() {
        return Rule.named("DcsQuota", AVAILABILITY)
                .ofCluster("endpoint")
                .measure(
                        metric("matriarch_dcs_db_size_bytes")
                                .over(metric("matriarch_dcs_db_quota_bytes"))
                                .percent()
                                .most("cluster", "endpoint"))
                .clearMargin(5)
                .says("etcd's database on {endpoint} takes {value} of its quota")
                .impact(
                        "At its quota etcd takes no writes any more: no failover, no switchover, no changed"
                                + " setting.")
                .first(
                        "etcdctl endpoint status --cluster -w table",
                        "etcdctl alarm list",
                        "etcdctl defrag --endpoints={endpoint}   # one server at a time, its leader last")
                .runbook(
                        """
                        `matriarch_dcs_db_in_use_bytes` tells what is really in use. Much less than the size: old revisions were compacted
                        and their room is given back by `etcdctl defrag` only; without `--auto-compaction-retention` compact first
                        (`etcdctl compact REVISION`). If nearly all is in use, see who else keeps keys there, and raise
                        `--quota-backend-bytes`. After the alarm NOSPACE was raised: `etcdctl alarm disarm`, when there is room again.
                        """);
    }

    private static Rule dcsUnreachable() {
        return Rule.named("DcsUnreachable", AVAILABILITY)
                .measure(new Expr.Since(metric("matriarch_dcs_last_success_timestamp_seconds")))
                .clearAfter(Duration.ofSeconds(30))
                .says("{member} has not reached etcd for {value}")
                .impact(
                        "This member can neither take nor keep leadership. If it leads, PostgreSQL becomes"
                                + " read-only within the lease, unless failsafe_mode holds.")
                .first(STORE, "etcdctl endpoint health --cluster", LIST)
                .runbook(
                        """
                        Do not restart PostgreSQL: that helps nothing. If all members say so, etcd has lost its majority: bring it back
                        (docs/runbooks.md, "etcd lost its majority for good", if it cannot be). If one says so, it is that node's
                        network, its certificate or its password for etcd; its log names which.
                        """);
    }

    private static Rule leaseMargin() {
        return Rule.named("LeaseMarginLow", AVAILABILITY)
                .measure(metric("matriarch_leader_lease_margin_ratio").percent())
                .clearAfter(Duration.ofMinutes(10))
                .says("the leader's lease on {member} was down to {value} of its time")
                .impact("A little slower, and the primary would have been fenced while it works.")
                .first(STORE, "matriarchctl events --member {member} --since 15m --facts", "uptime")
                .runbook(
                        """
                        Is etcd slow (DcsSlow)? Is the agent kept from running (JvmPressure, LoadHigh, a host that is paused for
                        snapshots)? If the peaks cannot be avoided, raise `ttl`: failover then takes longer.
                        """);
    }

    private static Rule failoverHappened() {
        return Rule.named("FailoverHappened", AVAILABILITY)
                .ofCluster()
                .measure(
                        new Expr.Since(
                                        metric(
                                                "matriarch_event_last_timestamp_seconds",
                                                "kind",
                                                "failover"))
                                .isBelow(Duration.ofHours(1).toSeconds())
                                .most("cluster"))
                .says("leadership of {cluster} moved, and nobody had asked for it")
                .impact(
                        "Clients were disconnected for a moment. In asynchronous mode the last commits of"
                                + " the former primary may be lost.")
                .first("matriarchctl history", "matriarchctl events --since 1h", LIST)
                .runbook(
                        """
                        The events tell who saw what and when. Then find out why the former primary failed: its host, its
                        `postgresql.log`, its `guard.log`. If rows may be lost, its diverged WAL is what tells which.
                        """);
    }

    private static Rule timelineFlapping() {
        return Rule.named("TimelineFlapping", AVAILABILITY)
                .ofCluster()
                .measure(
                        new Expr.Change(metric("matriarch_timeline"), Duration.ofHours(1))
                                .most("cluster"))
                .clearAfter(Duration.ofHours(2))
                .says("{cluster} has gained {value} timelines within an hour")
                .impact("Each of them is an interruption for every client.")
                .first("matriarchctl history", "matriarchctl events --since 2h", STORE)
                .runbook(
                        """
                        Stop the circle before looking for its cause: `matriarchctl pause --wait` (the guard stands down too: only with
                        one healthy primary). Then read the events from the first change on. Usual causes: a lease too short for
                        this etcd, a primary whose disk stalls, out of memory.
                        """);
    }

    private static Rule failsafe() {
        return Rule.named("FailsafeActive", AVAILABILITY)
                .ofCluster()
                .measure(metric("patroni_failsafe_mode_is_active").most("cluster"))
                .clearAfter(Duration.ofMinutes(1))
                .says("the primary of {cluster} serves without the store")
                .impact(
                        "Writes go on because every member answers the primary. If one more node is lost,"
                                + " they stop.")
                .first(STORE, LIST)
                .runbook("Bring etcd's majority back; do not restart any member meanwhile.");
    }

    private static Rule maintenance() {
        return Rule.named("MaintenanceTooLong", AVAILABILITY)
                .ofCluster()
                .measure(metric("matriarch_maintenance_age_seconds").least("cluster"))
                .says("{cluster} has been paused for {value}")
                .impact("Nobody takes over if the primary fails, and the guard stands down.")
                .first("matriarchctl events --since 1d", "matriarchctl resume --wait")
                .runbook(
                        """
                        Who paused it, and is that work done? Then `matriarchctl resume --wait`. If it goes on, silence this alert for
                        as long as it takes: `matriarchctl silence --rule MaintenanceTooLong --for 4h --comment WHY`.
                        """);
    }

    private static Rule clockSkew() {
        return Rule.named("ClockSkew", AVAILABILITY)
                .of("peer")
                .measure(new Expr.Abs(metric("matriarch_clock_offset_seconds")))
                .clearHalf()
                .says("the clocks of {member} and {peer} differ by {value}")
                .impact(
                        "Points in time of a restore are off by that much, lags in seconds are wrong, and"
                                + " object stores refuse signatures beyond 15 minutes.")
                .first("chronyc tracking   # on {member} and {peer}", "timedatectl")
                .runbook(
                        "Start or mend the time daemon on the one that is wrong; compare both with a third"
                                + " clock first.");
    }

    private static Rule guardMissing() {
        return Rule.named("GuardMissing", AVAILABILITY)
                .measure(metric("matriarch_guard_up").not())
                .clearAfter(Duration.ofMinutes(1))
                .says("the guard of {member} does not answer")
                .impact(
                        "Nothing would stop PostgreSQL of this node if its agent died, so it is not"
                                + " promoted while that is so.")
                .first(
                        "tail -n 30 STATE_DIR/guard.log   # on {member}",
                        "matriarchctl events --member {member} --since 15m")
                .runbook(
                        """
                        Is `lib/matriarch-guard` there and executable? Is the state directory writable, and its volume not full? The agent
                        starts the guard again by itself; the log says why it did not stay.
                        """);
    }

    private static Rule pendingRestart() {
        return Rule.named("PendingRestart", AVAILABILITY)
                .measure(metric("matriarch_pending_restart").held())
                .traits(PART_OF_MAINTENANCE)
                .says(
                        "PostgreSQL on {member} has waited {value} for a restart to take its parameters")
                .impact("It runs with other parameters than configured.")
                .first(
                        LIST,
                        "matriarchctl query -U postgres -q 'select name, setting from pg_settings where"
                                + " pending_restart'",
                        "matriarchctl restart --pending --dry-run")
                .runbook(
                        "`matriarchctl restart --pending` restarts standbys first; before the leader's"
                                + " turn a switchover spares its clients.");
    }
}
