package io.matriarch.management.rest;

import io.matriarch.management.core.Json;
import io.matriarch.management.core.Refused;
import io.matriarch.servlet.ServletExchange;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request to {@code /api/v1} and its answer, without a server; access is granted. */
final class Exchange extends ServletExchange<Exchange> {
    /**
     * @param target path and query below {@code /api/v1}; null: nothing below it
     */
    Exchange(String method, @Nullable String target) {
        super(method, "/api/v1" + (target == null ? "" : target));
        mapped("/api/v1", target == null ? null : target.split("\\?", 2)[0]);
        attribute(ApiServlet.ACCESS, ApiServlet.GRANTED);
    }

    @Override
    protected Exchange self() {
        return this;
    }

    HttpServletResponse answer() {
        return response();
    }

    Exchange withoutAccess() {
        attributes().clear();
        return this;
    }

    Exchange through(ApiServlet servlet) {
        try {
            servlet.service(request(), response());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    Map<String, Object> json() {
        try {
            return Json.object(text());
        } catch (Refused e) {
            throw new AssertionError(text(), e);
        }
    }
}
