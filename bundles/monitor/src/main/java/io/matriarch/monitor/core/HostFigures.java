package io.matriarch.monitor.core;

import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the host's texts mean; remembers the last ones, as most of them are counters. */
public final class HostFigures {
    private static final Metric FREE =
            Native.gauge("volume_free_bytes", "Room left for us on the volume.", "role");
    private static final Metric SIZE = Native.gauge("volume_size_bytes", "Its size.", "role");
    private static final Metric ETA =
            Native.gauge(
                    "volume_full_eta_seconds",
                    "When it will be full at the pace of the last half hour; absent while it does"
                            + " not fill.",
                    "role");
    private static final Metric WAL_FREE =
            Native.gauge("wal_volume_free_bytes", "Room left on the volume of pg_wal.");
    private static final Metric WAL_ETA =
            Native.gauge("wal_volume_full_eta_seconds", "When that volume will be full.");
    private static final Metric LATENCY =
            Native.gauge(
                    "disk_latency_seconds",
                    "How long a request to the disk took on average, since the last look.",
                    "device",
                    "op");
    private static final Metric CPU =
            Native.gauge("cpu_used_ratio", "Share of the processors' time in use.");
    private static final Metric LOAD =
            Native.gauge("load_per_core", "Load average of one minute per processor.");
    private static final Metric MEMORY =
            Native.gauge("memory_available_ratio", "Share of memory programs could still get.");
    private static final Metric SWAP = Native.gauge("swap_used_ratio", "Share of swap in use.");
    private static final Metric OOM =
            Native.counter("oom_kills_total", "Processes the kernel killed for lack of memory.");
    private static final Metric PRESSURE =
            Native.gauge(
                    "pressure_ratio",
                    "Share of the last minute in which something waited for the resource.",
                    "resource");

    private static final Duration HALF_HOUR = Duration.ofMinutes(30);

    private final Map<String, Trend> trends = new HashMap<>();
    private Proc.@Nullable Cpu cpu;
    private Map<String, Proc.Disk> disks = Map.of();

    public static List<Metric> metrics() {
        return List.of(
                FREE, SIZE, ETA, WAL_FREE, WAL_ETA, LATENCY, CPU, LOAD, MEMORY, SWAP, OOM,
                PRESSURE);
    }

    /** One volume, by what lies on it: data, wal, spool. */
    public void volume(String role, double free, double size, Instant now, Samples out) {
        var trend = trends.computeIfAbsent(role, _ -> new Trend(HALF_HOUR));
        trend.note(now, free);
        double eta = trend.untilGone(free);
        out.add(FREE, free, role).add(SIZE, size, role).add(ETA, eta, role);
        if (role.equals("wal")) out.add(WAL_FREE, free).add(WAL_ETA, eta);
    }

    public void cpu(String stat, Samples out) {
        var now = Proc.cpu(stat);
        var before = cpu;
        cpu = now;
        if (before == null || now.all() <= before.all()) return;
        out.add(CPU, (now.busy() - before.busy()) / (now.all() - before.all()));
    }

    public void load(String loadavg, int processors, Samples out) {
        out.add(LOAD, Proc.load(loadavg) / processors);
    }

    public void memory(String meminfo, Samples out) {
        var values = Proc.kilobytes(meminfo);
        ratio(MEMORY, values, "MemAvailable", "MemTotal", out);
        double swap = values.getOrDefault("SwapTotal", Double.NaN);
        double free = values.getOrDefault("SwapFree", Double.NaN);
        if (swap > 0) out.add(SWAP, (swap - free) / swap);
        else out.add(SWAP, swap); // 0: there is none
    }

    private static void ratio(
            Metric metric, Map<String, Double> values, String part, String whole, Samples out) {
        double all = values.getOrDefault(whole, Double.NaN);
        if (all > 0) out.add(metric, values.getOrDefault(part, Double.NaN) / all);
    }

    public void virtualMemory(String vmstat, Samples out) {
        out.add(OOM, Proc.counters(vmstat).getOrDefault("oom_kill", Double.NaN));
    }

    public void pressure(String resource, String text, Samples out) {
        out.add(PRESSURE, Proc.pressure(text), resource);
    }

    public void disks(String diskstats, Samples out) {
        var now = Proc.disks(diskstats);
        now.forEach((device, disk) -> {
            var before = disks.get(device);
            if (before == null) return;
            latency(
                    device,
                    "read",
                    disk.reads() - before.reads(),
                    disk.readMillis() - before.readMillis(),
                    out);
            latency(
                    device,
                    "write",
                    disk.writes() - before.writes(),
                    disk.writeMillis() - before.writeMillis(),
                    out);
        });
        disks = now;
    }

    private static void latency(
            String device, String op, double requests, double millis, Samples out) {
        if (requests > 0 && millis >= 0) out.add(LATENCY, millis / requests / 1e3, device, op);
    }
}
