package io.rapidfit.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.check.DiversityReport.LengthBucket;
import io.rapidfit.check.DiversityReport.Phrase;
import io.rapidfit.check.DiversityReport.Verdict;
import io.rapidfit.testing.DefaultLocale;
import io.rapidfit.testing.RandomText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiversityTest {

    private static final Diversity DEFAULT = Diversity.builder().build();
    private static final Offset<Double> EXACTLY = within(1e-12);

    private static DiversityReport measure(String... texts) {
        return DEFAULT.measure(List.of(texts));
    }

    private static List<String> random(int count, int words, long seed) {
        Random random = new Random(seed);
        return IntStream.range(0, count)
                .mapToObj(i -> random.ints(words, 0, 5_000)
                        .mapToObj(word -> "w" + word)
                        .collect(Collectors.joining(" ")))
                .toList();
    }

    @Test
    void measure_isWorkedByHand() {
        DiversityReport report = measure("a b c d", "A, b, c, d... e!", "x y", " ");

        assertThat(report.texts()).isEqualTo(4);
        assertThat(report.sampled()).isEqualTo(3); // the last has no words
        assertThat(report.uniqueShare()).isEqualTo(3.0 / 4);
        // 4 + 5 + 2 words, of which a b c d e x y are different
        assertThat(report.distinct1()).isCloseTo(7.0 / 11, EXACTLY);
        // 3 + 4 + 1 pairs: ab bc cd de xy
        assertThat(report.distinct2()).isCloseTo(5.0 / 8, EXACTLY);
        // 2 + 3 threes: abc bcd cde
        assertThat(report.distinct3()).isCloseTo(3.0 / 5, EXACTLY);
        // abcd, abcd and bcde
        assertThat(report.repeatedFourGrams()).isCloseTo(2.0 / 3, EXACTLY);
        // the first has all its n-grams in the second, and a word less; the second 4 of 5, 3 of 4, 2 of 3, 1 of 2; the
        // third none
        assertThat(report.selfBleu())
                .isCloseTo((Math.exp(1 - 5.0 / 4) + Math.pow(4.0 / 5 * 3 / 4 * 2 / 3 * 1 / 2, 0.25)) / 3, EXACTLY);
        assertThat(report.openings()).containsExactly(new Phrase("a b c", 2));
        assertThat(report.closings()).isEmpty(); // b c d, c d e
        assertThat(report.lengths())
                .startsWith(new LengthBucket(0, 0, 1), new LengthBucket(1, 4, 2), new LengthBucket(5, 8, 1))
                .endsWith(new LengthBucket(257, Integer.MAX_VALUE, 0))
                .hasSize(9);
        assertThat(report.score()).isCloseTo(100 * 0.75 * (1 - (report.selfBleu() + 2.0 / 3) / 2), EXACTLY);
    }

    @Test
    void measure_ofNothing_andOfBlankTexts_isZero() {
        for (DiversityReport report : List.of(DEFAULT.measure(List.of()), measure("", " ", "\u00a0"))) {
            assertThat(report.score()).isZero();
            assertThat(report.sampled()).isZero();
            assertThat(report.distinct1()).isZero();
            assertThat(report.openings()).isEmpty();
            assertThat(report.verdict()).isEqualTo(Verdict.COPIED);
        }
    }

    @Test
    void measure_ofTextsWithoutWords_knowsThatTheyDiffer() {
        // no words, so nothing else is repeated
        assertThat(measure("\uD83D\uDE00", "\uD83D\uDE01", "\uD83D\uDE01").score())
                .isCloseTo(100 * 2.0 / 3, EXACTLY);
    }

    @Test
    void measure_ofOneTextIsDiverse() {
        assertThat(measure("one text alone").score()).isEqualTo(100);
        assertThat(measure("one").verdict()).isEqualTo(Verdict.DIVERSE);
    }

    @Test
    void measure_ofEqualTextsIsNextToNothing() {
        // one of ten is unique, and all the rest is 1
        assertThat(DEFAULT.measure(Collections.nCopies(10, "the same for all of us"))
                        .score())
                .isCloseTo(0, EXACTLY);
        // too short for 4-grams: 100 * 1/4 * (1 - 1/2)
        assertThat(measure("OK", "ok", "ok ", "Ok").score()).isCloseTo(12.5, EXACTLY);
    }

    @Test
    void measure_ofTextsWithNothingInCommonIsWhole() {
        assertThat(measure("a b c d", "e f g h", "i j k l").score()).isEqualTo(100);
    }

    @Test
    void measure_namesFiveOpeningsAndClosings_theMostCommonFirst() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            for (int times = 0; times < 7 - i / 2; times++) {
                texts.add("this is " + "gfedcba".charAt(i) + " whatever " + texts.size() + " so it be");
            }
        }
        texts.add("a b");
        texts.add("a b"); // of fewer than three words
        DiversityReport report = DEFAULT.measure(texts);

        assertThat(report.openings())
                .containsExactly(
                        new Phrase("this is f", 7),
                        new Phrase("this is g", 7),
                        new Phrase("this is d", 6),
                        new Phrase("this is e", 6),
                        new Phrase("this is b", 5));
        assertThat(report.closings()).containsExactly(new Phrase("so it be", 7 + 7 + 6 + 6 + 5 + 5 + 4));
    }

    @ParameterizedTest
    @CsvSource({
        "1,1", "4,1", "5,2", "8,2", "9,3", "16,3", "17,4", "32,4", "33,5", "64,5", "65,6", "128,6", "129,7", "256,7",
        "257,8", "900,8"
    })
    void measure_countsTextsByLength(int words, int bucket) {
        assertThat(measure("w ".repeat(words)).lengths().get(bucket).count()).isEqualTo(1);
        LengthBucket found = measure("w ".repeat(words)).lengths().get(bucket);
        assertThat(words).isBetween(found.min(), found.max());
    }

    @Test
    void sampleSize_isFiveHundredByDefault() {
        assertThat(DEFAULT.measure(random(499, 3, 1)).sampled()).isEqualTo(499);
        assertThat(DEFAULT.measure(random(501, 3, 1)).sampled()).isEqualTo(500);
        assertThat(Diversity.builder()
                        .sampleSize(7)
                        .build()
                        .measure(random(501, 3, 1))
                        .sampled())
                .isEqualTo(7);
    }

    @Test
    void seed_decidesWhatIsSampled_andIs42ByDefault() {
        List<String> texts = random(2_000, 10, 2);

        assertThat(DEFAULT.measure(texts))
                .isEqualTo(Diversity.builder().seed(42).build().measure(texts));
        assertThat(DEFAULT.measure(texts).distinct1())
                .isNotEqualTo(
                        Diversity.builder().seed(43).build().measure(texts).distinct1());
    }

    @Test
    void measure_samplesTheFirstThousandWords() {
        // a thousand times "a", the other words are not reached
        DiversityReport report = measure("a ".repeat(1_000) + "b c d");

        assertThat(report.distinct1()).isEqualTo(1.0 / 1_000);
        assertThat(report.distinct2()).isEqualTo(1.0 / 999);
    }

    @Test
    void score_fallsAsMoreTextsFollowATemplate() {
        List<String> texts = new ArrayList<>(random(400, 12, 3));
        double before = DEFAULT.measure(texts).score();
        for (int share : new int[] {100, 200, 300, 400}) {
            for (int i = share - 100; i < share; i++) {
                texts.set(i, "here's the information you requested for w" + i + " from our service");
            }
            double score = DEFAULT.measure(texts).score();
            assertThat(score).isLessThan(before - 5);
            before = score;
        }
        assertThat(DEFAULT.measure(texts).verdict()).isEqualTo(Verdict.COPIED);
    }

    @ParameterizedTest
    @CsvSource({"1,DIVERSE", "0.7,DIVERSE", "0.69,REPETITIVE", "0.5,REPETITIVE", "0.49,COPIED", "0,COPIED"})
    void verdict_hasItsBands(double uniqueShare, Verdict verdict) {
        DiversityReport report = report(10, uniqueShare, 0, 0);

        assertThat(report.score()).isCloseTo(100 * uniqueShare, EXACTLY);
        assertThat(report.verdict()).isEqualTo(verdict);
    }

    @Test
    void new_refusesWhatIsNoShare() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> report(10, 1.1, 0, 0))
                .withMessage("uniqueShare must be in [0.0, 1.0] but was 1.1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> report(10, 1, Double.NaN, 0))
                .withMessage("selfBleu must be in [0.0, 1.0] but was NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> report(10, 1, 0, -0.1))
                .withMessage("repeatedFourGrams must be in [0.0, 1.0] but was -0.1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DiversityReport(
                        3, 4, 1, 1, 1, 1, 0, 0, List.of(), List.of(), List.of(), 0, List.of(), Map.of(), List.of()))
                .withMessage("sampled must be in [0, 3] but was 4");
    }

    @Test
    void builder_refusesASampleThatNothingCanBeComparedIn() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Diversity.builder().sampleSize(1))
                .withMessage("sampleSize must be at least 2 but was 1");
        assertThatThrownBy(() -> DEFAULT.measure(null)).hasMessage("texts must not be null");
        assertThatThrownBy(() -> DEFAULT.measure(Collections.singletonList(null)))
                .hasMessage("text must not be null");
    }

    @Test
    void display_showsMeasuresAndPhrases() throws Exception {
        DiversityReport report = measure("a b c d", "a b c e", "x y", "");
        DefaultLocale.with("ar-EG", () -> {
            StringBuilder out = new StringBuilder();
            report.display(out);
            // BLEU of each of the first two: 3 of 4, 2 of 3, 1 of 2, none of 1 counts as a half: (1/8)^(1/4) = 0.595
            // score: 75 * (1 - 0.396 / 2) = 60.1
            assertThat(out.toString()).isEqualTo("""
                    diversity 60.1 of 100, repetitive

                      measure                value
                      ---------------------  -----
                      texts                      4
                      sampled                    3
                      unique                 75.0%
                      self-BLEU              0.396
                      repeated 4-grams        0.0%
                      distinct-1             0.700
                      distinct-2             0.714
                      distinct-3             0.750
                      most common opening    50.0%
                      most common closing     0.0%
                      texts of 0 words       25.0%
                      texts of 1 to 4 words  75.0%

                      opening  texts  share
                      -------  -----  -----
                      a b c        2  50.0%
                    """);
        });
    }

    @Test
    void compare_showsBothSideBySide() {
        DiversityComparison comparison = DiversityReport.compare(report(10, 0.5, 0.2, 0.4), report(10, 1, 0.1, 0.1));

        // 50 * 0.7, 100 * 0.9
        assertThat(comparison.gain()).isCloseTo(90 - 35, EXACTLY);
        StringBuilder out = new StringBuilder();
        comparison.display(out);
        assertThat(out.toString()).isEqualTo("""
                before: diversity 35.0 of 100, copied
                after:  diversity 90.0 of 100, diverse

                  measure                before   after
                  ---------------------  ------  ------
                  texts                      10      10
                  sampled                    10      10
                  unique                  50.0%  100.0%
                  self-BLEU               0.200   0.100
                  repeated 4-grams        40.0%   10.0%
                  distinct-1              1.000   1.000
                  distinct-2              1.000   1.000
                  distinct-3              1.000   1.000
                  most common opening      0.0%    0.0%
                  most common closing      0.0%    0.0%
                  texts of 1 to 4 words  100.0%  100.0%
                """);
    }

    @Test
    void compare_saysIfTheSamplesDifferInSize() {
        StringBuilder out = new StringBuilder();
        DiversityReport.compare(report(10, 1, 0, 0), report(9, 1, 0, 0)).display(out);

        assertThat(out.toString())
                .endsWith(
                        "\n\nThe samples differ in size, so self-BLEU, distinct-n and repeated 4-grams do not compare.\n");
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void measure_takesAnyUnicode() {
        RandomText random = new RandomText(4);
        for (int round = 0; round < 50; round++) {
            List<String> texts = IntStream.range(0, random.random().nextInt(100))
                    .mapToObj(i -> random.next(1 + random.random().nextInt(20)))
                    .toList();
            assertThat(DEFAULT.measure(texts).score()).isBetween(0.0, 100.0);
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void measure_takesManyTexts_andLongOnes() {
        assertThat(DEFAULT.measure(Collections.nCopies(100_000, "the same text for all of us"))
                        .score())
                .isLessThan(1);
        List<String> texts = new ArrayList<>(random(2, 1_500_000, 5)); // 10 MB
        texts.addAll(random(600, 300, 6));
        assertThat(DEFAULT.measure(texts).score()).isBetween(0.0, 100.0);
    }

    private static DiversityReport report(int sampled, double uniqueShare, double selfBleu, double repeatedFourGrams) {
        return new DiversityReport(
                10,
                sampled,
                uniqueShare,
                1,
                1,
                1,
                selfBleu,
                repeatedFourGrams,
                List.of(),
                List.of(),
                List.of(new LengthBucket(1, 4, 10)),
                0,
                List.of(),
                Map.of(),
                List.of());
    }
}
