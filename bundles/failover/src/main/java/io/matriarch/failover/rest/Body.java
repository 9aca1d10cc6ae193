package io.matriarch.failover.rest;

import io.matriarch.failover.rest.core.Json;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * The JSON object a request carries. Its length must be told; its Content-Type is not looked at,
 * because neither {@code patronictl} nor peers send one.
 */
sealed interface Body {
    int MAX_BYTES = 1 << 20;

    record Read(Map<String, Object> fields) implements Body {}

    record Unusable(int status, String why) implements Body {}

    /** An empty object is as wrong as none. */
    static Body required(HttpServletRequest request) throws IOException {
        if (request.getContentLengthLong() < 0) return lengthMissing();
        var fields = read(request);
        return fields instanceof Read(var object) && object.isEmpty()
                ? new Unusable(400, "The body must be a JSON object that is not empty")
                : fields;
    }

    /** No body is an empty object. */
    static Body optional(HttpServletRequest request) throws IOException {
        long length = request.getContentLengthLong();
        // A body of unknown length may hold filters; acting without them would do too much.
        if (length < 0 && request.getHeader("Transfer-Encoding") != null) return lengthMissing();
        return length <= 0 ? new Read(Map.of()) : read(request);
    }

    private static Body lengthMissing() {
        return new Unusable(411, "The request needs a Content-Length");
    }

    private static Body read(HttpServletRequest request) throws IOException {
        if (request.getContentLengthLong() > MAX_BYTES)
            return new Unusable(413, "The body is longer than " + MAX_BYTES + " bytes");
        byte[] bytes = request.getInputStream().readNBytes((int) request.getContentLengthLong());
        Optional<Map<String, Object>> object =
                Json.object(new String(bytes, StandardCharsets.UTF_8));
        return object.<Body>map(Read::new)
                .orElseGet(() -> new Unusable(400, "The body must be one JSON object"));
    }
}
