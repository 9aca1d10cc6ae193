package io.matriarch.failover.rest;

import io.matriarch.servlet.ServletExchange;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.io.IOException;

/** One request to Patroni's paths and its answer, without a server. */
final class Exchange extends ServletExchange<Exchange> {
    private Exchange(String method, String target) {
        super(method, target);
    }

    static Exchange of(String method, String target) {
        return new Exchange(method, target);
    }

    @Override
    protected Exchange self() {
        return this;
    }

    Exchange granted() {
        return attribute(AccessFilter.ATTRIBUTE, AccessFilter.GRANTED);
    }

    Exchange sentTo(PatroniServlet servlet) throws IOException {
        servlet.service(request(), response());
        return this;
    }

    Exchange sentThrough(AccessFilter filter, FilterChain chain)
            throws IOException, ServletException {
        filter.doFilter(request(), response(), chain);
        return this;
    }

    String type() {
        return headers().getOrDefault("Content-Type", "");
    }
}
