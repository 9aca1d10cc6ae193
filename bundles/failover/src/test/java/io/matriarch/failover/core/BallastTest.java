package io.matriarch.failover.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.failover.core.Ballast.Step;
import io.matriarch.failover.core.WritePath.Room;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The ballast of 64, where 32 are to stay free,")
class BallastTest {
    private static final Ballast BALLAST = new Ballast(64, 32);

    @ParameterizedTest(name = "{0} in its place, {1} free: {2}, room {3}")
    @CsvSource({
        "true, 32, LEAVE, FREE",
        "true, 31, FREE, NONE",
        "true, 0, FREE, NONE",
        "false, 64, LEAVE, NONE",
        "false, 127, LEAVE, NONE",
        "false, 128, MAKE, FREE",
        "false, 10000, MAKE, FREE"
    })
    @DisplayName("is freed when less is free, and laid in once it leaves twice as much")
    void step(boolean there, long free, Step step, Room room) {
        assertThat(BALLAST.step(there, free)).isEqualTo(step);
        assertThat(BALLAST.room(Room.FREE, there, free)).isEqualTo(room);
    }

    @Test
    @DisplayName("once freed and laid in again is not freed by that: it does not go to and fro")
    void settles() {
        for (long free = 0; free < 500; free++) {
            boolean there = free % 2 == 0;
            long left = free;
            for (int i = 0; i < 2; i++) {
                switch (BALLAST.step(there, left)) {
                    case LEAVE -> {}
                    case FREE -> {
                        there = false;
                        left += 64;
                    }
                    case MAKE -> {
                        there = true;
                        left -= 64;
                    }
                }
            }
            assertThat(BALLAST.step(there, left)).as("from %d", free).isEqualTo(Step.LEAVE);
        }
    }

    @ParameterizedTest(name = "was {0}, {1} free: {2}")
    @CsvSource({"FREE, 40, FREE", "NONE, 40, NONE", "UNKNOWN, 40, FREE", "NONE, 64, FREE"})
    @DisplayName("where there is none: room is back once twice the least is free")
    void without(Room before, long free, Room room) {
        var none = new Ballast(0, 32);
        assertThat(none.step(false, free)).isEqualTo(Step.LEAVE);
        assertThat(none.step(true, free)).as("one left of an earlier setting").isEqualTo(Step.FREE);
        assertThat(none.room(before, false, free)).isEqualTo(room);
    }
}
