package io.rapidfit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.testing.DefaultLocale;
import io.rapidfit.text.DisplayWidth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DatasetTest {

    private static final Sample GOOD = Sample.of("sentiment", "good", "positive");
    private static final Sample BAD = Sample.of("sentiment", "bad", "negative");
    private static final Sample BILL = Sample.of("topic", "my bill", "billing");
    private static final Sample GREAT = Sample.of("sentiment", "great", "positive");

    /** Tasks interleaved, on purpose. */
    private static final Dataset DATASET = Dataset.of(List.of(GOOD, BILL, BAD, GREAT));

    @Test
    void builder_keepsTheOrderOfAdding() {
        Dataset dataset = Dataset.builder()
                .add("sentiment", "good", "positive")
                .add(BILL)
                .addAll(List.of(BAD, GREAT))
                .build();

        assertThat(dataset.samples()).containsExactly(GOOD, BILL, BAD, GREAT);
    }

    @Test
    void builder_canGoOnAfterBuilding() {
        Dataset.Builder builder = Dataset.builder().add(GOOD);
        Dataset first = builder.build();
        Dataset second = builder.add(BAD).build();

        assertThat(first.samples()).containsExactly(GOOD);
        assertThat(second.samples()).containsExactly(GOOD, BAD);
    }

    @Test
    @SuppressWarnings("NullAway")
    void builder_refusesNull() {
        assertThatThrownBy(() -> Dataset.builder().add(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sample must not be null");
    }

    @Test
    void builder_keepsEqualSamples() {
        assertThat(Dataset.builder().add(GOOD).add(GOOD).build().size()).isEqualTo(2);
    }

    @Test
    void of_copiesItsSamples() {
        List<Sample> samples = new ArrayList<>(List.of(GOOD));
        Dataset dataset = Dataset.of(samples);
        samples.add(BAD);

        assertThat(dataset.samples()).containsExactly(GOOD);
    }

    @Test
    void everyListAndMap_isUnmodifiable() {
        assertThatThrownBy(() -> DATASET.samples().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> DATASET.samples("topic").clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> DATASET.samples(Split.TEST).add(GOOD))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> DATASET.tasks().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> DATASET.labels("topic").clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> DATASET.labelCounts("topic").clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void tasksAndLabels_areInOrderOfFirstAppearance() {
        assertThat(DATASET.tasks()).containsExactly("sentiment", "topic");
        assertThat(DATASET.labels("sentiment")).containsExactly("positive", "negative");
        assertThat(DATASET.samples("sentiment")).containsExactly(GOOD, BAD, GREAT);
    }

    @Test
    void labelCounts_countsSamples() {
        assertThat(DATASET.labelCounts("sentiment"))
                .containsExactly(Map.entry("positive", 2), Map.entry("negative", 1));
    }

    @Test
    void samples_ofAnUnknownTask_listsThoseThereAre() {
        assertThatThrownBy(() -> DATASET.samples("urgency"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no task 'urgency' in this dataset; it has [sentiment, topic]");
        assertThatThrownBy(() -> DATASET.labels("urgency")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DATASET.labelCounts("urgency")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void samples_ofASplit_areThoseOfAllTasks() {
        Dataset dataset = Dataset.of(
                List.of(GOOD.withSplit(Split.TEST), BAD.withSplit(Split.TRAIN), BILL.withSplit(Split.TEST), GREAT));

        assertThat(dataset.samples(Split.TEST)).containsExactly(GOOD.withSplit(Split.TEST), BILL.withSplit(Split.TEST));
        assertThat(dataset.samples(Split.VALIDATION)).isEmpty();
        assertThat(DATASET.samples(Split.TRAIN)).isEmpty(); // never split
    }

    @Test
    void sizeAndIsEmpty() {
        assertThat(DATASET.size()).isEqualTo(4);
        assertThat(DATASET.isEmpty()).isFalse();
        assertThat(Dataset.builder().build().isEmpty()).isTrue();
        assertThat(Dataset.of(List.of()).tasks()).isEmpty();
    }

    @Test
    void only_keepsTheTasksInTheDatasetsOrder() {
        assertThat(DATASET.only("topic").samples()).containsExactly(BILL);
        assertThat(DATASET.only("topic", "sentiment")).isEqualTo(DATASET);
    }

    @Test
    void only_refusesAnUnknownTask() {
        assertThatThrownBy(() -> DATASET.only("topic", "urgency"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no task 'urgency' in this dataset; it has [sentiment, topic]");
    }

    @Test
    void filter_keepsWhatThePredicateLikes() {
        assertThat(DATASET.filter(s -> s.label().equals("positive")).samples()).containsExactly(GOOD, GREAT);
    }

    @Test
    void plus_addsAtTheEnd_andLeavesThisAsItWas() {
        Dataset one = Dataset.of(List.of(GOOD));

        assertThat(one.plus(List.of(BAD, BILL)).samples()).containsExactly(GOOD, BAD, BILL);
        assertThat(one.plus(Dataset.of(List.of(BAD))).samples()).containsExactly(GOOD, BAD);
        assertThat(one.samples()).containsExactly(GOOD);
    }

    @Test
    void withSplit_putsEverySampleThere() {
        Dataset given = DATASET.split(Splitter.builder().build()).withSplit(Split.TEST);

        assertThat(given.samples(Split.TEST)).hasSize(4);
    }

    @Test
    void withSplit_refusesSyntheticSamplesInTest() {
        Dataset synthetic = Dataset.of(List.of(GOOD.withOrigin(Origin.synthetic("g"))));

        assertThatThrownBy(() -> synthetic.withSplit(Split.TEST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TRAIN only");
    }

    @Test
    void equals_comparesSamplesInOrder() {
        assertThat(Dataset.of(List.of(GOOD, BAD)))
                .isEqualTo(Dataset.of(List.of(GOOD, BAD)))
                .hasSameHashCodeAs(Dataset.of(List.of(GOOD, BAD)))
                .isNotEqualTo(Dataset.of(List.of(BAD, GOOD)));
    }

    @Test
    void toString_hasCountsButNoTexts() {
        assertThat(DATASET).hasToString("Dataset[4 samples; sentiment: 2 labels, topic: 1 labels]");
    }

    @Test
    void display_showsTasksSplitsAndLabels() {
        Dataset dataset = Dataset.of(List.of(
                GOOD.withSplit(Split.TRAIN),
                BILL.withSplit(Split.VALIDATION),
                BAD.withSplit(Split.TEST),
                GREAT.withSplit(Split.TRAIN)));

        assertThat(displayed(dataset)).isEqualTo("""
                  task       samples  train  validation  test  labels  label counts
                  ---------  -------  -----  ----------  ----  ------  ----------------------
                  sentiment        3      2           -     1       2  positive 2, negative 1
                  topic            1      -           1     -       1  billing 1
                """);
    }

    @Test
    void display_namesFourLabelsMostFrequentFirst() {
        Dataset.Builder builder = Dataset.builder();
        for (String label : List.of("a", "b", "c", "d", "e", "f", "g", "h")) {
            builder.add("t", "text of " + label, label);
        }
        builder.add("t", "one more", "h");

        assertThat(displayed(builder.build())).contains("h 2, a 1, b 1, c 1, ... 4 more\n");
    }

    @Test
    void display_isTheSameUnderEveryLocale() throws Exception {
        String expected = displayed(DATASET);

        DefaultLocale.with("ar-EG", () -> assertThat(displayed(DATASET)).isEqualTo(expected));
        DefaultLocale.with("tr-TR", () -> assertThat(displayed(DATASET)).isEqualTo(expected));
    }

    @Test
    void display_alignsWideTaskNames() {
        Dataset dataset = Dataset.builder()
                .add("\u611F\u60C5", "x", "a")
                .add("\u0645\u0634\u0627\u0639\u0631", "x", "a")
                .add("\uD83D\uDE00 mood", "x", "a")
                .build();

        // all rows have the same cells after the task
        assertThat(displayed(dataset).lines().skip(2).map(DisplayWidth::of).distinct())
                .hasSize(1);
    }

    private static String displayed(Dataset dataset) {
        StringBuilder out = new StringBuilder();
        dataset.display(out);
        return out.toString();
    }

    @Test
    void only_takesATaskNamedTwiceOnce() {
        assertThat(DATASET.only("topic", "topic").samples()).containsExactly(BILL);
    }
}
