package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.api.Lsn;
import io.matriarch.postgres.api.HistoryLine;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.Lineage;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.ServerView;
import io.matriarch.postgres.api.Upstream;
import io.matriarch.postgres.core.History;
import io.matriarch.postgres.core.Lineages;
import io.matriarch.postgres.core.OwnWal;
import io.matriarch.postgres.sql.ReplicationQueries;
import io.matriarch.postgres.sql.Session;
import io.matriarch.postgres.sql.SqlErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Timelines: ours, and how they compare with another server's. */
final class Ancestry {
    private final Parts parts;

    Ancestry(Parts parts) {
        this.parts = parts;
    }

    Lineage compare(ServerView view, Upstream upstream, Duration deadline)
            throws PostgresException {
        Lineages.Local local =
                view.live()
                        .map(Lineages::running)
                        .or(() -> view.control().map(Lineages::stopped))
                        .orElseThrow(() ->
                                new PostgresException(
                                        Code.DATA_DIRECTORY,
                                        "our own timeline is not known: " + view.trouble(),
                                        ""));
        Lineages.Other other = ask(upstream, deadline);
        boolean endMatters =
                view.live().isEmpty()
                        && local.formerPrimary()
                        && local.cleanShutdown()
                        && other.timeline() > local.timeline();
        Optional<Lsn> end =
                endMatters ? parts.wal().end(local.timeline(), local.lsn()) : Optional.empty();
        return Lineages.compare(local, lines(local.timeline()), other, end);
    }

    /**
     * Where another server's history left ours.
     *
     * @param timeline of ours that it left
     * @param pieces what we wrote since, oldest first
     */
    record Fork(int timeline, Lsn at, List<OwnWal.Piece> pieces) {}

    /** Of the stopped server here; empty if the other has all we have. */
    Optional<Fork> fork(Upstream upstream, Duration deadline) throws PostgresException {
        var control = parts.dir().control();
        if (control.isEmpty())
            throw new PostgresException(
                    Code.DATA_DIRECTORY, "pg_control cannot be read", "Is the directory damaged?");
        var local = Lineages.stopped(control.get());
        var lines = lines(local.timeline());
        var other = ask(upstream, deadline);
        // Where a crashed primary ended only its WAL tells.
        boolean known = local.cleanShutdown() || !local.formerPrimary();
        return Lineages.compare(local, lines, other, Optional.empty())
                .switchPoint()
                .filter(at -> !known || local.lsn().isAfter(at))
                .map(at -> {
                    var pieces = OwnWal.pieces(at, lines.orElse(List.of()), local.timeline());
                    return new Fork(pieces.getFirst().timeline(), at, pieces);
                });
    }

    private Lineages.Other ask(Upstream upstream, Duration deadline) throws PostgresException {
        var node = parts.node();
        String who = upstream.name() + " (" + upstream.addresses() + ")";
        HostPort place;
        boolean inRecovery;
        try {
            place = Servers.writable(upstream, node.rewind(), deadline);
            try (var session = Session.open(place, upstream.database(), node.rewind(), deadline)) {
                inRecovery = Servers.inRecovery(session);
            }
        } catch (SQLException e) {
            throw SqlErrors.explain("asking " + who + " whether it is a primary", e);
        }
        try (var session = Session.replication(place, node.replication(), deadline)) {
            int timeline = ReplicationQueries.identify(session).timeline();
            return new Lineages.Other(
                    timeline, inRecovery, ReplicationQueries.history(session, timeline));
        } catch (SQLException e) {
            throw SqlErrors.explain("asking " + who + " for its timeline", e);
        }
    }

    private Optional<List<History.Line>> lines(int timeline) {
        if (timeline == 1) return Optional.of(List.of());
        try {
            return Optional.of(History.parse(Files.readString(file(timeline))));
        } catch (IOException | IllegalArgumentException _) {
            return Optional.empty(); // not kept: numbers have to do
        }
    }

    /** By the files in pg_wal; a line's time is that of the file of the timeline it led to. */
    List<HistoryLine> history(int timeline) throws PostgresException {
        if (timeline == 1) return List.of();
        Path file = file(timeline);
        try {
            var lines = History.parse(Files.readString(file));
            var found = new ArrayList<HistoryLine>();
            for (int i = 0; i < lines.size(); i++) {
                int next = i + 1 < lines.size() ? lines.get(i + 1).endedTimeline() : timeline;
                var line = lines.get(i);
                found.add(
                        new HistoryLine(
                                line.endedTimeline(),
                                line.switchPoint(),
                                line.reason(),
                                written(Files.exists(file(next)) ? file(next) : file)));
            }
            return found;
        } catch (IOException | IllegalArgumentException e) {
            throw new PostgresException(
                    Code.DATA_DIRECTORY,
                    "the history of timeline " + timeline + " cannot be read: " + e,
                    "It should be " + file + ".",
                    e);
        }
    }

    private Path file(int timeline) {
        return parts.dir().file("pg_wal").resolve(History.fileName(timeline));
    }

    private static Instant written(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toInstant();
    }
}
