package io.matriarch.postgres.core;

import java.util.List;

/**
 * pg_hba.conf of a cluster made here, if nobody says otherwise: SCRAM for everybody who comes over
 * the network, and the operating system's user for the superuser on the socket.
 */
public final class Hba {
    private Hba() {}

    public static List<String> defaults(Account superuser, Account replication) {
        return List.of(
                "local all " + quote(superuser.username()) + " peer",
                "local all all scram-sha-256",
                "local replication all scram-sha-256",
                "host all all 127.0.0.1/32 scram-sha-256",
                "host all all ::1/128 scram-sha-256",
                "host all all all scram-sha-256",
                "host replication " + quote(replication.username()) + " all scram-sha-256");
    }

    private static String quote(String user) {
        return "\"" + user.replace("\"", "\"\"") + "\"";
    }
}
