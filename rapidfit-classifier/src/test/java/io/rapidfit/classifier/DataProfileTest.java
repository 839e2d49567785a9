package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.features.NGramSizes;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import io.rapidfit.data.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DataProfileTest {

    @Test
    void profile_countsTextsLabelsAndFeatures() {
        DataProfile profile = profile(List.of(
                Sample.of("t", "one two", "a"),
                Sample.of("t", "three", "a"),
                Sample.of("t", "four five six", "a"),
                Sample.of("t", "seven", "b"),
                Sample.of("u", "seven", "x"),
                Sample.of("u", "eight", "x"),
                Sample.of("u", "nine", "y")));

        assertThat(profile.texts()).isEqualTo(6); // one stands in both tasks
        // labels have 3 and 1, 2 and 1 texts: 1 1 2 3, of which the upper middle one is 2
        assertThat(profile.textsPerLabel()).isEqualTo(2);
        // words: 2 + 1 + 3 + 1 + 1 + 1
        assertThat(profile.featuresPerText()).isCloseTo(9 / 6.0, within(1e-12));
    }

    @Test
    void agreement_ofLabelsThatWordsDecideIsOne() {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            samples.add(Sample.of("t", (i % 3 == 0 ? "red " : i % 3 == 1 ? "green " : "blue ") + i, "label " + i % 3));
        }

        assertThat(profile(samples).agreement()).isEqualTo(1);
    }

    @Test
    void agreement_ofRandomLabelsIsNearNone() {
        Random random = new Random(5);
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            samples.add(
                    Sample.of("t", "w" + random.nextInt(50) + " v" + random.nextInt(50), "label " + random.nextInt(2)));
        }

        // of 1000 judged texts the share that is right strays by 1/63, and kappa by twice that
        assertThat(profile(samples).agreement()).isBetween(0.0, 0.1);
    }

    @Test
    void agreement_isBeyondTheMostFrequentLabel() {
        // nine in ten have the same label and the words say nothing: right in 9 of 10 is worth nothing
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            samples.add(Sample.of("t", "word " + i % 7, i % 10 == 0 ? "rare" : "common"));
        }

        assertThat(profile(samples).agreement()).isZero();
    }

    @Test
    void agreement_isTheMeanOfTheTasks() {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String text = (i % 2 == 0 ? "red " : "green ") + i % 7 + " x" + i;
            samples.add(Sample.of("easy", text, i % 2 == 0 ? "r" : "g"));
            samples.add(Sample.of("hopeless", text, i % 10 == 0 ? "rare" : "common"));
        }

        assertThat(profile(samples).agreement()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void profile_copesWithOneTextALabel() {
        DataProfile two = profile(List.of(Sample.of("t", "one", "a"), Sample.of("t", "two", "b")));

        assertThat(two.texts()).isEqualTo(2);
        assertThat(two.textsPerLabel()).isEqualTo(1);
        assertThat(two.agreement()).isEqualTo(1); // one is judged: always giving its label is never wrong

        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            samples.add(Sample.of("t", "text" + i, "label " + i));
        }
        assertThat(profile(samples).agreement()).isZero();
    }

    @Test
    void profile_copesWithTextsWithoutFeatures() {
        TrainingSet set = TrainingSet.of(
                List.of(Sample.of("t", "one", "a"), Sample.of("t", "two", "b"), Sample.of("t", "three", "b")));
        NGramVocabulary none = NGramVocabulary.fit(List.of("one"), new NGramSizes(1, 2, 0), 2);
        List<FeatureBag> bags =
                set.rows().stream().map(r -> none.features(r.text())).toList();

        DataProfile profile = DataProfile.of(set, bags);
        assertThat(profile.featuresPerText()).isZero();
        assertThat(profile.agreement()).isBetween(0.0, 1.0);
    }

    private static DataProfile profile(List<Sample> samples) {
        TrainingSet set = TrainingSet.of(samples);
        List<String> texts = set.rows().stream().map(TrainingSet.Row::text).toList();
        NGramVocabulary vocabulary = NGramVocabulary.fit(texts, new NGramSizes(1, 2, 0), 1);
        return DataProfile.of(set, texts.stream().map(vocabulary::features).toList());
    }
}
