package io.matriarch.failover.rest;

import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a certificate's subject says of whom it is. */
final class Subjects {
    private static final Logger LOG = LoggerFactory.getLogger(Subjects.class);

    private Subjects() {}

    /**
     * The common name: of several the one the certificate writes first.
     *
     * @param subject as RFC 2253 writes it
     * @return empty if there is none, or the subject cannot be read
     */
    static Optional<String> commonName(String subject) {
        try {
            return new LdapName(subject)
                    .getRdns().stream()
                            .filter(part -> part.getType().equalsIgnoreCase("CN"))
                            .map(part -> String.valueOf(part.getValue()))
                            .findFirst();
        } catch (InvalidNameException e) {
            LOG.warn("a client certificate without a name that can be read: {}", subject, e);
            return Optional.empty();
        }
    }
}
