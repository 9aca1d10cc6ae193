package io.matriarch.failover.rest.core;

import io.matriarch.api.Lsn;
import io.matriarch.failover.core.PeerAnswer;
import io.matriarch.failover.core.Tags;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a member answers to {@code GET api_url}, read as Patroni reads it [2.4, last paragraph]. */
public final class PeerJson {
    private static final Set<String> PRIMARY = Set.of("primary", "master");

    private PeerJson() {}

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
                        Json.yes(status.get("watchdog_failed"))));
    }
}
