package io.rapidfit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.testing.CapturedLog;
import io.rapidfit.testing.DefaultLocale;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitterTest {

    private static final Splitter DEFAULT = Splitter.builder().build();

    @Test
    void builder_defaults() {
        assertThat(DEFAULT.testFraction()).isEqualTo(0.1);
        assertThat(DEFAULT.validationFraction()).isEqualTo(0.1);
        assertThat(DEFAULT.seed()).isEqualTo(42);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
    void builder_refusesAFractionThatLeavesNothing(double fraction) {
        assertThatThrownBy(() -> Splitter.builder().testFraction(fraction))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("testFraction must be at least 0 and less than 1 but was " + fraction);
        assertThatThrownBy(() -> Splitter.builder().validationFraction(fraction))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("validationFraction must be at least 0 and less than 1 but was " + fraction);
    }

    /**
     * The division is frozen across releases. Worked out with Python: of {@code sha256("42:text 0")} the first and the
     * second eight bytes, each divided by 2^64, are the draws for test and for validation; below 0.1 is in.
     */
    @Test
    void split_placesEachTextByItsHash() {
        Map<String, Split> splits = splitsByText(oneLabel(40).split(DEFAULT));

        assertThat(textsIn(splits, Split.TEST))
                .containsExactly("text 15", "text 17", "text 29", "text 30", "text 31", "text 39");
        assertThat(textsIn(splits, Split.VALIDATION)).containsExactly("text 1", "text 13", "text 21", "text 25");
    }

    @Test
    void split_meetsTheFractions() {
        Dataset split = oneLabel(5000).split(DEFAULT);

        // 0.1 of all for test, and 0.1 of the remaining 0.9 for validation; 0.02 is more than four standard deviations
        assertThat(share(split, Split.TEST)).isCloseTo(0.1, within(0.02));
        assertThat(share(split, Split.VALIDATION)).isCloseTo(0.09, within(0.02));
        assertThat(share(split, Split.TRAIN)).isCloseTo(0.81, within(0.025));
    }

    @Test
    void split_takesTheValidationFractionOfWhatTestLeaves() {
        Dataset split = oneLabel(5000)
                .split(Splitter.builder()
                        .testFraction(0.5)
                        .validationFraction(0.4)
                        .build());

        assertThat(share(split, Split.TEST)).isCloseTo(0.5, within(0.03));
        assertThat(share(split, Split.VALIDATION)).isCloseTo(0.5 * 0.4, within(0.03));
    }

    @Test
    void split_keepsSamplesAndTheirOrder() {
        Dataset dataset = twoTasks(200, new Random(1));
        Dataset split = dataset.split(DEFAULT);

        assertThat(split.samples()).noneMatch(s -> s.split() == null);
        assertThat(split.samples().stream().map(s -> s.withSplit(null)).toList())
                .isEqualTo(dataset.samples());
    }

    @Test
    void split_isDeterministic_underEveryLocale() throws Exception {
        Dataset dataset = twoTasks(500, new Random(1));
        Dataset split = dataset.split(DEFAULT);

        assertThat(dataset.split(Splitter.builder().seed(42).build())).isEqualTo(split);
        DefaultLocale.with("tr-TR", () -> assertThat(dataset.split(DEFAULT)).isEqualTo(split));
    }

    @Test
    void split_againChangesNothing() {
        Dataset split = twoTasks(300, new Random(1)).split(DEFAULT);

        assertThat(split.split(DEFAULT)).isEqualTo(split);
        assertThat(split.split(Splitter.builder().seed(7).testFraction(0.5).build()))
                .isEqualTo(split);
    }

    @Test
    void split_withAnotherSeed_dividesDifferently() {
        Dataset dataset = oneLabel(300);

        assertThat(dataset.split(Splitter.builder().seed(43).build())).isNotEqualTo(dataset.split(DEFAULT));
    }

    @Test
    void split_doesNotDependOnTheOrderOfRows() {
        for (int size : new int[] {7, 12, 30, 400}) { // in the small ones the minimum rule moves texts
            Dataset dataset = twoTasks(size, new Random(size));
            Map<String, Split> splits = splitsByText(dataset.split(DEFAULT));
            for (int seed = 0; seed < 20; seed++) {
                List<Sample> rows = new ArrayList<>(dataset.samples());
                Collections.shuffle(rows, new Random(seed));

                assertThat(splitsByText(Dataset.of(rows).split(DEFAULT))).isEqualTo(splits);
            }
        }
    }

    /** The property that freezes the test split. With 100 texts or more a label, the minimum rule has nothing to do. */
    @Test
    void split_movesNoSampleWhenOthersAreAddedOrRemoved() {
        Dataset all = twoTasks(1500, new Random(3));
        Map<String, Split> splits = splitsByText(all.split(DEFAULT));

        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            double kept = 0.4 + 0.6 * random.nextDouble();
            Dataset some = all.filter(s -> random.nextDouble() < kept);
            Dataset more = some.plus(oneLabel(200));

            assertThat(splitsByText(some.split(DEFAULT)))
                    .allSatisfy((text, split) -> assertThat(split).isEqualTo(splits.get(text)));
            assertThat(splitsByText(more.split(DEFAULT))).containsAllEntriesOf(splitsByText(some.split(DEFAULT)));
        }
    }

    @Test
    void split_movesNoSampleWhenATaskOrALabelIsAdded() {
        Dataset small = oneLabel(300);
        Dataset more = small.plus(twoTasks(300, new Random(3)))
                .plus(List.of(Sample.of("other", "text 7", "new label"), Sample.of("t", "text 8", "other label")));

        assertThat(splitsByText(more.split(DEFAULT))).containsAllEntriesOf(splitsByText(small.split(DEFAULT)));
    }

    @Test
    void split_givesEveryLabelWithThreeTextsOneOfEach() {
        for (int size = 3; size <= 12; size++) {
            for (int seed = 0; seed < 100; seed++) {
                Splitter splitter = Splitter.builder().seed(seed).build();

                assertThat(splitsByText(oneLabel(size).split(splitter)).values())
                        .as("%s texts, seed %s", size, seed)
                        .contains(Split.TRAIN, Split.VALIDATION, Split.TEST);
            }
        }
    }

    @Test
    void split_givesEveryLabelOfSeveralOneOfEach_alsoWithLargeFractions() {
        for (int seed = 0; seed < 50; seed++) {
            Splitter splitter = Splitter.builder()
                    .seed(seed)
                    .testFraction(0.9)
                    .validationFraction(0.9)
                    .build();
            Dataset.Builder builder = Dataset.builder();
            for (int i = 0; i < 20; i++) {
                builder.add("t", "text " + i, "label " + i % 5); // four texts each
            }
            Dataset split = builder.build().split(splitter);

            for (String label : split.labels("t")) {
                assertThat(split.filter(s -> s.label().equals(label)).samples())
                        .extracting(Sample::split)
                        .contains(Split.TRAIN, Split.VALIDATION, Split.TEST);
            }
        }
    }

    @Test
    void split_keepsTheOnlyTextsOfALabelInTrain() {
        // text 15 and text 17 are for test by their hash, text 1 for validation; a label of one or two cannot be in all
        Dataset split = Dataset.builder()
                .add("t", "text 15", "a")
                .add("t", "text 1", "b")
                .build()
                .split(DEFAULT);
        assertThat(split.samples(Split.TRAIN)).hasSize(2);

        Dataset two = Dataset.builder()
                .add("t", "text 15", "a") // draw 0.018
                .add("t", "text 17", "a") // draw 0.068: nearer to staying out
                .build()
                .split(DEFAULT);
        assertThat(splitsByText(two)).containsEntry("text 17", Split.TRAIN).containsEntry("text 15", Split.TEST);
    }

    @Test
    void split_countsTextsNotSamples_forTheMinimum() {
        Dataset split = Dataset.builder()
                .add("t", "text 2", "a")
                .add("t", "TEXT 2", "a")
                .add("t", " text  2", "a")
                .build()
                .split(DEFAULT);

        assertThat(split.samples(Split.TRAIN)).hasSize(3); // one text cannot be in several splits
    }

    /**
     * The documented exception: adding samples moves one that the minimum rule had moved. A saved split stops that, see
     * the next test.
     */
    @Test
    void split_minimumRule_isTheExceptionToTheProperty() {
        // All three are for TRAIN by their hash. Draws for test: 0.848, 0.991, 0.361, so text 5 is moved to TEST; for
        // validation: 0.811, 0.693, so text 3 is moved to VALIDATION.
        Dataset few = Dataset.builder()
                .add("t", "text 2", "a")
                .add("t", "text 3", "a")
                .add("t", "text 5", "a")
                .build();
        assertThat(splitsByText(few.split(DEFAULT)))
                .isEqualTo(Map.of("text 2", Split.TRAIN, "text 3", Split.VALIDATION, "text 5", Split.TEST));

        // The hash of text 15 says TEST and that of text 1 VALIDATION: nothing is missing, and nothing is moved.
        Dataset more = few.plus(List.of(Sample.of("t", "text 15", "a"), Sample.of("t", "text 1", "a")));
        assertThat(splitsByText(more.split(DEFAULT)))
                .containsEntry("text 3", Split.TRAIN)
                .containsEntry("text 5", Split.TRAIN);
    }

    @Test
    void split_minimumRule_movesNoSampleThatHasASplit() {
        Dataset few = oneLabel(3).split(DEFAULT);
        Dataset more = few.plus(oneLabel(60)
                .filter(s -> !few.samples().stream().map(Sample::text).toList().contains(s.text())));

        assertThat(more.split(DEFAULT).samples()).startsWith(few.samples().toArray(Sample[]::new));
    }

    @Test
    void split_putsTheSameTextOfSeveralTasksIntoOneSplit() {
        for (int size : new int[] {5, 9, 100}) {
            Dataset.Builder builder = Dataset.builder();
            Random random = new Random(size);
            for (int i = 0; i < size; i++) {
                builder.add("topic", "Text  number " + i, "label " + random.nextInt(3));
                builder.add("urgency", " text number\u00A0" + i, "label " + random.nextInt(3));
                builder.add("sentiment", "TEXT NUMBER " + i + "\n", "label " + random.nextInt(3));
            }
            Dataset split = builder.build().split(DEFAULT);

            for (int i = 0; i < size; i++) {
                assertThat(split.samples().subList(3 * i, 3 * i + 3).stream()
                                .map(Sample::split)
                                .distinct())
                        .hasSize(1);
            }
        }
    }

    /** Six texts of two tasks. Label y of the first stands on one text only, which must not be lost to a measurement. */
    @Test
    void split_keepsEveryLabelInTrain_alsoWhereTextsAreShared() {
        for (int seed = 0; seed < 300; seed++) {
            Splitter splitter = Splitter.builder().seed(seed).build();
            Dataset.Builder builder = Dataset.builder();
            List<String> labels = List.of("x v", "x v", "x v", "x w", "y v", "x w");
            for (int i = 0; i < labels.size(); i++) {
                builder.add("one", "text " + i, labels.get(i).substring(0, 1));
                builder.add("two", "text " + i, labels.get(i).substring(2));
            }
            Dataset split = builder.build().split(splitter);

            for (String task : split.tasks()) {
                for (String label : split.labels(task)) {
                    assertThat(split.samples(Split.TRAIN))
                            .as("seed %s, task %s, label %s", seed, task, label)
                            .anyMatch(s -> s.task().equals(task) && s.label().equals(label));
                }
            }
        }
    }

    @Test
    void split_leavesASavedSplit_andTheSameTextElsewhereJoinsIt() {
        // by their hashes text 2 is for TRAIN and text 15 for TEST
        Dataset split = oneLabel(100)
                .plus(List.of(
                        Sample.of("t", "TEXT 2", "a").withSplit(Split.TEST),
                        Sample.of("other", "text 15", "b").withSplit(Split.TRAIN)))
                .split(DEFAULT);

        assertThat(splitsByText(split))
                .containsEntry("text 2", Split.TEST)
                .containsEntry("TEXT 2", Split.TEST)
                .containsEntry("text 15", Split.TRAIN);
    }

    @Test
    void split_ofSeveralSavedSplits_joinsTheOneFurthestFromTraining() {
        Dataset split = Dataset.of(List.of(
                        Sample.of("a", "same", "x").withSplit(Split.TRAIN),
                        Sample.of("b", "same", "x").withSplit(Split.TEST),
                        Sample.of("c", "same", "x").withSplit(Split.VALIDATION),
                        Sample.of("d", "same", "x")))
                .split(DEFAULT);

        assertThat(split.samples())
                .extracting(Sample::split)
                .containsExactly(Split.TRAIN, Split.TEST, Split.VALIDATION, Split.TEST);
    }

    @Test
    void split_putsSyntheticSamplesIntoTrain() {
        Dataset synthetic = Dataset.of(oneLabel(300).samples().stream()
                .map(s -> s.withOrigin(Origin.synthetic("g")))
                .toList());

        assertThat(synthetic.split(DEFAULT).samples(Split.TRAIN)).hasSize(300);
    }

    @Test
    void split_syntheticSamplesMoveNoHumanOnes() {
        Dataset humans = oneLabel(4);
        Dataset synthetic = Dataset.of(IntStream.range(0, 200)
                .mapToObj(i -> Sample.of("t", "text " + i, "a").withOrigin(Origin.synthetic("g")))
                .toList());
        Dataset split = humans.plus(synthetic).split(DEFAULT);

        assertThat(split.samples().subList(0, 4))
                .isEqualTo(humans.split(DEFAULT).samples());
    }

    @Test
    void split_withFractionZero_leavesTheSplitEmpty() {
        Splitter noTest = Splitter.builder().testFraction(0).build();
        Splitter noValidation = Splitter.builder().validationFraction(0).build();
        Splitter trainOnly =
                Splitter.builder().testFraction(0).validationFraction(0).build();

        for (int size : new int[] {3, 500}) { // the minimum rule asks for none either
            assertThat(oneLabel(size).split(noTest).samples(Split.TEST)).isEmpty();
            assertThat(oneLabel(size).split(noTest).samples(Split.VALIDATION)).isNotEmpty();
            assertThat(oneLabel(size).split(noValidation).samples(Split.VALIDATION))
                    .isEmpty();
            assertThat(oneLabel(size).split(noValidation).samples(Split.TEST)).isNotEmpty();
            assertThat(oneLabel(size).split(trainOnly).samples(Split.TRAIN)).hasSize(size);
        }
    }

    @Test
    void split_warnsWhereSavedSplitsLeaveNoneToMove() {
        Dataset saved = oneLabel(5).withSplit(Split.TRAIN);
        Dataset more = saved.plus(List.of(Sample.of("t", "a text that nobody placed", "b")));

        String log = CapturedLog.of(() -> more.split(DEFAULT));

        assertThat(log)
                .contains("1 of 2 labels have no sample for TEST, the first 'a' of task 't'")
                .contains("1 of 2 labels have no sample for VALIDATION, the first 'a' of task 't'");
        assertThat(CapturedLog.of(() -> oneLabel(5).split(DEFAULT))).isEmpty();
        assertThat(CapturedLog.of(() -> saved.split(DEFAULT))).isEmpty();
    }

    @Test
    void split_ofNothingIsNothing() {
        assertThat(Dataset.builder().build().split(DEFAULT).isEmpty()).isTrue();
    }

    @Test
    void split_takesBlankAndUnusualTexts() {
        Dataset split = Dataset.builder()
                .add("t", "", "a")
                .add("t", " ", "a")
                .add("t", "\uFFFD", "a")
                .add("t", "\uD83D\uDE00", "a")
                .build()
                .split(DEFAULT);

        assertThat(split.samples().get(0).split())
                .isEqualTo(split.samples().get(1).split());
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void split_ofAHundredThousandSavedSamples_isNotQuadratic() {
        assertThat(oneLabel(100_000).withSplit(Split.TRAIN).split(DEFAULT).size())
                .isEqualTo(100_000);
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void split_ofManySmallLabels_isNotQuadratic() {
        Dataset.Builder builder = Dataset.builder();
        for (int i = 0; i < 60_000; i++) {
            builder.add("t", "text " + i, "label " + i / 3);
        }
        Dataset split = builder.build().split(DEFAULT);

        assertThat(split.samples(Split.TEST)).hasSize(20_000); // the minimum rule gives each label exactly one
    }

    /** Texts "text 0", "text 1", ... of one label. */
    private static Dataset oneLabel(int size) {
        return Dataset.of(IntStream.range(0, size)
                .mapToObj(i -> Sample.of("t", "text " + i, "a"))
                .toList());
    }

    /** The same texts in two tasks, each with three labels in random order. */
    private static Dataset twoTasks(int size, Random random) {
        Dataset.Builder builder = Dataset.builder();
        for (int i = 0; i < size; i++) {
            builder.add("topic", "message " + i, "topic " + random.nextInt(3));
            builder.add("mood", "message " + i, "mood " + random.nextInt(3));
        }
        return builder.build();
    }

    private static Map<String, Split> splitsByText(Dataset dataset) {
        Map<String, Split> splits = new HashMap<>();
        dataset.samples().forEach(s -> splits.put(s.text(), s.split()));
        return splits;
    }

    private static List<String> textsIn(Map<String, Split> splits, Split split) {
        return splits.keySet().stream()
                .filter(text -> splits.get(text) == split)
                .sorted()
                .toList();
    }

    private static double share(Dataset dataset, Split split) {
        return dataset.samples(split).size() / (double) dataset.size();
    }
}
