package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.data.Sample;
import io.rapidfit.metrics.AnalysisResult.Basis;
import io.rapidfit.metrics.Comparison.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ComparisonTest {

    private static final String ADVICE =
            ". Analyse both on the same samples: analyze(Split.TEST) after trainings on data"
                    + " whose splits were kept, or analyze(dataset) with one and the same dataset";

    @Test
    void between_measuresBoth() {
        // 24 samples, a and b in turn: 14 + 2 right before, 14 + 6 after; with even counts macro-F1 is accuracy
        TaskComparison task =
                Judged.compared(Judged.counts("t", 14, 6, 2, 2)).tasks().get("t");

        assertThat(task.task()).isEqualTo("t");
        assertThat(task.samples()).isEqualTo(24);
        assertThat(task.mcNemar()).isEqualTo(new McNemar(2, 6));
        for (MetricComparison metric : List.of(task.accuracy(), task.macroF1())) {
            assertThat(metric.before().value()).isCloseTo(16.0 / 24, within(1e-12));
            assertThat(metric.after().value()).isCloseTo(20.0 / 24, within(1e-12));
            assertThat(metric.difference().value()).isCloseTo(4.0 / 24, within(1e-12));
        }
    }

    @Test
    void between_hasItsDefaults() {
        Judged judged = Judged.counts("t", 10, 4, 2, 2);
        Comparison comparison = Judged.compared(judged);

        assertThat(comparison.resamples()).isEqualTo(10_000);
        assertThat(comparison.confidence()).isEqualTo(0.95);
        assertThat(comparison.seed()).isEqualTo(42);
        assertThat(comparison)
                .usingRecursiveComparison()
                .isEqualTo(Comparison.builder()
                        .resamples(10_000)
                        .confidence(0.95)
                        .seed(42)
                        .between(Judged.before(Basis.TEST, judged), Judged.after(Basis.TEST, judged)));
    }

    @Test
    void builder_takesOtherValues() {
        Judged judged = Judged.counts("t", 10, 4, 2, 3);
        Comparison comparison = Comparison.builder()
                .resamples(2000)
                .confidence(0.9)
                .seed(7)
                .between(Judged.before(Basis.GIVEN, judged), Judged.after(Basis.GIVEN, judged));

        assertThat(comparison.basis()).isEqualTo(Basis.GIVEN);
        assertThat(comparison.resamples()).isEqualTo(2000);
        assertThat(comparison.confidence()).isEqualTo(0.9);
        assertThat(comparison.seed()).isEqualTo(7);
    }

    @Test
    void seed_decidesWhatIsDrawn() {
        Judged judged =
                new Judged("t").add(20, "a", "b", "a").add(31, "b", "b", "a").add(23, "c", "c", "c");

        assertThat(macroF1(judged, 1)).isEqualTo(macroF1(judged, 1)).isNotEqualTo(macroF1(judged, 2));
    }

    private static MetricComparison macroF1(Judged judged, long seed) {
        return Comparison.builder()
                .seed(seed)
                .between(Judged.before(Basis.TEST, judged), Judged.after(Basis.TEST, judged))
                .tasks()
                .get("t")
                .macroF1();
    }

    @Test
    void verdict_followsMcNemarsTest() {
        // 6 one way: 2 / 2^6 = 0.031; 5 one way: 2 / 2^5 = 0.063
        assertThat(verdict(Judged.counts("t", 4, 6, 0, 4))).isEqualTo(Verdict.BETTER);
        assertThat(verdict(Judged.counts("t", 4, 0, 6, 4))).isEqualTo(Verdict.WORSE);
        assertThat(verdict(Judged.counts("t", 4, 5, 0, 4))).isEqualTo(Verdict.NO_EVIDENCE);
        assertThat(verdict(Judged.counts("t", 4, 0, 5, 4))).isEqualTo(Verdict.NO_EVIDENCE);
    }

    @Test
    void verdict_dependsOnConfidence() {
        // 2 / 2^5 = 0.0625: below 0.1, 2 / 2^6 = 0.03125: not below 0.01
        Judged five = Judged.counts("t", 4, 5, 0, 4);
        Judged six = Judged.counts("t", 4, 6, 0, 4);

        assertThat(verdict(five, 0.9)).isEqualTo(Verdict.BETTER);
        assertThat(verdict(six, 0.99)).isEqualTo(Verdict.NO_EVIDENCE);
    }

    private static Verdict verdict(Judged judged, double confidence) {
        return Comparison.builder()
                .confidence(confidence)
                .between(Judged.before(Basis.TEST, judged), Judged.after(Basis.TEST, judged))
                .tasks()
                .get("t")
                .verdict();
    }

    private static Verdict verdict(Judged judged) {
        return Judged.compared(judged).tasks().get("t").verdict();
    }

    @Test
    void verdict_isCorrectedOverTheTasks() {
        // p = 2 / 2^6 = 0.03125, 2 / 2^8 = 0.0078125 and 1: times 2, 3 and 1
        Comparison comparison = Judged.compared(
                Judged.counts("six", 4, 6, 0, 4),
                Judged.counts("eight", 4, 0, 8, 4),
                Judged.counts("same", 4, 0, 0, 4));

        assertThat(comparison.tasks().keySet()).containsExactly("six", "eight", "same");
        assertTask(comparison.tasks().get("six"), 0.03125, 0.0625, Verdict.NO_EVIDENCE);
        assertTask(comparison.tasks().get("eight"), 0.0078125, 0.0234375, Verdict.WORSE);
        assertTask(comparison.tasks().get("same"), 1, 1, Verdict.NO_EVIDENCE);
    }

    private static void assertTask(TaskComparison task, double p, double adjusted, Verdict verdict) {
        assertThat(task.mcNemar().pValue()).isCloseTo(p, within(1e-12));
        assertThat(task.adjustedPValue()).isCloseTo(adjusted, within(1e-12));
        assertThat(task.verdict()).isEqualTo(verdict);
    }

    @Test
    void verdict_ofIdenticalAnalyses_isNoEvidence() {
        AnalysisResult result = Judged.before(Basis.TEST, Judged.counts("t", 20, 10, 5, 7));
        TaskComparison task = Comparison.between(result, result).tasks().get("t");

        assertThat(task.verdict()).isEqualTo(Verdict.NO_EVIDENCE);
        assertThat(task.mcNemar()).isEqualTo(new McNemar(0, 0));
        assertThat(task.adjustedPValue()).isEqualTo(1);
        assertThat(task.accuracy().difference()).isEqualTo(new Estimate(0, 0, 0));
        assertThat(task.macroF1().difference()).isEqualTo(new Estimate(0, 0, 0));
        assertThat(task.accuracy().before()).isEqualTo(task.accuracy().after());
    }

    /**
     * 180 common and 20 rare samples. Before, 50 common ones are called rare; after, everything is called common: 50 fixed,
     * 20 broken. Macro-F1 before (2 * 130 / (180 + 130) + 2 * 20 / (20 + 70)) / 2 = 0.642, after (2 * 180 / (180 + 200) +
     * 0) / 2 = 0.474.
     */
    private static Judged rareGivenUp() {
        return new Judged("t")
                .add(130, "common", "common", "common")
                .add(50, "common", "rare", "common")
                .add(20, "rare", "rare", "common");
    }

    @Test
    void verdict_isNotGivenWhereMacroF1ClearlyFell() {
        TaskComparison task = Judged.compared(rareGivenUp()).tasks().get("t");

        assertThat(task.accuracy().difference().lower()).isPositive();
        assertThat(task.adjustedPValue()).isLessThan(0.001);
        assertThat(task.macroF1().before().value()).isCloseTo((260.0 / 310 + 40.0 / 90) / 2, within(1e-12));
        assertThat(task.macroF1().after().value()).isCloseTo(360.0 / 380 / 2, within(1e-12));
        assertThat(task.macroF1().difference().upper()).isNegative();
        assertThat(task.isContradicted()).isTrue();
        assertThat(task.verdict()).isEqualTo(Verdict.NO_EVIDENCE);
    }

    @Test
    void verdict_isNotGivenWhereMacroF1ClearlyRose_thoughAccuracyFell() {
        Judged judged = rareGivenUp(); // the other way round
        TaskComparison task = Comparison.between(Judged.after(Basis.TEST, judged), Judged.before(Basis.TEST, judged))
                .tasks()
                .get("t");

        assertThat(task.accuracy().difference().upper()).isNegative();
        assertThat(task.macroF1().difference().lower()).isPositive();
        assertThat(task.isContradicted()).isTrue();
        assertThat(task.verdict()).isEqualTo(Verdict.NO_EVIDENCE);
    }

    @Test
    void verdict_isGivenWhereMacroF1OnlySeemsToFall() {
        // 10 of 97 common ones fixed, 1 of 3 rare ones broken: p = 2 * (1 + 11) / 2^11 = 0.0117. Macro-F1 falls from
        // (2 * 87 / (97 + 89) + 2 * 1 / (3 + 11)) / 2 = 0.539 to (2 * 97 / (97 + 100) + 0) / 2 = 0.492, but that one
        // sample is missing in a third of the resamples
        TaskComparison task = Judged.compared(new Judged("t")
                        .add(87, "common", "common", "common")
                        .add(10, "common", "rare", "common")
                        .add(1, "rare", "rare", "common")
                        .add(2, "rare", "common", "common"))
                .tasks()
                .get("t");

        assertThat(task.mcNemar().pValue()).isCloseTo(24.0 / 2048, within(1e-12));
        assertThat(task.macroF1().difference().value())
                .isCloseTo((194.0 / 197 - 174.0 / 186 - 2.0 / 14) / 2, within(1e-12));
        assertThat(task.macroF1().difference().upper()).isPositive();
        assertThat(task.isContradicted()).isFalse();
        assertThat(task.verdict()).isEqualTo(Verdict.BETTER);
    }

    @Test
    void verdict_needsMoreThanMacroF1() {
        // 20 rare ones fixed, 20 common ones broken: as many right, but macro-F1 from 0.474 to (2 * 160 / 340 + 2 * 20
        // /
        // 60) / 2 = 0.804
        TaskComparison task = Judged.compared(new Judged("t")
                        .add(160, "common", "common", "common")
                        .add(20, "common", "common", "rare")
                        .add(20, "rare", "common", "rare"))
                .tasks()
                .get("t");

        assertThat(task.macroF1().difference().lower()).isPositive();
        assertThat(task.adjustedPValue()).isEqualTo(1);
        assertThat(task.isContradicted()).isFalse();
        assertThat(task.verdict()).isEqualTo(Verdict.NO_EVIDENCE);
    }

    @Test
    void between_doesNotDependOnTheOrderOfSamplesAndTasks() {
        Judged one =
                new Judged("one").add(20, "a", "b", "a").add(31, "b", "b", "a").add(23, "c", "c", "c");
        Judged two = Judged.counts("two", 9, 7, 1, 4);
        List<Outcome> shuffled = new ArrayList<>(one.outcomesAfter());
        Collections.shuffle(shuffled, new Random(3));
        AnalysisResult after = AnalysisResult.of(
                Basis.TEST, List.of(two.after(), TaskAnalysis.of("one", List.of("c", "a"), shuffled)));

        Comparison other = Comparison.between(Judged.before(Basis.TEST, one, two), after);

        assertThat(other.tasks().keySet()).containsExactly("one", "two");
        assertThat(other).usingRecursiveComparison().isEqualTo(Judged.compared(one, two));
    }

    @Test
    void between_measuresATaskAlikeWhateverOthersThereAre() {
        Judged one =
                new Judged("one").add(20, "a", "b", "a").add(31, "b", "b", "a").add(23, "c", "c", "c");
        Judged two = Judged.counts("two", 9, 7, 1, 4);
        TaskComparison alone = Judged.compared(one).tasks().get("one");
        TaskComparison beside = Judged.compared(two, one).tasks().get("one");

        assertThat(beside.accuracy()).isEqualTo(alone.accuracy());
        assertThat(beside.macroF1()).isEqualTo(alone.macroF1());
        assertThat(beside.mcNemar()).isEqualTo(alone.mcNemar());
    }

    @Test
    void between_pairsSamplesOfOneIdByTheirTexts() {
        Sample first = Sample.of("t", "one", "a").withId("x");
        Sample second = Sample.of("t", "two", "a").withId("x");
        Outcome right = new Outcome(first, "a", 0.5);
        Outcome wrong = new Outcome(second, "b", 0.5);

        assertThat(Comparison.between(result("t", right, wrong), result("t", wrong, right))
                        .tasks()
                        .get("t")
                        .mcNemar())
                .isEqualTo(new McNemar(0, 0));
    }

    @Test
    void between_pairsSamplesOfOneIdByTheirLabels() {
        Sample first = Sample.of("t", "one", "a").withId("x");
        Outcome right = new Outcome(first, "a", 0.5);
        Outcome wrong = new Outcome(first.withLabel("b"), "a", 0.5);

        assertThat(Comparison.between(result("t", right, wrong), result("t", wrong, right))
                        .tasks()
                        .get("t")
                        .mcNemar())
                .isEqualTo(new McNemar(0, 0));
    }

    @Test
    void between_countsEqualSamplesOneByOne() {
        Sample twice = Sample.of("t", "one", "a");
        Outcome right = new Outcome(twice, "a", 0.5);
        Outcome wrong = new Outcome(twice, "b", 0.5);

        TaskComparison task = Comparison.between(result("t", wrong, wrong), result("t", right, right))
                .tasks()
                .get("t");

        assertThat(task.samples()).isEqualTo(2);
        assertThat(task.mcNemar()).isEqualTo(new McNemar(0, 2));
    }

    @Test
    void between_countsAbstentionsLikeOthers() {
        Sample one = Sample.of("t", "one", "a");
        Sample two = Sample.of("t", "two", "a");
        Outcome oneRight = new Outcome(one, LabelDistribution.of("a", 0.5), true);
        Outcome twoWrong = new Outcome(two, LabelDistribution.of("b", 0.5), true);

        TaskComparison task = Comparison.between(
                        result("t", new Outcome(one, "b", 0.5), new Outcome(two, "a", 0.5)),
                        result("t", oneRight, twoWrong))
                .tasks()
                .get("t");

        assertThat(task.mcNemar()).isEqualTo(new McNemar(1, 1));
    }

    @Test
    void between_ignoresWhatIsNotCompared() {
        // another confidence, other tags, and other labels that the classifier knows
        Sample sample = Sample.of("t", "one", "a");
        AnalysisResult after = AnalysisResult.of(
                Basis.TEST,
                List.of(TaskAnalysis.of(
                        "t", List.of("z"), List.of(new Outcome(sample.withTags(Map.of("from", "mail")), "a", 0.9)))));

        assertThat(Comparison.between(result("t", new Outcome(sample, "a", 0.5)), after)
                        .tasks()
                        .get("t")
                        .mcNemar())
                .isEqualTo(new McNemar(0, 0));
    }

    @Test
    void tasks_areUnmodifiable() {
        assertThatThrownBy(() ->
                        Judged.compared(Judged.counts("t", 1, 1, 1, 1)).tasks().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void verdict_isDescribedForPeople() {
        assertThat(List.of(Verdict.values()))
                .extracting(Verdict::description)
                .containsExactly("better", "worse", "no evidence either way");
    }

    @Test
    void between_refusesAnotherBasis() {
        Judged judged = Judged.counts("t", 1, 1, 1, 1);

        assertRefused(
                Judged.before(Basis.VALIDATION, judged),
                Judged.after(Basis.TEST, judged),
                "before was measured on validation samples, after on test samples. Analyse both in the same way, best by"
                        + " analyze(Split.TEST)");
    }

    @ParameterizedTest
    @EnumSource(
            value = Basis.class,
            names = {"TRAIN", "VALIDATION", "OUT_OF_FOLD"})
    void between_refusesSamplesThatHadAPartInTheChange(Basis basis) {
        Judged judged = Judged.counts("t", 1, 1, 1, 1);

        assertRefused(
                Judged.before(basis, judged),
                Judged.after(basis, judged),
                "both were measured on " + basis.description() + ", which had a part in what was changed: a gain there"
                        + " proves nothing. Compare analyze(Split.TEST), or analyze(dataset) of samples that nobody looked"
                        + " at");
    }

    @Test
    void between_refusesOtherTasks() {
        Judged one = Judged.counts("one", 1, 1, 1, 1);
        Judged two = Judged.counts("two", 1, 1, 1, 1);

        assertRefused(
                Judged.before(Basis.TEST, two, one),
                Judged.after(Basis.TEST, one),
                "before has tasks [one, two], after [one]. Compare those that both have: before.only(...) and"
                        + " after.only(...)");
        assertRefused(
                Judged.before(Basis.TEST, one),
                Judged.after(Basis.TEST, two),
                "before has tasks [one], after [two]. Compare those that both have: before.only(...) and"
                        + " after.only(...)");
    }

    @Test
    void between_refusesAnalysesOfNothing() {
        assertRefused(
                Judged.before(Basis.TEST),
                Judged.after(Basis.TEST),
                "nothing to compare: no task was analysed, before or after");
    }

    @Test
    void between_refusesMoreSamples() {
        assertRefused(
                Judged.before(Basis.TEST, Judged.counts("t", 2, 1, 1, 1)),
                Judged.after(Basis.TEST, Judged.counts("t", 1, 1, 1, 1)),
                "task 't' was analysed on 5 samples before and on 4 after" + ADVICE);
    }

    @Test
    void between_refusesOtherSamples() {
        Outcome first = new Outcome(Sample.of("t", "one", "a").withId("1"), "a", 0.5);
        Outcome second = new Outcome(Sample.of("t", "two", "a").withId("2"), "a", 0.5);
        Outcome third = new Outcome(Sample.of("t", "three", "a").withId("3"), "a", 0.5);

        assertRefused(
                result("t", first, second),
                result("t", first, third),
                "task 't' was not analysed on the same samples: only before has sample '2'" + ADVICE);
        assertRefused(
                result("t", second, third),
                result("t", first, third),
                "task 't' was not analysed on the same samples: only after has sample '1'" + ADVICE);
    }

    @Test
    void between_refusesAnotherText() {
        assertRefused(
                result("t", new Outcome(Sample.of("t", "one", "a").withId("1"), "a", 0.5)),
                result("t", new Outcome(Sample.of("t", "secret", "a").withId("1"), "a", 0.5)),
                "task 't': the text of sample '1' before is not that after" + ADVICE);
    }

    @Test
    void between_refusesACorrectedLabel() {
        Sample sample = Sample.of("t", "one", "a").withId("1");

        assertRefused(
                result("t", new Outcome(sample, "a", 0.5)),
                result("t", new Outcome(sample.withLabel("b"), "a", 0.5)),
                "task 't': the label of sample '1' was 'a' before and is 'b' after" + ADVICE);
    }

    @Test
    void between_refusesNull() {
        AnalysisResult result = Judged.before(Basis.TEST, Judged.counts("t", 1, 1, 1, 1));

        assertRefused(null, result, "before must not be null");
        assertRefused(result, null, "after must not be null");
    }

    private static void assertRefused(AnalysisResult before, AnalysisResult after, String message) {
        assertThatThrownBy(() -> Comparison.between(before, after))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void builder_refusesValuesOutOfRange() {
        for (int resamples : new int[] {0, 1_000_001}) {
            assertThatThrownBy(() -> Comparison.builder().resamples(resamples))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("resamples must be in [1, 1000000] but was " + resamples);
        }
        assertThatThrownBy(() -> Comparison.builder().confidence(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("confidence must be positive and finite but was 0.0");
        for (double confidence : new double[] {-0.1, 1, 95, Double.NaN}) {
            assertThatThrownBy(() -> Comparison.builder().confidence(confidence))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("confidence must be at least 0 and less than 1 but was " + confidence);
        }
    }

    @Test
    void between_refusesTooFewResamplesForTheConfidence() {
        // 5 beyond either end: 10 of the 5% that 95% leave, of the 10% that 90% leave and so on
        assertNeeded(0.95, 200);
        assertNeeded(0.9, 100);
        assertNeeded(0.99, 1000);
        assertNeeded(0.999, 10_000);
    }

    private static void assertNeeded(double confidence, int needed) {
        AnalysisResult result = Judged.before(Basis.TEST, Judged.counts("t", 1, 1, 1, 1));
        Comparison.Builder builder = Comparison.builder().confidence(confidence);

        assertThatThrownBy(() -> builder.resamples(needed - 1).between(result, result))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "resamples must be at least %s for a confidence of %s but was %s: else fewer than 5 lie beyond either end of an interval",
                        needed, confidence, needed - 1);
        assertThat(builder.resamples(needed).between(result, result).resamples())
                .isEqualTo(needed);
    }

    private static AnalysisResult result(String task, Outcome... outcomes) {
        return AnalysisResult.of(Basis.TEST, List.of(TaskAnalysis.of(task, List.of(), List.of(outcomes))));
    }
}
