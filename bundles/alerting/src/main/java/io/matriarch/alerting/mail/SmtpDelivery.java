package io.matriarch.alerting.mail;

import io.matriarch.alerting.core.Notice;
import io.matriarch.alerting.form.Letter;
import io.matriarch.alerting.form.Letters;
import io.matriarch.alerting.mail.SmtpSettings.Security;
import io.matriarch.alerting.spool.Delivery;
import io.matriarch.alerting.web.Secrets;
import io.matriarch.alerting.web.Trust;
import jakarta.mail.Address;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Properties;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends mail, a connection for each: mails of alerts are few. */
public final class SmtpDelivery implements Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpDelivery.class);

    private final SmtpSettings settings;

    public SmtpDelivery(SmtpSettings settings) {
        this.settings = settings;
    }

    @Override
    public String deliver(Notice notice, Instant now) throws DeliveryException {
        try {
            return send(Letters.of(notice, now));
        } catch (MessagingException | IOException e) {
            throw new DeliveryException(said(e), e);
        }
    }

    private String send(Letter letter) throws MessagingException, IOException, DeliveryException {
        var session = Session.getInstance(properties());
        var message = message(session, letter);
        var transport = session.getTransport("smtp");
        try {
            if (settings.username().isEmpty()) transport.connect();
            else transport.connect(settings.username(), password());
            return handOver(transport, message);
        } finally {
            close(transport);
        }
    }

    /** Some recipients may be refused while others have got it; sending again would double it. */
    private String handOver(Transport transport, MimeMessage message)
            throws MessagingException, DeliveryException {
        try {
            transport.sendMessage(message, message.getAllRecipients());
            return "sent to " + String.join(", ", settings.to());
        } catch (SendFailedException e) {
            var sent = e.getValidSentAddresses();
            if (sent == null || sent.length == 0) throw e;
            var refused = listed(e.getInvalidAddresses()) + listed(e.getValidUnsentAddresses());
            LOG.warn("The mail server refuses {}: {}", refused, said(e));
            return "sent to " + listed(sent) + "; refused: " + refused;
        }
    }

    private static String listed(Address[] addresses) {
        return addresses == null
                ? ""
                : Arrays.stream(addresses).map(Address::toString).collect(Collectors.joining(", "));
    }

    private String password() throws IOException {
        var file = settings.passwordFile();
        return file.isPresent() ? Secrets.read(file.get()) : "";
    }

    private Properties properties() throws IOException {
        var p = new Properties();
        var millis = String.valueOf(settings.timeout().toMillis());
        p.setProperty("mail.smtp.host", settings.host());
        p.setProperty("mail.smtp.port", String.valueOf(settings.port()));
        p.setProperty("mail.smtp.connectiontimeout", millis);
        p.setProperty("mail.smtp.timeout", millis);
        p.setProperty("mail.smtp.writetimeout", millis);
        p.setProperty("mail.smtp.auth", String.valueOf(!settings.username().isEmpty()));
        p.setProperty("mail.smtp.sendpartial", "true");
        p.setProperty("mail.smtp.allow8bitmime", "true");
        p.setProperty("mail.smtp.from", bare(settings.from()));
        p.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        if (settings.security() == Security.STARTTLS) {
            p.setProperty("mail.smtp.starttls.enable", "true");
            p.setProperty("mail.smtp.starttls.required", "true");
        }
        if (settings.security() == Security.TLS) p.setProperty("mail.smtp.ssl.enable", "true");
        if (settings.cacert().isPresent())
            p.put(
                    "mail.smtp.ssl.socketFactory",
                    Trust.in(settings.cacert().get()).getSocketFactory());
        return p;
    }

    private static String bare(String address) {
        int open = address.indexOf('<');
        int close = address.indexOf('>', open + 1);
        return open >= 0 && close > open ? address.substring(open + 1, close) : address;
    }

    private MimeMessage message(Session session, Letter letter) throws MessagingException {
        var ours = letter.headers();
        var message =
                new MimeMessage(session) {
                    /** Ours, so that a second copy is known as one. */
                    @Override
                    protected void updateMessageID() throws MessagingException {
                        setHeader("Message-ID", ours.get("Message-ID"));
                    }
                };
        message.setFrom(new InternetAddress(settings.from()));
        for (var to : settings.to())
            message.addRecipient(Message.RecipientType.TO, new InternetAddress(to));
        message.setSubject(letter.subject(), "UTF-8");
        message.setSentDate(Date.from(letter.date()));
        for (var header : ours.entrySet()) message.setHeader(header.getKey(), header.getValue());
        var text = new MimeBodyPart();
        text.setText(letter.text(), "UTF-8");
        var html = new MimeBodyPart();
        html.setContent(letter.html(), "text/html; charset=UTF-8");
        message.setContent(new MimeMultipart("alternative", text, html));
        message.saveChanges();
        return message;
    }

    /** The mail has been taken or refused by now; a farewell that fails changes neither. */
    private static void close(Transport transport) {
        try {
            transport.close();
        } catch (MessagingException e) {
            LOG.debug("Closing the connection to the mail server: {}", e.toString());
        }
    }

    /** The server's own words, and those of what caused them, in one line. */
    private String said(Exception e) {
        var text = new StringBuilder();
        for (Throwable at = e; at != null; at = at.getCause()) {
            var line = String.valueOf(at.getMessage()).replaceAll("\\s+", " ").strip();
            if (text.indexOf(line) < 0) text.append(text.isEmpty() ? "" : ": ").append(line);
        }
        return "%s:%d: %s".formatted(settings.host(), settings.port(), text);
    }
}
