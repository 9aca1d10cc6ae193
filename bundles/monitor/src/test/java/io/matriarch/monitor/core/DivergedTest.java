package io.matriarch.monitor.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.postgres.api.DivergedWal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("WAL that only one server had")
class DivergedTest {
    private static DivergedWal kept(String id, OptionalLong commits, String trouble) {
        return new DivergedWal(
                id,
                Instant.parse("2026-11-30T02:42:14Z"),
                new MemberName("n2"),
                3,
                Lsn.parse("0/5000060"),
                Optional.of(Lsn.parse("0/5000160")),
                1,
                16_777_216,
                commits,
                Optional.empty(),
                Optional.empty(),
                "/state/diverged-wal/" + id,
                trouble);
    }

    @Test
    @DisplayName("is told once, the oldest first, with what is lost and where it is")
    void once() {
        var newer = kept("b", OptionalLong.empty(), "pg_waldump is not there");
        var older = kept("a", OptionalLong.of(7), "");
        var events = Diverged.untold("n1", List.of(newer, older), List.of());
        assertThat(events).hasSize(2);
        assertThat(events.getFirst().kind()).isEqualTo("diverged-wal");
        assertThat(events.getFirst().lostBytes()).hasValue(256);
        assertThat(events.getFirst().reason())
                .contains("7 transactions", "0/5000060", "n2", "/state/diverged-wal/a")
                .doesNotContain("NOT all");
        assertThat(events.getLast().reason()).contains("not known", "pg_waldump is not there");

        assertThat(Diverged.untold("n1", List.of(newer, older), events)).isEmpty();
        assertThat(Diverged.untold("n1", List.of(newer, older), events.subList(0, 1))).hasSize(1);
    }
}
