package io.matriarch.postgres.api;

import java.util.List;

/**
 * What a server that may accept writes has to pass before it runs: a program that gets the server's
 * command line behind its own, and either becomes that program (by {@code exec}, so that the pid
 * stays) or ends with status {@link #REFUSED} and the reason on its error stream.
 *
 * @param command the program and its own arguments; empty: nothing to pass
 */
public record Gate(List<String> command) {
    /** Exit status of one that does not let the server pass. */
    public static final int REFUSED = 75;

    /** Lets everybody pass. */
    public static final Gate OPEN = new Gate(List.of());

    public Gate {
        command = List.copyOf(command);
    }

    public boolean isOpen() {
        return command.isEmpty();
    }
}
