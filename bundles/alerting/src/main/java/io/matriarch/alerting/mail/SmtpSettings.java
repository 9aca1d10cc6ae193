package io.matriarch.alerting.mail;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A mail server, and whom to write to.
 *
 * @param username empty: without authentication
 * @param passwordFile read anew for each mail, so that a new password needs no restart
 * @param cacert PEM certificates that the server's must be signed by; empty: those of the runtime
 * @param timeout of each step of the conversation
 */
public record SmtpSettings(
        String host,
        int port,
        Security security,
        String username,
        Optional<Path> passwordFile,
        Optional<Path> cacert,
        String from,
        List<String> to,
        Duration timeout) {
    public SmtpSettings {
        to = List.copyOf(to);
    }

    /** What protects the conversation. */
    public enum Security {
        /** Nothing; for a mail server on this host. */
        NONE,
        /** Plain at first, then TLS; a server that does not offer it is refused. */
        STARTTLS,
        /** TLS from the beginning. */
        TLS
    }
}
