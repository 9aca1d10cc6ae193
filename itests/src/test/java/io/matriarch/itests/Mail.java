package io.matriarch.itests;

import io.matriarch.alerting.mail.Exim;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A mail with two parts, as a person's program sees it.
 *
 * @param text the first part, behind its type
 * @param html the second, likewise
 */
record Mail(MimeMessage message, String text, String html) {

    /** What the server was given so far, in the order of arrival. */
    static List<Mail> receivedBy(Exim server) throws IOException, MessagingException {
        var mails = new ArrayList<Mail>();
        for (var message : server.received()) {
            var parts = (MimeMultipart) message.getContent();
            mails.add(new Mail(message, part(parts.getBodyPart(0)), part(parts.getBodyPart(1))));
        }
        return mails;
    }

    private static String part(BodyPart part) throws IOException, MessagingException {
        return part.getContentType() + "\n" + part.getContent();
    }

    String header(String name) {
        try {
            var values = message.getHeader(name);
            return values == null ? "" : values[0];
        } catch (MessagingException e) {
            throw new IllegalStateException("header " + name, e);
        }
    }

    String subject() {
        return header("Subject").replaceAll("\\R\\s+", " ");
    }

    /** The Message-ID that its thread began with. */
    String thread() {
        var first = header("References");
        return first.isEmpty() ? header("Message-ID") : first;
    }
}
