package io.matriarch.management.core;

import io.matriarch.alerting.api.Alerts.SilenceRequest;
import io.matriarch.alerting.api.Matcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** From checked parameters to a silence; the same for REST and JMX. */
public final class SilenceRequests {
    private SilenceRequests() {}

    public static SilenceRequest of(Parameters in, String byDefault) throws Refused {
        return new SilenceRequest(
                matchers(in.required("matchers")),
                in.instant("from"),
                Duration.ofSeconds(in.integer("seconds").orElseThrow()),
                in.text("by").orElse(byDefault),
                in.required("comment"));
    }

    /** Matchers separated by commas; a comma within quotes belongs to the value. */
    static List<Matcher> matchers(String text) throws Refused {
        var matchers = new ArrayList<Matcher>();
        var part = new StringBuilder();
        boolean quoted = false;
        for (char c : (text + ",").toCharArray()) {
            if (c == '"') quoted = !quoted;
            if (c == ',' && !quoted) {
                if (!part.toString().isBlank()) matchers.add(matcher(part.toString()));
                part.setLength(0);
            } else part.append(c);
        }
        if (!part.toString().isBlank())
            throw Refused.malformed(
                    "field \"matchers\" has a quotation mark that is not closed: " + text,
                    "such as alertname=DiskFull,member=~\"n[12]\"");
        return matchers;
    }

    private static Matcher matcher(String text) throws Refused {
        try {
            return Matcher.parse(text);
        } catch (IllegalArgumentException e) {
            var refused =
                    Refused.malformed(
                            "field \"matchers\": " + e.getMessage(),
                            "such as alertname=DiskFull,member=~\"n[12]\"");
            refused.initCause(e);
            throw refused;
        }
    }
}
