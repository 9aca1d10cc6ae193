package io.matriarch.alerting.form;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A notice as mail.
 *
 * @param headers beside subject, date, sender and recipients; no value holds a line break
 * @param text plain, for every reader
 * @param html the same for those who prefer it
 */
public record Letter(
        String subject, Instant date, Map<String, String> headers, String text, String html) {
    public Letter {
        subject = oneLine(subject);
        var clean = new LinkedHashMap<String, String>();
        headers.forEach((name, value) -> clean.put(name, oneLine(value)));
        headers = java.util.Collections.unmodifiableMap(clean);
    }

    /**
     * Names of slots, databases and members come from elsewhere; a line break would end a header.
     */
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }
}
