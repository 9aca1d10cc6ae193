package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.itests.FaultSchedule.Fault;
import io.matriarch.itests.FaultSchedule.Kind;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The schedule of faults")
class FaultScheduleTest {
    @Test
    @DisplayName("is the same for the same seed, and another for another")
    void repeatable() {
        assertThat(FaultSchedule.draw(7, 20, 3)).isEqualTo(FaultSchedule.draw(7, 20, 3));
        assertThat(FaultSchedule.draw(7, 20, 3).troubles())
                .isNotEqualTo(FaultSchedule.draw(8, 20, 3).troubles());
    }

    @Test
    @DisplayName("has faults of every kind, at members that there are, and never two at one")
    void everyKind() {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        for (var trouble : FaultSchedule.draw(1, 300, 5).troubles()) {
            trouble.faults().forEach(fault -> kinds.add(fault.kind()));
            assertThat(trouble.faults()).extracting(Fault::place).doesNotHaveDuplicates();
            assertThat(trouble.faults()).allMatch(f -> f.place() >= 0 && f.place() < 5);
            assertThat(trouble.lasts()).isPositive();
        }
        assertThat(kinds).containsExactlyInAnyOrder(Kind.values());
    }
}
