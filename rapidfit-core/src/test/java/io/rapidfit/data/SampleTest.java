package io.rapidfit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SampleTest {

    private static final Sample SAMPLE = Sample.of("sentiment", "I love it", "positive");

    @Test
    void of_isAHumansSampleInNoSplitWithoutTags() {
        assertThat(SAMPLE.task()).isEqualTo("sentiment");
        assertThat(SAMPLE.text()).isEqualTo("I love it");
        assertThat(SAMPLE.label()).isEqualTo("positive");
        assertThat(SAMPLE.split()).isNull();
        assertThat(SAMPLE.origin()).isEqualTo(Origin.HUMAN);
        assertThat(SAMPLE.tags()).isEmpty();
    }

    @Test
    void of_derivesTheSameIdInEveryRelease() {
        // the first 16 digits of: printf '9:sentiment9:I love itpositive' | sha256sum
        assertThat(SAMPLE.id()).isEqualTo("001168d0b2aac301");
    }

    @Test
    void of_derivesDifferentIdsForDifferentDivisionsOfTheSameCharacters() {
        assertThat(Sample.of("t", "ab", "c").id())
                .isNotEqualTo(Sample.of("t", "a", "bc").id());
        assertThat(Sample.of("ta", "b", "c").id())
                .isNotEqualTo(Sample.of("t", "ab", "c").id());
        assertThat(Sample.of("t1:", "a", "c").id())
                .isNotEqualTo(Sample.of("t", "1:a", "c").id());
    }

    @Test
    void of_derivesDifferentIdsForEachTaskTextAndLabel() {
        assertThat(SAMPLE.id())
                .isNotEqualTo(Sample.of("topic", "I love it", "positive").id())
                .isNotEqualTo(Sample.of("sentiment", "I loved it", "positive").id())
                .isNotEqualTo(Sample.of("sentiment", "I love it", "negative").id());
    }

    @Test
    void of_allowsABlankText() {
        assertThat(Sample.of("t", "", "a").text()).isEmpty();
        assertThat(Sample.of("t", " \n", "a").text()).isEqualTo(" \n");
    }

    @Test
    void of_refusesBlankTaskAndLabel() {
        assertThatThrownBy(() -> Sample.of(" ", "x", "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("task must not be blank");
        assertThatThrownBy(() -> Sample.of("t", "x", "\t"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("label must not be blank");
    }

    @Test
    @SuppressWarnings("NullAway")
    void of_refusesNull() {
        assertThatThrownBy(() -> Sample.of(null, "x", "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("task must not be null");
        assertThatThrownBy(() -> Sample.of("t", null, "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("text must not be null");
        assertThatThrownBy(() -> Sample.of("t", "x", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("label must not be null");
    }

    @Test
    void of_replacesUnpairedSurrogates() {
        Sample sample = Sample.of("t", "cut \uD83D", "a\uDE00");

        assertThat(sample.text()).isEqualTo("cut \uFFFD");
        assertThat(sample.label()).isEqualTo("a\uFFFD");
        assertThat(sample.id())
                .isEqualTo(Sample.of("t", "cut \uFFFD", "a\uFFFD").id());
    }

    @Test
    void withLabel_keepsTheId() {
        Sample corrected = SAMPLE.withLabel("negative");

        assertThat(corrected.label()).isEqualTo("negative");
        assertThat(corrected.id()).isEqualTo(SAMPLE.id());
    }

    @Test
    void withLabel_refusesABlankOne() {
        assertThatThrownBy(() -> SAMPLE.withLabel(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("label must not be blank");
    }

    @Test
    void withId_setsIt_andRefusesABlankOne() {
        assertThat(SAMPLE.withId("row 7").id()).isEqualTo("row 7");
        assertThatThrownBy(() -> SAMPLE.withId(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("id must not be blank");
    }

    @Test
    void withSplit_setsAndRemovesIt() {
        Sample test = SAMPLE.withSplit(Split.TEST);

        assertThat(test.split()).isEqualTo(Split.TEST);
        assertThat(test.withSplit(null)).isEqualTo(SAMPLE);
    }

    @Test
    void withSplit_refusesASyntheticSampleOutsideOfTrain() {
        Sample synthetic = SAMPLE.withOrigin(Origin.synthetic("LLMAugmenter")).withId("s1");

        assertThat(synthetic.withSplit(Split.TRAIN).split()).isEqualTo(Split.TRAIN);
        assertThatThrownBy(() -> synthetic.withSplit(Split.TEST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a synthetic sample is for TRAIN only but this one is in TEST: s1");
        assertThatThrownBy(() -> synthetic.withSplit(Split.VALIDATION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TRAIN only");
    }

    @Test
    void withOrigin_refusesSyntheticForATestSample() {
        assertThatThrownBy(() -> SAMPLE.withSplit(Split.TEST).withOrigin(Origin.synthetic("g")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TRAIN only");
    }

    @Test
    void withTags_copiesThemInOrder() {
        Map<String, String> tags = new LinkedHashMap<>();
        for (int i = 20; i > 0; i--) {
            tags.put("tag " + i, "" + i);
        }
        Sample tagged = SAMPLE.withTags(tags);
        Map<String, String> before = new LinkedHashMap<>(tags);
        tags.clear();

        assertThat(tagged.tags()).containsExactlyEntriesOf(before);
        assertThatThrownBy(() -> tagged.tags().put("new", "1")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void withTags_refusesABlankName() {
        assertThatThrownBy(() -> SAMPLE.withTags(Map.of(" ", "1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tag name must not be blank");
        assertThat(SAMPLE.withTags(Map.of("a", "")).tags()).containsEntry("a", "");
    }

    @Test
    void with_changesOnlyWhatItNames() {
        Sample full = SAMPLE.withId("7")
                .withSplit(Split.TRAIN)
                .withOrigin(Origin.synthetic("g"))
                .withTags(Map.of("a", "1"));

        assertThat(full)
                .isEqualTo(new Sample(
                        "sentiment",
                        "I love it",
                        "positive",
                        "7",
                        Split.TRAIN,
                        Origin.synthetic("g"),
                        Map.of("a", "1")));
    }

    @Test
    @SuppressWarnings("NullAway")
    void with_refusesNull() {
        assertThatThrownBy(() -> SAMPLE.withOrigin(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("origin must not be null");
        assertThatThrownBy(() -> SAMPLE.withTags(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tags must not be null");
    }

    @Test
    void field_hasWhatASampleSays() {
        Sample sample =
                Sample.of("topic", "Lost card", "card").withSplit(Split.TEST).withTags(Map.of("lang", "en"));

        assertThat(sample.field("task")).contains("topic");
        assertThat(sample.field("text")).contains("Lost card");
        assertThat(sample.field("label")).contains("card");
        assertThat(sample.field("id")).contains(sample.id());
        assertThat(sample.field("split")).contains("test");
        assertThat(sample.field("tags.lang")).contains("en");
        assertThat(sample.field("tags.other")).isEmpty();
        assertThat(sample.field("other")).isEmpty();
        assertThat(sample.withSplit(null).field("split")).isEmpty();
    }
}
