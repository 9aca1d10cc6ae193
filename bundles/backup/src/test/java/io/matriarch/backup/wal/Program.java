package io.matriarch.backup.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program PostgreSQL calls, built by bundles/wal-client. */
public record Program(Path directory, Path socket) {
    public static final Path PATH =
            Path.of(
                            System.getProperty(
                                    "matriarch.wal.client",
                                    "../wal-client/target/matriarch-pgbackrest-wal"))
                    .toAbsolutePath()
                    .normalize();

    public Program {
        assertThat(PATH).as("the WAL client; build bundles/wal-client first").isExecutable();
    }

    /** How it ended, and what it said. */
    public record Ended(int status, String text) {}

    public Process start(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(PATH.toString(), "--socket", socket.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
    }

    public Ended run(String... arguments) throws Exception {
        Process process = start(arguments);
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), text);
    }
}
