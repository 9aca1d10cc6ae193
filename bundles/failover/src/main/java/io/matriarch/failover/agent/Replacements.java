package io.matriarch.failover.agent;

import io.matriarch.api.MemberName;
import io.matriarch.api.SystemId;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.failover.api.Answer;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.ClusterView.Initialize;
import io.matriarch.failover.core.LocalView;
import io.matriarch.failover.core.Replacement;
import io.matriarch.failover.core.Replacing;
import io.matriarch.failover.core.Replacing.Found;
import io.matriarch.failover.core.StoreLayout;
import io.matriarch.failover.core.StoreState;
import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.StopMode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole cluster goes back to restored data: asked for, carried out, ended or taken back. */
final class Replacements {
    private static final Logger LOG = LoggerFactory.getLogger(Replacements.class);

    private static final String KEPT = ".replaced-";
    private static final Duration STOP = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final AgentState state;
    private final Settings settings;
    private final LocalPostgres postgres;
    private final Store store;
    private final StoreMirror mirror;
    private final LeaseKeeper lease;
    private final Transitions transitions;
    private final Stopping stopping;

    Replacements(
            AgentState state,
            Settings settings,
            LocalPostgres postgres,
            Store store,
            StoreMirror mirror,
            LeaseKeeper lease,
            Stopping stopping,
            Transitions transitions) {
        this.state = state;
        this.settings = settings;
        this.postgres = postgres;
        this.store = store;
        this.mirror = mirror;
        this.lease = lease;
        this.transitions = transitions;
        this.stopping = stopping;
    }

    Answer begin(String directory, boolean dryRun) {
        var seen = fresh();
        if (seen.isEmpty()) return away();
        var view = seen.get();
        if (!(view.initialize() instanceof Initialize.Done(var id)))
            return new Answer(412, "the cluster has no system identifier yet");
        try {
            Path prepared =
                    directory.isBlank()
                            ? beside(LocalPostgres.REPLACEMENT)
                            : Path.of(directory).normalize();
            var server = postgres.observe(LOOK);
            var refusal =
                    Replacing.refuse(
                            view, settings.name(), state.policy(), server, settings.version());
            if (refusal.isPresent()) return refusal.get();
            if (dryRun && Files.notExists(prepared))
                return new Answer(
                        200,
                        "once %s is restored, it can take the place of the data directory of %s, and %s be rewound or cloned anew"
                                .formatted(prepared, settings.name(), others(view)));
            var control = postgres.prepared(prepared, id);
            refusal = Replacing.refuse(server, control);
            if (refusal.isPresent()) return refusal.get();
            var members = new ArrayList<>(view.members().keySet());
            members.add(settings.name());
            var replacement =
                    new Replacement(
                            settings.name(),
                            prepared.toString(),
                            beside(KEPT + STAMP.format(Instant.now())).toString(),
                            control.checkpointTimeline(),
                            members);
            String plan = Replacing.plan(replacement);
            if (dryRun) return new Answer(200, plan);
            return begin(view, replacement);
        } catch (PostgresException e) {
            return new Answer(412, e.getMessage() + " (" + e.hint() + ")");
        } catch (InvalidPathException e) {
            return new Answer(400, "directory \"" + directory + "\" is no path: " + e.getReason());
        }
    }

    private Path beside(String suffix) {
        Path place = postgres.dataDirectory();
        return place.resolveSibling(place.getFileName() + suffix);
    }

    private List<String> others(ClusterView view) {
        return view.members().keySet().stream()
                .filter(name -> !name.equals(settings.name()))
                .map(MemberName::value)
                .toList();
    }

    private Answer begin(ClusterView view, Replacement replacement) {
        var config = view.config();
        if (config.isEmpty()) return new Answer(503, "the cluster has no configuration yet");
        try {
            String with = StoreLayout.json(replacement.in(config.get().data()));
            if (!store.updateConfigAsLeader(config.get(), with))
                return new Answer(
                        409, "somebody changed the configuration, or leads, meanwhile: ask again");
        } catch (DcsException e) {
            return new Answer(
                    503,
                    "%s (%s): it may have begun, see `matriarchctl show-config`"
                            .formatted(e.getMessage(), e.fate()));
        }
        LOG.warn("the cluster's data is replaced: {}", Replacing.plan(replacement));
        if (fresh().isEmpty()) // so that it is seen to stand before it is seen to be gone
        return new Answer(503, "it has begun, but the store is away: see `matriarchctl list`");
        return await(replacement);
    }

    /** Until the new data takes writes, or the replacement was given up. */
    private Answer await(Replacement replacement) {
        return Waiting.until(PATIENCE, POLL, () -> ended(replacement))
                .orElseGet(() ->
                        new Answer(
                                503,
                                "it has begun and is not done after %d s: see `matriarchctl list` and the agent's log"
                                        .formatted(PATIENCE.toSeconds())));
    }

    private Optional<Answer> ended(Replacement replacement) {
        boolean serves =
                state.server()
                        .flatMap(server -> server.live())
                        .filter(live -> !live.inRecovery())
                        .filter(live -> live.timeline() >= replacement.timeline())
                        .isPresent();
        if (serves)
            return Optional.of(
                    new Answer(
                            200,
                            "%s serves the restored data, on timeline %d; the old directory is kept as %s"
                                    .formatted(
                                            replacement.member(),
                                            replacement.timeline(),
                                            replacement.kept())));
        boolean stands =
                mirror.lastKnown().map(view -> Replacing.standing(view).isPresent()).orElse(true);
        if (stands) return Optional.empty();
        return Optional.of(
                new Answer(
                        503,
                        "it was given up, and the old data goes on: "
                                + state.failure()
                                        .map(Throwable::getMessage)
                                        .orElse("somebody cancelled it")));
    }

    /**
     * Stops the old, exchanges the directories, starts the new as a primary. What went wrong before
     * the exchange ends the replacement, and the old data goes on.
     */
    void carryOut(ClusterView view, Replacement replacement, String why) throws PostgresException {
        if (!(view.initialize() instanceof Initialize.Done(var id)))
            throw Transitions.refused("the cluster has no system identifier");
        // A person may have cancelled it since this was decided.
        boolean stands =
                fresh().flatMap(Replacing::standing).filter(replacement::equals).isPresent();
        if (!stands) throw Transitions.refused("the replacement does not stand any more");
        if (lease.left().compareTo(state.policy().safetyMargin()) <= 0)
            throw Transitions.refused("too little of the lease is left to replace the data");
        try {
            exchange(replacement, id);
        } catch (PostgresException e) {
            if (Replacing.found(postgres.observe(LOOK), replacement) == Found.OLD) giveUp(view, e);
            throw e;
        }
        transitions.startPrimary(why);
        mirror.markStale();
    }

    private void exchange(Replacement replacement, SystemId id) throws PostgresException {
        Path prepared = Path.of(replacement.directory());
        postgres.prepared(prepared, id); // before anything is stopped
        stopping.stop(StopMode.FAST, STOP, _ -> {}); // also ends when all WAL is archived
        postgres.exchangeData(prepared, Path.of(replacement.kept()), id, replacement.timeline());
    }

    private void giveUp(ClusterView view, PostgresException why) {
        LOG.error("the replacement is given up, the old data goes on: {}", why.getMessage());
        try {
            var config = view.config();
            if (config.isPresent()
                    && !store.updateConfigAsLeader(
                            config.get(),
                            StoreLayout.json(Replacement.without(config.get().data()))))
                LOG.warn("somebody changed the configuration meanwhile: it is tried again");
        } catch (DcsException e) {
            LOG.warn("the replacement still stands in the configuration: {}", e.getMessage());
        }
        mirror.markStale();
    }

    /** The leader calls this each round: once every member is on the new data, it is over. */
    void endIfOver(ClusterView view, LocalView local) throws DcsException {
        var replacement = Replacing.standing(view);
        if (replacement.isEmpty()
                || view.config().isEmpty()
                || !Replacing.over(view, local, replacement.get())) return;
        var config = view.config().get();
        if (store.updateConfigAsLeader(
                config, StoreLayout.json(Replacement.without(config.data()))))
            LOG.info("every member is on the restored data: the replacement is over");
        mirror.markStale();
    }

    Answer cancel(boolean force) {
        var seen = fresh();
        if (seen.isEmpty()) return away();
        var view = seen.get();
        var replacement = Replacing.standing(view);
        if (replacement.isEmpty() || view.config().isEmpty())
            return new Answer(404, "no replacement is under way");
        var some = replacement.get();
        if (some.member().equals(settings.name())) {
            var refusal = undo(some);
            if (refusal.isPresent()) return refusal.get();
        } else if (view.ledBy(some.member())) {
            return new Answer(
                    412, "ask %s, which leads and carries it out".formatted(some.member()));
        } else if (!force) {
            return new Answer(
                    412,
                    "ask %s, which carries it out; if it is lost, say so by force (--member-lost): what it wrote since is lost, too"
                            .formatted(some.member()));
        }
        try {
            var config = view.config().get();
            return store.updateConfig(
                            Optional.of(config),
                            StoreLayout.json(Replacement.without(config.data())))
                    ? done()
                    : new Answer(409, "somebody changed it at the same time: ask again");
        } catch (DcsException e) {
            return new Answer(503, e.getMessage() + " (" + e.fate() + ")");
        }
    }

    private Answer done() {
        mirror.markStale();
        return new Answer(200, "the replacement is cancelled");
    }

    private Optional<Answer> undo(Replacement replacement) {
        var refusal = Replacing.refuseUndo(postgres.observe(LOOK), replacement);
        if (refusal.isPresent()) return refusal;
        try {
            postgres.undoExchange(Path.of(replacement.kept()));
            return Optional.empty();
        } catch (PostgresException e) {
            return Optional.of(new Answer(503, e.getMessage() + " (" + e.hint() + ")"));
        }
    }

    private Optional<ClusterView> fresh() {
        mirror.markStale();
        return mirror.state(Duration.ZERO, state.policy().retryTimeout())
                        instanceof StoreState.Seen(var view)
                ? Optional.of(view)
                : Optional.empty();
    }

    private static Answer away() {
        return new Answer(503, "the store is away: nothing was changed");
    }
}
