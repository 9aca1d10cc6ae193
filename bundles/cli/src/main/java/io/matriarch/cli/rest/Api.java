package io.matriarch.cli.rest;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The REST interface of whichever member answers. */
public final class Api {

    private final Http http;
    private final List<URI> bases;

    /**
     * @param bases in the order to try them
     */
    public Api(Http http, List<URI> bases) {
        this.http = http;
        this.bases = List.copyOf(bases);
    }

    /** The same members, {@code first} ones before. */
    public Api preferring(List<URI> first) {
        var order = new LinkedHashSet<>(first);
        order.addAll(bases);
        return new Api(http, List.copyOf(order));
    }

    public List<URI> bases() {
        return bases;
    }

    /**
     * Reads from the first member that answers well. A member that answers 5xx may only be cut off
     * from the store itself, so the next one is asked.
     *
     * @return a good answer, or the first bad one if there is no good one
     * @throws MatriarchException {@link Code#API_UNREACHABLE} if no member answers at all
     */
    public HttpAnswer get(String path, Duration timeout) throws MatriarchException {
        var failures = new ArrayList<String>();
        HttpAnswer bad = null;
        for (URI base : bases) {
            try {
                var answer = http.exchange(base, "GET", path, null, timeout);
                if (answer.status() < 500) return answer;
                if (bad == null) bad = answer;
            } catch (HttpException e) {
                failures.add(base + ": " + e.getMessage());
            }
        }
        if (bad != null) return bad;
        throw unreachable(failures);
    }

    /**
     * Sends a changing request to the first member that can be reached, and to that one only: once
     * it may have been received, nobody else is asked.
     *
     * @throws MatriarchException {@link Code#API_UNREACHABLE} if nobody was reached, {@link
     *     Code#UNKNOWN_OUTCOME} if the answer was lost
     */
    public HttpAnswer change(String method, String path, @Nullable String body, Duration timeout)
            throws MatriarchException {
        var failures = new ArrayList<String>();
        for (URI base : bases) {
            try {
                return http.exchange(base, method, path, body, timeout);
            } catch (HttpException e) {
                if (e.sent())
                    throw new MatriarchException(
                            Code.UNKNOWN_OUTCOME,
                            "%s %s was sent to %s, but its answer did not come: %s"
                                    .formatted(method, path, base, e.getMessage()),
                            "it may have been done; look with: matriarchctl list",
                            e);
                failures.add(base + ": " + e.getMessage());
            }
        }
        throw unreachable(failures);
    }

    /** Only {@code base}, nobody instead. */
    public Api only(URI base) {
        return new Api(http, List.of(base));
    }

    private static MatriarchException unreachable(List<String> failures) {
        return new MatriarchException(
                Code.API_UNREACHABLE,
                "no member's REST interface answers:\n  " + String.join("\n  ", failures),
                "name other members by --url HOST:PORT (may be repeated), or the configuration file"
                        + " of one by --config");
    }

    /**
     * @throws MatriarchException {@link Code#INTERNAL} if the body is not JSON
     */
    public static @Nullable Object json(HttpAnswer answer) throws MatriarchException {
        try {
            return JSON.std.anyFrom(answer.body());
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.INTERNAL,
                    "%s answered %d with something that is not JSON: %s"
                            .formatted(answer.from(), answer.status(), e.getMessage()),
                    "is this the address of a member's REST interface (port 8008 as a rule)?",
                    e);
        }
    }
}
