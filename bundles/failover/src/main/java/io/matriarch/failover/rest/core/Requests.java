package io.matriarch.failover.rest.core;

import io.matriarch.api.MemberName;
import io.matriarch.failover.api.Answer;
import io.matriarch.failover.api.RestartRequest;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.Member;
import io.matriarch.failover.core.Policy;
import io.matriarch.failover.core.SyncMode;
import io.matriarch.failover.core.Synchronous;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a changing request may be tried at all, in Patroni's order and words [2.7].
 *
 * <p>The {@code read} methods take the body of a REST call; the {@code refuse} methods take the
 * values of the port and are asked again by the agent, whichever way the request came.
 */
public final class Requests {
    private static final Set<String> ROLES = Set.of("primary", "standby_leader", "replica");

    /** Two parts since PostgreSQL 10, three before. */
    private static final String VERSION = "[1-9]\\d{1,2}\\.\\d{1,2}|\\d(\\.\\d{1,2}){2}";

    private static final String UNREADABLE_TIME =
            "Unable to parse scheduled timestamp. It should be in an unambiguous format, e.g. ISO 8601";

    private Requests() {}

    /** What a body asks for. */
    public sealed interface Asked {
        record Switchover(String leader, Optional<String> candidate, Optional<Instant> at)
                implements Asked {}

        record Failover(String candidate) implements Asked {}

        record Restart(RestartRequest request) implements Asked {}

        record Refused(Answer answer) implements Asked {}
    }

    /** The body of {@code POST /switchover}. */
    public static Asked readSwitchover(
            Map<String, Object> body, ClusterView view, Policy policy, Instant now) {
        var leader = Json.given(body.get("leader"));
        var candidate = candidate(body);
        var written = Json.given(body.get("scheduled_at"));
        Optional<Instant> at = Optional.empty();
        if (leader.isPresent() && written.isPresent()) {
            if (policy.paused()) return new Asked.Refused(pausedSwitchover());
            switch (schedule(written.get(), "switchover", now)) {
                case Schedule.At(var instant) -> at = Optional.of(instant);
                case Schedule.Wrong(var answer) -> {
                    return new Asked.Refused(answer);
                }
            }
        }
        var refusal = refuseSwitchover(view, policy, leader, candidate, at, now);
        return refusal.isPresent()
                ? new Asked.Refused(refusal.get())
                : new Asked.Switchover(leader.orElseThrow(), candidate, at);
    }

    /** The body of {@code POST /failover}. One that names the leader asks for a switchover. */
    public static Asked readFailover(
            Map<String, Object> body, ClusterView view, Policy policy, Instant now) {
        var candidate = candidate(body);
        var leader = Json.given(body.get("leader"));
        if (candidate.isPresent() && Json.given(body.get("scheduled_at")).isPresent())
            return new Asked.Refused(new Answer(400, "Failover can't be scheduled"));
        var refusal =
                candidate.isPresent() && leader.isPresent()
                        ? refuseSwitchover(view, policy, leader, candidate, Optional.empty(), now)
                        : refuseFailover(view, candidate);
        if (refusal.isPresent()) return new Asked.Refused(refusal.get());
        return leader.<Asked>map(name -> new Asked.Switchover(name, candidate, Optional.empty()))
                .orElseGet(() -> new Asked.Failover(candidate.orElseThrow()));
    }

    private static Optional<String> candidate(Map<String, Object> body) {
        return Json.given(body.get("candidate")).or(() -> Json.given(body.get("member")));
    }

    /**
     * Why there will be no switchover; empty if it may be tried. Whether a candidate is fit is
     * asked of {@link #considered}, by the agent.
     *
     * @param leader empty or blank: nobody was named
     * @param at empty: now
     */
    public static Optional<Answer> refuseSwitchover(
            ClusterView view,
            Policy policy,
            Optional<String> leader,
            Optional<String> candidate,
            Optional<Instant> at,
            Instant now) {
        if (leader.filter(name -> !name.isBlank()).isEmpty())
            return refused(400, "Switchover could be performed only from a specific leader");
        if (at.isPresent() && policy.paused()) return Optional.of(pausedSwitchover());
        if (at.isPresent() && at.get().isBefore(now))
            return refused(422, "Cannot schedule switchover in the past");
        if (policy.paused() && candidate.isEmpty())
            return refused(
                    400, "Switchover is possible only to a specific candidate in a paused state");
        if (leader.equals(candidate))
            return refused(400, "Switchover target and source are the same");
        if (at.isPresent()) return Optional.empty(); // who leads then is not known yet
        if (!leader.equals(view.leader().map(key -> key.name().value())))
            return refused(412, "leader name does not match");
        return refuseAsynchronous(view, policy, candidate)
                .or(() -> refuseMembers(view, candidate, "switchover"));
    }

    /** A switchover loses nothing: only who has every commit takes over. */
    private static Optional<Answer> refuseAsynchronous(
            ClusterView view, Policy policy, Optional<String> candidate) {
        var key = Synchronous.inForce(view, policy);
        if (key.isEmpty() || policy.sync().mode() == SyncMode.QUORUM) return Optional.empty();
        var voters = key.get().voters();
        boolean fits =
                candidate.isEmpty()
                        || voters.stream()
                                .anyMatch(name -> name.value().equalsIgnoreCase(candidate.get()));
        if (!fits) return refused(412, "candidate name does not match with sync_standby");
        return voters.stream().anyMatch(name -> view.member(name).isPresent())
                ? Optional.empty()
                : refused(412, "switchover is not possible: can not find sync_standby");
    }

    /**
     * Why there will be no manual failover; empty if it may be tried.
     *
     * @param candidate empty or blank: nobody was named
     */
    public static Optional<Answer> refuseFailover(ClusterView view, Optional<String> candidate) {
        if (candidate.filter(name -> !name.isBlank()).isEmpty())
            return refused(400, "Failover could be performed only to a specific candidate");
        return refuseMembers(view, candidate, "failover");
    }

    private static Optional<Answer> refuseMembers(
            ClusterView view, Optional<String> candidate, String action) {
        if (!considered(view, candidate).isEmpty()) return Optional.empty();
        return refused(
                412,
                candidate.isPresent()
                        ? "candidate does not exists"
                        : action + " is not possible: cluster does not have members except leader");
    }

    /**
     * Whom to ask whether it can take over: the candidate, or all but the leader that have an
     * {@code api_url}.
     */
    public static List<Member> considered(ClusterView view, Optional<String> candidate) {
        var leader = view.leader().map(key -> key.name());
        return view.members().values().stream()
                .filter(member -> {
                    MemberName name = member.name();
                    return candidate.isPresent()
                            ? name.value().equals(candidate.get())
                            : !Optional.of(name).equals(leader) && !member.apiUrl().isEmpty();
                })
                .toList();
    }

    /** The body of {@code POST /restart}; its fields are checked in the order they stand there. */
    public static Asked readRestart(Map<String, Object> body, Policy policy, Instant now) {
        if (policy.paused() && body.containsKey("schedule"))
            return new Asked.Refused(pausedRestart());
        Optional<Instant> at = Optional.empty();
        Optional<Duration> timeout = Optional.empty();
        for (var field : body.entrySet()) {
            String value = String.valueOf(field.getValue());
            var refusal = Optional.<Answer>empty();
            switch (field.getKey()) {
                case "schedule" -> {
                    switch (schedule(value, "restart", now)) {
                        case Schedule.At(var instant) -> at = Optional.of(instant);
                        case Schedule.Wrong(var answer) -> refusal = Optional.of(answer);
                    }
                }
                case "role" -> refusal = refuseRole(value);
                case "postgres_version" -> refusal = refuseVersion(value);
                case "timeout" -> {
                    timeout = Optional.of(Duration.ofSeconds(Quantity.seconds(value).orElse(0)));
                    refusal = refuseTimeout(timeout.get());
                }
                case "restart_pending" -> {} // that it is there is what counts
                default ->
                        refusal =
                                refused(
                                        400,
                                        "Unknown filter for the scheduled restart: "
                                                + field.getKey());
            }
            if (refusal.isPresent()) return new Asked.Refused(refusal.get());
        }
        return new Asked.Restart(
                new RestartRequest(
                        at,
                        Json.given(body.get("role")),
                        Json.given(body.get("postgres_version")),
                        body.containsKey("restart_pending"),
                        timeout));
    }

    /** Why there will be no restart; empty if it may be tried. */
    public static Optional<Answer> refuseRestart(
            Policy policy, RestartRequest request, Instant now) {
        if (policy.paused() && request.at().isPresent()) return Optional.of(pausedRestart());
        if (request.at().isPresent() && request.at().get().isBefore(now))
            return refused(422, "Cannot schedule restart in the past");
        return request.role()
                .flatMap(Requests::refuseRole)
                .or(() -> request.olderThan().flatMap(Requests::refuseVersion))
                .or(() -> request.timeout().flatMap(Requests::refuseTimeout));
    }

    private static Optional<Answer> refuseRole(String role) {
        return ROLES.contains(role)
                ? Optional.empty()
                : refused(
                        400,
                        "PostgreSQL role should be either primary, standby_leader, or replica");
    }

    private static Optional<Answer> refuseVersion(String version) {
        return version.matches(VERSION)
                ? Optional.empty()
                : refused(
                        400,
                        "Invalid PostgreSQL version format: X.Y or X.Y.Z is accepted: " + version);
    }

    private static Optional<Answer> refuseTimeout(Duration timeout) {
        return timeout.isPositive()
                ? Optional.empty()
                : refused(400, "Timeout should be a positive number of seconds");
    }

    private sealed interface Schedule {
        record At(Instant instant) implements Schedule {}

        record Wrong(Answer answer) implements Schedule {}
    }

    private static Schedule schedule(String text, String action, Instant now) {
        return switch (Times.read(text)) {
            case Times.Read.At(var at) when at.isBefore(now) ->
                    new Schedule.Wrong(
                            new Answer(422, "Cannot schedule " + action + " in the past"));
            case Times.Read.At(var at) -> new Schedule.At(at);
            case Times.Read.WithoutZone() ->
                    new Schedule.Wrong(
                            new Answer(
                                    400,
                                    "Timezone information is mandatory for the scheduled "
                                            + action));
            case Times.Read.Unreadable() -> new Schedule.Wrong(new Answer(422, UNREADABLE_TIME));
        };
    }

    private static Answer pausedSwitchover() {
        return new Answer(400, "Can't schedule switchover in the paused state");
    }

    private static Answer pausedRestart() {
        return new Answer(500, "Can't schedule restart in the paused state");
    }

    private static Optional<Answer> refused(int status, String text) {
        return Optional.of(new Answer(status, text));
    }
}
