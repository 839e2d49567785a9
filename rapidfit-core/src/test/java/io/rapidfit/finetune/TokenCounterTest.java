package io.rapidfit.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenCounterTest {

    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "a, 1", // a quarter, rounded up
        "12345678, 2",
        "caf\u00e9 noir, 3", // 9 quarters
        "\u043f\u0440\u0438\u0432\u0435\u0442, 3", // 6 halves
        "\u0645\u0631\u062d\u0628\u0627, 3", // 5 halves
        "\u4f60\u597d, 2",
        "\u0928\u092e\u0938\u094d\u0924\u0947, 6", // six code points, marks too
        "\ud83d\ude00, 2",
        "\ud83d\ude00 a, 3" // 8 + 1 + 1 quarters
    })
    void estimate_weighsCharactersByScript(String text, int tokens) {
        assertThat(TokenCounter.estimate().count(text)).isEqualTo(tokens);
    }

    @Test
    void tokens_countWhatAChatTemplateAdds() {
        List<Turn> turns = List.of(Turn.user("abcd"), Turn.assistant("abcdefgh"));

        // texts 1 + 2, four for each of two messages, three for the line
        assertThat(ChatLine.tokens(turns, TokenCounter.estimate())).isEqualTo(1 + 2 + 2 * 4 + 3);
        assertThat(ChatLine.tokens(turns, text -> Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }
}
