package io.matriarch.management.fake;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.Restoring;
import io.matriarch.schedule.api.JobProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Agrees to every target but {@code never}; one restore, of the id {@code r1}, is under way. */
public final class FakeRestoring implements Restoring {
    private static final Instant AT = Instant.parse("2026-11-30T02:00:00Z");
    public final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile State state = State.RUNNING;

    /** What becomes of it. */
    public void becomes(State next) {
        state = next;
    }

    @Override
    public Plan plan(Wanted wanted) throws MatriarchException {
        if (wanted.target().equals("never"))
            throw new MatriarchException(
                    Code.USAGE, "target \"never\" is not understood", "expected latest");
        if (wanted.directory().equals("/own"))
            throw new MatriarchException(Code.RESTORE, "/own is our own", "choose another");
        return new Plan(
                wanted.target(),
                wanted.directory(),
                "local",
                "20261130-010000F",
                List.of("20261130-010000F"),
                3,
                Optional.of("000000030000000000000002"),
                Optional.empty(),
                16 << 20,
                3L << 30,
                1L << 30,
                Duration.ofSeconds(40),
                AT.minusSeconds(3600),
                AT,
                List.of(),
                List.of("a note"));
    }

    @Override
    public String start(Wanted wanted) throws MatriarchException {
        plan(wanted);
        calls.add("start " + wanted);
        return "r1";
    }

    @Override
    public List<Job> jobs() {
        boolean running = state == State.RUNNING;
        return List.of(
                new Job(
                        "r1",
                        "latest",
                        "/restored",
                        state,
                        AT,
                        running ? Optional.empty() : Optional.of(AT.plusSeconds(40)),
                        new JobProgress(
                                running ? "restoring" : "finishing",
                                "local",
                                1L << 30,
                                3L << 30,
                                4,
                                12,
                                80 << 20,
                                AT,
                                running ? Optional.of(AT.plusSeconds(40)) : Optional.empty()),
                        running ? "33 %" : "restored"));
    }

    @Override
    public void cancel(String id) throws MatriarchException {
        if (!id.equals("r1"))
            throw new MatriarchException(
                    Code.REFUSED, "no restore \"" + id + "\" is under way", "there is: r1");
        calls.add("cancel " + id);
    }
}
