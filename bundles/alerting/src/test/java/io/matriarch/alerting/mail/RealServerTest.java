package io.matriarch.alerting.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.alerting.Notices;
import io.matriarch.alerting.mail.SmtpSettings.Security;
import jakarta.mail.internet.MimeMultipart;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A real mail server (Exim)")
class RealServerTest {
    @TempDir static Path directory;
    private static Exim server;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Exim.missing().isEmpty(), Exim.missing());
        server = new Exim(InetAddress.getLoopbackAddress(), "ada", "right");
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) server.close();
    }

    private static SmtpSettings settings(Security security, String password, Optional<Path> ca)
            throws Exception {
        var file = Files.createTempFile(directory, "password", "");
        Files.writeString(file, password + "\n");
        return new SmtpSettings(
                "localhost",
                security == Security.TLS ? server.tlsPort() : server.startTlsPort(),
                security,
                "ada",
                Optional.of(file),
                ca,
                "Matriarch <matriarch@example.org>",
                List.of("dba@example.org"),
                Duration.ofSeconds(30));
    }

    @Test
    @DisplayName(
            "takes the mail by STARTTLS and by TLS with user and password, and gives it back whole")
    void takesAndGivesBack() throws Exception {
        var ca = Optional.of(server.certificate());
        new SmtpDelivery(settings(Security.STARTTLS, "right", ca))
                .deliver(Notices.firing(), Notices.AT);
        var first = server.received(1).getFirst();
        new SmtpDelivery(settings(Security.TLS, "right", ca))
                .deliver(Notices.resolved(), Notices.AT);
        var last =
                server.received(2).stream()
                        .filter(mail -> !same(mail, first))
                        .findFirst()
                        .orElseThrow();
        assertThat(first.getSubject())
                .isEqualTo("[prod] critical: PostgresDown n2 \u2013 Z\u00fcrich");
        assertThat(first.getHeader("Received")[0]).contains("TLS");
        assertThat(first.getMessageID()).isEqualTo("<t1-1@prod.matriarch>");
        assertThat(last.getHeader("In-Reply-To")).containsExactly(first.getMessageID());
        assertThat(last.getSubject()).isEqualTo(first.getSubject());
        var parts = (MimeMultipart) first.getContent();
        assertThat(parts.getBodyPart(0).getContentType()).startsWith("text/plain");
        assertThat(parts.getBodyPart(0).getContent().toString())
                .contains("cause    probably: the host is down or cut off");
        assertThat(parts.getBodyPart(1).getContentType()).startsWith("text/html");
        assertThat(((MimeMultipart) last.getContent()).getBodyPart(0).getContent().toString())
                .startsWith("RESOLVED");
    }

    private static boolean same(
            jakarta.mail.internet.MimeMessage a, jakarta.mail.internet.MimeMessage b) {
        try {
            return a.getMessageID().equals(b.getMessageID());
        } catch (jakarta.mail.MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("refuses a wrong password, and its refusal is what is told")
    void wrongPassword() throws Exception {
        var wrong = settings(Security.STARTTLS, "wrong", Optional.of(server.certificate()));
        assertThatThrownBy(() -> new SmtpDelivery(wrong).deliver(Notices.firing(), Notices.AT))
                .hasMessageContaining("535");
    }

    @Test
    @DisplayName("gets nothing if its certificate is not known")
    void unknownCertificate() throws Exception {
        for (var security : List.of(Security.STARTTLS, Security.TLS)) {
            var stranger = settings(security, "right", Optional.empty());
            assertThatThrownBy(
                            () -> new SmtpDelivery(stranger).deliver(Notices.firing(), Notices.AT))
                    .hasMessageContaining("certificat");
        }
    }
}
