package io.matriarch.management.rest;

import io.matriarch.api.MatriarchException;
import io.matriarch.dcs.api.StoreHealth;
import io.matriarch.failover.api.Answer;
import io.matriarch.management.core.Bundles;
import io.matriarch.management.core.Diverged;
import io.matriarch.management.core.Identity;
import io.matriarch.management.core.Json;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Parameters;
import io.matriarch.management.core.Refused;
import io.matriarch.management.core.Requests;
import io.matriarch.management.core.Route;
import io.matriarch.management.core.Task;
import io.matriarch.management.core.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What each {@link Route} asks of which neighbour. */
public final class Handlers {
    private static final Duration STORE_DEADLINE = Duration.ofSeconds(2);

    /**
     * Status and JSON body.
     *
     * @param last the process ends once it is written
     */
    record Reply(int status, String body, boolean last, String type) {
        Reply(int status, String body, boolean last) {
            this(status, body, last, JSON);
        }

        Reply(int status, String body) {
            this(status, body, false);
        }

        /** There is no end to it: {@link ChangeStream} writes. */
        static final Reply STREAM = new Reply(200, "", false, "text/event-stream");
    }

    private static final String JSON = "application/json;charset=utf-8";
    private static final String YAML = "application/yaml;charset=utf-8";

    private static final int MOST_ORIGINS = 256;

    private final Set<String> origins = ConcurrentHashMap.newKeySet();
    private final Neighbours neighbours;
    private final Bundles bundles;
    private final Supplier<Identity> identity;
    private final InstantSource clock;
    private final Past past;
    private final WalChecks wal = new WalChecks();
    private final AlertAnswers alerts;
    private final TaskAnswers tasks;
    private final ReplicationAnswer replication;

    public Handlers(
            Neighbours neighbours,
            Bundles bundles,
            Supplier<Identity> identity,
            InstantSource clock) {
        this.neighbours = neighbours;
        this.bundles = bundles;
        this.identity = identity;
        past = new Past(neighbours, clock);
        tasks = new TaskAnswers(neighbours);
        replication = new ReplicationAnswer(neighbours, identity);
        alerts = new AlertAnswers(neighbours, clock);
        this.clock = clock;
    }

    Reply answer(Route.Match match, Parameters in) throws Refused {
        try {
            return match.route().changes() ? change(match, in) : view(match, in);
        } catch (MatriarchException e) {
            throw Refused.of(e);
        }
    }

    private Reply view(Route.Match match, Parameters in) throws Refused, MatriarchException {
        return switch (match.route()) {
            case NODE -> ok(node());
            case CLUSTER -> ok(Tree.of(neighbours.failover().cluster()));
            case DECISIONS -> {
                var since = Requests.since(in, clock.instant());
                yield ok(list("decisions", neighbours.failover().decisions(since)));
            }
            case REPLICATION -> ok(replication.answer());
            case SESSIONS -> ok(list("sessions", neighbours.sessions().now()));
            case STORE -> ok(store(neighbours.dcs().health(STORE_DEADLINE)));
            case BUNDLES -> ok(list("bundles", bundles.list()));
            case SCHEDULES -> ok(list("schedules", neighbours.schedules().list()));
            case JOBS -> ok(list("jobs", neighbours.clusterJobs().jobs()));
            case JOB_HISTORY -> ok(list("runs", neighbours.clusterJobs().history(schedule(match))));
            case BACKUPS -> ok(list("repositories", neighbours.backups().repositories()));
            case BACKUP_EXPIRY -> ok(list("repositories", neighbours.backups().expiry()));
            case RESTORES -> ok(list("restores", neighbours.restoring().jobs()));
            case EVENTS -> ok(past.events(in));
            case HEALTH -> Wellness.answer(neighbours.monitor(), in);
            case SERIES -> ok(past.series());
            case SERIES_VALUES -> ok(past.values(in));
            case WAL -> ok(wal.status(neighbours.walArchive()));
            case DIVERGED_WAL -> ok(list("divergedWal", neighbours.postgres().divergedWal()));
            case ALERTS -> ok(alerts.active());
            case ALERT_HISTORY -> ok(alerts.past(in));
            case ALERT_RULES -> rules(in);
            case SILENCES -> ok(alerts.silences());
            case AUDIT -> {
                var since = Requests.since(in, clock.instant());
                yield ok(list("entries", neighbours.audit().since(since)));
            }
            case OPENAPI -> new Reply(200, openApi());
            default -> throw new IllegalArgumentException(match.route() + " is no view");
        };
    }

    /**
     * Whether a page of a member asks: it may read what everybody may. One that the store knows no
     * more counts on: its page is what asks when it has died.
     */
    boolean fromMember(@Nullable String origin) {
        if (origin == null) return false;
        try {
            if (origins.size() < MOST_ORIGINS)
                origins.addAll(MemberOrigins.of(neighbours.failover()));
        } catch (Refused e) {
            return origins.contains(origin); // the agent is being replaced: those known before
        }
        return origins.contains(origin);
    }

    /** Who asks, as the filter in front has found. */
    Reply whoAmI(@Nullable Object user, @Nullable Object role) throws Refused {
        var answer = new LinkedHashMap<String, @Nullable Object>();
        answer.put("asks", neighbours.access().asks());
        answer.put("user", user == null ? "" : user);
        answer.put("role", role == null ? "" : role);
        return ok(answer);
    }

    /** What the stream tells by that name. */
    Map<String, @Nullable Object> told(ChangeStream.Topic topic) throws Refused {
        return switch (topic) {
            case CLUSTER -> Tree.of(neighbours.failover().cluster());
            case NODE -> node();
            case REPLICATION -> replication.answer();
            case ALERTS -> alerts.active();
            case DECISIONS -> {
                var hour = neighbours.failover().decisions(clock.instant().minusSeconds(3_600));
                int from = Math.max(0, hour.size() - ChangeStream.DECISIONS);
                yield new LinkedHashMap<>(list("decisions", hour.subList(from, hour.size())));
            }
        };
    }

    private Reply rules(Parameters in) throws Refused {
        String format = in.text("format").orElse("json");
        return switch (format) {
            case "json" -> ok(alerts.rules());
            case "prometheus" -> new Reply(200, alerts.prometheusRules(), false, YAML);
            default ->
                    throw Refused.malformed(
                            "field \"format\" is \"" + format + "\"",
                            "expected json or prometheus");
        };
    }

    /** The reply that was the last one is on its way. */
    void end() {
        neighbours.endProcess();
    }

    private static String schedule(Route.Match match) {
        return Objects.requireNonNull(match.inPath().get("schedule"));
    }

    private Reply change(Route.Match match, Parameters in) throws Refused, MatriarchException {
        return switch (match.route()) {
            case JOB_START -> start(schedule(match), in.flag("dryRun"));
            case JOB_STOP -> {
                neighbours.clusterJobs().stop(schedule(match));
                yield said(new Answer(202, schedule(match) + " is asked to stop"));
            }
            case BACKUP -> asked(tasks.ask(Task.backup(in), in));
            case BACKUP_VERIFY -> asked(tasks.ask("verify", in));
            case BACKUP_EXPIRE -> asked(tasks.ask("expire", in));
            case BACKUP_DRILL -> asked(tasks.ask("drill", in));
            case RESTORE -> asked(RestoreAnswers.ask(neighbours.restoring(), in));
            case RESTORE_CANCEL -> {
                String id = Objects.requireNonNull(match.inPath().get("id"));
                neighbours.restoring().cancel(id);
                yield said(new Answer(202, "restore " + id + " is asked to end"));
            }
            case SHUTDOWN -> last(neighbours.failover().shutDown());
            case WAL_CHECK -> said(wal.check(neighbours.walArchive(), in.flag("heal")));
            case DIVERGED_WAL_REMOVE ->
                    said(
                            Diverged.remove(
                                    neighbours.postgres(),
                                    Objects.requireNonNull(match.inPath().get("id")),
                                    in.flag("dryRun")));
            case SILENCE, SILENCE_EXPIRE, ALERT_RESOLVE, ALERT_TEST -> ok(alerts.change(match, in));
            default -> askAgent(match, in);
        };
    }

    private static Reply asked(Map<String, @Nullable Object> answer) {
        return new Reply(
                answer.get("status") instanceof Integer status ? status : 500, Json.text(answer));
    }

    private Reply start(String schedule, boolean dryRun) throws Refused, MatriarchException {
        String id = neighbours.clusterJobs().start(schedule, dryRun);
        return said(
                dryRun
                        ? new Answer(200, schedule + " would begin on this member")
                        : new Answer(202, schedule + " began on this member, run " + id));
    }

    private Reply askAgent(Route.Match match, Parameters in) throws Refused {
        if (match.route() == Route.BUNDLE_UPDATE) {
            long id = Requests.bundleId(Objects.requireNonNull(match.inPath().get("id")));
            return said(bundles.update(id, in.text("location"), false));
        }
        var failover = neighbours.failover();
        return said(
                switch (match.route()) {
                    case SWITCHOVER ->
                            failover.switchover(
                                    in.required("leader"),
                                    in.text("candidate"),
                                    in.instant("at"),
                                    in.flag("dryRun"));
                    case CANCEL_SWITCHOVER -> failover.cancelSwitchover();
                    case FAILOVER -> failover.failover(in.required("candidate"), in.flag("dryRun"));
                    case PROMOTE_CLUSTER -> failover.promoteCluster(in.flag("dryRun"));
                    case DEMOTE_CLUSTER ->
                            failover.demoteCluster(Requests.demote(in), in.flag("dryRun"));
                    case RESTART -> failover.restart(Requests.restart(in));
                    case CANCEL_RESTART -> failover.cancelRestart();
                    case REINITIALIZE ->
                            failover.reinitialize(in.flag("force"), in.flag("fromLeader"));
                    case REPLACE_DATA ->
                            failover.replaceData(
                                    in.text("directory").orElse(""), in.flag("dryRun"));
                    case CANCEL_REPLACEMENT -> failover.cancelReplacement(in.flag("force"));
                    case RELOAD -> failover.reload();
                    case PAUSE -> failover.pause();
                    case RESUME -> failover.resume();
                    case PREPARE_RESTART ->
                            failover.prepareRestart(
                                    Math.toIntExact(in.integer("seconds").orElse(0L)));
                    default -> throw new IllegalArgumentException(match.route() + " is no change");
                });
    }

    private Map<String, @Nullable Object> node() throws Refused {
        var node = new LinkedHashMap<String, @Nullable Object>();
        node.put("scope", identity.get().scope());
        node.put("version", identity.get().version());
        node.putAll(Tree.of(neighbours.failover().node()));
        return node;
    }

    private static Map<String, @Nullable Object> store(StoreHealth health) {
        var store = new LinkedHashMap<String, @Nullable Object>();
        store.put(
                "answering",
                health.endpoints().stream().filter(StoreHealth.Endpoint::answering).count());
        store.putAll(Tree.of(health));
        return store;
    }

    private static Map<String, List<@Nullable Object>> list(String name, List<?> values) {
        return Map.of(name, Tree.of(values));
    }

    private static Reply ok(Object tree) {
        return new Reply(200, Json.text(tree));
    }

    private static Reply said(Answer answer) {
        return new Reply(answer.status(), Json.text(Tree.of(answer)));
    }

    private static Reply last(Answer answer) {
        var reply = said(answer);
        return new Reply(reply.status(), reply.body(), answer.status() == 200);
    }

    static String openApi() {
        try (var in = Handlers.class.getResourceAsStream("openapi.json")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
