package io.matriarch.postgres.control;

import io.matriarch.api.MatriarchException;
import io.matriarch.api.SystemId;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.Progress;
import io.matriarch.postgres.api.ReplicaSource;
import io.matriarch.postgres.api.Upstream;
import io.matriarch.postgres.sql.Session;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A replica out of a backup, where that is cheaper than a copy of the member it will follow. */
final class BackupReplica {
    private static final Logger log = LoggerFactory.getLogger(BackupReplica.class);
    private static final Duration ASK = Duration.ofSeconds(5);
    private final Parts parts;
    private final Supplier<Optional<ReplicaSource>> sources;

    /**
     * @param sources what there is at the moment it is asked
     */
    BackupReplica(Parts parts, Supplier<Optional<ReplicaSource>> sources) {
        this.parts = parts;
        this.sources = sources;
    }

    /** Which history a replica has to follow. */
    private record History(SystemId systemId, int timeline) {}

    /**
     * @param directory not there
     * @return false if there is no such backup, or it came to nothing: then the directory is not
     *     there again
     */
    boolean build(Upstream upstream, Path directory, Consumer<Progress> progress)
            throws PostgresException {
        var source = sources.get();
        if (source.isEmpty()) return false;
        var history = history(upstream);
        if (history.isEmpty()) return false;
        var systemId = history.get().systemId;
        int timeline = history.get().timeline;
        try {
            var offer = source.get().offer(systemId, timeline);
            if (offer.isEmpty() || !offer.get().isCheaper()) return false;
            log.info(
                    "the replica is made from {} ({} bytes, {} of WAL)",
                    offer.get().what(),
                    offer.get().bytes(),
                    offer.get().walBytes());
            parts.files().ensureDirectory(directory);
            source.get().build(systemId, timeline, directory, progress);
            return true;
        } catch (MatriarchException e) {
            log.warn(
                    "no replica out of a backup, {} is copied instead: {} HINT: {}",
                    upstream.name(),
                    e.getMessage(),
                    e.hint());
            Cloning.cleanUp(directory);
            return false;
        }
    }

    private Optional<History> history(Upstream upstream) {
        var node = parts.node();
        try (var session =
                Session.open(
                        Servers.writable(upstream, node.rewind(), ASK),
                        upstream.database(),
                        node.rewind(),
                        ASK)) {
            var row =
                    session.rows(
                                    "SELECT system_identifier, timeline_id FROM"
                                            + " pg_control_system(), pg_control_checkpoint()")
                            .getFirst();
            return Optional.of(
                    new History(
                            new SystemId(row.getOrDefault("system_identifier", "")),
                            Integer.parseInt(row.getOrDefault("timeline_id", ""))));
        } catch (SQLException | IllegalArgumentException e) {
            log.info("{} did not tell its timeline: {}", upstream.name(), e.getMessage());
            return Optional.empty();
        }
    }
}
