package io.matriarch.failover.core;

import static io.matriarch.failover.core.Views.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import io.matriarch.failover.core.Decision.*;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("In a handover")
class HandoverTest {
    private static PeerAnswer on(int timeline, String lsn, Tags tags) {
        return new PeerAnswer(
                true, false, Lsn.parse(lsn), timeline, tags, false, WritePath.Room.UNKNOWN);
    }

    private static PeerAnswer on(int timeline, String lsn) {
        return on(timeline, lsn, Tags.NONE);
    }

    @Nested
    @DisplayName("the key goes early if a candidate")
    class Early {
        private static final int OURS = 3;
        private static final Lsn CHECKPOINT = Lsn.parse("0/2000");

        private boolean early(PeerAnswer answer) {
            return Handover.received(OURS, CHECKPOINT, Map.of(THEM, answer));
        }

        @Test
        @DisplayName("has the shutdown checkpoint on the timeline it was written on")
        void received() {
            assertThat(early(on(OURS, "0/2000"))).isTrue();
            assertThat(early(on(OURS, "0/2001"))).isTrue();
            assertThat(early(on(OURS, "0/1FFF"))).isFalse();
        }

        @Test
        @DisplayName("and not one that has as much of another timeline, or does not tell of which")
        void anotherTimeline() {
            assertThat(early(on(OURS - 1, "0/9000"))).isFalse();
            assertThat(early(on(OURS + 1, "0/9000"))).isFalse();
            assertThat(early(on(0, "0/9000"))).isFalse();
        }

        @Test
        @DisplayName("and not one that may not lead or does not answer")
        void mayNotLead() {
            assertThat(early(on(OURS, "0/2000", tags("nofailover", true)))).isFalse();
            assertThat(early(PeerAnswer.UNREACHABLE)).isFalse();
        }

        @Test
        @DisplayName("and from nobody while our own timeline is unknown")
        void unknown() {
            assertThat(Handover.received(0, CHECKPOINT, Map.of(THEM, on(0, "0/9000")))).isFalse();
        }
    }

    @Nested
    @DisplayName("that must lose nothing, once the leader is gone, a voter waits for the candidate")
    class Candidate {
        private Decision hearing(PeerAnswer candidate) {
            var view =
                    cluster()
                            .with(member(THIRD))
                            .sync(THIRD, 0, US, THEM)
                            .asked(Optional.of(THIRD), Optional.of(THEM), Optional.empty());
            return decide(
                    view,
                    standby().onTimeline(3).hearing(THEM, candidate),
                    policy("synchronous_mode", true));
        }

        @Test
        @DisplayName("that has as much as itself")
        void asMuch() {
            assertThat(hearing(on(3, "0/2000"))).isInstanceOf(Wait.class);
            assertThat(hearing(on(3, "0/1000"))).isInstanceOf(Acquire.class);
        }

        @Test
        @DisplayName("that is on a later timeline, and for none on one that was left")
        void byTimeline() {
            assertThat(hearing(on(4, "0/1000"))).isInstanceOf(Wait.class);
            assertThat(hearing(on(2, "0/9000"))).isInstanceOf(Acquire.class);
        }
    }
}
