package io.rapidfit.llm.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.data.Item;
import io.rapidfit.data.Split;
import io.rapidfit.llm.Usage;
import io.rapidfit.metrics.PairedComparison;
import io.rapidfit.metrics.PairedScores;
import io.rapidfit.metrics.Resampling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ModelComparisonResultTest {

    private static ContestantAnswer answer(@Nullable String error) {
        return new ContestantAnswer(
                "secret",
                error,
                Map.of(ModelMetric.EXACT_MATCH, 1.0),
                List.of(),
                new Usage(10, 5, 0),
                OptionalDouble.of(0.001),
                Duration.ofMillis(20));
    }

    private static ComparedExample example(int number, @Nullable Split split, @Nullable String error) {
        Item item = Item.of(Map.of("prompt", "secret")).withId("e" + number).withSplit(split);
        return new ComparedExample(item, "secret", answer(null), answer(error));
    }

    /** Exact match rises from 0 to 1, BLEU falls from 0.5 to 0.25, ROUGE-L stays. */
    private static ModelComparisonResult result(List<ComparedExample> examples, @Nullable String endedEarly) {
        int size = Math.max(20, examples.size());
        List<PairedComparison> compared = PairedComparison.of(
                List.of(
                        scores("exact match", 0, 1, size),
                        scores("BLEU", 0.5, 0.25, size),
                        scores("ROUGE-L", 1, 1, size)),
                Resampling.DEFAULT);
        return new ModelComparisonResult(
                ContestantSummary.of(
                        "few-shot",
                        examples.stream().map(ComparedExample::before).toList()),
                ContestantSummary.of(
                        "tuned", examples.stream().map(ComparedExample::after).toList()),
                Map.of(
                        ModelMetric.ROUGE_L, compared.get(2),
                        ModelMetric.EXACT_MATCH, compared.get(0),
                        ModelMetric.BLEU, compared.get(1)),
                examples,
                endedEarly);
    }

    private static PairedScores scores(String metric, double before, double after, int size) {
        return new PairedScores(metric, Collections.nCopies(size, before), Collections.nCopies(size, after));
    }

    private static List<ComparedExample> examples(int size, @Nullable Split split) {
        return IntStream.range(0, size).mapToObj(i -> example(i, split, null)).toList();
    }

    private static String displayed(ModelComparisonResult result) {
        StringBuilder out = new StringBuilder();
        result.display(out);
        return out.toString();
    }

    @Test
    void summary_saysByWhatItIsBetter() {
        assertThat(result(examples(20, Split.TEST), null).summary())
                .isEqualTo(
                        "tuned is better than few-shot by exact match. tuned is worse than few-shot by BLEU. No evidence"
                                + " either way by ROUGE-L.");
    }

    @Test
    void display_printsMetricsCostsAndVerdict() {
        List<ComparedExample> examples = new ArrayList<>(examples(19, Split.TEST));
        examples.add(example(19, Split.TEST, "The server is down."));

        assertThat(displayed(result(examples, null))).isEqualTo("""
                        On 20 holdout examples, differences with their 95% intervals

                          metric       few-shot  tuned  difference               fixed  broken  p (Holm)  verdict
                          -----------  --------  -----  -----------------------  -----  ------  --------  -----------
                          exact match     0.000  1.000  +1.000 [+1.000, +1.000]     20       0   < 0.001  better
                          BLEU            0.500  0.250  -0.250 [-0.250, -0.250]                  < 0.001  worse
                          ROUGE-L         1.000  1.000  +0.000 [+0.000, +0.000]      0       0     1.000  no evidence

                          contestant  answers  errors  prompt tokens  completion tokens     cost  median latency      p95
                          ----------  -------  ------  -------------  -----------------  -------  --------------  -------
                          few-shot         20       0            200                100  $0.0200         20.0 ms  20.0 ms
                          tuned            19       1            190                 95  $0.0190         20.0 ms  20.0 ms

                        tuned is better than few-shot by exact match. tuned is worse than few-shot by BLEU. No evidence either way by ROUGE-L.
                        tuned has no answer to e19: The server is down.
                        """);
    }

    @Test
    void display_warnsOfExamplesWithoutASplit() {
        String warning = "Examples without a split prove something only if neither has learnt from them.";

        assertThat(displayed(result(examples(2, null), null))).contains(warning);
        assertThat(displayed(result(examples(2, Split.TEST), null))).doesNotContain(warning);
    }

    @Test
    void display_listsTenErrors() {
        List<ComparedExample> failed = IntStream.range(0, 12)
                .mapToObj(i -> example(i, Split.TEST, "down"))
                .toList();

        assertThat(displayed(result(failed, null)))
                .contains("tuned has no answer to e9: down\nand 2 errors more\n")
                .doesNotContain("e10");
        assertThat(displayed(result(failed.subList(0, 10), null)))
                .contains("e9: down")
                .doesNotContain("errors more");
    }

    @Test
    void cost_thatIsNotKnown_isSaidToBe() {
        ContestantAnswer unknown = new ContestantAnswer(
                "a", null, Map.of(), List.of(), Usage.NONE, OptionalDouble.empty(), Duration.ofMillis(1));

        assertThat(ContestantSummary.of("a", List.of(unknown, answer(null))).cost())
                .isEmpty();
        assertThat(displayed(result(
                        List.of(new ComparedExample(Item.of(Map.of("prompt", "p")), "e", unknown, answer(null))),
                        null)))
                .contains("unknown");
    }

    @Test
    void contestantSummary_ofNoAnswer_tookNothing() {
        assertThat(ContestantSummary.of("a", List.of(answer("down"))))
                .isEqualTo(new ContestantSummary(
                        "a", 0, 1, Usage.NONE, OptionalDouble.of(0), Duration.ZERO, Duration.ZERO));
    }

    @Test
    void toString_hasNoText() {
        assertThat(result(examples(2, Split.TEST), "cancelled"))
                .hasToString(
                        "ModelComparisonResult[2 examples, 0 errors, No verdict, since the run ended early: cancelled]");
    }

    @Test
    void result_hasAMetric() {
        ContestantSummary summary = ContestantSummary.of("a", List.of());
        assertThatThrownBy(() -> new ModelComparisonResult(summary, summary, Map.of(), List.of(), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("number of metrics must be at least 1 but was 0");
    }
}
