package io.matriarch.monitor.host;

import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import io.matriarch.monitor.collect.Task;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.core.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What only the kernel knows: whether somebody keeps its clock, and inodes. */
public final class KernelTask implements Task {
    private static final Metric SYNCHRONISED =
            Native.gauge("clock_synchronized", "1 if a time daemon keeps this host's clock.");
    private static final Metric ERROR =
            Native.gauge(
                    "clock_max_error_seconds",
                    "How wrong the kernel holds its clock possible; grows while nobody keeps it.");
    private static final Metric INODES =
            Native.gauge(
                    "volume_inodes_free_ratio",
                    "Share of inodes left on the volume; absent where there is no such limit.",
                    "role");

    private final Identity identity;
    private final Map<String, Path> volumes;
    private final Duration interval;

    /**
     * @param volumes by what lies on them
     */
    public KernelTask(Identity identity, Map<String, Path> volumes, Duration interval) {
        this.identity = identity;
        this.volumes = Map.copyOf(volumes);
        this.interval = interval;
    }

    public static List<Metric> metrics() {
        return List.of(SYNCHRONISED, ERROR, INODES);
    }

    @Override
    public String id() {
        return "kernel";
    }

    @Override
    public Duration interval() {
        return interval;
    }

    @Override
    public Outcome ask(Instant now) {
        var out = new Samples(identity);
        var troubles = new ArrayList<String>();
        try {
            var clock = Kernel.clock();
            out.add(SYNCHRONISED, clock.synchronised() ? 1 : 0);
            out.add(ERROR, clock.maximumErrorSeconds());
        } catch (IOException e) {
            troubles.add(String.valueOf(e.getMessage()));
        }
        volumes.forEach((role, path) -> {
            if (!Files.exists(path)) return; // a member is cloned first
            try {
                out.add(INODES, Kernel.inodesFree(path), role);
            } catch (IOException e) {
                troubles.add(String.valueOf(e.getMessage()));
            }
        });
        return troubles.isEmpty()
                ? new Outcome.Answered(out.families())
                : new Outcome.Partly(out.families(), troubles.toString());
    }
}
