package io.rapidfit.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {

    @Test
    void builder_defaults() {
        Budget budget = Budget.builder().build();

        assertThat(budget.maxCalls()).isEqualTo(Long.MAX_VALUE);
        assertThat(budget.maxTokens()).isEqualTo(Long.MAX_VALUE);
        assertThat(budget.maxCost()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(budget.pricing()).isSameAs(Pricing.builtIn());
        assertThat(budget.capsTokensOrCost()).isFalse();
        assertThat(Budget.UNLIMITED).usingRecursiveComparison().isEqualTo(budget);
    }

    @Test
    void capsTokensOrCost_isFalseForCallsAlone() {
        assertThat(Budget.builder().maxCalls(5).build().capsTokensOrCost()).isFalse();
        assertThat(Budget.builder().maxTokens(5).build().capsTokensOrCost()).isTrue();
        assertThat(Budget.builder().maxCost(5).build().capsTokensOrCost()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void caps_belowOneAreRefused(long cap) {
        assertThatThrownBy(() -> Budget.builder().maxCalls(cap))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxCalls must be at least 1 but was " + cap);
        assertThatThrownBy(() -> Budget.builder().maxTokens(cap))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxTokens must be at least 1 but was " + cap);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void maxCost_mustBePositiveAndFinite(double cap) {
        assertThatThrownBy(() -> Budget.builder().maxCost(cap))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxCost must be positive and finite but was " + cap);
    }

    @Test
    void pricing_mustNotBeNull() {
        assertThatThrownBy(() -> Budget.builder().pricing(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("pricing must not be null");
    }

    @Test
    void requirePrice_saysHowToAddTheMissingOne() {
        Budget budget = Budget.builder()
                .maxCost(1)
                .pricing(Pricing.empty(LocalDate.of(2026, 1, 2)))
                .build();

        assertThatThrownBy(() -> budget.requirePrice("llama"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a budget in money needs the price of model 'llama', which the table of 2026-01-02 does not"
                        + " have: add it with"
                        + " Budget.builder().pricing(Pricing.builtIn().with(\"llama\", prompt, cached, completion))");
    }

    @Test
    void requirePrice_asksOnlyIfMoneyIsCapped() {
        assertThatCode(() -> Budget.builder().maxCalls(1).maxTokens(1).build().requirePrice("llama"))
                .doesNotThrowAnyException();
        assertThatCode(() -> Budget.builder().maxCost(1).build().requirePrice("gpt-4.1-mini"))
                .doesNotThrowAnyException();
    }

    /** Whoever followed the advice of the refusal was once refused again, if the id had a slash. */
    @Test
    void requirePrice_isContentOnceItsAdviceIsFollowed() {
        String id = "meta-llama/Llama-3.3-70B-Instruct";
        Budget budget = Budget.builder()
                .maxCost(1)
                .pricing(Pricing.builtIn().with(id, 0.6, 0.6, 0.6))
                .build();

        assertThatCode(() -> budget.requirePrice(id)).doesNotThrowAnyException();
    }

    @Test
    void toString_namesTheCaps() {
        assertThat(Budget.UNLIMITED).hasToString("Budget[]");
        assertThat(Budget.builder().maxCalls(5).build()).hasToString("Budget[calls 5]");
        assertThat(Budget.builder().maxCalls(5).maxTokens(70).maxCost(2.5).build())
                .hasToString("Budget[calls 5, tokens 70, cost $2.5]");
    }
}
