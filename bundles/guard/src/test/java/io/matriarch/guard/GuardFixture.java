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
        assertThat(guard.start()).isEqualTo(new Guard.Started(0, ""));
        client = guard.connect();
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

    String arm(StandIn postmaster, Duration ahead) throws Exception {
        return client.ask("ARM " + postmaster.name() + " " + (System.nanoTime() + ahead.toNanos()));
    }

    void expectFenced(StandIn postmaster) throws Exception {
        assertThat(client.event()).isEqualTo("GONE " + postmaster.pid());
        assertThat(client.event()).isEqualTo("FENCED " + postmaster.pid());
        assertThat(postmaster.everybody()).noneMatch(Processes::isAlive);
        var hello = client.hello();
        assertThat(hello.armed()).isFalse();
        assertThat(hello.pid()).isZero();
    }
}
