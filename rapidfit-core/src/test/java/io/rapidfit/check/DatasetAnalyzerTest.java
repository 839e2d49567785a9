package io.rapidfit.check;

import static io.rapidfit.check.DatasetIssue.Severity.ERROR;
import static io.rapidfit.check.DatasetIssue.Severity.INFO;
import static io.rapidfit.check.DatasetIssue.Severity.WARNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.check.DatasetIssue.Type;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DatasetAnalyzerTest {

    private static final List<String> WORDS = List.of(
            "apple", "bridge", "candle", "dragon", "engine", "forest", "garden", "hammer", "island", "jacket", "kettle",
            "ladder");

    /** Twelve texts of about the same length, no two alike. */
    private static Dataset.Builder clean() {
        Dataset.Builder data = Dataset.builder();
        for (int i = 0; i < 12; i++) {
            String a = WORDS.get(i);
            String b = WORDS.get((i + 5) % 12);
            data.add("topic", a + " and some " + b, i % 2 == 0 ? "even" : "odd");
        }
        return data;
    }

    private static DatasetReport analyze(Dataset.Builder data) {
        return DatasetAnalyzer.builder().build().analyze(data.build());
    }

    private static List<String> texts(DatasetReport report, Type type) {
        return report.issue("topic", type).orElseThrow().samples().stream()
                .map(Sample::text)
                .toList();
    }

    @Test
    void analyze_findsNothingInCleanData() {
        DatasetReport report = analyze(clean());

        assertThat(report.issues()).isEmpty();
        assertThat(report.tasks().get("topic").score()).isCloseTo(100, within(1e-9));
    }

    @Test
    void analyze_ofAnEmptyDatasetIsEmpty() {
        assertThat(analyze(Dataset.builder()).tasks()).isEmpty();
    }

    @Test
    void analyze_countsLabelsAndLengths() {
        DatasetReport report = analyze(Dataset.builder()
                .add("topic", "ab", "a")
                .add("topic", "abcd", "b")
                .add("topic", "\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00", "b"));

        TaskReport topic = report.tasks().get("topic");
        assertThat(topic.labelCounts()).containsExactly(Map.entry("b", 2), Map.entry("a", 1));
        assertThat(topic.share("b")).isCloseTo(2.0 / 3, within(1e-12));
        // 2, 4 and 6 code points: mean 4, variance (4 + 0 + 4) / 3
        assertThat(topic.lengths()).isEqualTo(new LengthStatistics(2, 4, 4, 6, Math.sqrt(8.0 / 3)));
    }

    @Test
    void analyze_reportsBlankTextsAsErrors() {
        DatasetReport report = analyze(clean().add("topic", " \u00a0 ", "even"));

        assertThat(report.issue("topic", Type.EMPTY).orElseThrow().severity()).isEqualTo(ERROR);
        assertThat(texts(report, Type.EMPTY)).containsExactly(" \u00a0 ");
    }

    @Test
    void analyze_reportsEqualTextsWithOneLabelAsDuplicates() {
        DatasetReport report = analyze(clean().add("topic", "APPLE and  some forest", "even"));

        assertThat(report.issue("topic", Type.DUPLICATE).orElseThrow().severity())
                .isEqualTo(WARNING);
        assertThat(texts(report, Type.DUPLICATE)).containsExactly("APPLE and  some forest");
        assertThat(report.issue("topic", Type.CONFLICT)).isEmpty();
        assertThat(report.issue("topic", Type.NEAR_DUPLICATE)).isEmpty();
    }

    @Test
    void analyze_reportsEqualTextsWithSeveralLabelsAsConflicts() {
        DatasetReport report = analyze(clean().add("topic", "apple and some FOREST", "odd"));

        assertThat(report.issue("topic", Type.CONFLICT).orElseThrow().severity())
                .isEqualTo(ERROR);
        assertThat(texts(report, Type.CONFLICT)).containsExactly("apple and some forest", "apple and some FOREST");
        assertThat(report.issue("topic", Type.DUPLICATE)).isEmpty();
    }

    @Test
    void analyze_reportsTextsThatAreNearlyAnother() {
        String text = "please send the invoice of last month to my new address";
        DatasetReport report = analyze(clean().add("topic", text, "even").add("topic", text + "!", "odd"));

        assertThat(texts(report, Type.NEAR_DUPLICATE)).containsExactly(text + "!");
    }

    @Test
    void analyze_reportsTrainingTextsThatAreNearATestTextOfAnyTask() {
        String text = "please send the invoice of last month to my new address";
        Dataset data = Dataset.of(List.of(
                Sample.of("topic", text, "a").withSplit(Split.TRAIN),
                Sample.of("topic", "where is it", "b").withSplit(Split.VALIDATION),
                Sample.of("topic", "where is it", "b").withSplit(Split.TRAIN),
                Sample.of("urgency", text + "?", "low").withSplit(Split.TEST),
                Sample.of("urgency", "where is it", "low").withSplit(Split.TRAIN)));

        DatasetReport report = DatasetAnalyzer.builder().build().analyze(data);

        assertThat(report.issues().stream().filter(i -> i.type() == Type.LEAK))
                .extracting(
                        DatasetIssue::task,
                        DatasetIssue::severity,
                        i -> i.samples().size())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("topic", ERROR, 1),
                        org.assertj.core.groups.Tuple.tuple("topic", WARNING, 1),
                        org.assertj.core.groups.Tuple.tuple("urgency", WARNING, 1));
    }

    @Test
    void analyze_reportsOutliersOfLength() {
        // 100 texts of 50 characters, one of 5 and one of 150: the mean is 50.5, the deviation about 10.9
        Dataset.Builder data = Dataset.builder();
        for (int i = 0; i < 100; i++) {
            data.add("topic", String.format("%04d", i * 37) + "x".repeat(36) + String.format("%010d", i * 7919L), "a");
        }
        data.add("topic", "short", "a").add("topic", "long ".repeat(30), "a");
        DatasetReport report = analyze(data);

        assertThat(texts(report, Type.SHORT)).containsExactly("short");
        assertThat(report.issue("topic", Type.SHORT).orElseThrow().severity()).isEqualTo(WARNING);
        assertThat(texts(report, Type.LONG)).containsExactly("long ".repeat(30));
        assertThat(report.issue("topic", Type.LONG).orElseThrow().severity()).isEqualTo(INFO);
    }

    @Test
    void analyze_reportsLabelsWithLessThanATenthOfTheLargest() {
        Dataset.Builder data = Dataset.builder();
        for (int i = 0; i < 20; i++) {
            data.add("topic", "text number " + i * 7919, "large");
        }
        data.add("topic", "something else", "tenth").add("topic", "and more of it", "tenth");
        data.add("topic", "a single one", "rare");
        DatasetIssue imbalance = analyze(data).issue("topic", Type.IMBALANCE).orElseThrow();

        assertThat(imbalance.message()).isEqualTo("1 labels have less than 0.1 of the samples of large (20): rare 1");
        assertThat(imbalance.severity()).isEqualTo(WARNING);
    }

    @Test
    void analyze_reportsALabelThatIsTiedToAScript() {
        Dataset.Builder data = Dataset.builder();
        for (int i = 0; i < 10; i++) {
            data.add("topic", "latin letters " + WORDS.get(i), "en")
                    .add("topic", "\u0643\u0644\u0645\u0629 ".repeat(i + 1), "ar");
        }
        DatasetReport report = analyze(data);

        assertThat(report.tasks().get("topic").scripts())
                .containsEntry("en", Map.of("LATIN", 10))
                .containsEntry("ar", Map.of("ARABIC", 10));
        assertThat(report.issues().stream().filter(i -> i.type() == Type.SCRIPT))
                .hasSize(2);
    }

    @Test
    void analyze_doesNotCallAScriptThatAllLabelsShareTied() {
        assertThat(analyze(clean()).issue("topic", Type.SCRIPT)).isEmpty();
    }

    @Test
    void analyze_reportsWhatAnAddedCheckFailsOrCannotJudge() {
        Check check = examples -> examples.stream()
                .map(e -> ((Sample) e).text().startsWith("apple")
                        ? Finding.fail("fruit", e.id(), 0, "a fruit")
                        : ((Sample) e).text().startsWith("bridge")
                                ? Finding.error("fruit", e.id(), "no idea")
                                : Finding.pass("fruit", e.id()))
                .toList();
        DatasetReport report = DatasetAnalyzer.builder().check(check).build().analyze(clean().build());

        assertThat(report.issues())
                .extracting(DatasetIssue::message)
                .containsExactly("1 texts: fruit, such as a fruit", "1 texts: fruit could not judge, such as no idea");
    }

    @Test
    void score_isWhatTheFormulaSays() {
        // 13 texts, 7 even and 6 odd: one of 13 is an error, none a warning besides;
        // evenness = (-7/13 ln 7/13 - 6/13 ln 6/13) / ln 2
        double evenness = -(7 / 13.0 * Math.log(7 / 13.0) + 6 / 13.0 * Math.log(6 / 13.0)) / Math.log(2);
        DatasetReport report = analyze(clean().add("topic", "", "even"));

        assertThat(report.tasks().get("topic").score()).isCloseTo(100 * (12 / 13.0) * (1 + evenness) / 2, within(1e-9));
    }

    @Test
    void issue_refusesAnUnknownTask() {
        assertThatThrownBy(() -> analyze(clean()).issue("mood", Type.EMPTY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no task 'mood' in this report; it has [topic]");
    }

    @Test
    void display_printsTheIssuesWithSomeOfTheirTexts() {
        StringBuilder out = new StringBuilder();
        analyze(clean().add("topic", "Apple and some forest", "even")).display(out);

        assertThat(out.toString()).isEqualTo("""
                  task   score  samples  labels  median length  errors  warnings
                  -----  -----  -------  ------  -------------  ------  --------
                  topic     96       13       2             22       0         1

                topic
                  warning: 1 texts repeat an earlier one with the same label
                      even: Apple and some forest
                """);
    }

    @Test
    void builder_refusesWhatIsOutOfRange() {
        assertThatThrownBy(() -> DatasetAnalyzer.builder().minLabelRatio(1.1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DatasetAnalyzer.builder().maxLengthDeviation(0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void analyze_takesAwkwardTexts() {
        Random random = new Random(7);
        String template = letters(random, 80, 'a', 26);
        Dataset.Builder data = Dataset.builder();
        IntStream.range(0, 50_000).forEach(i -> data.add("equal", template, "label " + i % 2));
        IntStream.range(0, 5_000)
                .forEach(i -> data.add("any", letters(random, 70, 0, Character.MAX_CODE_POINT + 1), "label " + i % 2));
        IntStream.range(0, 10_000).forEach(i -> data.add("cluster", changed(template, random), "label " + i % 2));
        data.add("long", letters(random, 500_000, 0x4E00, 20_000), "a");
        data.add("long", "short", "b");

        Dataset dataset = data.build().split(Splitter.builder().build());
        DatasetReport report = DatasetAnalyzer.builder()
                .check(PersonalData.builder().build())
                .build()
                .analyze(dataset);

        assertThat(report.tasks()).hasSize(4);
        assertThat(report.issue("equal", Type.CONFLICT).orElseThrow().samples()).hasSize(50_000);
        assertThat(report.issue("equal", Type.DUPLICATE).orElseThrow().samples())
                .hasSize(49_998); // two labels
        assertThat(report.issue("cluster", Type.NEAR_DUPLICATE).orElseThrow().samples())
                .hasSizeGreaterThan(9_500);
        assertThat(report.tasks().values())
                .allSatisfy(task -> assertThat(task.score()).isBetween(0.0, 100.0));
        StringBuilder shown = new StringBuilder();
        report.display(shown);
        assertThat(shown).hasSizeLessThan(20_000); // a few texts of each issue, cut
    }

    private static String letters(Random random, int length, int first, int different) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(first + random.nextInt(different));
        }
        return text.toString();
    }

    private static String changed(String text, Random random) {
        int at = random.nextInt(text.length());
        return text.substring(0, at) + (char) (0x4E00 + random.nextInt(20_000)) + text.substring(at + 1);
    }
}
