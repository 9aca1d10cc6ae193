package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Of a history of appends")
class SetModelTest {
    @Test
    @DisplayName("what was acknowledged must be read")
    void lost() {
        assertThat(SetModel.judge(4, Set.of(1L, 2L, 3L), List.of(1L, 3L)))
                .isEqualTo(new SetModel(1, 0));
    }

    @Test
    @DisplayName("what has no answer may be read or not")
    void unanswered() {
        assertThat(SetModel.judge(3, Set.of(1L), List.of(1L, 2L))).isEqualTo(new SetModel(0, 0));
    }

    @Test
    @DisplayName("nothing may be read that was never tried, or twice")
    void invented() {
        assertThat(SetModel.judge(3, Set.of(1L), List.of(1L, 1L, 4L, 0L)))
                .isEqualTo(new SetModel(0, 3));
    }
}
