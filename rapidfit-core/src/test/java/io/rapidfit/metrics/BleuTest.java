package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.testing.DefaultLocale;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BleuTest {

    private static final Offset<Double> EXACTLY = within(1e-12);

    @Test
    void sentence_isTheGeometricMeanOfFourPrecisions() {
        // 1: the the cat on mat, 5 of 6; 2: "the cat", "on the", "the mat", 3 of 5; 3: "on the mat", 1 of 4;
        // 4: none of 3, counts as a half: 5/6 * 3/5 * 1/4 * 1/6 = 1/48
        assertThat(Bleu.sentence("the cat sat on the mat", List.of("the cat is on the mat")))
                .isCloseTo(Math.pow(1.0 / 48, 0.25), EXACTLY);
    }

    @Test
    void sentence_countsAnNGramAtMostAsOftenAsOneReferenceHasIt() {
        // Papineni's example. 1: 2 of 7; then none of 6, of 5, of 4, which count as 1/2, 1/4, 1/8. As long as the
        // second.
        assertThat(Bleu.sentence(
                        "the the the the the the the", List.of("The cat is on the mat.", "There is a cat on the mat.")))
                .isCloseTo(Math.pow(2.0 / 7 * (0.5 / 6) * (0.25 / 5) * (0.125 / 4), 0.25), EXACTLY);
    }

    @Test
    void sentence_takesMatchesFromAllReferences() {
        // each word and pair is in one of them: 4 of 4, 3 of 3; 3: "a b c" of 2; 4: none of 1
        assertThat(Bleu.sentence("a b c d", List.of("a b c x", "x x c d")))
                .isCloseTo(Math.pow(1.0 * 1 * 0.5 * 0.5, 0.25), EXACTLY);
    }

    @Test
    void sentence_isLessIfShorterThanTheClosestReference() {
        assertThat(Bleu.sentence("a b c d", List.of("a b c d e f g h"))).isCloseTo(Math.exp(1 - 8.0 / 4), EXACTLY);
        assertThat(Bleu.sentence("a b c d", List.of("a b c d e f g h", "a b c d e")))
                .isCloseTo(Math.exp(1 - 5.0 / 4), EXACTLY);
        assertThat(Bleu.sentence("a b c d e f", List.of("a b c d e"))).isLessThan(1); // "f" is not there
    }

    @Test
    void sentence_takesTheShorterOfTwoReferencesThatAreEquallyClose() {
        // 5 words, between 4 and 6: no penalty. All but "a b c d e" as a whole is there: 1, 1, 1, 4-grams 2 of 2
        assertThat(Bleu.sentence("a b c d e", List.of("a b c d e f", "a b c d")))
                .isCloseTo(1, EXACTLY);
        assertThat(Bleu.sentence("a b c d e", List.of("a b c d", "a b c d e f")))
                .isCloseTo(1, EXACTLY);
    }

    @Test
    void sentence_leavesOutOrdersForWhichATextIsTooShort() {
        assertThat(Bleu.sentence("yes", List.of("Yes!"))).isCloseTo(1, EXACTLY);
        // 1 of 2, none of 1 counts as a half
        assertThat(Bleu.sentence("yes no", List.of("yes maybe"))).isCloseTo(Math.sqrt(0.5 * 0.5), EXACTLY);
    }

    @Test
    void sentence_isZeroWhereNoWordIsTheSame() {
        assertThat(Bleu.sentence("a b", List.of("c d"))).isZero();
        assertThat(Bleu.sentence("", List.of("c d"))).isZero();
        assertThat(Bleu.sentence("a b", List.of(" "))).isZero();
        assertThat(Bleu.sentence("?", List.of("?"))).isZero();
    }

    @Test
    void sentence_comparesWordsOfAnyScript() throws Exception {
        // 4 of 5, 3 of 4, 2 of 3, 1 of 2
        assertThat(Bleu.sentence("\u4ECA\u5929\u5929\u6C14\u597D", List.of("\u4ECA\u5929\u5929\u6C14\u574F")))
                .isCloseTo(Math.pow(4.0 / 5 * 3 / 4 * 2 / 3 * 1 / 2, 0.25), EXACTLY);
        DefaultLocale.with(
                "tr-TR",
                () -> assertThat(Bleu.sentence("TITLE", List.of("title"))).isCloseTo(1, EXACTLY));
    }

    @Test
    void corpus_addsUpBeforeItDivides() {
        // 1: 2 of 2 and 1 of 2, 3 of 4; 2: 1 of 1 and 0 of 1, 1 of 2
        assertThat(Bleu.corpus(List.of("a b", "c d"), List.of(List.of("a b"), List.of("c e"))))
                .isCloseTo(Math.sqrt(3.0 / 4 * 1 / 2), EXACTLY);
        // lengths too: 3 words against 1 + 2, no penalty, though the first is the shorter one
        assertThat(Bleu.corpus(List.of("a", "b c"), List.of(List.of("a x"), List.of("b"))))
                .isCloseTo(Math.sqrt(2.0 / 3 * 0.5 / 1), EXACTLY);
    }

    @Test
    void corpus_ofNothingIsZero() {
        assertThat(Bleu.corpus(List.of(), List.of())).isZero();
    }

    @Test
    void corpus_refusesMissingReferences() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bleu.corpus(List.of("a", "b"), List.of(List.of("a"))))
                .withMessage("references must be given for each of 2 candidates but there are 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bleu.sentence("a", List.of()))
                .withMessage("number of references must be at least 1 but was 0");
    }

    @Test
    void self_isTheMeanOverTheTexts() {
        // the first two have each other, the third nothing
        assertThat(Bleu.self(List.of("a b", "a b", "c d"))).isCloseTo(2.0 / 3, EXACTLY);
    }

    @Test
    void self_isOneOfEqualTexts_andZeroOfFewerThanTwo() {
        assertThat(Bleu.self(List.of("a b c d e", "a b c d e"))).isCloseTo(1, EXACTLY);
        assertThat(Bleu.self(List.of("a b c d e"))).isZero();
        assertThat(Bleu.self(List.of())).isZero();
        assertThat(Bleu.self(List.of("", " ", "?"))).isZero();
    }

    @Test
    void self_isWhatComparingEachWithAllOthersGives() {
        Random random = new Random(4);
        for (int round = 0; round < 30; round++) {
            List<String> texts = texts(2 + random.nextInt(12), 12, 8, random);
            double sum = 0;
            for (int i = 0; i < texts.size(); i++) {
                List<String> others = new ArrayList<>(texts);
                sum += Bleu.sentence(others.remove(i), others);
            }
            assertThat(Bleu.self(texts)).isCloseTo(sum / texts.size(), EXACTLY);
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void self_takesTimeInProportionToTheWords() {
        // comparing each with all others would be 25 million comparisons of 20 words with 20
        assertThat(Bleu.self(texts(5_000, 40, 5_000, new Random(1)))).isBetween(0.0, 1.0);
    }

    private static List<String> texts(int count, int maxWords, int vocabulary, Random random) {
        return IntStream.range(0, count)
                .mapToObj(i -> random.ints(random.nextInt(maxWords + 1), 0, vocabulary)
                        .mapToObj(word -> "w" + word)
                        .collect(Collectors.joining(" ")))
                .toList();
    }
}
