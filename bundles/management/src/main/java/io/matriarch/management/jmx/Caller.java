package io.matriarch.management.jmx;

import io.matriarch.access.api.Access;
import io.matriarch.access.api.AccessRole;
import java.rmi.server.RemoteServer;
import java.rmi.server.ServerNotActiveException;
import java.security.Principal;
import java.util.Optional;
import javax.management.remote.JMXPrincipal;
import javax.security.auth.Subject;
import javax.security.auth.x500.X500Principal;

/**
 * Who calls by JMX in this thread.
 *
 * @param user empty if nobody had to say who they are
 * @param from the address; empty if the call came from within this process
 * @param certificate subject of the client certificate the user is known by, as RFC 2253 writes it;
 *     empty if it was a password
 */
record Caller(String user, String from, String certificate) {
    static Caller current() {
        return new Caller(principal(JMXPrincipal.class), address(), principal(X500Principal.class));
    }

    private static String principal(Class<? extends Principal> type) {
        return Optional.ofNullable(Subject.current())
                .flatMap(subject -> subject.getPrincipals(type).stream().findFirst())
                .map(Principal::getName)
                .orElse("");
    }

    /** As it is now; empty if they are no user any more. */
    Optional<AccessRole> role(Access access) {
        return certificate.isEmpty()
                ? access.roleOf(user)
                : access.certified(certificate).map(Access.Certified::role);
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
