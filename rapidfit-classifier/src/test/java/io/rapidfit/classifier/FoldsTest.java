package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.data.Sample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class FoldsTest {

    @Test
    void assign_putsEveryTextInExactlyOneFold() {
        List<Sample> samples = Samples.threeTasks().samples();
        List<Set<String>> folds = Folds.assign(samples, 5, 42);

        List<String> all = folds.stream().flatMap(Set::stream).toList();
        assertThat(folds).hasSize(5);
        assertThat(all).doesNotHaveDuplicates().hasSize(72);
        assertThat(all).containsAll(samples.stream().map(Folds::textOf).toList());
    }

    @Test
    void assign_spreadsALabelEvenly() {
        List<Set<String>> folds = Folds.assign(Samples.fruitOrCar().samples(), 4, 42);

        // 12 texts a label, 4 folds: 3 each
        for (Set<String> fold : folds) {
            assertThat(count(Samples.fruitOrCar().samples(), fold, "thing", "fruit"))
                    .isEqualTo(3);
            assertThat(count(Samples.fruitOrCar().samples(), fold, "thing", "car"))
                    .isEqualTo(3);
        }
    }

    @Test
    void assign_spreadsTheLabelsOfSeveralTasks() {
        List<Sample> samples = Samples.threeTasks().samples();
        for (Set<String> fold : Folds.assign(samples, 4, 42)) {
            // 24 texts a topic and 36 an urgency, 4 folds: about 6 and 9
            assertThat(count(samples, fold, "topic", "billing")).isBetween(5L, 7L);
            assertThat(count(samples, fold, "topic", "account")).isBetween(5L, 7L);
            assertThat(count(samples, fold, "urgency", "high")).isBetween(8L, 10L);
            assertThat(count(samples, fold, "sentiment", "positive")).isBetween(9L, 15L); // 48 of them: 12
        }
    }

    @Test
    void assign_takesTextsThatDifferInCaseAndSpaceAsOne() {
        List<Sample> samples = new ArrayList<>(Samples.fruitOrCar().samples());
        Samples.fruitOrCar()
                .samples()
                .forEach(s ->
                        samples.add(Sample.of("other", " " + s.text().toUpperCase(Locale.ROOT), s.label() + "?")));

        List<String> all =
                Folds.assign(samples, 5, 42).stream().flatMap(Set::stream).toList();
        assertThat(all).doesNotHaveDuplicates().hasSize(24);
    }

    @RepeatedTest(20)
    void assign_neverTakesAllTextsOfALabel(RepetitionInfo repetition) {
        List<Sample> samples = random(repetition.getCurrentRepetition());
        for (int folds : new int[] {2, 3, 10}) {
            for (Set<String> fold : Folds.assign(samples, folds, 42)) {
                for (Sample sample : samples) {
                    assertThat(samples)
                            .as("a text of label %s that is not in fold %s", sample.label(), fold)
                            .anyMatch(s -> s.task().equals(sample.task())
                                    && s.label().equals(sample.label())
                                    && !fold.contains(Folds.textOf(s)));
                }
            }
        }
    }

    @Test
    void assign_neverHoldsOutTheOnlyTextOfALabel() {
        List<Sample> samples = new ArrayList<>(Samples.fruitOrCar().samples());
        samples.add(Sample.of("thing", "a blue sofa", "chair"));
        samples.add(Sample.of("thing", "A  BLUE SOFA", "chair")); // the same text
        samples.add(Sample.of("other", "a ripe apple", "only here"));

        assertThat(Folds.assign(samples, 5, 42))
                .noneMatch(fold -> fold.contains("a blue sofa"))
                .noneMatch(fold -> fold.contains("a ripe apple"));
    }

    @Test
    void assign_putsTwoTextsOfALabelInTwoFolds() {
        List<Sample> samples = List.of(
                Sample.of("t", "one", "a"),
                Sample.of("t", "two", "a"),
                Sample.of("t", "three", "b"),
                Sample.of("t", "four", "b"));

        List<Set<String>> folds = Folds.assign(samples, 5, 42);
        assertThat(folds.stream().flatMap(Set::stream)).hasSize(4);
        assertThat(folds)
                .noneMatch(f -> f.containsAll(List.of("one", "two")) || f.containsAll(List.of("three", "four")));
    }

    @Test
    void assign_holdsOutNoSyntheticText() {
        List<Sample> samples = new ArrayList<>(Samples.fruitOrCar().samples());
        samples.add(Samples.synthetic("thing", "a synthetic fig", "fruit"));

        assertThat(Folds.assign(samples, 5, 42)).noneMatch(fold -> fold.contains("a synthetic fig"));
    }

    @Test
    void assign_neverHoldsOutALabelsOnlyHumanTextWhoseOtherTextsWereMadeFromIt() {
        Sample parent = Sample.of("thing", "a blue sofa", "chair");
        List<Sample> samples = new ArrayList<>(Samples.fruitOrCar().samples());
        samples.add(parent);
        samples.add(Samples.synthetic("thing", "a red sofa", "chair", parent));
        samples.add(Samples.synthetic("thing", "a green sofa", "chair", parent));

        // what was made from a text goes with it: nothing would be left to learn "chair" from
        assertThat(Folds.assign(samples, 5, 42)).noneMatch(fold -> fold.contains("a blue sofa"));
    }

    @RepeatedTest(50)
    void assign_doesNotDependOnTheOrderOfRows(RepetitionInfo repetition) {
        List<Sample> samples = random(repetition.getCurrentRepetition());
        List<Set<String>> folds = Folds.assign(samples, 5, 42);
        List<Sample> shuffled = new ArrayList<>(samples);
        Collections.shuffle(shuffled, new Random(repetition.getCurrentRepetition()));

        assertThat(Folds.assign(shuffled, 5, 42)).isEqualTo(folds);
        assertThat(Folds.assign(samples, 5, 42)).isEqualTo(folds);
    }

    @Test
    void assign_dependsOnTheSeed() {
        List<Sample> samples = Samples.fruitOrCar().samples();

        assertThat(Folds.assign(samples, 5, 43)).isNotEqualTo(Folds.assign(samples, 5, 42));
    }

    /** 120 texts, each in some of four tasks with labels of very different frequency. */
    private static List<Sample> random(int seed) {
        Random random = new Random(seed);
        List<Sample> samples = new ArrayList<>();
        Set<List<String>> twice = new HashSet<>();
        for (int text = 0; text < 120; text++) {
            for (int task = 0; task < 4; task++) {
                if (random.nextInt(4) > 0) {
                    int label = (int) Math.abs(random.nextGaussian() * 3);
                    samples.add(Sample.of("task" + task, "text " + text, "label" + label));
                    if (twice.add(List.of("task" + task, "label" + label))) {
                        samples.add(Sample.of("task" + task, "anchor " + task + " " + label, "label" + label));
                    }
                }
            }
        }
        return samples;
    }

    private static long count(List<Sample> samples, Set<String> fold, String task, String label) {
        return samples.stream()
                .filter(s -> s.task().equals(task) && s.label().equals(label))
                .filter(s -> fold.contains(Folds.textOf(s)))
                .count();
    }
}
