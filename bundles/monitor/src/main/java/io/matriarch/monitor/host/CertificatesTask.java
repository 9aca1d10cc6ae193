package io.matriarch.monitor.host;

import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import io.matriarch.monitor.collect.Task;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.core.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** When the certificates we use end. */
public final class CertificatesTask implements Task {
    private static final Metric EXPIRY =
            Native.gauge(
                    "tls_certificate_expiry_timestamp_seconds",
                    "When the certificate ends, in seconds since 1970.",
                    "use",
                    "subject");

    private final Identity identity;
    private final List<Map.Entry<String, Path>> files;
    private final Duration interval;

    /**
     * @param files PEM files by what they are used for; one use may have several
     */
    public CertificatesTask(
            Identity identity, List<Map.Entry<String, Path>> files, Duration interval) {
        this.identity = identity;
        this.files = List.copyOf(files);
        this.interval = interval;
    }

    public static List<Metric> metrics() {
        return List.of(EXPIRY);
    }

    @Override
    public String id() {
        return "certificates";
    }

    @Override
    public Duration interval() {
        return interval;
    }

    @Override
    public Outcome ask(Instant now) {
        var out = new Samples(identity);
        var troubles = new ArrayList<String>();
        for (var file : files)
            try (var in = Files.newInputStream(file.getValue())) {
                for (var found : CertificateFactory.getInstance("X.509").generateCertificates(in))
                    if (found instanceof X509Certificate certificate)
                        out.add(
                                EXPIRY,
                                certificate.getNotAfter().getTime() / 1e3,
                                file.getKey(),
                                certificate.getSubjectX500Principal().getName());
            } catch (IOException | CertificateException e) {
                troubles.add(file.getValue() + ": " + e.getMessage());
            }
        return troubles.isEmpty()
                ? new Outcome.Answered(out.families())
                : new Outcome.Partly(out.families(), troubles.toString());
    }
}
