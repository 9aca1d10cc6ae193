package io.matriarch.alerting.engine;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.core.Compact;
import io.matriarch.alerting.core.Figures;
import io.matriarch.alerting.core.Findings;
import io.matriarch.alerting.core.Judge;
import io.matriarch.alerting.core.Ledger;
import io.matriarch.alerting.core.Ledgers;
import io.matriarch.alerting.core.Mutes;
import io.matriarch.alerting.core.Notes;
import io.matriarch.alerting.core.Notifier;
import io.matriarch.alerting.core.Rule;
import io.matriarch.alerting.json.Records;
import io.matriarch.alerting.spool.Courier;
import io.matriarch.alerting.spool.Spool;
import io.matriarch.alerting.spool.Spooled;
import io.matriarch.dcs.api.Compare;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Op;
import io.matriarch.dcs.api.Txn;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member's alerting. {@link #round} is called every ten seconds by one thread; what others read
 * is replaced as a whole at its end.
 */
public final class Engine {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    public static final Duration ROUND = Duration.ofSeconds(10);
    static final Duration DEADLINE = Duration.ofSeconds(2);

    /** So long the store must be away before a member tells by itself: twice the sender's lease. */
    static final Duration AWAY = Duration.ofSeconds(60);

    private static final Duration REPORT = Duration.ofSeconds(60);
    private static final Duration SILENT = Duration.ofMinutes(3);
    private static final Duration FORGOTTEN = Duration.ofHours(24);
    private static final Duration SILENCE_KEPT = Duration.ofDays(7);
    private static final Duration PERSIST = Duration.ofSeconds(60);

    /** What others may read, of the end of the last round. */
    record Seen(
            Instant at,
            List<Alert> alerts,
            Board board,
            boolean sending,
            boolean degraded,
            String storeError) {}

    private record Beat(long revision, Instant at) {}

    private final Settings settings;
    private final Map<String, Rule> rules = new HashMap<>();
    private final Dcs dcs;
    private final Surroundings surroundings;
    private final Spool spool;
    private final Courier courier;
    private final Path directory;
    private final InstantSource clock;
    private final Judge judge;
    private final Dispatch dispatch;
    private final Extras extras;
    private final Seat seat;
    private final ClusterWatch watch;
    private final Gathering gathering;
    private final Foreign foreign = new Foreign();
    private final Map<String, Beat> beats = new HashMap<>();

    private LocalState state;
    private Board board = Board.EMPTY;
    private List<Alert> reported = List.of();
    private @Nullable Instant reportedAt;
    private @Nullable Instant persistedAt;
    private @Nullable Instant awaySince;
    private String objectives = "";
    private volatile @Nullable Seen seen;

    public Engine(
            Settings settings,
            Dcs dcs,
            Surroundings surroundings,
            Spool spool,
            Courier courier,
            Path directory,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.settings = settings;
        this.dcs = dcs;
        this.surroundings = surroundings;
        this.spool = spool;
        this.courier = courier;
        this.directory = directory;
        this.clock = clock;
        for (var rule : settings.rules()) rules.put(rule.name(), rule);
        judge = new Judge(settings.rules());
        dispatch = new Dispatch(settings.member(), new Notifier(settings.policy()), spool);
        extras = new Extras(settings);
        seat =
                new Seat(
                        dcs,
                        settings.prefix() + Board.SENDER,
                        settings.member(),
                        DEADLINE,
                        nanoTime);
        watch = new ClusterWatch(settings.cluster(), settings.member());
        gathering = new Gathering(settings, surroundings, courier, watch);
        state = LocalState.read(directory).resumed(clock.instant());
    }

    Settings settings() {
        return settings;
    }

    Dcs dcs() {
        return dcs;
    }

    Courier courier() {
        return courier;
    }

    Extras extras() {
        return extras;
    }

    Foreign foreign() {
        return foreign;
    }

    InstantSource clock() {
        return clock;
    }

    Optional<Seen> seen() {
        return Optional.ofNullable(seen);
    }

    /** Whether this member may send that now; asked before each try. */
    public boolean mayStill(Spooled spooled) {
        return seat.held() || spooled.notice().degraded() || !spooled.notice().aboutAlerts();
    }

    /** Measures, judges, agrees with the others, and spools what is to be told. */
    public void round() {
        var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var error = look(now);
        var others = remembered(now);
        var fresh = fresh(others, now);
        var figures = gathering.figures(now, others, fresh);
        var judgement = judge.judge(state.judge(), figures, board.cleared());
        var own = own(judgement, figures, others);
        boolean changed =
                !judgement.changes().isEmpty()
                        || !judgement.state().pending().equals(state.judge().pending());
        for (var change : judgement.changes()) log(change);
        state = state.with(judgement.state());
        objectives = Gathering.objectives(figures);
        var all = Mutes.apply(merged(own, others, fresh, now), circumstances(now));
        boolean degraded = false;
        if (error.isEmpty()) error = agree(now, own, all);
        if (!error.isEmpty() && awaySince == null) awaySince = now;
        if (error.isEmpty()) awaySince = null;
        else if (Duration.between(awaySince, now).compareTo(AWAY) >= 0) {
            degraded = true;
            changed |= tellAlone(now, all);
        }
        persist(now, changed);
        seen = new Seen(now, whole(all), board, seat.held(), degraded, error);
    }

    /** The store as it is now; what is wrong with it, or empty. */
    private String look(Instant now) {
        try {
            board = Board.of(settings.prefix(), dcs.read(settings.prefix(), DEADLINE));
            board.revisions()
                    .forEach((member, revision) -> {
                        var beat = beats.get(member);
                        if (beat == null || beat.revision() != revision)
                            beats.put(member, new Beat(revision, now));
                    });
            beats.keySet().retainAll(board.revisions().keySet());
            return "";
        } catch (DcsException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Reports of the last day, the own one left out. */
    private List<MemberReport> remembered(Instant now) {
        return board.members().values().stream()
                .filter(report -> !report.member().equals(settings.member()))
                .filter(report -> report.at().isAfter(now.minus(FORGOTTEN)))
                .toList();
    }

    private Set<String> fresh(List<MemberReport> reports, Instant now) {
        var fresh = new TreeSet<>(List.of(settings.member()));
        for (var report : reports) {
            var beat = beats.get(report.member());
            if (beat != null && Duration.between(beat.at(), now).compareTo(SILENT) < 0)
                fresh.add(report.member());
        }
        return fresh;
    }

    private List<Alert> own(
            Judge.Judgement judgement, Figures figures, List<MemberReport> reports) {
        var others = new ArrayList<Alert>();
        for (var report : reports) others.addAll(report.alerts());
        var notes = new HashMap<>(surroundings.notes());
        for (var receiver : settings.receivers().keySet())
            notes.put(Notes.RECEIVER_ERROR + receiver, courier.standing(receiver).error());
        var place = new Findings.Place(settings.member(), others, notes, settings.runbooks());
        var alerts =
                new ArrayList<>(
                        Findings.alerts(
                                judgement.state(),
                                rules,
                                figures,
                                gathering.earlier(figures),
                                place));
        alerts.addAll(foreign.alerts(figures.at()));
        return alerts.stream().map(Compact::of).toList();
    }

    private List<Alert> merged(
            List<Alert> own, List<MemberReport> others, Set<String> fresh, Instant now) {
        var reports = new ArrayList<>(others);
        reports.add(new MemberReport(settings.member(), now, settings.version(), false, own));
        return Merge.of(reports, fresh);
    }

    private Mutes.Circumstances circumstances(Instant now) {
        return new Mutes.Circumstances(
                now,
                board.silences(),
                watch.paused(),
                settings.windows().stream().anyMatch(window -> window.open(now)),
                watch.leaderChanged());
    }

    /** Reports to the others and, with the seat, tells the receivers; what went wrong, or empty. */
    private String agree(Instant now, List<Alert> own, List<Alert> all) {
        try {
            report(now, own);
            if (state.own()) bringBack();
            if (seat.keep(board.sender())) send(now, all);
            else listen();
            return "";
        } catch (DcsException e) {
            return String.valueOf(e.getMessage());
        } catch (IOException e) {
            LOG.error("The spool cannot be written, so nothing is told: {}", e.toString());
            return "";
        }
    }

    private void report(Instant now, List<Alert> own) throws DcsException {
        boolean stale =
                reportedAt == null
                        || Duration.between(reportedAt, now).compareTo(REPORT) >= 0
                        || !board.members().containsKey(settings.member());
        if (!stale && same(own, reported)) return;
        put(new MemberReport(settings.member(), now, settings.version(), false, own));
        reported = own;
        reportedAt = now;
    }

    /** A value that moved is no reason to write; a changed state is. */
    private static boolean same(List<Alert> a, List<Alert> b) {
        return a.stream()
                .map(Engine::state)
                .toList()
                .equals(b.stream().map(Engine::state).toList());
    }

    private static List<Object> state(Alert alert) {
        return List.of(
                alert.id(), alert.severity(), alert.flapping(), alert.cause().map(c -> c.text()));
    }

    private void put(MemberReport report) throws DcsException {
        dcs.commit(
                Txn.always(
                        new Op.Put(
                                settings.prefix() + Board.MEMBERS + report.member(),
                                Records.write(report),
                                Lease.NONE)),
                DEADLINE);
    }

    private void bringBack() throws DcsException, IOException {
        var ledger = Ledgers.merged(board.ledger(), state.ledger());
        if (!commit(ledger, List.of(), List.of())) return; // somebody wrote it: next round
        board = Board.of(settings.prefix(), dcs.read(settings.prefix(), DEADLINE));
        state = state.with(board.ledger(), false);
        LOG.info("The store is back; what was told meanwhile is in the ledger of all");
    }

    private void send(Instant now, List<Alert> all) throws DcsException, IOException {
        var turn =
                dispatch.turn(
                        board.ledger(),
                        situation(now, all, false),
                        ledger -> extras.of(ledger, now));
        var housekeeping = housekeeping(now, all);
        if (!turn.ledger().equals(board.ledger()) || !housekeeping.isEmpty()) {
            var mine = new Compare.ValueIs(settings.prefix() + Board.SENDER, settings.member());
            if (!commit(turn.ledger(), List.of(mine), housekeeping)) {
                dispatch.refused(turn);
                return;
            }
        }
        dispatch.agreed(turn);
        state = state.with(turn.ledger(), false);
    }

    private Notifier.Situation situation(Instant now, List<Alert> all, boolean degraded) {
        return new Notifier.Situation(
                now, settings.cluster(), settings.member(), all, degraded, objectives);
    }

    /**
     * @return false: somebody else wrote it first, or took the seat
     */
    private boolean commit(Ledger ledger, List<Compare> conditions, List<Op> further)
            throws DcsException {
        var when = new ArrayList<>(conditions);
        when.add(board.ledgerAsRead(settings.prefix()));
        var then = new ArrayList<>(further);
        then.add(new Op.Put(settings.prefix() + Board.LEDGER, Records.write(ledger), Lease.NONE));
        return dcs.commit(new Txn(when, then), DEADLINE).applied();
    }

    /** Silences long over, calls that were followed, and members that are no more. */
    private List<Op> housekeeping(Instant now, List<Alert> all) {
        var ops = new ArrayList<Op>();
        for (var silence : board.silences())
            if (silence.until().plus(SILENCE_KEPT).isBefore(now))
                ops.add(new Op.Delete(settings.prefix() + Board.SILENCES + silence.id()));
        for (var id : board.cleared())
            if (all.stream().noneMatch(alert -> alert.id().equals(id)))
                ops.add(new Op.Delete(settings.prefix() + Board.CLEARED + id));
        for (var report : board.members().values())
            if (report.at().plus(FORGOTTEN).isBefore(now)
                    && !report.member().equals(settings.member()))
                ops.add(new Op.Delete(settings.prefix() + Board.MEMBERS + report.member()));
        return ops;
    }

    /** Somebody else tells; keep what it would need to know, and drop what is not ours to send. */
    private void listen() throws DcsException, IOException {
        var confirmed = dispatch.confirmed(board.ledger());
        if (confirmed.equals(board.ledger()) || commit(confirmed, List.of(), List.of()))
            dispatch.forgetDelivered();
        dispatch.settle(board.ledger(), false);
        state = state.with(board.ledger(), false);
    }

    /** Without the store every member tells what it knows by itself, and says so. */
    private boolean tellAlone(Instant now, List<Alert> all) {
        var own = new ArrayList<Alert>();
        for (var alert : all)
            own.add(
                    alert.mutedBy().isEmpty() && !alert.source().equals(settings.member())
                            ? alert.muted("found by " + alert.source())
                            : alert);
        try {
            var turn =
                    dispatch.turn(
                            state.ledger(),
                            situation(now, own, true),
                            ledger -> new Notifier.Step(ledger, List.of()));
            boolean changed = !turn.ledger().equals(state.ledger());
            state = state.with(turn.ledger(), true);
            if (changed) state.at(now).write(directory);
            dispatch.agreed(turn);
            return changed;
        } catch (IOException e) {
            LOG.error("The spool cannot be written, so nothing is told: {}", e.toString());
            return false;
        }
    }

    private void persist(Instant now, boolean changed) {
        boolean due =
                persistedAt == null || Duration.between(persistedAt, now).compareTo(PERSIST) >= 0;
        if (!changed && !due) return;
        try {
            state.at(now).write(directory);
            persistedAt = now;
        } catch (IOException e) {
            LOG.error("Timers of alerts will not survive a restart: {}", e.toString());
        }
    }

    private List<Alert> whole(List<Alert> alerts) {
        return alerts.stream().map(alert -> Compact.whole(alert, settings.runbooks())).toList();
    }

    private static void log(Judge.Change change) {
        var track = change.track();
        var labels = new LinkedHashMap<>(track.labels());
        labels.remove("cluster");
        if (change.after() == null) LOG.info("Alert over: {} {}", track.rule(), labels);
        else
            LOG.warn(
                    "Alert {}{}: {} {}",
                    change.after().severity().word(),
                    change.after().flapping() ? ", flapping" : "",
                    track.rule(),
                    labels);
    }

    /**
     * Leaves the seat, and says that this member was stopped in order.
     *
     * @param forGood the whole agent stops; else only this bundle is replaced
     */
    public void close(boolean forGood) {
        try {
            state.at(clock.instant()).write(directory);
            if (forGood)
                put(
                        new MemberReport(
                                settings.member(),
                                clock.instant(),
                                settings.version(),
                                true,
                                List.of()));
            seat.leave();
        } catch (DcsException | IOException e) {
            LOG.debug("Leaving without a word: {}", e.toString());
        }
    }
}
