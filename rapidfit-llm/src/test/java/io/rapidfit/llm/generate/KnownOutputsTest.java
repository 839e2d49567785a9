package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.check.NearDuplicates;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownOutputsTest {

    private static final String TEXT = "grab an umbrella before you head out into the rain today";

    /** Each text but the first fills an index. */
    private static KnownOutputs outputs(String... texts) {
        KnownOutputs outputs = new KnownOutputs(NearDuplicates.builder().build(), TEXT.length());
        List.of(texts).forEach(outputs::add);
        return outputs;
    }

    @Test
    void similarity_isOneForEqualTextsWhateverTheirCase() {
        assertThat(outputs(TEXT).similarity("  GRAB an umbrella  before you head out into the rain today"))
                .contains(1.0);
    }

    @Test
    void similarity_findsNearDuplicatesAmongTheLastTexts() {
        assertThat(outputs(TEXT).similarity(TEXT + "!").orElseThrow()).isBetween(0.8, 0.99);
        assertThat(outputs(TEXT, Seeds.words(1) + Seeds.words(2)).similarity(TEXT + "!"))
                .isPresent(); // in the older index
        assertThat(outputs(TEXT).similarity(Seeds.words(3))).isEmpty();
    }

    @Test
    void similarity_forgetsAllButEqualTextsAtLast() {
        KnownOutputs outputs = outputs(TEXT, Seeds.words(1) + Seeds.words(2), Seeds.words(3) + Seeds.words(4));

        assertThat(outputs.similarity(TEXT + "!")).isEmpty();
        assertThat(outputs.similarity(TEXT)).contains(1.0);
    }
}
