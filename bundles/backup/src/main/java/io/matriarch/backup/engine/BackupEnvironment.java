package io.matriarch.backup.engine;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.engine.core.Pacing;
import io.matriarch.backup.repository.Stanza;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What a backup works with.
 *
 * @param stanza where it goes
 * @param source name of the member that is read from: times of files are compared only with those
 *     of a backup from the same one
 * @param servers opens the session with the server that is read from
 * @param dataDirectory of that server, on this node
 * @param archive whether WAL is there
 * @param primary ends the primary's WAL segment; used where a standby is read from
 * @param load how the cluster fares
 * @param workFolder of ours, for lists of files: some hundred bytes for each file of the cluster.
 *     Made and emptied here; one backup at a time
 */
public record BackupEnvironment(
        Stanza stanza,
        String source,
        Servers servers,
        Path dataDirectory,
        Archive archive,
        WalSwitch primary,
        LoadSource load,
        Path workFolder,
        InstantSource clock) {

    /** Opens a session. */
    @FunctionalInterface
    public interface Servers {
        BackupServer open() throws MatriarchException;
    }

    /** The WAL archive; {@code WalArchive::awaitArchived} is one. */
    @FunctionalInterface
    public interface Archive {
        /**
         * Returns when every segment from first to last is in the archive.
         *
         * @throws MatriarchException not in time
         */
        void await(String first, String last, Duration patience)
                throws MatriarchException, InterruptedException;
    }

    /** Ends the WAL segment the primary writes, so that it can be archived. */
    @FunctionalInterface
    public interface WalSwitch {
        void end() throws MatriarchException;
    }

    /** Tells how the cluster fares. */
    @FunctionalInterface
    public interface LoadSource {
        /** As far as the server that is read from can tell. */
        LoadSource OF_SERVER =
                (server, pacing) ->
                        new Pacing.Load(
                                pacing.maxLagBytes().isPresent()
                                        ? server.state().lagBytes()
                                        : Optional.empty(),
                                pacing.maxCommitLatency().isPresent()
                                        ? server.commitLatency()
                                        : Optional.empty());

        /**
         * Asked every few seconds.
         *
         * @param server that is read from
         * @param pacing what is asked for
         */
        Pacing.Load now(BackupServer server, Pacing pacing) throws MatriarchException;
    }
}
