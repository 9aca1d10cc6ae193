package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Cause;
import io.matriarch.alerting.api.Unit;
import io.matriarch.api.MemberName;

/** Why a member, or the cluster, does not do its work. */
final class AvailabilityCauses {
    private AvailabilityCauses() {}

    /** Seconds without the store after which a primary has been stopped by its guard. */
    private static final double FENCED = 10;

    private static final double NEARLY_NOTHING = 16 << 20;

    static Cause postgresDown(Facts facts) {
        return new Inquiry()
                .probable(
                        "room on its volumes",
                        full(facts),
                        "a volume is full, and PostgreSQL cannot write")
                .probable(
                        "processes ended for want of memory",
                        facts.grew("matriarch_oom_kills_total"),
                        "the kernel ended a server process for want of memory")
                .probable(
                        "reaching etcd",
                        silence(facts),
                        "the guard stopped it: this member's lease could not be renewed, because etcd"
                                + " was not reached")
                .probable(
                        "maintenance",
                        facts.atLeast(1, Unit.SECONDS, "matriarch_maintenance_age_seconds"),
                        "it was stopped by a person: the cluster is paused")
                .probable(
                        "the agent's own session",
                        // Of the member that looks: what its agent tells the others of its server.
                        facts.is(0, "matriarch_member_unhealthy", "member", facts.label("member")),
                        "the agent reaches it and the monitoring role does not: its password,"
                                + " pg_hba.conf, NOLOGIN, or no connection left")
                .answer();
    }

    private static final String LAST_SUCCESS = "matriarch_dcs_last_success_timestamp_seconds";

    private static Evidence full(Facts facts) {
        return facts.atMost(
                NEARLY_NOTHING, Unit.BYTES, "matriarch_volume_free_bytes", "role", "data|wal");
    }

    private static Evidence silence(Facts facts) {
        var last = facts.value(LAST_SUCCESS);
        if (last.isEmpty()) return Evidence.notMeasured();
        double seconds = facts.figures().at().toEpochMilli() / 1e3 - last.getAsDouble();
        return seconds >= FENCED
                ? Evidence.yes("etcd last answered " + Words.of(Unit.SECONDS, seconds) + " ago")
                : Evidence.no();
    }

    static Cause agentDown(Facts facts) {
        var slot = slot(facts.label("member"));
        var member = facts.label("member");
        // A standby has slots of the other members too, and nobody uses those: only what the
        // primary sees counts.
        var onPrimary = facts.is(0, "pg_replication_is_replica");
        var streams =
                facts.atLeast(1, Unit.COUNT, "matriarch_replication_state", "standby", member);
        return new Inquiry()
                .probable(
                        "reaching etcd from here",
                        silence(facts),
                        "it may be this member that is cut off: etcd does not answer it")
                .probable(
                        "its PostgreSQL, seen from the primary",
                        streams.or(
                                onPrimary.and(facts.is(1, "matriarch_slot_active", "slot", slot))),
                        "the agent alone has stopped or hangs: PostgreSQL of that node still streams")
                .probable(
                        "its slot on the primary",
                        onPrimary.and(facts.is(0, "matriarch_slot_active", "slot", slot)),
                        "the host is down or cut off: its PostgreSQL has left the primary too")
                .answer();
    }

    private static String slot(String member) {
        return member.isBlank() || member.indexOf('/') >= 0
                ? ""
                : new MemberName(member).slotName();
    }

    static Cause noPrimary(Facts facts) {
        return new Inquiry()
                .probable(
                        "etcd's majority",
                        facts.fires("QuorumAtRisk")
                                .and(belowMajority(facts))
                                .or(facts.fires("DcsUnreachable"))
                                .or(silence(facts)),
                        "etcd has no majority or is not reached, so nobody may lead")
                .seen(
                        "maintenance",
                        facts.atLeast(1, Unit.SECONDS, "matriarch_maintenance_age_seconds"),
                        "the cluster is paused, so nobody takes over")
                .probable(
                        "guards",
                        facts.fires("GuardMissing"),
                        "a candidate's guard does not answer, and without it nobody is promoted")
                .probable(
                        "candidates",
                        facts.is(0, "matriarch_failover_candidates"),
                        "no standby may take over: each is behind, not streaming or tagged nofailover")
                .probable(
                        "the last decision here",
                        facts.said(Notes.DECISION),
                        "the agents wait; the last decision of this one says for what")
                .answer();
    }

    private static Evidence belowMajority(Facts facts) {
        var members = facts.value("matriarch_dcs_members");
        return members.isEmpty()
                ? Evidence.notMeasured()
                : facts.atMost(
                        Math.floor(members.getAsDouble() / 2),
                        Unit.COUNT,
                        "matriarch_dcs_members_healthy");
    }

    static Cause noCandidate(Facts facts) {
        return new Inquiry()
                .probable(
                        "silent agents",
                        silentAgent(facts),
                        "the node that would take over is down")
                .probable(
                        "streaming",
                        facts.fires("StandbyNotStreaming").or(facts.fires("MemberUnhealthy")),
                        "the standbys do not stream")
                .probable(
                        "lag of standbys that stream",
                        streamsBehind(facts),
                        "the standbys are further behind than maximum_lag_on_failover allows")
                .answer();
    }

    /** Seconds without its key in the store, which outlives a hiccup of the agent by its TTL. */
    private static final double SILENT = 1;

    /** That an agent is silent is known before its alert fires, and explains what fires sooner. */
    static Evidence silentAgent(Facts facts) {
        return facts.fires("AgentDown")
                .or(facts.atLeast(SILENT, Unit.SECONDS, "matriarch_agent_silent_seconds"));
    }

    /** A standby that has gone is behind as well, and that is not why. */
    static Evidence streamsBehind(Facts facts) {
        return facts.fires("ReplicationLagBytes")
                .or(facts.fires("ReplicationLagTime"))
                .and(facts.atLeast(1, Unit.COUNT, "matriarch_replication_state"));
    }

    static Cause memberUnhealthy(Facts facts) {
        var member = facts.label("member");
        return new Inquiry()
                .probable(
                        "its agent",
                        facts.fires("AgentDown", "member", member),
                        "its agent is down")
                .seen(
                        "a stop in order",
                        facts.atLeast(
                                1,
                                Unit.COUNT,
                                "matriarch_agent_stopped_in_order",
                                "member",
                                member),
                        "its agent was stopped in order")
                .seen(
                        "its slot",
                        facts.is(
                                1,
                                "matriarch_slot_state",
                                "slot",
                                slot(member),
                                "wal_status",
                                "lost"),
                        "the WAL it needs is gone from the primary: it must be cloned anew")
                .probable(
                        "its server",
                        facts.fires("PostgresDown", "member", member),
                        "its PostgreSQL is down")
                .probable(
                        "its disk",
                        facts.fires("DiskFull", "member", member)
                                .or(facts.fires("WalVolumeFull", "member", member)),
                        "its volume is full")
                .probable(
                        "its receiver",
                        facts.fires("StandbyNotStreaming", "member", member),
                        "it runs and receives nothing: network, password or pg_hba.conf; its log says"
                                + " which")
                .answer();
    }

    static Cause slow(Facts facts) {
        var member = facts.label("member");
        return new Inquiry()
                .probable(
                        "time lost in the agent's memory",
                        facts.fires("JvmPressure", "member", member),
                        "the agent was kept from running by its own garbage collection")
                .probable(
                        "load of the host",
                        facts.fires("LoadHigh", "member", member)
                                .or(facts.atLeast(2, Unit.COUNT, "matriarch_load_per_core"))
                                .or(
                                        facts.atLeast(
                                                0.5,
                                                Unit.COUNT,
                                                "matriarch_pressure_ratio",
                                                "resource",
                                                "cpu")),
                        "the host is too busy: the agent waits for its turn")
                .probable(
                        "the disk",
                        facts.fires("DiskSlow", "member", member)
                                .or(
                                        facts.atLeast(
                                                0.05,
                                                Unit.SECONDS,
                                                "matriarch_disk_latency_seconds")),
                        "a disk of this host is slow; if etcd lies on it, that is why it is")
                .probable(
                        "other members' view",
                        facts.rule().equals("LeaseMarginLow")
                                ? facts.fires("DcsSlow")
                                : elsewhere(facts, "DcsSlow"),
                        "etcd itself is slow: more than this figure shows it")
                .answer();
    }

    private static Evidence elsewhere(Facts facts, String rule) {
        return facts.others().stream()
                .filter(o -> o.rule().equals(rule))
                .filter(o -> !o.labels().getOrDefault("member", "").equals(facts.label("member")))
                .findFirst()
                .map(o ->
                        Evidence.yes(
                                "alert " + rule + " fires on " + o.labels().get("member") + " too"))
                .orElseGet(Evidence::no);
    }

    static Cause store(Facts facts) {
        return new Inquiry()
                .seen(
                        "the certificate for etcd",
                        expired(facts, "dcs"),
                        "the certificate this member shows to etcd has expired")
                // Before the majority: who reaches nobody cannot tell whether it is etcd or the
                // network.
                .probable(
                        "all endpoints",
                        noneUp(facts),
                        "no etcd server answers this member: its network, or all of etcd")
                .seen("etcd's majority", belowMajority(facts), "etcd has lost its majority")
                .probable(
                        "single endpoints",
                        facts.atMost(0, Unit.COUNT, "matriarch_dcs_up").and(someUp(facts)),
                        "one etcd server is down; the others answer")
                .answer();
    }

    private static Evidence someUp(Facts facts) {
        return facts.atLeast(1, Unit.COUNT, "matriarch_dcs_up");
    }

    private static Evidence noneUp(Facts facts) {
        var up = facts.value("matriarch_dcs_up");
        if (up.isEmpty()) return Evidence.notMeasured();
        return up.getAsDouble() > 0 ? Evidence.no() : Evidence.yes("every matriarch_dcs_up is 0");
    }

    static Evidence expired(Facts facts, String use) {
        double now = facts.figures().at().toEpochMilli() / 1e3;
        var end =
                facts.figures()
                        .least("matriarch_tls_certificate_expiry_timestamp_seconds", "use", use);
        if (end.isEmpty()) return Evidence.notMeasured();
        return end.getAsDouble() < now
                ? Evidence.yes(
                        "it ended " + Words.of(Unit.SECONDS, now - end.getAsDouble()) + " ago")
                : Evidence.no();
    }

    static Cause failover(Facts facts) {
        return new Inquiry()
                .probable(
                        "silent agents",
                        silentAgent(facts),
                        "the node of the former primary went down")
                .probable(
                        "the former primary's server",
                        facts.fires("PostgresDown"),
                        "PostgreSQL of the former primary went down")
                .probable(
                        "etcd",
                        facts.fires("DcsUnreachable").or(facts.fires("DcsSlow")),
                        "the former primary could not renew its lease in time")
                .probable(
                        "full volumes",
                        facts.fires("WalVolumeFull").or(facts.fires("DiskFull")),
                        "a volume of the former primary was full")
                .answer();
    }
}
