package io.matriarch.alerting.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.matriarch.alerting.Notices;
import io.matriarch.alerting.api.Severity;
import io.matriarch.alerting.core.Samples;
import io.matriarch.alerting.mail.SmtpSettings.Security;
import io.matriarch.alerting.spool.Delivery.DeliveryException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Mail")
class SmtpDeliveryTest {
    private final GreenMail server =
            new GreenMail(
                    new ServerSetup[] {
                        new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP).dynamicPort()
                    });
    @TempDir private Path directory;

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private SmtpSettings plain() {
        return new SmtpSettings(
                "127.0.0.1",
                server.getSmtp().getPort(),
                Security.NONE,
                "",
                Optional.empty(),
                Optional.empty(),
                "Matriarch <matriarch@example.org>",
                List.of("dba@example.org", "oncall@example.org"),
                Duration.ofSeconds(20));
    }

    private static MimeMultipart parts(MimeMessage mail) throws Exception {
        return (MimeMultipart) mail.getContent();
    }

    @Test
    @DisplayName(
            "arrives with subject, text first and HTML second, cause, impact, commands and runbook")
    void readBack() throws Exception {
        new SmtpDelivery(plain()).deliver(Notices.firing(), Notices.AT.plusSeconds(1));
        var mails = server.getReceivedMessages();
        assertThat(mails).as("one per recipient").hasSize(2);
        var mail = mails[0];
        assertThat(mail.getSubject())
                .isEqualTo("[prod] critical: PostgresDown n2 \u2013 Z\u00fcrich");
        assertThat(mail.getFrom()[0]).hasToString("Matriarch <matriarch@example.org>");
        assertThat(mail.getMessageID()).isEqualTo("<t1-1@prod.matriarch>");
        assertThat(mail.getSentDate().toInstant()).isEqualTo(Notices.AT);
        assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(mail.getHeader("X-Matriarch-Severity")).containsExactly("critical");
        assertThat(mail.getHeader("X-Matriarch-Status")).containsExactly("firing");
        assertThat(mail.getHeader("Importance")).containsExactly("high");
        var parts = parts(mail);
        assertThat(mail.getContentType()).startsWith("multipart/alternative");
        assertThat(parts.getCount()).isEqualTo(2);
        assertThat(parts.getBodyPart(0).getContentType()).startsWith("text/plain");
        assertThat(parts.getBodyPart(1).getContentType()).startsWith("text/html");
        assertThat(parts.getBodyPart(0).getContent().toString())
                .startsWith("CRITICAL: PostgreSQL on n2 answers no query")
                .contains("since    2026-11-23 08:00:00 UTC (1 min)")
                .contains("cause    probably: the host is down or cut off")
                .contains("- matriarch_slot_active{slot=n2} is 0")
                .contains("impact   Sessions of this server are lost.")
                .contains("RPO now 12 s")
                .contains("first    matriarchctl list")
                .contains("runbook  https://docs.example.org/alerts.html#postgresdown");
        assertThat(parts.getBodyPart(1).getContent().toString())
                .contains("PostgreSQL on n2 answers no query")
                .contains("<a href=\"https://docs.example.org/alerts.html#postgresdown\">");
    }

    @Test
    @DisplayName("about the end belongs to the thread of the beginning, under the same subject")
    void thread() throws Exception {
        var delivery = new SmtpDelivery(plain());
        delivery.deliver(Notices.firing(), Notices.AT);
        delivery.deliver(Notices.resolved(), Notices.AT);
        var mails = server.getReceivedMessages();
        var first = mails[0];
        var last = mails[mails.length - 1];
        assertThat(last.getSubject()).isEqualTo(first.getSubject());
        assertThat(last.getHeader("In-Reply-To")).containsExactly(first.getMessageID());
        assertThat(last.getHeader("References")).containsExactly(first.getMessageID());
        assertThat(last.getHeader("X-Matriarch-Status")).containsExactly("resolved");
        assertThat(parts(last).getBodyPart(0).getContent().toString())
                .startsWith("RESOLVED: PostgreSQL on n2 answers no query; it lasted 11 min");
    }

    @ParameterizedTest
    @EnumSource(Severity.class)
    @DisplayName("of each severity says so in its headers and first line")
    void severities(Severity severity) throws Exception {
        var alert = Samples.alert("CacheHitLow", severity, Notices.AT, "datname", "app");
        new SmtpDelivery(plain()).deliver(Notices.of("s-1", alert), Notices.AT);
        var mail = server.getReceivedMessages()[0];
        assertThat(mail.getHeader("X-Matriarch-Severity")).containsExactly(severity.word());
        assertThat(parts(mail).getBodyPart(0).getContent().toString())
                .startsWith(severity.name() + ": ");
    }

    @Test
    @DisplayName("that had to wait says for how long")
    void delayed() throws Exception {
        new SmtpDelivery(plain()).deliver(Notices.firing(), Notices.AT.plus(Duration.ofHours(6)));
        assertThat(parts(server.getReceivedMessages()[0]).getBodyPart(0).getContent().toString())
                .contains("Delayed by 6 h");
    }

    @Test
    @DisplayName("carries hostile names as text: no header, no markup of theirs")
    void hostileNames() throws Exception {
        var alert =
                Samples.alert(
                        "SlotInactive",
                        Severity.WARNING,
                        Notices.AT,
                        "member",
                        "n1",
                        "slot",
                        "<script>alert(1)</script>\r\nBcc: evil@example.org");
        var notice = Notices.of("x-1", alert);
        new SmtpDelivery(plain()).deliver(notice, Notices.AT);
        var mail = server.getReceivedMessages()[0];
        assertThat(mail.getHeader("Bcc")).isNull();
        assertThat(parts(mail).getBodyPart(1).getContent().toString())
                .doesNotContain("<script>")
                .contains("&lt;script&gt;");
    }

    @Test
    @DisplayName(
            "needs the right password, read from its file each time; a wrong one is named as such")
    void password() throws Exception {
        server.setUser("dba@example.org", "ada", "right");
        var file = directory.resolve("password");
        var plain = plain();
        var settings =
                new SmtpSettings(
                        plain.host(),
                        plain.port(),
                        Security.NONE,
                        "ada",
                        Optional.of(file),
                        Optional.empty(),
                        plain.from(),
                        List.of("dba@example.org"),
                        plain.timeout());
        var delivery = new SmtpDelivery(settings);
        assertThatThrownBy(() -> delivery.deliver(Notices.firing(), Notices.AT))
                .hasMessageContaining(file.toString());
        Files.writeString(file, "wrong\n");
        assertThatThrownBy(() -> delivery.deliver(Notices.firing(), Notices.AT))
                .isInstanceOf(DeliveryException.class)
                .hasMessageContaining("127.0.0.1:" + plain.port())
                .hasMessageContaining("535")
                .hasMessageNotContaining("wrong");
        assertThat(server.getReceivedMessages()).isEmpty();
        Files.writeString(file, "right\n");
        delivery.deliver(Notices.firing(), Notices.AT);
        assertThat(server.getReceivedMessages()).hasSize(1);
    }

    @Test
    @DisplayName("is refused by a server that offers no STARTTLS where STARTTLS is asked for")
    void startTlsRequired() {
        var plain = plain();
        var settings =
                new SmtpSettings(
                        plain.host(),
                        plain.port(),
                        Security.STARTTLS,
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        plain.from(),
                        plain.to(),
                        plain.timeout());
        assertThatThrownBy(() -> new SmtpDelivery(settings).deliver(Notices.firing(), Notices.AT))
                .hasMessageContaining("STARTTLS");
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    @DisplayName("to a server that is away fails with its address")
    void away() {
        var plain = plain();
        server.stop();
        assertThatThrownBy(() -> new SmtpDelivery(plain).deliver(Notices.firing(), Notices.AT))
                .isInstanceOf(DeliveryException.class)
                .hasMessageContaining("127.0.0.1:" + plain.port());
    }
}
