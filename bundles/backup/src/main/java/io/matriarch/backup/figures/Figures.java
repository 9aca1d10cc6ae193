package io.matriarch.backup.figures;

import io.matriarch.api.Code;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import io.matriarch.monitor.api.Sample;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Everything this bundle tells of itself; counted since it was started or configured anew. */
public final class Figures {
    private static final Metric FAILURES =
            Native.counter(
                    "backup_failures_total",
                    "Backups by this member to the repository that failed, by the name of the error."
                            + " What a person stopped is not counted.",
                    "repo",
                    "reason");

    /** Told as 0 before there is one: only so can be seen that a counter has grown. */
    private static final Set<Code> REASONS =
            EnumSet.of(
                    Code.STORAGE_UNREACHABLE,
                    Code.STORAGE_DENIED,
                    Code.STORAGE_FULL,
                    Code.REPOSITORY,
                    Code.ARCHIVE,
                    Code.BACKUP,
                    Code.REFUSED);

    private static final String OTHER = "other";

    private final String cluster;
    private final String member;
    private final List<String> repositories;
    private final Requests requests = new Requests(System::nanoTime);
    private final RunningBackups running;
    private final Map<Failure, LongAdder> failures = new ConcurrentHashMap<>();

    private record Failure(String repository, String reason) {}

    /**
     * @param repositories names of those configured
     */
    public Figures(String cluster, String member, List<String> repositories) {
        this.cluster = cluster;
        this.member = member;
        this.repositories = List.copyOf(repositories);
        running = new RunningBackups(repositories);
    }

    /** For a reference of them. */
    public static List<Metric> metrics() {
        return List.of(
                FAILURES,
                Requests.COUNT,
                Requests.SECONDS,
                Requests.CLOCK,
                RunningBackups.RUNNING,
                RunningBackups.RATIO,
                RunningBackups.RATE,
                RunningBackups.ETA);
    }

    public Requests requests() {
        return requests;
    }

    public RunningBackups running() {
        return running;
    }

    /** A backup failed. */
    public void failed(String repository, Code code) {
        var failure = new Failure(repository, REASONS.contains(code) ? word(code) : OTHER);
        failures.computeIfAbsent(failure, _ -> new LongAdder()).increment();
    }

    private static String word(Code code) {
        return code.name().toLowerCase(Locale.ROOT);
    }

    public List<Family> families() {
        var all = new ArrayList<Family>();
        all.add(new Family(FAILURES, failures()));
        all.addAll(requests.families(cluster, member));
        all.addAll(running.families(cluster, member));
        return all;
    }

    private List<Sample> failures() {
        var samples = new ArrayList<Sample>();
        for (String repository : repositories)
            Stream.concat(REASONS.stream().map(Figures::word), Stream.of(OTHER))
                    .forEach(reason -> {
                        var count = failures.get(new Failure(repository, reason));
                        samples.add(
                                new Sample.Value(
                                        List.of(cluster, member, repository, reason),
                                        count == null ? 0 : count.sum()));
                    });
        return samples;
    }
}
