package io.rapidfit.finetune;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedLabelsTest {

    private static final List<String> LABELS = List.of("stereotype", "neutral");

    private static PromptStrategy prompt(String system) {
        return PromptStrategy.of("optimized", system, "{text}");
    }

    @Test
    void require_goesByTheParameterAlone() {
        PromptStrategy strategy = prompt("Answer 'stereotype' or 'neutral'.").withLabels(List.of("neutral", "biased"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> AllowedLabels.require(strategy, "classification", LABELS))
                .withMessageContaining("label 'stereotype'")
                .withMessageContaining("strategy 'optimized'")
                .withMessageContaining("[biased, neutral]");
        assertThatCode(() -> AllowedLabels.require(strategy, "classification", List.of("biased")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Answer {\"classification\": \"stereotype|biased\"}",
                "Answer {\"classification\" : \"stereotype\" | \"biased\", \"reasoning\": \"...\"}",
                "Answer 'stereotype', or otherwise 'biased'. Don't guess.",
                "Answer `stereotype` or `biased`.",
                "Answer \u201Cstereotype\u201D or \u201Cbiased\u201D."
            })
    void require_findsALabelThatThePromptLeavesOut(String system) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AllowedLabels.require(prompt(system), "classification", LABELS))
                .withMessageContaining("label 'neutral' is none that strategy 'optimized' allows");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Say whether it is one.",
                "Answer {\"classification\": \"stereotype|neutral\", \"reasoning\": \"a|b\"}",
                "Answer {\"classification\": \"stereotype\" | \"neutral\"}",
                "Answer 'stereotype' or 'neutral'.",
                "Labels: stereotype, neutral. Example: {\"classification\": \"stereotype\"}",
                "A stereotype isn't what it's called: don't guess." // no quotes
            })
    void require_acceptsPromptsThatNameAllLabelsOrNone(String system) {
        assertThatCode(() -> AllowedLabels.require(prompt(system), "classification", LABELS))
                .doesNotThrowAnyException();
    }

    @Test
    void require_wantsLabelsLetterByLetter() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        AllowedLabels.require(prompt("Answer 'Stereotype' or 'neutral'."), "classification", LABELS))
                .withMessageContaining("label 'stereotype'");
    }

    @Test
    void require_doesNotTakeAPartOfAWordForALabel() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> AllowedLabels.require(prompt("'stereotype' or 'neutrality'"), "classification", LABELS))
                .withMessageContaining("label 'neutral'");
    }
}
