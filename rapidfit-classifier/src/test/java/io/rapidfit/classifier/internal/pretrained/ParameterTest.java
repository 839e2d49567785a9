package io.rapidfit.classifier.internal.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ParameterTest {

    @Test
    void new_takesAsManyValuesAsTheShapeSays() {
        assertThat(new Parameter(List.of(2L, 3L), new float[6]).shape()).containsExactly(2L, 3L);
        assertThat(new Parameter(List.of(), new float[] {7}).values()).containsExactly(7);
        assertThatThrownBy(() -> new Parameter(List.of(2L, 3L), new float[5]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("5 values do not have shape [2, 3]");
    }
}
