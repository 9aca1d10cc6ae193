package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Cause;
import io.matriarch.alerting.api.Unit;
import java.util.Comparator;
import java.util.Set;

/** Why a copy is behind, or not made at all. */
final class ReplicationCauses {
    private ReplicationCauses() {}

    private static final String STAGES = "matriarch_replication_stage_bytes";
    private static final double HALF = 0.5;
    private static final double ONE_MIB = 1 << 20;

    static Cause lag(Facts facts) {
        var standby = facts.label("standby");
        var inquiry =
                new Inquiry()
                        .seen(
                                "a pause of its replay",
                                facts.fires("ReplayPaused", "member", standby),
                                "its replay is paused")
                        .probable(
                                "its disk",
                                stage(facts, Set.of("flush"))
                                        .and(facts.fires("DiskSlow", "member", standby)),
                                "the standby's disk is slow")
                        .probable(
                                "long queries there",
                                stage(facts, Set.of("replay"))
                                        .and(
                                                facts.fires("LongQuery", "member", standby)
                                                        .or(
                                                                facts.fires(
                                                                        "RecoveryConflicts",
                                                                        "member",
                                                                        standby))),
                                "a query on the standby holds its replay up");
        var faster = outrun(facts);
        return inquiry.probable(
                        "what is written against what it replays",
                        stage(facts, Set.of("replay")).and(faster),
                        "the primary writes more WAL than the standby replays: one core does that work")
                .probable(
                        "the stage before it is sent, or under way",
                        stage(facts, Set.of("pending", "network")),
                        "the network to the standby is slow, or the sender is; the WAL has not got there")
                .probable(
                        "the stage of writing there",
                        stage(facts, Set.of("flush")),
                        "the standby's disk takes longest")
                .probable(
                        "the stage of replay",
                        stage(facts, Set.of("replay")),
                        "the WAL is there and not replayed: a query or a lock on the standby, or its"
                                + " one core")
                .answer();
    }

    /** Whether these stages hold most of what the standby lacks. */
    private static Evidence stage(Facts facts, Set<String> which) {
        var all =
                facts
                        .figures()
                        .named(STAGES, Figure.labels("standby", facts.label("standby")))
                        .stream()
                        .filter(figure -> !figure.label("stage").equals("total"))
                        .toList();
        if (all.isEmpty()) return Evidence.notMeasured();
        double sum = all.stream().mapToDouble(Figure::value).sum();
        double of =
                all.stream()
                        .filter(figure -> which.contains(figure.label("stage")))
                        .mapToDouble(Figure::value)
                        .sum();
        if (sum < ONE_MIB || of < HALF * sum) return Evidence.no();
        return Evidence.yes(
                "%s of the %s it lacks are in stage %s"
                        .formatted(
                                Words.bytes(of),
                                Words.bytes(sum),
                                String.join(" and ", sorted(which))));
    }

    private static java.util.List<String> sorted(Set<String> which) {
        return which.stream().sorted(Comparator.reverseOrder()).toList();
    }

    private static Evidence outrun(Facts facts) {
        var written = facts.perSecond("matriarch_wal_insert_bytes_total");
        var replayed =
                facts.value(
                        "matriarch_replay_rate_bytes_per_second",
                        "standby",
                        facts.label("standby"));
        if (written.isEmpty() || replayed.isEmpty()) return Evidence.notMeasured();
        return written.getAsDouble() > 1.1 * replayed.getAsDouble()
                        && written.getAsDouble() > ONE_MIB
                ? Evidence.yes(
                        "written per second: %s, replayed: %s"
                                .formatted(
                                        Words.bytes(written.getAsDouble()),
                                        Words.bytes(replayed.getAsDouble())))
                : Evidence.no();
    }

    static Cause notStreaming(Facts facts) {
        return new Inquiry()
                .seen(
                        "its timeline",
                        facts.atLeast(1, Unit.COUNT, "matriarch_receiver_timeline_mismatch"),
                        "it is on another timeline than the primary")
                .probable(
                        "a primary",
                        facts.is(0, "matriarch_cluster_primaries")
                                .or(facts.fires("ClusterNoPrimary")),
                        "there is no primary to stream from")
                .seen(
                        "slots lost on the primary",
                        facts.fires("SlotAtRisk"),
                        "a slot on the primary is lost or about to be: the WAL may be gone")
                .probable(
                        "room for WAL here",
                        facts.atMost(
                                ONE_MIB,
                                Unit.BYTES,
                                "matriarch_volume_free_bytes",
                                "role",
                                "data|wal"),
                        "its volume is full, so it cannot write what it receives")
                .probable(
                        "free senders on the primary",
                        facts.fires("WalSendersNearLimit"),
                        "the primary has no sender or slot left")
                .answer();
    }

    static Cause sync(Facts facts) {
        return new Inquiry()
                .probable(
                        "silent agents",
                        AvailabilityCauses.silentAgent(facts),
                        "the node of a synchronous standby is down")
                .probable(
                        "standbys that do not stream",
                        facts.fires("StandbyNotStreaming").or(facts.fires("MemberUnhealthy")),
                        "a synchronous standby does not stream")
                .probable(
                        "lag of standbys that stream",
                        AvailabilityCauses.streamsBehind(facts),
                        "the standby that should be synchronous is still catching up")
                .answer();
    }

    static Cause slot(Facts facts) {
        var slot = facts.label("slot");
        return new Inquiry()
                .probable(
                        "the member it belongs to",
                        ofSilentMember(facts, slot),
                        "the member it belongs to is down")
                .seen(
                        "a consumer",
                        facts.is(0, "matriarch_slot_active", "slot", slot),
                        "nobody is connected to it")
                .probable(
                        "a slow consumer",
                        facts.is(1, "matriarch_slot_active", "slot", slot),
                        "its consumer is connected and too slow")
                .answer();
    }

    private static Evidence ofSilentMember(Facts facts, String slot) {
        for (var other : facts.others()) {
            var member = other.labels().getOrDefault("member", "");
            boolean down =
                    Set.of("AgentDown", "MemberUnhealthy", "PostgresDown").contains(other.rule());
            if (down
                    && !member.isBlank()
                    && member.indexOf('/') < 0
                    && new io.matriarch.api.MemberName(member).slotName().equals(slot))
                return Evidence.yes("alert " + other.rule() + " of " + member + " fires");
        }
        return Evidence.no();
    }
}
