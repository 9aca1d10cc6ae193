package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.Progress;
import io.matriarch.postgres.api.Upstream;
import io.matriarch.postgres.core.ConnInfo;
import io.matriarch.postgres.core.NodeSettings;
import io.matriarch.postgres.core.ProgressLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** pg_rewind: makes a diverged directory a base for following another server again. */
final class Rewinding {
    private static final Logger log = LoggerFactory.getLogger(Rewinding.class);
    private static final Duration LONGEST = Duration.ofHours(24);

    private final Parts parts;
    private final NodeSettings node;
    private final ServerControl control;

    private final DivergedKeeper diverged;

    Rewinding(Parts parts, ServerControl control, DivergedKeeper diverged) {
        this.parts = parts;
        this.diverged = diverged;
        this.control = control;
        node = parts.node();
    }

    boolean possible() {
        try {
            return control.merged(false).useRewind()
                    && parts.binaries().optional("pg_rewind").isPresent()
                    && parts.dir()
                            .control()
                            .filter(c -> c.checksums() || c.walLogHints())
                            .isPresent();
        } catch (PostgresException e) {
            log.debug("pg_rewind cannot be used: {}", e.getMessage());
            return false;
        }
    }

    void run(Upstream upstream, Consumer<Progress> progress) throws PostgresException {
        if (parts.processes().postmaster().isPresent())
            throw new PostgresException(
                    Code.REFUSED, "pg_rewind needs the server stopped", "Stop it first.");
        parts.archive().drain();
        diverged.keep(upstream);
        var saved = parts.files().save(); // pg_rewind brings the source's
        try {
            progress.accept(new Progress("pg_rewind", 0, 0));
            // A primary's files name no restore_command, and pg_rewind asks them for it.
            if (restoresWal()) control.writeAsStandbyOf(upstream);
            var result =
                    parts.programs()
                            .run(
                                    command(upstream),
                                    Map.of("PGPASSFILE", parts.files().passFile().toString()),
                                    LONGEST,
                                    line ->
                                            ProgressLines.parse("pg_rewind", line)
                                                    .ifPresent(progress));
            if (!result.good())
                throw new PostgresException(
                        Code.POSTGRES_CONTROL,
                        "pg_rewind against "
                                + upstream.name()
                                + " ("
                                + upstream.addresses()
                                + ") failed: "
                                + result.lastWords(),
                        "If it says WAL is missing, a restore_command lets it fetch that; else this"
                                + " member has to be cloned anew.");
            parts.states().set(PostgresState.STOPPED);
        } finally {
            parts.files().restore(saved);
        }
    }

    private List<String> command(Upstream upstream) throws PostgresException {
        var version = parts.binaries().version();
        var command = new ArrayList<String>();
        command.add(parts.binaries().program("pg_rewind").toString());
        command.add("--target-pgdata=" + node.dataDir());
        command.add("--progress");
        command.add(
                "--source-server="
                        + ConnInfo.source(
                                upstream.addresses(),
                                upstream.database(),
                                node.rewind(),
                                parts.files().passFile(),
                                true));
        if (restoresWal()) command.add("--restore-target-wal");
        if (version.rewindTakesConfigFile()) command.add("--config-file=" + parts.files().conf());
        return command;
    }

    private boolean restoresWal() throws PostgresException {
        return parts.binaries().version().rewindRestoresWal()
                && !control.inForce(false).recovery().getOrDefault("restore_command", "").isBlank();
    }
}
