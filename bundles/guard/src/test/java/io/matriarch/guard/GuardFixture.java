package io.matriarch.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A guard, one client of it, and the postmasters of a test; all of them end with the test. */
abstract class GuardFixture {
    static final Duration SOON = Duration.ofMillis(50);
    static final Duration FAR = Duration.ofHours(1);

    @TempDir Path directory;
    Guard guard;
    Conversation client;
    final List<StandIn> standIns = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        guard = new Guard(directory);
        assertThat(started()).isEqualTo(new Guard.Started(0, ""));
        client = guard.connect();
    }

    Guard.Started started() throws Exception {
        return guard.start();
    }

    @AfterEach
    void end() throws Exception {
        guard.close();
        for (var standIn : standIns) standIn.close();
    }

    StandIn postmaster(String... traits) throws Exception {
        var standIn = new StandIn(directory, traits);
        standIns.add(standIn);
        return standIn;
    }

    /**
     * For whatever server works in {@link #directory}. What comes soon is told to a guard that is
     * armed already: on a busy machine it is past when it is heard, and a deadline all the same.
     */
    String arm(Duration ahead) throws Exception {
        if (ahead.equals(SOON)) arm(FAR);
        return arm(System.nanoTime() + ahead.toNanos());
    }

    String arm(long deadlineNanos) throws Exception {
        return client.ask("ARM " + deadlineNanos + " " + directory);
    }

    /** A postmaster the guard has been told of. */
    StandIn watched(String... traits) throws Exception {
        var postmaster = postmaster(traits);
        assertThat(client.ask("WATCH " + postmaster.name())).isEqualTo("OK");
        return postmaster;
    }

    void expectFenced(StandIn postmaster) throws Exception {
        assertThat(client.event()).isEqualTo("GONE " + postmaster.pid());
        assertThat(client.event()).isEqualTo("FENCED " + postmaster.pid());
        assertThat(postmaster.everybody()).noneMatch(Processes::isAlive);
        var hello = client.hello();
        assertThat(hello.state()).isEqualTo("CLOSED");
        assertThat(hello.deadline()).isZero();
        assertThat(hello.pid()).isZero();
    }
}
