package io.matriarch.dcs.etcd;

import io.etcd.jetcd.api.StatusResponse;
import io.matriarch.dcs.api.DcsException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an etcd server's database may take on disk before it refuses writes. Since 3.6 its status
 * says so; an older one says it only on its page {@code /metrics}, which is read rarely: a quota
 * changes by a restart of that server.
 */
final class Quotas {
    private static final Logger LOG = LoggerFactory.getLogger(Quotas.class);

    /** {@code dbSizeQuota} of etcd 3.6, which jetcd's messages do not know yet. */
    private static final int STATUS_FIELD = 12;

    private static final String METRIC = "etcd_server_quota_backend_bytes ";
    private static final Duration INTERVAL = Duration.ofHours(1);

    /** After a page that was not read, or told nothing. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    /** A page of etcd has some 1,500 lines; what has many more is none. */
    private static final int MOST_LINES = 20_000;

    private record Read(OptionalLong quota, long atNanos) {
        boolean isFresh(long now) {
            var interval = quota.isPresent() ? INTERVAL : AGAIN;
            return now - atNanos < interval.toNanos();
        }
    }

    private final Transport transport;
    private final Map<String, Read> pages = new ConcurrentHashMap<>();

    Quotas(Transport transport) {
        this.transport = transport;
    }

    /**
     * @param deadline of the request, should one be needed
     * @return empty if the server has no quota or does not say
     */
    OptionalLong of(EndpointAddress address, StatusResponse status, Duration deadline) {
        var told = told(status);
        return told.isPresent() ? told : onPage(address, deadline);
    }

    static OptionalLong told(StatusResponse status) {
        return status.getUnknownFields().getField(STATUS_FIELD).getVarintList().stream()
                .mapToLong(Long::longValue)
                .filter(bytes -> bytes > 0)
                .findFirst();
    }

    private OptionalLong onPage(EndpointAddress address, Duration deadline) {
        long now = System.nanoTime();
        var known = pages.get(address.uri());
        if (known != null && known.isFresh(now)) return known.quota();
        var quota = OptionalLong.empty();
        try {
            quota = read(address, deadline);
        } catch (IOException | UncheckedIOException | DcsException | NumberFormatException e) {
            LOG.debug("{}/metrics does not tell its quota: {}", address.uri(), e.toString());
        }
        pages.put(address.uri(), new Read(quota, now));
        return quota;
    }

    private OptionalLong read(EndpointAddress address, Duration deadline)
            throws IOException, DcsException {
        var connection = transport.open(address, "/metrics", deadline);
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(
                                connection.getInputStream(), StandardCharsets.UTF_8))) {
            return lines.lines()
                    .limit(MOST_LINES)
                    .filter(line -> line.startsWith(METRIC))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring(METRIC.length())))
                    .filter(bytes -> bytes > 0)
                    .findFirst();
        }
    }
}
