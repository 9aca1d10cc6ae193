package io.matriarch.failover.rest.core;

import io.matriarch.api.Lsn;
import io.matriarch.failover.api.PeerSight;
import io.matriarch.failover.core.PeerAnswer;
import io.matriarch.failover.core.Tags;
import io.matriarch.failover.core.WritePath;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a member answers to {@code GET api_url}, read as Patroni reads it [2.4, last paragraph]. */
public final class PeerJson {
    private static final Set<String> PRIMARY = Set.of("primary", "master");

    /**
     * A header of an answer: the member's clock in milliseconds since 1970, as it answered. Patroni
     * does not have it.
     */
    public static final String TIME = "Matriarch-Time";

    private PeerJson() {}

    /**
     * An answer to {@code GET api_url} for those who watch.
     *
     * @param time the header {@link #TIME}
     * @param left when the question left, on our clock
     * @param took until its answer came
     */
    public static PeerSight sight(
            String name, String body, Optional<String> time, Instant left, Duration took) {
        var status = Json.object(body);
        if (status.isEmpty() || !status.get().containsKey("state")) return PeerSight.silent(name);
        boolean running = "running".equals(status.get().get("state"));
        return new PeerSight(
                name,
                true,
                running && read(body).primary(),
                (int) Json.number(status.get().get("timeline")),
                time.flatMap(PeerJson::millis)
                        .map(millis ->
                                Duration.between(
                                        left.plus(took.dividedBy(2)),
                                        Instant.ofEpochMilli(millis))),
                took);
    }

    private static Optional<Long> millis(String text) {
        return text.matches("[0-9]{1,15}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    /** Without positions in it an answer is none: {@link PeerAnswer#UNREACHABLE}. */
    public static PeerAnswer read(String body) {
        return Json.object(body).flatMap(PeerJson::read).orElse(PeerAnswer.UNREACHABLE);
    }

    private static Optional<PeerAnswer> read(Map<String, Object> status) {
        var wal = Json.map(status.get("wal"));
        if (wal.isEmpty()) wal = Json.map(status.get("xlog"));
        if (wal.isEmpty()) return Optional.empty();
        long written = Json.number(wal.get("location"));
        boolean primary = written != 0 || PRIMARY.contains(String.valueOf(status.get("role")));
        var standby =
                Lsn.max(
                        new Lsn(Json.number(wal.get("received_location"))),
                        new Lsn(Json.number(wal.get("replayed_location"))));
        return Optional.of(
                new PeerAnswer(
                        true,
                        primary,
                        written != 0 ? new Lsn(written) : standby,
                        (int) Json.number(status.get("timeline")),
                        new Tags(Json.map(status.get("tags"))),
                        Json.yes(status.get("watchdog_failed")),
                        room(Json.map(status.get("write_path")))));
    }

    private static WritePath.Room room(Map<String, Object> told) {
        return switch (String.valueOf(told.get("room"))) {
            case "true" -> WritePath.Room.FREE;
            case "false" -> WritePath.Room.NONE;
            default -> WritePath.Room.UNKNOWN;
        };
    }
}
