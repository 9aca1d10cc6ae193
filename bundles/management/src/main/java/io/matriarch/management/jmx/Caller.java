package io.matriarch.management.jmx;

import io.matriarch.access.api.Access;
import io.matriarch.access.api.AccessRole;
import java.rmi.server.RemoteServer;
import java.rmi.server.ServerNotActiveException;
import java.security.Principal;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import javax.management.remote.JMXPrincipal;
import javax.security.auth.Subject;
import javax.security.auth.x500.X500Principal;

/**
 * Who calls the MBeans in this thread.
 *
 * @param user empty if nobody had to say who they are
 * @param from the address; empty if the call came from within this process
 * @param certificate subject of the client certificate the user is known by, as RFC 2253 writes it;
 *     empty if it was a password
 */
public record Caller(String user, String from, String certificate) {
    /** Of one who does not come by RMI, which knows it by itself. */
    private static final ScopedValue<String> FROM = ScopedValue.newInstance();

    static Caller current() {
        return new Caller(principal(JMXPrincipal.class), address(), principal(X500Principal.class));
    }

    /** What is called there is called by this one, in this thread. */
    public <T> T call(Callable<T> work) throws Exception {
        var principals = new HashSet<Principal>();
        if (!user.isEmpty()) principals.add(new JMXPrincipal(user));
        if (!certificate.isEmpty()) principals.add(new X500Principal(certificate));
        var subject = new Subject(true, principals, Set.of(), Set.of());
        try {
            return ScopedValue.where(FROM, from).call(() -> Subject.callAs(subject, work));
        } catch (CompletionException e) {
            if (e.getCause() instanceof Exception cause) throw cause;
            throw e;
        }
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
        if (FROM.isBound()) return FROM.get();
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
