package io.matriarch.alerting.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Secrets lie in files, so that neither a configuration nor a process list shows them. */
public final class Secrets {
    private Secrets() {}

    /**
     * The first line of a file.
     *
     * @throws IOException names the file, never what is in it
     */
    public static String read(Path file) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.findFirst()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .orElseThrow(() -> new IOException(file + " is empty"));
        }
    }
}
