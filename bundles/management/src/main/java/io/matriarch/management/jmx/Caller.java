package io.matriarch.management.jmx;

import java.rmi.server.RemoteServer;
import java.rmi.server.ServerNotActiveException;
import java.util.Optional;
import javax.management.remote.JMXPrincipal;
import javax.security.auth.Subject;

/**
 * Who calls by JMX in this thread.
 *
 * @param user empty if nobody had to say who they are
 * @param from the address; empty if the call came from within this process
 */
record Caller(String user, String from) {
    static Caller current() {
        return new Caller(
                Optional.ofNullable(Subject.current())
                        .flatMap(subject ->
                                subject.getPrincipals(JMXPrincipal.class).stream().findFirst())
                        .map(JMXPrincipal::getName)
                        .orElse(""),
                address());
    }

    private static String address() {
        try {
            return RemoteServer.getClientHost();
        } catch (ServerNotActiveException e) {
            return ""; // no call of RMI's: that is how it tells
        }
    }

    String or(String nobody) {
        return user.isEmpty() ? nobody : user;
    }
}
