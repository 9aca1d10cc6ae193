package io.matriarch.monitor.collect;

import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.core.Samples;
import java.util.List;

/**
 * What does not change while we run.
 *
 * @param rpoSeconds objective; 0: none
 * @param rtoSeconds objective; 0: none
 */
public record Facts(String version, String java, int rpoSeconds, int rtoSeconds) {
    private static final Metric BUILD =
            Native.gauge("build_info", "What runs here; always 1.", "version", "java");
    private static final Metric RPO =
            Native.gauge(
                    "rpo_objective_seconds",
                    "How much time of writes may be missing after a restore (monitor.objectives).");
    private static final Metric RTO =
            Native.gauge(
                    "rto_objective_seconds",
                    "How long it may take until clients write again (monitor.objectives).");

    public static List<Metric> metrics() {
        return List.of(BUILD, RPO, RTO);
    }

    List<Family> families(Identity identity) {
        return new Samples(identity)
                .info(BUILD, version, java)
                .add(RPO, rpoSeconds == 0 ? Double.NaN : rpoSeconds)
                .add(RTO, rtoSeconds == 0 ? Double.NaN : rtoSeconds)
                .families();
    }
}
