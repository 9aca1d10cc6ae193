package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.postgres.api.PostgresException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How programs of PostgreSQL are run. In production plainly, as the user the agent is; tests that
 * run as root put a prefix before it and give files away to that user.
 */
public interface RunAs {
    /** The command line that runs {@code command}. */
    List<String> wrap(List<String> command);

    /** Makes a file or directory we wrote belong to the user programs run as. */
    void own(Path file) throws IOException;

    /** Refuses if PostgreSQL would. */
    void check() throws PostgresException;

    /** As the user we are, who must not be root. */
    static RunAs plain() {
        return new RunAs() {
            @Override
            public List<String> wrap(List<String> command) {
                return command;
            }

            @Override
            public void own(Path file) {} // it is ours already

            @Override
            public void check() throws PostgresException {
                if (isRoot())
                    throw new PostgresException(
                            Code.POSTGRES_CONTROL,
                            "the agent runs as root, and PostgreSQL refuses to be run by root",
                            "Run the agent as the user who owns the data directory, usually"
                                    + " postgres.");
            }
        };
    }

    private static boolean isRoot() {
        try {
            Object user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            return user.equals(0);
        } catch (IOException | UnsupportedOperationException _) {
            return "root".equals(System.getProperty("user.name"));
        }
    }
}
