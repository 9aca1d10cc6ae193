package io.matriarch.postgres.core;

import java.util.Optional;

/**
 * The placeholders of {@code archive_command}.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-ARCHIVE-COMMAND">archive_command</a>
 */
public final class ArchiveCommand {
    private ArchiveCommand() {}

    /** Empty if there is no command. */
    public static Optional<String> expand(String command, String path, String file) {
        if (command.isBlank() || command.equals("(disabled)")) return Optional.empty();
        var text = new StringBuilder();
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            char next = i + 1 < command.length() ? command.charAt(i + 1) : ' ';
            if (c != '%' || "pf%".indexOf(next) < 0) {
                text.append(c);
                continue;
            }
            text.append(next == 'p' ? path : next == 'f' ? file : "%");
            i++;
        }
        return Optional.of(text.toString());
    }
}
