package io.matriarch.postgres.core;

import io.matriarch.api.Code;
import io.matriarch.postgres.api.PostgresException;

/** Turns the last words of a server that did not start into an error a person can act on. */
public final class StartFailure {
    private StartFailure() {}

    public static PostgresException of(String what, String logTail, String dataDir, int port) {
        String said = what + ": " + (logTail.isBlank() ? "it said nothing" : logTail.strip());
        if (logTail.contains("Address already in use")
                || logTail.contains("could not create any TCP/IP sockets"))
            return new PostgresException(
                    Code.ADDRESS_IN_USE,
                    "port " + port + " is in use by another program. " + said,
                    "Find it with: ss -ltnp 'sport = :" + port + "'");
        if (!SocketLock.namedIn(logTail).isEmpty())
            return new PostgresException(
                    Code.POSTGRES_CONTROL,
                    said,
                    "The Unix socket cannot be made there: set postgresql.parameters."
                            + "unix_socket_directories to a directory the agent's user may write to,"
                            + " or end the other server on port "
                            + port
                            + ".");
        if (logTail.contains("wrong ownership")
                || logTail.contains("invalid permissions")
                || logTail.contains("Permission denied"))
            return new PostgresException(
                    Code.DATA_DIRECTORY,
                    said,
                    "The data directory "
                            + dataDir
                            + " must belong to the user the agent runs as, with mode 0700 or 0750.");
        if (logTail.contains("incompatible with server")
                || logTail.contains("could not access the server configuration file"))
            return new PostgresException(
                    Code.DATA_DIRECTORY, said, "Is " + dataDir + " the right data directory?");
        if (logTail.contains("cannot be run as root") || logTail.contains("\"root\" execution"))
            return new PostgresException(
                    Code.POSTGRES_CONTROL, said, "Run the agent as the user postgres.");
        return new PostgresException(
                Code.POSTGRES_CONTROL, said, "The server's own log says more, if it has one.");
    }
}
