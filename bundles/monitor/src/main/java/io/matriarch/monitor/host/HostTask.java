package io.matriarch.monitor.host;

import io.matriarch.monitor.collect.Task;
import io.matriarch.monitor.core.HostFigures;
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
import java.util.Optional;

/** Volumes, processors, memory, disks of this host. */
public final class HostTask implements Task {
    private final Identity identity;
    private final Map<String, Path> volumes;
    private final Path proc;
    private final Duration interval;
    private final HostFigures figures = new HostFigures();

    /**
     * @param volumes by what lies on them
     * @param proc {@code /proc}
     */
    public HostTask(Identity identity, Map<String, Path> volumes, Path proc, Duration interval) {
        this.identity = identity;
        this.volumes = Map.copyOf(volumes);
        this.proc = proc;
        this.interval = interval;
    }

    @Override
    public String id() {
        return "host";
    }

    @Override
    public Duration interval() {
        return interval;
    }

    @Override
    public Outcome ask(Instant now) {
        var out = new Samples(identity);
        var troubles = new ArrayList<String>();
        volumes.forEach((role, path) -> volume(role, path, now, out, troubles));
        read("stat", troubles).ifPresent(text -> figures.cpu(text, out));
        read("loadavg", troubles)
                .ifPresent(text ->
                        figures.load(text, Runtime.getRuntime().availableProcessors(), out));
        read("meminfo", troubles).ifPresent(text -> figures.memory(text, out));
        read("vmstat", troubles).ifPresent(text -> figures.virtualMemory(text, out));
        read("diskstats", troubles).ifPresent(text -> figures.disks(text, out));
        for (String resource : List.of("cpu", "io", "memory")) {
            // Not in every kernel, and not an error where it is not.
            if (Files.isReadable(proc.resolve("pressure").resolve(resource)))
                read("pressure/" + resource, troubles)
                        .ifPresent(text -> figures.pressure(resource, text, out));
        }
        return troubles.isEmpty()
                ? new Outcome.Answered(out.families())
                : new Outcome.Partly(out.families(), troubles.toString());
    }

    /** A directory that is not there yet is no trouble: a member is cloned first. */
    private void volume(String role, Path path, Instant now, Samples out, List<String> troubles) {
        if (!Files.exists(path)) return;
        try {
            var store = Files.getFileStore(path);
            figures.volume(role, store.getUsableSpace(), store.getTotalSpace(), now, out);
        } catch (IOException e) {
            troubles.add(path + ": " + e.getMessage());
        }
    }

    private Optional<String> read(String file, List<String> troubles) {
        try {
            return Optional.of(Files.readString(proc.resolve(file)));
        } catch (IOException e) {
            troubles.add(proc.resolve(file) + ": " + e.getMessage());
            return Optional.empty();
        }
    }
}
