package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.api.SystemId;
import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.PostgresException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A prepared directory takes the place of the data directory, which is kept under another name. Two
 * renames, and what lies where tells how far they are: so it can be gone on with after a crash.
 */
final class Exchange {
    private static final Logger log = LoggerFactory.getLogger(Exchange.class);

    private final Parts parts;

    Exchange(Parts parts) {
        this.parts = parts;
    }

    /** Whether {@code prepared} can take the place of ours; touches nothing. */
    ControlData check(Path prepared, SystemId id) throws PostgresException {
        Path place = parts.dir().real().toAbsolutePath().normalize();
        if (!prepared.isAbsolute()
                || prepared.equals(place)
                || !parent(place).equals(parent(prepared)))
            throw refused(
                    prepared + " does not lie beside the data directory " + place,
                    "Only what lies there can take its place by being renamed.");
        // An agent started between the renames would put it in place.
        Path clone = parts.dir().beside(Cloning.KEPT);
        if (Files.exists(clone))
            throw refused(
                    clone + " is left of a clone",
                    "It goes once the copy streams; remove it if it stayed.");
        if (!Files.isDirectory(prepared, LinkOption.NOFOLLOW_LINKS))
            throw refused(prepared + " is no directory", "Restore to it first.");
        sameDisk(place, prepared);
        if (Files.exists(prepared.resolve("postmaster.pid")))
            throw refused(
                    "a server seems to run in " + prepared + ": there is a postmaster.pid",
                    "Stop it; if none runs, remove the file.");
        for (String signal : new String[] {"recovery.signal", "standby.signal", "backup_label"})
            if (Files.exists(prepared.resolve(signal)))
                throw refused(
                        prepared + " has yet to be recovered: there is a " + signal,
                        "Let its recovery end, and stop it, before it takes a place.");
        var there = new DataDir(prepared, parts.runAs(), parts.programs(), parts.binaries());
        var control =
                there.control()
                        .orElseThrow(() ->
                                refused(
                                        prepared + " holds no cluster that can be read",
                                        "Restore to it anew."));
        if (!control.systemId().equals(id))
            throw refused(
                    "%s is of another cluster: its system identifier is %s, ours is %s"
                            .formatted(prepared, control.systemId(), id),
                    "Only a cluster's own past can take its place.");
        if (!control.shutDownClean())
            throw refused(
                    "%s was not shut down in order: it is \"%s\""
                            .formatted(prepared, control.state()),
                    "Start it once, and stop it in order.");
        noTablespaces(prepared);
        return control;
    }

    private static Path parent(Path path) {
        return path.resolveSibling(".").normalize();
    }

    private void sameDisk(Path place, Path prepared) throws PostgresException {
        try {
            var above = Files.getFileStore(parent(place));
            if (!Files.getFileStore(prepared).equals(above)
                    || Files.exists(place) && !Files.getFileStore(place).equals(above))
                throw refused(
                        "%s or %s is a mount point, so that they cannot be renamed"
                                .formatted(place, prepared),
                        "Use a directory below the mount point as postgresql.data_dir.");
            if (!Files.isWritable(parent(place)))
                throw refused(
                        parent(place) + " may not be written to",
                        "The user the agent runs as renames directories in it.");
        } catch (IOException e) {
            throw DataDir.unwritable(place, e);
        }
    }

    /** Both would use the same files: they lie outside of what is renamed. */
    private static void noTablespaces(Path prepared) throws PostgresException {
        try (var links = Files.list(prepared.resolve("pg_tblspc"))) {
            var one = links.findAny();
            if (one.isPresent())
                throw refused(
                        prepared + " has tablespaces outside of it, such as " + one.get(),
                        "A cluster with tablespaces is not replaced as one operation: see the"
                                + " manual for the steps by hand.");
        } catch (IOException e) {
            throw new PostgresException(
                    Code.DATA_DIRECTORY,
                    "could not read " + prepared + ": " + e,
                    "It must be readable for the user the agent runs as.",
                    e);
        }
    }

    void run(Path prepared, Path kept, SystemId id, int timeline) throws PostgresException {
        if (parts.processes().postmaster().isPresent())
            throw refused("PostgreSQL runs: its directory stays where it is", "Stop it first.");
        if (inPlace(timeline)) return;
        var control = check(prepared, id);
        if (control.checkpointTimeline() != timeline)
            throw refused(
                    "%s is on timeline %d, not on %d"
                            .formatted(prepared, control.checkpointTimeline(), timeline),
                    "It was changed since the replacement was asked for: ask anew.");
        Path place = parts.dir().real();
        boolean present = parts.dir().look().kind() == DataDirectory.PRESENT;
        try {
            if (present) {
                keepConfiguration(prepared);
                if (Files.exists(kept, LinkOption.NOFOLLOW_LINKS))
                    throw refused(kept + " is there already", "Move it away.");
                DataDir.move(place, kept);
            } else if (!Files.isDirectory(kept)) {
                throw refused(
                        "neither %s nor %s holds the cluster's data".formatted(place, kept),
                        "Nothing was changed.");
            }
            moveIn(prepared, place, kept);
        } catch (IOException e) {
            throw new PostgresException(
                    Code.DATA_DIRECTORY,
                    "%s could not take the place of %s: %s".formatted(prepared, place, e),
                    "The directory above them must be writable for the user the agent runs as.",
                    e);
        }
        log.warn("{} is now in the place of {}, which is kept as {}", prepared, place, kept);
    }

    private static void moveIn(Path prepared, Path place, Path kept) throws IOException {
        try {
            DataDir.move(prepared, place);
        } catch (IOException e) {
            if (Files.exists(prepared) && !Files.exists(place)) DataDir.move(kept, place);
            throw e;
        }
    }

    /** Whether what lies in our place is on the timeline already, or on a later one. */
    private boolean inPlace(int timeline) {
        return parts.dir()
                .control()
                .map(control -> control.checkpointTimeline() >= timeline)
                .orElse(false);
    }

    /**
     * The restored server takes over how the present one is configured: its files are of the day of
     * the backup, and do not know which standbys a commit has to wait for.
     */
    private void keepConfiguration(Path prepared) throws IOException, PostgresException {
        if (!parts.node().configDir().equals(parts.node().dataDir())) return;
        for (var own : parts.files().save().entrySet())
            parts.dir().write(prepared.resolve(own.getKey()), own.getValue());
    }

    /** After a cancellation between the two renames the old directory goes back in its place. */
    void undo(Path kept) throws PostgresException {
        Path place = parts.dir().real();
        if (parts.dir().look().kind() != DataDirectory.EMPTY || !Files.isDirectory(kept)) return;
        try {
            Files.deleteIfExists(place);
            DataDir.move(kept, place);
            log.warn("{} is back in its place, {}", kept, place);
        } catch (IOException e) {
            throw DataDir.unwritable(place, e);
        }
    }

    private static PostgresException refused(String why, String hint) {
        return new PostgresException(Code.REFUSED, why, hint);
    }
}
