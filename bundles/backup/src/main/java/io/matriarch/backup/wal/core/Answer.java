package io.matriarch.backup.wal.core;

import java.nio.file.Path;

/** What the agent tells PostgreSQL's command. */
public sealed interface Answer {
    /** Still at it. */
    String WAIT = "WAIT\n";

    /** Push: durable in every required repository. */
    record Done() implements Answer {}

    /** Get: a whole and checked copy, the command's to take away. */
    record File(Path path) implements Answer {}

    /** Get: every repository was asked, and none has it. */
    record Absent(String text) implements Answer {}

    /** Not known, or not done, because somebody could not be reached; asking again may help. */
    record Away(String text, String hint) implements Answer {}

    /** Asking again does not help by itself. */
    record Failed(String text, String hint) implements Answer {}

    /** One line, with its end. */
    default String line() {
        return switch (this) {
            case Done() -> "DONE\n";
            case File(var path) -> "FILE " + path + "\n";
            case Absent(var text) -> "ABSENT " + flat(text) + "\n";
            case Away(var text, var hint) -> "AWAY " + flat(text) + "\t" + flat(hint) + "\n";
            case Failed(var text, var hint) -> "FAILED " + flat(text) + "\t" + flat(hint) + "\n";
        };
    }

    /** A message on one line, cut where the command's buffer would end. */
    private static String flat(String text) {
        String flat = text.replaceAll("\\s+", " ").strip();
        return flat.length() <= 600 ? flat : flat.substring(0, 600) + "…";
    }
}
