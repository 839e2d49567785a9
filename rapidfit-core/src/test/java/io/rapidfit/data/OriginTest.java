package io.rapidfit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OriginTest {

    @Test
    void human_isNotSynthetic() {
        assertThat(Origin.HUMAN.isSynthetic()).isFalse();
    }

    @Test
    void synthetic_namesItsGenerator() {
        Origin origin = Origin.synthetic("LLMAugmenter");

        assertThat(origin.isSynthetic()).isTrue();
        assertThat(origin).isEqualTo(new Origin("LLMAugmenter", null, null, null, List.of()));
    }

    @Test
    void synthetic_refusesABlankGenerator() {
        assertThatThrownBy(() -> Origin.synthetic(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("generator must not be blank");
    }

    @Test
    void with_addsOneThingEach() {
        Origin origin = Origin.synthetic("g")
                .withModel("m")
                .withPromptHash("h")
                .withRunId("r")
                .withParents(List.of("p1", "p2"));

        assertThat(origin).isEqualTo(new Origin("g", "m", "h", "r", List.of("p1", "p2")));
    }

    @Test
    void with_refusesAHumanWithAModelOrParents() {
        assertThatThrownBy(() -> Origin.HUMAN.withModel("m"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs a generator");
        assertThatThrownBy(() -> Origin.HUMAN.withParents(List.of("p")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs a generator");
    }

    @Test
    void parents_areCopied() {
        List<String> parents = new ArrayList<>(List.of("p1"));
        Origin origin = Origin.synthetic("g").withParents(parents);
        parents.add("p2");

        assertThat(origin.parents()).containsExactly("p1");
    }

    @Test
    void origin_replacesUnpairedSurrogates() {
        Origin origin = Origin.synthetic("g\uD800").withModel("\uDC00m").withParents(List.of("p\uD83D"));

        assertThat(origin).isEqualTo(new Origin("g\uFFFD", "\uFFFDm", null, null, List.of("p\uFFFD")));
    }
}
