package io.matriarch.management.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.management.core.Identity;
import io.matriarch.management.fake.FakeBundles;
import io.matriarch.management.fake.FakeNeighbours;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("/api/v1 removes WAL that only this member had,")
class DivergedWalTest {
    private static final String PATH = "/diverged-wal/20261130T024214Z-000000030000000000000005";

    private final FakeNeighbours neighbours = new FakeNeighbours();
    private final ApiServlet servlet =
            new ApiServlet(
                    new Handlers(
                            neighbours,
                            new FakeBundles(),
                            () -> new Identity("main", "n1", "0.1.0"),
                            InstantSource.fixed(Instant.parse("2026-11-23T05:00:00Z"))));

    private Exchange delete(String path, String body) {
        return new Exchange("DELETE", path).body(body).through(servlet);
    }

    @Test
    void onlyInEarnest() {
        var dry = delete(PATH, "{\"dryRun\":true}");
        assertThat(dry.status()).isEqualTo(200);
        assertThat(dry.text()).contains("would remove /state/diverged-wal");
        assertThat(neighbours.postgres.diverged).hasSize(1);
        var done = delete(PATH, "");
        assertThat(done.status()).isEqualTo(200);
        assertThat(done.text()).contains("removed");
        assertThat(neighbours.postgres.diverged).isEmpty();
    }

    @Test
    void notWhatIsNotThere() {
        var refused = delete("/diverged-wal/other", "");
        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.text()).contains("other");
        assertThat(neighbours.postgres.diverged).hasSize(1);
    }
}
