package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.Silence;
import io.matriarch.alerting.core.Rule.Trait;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which alerts are not told of, and why: they stay visible. */
public final class Mutes {
    /** How long after leadership moved its echoes are expected. */
    static final Duration ECHO = Duration.ofSeconds(120);

    private static final Set<String> ECHOES =
            Set.of(
                    "ReplicationLagTime",
                    "ReplicationLagBytes",
                    "StandbyNotStreaming",
                    "SlotInactive");
    private static final Set<String> OF_REPOSITORY =
            Set.of("ArchiveFailing", "ArchiveStalled", "BackupFailed", "VerifyFailed");

    private Mutes() {}

    /**
     * What may keep alerts from being told.
     *
     * @param paused the cluster is in maintenance
     * @param window a window of the configuration is open
     * @param leaderChanged when leadership last moved, as far as known
     */
    public record Circumstances(
            Instant now,
            List<Silence> silences,
            boolean paused,
            boolean window,
            Optional<Instant> leaderChanged) {
        public Circumstances {
            silences = List.copyOf(silences);
        }
    }

    public static List<Alert> apply(List<Alert> alerts, Circumstances circumstances) {
        return alerts.stream()
                .map(alert ->
                        alert.muted(
                                silenced(alert, circumstances)
                                        .or(() -> inhibited(alert, alerts))
                                        .or(() -> expected(alert, circumstances))
                                        .orElse("")))
                .toList();
    }

    private static Optional<String> silenced(Alert alert, Circumstances circumstances) {
        return circumstances.silences().stream()
                .filter(silence -> silence.active(circumstances.now()) && silence.mutes(alert))
                .findFirst()
                .map(silence -> "silence " + silence.id());
    }

    /** Another alert says it already. */
    private static Optional<String> inhibited(Alert alert, List<Alert> all) {
        return all.stream()
                .filter(parent -> !parent.id().equals(alert.id()) && says(parent, alert))
                .findFirst()
                .map(parent -> parent.rule() + object(parent) + " fires");
    }

    private static String object(Alert parent) {
        var member = parent.label("member");
        return member.isEmpty() ? "" : " of " + member;
    }

    private static boolean says(Alert parent, Alert child) {
        return switch (parent.rule()) {
            case "AgentDown" -> sameMember(parent, child) && !child.rule().equals("AgentDown");
            case "PostgresDown" ->
                    ofMember(parent.label("member"), child)
                            && (is(child, Trait.ASKS_POSTGRES)
                                    || child.rule().equals("MemberUnhealthy"));
            case "DcsUnreachable" ->
                    child.rule().equals("MemberUnhealthy")
                            || child.rule().equals("LeaseMarginLow") && sameMember(parent, child);
            case "RepositoryDown" -> OF_REPOSITORY.contains(child.rule());
            case "DiskFull" ->
                    Set.of("TempSpillHigh", "ArchiveStalled").contains(child.rule())
                            && sameMember(parent, child);
            default -> false;
        };
    }

    private static boolean sameMember(Alert parent, Alert child) {
        return !parent.label("member").isEmpty()
                && parent.label("member").equals(child.label("member"));
    }

    /** Of that member, or about it as a standby. */
    private static boolean ofMember(String member, Alert child) {
        return !member.isEmpty()
                && (member.equals(child.label("member")) || member.equals(child.label("standby")));
    }

    private static Optional<String> expected(Alert alert, Circumstances circumstances) {
        if (is(alert, Trait.NEVER_MUTED)) return Optional.empty();
        if (circumstances.window()) return Optional.of("maintenance window");
        if (circumstances.paused() && is(alert, Trait.PART_OF_MAINTENANCE))
            return Optional.of("maintenance");
        boolean echo =
                circumstances
                        .leaderChanged()
                        .filter(at -> at.plus(ECHO).isAfter(circumstances.now()))
                        .isPresent();
        return echo && ECHOES.contains(alert.rule())
                ? Optional.of("leadership has just moved")
                : Optional.empty();
    }

    private static boolean is(Alert alert, Trait trait) {
        return Catalogue.named(alert.rule()).filter(rule -> rule.is(trait)).isPresent();
    }
}
