package io.rapidfit.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PricingTest {

    private static final Pricing PRICING = Pricing.builtIn();

    @ParameterizedTest
    @CsvSource({
        "gpt-4.1, 2.00, 0.50, 8.00",
        "gpt-4.1-mini, 0.40, 0.10, 1.60",
        "gpt-4.1-nano, 0.10, 0.025, 0.40",
        "gpt-4o-mini, 0.15, 0.075, 0.60",
        "claude-sonnet-4, 3.00, 0.30, 15.00",
        "claude-sonnet-4-5, 3.00, 0.30, 15.00",
        "claude-haiku-4-5, 1.00, 0.10, 5.00",
        "gemini-2.5-pro, 1.25, 0.125, 10.00",
        "gemini-2.5-flash, 0.30, 0.03, 2.50",
    })
    void builtIn_knowsCommonModels(String id, double prompt, double cached, double completion) {
        assertThat(PRICING.price(id)).contains(new ModelPrice(prompt, cached, completion));
    }

    @Test
    void builtIn_hasADate() {
        assertThat(PRICING.asOf()).isEqualTo(LocalDate.of(2026, 4, 30));
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4.1-2025-04-14, gpt-4.1",
        "gpt-4.1-mini-2025-04-14, gpt-4.1-mini",
        "gpt-4.1-nano-2025-04-14, gpt-4.1-nano",
        "gpt-4o-mini-2024-07-18, gpt-4o-mini",
        "claude-sonnet-4-20250514, claude-sonnet-4",
        "claude-sonnet-4-5-20250929, claude-sonnet-4-5",
        "claude-sonnet-4-5@20250929, claude-sonnet-4-5",
        "claude-haiku-4-5-latest, claude-haiku-4-5",
        "models/gemini-2.5-flash, gemini-2.5-flash",
        "models/gemini-2.5-flash-001, gemini-2.5-flash",
        "publishers/google/models/gemini-2.5-pro, gemini-2.5-pro",
        "gemini-2.5-pro-preview, gemini-2.5-pro",
        "gemini-2.5-pro-preview-05-06, gemini-2.5-pro",
        "gemini-2.5-flash-preview-09-2025, gemini-2.5-flash",
        "gemini-2.5-flash-lite-preview-09-2025, gemini-2.5-flash-lite",
        "openai/gpt-4.1-mini-2025-04-14, gpt-4.1-mini",
    })
    void price_ofAVersionIsThatOfItsModel(String id, String model) {
        assertThat(PRICING.price(id)).isPresent().isEqualTo(PRICING.price(model));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt-4.1-turbo",
                "gpt-4.1-micro-2025-04-14",
                "gpt-4.10",
                "gpt-4",
                "xgpt-4.1",
                "ft:gpt-4.1",
                "gpt-4.1-mini-",
                "gpt-4.1-mini-20",
                "gpt-4.1-2025-04-14-audio",
                "custom",
                "",
                "/",
                "gpt-4.1/",
                "GPT-4.1"
            })
    void price_ofAnotherModelIsUnknown(String id) {
        assertThat(PRICING.price(id)).isEmpty();
    }

    /** A table that has only the bigger model must not price the smaller as that, or the other way round. */
    @Test
    void price_ofMiniIsNeverThatOfTheModelItIsNamedAfter() {
        Pricing big = Pricing.empty(LocalDate.EPOCH).with("gpt-4.1", 2, 0.5, 8);
        Pricing small = Pricing.empty(LocalDate.EPOCH).with("gpt-4.1-mini", 0.4, 0.1, 1.6);

        assertThat(big.price("gpt-4.1-mini")).isEmpty();
        assertThat(big.price("gpt-4.1-mini-2025-04-14")).isEmpty();
        assertThat(big.price("models/gpt-4.1-mini-2025-04-14")).isEmpty();
        assertThat(small.price("gpt-4.1")).isEmpty();
        assertThat(small.price("gpt-4.1-2025-04-14")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"gemini-2.5-flash-preview-tts", "gpt-4o-preview-audio", "gemini-3.1-pro-preview-customtools"})
    void price_ofAPreviewOfSomethingElseIsUnknown(String id) {
        assertThat(PRICING.price(id)).isEmpty();
    }

    @Test
    void price_ofAnIdWithAPathIsFound() {
        Pricing pricing =
                Pricing.empty(LocalDate.EPOCH).with("meta/llama", 1, 1, 1).with("llama", 2, 2, 2);

        assertThat(pricing.price("meta/llama")).contains(new ModelPrice(1, 1, 1));
        assertThat(pricing.price("meta/llama-2025-04-14")).contains(new ModelPrice(1, 1, 1));
        assertThat(pricing.price("other/llama")).contains(new ModelPrice(2, 2, 2));
        assertThat(pricing.price("llama")).contains(new ModelPrice(2, 2, 2));
    }

    @Test
    void with_addsAndReplacesWithoutTouchingTheTableItCameFrom() {
        Pricing more = PRICING.with("llama", 1, 0.5, 2).with("gpt-4.1", 9, 8, 7);

        assertThat(more.price("llama")).contains(new ModelPrice(1, 0.5, 2));
        assertThat(more.price("gpt-4.1")).contains(new ModelPrice(9, 8, 7));
        assertThat(more.price("gpt-4.1-mini")).isEqualTo(PRICING.price("gpt-4.1-mini"));
        assertThat(more.asOf()).isEqualTo(PRICING.asOf());
        assertThat(PRICING.price("llama")).isEmpty();
        assertThat(PRICING.price("gpt-4.1")).contains(new ModelPrice(2, 0.5, 8));
    }

    @Test
    void with_prefersAnExactIdToTheModelItIsAVersionOf() {
        Pricing pricing = PRICING.with("gpt-4.1-2025-04-14", 5, 5, 15);

        assertThat(pricing.price("gpt-4.1-2025-04-14")).contains(new ModelPrice(5, 5, 15));
        assertThat(pricing.price("gpt-4.1-2026-01-01")).isEqualTo(PRICING.price("gpt-4.1"));
    }

    @Test
    void empty_knowsNothing() {
        Pricing empty = Pricing.empty(LocalDate.of(2025, 1, 1));

        assertThat(empty.price("gpt-4.1")).isEmpty();
        assertThat(empty.asOf()).isEqualTo(LocalDate.of(2025, 1, 1));
        assertThatThrownBy(() -> Pricing.empty(null)).hasMessage("asOf must not be null");
    }

    @Test
    void with_refusesWhatIsNoPrice() {
        assertThatThrownBy(() -> PRICING.with(" ", 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("modelId must not be blank");
        assertThatThrownBy(() -> PRICING.with("m", -1, 0, 1)).hasMessageStartingWith("prompt must be in [0.0, ");
        assertThatThrownBy(() -> PRICING.with("m", 1, -1, 1)).hasMessageStartingWith("cachedPrompt must be in [0.0, ");
        assertThatThrownBy(() -> PRICING.with("m", 1, Double.NaN, 1)).hasMessageStartingWith("cachedPrompt must be ");
        assertThatThrownBy(() -> PRICING.with("m", 1, 1, 1e6 + 1))
                .hasMessageStartingWith("completion must be in [0.0, ");
    }

    /** The first gpt-4o costs twice what its later versions do. */
    @Test
    void builtIn_knowsTheVersionThatIsDearerThanItsModel() {
        assertThat(PRICING.price("gpt-4o-2024-05-13")).contains(new ModelPrice(5, 5, 15));
        assertThat(PRICING.price("gpt-4o-2024-08-06")).contains(new ModelPrice(2.5, 1.25, 10));
    }

    /** A reservation counts no cached tokens: were they dearer, a hard cap would not be one. */
    @Test
    void with_refusesACacheDearerThanThePrompt() {
        assertThatThrownBy(() -> PRICING.with("m", 3, 15, 0.3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cachedPrompt must be in [0.0, 3.0] but was 15.0");
    }

    @Test
    void cost_countsCachedTokensAtTheirPrice() {
        ModelPrice price = new ModelPrice(2, 0.5, 8);

        // 600 * 2 + 400 * 0.5 + 100 * 8 = 2200 millionths
        assertThat(price.cost(new Usage(1000, 100, 400))).isCloseTo(0.0022, within(1e-15));
        assertThat(price.cost(new Usage(1000, 100, 0))).isCloseTo(0.0028, within(1e-15));
        assertThat(price.cost(Usage.NONE)).isZero();
    }

    /** Some providers count cached tokens beside the prompt's. */
    @Test
    void cost_ofMoreCachedTokensThanThereAreIsNeverNegative() {
        assertThat(new ModelPrice(2, 0.5, 8).cost(new Usage(100, 0, 400))).isCloseTo(0.00005, within(1e-15));
    }
}
