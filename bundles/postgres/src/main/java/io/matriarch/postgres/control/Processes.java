package io.matriarch.postgres.control;

import io.matriarch.postgres.api.ServerView.Postmaster;
import io.matriarch.postgres.core.PostmasterPid;
import io.matriarch.postgres.core.ProcStat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The processes of the server on one data directory, by {@code postmaster.pid} and {@code /proc}.
 */
final class Processes {
    private static final Path PROC = Path.of("/proc");
    private static final long CLOCK_SLACK_SECONDS = 5;
    private static final long TICKS_PER_SECOND = 100; // USER_HZ, fixed on Linux

    private final Path dataDir;

    Processes(Path dataDir) {
        this.dataDir = dataDir;
    }

    Optional<PostmasterPid> pidFile() {
        try {
            return PostmasterPid.parse(Files.readString(dataDir.resolve("postmaster.pid")));
        } catch (IOException _) {
            return Optional.empty(); // none: not running, or gone between two looks
        }
    }

    /** The postmaster of this directory; empty if none is alive, a zombie being none. */
    Optional<Postmaster> postmaster() {
        return pidFile()
                .flatMap(file ->
                        stat(file.pid())
                                .filter(ProcStat::alive)
                                .filter(stat -> isOfDirectory(file, stat))
                                .map(stat -> new Postmaster(file.pid(), stat.startTicks())));
    }

    /** Still the same process, and not a zombie. */
    static boolean alive(Postmaster postmaster) {
        return stat(postmaster.pid())
                .filter(ProcStat::alive)
                .filter(stat -> stat.startTicks() == postmaster.startTicks())
                .isPresent();
    }

    /** A pid is used again after a while, so the process must also work in this directory. */
    private boolean isOfDirectory(PostmasterPid file, ProcStat stat) {
        Optional<Boolean> here = worksHere(file.pid());
        return here.orElseGet(() ->
                Math.abs(startEpochSeconds(stat) - file.startEpochSeconds())
                        <= CLOCK_SLACK_SECONDS);
    }

    private Optional<Boolean> worksHere(long pid) {
        try {
            Path directory = Files.readSymbolicLink(PROC.resolve(pid + "/cwd"));
            return Optional.of(directory.equals(dataDir.toRealPath()));
        } catch (IOException _) {
            return Optional.empty(); // not ours to look at, or gone
        }
    }

    private static long startEpochSeconds(ProcStat stat) {
        try (var lines = Files.lines(PROC.resolve("stat"))) {
            return lines.filter(line -> line.startsWith("btime "))
                    .mapToLong(line -> Long.parseLong(line.substring(6).strip()))
                    .map(boot -> boot + stat.startTicks() / TICKS_PER_SECOND)
                    .findFirst()
                    .orElse(0);
        } catch (IOException _) {
            return 0; // then it counts as another process
        }
    }

    /** Children of the postmaster, and whatever else works in the directory. */
    List<Postmaster> family(long postmaster) {
        var found = new ArrayList<Postmaster>();
        try (var entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path entry : entries) {
                long pid = Long.parseLong(entry.getFileName().toString());
                stat(pid)
                        .filter(ProcStat::alive)
                        .filter(s -> s.parent() == postmaster || isServerProcess(pid))
                        .ifPresent(s -> found.add(new Postmaster(pid, s.startTicks())));
            }
        } catch (IOException _) {
            return found; // /proc went away: nothing more can be known
        }
        return found;
    }

    /** A shell somebody left in the directory is not the server's. */
    private boolean isServerProcess(long pid) {
        if (!worksHere(pid).orElse(false)) return false;
        try {
            return Files.readString(PROC.resolve(pid + "/comm")).strip().startsWith("postgres");
        } catch (IOException _) {
            return false; // gone
        }
    }

    static Optional<ProcStat> stat(long pid) {
        try {
            return ProcStat.parse(Files.readString(PROC.resolve(pid + "/stat")));
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
