package io.rapidfit.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.check.CleaningResult.Reason;
import io.rapidfit.check.CleaningResult.Removed;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class DatasetCleanerTest {

    private static final Dataset DIRTY = Dataset.builder()
            .add("topic", "one", "a")
            .add("topic", "  ", "a")
            .add("topic", "ONE", "a")
            .add("topic", "one", "b")
            .add("topic", "two", "ignored")
            .add("topic", "", "ignored")
            .add("mood", "one", "good")
            .build();

    private static List<Tuple> removed(CleaningResult result) {
        return result.removed().stream()
                .map(r -> Tuple.tuple(r.sample().text(), r.reason()))
                .toList();
    }

    @Test
    void clean_removesBlankTextsAndDuplicatesByDefault() {
        CleaningResult result = DatasetCleaner.builder().build().clean(DIRTY);

        assertThat(removed(result))
                .containsExactly(
                        Tuple.tuple("  ", Reason.EMPTY),
                        Tuple.tuple("ONE", Reason.DUPLICATE),
                        Tuple.tuple("", Reason.EMPTY));
        assertThat(result.dataset().samples())
                .extracting(Sample::task, Sample::text, Sample::label)
                .containsExactly(
                        Tuple.tuple("topic", "one", "a"),
                        Tuple.tuple("topic", "one", "b"), // which label is right only a person can tell
                        Tuple.tuple("topic", "two", "ignored"),
                        Tuple.tuple("mood", "one", "good"));
        assertThat(result.original()).isEqualTo(DIRTY);
    }

    @Test
    void clean_namesTheFirstReasonInItsOrder() {
        CleaningResult result =
                DatasetCleaner.builder().ignoredLabels("ignored").build().clean(DIRTY);

        assertThat(removed(result))
                .contains(Tuple.tuple("", Reason.IGNORED_LABEL), Tuple.tuple("two", Reason.IGNORED_LABEL));
    }

    @Test
    void clean_keepsTheHeldOutOneOfEqualTexts() {
        Sample learnt = Sample.of("topic", "one", "a").withSplit(Split.TRAIN);
        Sample tested = Sample.of("topic", "One", "a").withSplit(Split.TEST);

        CleaningResult result = DatasetCleaner.builder().build().clean(Dataset.of(List.of(learnt, tested)));

        assertThat(result.removed()).containsExactly(new Removed(learnt, Reason.DUPLICATE));
    }

    @Test
    void clean_removesOneOfTwoEqualSamples() {
        Sample sample = Sample.of("topic", "one", "a");

        CleaningResult result =
                DatasetCleaner.builder().build().clean(Dataset.of(List.of(sample, Sample.of("topic", "one", "a"))));

        assertThat(result.dataset().samples()).containsExactly(sample);
    }

    @Test
    void clean_removesNearDuplicatesWhereAskedFor() {
        String text = "please send the invoice of last month to my new address";
        Dataset data = Dataset.builder()
                .add("topic", text, "a")
                .add("topic", text + "!", "b")
                .build();

        assertThat(DatasetCleaner.builder().build().clean(data).removed()).isEmpty();
        assertThat(removed(DatasetCleaner.builder()
                        .nearDuplicates(NearDuplicates.builder().build())
                        .build()
                        .clean(data)))
                .containsExactly(Tuple.tuple(text + "!", Reason.NEAR_DUPLICATE));
    }

    @Test
    void clean_removesShortAndLongTextsInCodePoints() {
        Dataset data = Dataset.builder()
                .add("topic", "\uD83D\uDE00\uD83D\uDE00", "a") // two code points, four chars
                .add("topic", "abc", "a")
                .add("topic", "abcde", "a")
                .build();

        assertThat(removed(DatasetCleaner.builder()
                        .minLength(3)
                        .maxLength(4)
                        .build()
                        .clean(data)))
                .containsExactly(
                        Tuple.tuple("\uD83D\uDE00\uD83D\uDE00", Reason.TOO_SHORT),
                        Tuple.tuple("abcde", Reason.TOO_LONG));
    }

    @Test
    void clean_keepsMaxPerLabelAndTakesNothingFromWhatIsHeldOut() {
        Dataset.Builder data = Dataset.builder();
        for (int i = 0; i < 10; i++) {
            data.add(Sample.of("topic", "learnt " + i * 7919, "a").withSplit(Split.TRAIN));
            data.add(Sample.of("topic", "tested " + i * 7919, "a").withSplit(Split.TEST));
        }
        CleaningResult result = DatasetCleaner.builder().maxPerLabel(3).build().clean(data.build());

        assertThat(result.dataset().samples(Split.TRAIN)).hasSize(3);
        assertThat(result.dataset().samples(Split.TEST)).hasSize(10);
        assertThat(result.removed()).hasSize(7).allMatch(r -> r.reason() == Reason.SURPLUS);
    }

    @Test
    void clean_keepsALabelWithinTheRatioToTheSmallest() {
        Dataset.Builder data = Dataset.builder().add("topic", "b one", "b").add("topic", "b two", "b");
        for (int i = 0; i < 10; i++) {
            data.add("topic", "text " + i * 7919, "a");
        }
        // 2 of b, so at most ceil(2 * 1.4) = 3 of a
        assertThat(DatasetCleaner.builder()
                        .maxLabelRatio(1.4)
                        .build()
                        .clean(data.build())
                        .dataset()
                        .labelCounts("topic"))
                .containsEntry("a", 3)
                .containsEntry("b", 2);
        // maxPerLabel counts alone where both are given
        assertThat(DatasetCleaner.builder()
                        .maxLabelRatio(1.4)
                        .maxPerLabel(5)
                        .build()
                        .clean(data.build())
                        .dataset()
                        .labelCounts("topic"))
                .containsEntry("a", 5);
    }

    @Test
    void clean_keepsADiverseChoiceWhateverStandsFirst() {
        Dataset.Builder data = Dataset.builder();
        for (int i = 0; i < 20; i++) {
            data.add("topic", "where is my parcel number " + i, "a");
        }
        data.add("topic", "The courier was rude", "a").add("topic", "Can I pick it up myself?", "a");

        for (long seed = 0; seed < 5; seed++) {
            assertThat(DatasetCleaner.builder()
                            .maxPerLabel(3)
                            .seed(seed)
                            .build()
                            .clean(data.build())
                            .dataset()
                            .samples())
                    .extracting(Sample::text)
                    .contains("The courier was rude", "Can I pick it up myself?");
        }
    }

    @Test
    void clean_choosesTheSameWithTheSameSeed() {
        Dataset.Builder data = Dataset.builder();
        for (int i = 0; i < 50; i++) {
            data.add("topic", "text " + i * 7919, "a");
        }
        DatasetCleaner cleaner = DatasetCleaner.builder().maxPerLabel(10).build();

        assertThat(cleaner.clean(data.build()).dataset())
                .isEqualTo(cleaner.clean(data.build()).dataset());
        assertThat(DatasetCleaner.builder()
                        .maxPerLabel(10)
                        .seed(7)
                        .build()
                        .clean(data.build())
                        .dataset())
                .isNotEqualTo(cleaner.clean(data.build()).dataset());
    }

    @Test
    void display_printsWhatWentAndWhy() {
        StringBuilder out = new StringBuilder();
        DatasetCleaner.builder().ignoredLabels("ignored").build().clean(DIRTY).display(out);

        assertThat(out.toString()).isEqualTo("""
                  task   before  after  removed because
                  -----  ------  -----  -------------------------------------------------------------------------------
                  topic       6      2  it is blank 1, it repeats another with the same label 1, its label is ignored 2
                  mood        1      1
                """);
    }

    @Test
    void builder_refusesWhatIsOutOfRange() {
        assertThatThrownBy(() -> DatasetCleaner.builder().maxPerLabel(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DatasetCleaner.builder().maxLabelRatio(0.9))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> DatasetCleaner.builder().minLength(5).maxLength(4).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nothing would stay");
    }
}
