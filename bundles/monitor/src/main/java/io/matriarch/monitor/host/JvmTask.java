package io.matriarch.monitor.host;

import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Sample;
import io.matriarch.monitor.collect.Task;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.core.Proc;
import io.matriarch.monitor.core.Samples;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Our own process, under the names of Prometheus' Java client. */
public final class JvmTask implements Task {
    private static final Metric USED =
            Metric.gauge("jvm_memory_used_bytes", "Memory in use.", "area");
    private static final Metric COMMITTED =
            Metric.gauge("jvm_memory_committed_bytes", "Memory set aside.", "area");
    private static final Metric MAX =
            Metric.gauge("jvm_memory_max_bytes", "Memory there may be.", "area");
    private static final Metric BUFFERS =
            Metric.gauge("jvm_buffer_pool_used_bytes", "Memory of buffers.", "pool");
    private static final Metric GC =
            Metric.summary("jvm_gc_collection_seconds", "Garbage collections.", "gc");
    private static final Metric THREADS =
            Metric.gauge("jvm_threads_current", "Threads of the platform.");
    private static final Metric CLASSES =
            Metric.gauge("jvm_classes_currently_loaded", "Classes loaded.");
    private static final Metric CPU =
            Metric.counter("process_cpu_seconds_total", "Time on processors.");
    private static final Metric START =
            Metric.gauge("process_start_time_seconds", "When it started, in seconds since 1970.");
    private static final Metric RESIDENT =
            Metric.gauge("process_resident_memory_bytes", "Memory the kernel counts as ours.");

    private final Identity identity;
    private final Path proc;
    private final Duration interval;

    private static final Metric VIRTUAL =
            Metric.gauge("process_virtual_memory_bytes", "Address space in use.");
    private static final Metric FILES = Metric.gauge("process_open_fds", "Open files.");

    public JvmTask(Identity identity, Path proc, Duration interval) {
        this.identity = identity;
        this.proc = proc;
        this.interval = interval;
    }

    public static List<Metric> metrics() {
        return List.of(
                USED, COMMITTED, MAX, BUFFERS, GC, THREADS, CLASSES, CPU, START, RESIDENT, VIRTUAL,
                FILES);
    }

    @Override
    public String id() {
        return "jvm";
    }

    @Override
    public Duration interval() {
        return interval;
    }

    @Override
    public Outcome ask(Instant now) {
        var out = new Samples(identity);
        var memory = ManagementFactory.getMemoryMXBean();
        memory("heap", memory.getHeapMemoryUsage(), out);
        memory("nonheap", memory.getNonHeapMemoryUsage(), out);
        for (var pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class))
            out.add(BUFFERS, pool.getMemoryUsed(), pool.getName());
        out.add(THREADS, ManagementFactory.getThreadMXBean().getThreadCount())
                .add(CLASSES, ManagementFactory.getClassLoadingMXBean().getLoadedClassCount())
                .add(START, ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
        ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .ifPresent(cpu -> out.add(CPU, cpu.toMillis() / 1e3));
        String trouble = resident(out);
        var families = new ArrayList<>(out.families());
        families.add(collections());
        return trouble.isEmpty()
                ? new Outcome.Answered(families)
                : new Outcome.Partly(families, trouble);
    }

    private static void memory(String area, MemoryUsage usage, Samples out) {
        out.add(USED, usage.getUsed(), area).add(COMMITTED, usage.getCommitted(), area);
        if (usage.getMax() >= 0) out.add(MAX, usage.getMax(), area);
    }

    private static Family collections() {
        return new Family(
                GC,
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .<Sample>map(gc ->
                                new Sample.Distribution(
                                        List.of(gc.getName()),
                                        List.of(),
                                        List.of(gc.getCollectionCount()),
                                        gc.getCollectionTime() / 1e3))
                        .toList());
    }

    private String resident(Samples out) {
        try {
            var status = Proc.kilobytes(Files.readString(proc.resolve("self/status")));
            out.add(RESIDENT, status.getOrDefault("VmRSS", Double.NaN))
                    .add(VIRTUAL, status.getOrDefault("VmSize", Double.NaN));
            try (var open = Files.list(proc.resolve("self/fd"))) {
                out.add(FILES, open.count());
            }
            return "";
        } catch (IOException e) {
            return proc.resolve("self") + ": " + e.getMessage();
        }
    }
}
