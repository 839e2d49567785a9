package io.rapidfit.classifier.internal.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NGramVocabularyTest {

    private static final NGramSizes WORDS = new NGramSizes(1, 2, 0);
    private static final NGramSizes ALL = new NGramSizes(2, 2, 4);

    @Test
    void features_weighTfIdfScaledToLengthOne() {
        NGramVocabulary vocabulary = NGramVocabulary.fit(List.of("red apple", "red car red"), WORDS, 1);

        // 2 texts. idf of red, in both: ln(3/3) + 1 = 1; of apple and car, in one: ln(3/2) + 1 = 1.405465
        assertThat(vocabulary.size()).isEqualTo(3);
        assertThat(idf(vocabulary, "red")).isCloseTo(1f, within(1e-6f));
        assertThat(idf(vocabulary, "apple")).isCloseTo(1.405465f, within(1e-6f));
        assertThat(idf(vocabulary, "car")).isCloseTo(1.405465f, within(1e-6f));

        // red comes twice: (1 + ln 2) * 1 = 1.693147; car: 1 * 1.405465; length sqrt(2.866747 + 1.975332) = 2.200473
        FeatureBag bag = vocabulary.features("red car red");
        assertThat(bag.size()).isEqualTo(2);
        assertThat(weight(bag, row(vocabulary, "red"))).isCloseTo(0.769447f, within(1e-5f));
        assertThat(weight(bag, row(vocabulary, "car"))).isCloseTo(0.638711f, within(1e-5f));
    }

    @Test
    void features_scaleWordsAndCharactersApart() {
        NGramVocabulary vocabulary = NGramVocabulary.fit(List.of("ab"), new NGramSizes(1, 2, 3), 1);

        // one word; of <ab> the pairs <a, ab, b> and the triples <ab, ab>; all idf are ln(2/2) + 1 = 1
        FeatureBag bag = vocabulary.features("ab");
        assertThat(vocabulary.size()).isEqualTo(6);
        assertThat(weights(bag).values()).hasSize(6);
        assertThat(bag.weight(0)).isEqualTo(1f); // the word, alone in its group
        for (int i = 1; i < 6; i++) {
            assertThat(bag.weight(i)).isCloseTo((float) (1 / Math.sqrt(5)), within(1e-6f));
        }
    }

    @Test
    void features_ofWordNGramsCountEveryLength() {
        NGramVocabulary vocabulary = NGramVocabulary.fit(List.of("a b c"), new NGramSizes(2, 2, 0), 1);

        // a, b, c, "a b", "b c"
        assertThat(vocabulary.size()).isEqualTo(5);
        assertThat(vocabulary.features("a b").size()).isEqualTo(3);
        assertThat(vocabulary.features("b a").size()).isEqualTo(2); // "b a" is unknown
    }

    @Test
    void fit_leavesOutWhatTooFewTextsHave() {
        List<String> texts = List.of("red red red apple", "red car", "blue car");

        // red and car are in two texts; apple and blue in one, however often
        NGramVocabulary vocabulary = NGramVocabulary.fit(texts, WORDS, 2);
        assertThat(vocabulary.size()).isEqualTo(2);
        assertThat(vocabulary.features("red").size()).isEqualTo(1);
        assertThat(vocabulary.features("car").size()).isEqualTo(1);
        assertThat(vocabulary.features("apple blue").size()).isZero();
        // ln(4/3) + 1
        assertThat(idf(vocabulary, "red")).isCloseTo(1.287682f, within(1e-6f));

        assertThat(NGramVocabulary.fit(texts, WORDS, 4).size()).isZero();
    }

    @Test
    void features_ignoreUnknownNGrams() {
        NGramVocabulary vocabulary = NGramVocabulary.fit(List.of("red apple", "red car"), WORDS, 1);

        assertThat(weights(vocabulary.features("the red zebra"))).isEqualTo(weights(vocabulary.features("red")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n", "\u00a0", "zebra"})
    void features_areEmptyForATextWithoutKnownNGrams(String text) {
        NGramVocabulary vocabulary = NGramVocabulary.fit(List.of("red apple"), WORDS, 1);

        assertThat(vocabulary.features(text).size()).isZero();
    }

    @Test
    void fit_ofNoTextsKnowsNothing() {
        NGramVocabulary vocabulary = NGramVocabulary.fit(List.of(), ALL, 1);

        assertThat(vocabulary.size()).isZero();
        assertThat(vocabulary.features("red").size()).isZero();
    }

    @Test
    void fit_numbersRowsWhateverTheOrderOfTexts() {
        List<String> texts = List.of("red apple", "blue car", "green tea, please");
        NGramVocabulary one = NGramVocabulary.fit(texts, ALL, 1);
        NGramVocabulary other = NGramVocabulary.fit(List.of(texts.get(2), texts.get(0), texts.get(1)), ALL, 1);

        assertThat(other.hashes()).isEqualTo(one.hashes());
        assertThat(other.idf()).isEqualTo(one.idf());
    }

    @ParameterizedTest
    @CsvSource({
        "I don't know, 3", // the apostrophe is inside a word
        "rock\u2019n\u2019roll, 1",
        "snake_case, 1",
        "wow!!!, 2", // wow and !, three times
        "#java @duke, 2",
        "a+b, 3",
        "3.14, 3", // 3 . 14
        "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645, 2", // Arabic
        "\u0645\u064e\u0631\u0652\u062d\u064e\u0628\u064b\u0627, 1", // the same with vowel marks
        "\u0928\u092e\u0938\u094d\u0924\u0947, 1", // Hindi: a virama and a vowel sign
        "\u4f60\u597d\u4e16\u754c, 4", // Chinese: each character
        "\u6211\u7684iPhone14\u5728\u54ea\u91cc\uff1f, 7", // with a word in Latin letters and a question mark
        "3\u67085\u65e5, 4", // the fifth of March: each number and character
        "\u6771\u4eac\u306b\u884c\u304d\u307e\u3059, 7", // Japanese: "going to Tokyo", kanji and hiragana
        "\u30b3\u30fc\u30d2\u30fc, 3", // "coffee" in katakana: ko, hi, and twice the long vowel
        "\u304b\u3099, 1", // composed by normalising: ga
        "\u0e44\u0e1b\u0e17\u0e35\u0e48\u0e19\u0e31\u0e48\u0e19, 5", // Thai: five letters, marks belong to them
        "\ud55c\uad6d\uc5b4 \uc548\ub155, 2", // Korean has spaces
        "\ud83d\ude00\ud83d\ude80, 2", // each emoji
        "\ud83d\udc69\u200d\ud83d\udcbb, 1", // a woman, a joiner and a laptop: one emoji
        "1\ufe0f\u20e3, 1", // a keycap
    })
    void fit_findsWordsInAllScripts(String text, int distinctWords) {
        assertThat(NGramVocabulary.fit(List.of(text), WORDS, 1).size()).isEqualTo(distinctWords);
    }

    @ParameterizedTest
    @CsvSource({
        "caf\u00e9, cafe\u0301", // composed and decomposed
        "RED APPLE, red   apple",
        "\uff52\uff45\uff44, red", // full-width letters
        "stra\u00dfe, STRASSE",
    })
    void features_areTheSameForTheSameNormalisedText(String one, String other) {
        NGramVocabulary vocabulary = NGramVocabulary.fit(List.of(one, "red apple"), ALL, 1);

        assertThat(vocabulary.features(one).size()).isPositive();
        assertThat(weights(vocabulary.features(other))).isEqualTo(weights(vocabulary.features(one)));
    }

    @Test
    void features_shareCharactersBetweenTextsWithoutSpaces() {
        NGramVocabulary vocabulary = NGramVocabulary.fit(List.of("\u4f60\u597d\u4e16\u754c"), ALL, 1);

        // of the last two characters: each as a word, the two words, the pair of characters, then with the end of the
        // run
        // a pair and a triple
        assertThat(vocabulary.features("\u65b0\u4e16\u754c").size()).isEqualTo(6);
    }

    /** As models of format 1 do: the whole run is one word, and nothing else changes. */
    @Test
    void features_ofAnOldModelTakeAChineseSentenceAsOneWord() {
        String text = "\u4f60\u597d\u4e16\u754c";
        NGramVocabulary all = NGramVocabulary.fit(List.of(text, "hello"), ALL, 1);
        NGramVocabulary old = NGramVocabulary.of(ALL, Segmentation.RUNS, all.hashes(), all.idf());

        // 4 + 3 word n-grams are gone, and the sentence as a word was never learnt
        assertThat(old.features(text).size()).isEqualTo(all.features(text).size() - 7);
        assertThat(weights(old.features("hello"))).isEqualTo(weights(all.features("hello")));
    }

    @Test
    void features_tellEmojiOfOnePersonFromThoseOfAnother() {
        NGramVocabulary vocabulary = NGramVocabulary.fit(
                List.of("\ud83d\udc69\u200d\ud83d\udcbb", "\ud83d\udc68\u200d\ud83d\udcbb"), ALL, 1);

        assertThat(weights(vocabulary.features("\ud83d\udc69\u200d\ud83d\udcbb")))
                .isNotEqualTo(weights(vocabulary.features("\ud83d\udc68\u200d\ud83d\udcbb")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\ud800", "a\udc00b", "\u0000", "\ufffe\uffff", "\u0301", "\u200b", "\u202e\u202c", "#", "@@"})
    void features_takeAnyCharacters(String text) {
        NGramVocabulary vocabulary = NGramVocabulary.fit(List.of(text), ALL, 1);

        assertThat(vocabulary.size()).isPositive();
        assertThat(vocabulary.features(text).size()).isEqualTo(vocabulary.size());
    }

    @Test
    void features_doNotDependOnTheDefaultLocale() {
        String text = "TITLE \u0130stanbul I\u011eDIR \u0645\u0631\u062d\u0628\u0627 ISTANBUL 123";
        NGramVocabulary english = inLocale(Locale.US, () -> NGramVocabulary.fit(List.of(text), ALL, 1));
        NGramVocabulary turkish =
                inLocale(Locale.forLanguageTag("tr-TR"), () -> NGramVocabulary.fit(List.of(text), ALL, 1));

        assertThat(turkish.hashes()).isEqualTo(english.hashes());
        assertThat(inLocale(Locale.forLanguageTag("tr-TR"), () -> weights(english.features("title"))))
                .isEqualTo(weights(english.features("TITLE")));
    }

    @Test
    void features_ofAMegabyteTakeBoundedTime() {
        String words = "the quick brown fox ".repeat(50_000);
        String word = "x".repeat(1_000_000);
        NGramVocabulary vocabulary = NGramVocabulary.fit(List.of("the quick brown fox", "xxxxxxx"), ALL, 1);

        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            assertThat(vocabulary.features(words).size()).isPositive();
            assertThat(vocabulary.features(word).size()).isPositive();
            assertThat(NGramVocabulary.fit(List.of(words, word), ALL, 1).size()).isPositive();
        });
    }

    @Test
    void features_ofManyCombiningMarksTakeBoundedTime() {
        // canonical ordering sorts marks: 200,000 of two kinds in turn
        String marks = "a" + "\u0301\u0323".repeat(100_000);
        NGramVocabulary vocabulary = NGramVocabulary.fit(List.of("a"), ALL, 1);

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(vocabulary.features(marks)).isNotNull());
    }

    @Test
    void of_restoresAFittedVocabulary() {
        NGramVocabulary fitted = NGramVocabulary.fit(List.of("red apple", "blue car"), ALL, 1);
        NGramVocabulary restored =
                NGramVocabulary.of(fitted.sizes(), fitted.segmentation(), fitted.hashes(), fitted.idf());

        assertThat(weights(restored.features("a red car"))).isEqualTo(weights(fitted.features("a red car")));
        assertThat(restored.sizes()).isEqualTo(ALL);
    }

    @Test
    void of_keepsItsOwnArrays() {
        long[] hashes = {1, 2};
        float[] idf = {1, 2};
        NGramVocabulary vocabulary = NGramVocabulary.of(WORDS, Segmentation.SCRIPTS, hashes, idf);
        hashes[0] = 9;
        idf[0] = 9;
        vocabulary.hashes()[1] = 9;
        vocabulary.idf()[1] = 9;

        assertThat(vocabulary.hashes()).containsExactly(1, 2);
        assertThat(vocabulary.idf()).containsExactly(1f, 2f);
    }

    @Test
    void of_refusesPartsThatDoNotFit() {
        assertThatThrownBy(() -> NGramVocabulary.of(WORDS, Segmentation.SCRIPTS, new long[2], new float[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("2 hashes but 1 idf values");
        assertThatThrownBy(() -> NGramVocabulary.of(WORDS, Segmentation.SCRIPTS, new long[] {7, 3}, new float[2]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the hashes do not ascend");
        assertThatThrownBy(() -> NGramVocabulary.of(WORDS, Segmentation.SCRIPTS, new long[] {3, 7, 7}, new float[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a hash comes twice");
    }

    private static <T> T inLocale(Locale locale, java.util.function.Supplier<T> action) {
        Locale before = Locale.getDefault();
        Locale.setDefault(locale);
        try {
            return action.get();
        } finally {
            Locale.setDefault(before);
        }
    }

    /** Of a word-only vocabulary. */
    private static int row(NGramVocabulary vocabulary, String word) {
        FeatureBag bag = vocabulary.features(word);
        assertThat(bag.size()).isEqualTo(1);
        return bag.row(0);
    }

    private static float idf(NGramVocabulary vocabulary, String word) {
        return vocabulary.idf()[row(vocabulary, word)];
    }

    private static float weight(FeatureBag bag, int row) {
        return weights(bag).get(row);
    }

    /** By row: the order within a bag says nothing. */
    private static Map<Integer, Float> weights(FeatureBag bag) {
        Map<Integer, Float> weights = new TreeMap<>();
        for (int i = 0; i < bag.size(); i++) {
            assertThat(weights.put(bag.row(i), bag.weight(i))).isNull();
        }
        return weights;
    }
}
