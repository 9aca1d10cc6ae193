package io.matriarch.alerting.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.matriarch.alerting.api.Cause;
import io.matriarch.alerting.api.Cause.Certainty;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@DisplayName("The cause finder")
class CauseFinderTest {
    private static final Instant NOW = Story.START;
    private static final double GIB = 1L << 30;

    private static DynamicTest finds(
            String situation, Fault fault, Certainty certainty, String cause) {
        return dynamicTest(
                situation,
                () -> {
                    var found = fault.cause();
                    assertThat(found.text()).contains(cause);
                    assertThat(found.certainty()).isEqualTo(certainty);
                    assertThat(found.evidence()).isNotEmpty();
                });
    }

    static DynamicTest probable(String situation, Fault fault, String cause) {
        return finds(situation, fault, Certainty.PROBABLE, cause);
    }

    static DynamicTest seen(String situation, Fault fault, String cause) {
        return finds(situation, fault, Certainty.SEEN, cause);
    }

    private static DynamicTest unknown(String situation, Fault fault) {
        return dynamicTest(
                situation,
                () -> {
                    var found = fault.cause();
                    assertThat(found.certainty()).isEqualTo(Certainty.UNKNOWN);
                    assertThat(found.evidence()).isEmpty();
                });
    }

    @TestFactory
    @DisplayName("names why a member or the cluster does not do its work:")
    Stream<DynamicTest> availability() {
        return Stream.of(
                probable(
                        "the disk is full",
                        new Fault("PostgresDown", "member", "n1")
                                .measured("matriarch_volume_free_bytes", 4096, "role", "data"),
                        "a volume is full"),
                probable(
                        "the kernel ended the server",
                        new Fault("PostgresDown", "member", "n1")
                                .measured("matriarch_volume_free_bytes", GIB, "role", "data")
                                .before("matriarch_oom_kills_total", 3)
                                .measured("matriarch_oom_kills_total", 4),
                        "want of memory"),
                probable(
                        "the guard fenced it",
                        new Fault("PostgresDown", "member", "n1")
                                .measured(
                                        "matriarch_dcs_last_success_timestamp_seconds",
                                        NOW.getEpochSecond() - 40),
                        "the guard stopped it"),
                probable(
                        "somebody stopped it during maintenance",
                        new Fault("PostgresDown", "member", "n1")
                                .measured("matriarch_maintenance_age_seconds", 300),
                        "the cluster is paused"),
                probable(
                        "the agent was killed and PostgreSQL goes on",
                        new Fault("AgentDown", "member", "n2")
                                .measured(
                                        "matriarch_replication_state",
                                        1,
                                        "standby",
                                        "n2",
                                        "state",
                                        "streaming"),
                        "the agent alone"),
                probable(
                        "the host was switched off",
                        new Fault("AgentDown", "member", "n-2")
                                .measured("pg_replication_is_replica", 0)
                                .measured("matriarch_slot_active", 0, "slot", "n_2"),
                        "the host is down or cut off"),
                unknown(
                        "a standby claims nothing by its own slots, which nobody uses",
                        new Fault("AgentDown", "member", "n2")
                                .measured("pg_replication_is_replica", 1)
                                .measured("matriarch_slot_active", 0, "slot", "n2")),
                probable(
                        "the standbys' nodes are gone, before the alert of their agents fires",
                        new Fault("NoFailoverCandidate")
                                .beside("ReplicationLagBytes", "standby", "n2")
                                .measured("matriarch_agent_silent_seconds", 4, "member", "n2"),
                        "the node that would take over is down"),
                unknown(
                        "what a standby lacked that has gone is not why it cannot take over",
                        new Fault("NoFailoverCandidate")
                                .beside("ReplicationLagBytes", "standby", "n2")
                                .measured("matriarch_agent_silent_seconds", 0, "member", "n2")),
                probable(
                        "the standbys stream and are too far behind",
                        new Fault("NoFailoverCandidate")
                                .beside("ReplicationLagBytes", "standby", "n2")
                                .measured("matriarch_agent_silent_seconds", 0, "member", "n2")
                                .measured(
                                        "matriarch_replication_state",
                                        1,
                                        "standby",
                                        "n2",
                                        "state",
                                        "streaming"),
                        "further behind"),
                probable(
                        "this member is the one that is cut off",
                        new Fault("AgentDown", "member", "n2")
                                .measured(
                                        "matriarch_dcs_last_success_timestamp_seconds",
                                        NOW.getEpochSecond() - 60),
                        "it may be this member"),
                seen(
                        "the cluster is paused and its leader gone",
                        new Fault("ClusterNoPrimary")
                                .measured("matriarch_maintenance_age_seconds", 900),
                        "paused"),
                probable(
                        "every standby is behind",
                        new Fault("ClusterNoPrimary").measured("matriarch_failover_candidates", 0),
                        "no standby may take over"),
                probable(
                        "etcd lost its majority",
                        new Fault("ClusterNoPrimary").beside("DcsUnreachable", "member", "n1"),
                        "etcd has no majority"),
                seen(
                        "a standby's slot is lost",
                        new Fault("MemberUnhealthy", "member", "n3")
                                .measured(
                                        "matriarch_slot_state",
                                        1,
                                        "slot",
                                        "n3",
                                        "wal_status",
                                        "lost"),
                        "must be cloned anew"),
                probable(
                        "garbage collection holds the agent up",
                        new Fault("LeaseMarginLow", "member", "n1")
                                .beside("JvmPressure", "member", "n1"),
                        "garbage collection"),
                probable(
                        "etcd's disk is slow for everybody",
                        new Fault("DcsSlow", "member", "n1").beside("DcsSlow", "member", "n2"),
                        "etcd itself is slow"),
                seen(
                        "the client certificate for etcd expired",
                        new Fault("DcsUnreachable", "member", "n1")
                                .measured(
                                        "matriarch_tls_certificate_expiry_timestamp_seconds",
                                        NOW.getEpochSecond() - 3600,
                                        "use",
                                        "dcs"),
                        "certificate"),
                probable(
                        "one of three etcd servers is down",
                        new Fault("QuorumAtRisk")
                                .measured("matriarch_dcs_up", 0, "endpoint", "http://a:2379")
                                .measured("matriarch_dcs_up", 1, "endpoint", "http://b:2379"),
                        "one etcd server is down"),
                probable(
                        "no etcd server answers this member",
                        new Fault("DcsUnreachable", "member", "n1")
                                .measured("matriarch_dcs_up", 0, "endpoint", "http://a:2379")
                                .measured("matriarch_dcs_up", 0, "endpoint", "http://b:2379"),
                        "no etcd server answers"),
                probable(
                        "a member that reaches no etcd server does not claim that etcd is down",
                        new Fault("DcsUnreachable", "member", "n1")
                                .measured("matriarch_dcs_members", 3)
                                .measured("matriarch_dcs_members_healthy", 0)
                                .measured("matriarch_dcs_up", 0, "endpoint", "http://a:2379"),
                        "its network, or all of etcd"),
                seen(
                        "two of three etcd servers are down",
                        new Fault("DcsUnreachable", "member", "n1")
                                .measured("matriarch_dcs_members", 3)
                                .measured("matriarch_dcs_members_healthy", 1)
                                .measured("matriarch_dcs_up", 0, "endpoint", "http://a:2379")
                                .measured("matriarch_dcs_up", 1, "endpoint", "http://b:2379"),
                        "etcd has lost its majority"),
                probable(
                        "the monitoring role is locked out",
                        new Fault("PostgresDown", "member", "n1")
                                .measured("matriarch_member_unhealthy", 0, "member", "n1")
                                .measured("matriarch_member_unhealthy", 1, "member", "n2"),
                        "the monitoring role does not"));
    }

    @TestFactory
    @DisplayName("names what holds replication up:")
    Stream<DynamicTest> replication() {
        var lag = new String[] {"standby", "n2"};
        return Stream.of(
                probable(
                        "the network",
                        stages(new Fault("ReplicationLagTime", lag), 2 * GIB, 0, 1000),
                        "network"),
                probable(
                        "the standby's disk",
                        stages(new Fault("ReplicationLagBytes", lag), 0, 2 * GIB, 1000)
                                .beside("DiskSlow", "member", "n2", "device", "sda"),
                        "disk is slow"),
                probable(
                        "a long query on the standby",
                        stages(new Fault("ReplicationLagTime", lag), 0, 0, 2 * GIB)
                                .beside("LongQuery", "member", "n2"),
                        "a query on the standby"),
                probable(
                        "one core that cannot replay what is written",
                        stages(new Fault("ReplicationLagTime", lag), 0, 0, 2 * GIB)
                                .before("matriarch_wal_insert_bytes_total", 0)
                                .measured("matriarch_wal_insert_bytes_total", 60 * 50e6)
                                .measured(
                                        "matriarch_replay_rate_bytes_per_second",
                                        20e6,
                                        "standby",
                                        "n2"),
                        "writes more WAL than the standby replays"),
                seen(
                        "a paused replay",
                        stages(new Fault("ReplicationLagTime", lag), 0, 0, 2 * GIB)
                                .beside("ReplayPaused", "member", "n2"),
                        "paused"),
                seen(
                        "another timeline",
                        new Fault("StandbyNotStreaming", "member", "n2")
                                .measured("matriarch_receiver_timeline_mismatch", 1),
                        "another timeline"),
                probable(
                        "a synchronous standby whose node is down",
                        new Fault("SyncDegraded").beside("AgentDown", "member", "n3"),
                        "the node of a synchronous standby"),
                seen(
                        "a consumer that has gone",
                        new Fault("SlotRetention", "slot", "cdc")
                                .measured("matriarch_slot_active", 0, "slot", "cdc"),
                        "nobody is connected"),
                probable(
                        "the slot of a member that is down",
                        new Fault("SlotInactive", "slot", "node_2")
                                .beside("AgentDown", "member", "node-2")
                                .measured("matriarch_slot_active", 0, "slot", "node_2"),
                        "the member it belongs to is down"));
    }

    private static Fault stages(Fault fault, double network, double flush, double replay) {
        return fault.measured(
                        "matriarch_replication_stage_bytes",
                        network,
                        "standby",
                        "n2",
                        "stage",
                        "network")
                .measured(
                        "matriarch_replication_stage_bytes",
                        flush,
                        "standby",
                        "n2",
                        "stage",
                        "flush")
                .measured(
                        "matriarch_replication_stage_bytes",
                        replay,
                        "standby",
                        "n2",
                        "stage",
                        "replay")
                .measured(
                        "matriarch_replication_stage_bytes",
                        network + flush + replay,
                        "standby",
                        "n2",
                        "stage",
                        "total");
    }

    @TestFactory
    @DisplayName("names why WAL and backups do not get away:")
    Stream<DynamicTest> wal() {
        return Stream.of(
                seen(
                        "the repository refuses the key",
                        new Fault("ArchiveFailing", "member", "n1")
                                .said(
                                        Notes.ARCHIVE_ERROR,
                                        "0000000100000000000000A7: 403 AccessDenied"),
                        "refuses the file"),
                probable(
                        "the bucket does not answer",
                        new Fault("ArchiveFailing", "member", "n1")
                                .measured("matriarch_repo_up", 0, "repo", "repo1"),
                        "not reached"),
                probable(
                        "the archive is too slow for what is written",
                        new Fault("ArchiveStalled", "member", "n1")
                                .measured("matriarch_archive_throughput_ratio", 0.6)
                                .measured("matriarch_load_per_core", 0.4),
                        "more WAL is written than is archived"),
                probable(
                        "a slot fills the volume of pg_wal",
                        new Fault("WalVolumeFull", "member", "n1")
                                .measured("matriarch_wal_dir_bytes", 90 * GIB)
                                .measured("matriarch_slot_retained_bytes", 80 * GIB, "slot", "cdc"),
                        "a slot keeps most of it"),
                probable(
                        "the archive's backlog fills it",
                        new Fault("WalVolumeFull", "member", "n1")
                                .measured("matriarch_wal_dir_bytes", 90 * GIB)
                                .measured("matriarch_slot_retained_bytes", 0, "slot", "cdc")
                                .measured("matriarch_archive_ready_segments", 5000),
                        "waits for the archive"),
                probable(
                        "something else fills it",
                        new Fault("WalVolumeFull", "member", "n1")
                                .measured("matriarch_wal_dir_bytes", GIB)
                                .measured("matriarch_volume_size_bytes", 100 * GIB, "role", "wal")
                                .measured("matriarch_volume_free_bytes", 5 * GIB, "role", "wal"),
                        "other files"),
                seen(
                        "the disk of the WAL is full",
                        new Fault("WritePathFailing", "member", "n1")
                                .measured("matriarch_write_path_state", 1, "state", "full"),
                        "is full"),
                seen(
                        "the disk of the WAL hangs",
                        new Fault("WritePathFailing", "member", "n1")
                                .measured("matriarch_write_path_state", 1, "state", "hung"),
                        "does not answer"),
                probable(
                        "something else fills it, whatever keeps the little WAL there is",
                        new Fault("WalVolumeFull", "member", "n2")
                                .measured("matriarch_wal_dir_bytes", 112 << 20)
                                .measured("pg_settings_wal_keep_size_bytes", 128 << 20)
                                .measured("matriarch_volume_size_bytes", 700 << 20, "role", "wal")
                                .measured("matriarch_volume_free_bytes", 58 << 20, "role", "wal"),
                        "other files"));
    }

    @TestFactory
    @DisplayName("names what in the server or on the host stands behind it:")
    Stream<DynamicTest> inside() {
        return Stream.of(
                probable(
                        "an old transaction holds vacuum back",
                        new Fault("XidWraparound")
                                .measured("pg_settings_autovacuum", 1)
                                .measured(
                                        "matriarch_xmin_horizon_age",
                                        9e8,
                                        "holder",
                                        "session",
                                        "holder_id",
                                        "4711"),
                        "a session's transaction"),
                seen(
                        "autovacuum was switched off",
                        new Fault("XidWraparound").measured("pg_settings_autovacuum", 0),
                        "autovacuum is off"),
                probable(
                        "somebody forgot to commit, and others wait",
                        new Fault("BlockedSessions", "member", "n1")
                                .measured("matriarch_blocked_longest_seconds", 90)
                                .measured("matriarch_prepared_oldest_seconds", 0)
                                .measured("matriarch_oldest_idle_in_tx_seconds", 200),
                        "idle in its transaction"),
                probable(
                        "DDL queues everybody up",
                        new Fault("BlockedSessions", "member", "n1")
                                .measured("matriarch_blocked_longest_seconds", 90)
                                .measured("matriarch_oldest_idle_in_tx_seconds", 1)
                                .measured("pg_locks_count", 1, "mode", "accessexclusivelock"),
                        "DDL"),
                probable(
                        "a pool that is too large",
                        new Fault("ConnectionsHigh", "member", "n1")
                                .measured("matriarch_connections", 95)
                                .measured("matriarch_blocked_sessions", 0)
                                .measured("matriarch_sessions_idle_in_tx", 1)
                                .measured("matriarch_sessions_active", 3),
                        "most sessions are idle"),
                probable(
                        "max_wal_size is too small",
                        new Fault("CheckpointsTooFrequent", "member", "n1")
                                .before("matriarch_wal_insert_bytes_total", 0)
                                .measured("matriarch_wal_insert_bytes_total", 60 * 20e6)
                                .measured("pg_settings_max_wal_size_bytes", GIB)
                                .measured("pg_settings_checkpoint_timeout_seconds", 300),
                        "max_wal_size is too small"),
                probable(
                        "temporary files fill the data volume",
                        new Fault("DiskFull", "member", "n1", "role", "data")
                                .measured("matriarch_volume_size_bytes", 100 * GIB, "role", "data")
                                .measured("matriarch_temp_current_bytes", 40 * GIB),
                        "temporary files"),
                probable(
                        "this clock is the one that is wrong",
                        new Fault("ClockSkew", "member", "n1", "peer", "n2")
                                .measured("matriarch_clock_synchronized", 1)
                                .measured("matriarch_clock_offset_seconds", 3, "peer", "n2")
                                .measured("matriarch_clock_offset_seconds", 3.1, "peer", "n3"),
                        "this member's clock"),
                seen(
                        "the mail server refuses the password",
                        new Fault("NotificationFailing", "receiver", "team")
                                .said(
                                        Notes.RECEIVER_ERROR + "team",
                                        "535 5.7.8 Authentication credentials invalid"),
                        "refuses or does not answer"));
    }

    @Test
    @DisplayName(
            "claims nothing without evidence, and says what it looked at and what it could not")
    void unknown() {
        var cause =
                new Fault("PostgresDown", "member", "n1")
                        .measured("matriarch_volume_free_bytes", GIB, "role", "data")
                        .cause();
        assertThat(cause.certainty()).isEqualTo(Certainty.UNKNOWN);
        assertThat(cause.evidence()).isEmpty();
        assertThat(cause.text())
                .startsWith("unknown")
                .contains("looked at in vain: room on its volumes")
                .contains("not measured here: processes ended for want of memory");
    }

    @Test
    @DisplayName("is certain of nothing it infers: for no rule without any figure")
    void neverFromNothing() {
        for (var rule : Catalogue.all())
            assertThat(new Fault(rule.name(), "member", "n1", "slot", "s", "role", "data").cause())
                    .as(rule.name())
                    .extracting(Cause::certainty)
                    .isEqualTo(Certainty.UNKNOWN);
    }
}
