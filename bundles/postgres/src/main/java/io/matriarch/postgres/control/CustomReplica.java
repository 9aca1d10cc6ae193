package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.Upstream;
import io.matriarch.postgres.core.ConnInfo;
import io.matriarch.postgres.core.CustomMethods.Replica;
import io.matriarch.postgres.core.NodeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replica by a command of the user's: beside the data directory, where nobody takes it for a
 * cluster, or, if the command knows its place by itself, in it.
 */
final class CustomReplica {
    private static final Logger log = LoggerFactory.getLogger(CustomReplica.class);
    private static final Duration LONGEST = Duration.ofDays(7);

    private final Parts parts;
    private final NodeSettings node;

    CustomReplica(Parts parts) {
        this.parts = parts;
        node = parts.node();
    }

    /** Is there while a command makes its copy in the data directory itself. */
    private Path mark() {
        return node.stateDir().resolve("custom-replica");
    }

    /** What an interrupted command left in the data directory is not a cluster. */
    void repair(Path incoming) throws IOException {
        if (!Files.exists(mark())) return;
        putBeside(incoming);
        Files.delete(mark());
        log.warn("a replica method was interrupted: what it left is in {}", incoming);
    }

    private void putBeside(Path incoming) throws IOException {
        if (!Files.exists(parts.dir().real())) return;
        DataDir.delete(incoming);
        DataDir.move(parts.dir().real(), incoming);
    }

    /**
     * @param incoming where the copy lies afterwards, in either case; also what a failed method
     *     left that keeps data, for its next try
     */
    void build(Replica method, Upstream upstream, Path incoming) throws PostgresException {
        try {
            if (method.noParams()) inPlace(method, upstream, incoming);
            else {
                if (method.keepData() && present()) putBeside(incoming);
                call(method, upstream, incoming);
            }
        } catch (IOException e) {
            throw DataDir.unwritable(incoming, e);
        }
    }

    /** The command does not ask where to: so what is there steps aside, unless it is wanted. */
    private void inPlace(Replica method, Upstream upstream, Path incoming)
            throws PostgresException, IOException {
        Path place = parts.dir().real();
        Path kept = parts.dir().beside(Cloning.KEPT);
        boolean aside = present() && !method.keepData() && !Files.exists(kept);
        if (aside) DataDir.move(place, kept);
        else if (!method.keepData()) DataDir.delete(place);
        else if (!present() && Files.exists(incoming)) {
            DataDir.delete(place);
            DataDir.move(incoming, place);
        }
        parts.files().ensureDirectory(node.stateDir());
        parts.dir().write(mark(), method.name() + "\n");
        boolean good = false;
        try {
            call(method, upstream, place);
            good = true;
        } finally {
            putBeside(incoming); // the mark goes only once nobody takes it for a cluster
            if (aside && !good) DataDir.move(kept, place);
            Files.deleteIfExists(mark());
        }
    }

    private boolean present() {
        return parts.dir().look().kind() == DataDirectory.PRESENT;
    }

    private void call(Replica method, Upstream upstream, Path directory) throws PostgresException {
        Path passFile = parts.files().passFile();
        String source =
                ConnInfo.source(
                        upstream.addresses(),
                        upstream.database(),
                        node.replication(),
                        passFile,
                        false);
        var result =
                parts.programs()
                        .shell(
                                method.command().orElseThrow(),
                                method.arguments(node.scope(), directory, source),
                                Map.of("PGPASSFILE", passFile.toString()),
                                LONGEST);
        boolean there = Files.exists(directory.resolve("global/pg_control"));
        if (!result.good() || !there)
            throw new PostgresException(
                    Code.POSTGRES_CONTROL,
                    "the replica method "
                            + method.name()
                            + (result.good()
                                    ? " ended well, and there is no global/pg_control in "
                                            + directory
                                    : " ended with exit status "
                                            + result.exit()
                                            + ": "
                                            + result.lastWords()),
                    "It is called with " + method.arguments(node.scope(), directory, source));
    }
}
