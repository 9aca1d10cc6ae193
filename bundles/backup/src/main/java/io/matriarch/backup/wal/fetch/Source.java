package io.matriarch.backup.wal.fetch;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.api.SystemId;
import io.matriarch.backup.format.PgVersion;
import io.matriarch.backup.wal.core.ControlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whose WAL is wanted: that of the cluster in the directory that asks, never that of another one
 * with segments of the same name.
 */
record Source(String stanza, SystemId systemId, PgVersion version) {
    private static final String CONTROL = "global/pg_control";

    /**
     * @param directory where the program was started
     * @param to a file in {@code pg_wal}, for when that is elsewhere (pg_rewind)
     */
    static Source of(String stanza, Path directory, Path to) throws MatriarchException {
        Path data = dataDirectory(directory, to);
        try (var in = Files.newInputStream(data.resolve(CONTROL))) {
            var control = ControlFile.parse(in.readNBytes(ControlFile.LENGTH));
            if (control.invalidated() && !Files.exists(data.resolve("backup_label")))
                throw new MatriarchException(
                        Code.ARCHIVE,
                        data + " was restored, and its backup_label is gone",
                        "restore it once more, and leave backup_label where it is: recovery from"
                                + " another point would damage the data");
            var version = PgVersion.parse(Files.readString(data.resolve("PG_VERSION")).strip());
            return new Source(stanza, control.systemId(), version);
        } catch (IOException | IllegalArgumentException e) {
            throw new MatriarchException(
                    Code.ARCHIVE,
                    "cannot tell which cluster lies in " + data + ": " + e.getMessage(),
                    "restore_command has to be run by PostgreSQL, as the agent's user",
                    e);
        }
    }

    private static Path dataDirectory(Path directory, Path to) {
        if (Files.exists(directory.resolve(CONTROL))) return directory;
        return Optional.ofNullable(to.getParent())
                .map(Path::getParent)
                .filter(data -> Files.exists(data.resolve(CONTROL)))
                .orElse(directory);
    }
}
