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

    private static final Metric SIZE =
            Native.gauge(
                    "dcs_db_size_bytes",
                    "What the store's database takes on disk; at its quota etcd takes no writes any"
                            + " more.",
                    "endpoint");
    private static final Metric QUOTA =
            Native.gauge(
                    "dcs_db_quota_bytes",
                    "What it may take (2 GiB unless set otherwise): by the server's status since etcd"
                            + " 3.6, before by its page /metrics, read once an hour; absent where"
                            + " neither tells.",
                    "endpoint");
    private static final Metric IN_USE =
            Native.gauge(
                    "dcs_db_in_use_bytes",
                    "Of this, what is in use; the rest comes back by etcdctl defrag.",
                    "endpoint");
    private static final Metric ELECTIONS =
            Native.counter(
                    "dcs_leader_changes_total",
                    "Elections in the store since it was made: the term of its consensus.");

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
        return List.of(UP, MEMBERS, HEALTHY, REQUEST, SIZE, QUOTA, IN_USE, ELECTIONS);
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
        for (var endpoint : endpoints)
            if (endpoint.answering()) latency.observe(endpoint.latency());
        return new Outcome.Answered(figures(endpoints));
    }

    private List<Family> figures(List<StoreHealth.Endpoint> endpoints) {
        var out = new Samples(identity);
        double term = Double.NaN; // of the newest one that answers: one behind tells an old one
        for (var endpoint : endpoints) {
            out.add(UP, endpoint.answering() ? 1 : 0, endpoint.uri());
            if (endpoint.storage().isEmpty()) continue;
            var storage = endpoint.storage().get();
            out.add(SIZE, storage.bytes(), endpoint.uri());
            storage.quota().ifPresent(bytes -> out.add(QUOTA, bytes, endpoint.uri()));
            out.add(IN_USE, storage.bytesInUse(), endpoint.uri());
            term = Double.isNaN(term) ? storage.term() : Math.max(term, storage.term());
        }
        out.add(ELECTIONS, term);
        out.add(MEMBERS, endpoints.size())
                .add(HEALTHY, endpoints.stream().filter(StoreHealth.Endpoint::answering).count());
        var families = new ArrayList<>(out.families());
        families.add(
                new Family(
                        REQUEST,
                        List.of(latency.sample(identity.cluster(), identity.member(), "status"))));
        return families;
    }
}
