package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.postgres.api.DivergedWal;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.Upstream;
import io.matriarch.postgres.core.OwnWal;
import io.matriarch.postgres.core.TransactionDump;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps WAL that only this server has, in {@code STATE_DIR/diverged-wal}, before a rewind or a
 * clone discards it: a directory each with the segments, the history files, {@code
 * transactions.txt} for people and {@code summary.json} for us. A directory without a summary is
 * the rest of an attempt that was cut short, and goes with the next.
 *
 * <p>Nothing here stops a rejoin: what cannot be kept is told, and is lost.
 */
final class DivergedKeeper {
    static final String DIRECTORY = "diverged-wal";
    private static final Logger log = LoggerFactory.getLogger(DivergedKeeper.class);
    private static final Duration ASK = Duration.ofSeconds(5);
    private static final Duration DUMP = Duration.ofSeconds(60);
    private static final long ROOM_TO_LEAVE = 256L << 20;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Parts parts;
    private final Ancestry ancestry;
    private final Path place;
    private final long limit;

    DivergedKeeper(Parts parts) {
        this.parts = parts;
        ancestry = new Ancestry(parts);
        place = parts.node().stateDir().resolve(DIRECTORY);
        limit = parts.node().divergedWalBytes();
    }

    /** What {@code upstream} has not; never fails. The server is stopped. */
    void keep(Upstream upstream) {
        if (limit <= 0) return;
        try {
            var fork = ancestry.fork(upstream, ASK);
            if (fork.isPresent()) keep(upstream.name(), fork.get());
        } catch (PostgresException | IOException | RuntimeException e) {
            log.error(
                    "WAL that only this server had could NOT be kept, and will be lost with what"
                            + " follows: {}",
                    e.getMessage(),
                    e);
        }
    }

    private void keep(MemberName leader, Ancestry.Fork fork) throws PostgresException, IOException {
        Path wal = parts.dir().file("pg_wal");
        var names = names(wal);
        long segmentBytes = segmentBytes(wal, names);
        var all = OwnWal.segments(names, segmentBytes, fork.pieces(), Optional.empty());
        if (all.isEmpty()) return;
        var dump = dump(wal, fork, OwnWal.begin(all.getFirst(), segmentBytes));
        if (dump.complete() && dump.transactions().listed().isEmpty()) {
            log.info("no transaction ended on this server alone since {}: no WAL kept", fork.at());
            return;
        }
        var segments = OwnWal.segments(names, segmentBytes, fork.pieces(), dump.end());
        if (known(fork, dump)) return;
        var trouble = new ArrayList<String>();
        if (OwnWal.begin(segments.getFirst(), segmentBytes).isAfter(fork.at()))
            trouble.add("WAL before " + segments.getFirst() + " had been removed by the server");
        if (!dump.trouble().isEmpty()) trouble.add(dump.trouble());
        int fit = (int) Math.min(segments.size(), limit / segmentBytes);
        if (fit < segments.size())
            trouble.add(
                    "only the first %d of %d segments fit into matriarch.diverged_wal_limit (%d bytes)"
                            .formatted(fit, segments.size(), limit));
        if (fit == 0)
            throw new PostgresException(
                    Code.DATA_DIRECTORY,
                    "matriarch.diverged_wal_limit (%d bytes) is less than one segment (%d bytes)"
                            .formatted(limit, segmentBytes),
                    "0 keeps none without a word.");
        makeRoom(fit * segmentBytes);
        String id =
                TIME.format(Instant.now().truncatedTo(ChronoUnit.SECONDS))
                        + "-"
                        + segments.getFirst();
        var kept =
                new DivergedWal(
                        id,
                        Instant.now().truncatedTo(ChronoUnit.SECONDS),
                        leader,
                        fork.timeline(),
                        fork.at(),
                        dump.end(),
                        fit,
                        fit * segmentBytes,
                        dump.complete()
                                ? OptionalLong.of(dump.transactions().commits())
                                : OptionalLong.empty(),
                        dump.transactions().firstCommit(),
                        dump.transactions().lastCommit(),
                        place.resolve(id).toString(),
                        String.join("; ", trouble));
        try {
            write(kept, wal, segments.subList(0, fit), dump.transactions().listed());
        } catch (IOException | PostgresException | RuntimeException e) {
            clearRests();
            throw e;
        }
        log.warn(
                "kept WAL that only this server had: {} committed transactions from {} on, {}"
                        + " segments in {}{}",
                kept.commits().isPresent() ? kept.commits().getAsLong() : "an unknown number of",
                kept.from(),
                kept.segments(),
                kept.directory(),
                kept.trouble().isEmpty() ? "" : ". NOT all of it: " + kept.trouble());
    }

    private static List<String> names(Path wal) throws IOException {
        try (var files = Files.list(wal)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** As large as the files are: pg_control has it in a place that differs by version. */
    private static long segmentBytes(Path wal, List<String> names) throws IOException {
        var any = names.stream().filter(name -> name.length() == 24).findFirst();
        return any.isEmpty() ? 16L << 20 : Files.size(wal.resolve(any.get()));
    }

    // --- what is in it

    /**
     * What pg_waldump made of it.
     *
     * @param trouble empty if it read all
     */
    private record Dump(TransactionDump transactions, Optional<Lsn> end, String trouble) {
        boolean complete() {
            return trouble.isEmpty();
        }
    }

    private Dump dump(Path wal, Ancestry.Fork fork, Lsn available) {
        var transactions = new TransactionDump();
        Optional<Lsn> end = Optional.empty();
        try {
            var program = parts.binaries().optional("pg_waldump");
            if (program.isEmpty()) return new Dump(transactions, end, "pg_waldump is not there");
            for (var piece : fork.pieces()) {
                var start = piece.begin().isAfter(available) ? piece.begin() : available;
                var result =
                        parts.programs()
                                .run(
                                        List.of(
                                                program.get().toString(),
                                                "--path=" + wal,
                                                "--timeline=" + piece.timeline(),
                                                "--start=" + start,
                                                "--rmgr=Transaction"),
                                        Map.of("TZ", "UTC"),
                                        DUMP,
                                        transactions::line,
                                        _ -> {});
                if (TransactionDump.nothing(result.errors())) continue;
                end = TransactionDump.end(result.errors());
                // It ends with an error where the WAL does; any other has no position in it.
                if (!result.good() && end.isEmpty())
                    return new Dump(transactions, end, "pg_waldump failed: " + result.lastWords());
            }
            return new Dump(transactions, end, "");
        } catch (PostgresException e) {
            return new Dump(transactions, Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    // --- the directory

    /** A clone after a rewind that failed finds again what the rewind kept. */
    private boolean known(Ancestry.Fork fork, Dump dump) throws PostgresException {
        return dump.end().isPresent()
                && list().stream()
                        .anyMatch(kept ->
                                kept.timeline() == fork.timeline()
                                        && kept.from().equals(fork.at())
                                        && kept.end().equals(dump.end()));
    }

    /** The oldest go, for those that come. */
    private void makeRoom(long coming) throws PostgresException, IOException {
        var oldestFirst = list().reversed();
        int count =
                OwnWal.tooMany(
                        oldestFirst.stream().map(DivergedWal::bytes).toList(), coming, limit);
        for (var old : oldestFirst.subList(0, count)) {
            log.warn(
                    "WAL kept at {} goes, to make room for newer: {}",
                    old.keptAt(),
                    old.directory());
            remove(old.id());
        }
        parts.files().ensureDirectory(place);
        long room = Files.getFileStore(place).getUsableSpace();
        if (room < coming + ROOM_TO_LEAVE)
            throw new PostgresException(
                    Code.DATA_DIRECTORY,
                    "%s has room for %d bytes, and %d are to be kept"
                            .formatted(place, room, coming),
                    "%d bytes stay free for the server".formatted(ROOM_TO_LEAVE));
    }

    /** The summary last: what has none is not whole. */
    private void write(DivergedWal kept, Path wal, List<String> segments, List<String> transactions)
            throws IOException, PostgresException {
        Path directory = place.resolve(kept.id());
        parts.files().ensureDirectory(directory);
        for (String name : segments) copy(wal.resolve(name), directory.resolve(name));
        for (String name : names(wal))
            if (name.endsWith(".history")) copy(wal.resolve(name), directory.resolve(name));
        parts.dir()
                .write(
                        directory.resolve("transactions.txt"),
                        DivergedSummary.forPeople(kept, transactions));
        parts.dir().write(directory.resolve(DivergedSummary.FILE), DivergedSummary.json(kept));
    }

    private void copy(Path from, Path to) throws IOException {
        Files.copy(from, to);
        try (var channel = FileChannel.open(to, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        parts.runAs().own(to);
    }

    List<DivergedWal> list() throws PostgresException {
        if (!Files.isDirectory(place)) return List.of();
        try (var entries = Files.list(place)) {
            return entries.map(entry -> entry.resolve(DivergedSummary.FILE))
                    .filter(Files::isRegularFile)
                    .map(DivergedSummary::read)
                    .sorted(Comparator.comparing(DivergedWal::id).reversed())
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new PostgresException(
                    Code.DATA_DIRECTORY,
                    place + " cannot be read: " + e.getMessage(),
                    "It must be readable for the user the agent runs as.",
                    e);
        }
    }

    void remove(String id) throws PostgresException {
        var known = list().stream().filter(kept -> kept.id().equals(id)).findFirst();
        if (known.isEmpty())
            throw new PostgresException(
                    Code.REFUSED,
                    "no diverged WAL \"" + id + "\" is kept on " + parts.node().name(),
                    "`matriarchctl diverged-wal` lists what is.");
        try {
            DataDir.delete(place.resolve(known.get().id()));
        } catch (IOException e) {
            throw DataDir.unwritable(place.resolve(id), e);
        }
    }

    /** What an attempt left that was cut short. */
    void clearRests() {
        if (!Files.isDirectory(place)) return;
        try (var entries = Files.list(place)) {
            for (Path entry : entries.toList())
                if (!Files.exists(entry.resolve(DivergedSummary.FILE))) DataDir.delete(entry);
        } catch (IOException e) {
            log.warn("{} could not be tidied up: {}", place, e.getMessage());
        }
    }
}
