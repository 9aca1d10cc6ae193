package io.matriarch.access.api;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Who somebody is who has no HTTP request, such as a JMX client: the users are those of REST. */
@ProviderType
public interface Access {
    /** Whether callers have to say who they are; if not, everybody is an administrator. */
    boolean asks();

    /**
     * The role of a user whose password is right. It takes as long for a name nobody has, and may
     * take a tenth of a second.
     *
     * @return empty if there is no such user, or the password is another one
     */
    Optional<AccessRole> authenticate(String user, String password);

    /**
     * The role of one who was authenticated before, as it is now: users are read again when their
     * file changes.
     *
     * @return empty if there is no such user any more
     */
    Optional<AccessRole> roleOf(String user);

    /**
     * Somebody known by a client certificate, which the caller has verified; the role is as it is
     * now.
     *
     * @param name of a user of the file
     */
    record Certified(String name, AccessRole role) {}

    /**
     * @param subject of the certificate, as RFC 2253 writes it, such as {@code CN=robot,O=Herd}
     * @return empty if no user is known by a certificate with that common name
     */
    Optional<Certified> certified(String subject);
}
