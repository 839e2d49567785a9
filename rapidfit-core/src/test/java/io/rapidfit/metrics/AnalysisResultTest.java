package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.metrics.AnalysisResult.Basis;
import io.rapidfit.testing.DefaultLocale;
import io.rapidfit.text.DisplayWidth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnalysisResultTest {

    private static final String CHINESE = "\u597D\u8BC4";
    private static final String ARABIC = "\u0633\u0644\u0628\u064A";
    private static final String EMOJI = "\uD83D\uDE10 meh";

    private static final AnalysisResult RESULT = AnalysisResult.of(
            Basis.VALIDATION,
            List.of(
                    TaskAnalysis.of(
                            "sentiment",
                            List.of(CHINESE, ARABIC, EMOJI),
                            List.of(
                                    outcome("sentiment", "great", CHINESE, CHINESE, 0.9),
                                    outcome("sentiment", "lovely", CHINESE, CHINESE, 0.8),
                                    outcome(
                                            "sentiment",
                                            "\u4E0D\u9519\n\uD83D\uDC4D\uD83C\uDFFD",
                                            CHINESE,
                                            ARABIC,
                                            0.75),
                                    outcome("sentiment", "bad", ARABIC, ARABIC, 0.9),
                                    outcome("sentiment", "so so", EMOJI, ARABIC, 0.625))),
                    TaskAnalysis.of(
                            "topic",
                            List.of("billing"),
                            List.of(outcome("topic", "my bill", "billing", "billing", 1)))));

    @Test
    void tasks_areInTheGivenOrder_andUnmodifiable() {
        assertThat(RESULT.basis()).isEqualTo(Basis.VALIDATION);
        assertThat(RESULT.tasks().keySet()).containsExactly("sentiment", "topic");
        assertThatThrownBy(() -> RESULT.tasks().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void only_keepsBasisAndTasks() {
        AnalysisResult topic = RESULT.only("topic");

        assertThat(topic.basis()).isEqualTo(Basis.VALIDATION);
        assertThat(topic.tasks()).containsOnlyKeys("topic");
    }

    @Test
    void only_refusesATaskThatWasNotAnalysed() {
        assertThatThrownBy(() -> RESULT.only("urgency"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("task 'urgency' was not analysed; there are [sentiment, topic]");
    }

    @Test
    void basis_ofASplit() {
        assertThat(Basis.of(Split.TRAIN)).isEqualTo(Basis.TRAIN);
        assertThat(Basis.of(Split.VALIDATION)).isEqualTo(Basis.VALIDATION);
        assertThat(Basis.of(Split.TEST)).isEqualTo(Basis.TEST);
    }

    @Test
    void basis_isDescribedForPeople() {
        assertThat(List.of(Basis.values()))
                .extracting(Basis::description)
                .containsExactly(
                        "training samples",
                        "validation samples",
                        "test samples",
                        "training samples, out of fold",
                        "given samples");
    }

    @Test
    void display_showsLabelsConfusionPairsAndErrors() {
        assertThat(displayed(RESULT)).isEqualTo(GOLDEN);
    }

    @Test
    void display_hasAsciiDigitsUnderEveryLocale() throws Exception {
        for (String locale : List.of("ar-EG", "tr-TR", "fa-IR", "de-DE")) {
            DefaultLocale.with(
                    locale, () -> assertThat(displayed(RESULT)).as(locale).isEqualTo(GOLDEN));
        }
    }

    @Test
    void display_keepsColumnsAligned() {
        // the lines of a table whose last column is filled are equally wide
        List<String> lines = displayed(RESULT).lines().toList();
        int first = lines.indexOf("");

        assertThat(lines.subList(first + 1, first + 6).stream()
                        .map(DisplayWidth::of)
                        .distinct())
                .hasSize(1);
    }

    @Test
    void display_ofManyLabels_showsTheWeakest() {
        // label i of 20 is right i times and wrong once, always as label 0
        List<String> labels = IntStream.range(0, 20).mapToObj(i -> "label" + i).toList();
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 1; i < 20; i++) {
            for (int n = 0; n < i; n++) {
                outcomes.add(outcome("t", "text " + i + " " + n, "label" + i, "label" + i, 0.9));
            }
            outcomes.add(outcome("t", "wrong " + i, "label" + i, "label0", 0.5 + i / 100.0));
        }
        String shown = displayed(AnalysisResult.of(Basis.TEST, List.of(TaskAnalysis.of("t", labels, outcomes))));

        assertThat(shown)
                .contains("on 209 test samples") // 1 + 2 + ... + 19 right ones and 19 wrong ones
                .contains("(the 15 weakest of 20 labels)")
                .contains("\n  label1   ", "\n  label15  ")
                .doesNotContain("true \\ predicted") // too wide
                .doesNotContain("\n  label16  ", "\n  label0  ");
        // the five most confident errors, best first
        assertThat(shown.lines().filter(l -> l.startsWith("  wrong ")).map(l -> l.substring(8, 10)))
                .containsExactly("19", "18", "17", "16", "15");
    }

    @Test
    void display_ofAPerfectResult_hasNoErrors() {
        assertThat(displayed(RESULT.only("topic"))).doesNotContain("most confused", "errors");
    }

    @Test
    void display_tellsTheErrorsOfTheMostConfident() {
        // 22 samples of different confidence, the least confident four wrong: 90% need 19.8, so 20, and 2 of them are
        // wrong
        List<Outcome> outcomes = IntStream.range(0, 22)
                .mapToObj(i -> outcome("t", "text " + i, "a", i < 4 ? "b" : "a", 0.5 + i / 50.0))
                .toList();
        String shown =
                displayed(AnalysisResult.of(Basis.TEST, List.of(TaskAnalysis.of("t", List.of("a", "b"), outcomes))));

        assertThat(shown.lines().toList().get(1)).endsWith("; the most confident 91% have 10.0% errors");
    }

    @Test
    void display_tellsWhatWasAnswered() {
        // 2 of 3 answered, 1 of the 2 wrong
        Outcome left = new Outcome(Sample.of("t", "3", "a"), LabelDistribution.of("a", 0.5), true);
        List<Outcome> outcomes = List.of(outcome("t", "1", "a", "a", 0.75), outcome("t", "2", "a", "b", 0.75), left);

        assertThat(displayed(AnalysisResult.of(Basis.TEST, List.of(TaskAnalysis.of("t", List.of("a", "b"), outcomes))))
                        .lines())
                .element(2)
                .isEqualTo("  answered 0.667 of them, 50.0% errors");
        assertThat(displayed(AnalysisResult.of(
                                Basis.TEST, List.of(TaskAnalysis.of("t", List.of("a", "b"), List.of(left)))))
                        .lines())
                .element(2)
                .isEqualTo("  answered 0.000 of them");
    }

    @Test
    void display_cutsLongTexts() {
        TaskAnalysis analysis =
                TaskAnalysis.of("t", List.of("a", "b"), List.of(outcome("t", "word ".repeat(100), "a", "b", 0.5)));

        assertThat(displayed(AnalysisResult.of(Basis.GIVEN, List.of(analysis))).lines())
                .allMatch(line -> DisplayWidth.of(line) < 100)
                .anyMatch(line -> line.contains("word word\u2026"));
    }

    @Test
    void display_passesOnWhatTheOutputThrows() {
        Writer broken = new Writer() {
            @Override
            public void write(char[] text, int from, int length) throws IOException {
                throw new IOException("disk full");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };

        assertThatThrownBy(() -> RESULT.display(broken))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("disk full");
    }

    private static String displayed(AnalysisResult result) {
        StringBuilder out = new StringBuilder();
        result.display(out);
        return out.toString();
    }

    private static Outcome outcome(String task, String text, String label, String predicted, double confidence) {
        return new Outcome(Sample.of(task, text, label), predicted, confidence);
    }

    // sentiment: 3 of 5 right. F1: 2*2/(3+2) = 0.8, 2*1/(1+3) = 0.5 and 0: mean 0.433
    // ECE: bins 0.9 0.9 (both right), 0.8 0.75 (one right), 0.625 (wrong): (0.2 + 0.55 + 0.625) / 5
    // Brier: a right one gives (1-c)^2 * 3/2, as half of the rest lies on each other label; a wrong one
    // c^2 + ((1-c)/2)^2 + ((1+c)/2)^2: (0.015 + 0.06 + 1.34375 + 0.015 + 1.0859375) / 5
    // 90% of 5 samples is all of them, so nothing is said of the most confident
    private static final String GOLDEN = """
            sentiment: accuracy 0.600, macro-F1 0.433, on 5 validation samples
              calibration: ECE 0.275, Brier 0.504

              label   precision  recall     F1  support
              ------  ---------  ------  -----  -------
              好评        1.000   0.667  0.800        3
              سلبي        0.333   1.000  0.500        1
              😐 meh      0.000   0.000  0.000        1

              true \\ predicted  好评  سلبي  😐 meh
              ----------------  ----  ----  ------
              好评                 2     1       0
              سلبي                 0     1       0
              😐 meh               0     1       0

              most confused: true  predicted  times
              -------------------  ---------  -----
              好评                 سلبي           1
              😐 meh               سلبي           1

              most confident errors: text  true    predicted  confidence
              ---------------------------  ------  ---------  ----------
              不错 👍🏽                      好评    سلبي            0.750
              so so                        😐 meh  سلبي            0.625

            topic: accuracy 1.000, macro-F1 1.000, on 1 validation samples
              calibration: ECE 0.000, Brier 0.000

              label    precision  recall     F1  support
              -------  ---------  ------  -----  -------
              billing      1.000   1.000  1.000        1

              true \\ predicted  billing
              ----------------  -------
              billing                 1

            """;
}
