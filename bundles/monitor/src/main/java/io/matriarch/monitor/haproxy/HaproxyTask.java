package io.matriarch.monitor.haproxy;

import io.matriarch.monitor.collect.Task;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.core.ProxyFigures;
import io.matriarch.monitor.core.Samples;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** Reads the statistics of the HAProxy beside this node, as CSV by HTTP. */
public final class HaproxyTask implements Task {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int LARGEST_PAGE = 4 << 20;

    private final Identity identity;
    private final URI page;
    private final Duration interval;

    /**
     * @param page such as {@code http://127.0.0.1:7000/;csv}
     */
    public HaproxyTask(Identity identity, URI page, Duration interval) {
        this.identity = identity;
        this.page = page;
        this.interval = interval;
    }

    @Override
    public String id() {
        return "haproxy";
    }

    @Override
    public Duration interval() {
        return interval;
    }

    /** It may keep us waiting for all of its time-out. */
    @Override
    public boolean apart() {
        return true;
    }

    @Override
    public Outcome ask(Instant now) {
        var out = new Samples(identity);
        try {
            ProxyFigures.tell(ProxyFigures.rows(read()), out);
            return new Outcome.Answered(out.families());
        } catch (IOException | IllegalArgumentException e) {
            var down = new Samples(identity).add(ProxyFigures.UP, 0);
            return new Outcome.Failed(
                    "HAProxy at %s: %s".formatted(page, e.getMessage()), down.families());
        }
    }

    private String read() throws IOException {
        if (!(page.toURL().openConnection() instanceof HttpURLConnection connection))
            throw new IOException("not a URL of HTTP");
        connection.setConnectTimeout((int) TIMEOUT.toMillis());
        connection.setReadTimeout((int) TIMEOUT.toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        try {
            int status = connection.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) throw new IOException("it answers " + status);
            try (var body = connection.getInputStream()) {
                var bytes = body.readNBytes(LARGEST_PAGE + 1);
                if (bytes.length > LARGEST_PAGE)
                    throw new IOException("its page is larger than " + LARGEST_PAGE + " bytes");
                return new String(bytes, StandardCharsets.UTF_8);
            }
        } finally {
            connection.disconnect();
        }
    }
}
