package io.matriarch.postgres.control;

import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.core.ArchiveCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archives what a stopped server still had to archive, before pg_rewind or a recovery removes it.
 * The server would do it itself, could it still run.
 */
final class WalArchive {
    private static final Logger log = LoggerFactory.getLogger(WalArchive.class);
    private static final Duration ASK = Duration.ofSeconds(20);
    private static final Duration ONE_FILE = Duration.ofMinutes(5);
    private static final String READY = ".ready";

    private final DataDir dir;
    private final ConfigFiles files;
    private final Programs programs;
    private final Binaries binaries;

    WalArchive(DataDir dir, ConfigFiles files, Programs programs, Binaries binaries) {
        this.dir = dir;
        this.files = files;
        this.programs = programs;
        this.binaries = binaries;
    }

    /** As far as it goes: a failure is told and ends it, for what comes next must not wait. */
    void drain() {
        try {
            List<Path> waiting = waiting();
            if (waiting.isEmpty() || setting("archive_mode").equals("off")) return;
            String command = setting("archive_command");
            for (Path marker : waiting) if (!archive(command, marker)) return;
            log.info("{} WAL files were archived for the stopped server", waiting.size());
        } catch (PostgresException | IOException e) {
            log.warn("WAL that waits to be archived is left: {}", e.getMessage());
        }
    }

    private List<Path> waiting() throws IOException {
        Path status = dir.file("pg_wal").resolve("archive_status");
        if (!Files.isDirectory(status)) return List.of();
        try (var entries = Files.list(status)) {
            return entries.filter(p -> p.getFileName().toString().endsWith(READY))
                    .sorted()
                    .toList();
        }
    }

    private boolean archive(String command, Path marker) throws PostgresException, IOException {
        String name = marker.getFileName().toString();
        String file = name.substring(0, name.length() - READY.length());
        Optional<String> shell = ArchiveCommand.expand(command, "pg_wal/" + file, file);
        if (shell.isEmpty() || !Files.exists(dir.file("pg_wal").resolve(file))) return false;
        var result =
                programs.run(
                        List.of(
                                "/bin/sh",
                                "-c",
                                "cd \"$0\" && " + shell.get(),
                                dir.path().toString()),
                        Map.of(),
                        ONE_FILE);
        if (!result.good()) {
            log.warn("archive_command failed for {}: {}", file, result.lastWords());
            return false;
        }
        Files.move(
                marker, marker.resolveSibling(file + ".done"), StandardCopyOption.REPLACE_EXISTING);
        return true;
    }

    private String setting(String name) throws PostgresException {
        var result =
                programs.run(
                        List.of(
                                binaries.program("postgres").toString(),
                                "-D",
                                dir.path().toString(),
                                "--config-file=" + files.conf(),
                                "-C",
                                name),
                        Map.of(),
                        ASK);
        return result.good() ? result.output().strip() : "off";
    }
}
