package io.matriarch.monitor.collect;

import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.StoreHealth;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Histogram;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.core.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The store's endpoints: which answer, and how soon. */
public final class StoreTask implements Task {
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final Metric UP =
            Native.gauge("dcs_up", "1 if the endpoint of the store answers.", "endpoint");
    private static final Metric MEMBERS =
            Native.gauge("dcs_members", "Endpoints of the store that are configured.");
    private static final Metric HEALTHY =
            Native.gauge("dcs_members_healthy", "Endpoints of the store that answer.");
    private static final Metric REQUEST =
            Native.histogram(
                    "dcs_request_seconds",
                    "How long the store took to answer, by what was asked.",
                    "op");

    private final Identity identity;
    private final Supplier<Optional<Dcs>> dcs;
    private final Duration interval;
    private final Histogram latency = new Histogram(Histogram.REQUEST_SECONDS);

    public StoreTask(Identity identity, Supplier<Optional<Dcs>> dcs, Duration interval) {
        this.identity = identity;
        this.dcs = dcs;
        this.interval = interval;
    }

    public static List<Metric> metrics() {
        return List.of(UP, MEMBERS, HEALTHY, REQUEST);
    }

    @Override
    public String id() {
        return "store";
    }

    @Override
    public Duration interval() {
        return interval;
    }

    /** An endpoint away may take all the time there is: the others shall not wait for it. */
    @Override
    public boolean apart() {
        return true;
    }

    @Override
    public Outcome ask(Instant now) {
        var store = dcs.get();
        if (store.isEmpty()) return new Outcome.NotAsked();
        var endpoints = store.get().health(DEADLINE).endpoints();
        var out = new Samples(identity);
        for (var endpoint : endpoints) {
            out.add(UP, endpoint.answering() ? 1 : 0, endpoint.uri());
            if (endpoint.answering()) latency.observe(endpoint.latency());
        }
        out.add(MEMBERS, endpoints.size())
                .add(HEALTHY, endpoints.stream().filter(StoreHealth.Endpoint::answering).count());
        var families = new ArrayList<>(out.families());
        families.add(
                new Family(
                        REQUEST,
                        List.of(latency.sample(identity.cluster(), identity.member(), "status"))));
        return new Outcome.Answered(families);
    }
}
