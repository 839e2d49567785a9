package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.LossConfig.ClassWeights;
import io.rapidfit.classifier.MultiheadConfig.TaskSampling;
import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.torch.TrainingData;
import io.rapidfit.data.Sample;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a training learns from, by the configuration. */
class FitTest {

    private static final OpenedEncoder NGRAMS = OpenedEncoder.of(Encoders.ngrams(), null);

    private static final MultiheadConfig NO_NAMES =
            MultiheadConfig.defaults().withTraining(TrainingConfig.defaults().withLabelNames(false));

    /** 12 texts: 9 of a, 2 of b and one of c, so a label has 4 in the mean. */
    private static List<Sample> uneven() {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            samples.add(Sample.of("t", "text " + i, i < 9 ? "a" : i < 11 ? "b" : "c"));
        }
        return samples;
    }

    @Test
    void classWeights_areByHowRareALabelIsWithinBounds() {
        // 4/9, 4/2 and 4/1: balanced within 0.5 and 3, or their square roots 0.667, 1.414 and 2
        assertThat(weights(LossConfig.defaults().withClassWeights(ClassWeights.NONE)))
                .containsExactly(1.0, 1.0, 1.0);
        assertThat(weights(LossConfig.defaults().withClassWeights(ClassWeights.BALANCED)))
                .containsExactly(0.5, 2.0, 3.0);
        List<Double> roots = weights(LossConfig.defaults());
        assertThat(roots.get(0)).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(roots.get(1)).isCloseTo(Math.sqrt(2), within(1e-12));
        assertThat(roots.get(2)).isCloseTo(2, within(1e-12));
    }

    @Test
    void taskWeights_multiplyThoseOfItsLabels() {
        assertThat(weights(LossConfig.defaults()
                        .withClassWeights(ClassWeights.BALANCED)
                        .withTaskWeight("t", 10)))
                .containsExactly(5.0, 20.0, 30.0); // the bounds are those of the label's weight alone
    }

    private static List<Double> weights(LossConfig loss) {
        return data(uneven(), NO_NAMES.withLoss(loss)).tasks().get(0).labelWeights();
    }

    /** 16 texts of one task, 4 of another, one of them in both. */
    private static List<Sample> twoTasks() {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            samples.add(Sample.of("large", "text " + i, i % 2 == 0 ? "a" : "b"));
        }
        for (int i = 15; i < 19; i++) {
            samples.add(Sample.of("small", "text " + i, i % 2 == 0 ? "x" : "y"));
        }
        return samples;
    }

    @Test
    void taskSampling_proportionalHasEachTextOnce() {
        assertThat(shares(TaskSampling.PROPORTIONAL)).hasSize(19).containsOnly(1.0);
    }

    @Test
    void taskSampling_equalHasEachTaskAsOften() {
        List<Double> shares = shares(TaskSampling.EQUAL);

        // 1/16 for a text of the large task, 1/4 for the small, (1/16 + 1/4) / 2 for that of both:
        // 15/16 + 5/32 + 3/4 = 59/32 in all, scaled to 19
        double scale = 19 / (59 / 32.0);
        assertThat(shares.get(0)).isCloseTo(scale / 16, within(1e-12));
        assertThat(shares.get(15)).isCloseTo(scale * 5 / 32, within(1e-12));
        assertThat(shares.get(18)).isCloseTo(scale / 4, within(1e-12));
        assertThat(shares.stream().mapToDouble(s -> s).sum()).isCloseTo(19, within(1e-9));
    }

    @Test
    void taskSampling_sqrtIsBetween() {
        List<Double> shares = shares(TaskSampling.SQRT);

        // 1/4 and 1/2 and their mean of 3/8: 15/4 + 3/8 + 3/2 = 45/8 in all
        double scale = 19 / (45 / 8.0);
        assertThat(shares.get(0)).isCloseTo(scale / 4, within(1e-12));
        assertThat(shares.get(15)).isCloseTo(scale * 3 / 8, within(1e-12));
        assertThat(shares.get(18)).isCloseTo(scale / 2, within(1e-12));
    }

    private static List<Double> shares(TaskSampling sampling) {
        return data(twoTasks(), NO_NAMES.withTaskSampling(sampling)).shares();
    }

    @ParameterizedTest
    @EnumSource(TaskSampling.class)
    void taskSampling_keepsTheLengthOfAnEpochOfNestedTasks(TaskSampling sampling) {
        // scenarios have no head of their own, so their names, a and b, teach nothing: those of intents are left
        TrainingData data = data(nested(), MultiheadConfig.defaults().withTaskSampling(sampling));

        assertThat(data.texts()).hasSize(60 + 4 * 3);
        assertThat(data.shares().stream().mapToDouble(s -> s).sum()).isCloseTo(72, within(1e-9));
        assertThat(data.shares()).doesNotContain(0.0);
    }

    private static List<Sample> nested() {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            samples.add(Sample.of("scenario", "text " + i, i % 3 < 2 ? "a" : "b"));
            samples.add(
                    Sample.of("intent", "text " + i, List.of("ax", "ay", "bx").get(i % 3)));
        }
        return samples;
    }

    @Test
    void labelNames_areTextsOfTheirLabelOnly() {
        TrainingData with = data(twoTasks(), MultiheadConfig.defaults());
        TrainingData without = data(twoTasks(), NO_NAMES);

        assertThat(without.targets()).hasSize(19);
        // a, b, x and y, four copies each
        assertThat(with.targets().subList(0, 19)).isEqualTo(without.targets());
        assertThat(with.targets().subList(19, 35))
                .containsExactly(
                        List.of(0, -1),
                        List.of(0, -1),
                        List.of(0, -1),
                        List.of(0, -1),
                        List.of(1, -1),
                        List.of(1, -1),
                        List.of(1, -1),
                        List.of(1, -1),
                        List.of(-1, 0),
                        List.of(-1, 0),
                        List.of(-1, 0),
                        List.of(-1, 0),
                        List.of(-1, 1),
                        List.of(-1, 1),
                        List.of(-1, 1),
                        List.of(-1, 1));
        assertThat(with.tasks()).isEqualTo(without.tasks()); // names do not count for the weights
    }

    @Test
    void nested_leavesTheCoarserTaskWithoutAHeadOfItsOwn() {
        assertThat(data(nested(), NO_NAMES).tasks())
                .extracting(TrainingData.Task::name)
                .containsExactly("intent");
        assertThat(data(nested(), NO_NAMES.withHead(HeadConfig.defaults().withNested(false)))
                        .tasks())
                .extracting(TrainingData.Task::name)
                .containsExactly("scenario", "intent");
    }

    @Test
    void recipe_profileIsOfTheTextsWithoutNames() {
        AdaptiveRecipe with = new Fit(TrainingSet.of(uneven()), MultiheadConfig.defaults(), NGRAMS, null).recipe();

        assertThat(with.profile().texts()).isEqualTo(12);
        double mean = data(uneven(), NO_NAMES).texts().stream()
                .mapToInt(FeatureBag::size)
                .average()
                .orElseThrow();
        assertThat(with.profile().featuresPerText()).isEqualTo(mean);
    }

    private static TrainingData data(List<Sample> samples, MultiheadConfig config) {
        return new Fit(TrainingSet.of(samples), config, NGRAMS, null).data();
    }
}
