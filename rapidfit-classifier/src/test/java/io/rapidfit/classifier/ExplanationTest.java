package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.Explanation.Feature;
import io.rapidfit.classifier.Explanation.Kind;
import io.rapidfit.classifier.Explanation.Word;
import io.rapidfit.classifier.internal.features.NGramSizes;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import io.rapidfit.classifier.internal.features.Segmentation;
import io.rapidfit.classifier.internal.serve.Activation;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.Layer;
import io.rapidfit.classifier.internal.serve.NGramModel;
import io.rapidfit.classifier.internal.serve.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExplanationTest {

    private static MultiheadClassifier classifier;

    @BeforeAll
    static void train() {
        classifier = Samples.fruitClassifier();
    }

    @AfterAll
    static void close() {
        classifier.close();
    }

    @Test
    void explain_namesTheObviousWordFirst() {
        Explanation fruit = classifier.explain("a ripe mango", "thing");
        Explanation car = classifier.explain("The gearbox needs repair", "thing");

        assertThat(fruit.label()).isEqualTo("fruit");
        assertThat(strongestWord(fruit)).isIn("ripe", "mango");
        assertThat(strongestWord(classifier.explain("a mango", "thing"))).isEqualTo("mango");
        assertThat(car.label()).isEqualTo("car");
        assertThat(strongestWord(car)).isIn("gearbox", "needs", "repair");
        assertThat(car.words()).extracting(Word::text).containsExactly("the", "gearbox", "needs", "repair");
        assertThat(car.features()).extracting(Feature::text).contains("gearbox", "needs repair", "<ge");
    }

    @Test
    void explain_isOfThePredictedLabelAndItsConfidence() {
        String text = "a broken plum";
        Explanation explanation = classifier.explain(text, "thing");

        assertThat(explanation.task()).isEqualTo("thing");
        assertThat(explanation.label())
                .isEqualTo(classifier.predict(text, "thing").label());
        assertThat(explanation.confidence())
                .isEqualTo(classifier.predict(text, "thing").confidence());
        assertThat(explanation.score()).isPositive();
    }

    @Test
    void explain_ofAnotherLabelSpeaksAgainstIt() {
        Explanation fruit = classifier.explain("a ripe mango", "thing", "fruit");
        Explanation car = classifier.explain("a ripe mango", "thing", "car");

        assertThat(fruit).isEqualTo(classifier.explain("a ripe mango", "thing"));
        assertThat(car.confidence()).isCloseTo(1 - fruit.confidence(), within(1e-12));
        // of two labels what speaks for one speaks against the other
        assertThat(car.score()).isCloseTo(-fruit.score(), within(1e-6));
        assertThat(car.words().get(2).contribution())
                .isCloseTo(-fruit.words().get(2).contribution(), within(1e-6));
    }

    @Test
    void explain_saysTheSameAfterLoading(@TempDir Path model) {
        classifier.save(model);
        try (MultiheadClassifier loaded = MultiheadClassifier.load(model)) {
            assertThat(loaded.explain("a ripe mango", "thing")).isEqualTo(classifier.explain("a ripe mango", "thing"));
        }
    }

    @Test
    void explain_saysTheSameUnderTheTurkishLocale() {
        Explanation before = classifier.explain("A RIPE LEMON WITH ICE", "thing");
        String shown = before + shown(before);
        Locale locale = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            Explanation turkish = classifier.explain("A RIPE LEMON WITH ICE", "thing");
            assertThat(turkish).isEqualTo(before);
            assertThat(turkish + shown(turkish)).isEqualTo(shown);
        } finally {
            Locale.setDefault(locale);
        }
    }

    @Test
    void explain_ofUnknownWordsIsTheBias() {
        Explanation explanation = classifier.explain("\u4f60\u597d 7!", "thing");

        assertThat(explanation.features()).isEmpty();
        assertThat(explanation.words())
                .containsExactly(new Word("\u4f60", 0), new Word("\u597d", 0), new Word("7", 0), new Word("!", 0));
        assertThat(explanation.score()).isEqualTo(explanation.bias());
        assertThat(shown(explanation)).contains("the classifier knows none of the text's n-grams");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t", "\u00a0"})
    void explain_refusesABlankText(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.explain(text, "thing"))
                .withMessage("the text is blank: there is nothing to classify");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.explain(text, "thing", "car"))
                .withMessage("the text is blank: there is nothing to classify");
    }

    @Test
    void explain_refusesWhatItDoesNotKnow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.explain("a plum", "mood"))
                .withMessage("no task 'mood'; this classifier has [thing]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.explain("a plum", "thing", "bike"))
                .withMessage("no label 'bike' in task 'thing'; there are [car, fruit]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.explain("a plum", "thing", null))
                .withMessage("label must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.explain(null, "thing"))
                .withMessage("text must not be null");
    }

    @Test
    void explain_refusesWithoutAModel() {
        MultiheadClassifier empty = MultiheadClassifier.builder().build();
        assertThatIllegalStateException()
                .isThrownBy(() -> empty.explain("a plum", "thing"))
                .withMessageStartingWith("nothing was trained yet");
        empty.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> empty.explain("a plum", "thing", "car"))
                .withMessage("this classifier is closed");
    }

    /** One hidden value, to which every n-gram adds its weight. */
    @Test
    void explain_dividesContributionsOverPlacesAndWords() {
        NGramVocabulary vocabulary = NGramVocabulary.fit(List.of("go go on"), new NGramSizes(2, 4, 4), 1);
        Head head = Head.linear("t", List.of("yes", "no"), new float[] {1, -1}, new float[] {0.25f, -0.25f});
        float[] table = new float[vocabulary.size()];
        Arrays.fill(table, 1);
        NGramModel model = new NGramModel(vocabulary, table, new float[] {3}, List.of(head));

        Explanation explanation = Explainer.explain(model, head, "go GO on", null);

        // Each text of the fit is the same one, so all idf are 1. Words: go twice weighs 1 + ln 2, on 1, "go go" 1,
        // "go on" 1; over their length. Characters: <go> twice, <on> once.
        double twice = 1 + Math.log(2);
        double words = Math.sqrt(twice * twice + 3);
        double chars = Math.sqrt(twice * twice + 1);
        assertThat(explanation.bias()).isCloseTo(3 + 0.25, within(1e-6));
        assertThat(explanation.features())
                .extracting(Feature::text)
                .containsExactly("<go>", "go", "<on>", "go go", "go on", "on"); // equal ones in order of the text
        assertThat(explanation.features())
                .extracting(Feature::kind)
                .containsExactly(Kind.CHARACTERS, Kind.WORDS, Kind.CHARACTERS, Kind.WORDS, Kind.WORDS, Kind.WORDS);
        double[] expected = {twice / chars, twice / words, 1 / chars, 1 / words, 1 / words, 1 / words};
        for (int i = 0; i < expected.length; i++) {
            assertThat(explanation.features().get(i).contribution()).isCloseTo(expected[i], within(1e-6));
        }
        double go = twice / words / 2 + twice / chars / 2;
        assertThat(explanation.words()).extracting(Word::text).containsExactly("go", "go", "on");
        assertThat(explanation.words().get(0).contribution()).isCloseTo(go + 0.5 / words, within(1e-6));
        assertThat(explanation.words().get(1).contribution()).isCloseTo(go + 1 / words, within(1e-6));
        assertThat(explanation.words().get(2).contribution()).isCloseTo(1.5 / words + 1 / chars, within(1e-6));
    }

    @ParameterizedTest
    @EnumSource(Segmentation.class)
    void explain_ofWordsAndOfFeaturesAddUpToTheLogit(Segmentation segmentation) {
        List<String> texts = List.of(
                "where is my parcel? my parcel, my PARCEL!",
                "\u0623\u064a\u0646 \u0637\u0631\u062f\u064a\u061f \u0623\u064a\u0646",
                "\u6211\u7684\u5305\u88f9\u5728\u54ea\u91cc \u6211\u7684iPhone",
                "\ud83d\ude9a\ud83d\ude9a \ud83d\udc69\u200d\ud83d\udcbb !!",
                "a ".repeat(600) + "b".repeat(600));
        NGramVocabulary fitted = NGramVocabulary.fit(texts, new NGramSizes(2, 2, 4), 1);
        NGramVocabulary vocabulary = NGramVocabulary.of(fitted.sizes(), segmentation, fitted.hashes(), fitted.idf());
        Random random = new Random(6);
        int dimension = 9;
        List<String> labels = List.of("a", "b", "c");
        Head linear = Head.linear("linear", labels, gaussians(3 * dimension, random), gaussians(3, random));
        Head deep = Head.of(
                "deep",
                labels,
                List.of(
                        new Layer(gaussians(5 * dimension, random), gaussians(5, random)),
                        new Layer(gaussians(3 * 5, random), gaussians(3, random))),
                Activation.GELU);
        Head nested = Head.nested("nested", List.of("x", "y"), linear, List.of(0, 1, 0));
        NGramModel floats = new NGramModel(
                vocabulary,
                gaussians(vocabulary.size() * dimension, random),
                gaussians(dimension, random),
                List.of(linear, deep, nested));
        for (NGramModel model : List.of(floats, floats.withPrecision(Precision.INT8))) {
            for (String text : texts) {
                for (Head head : model.heads()) {
                    for (String label : head.labels()) {
                        Explanation explanation = Explainer.explain(model, head, text, label);
                        double words = explanation.words().stream()
                                .mapToDouble(Word::contribution)
                                .sum();
                        assertThat(explanation.bias() + words).isCloseTo(explanation.score(), within(1e-9));
                        if (head != nested) {
                            double mean = 0;
                            for (String each : labels) {
                                mean += Math.log(Explainer.explain(model, head, text, each)
                                                .confidence())
                                        / 3;
                            }
                            assertThat(explanation.score())
                                    .isCloseTo(Math.log(explanation.confidence()) - mean, within(1e-4));
                        }
                    }
                }
            }
        }
    }

    private static final Explanation PARCEL = new Explanation(
            "topic",
            "delivery",
            0.8512,
            -0.25,
            List.of(
                    new Word("where", 0.5),
                    new Word("is", -0.251),
                    new Word("\u6211", 0),
                    new Word("parcel", 2),
                    new Word("?", -0.001)),
            List.of(
                    new Feature(Kind.WORDS, "parcel", 1.5),
                    new Feature(Kind.CHARACTERS, "<par", 0.5),
                    new Feature(Kind.WORDS, "where is", 0.248)));

    @Test
    void display_isATableOfWordsAndOneOfNGrams() {
        assertThat(shown(PARCEL)).isEqualTo("""
                        topic: delivery 0.85, score +2.00 = +2.25 from the words, -0.25 without them

                          word     adds  against  for
                          ------  -----  -------  --------------------
                          where   +0.50           #####
                          is      -0.25      ###
                          \u6211       0.00
                          parcel  +2.00           ####################
                          ?        0.00

                          n-gram    of           adds
                          --------  ----------  -----
                          parcel    words       +1.50
                          <par      characters  +0.50
                          where is  words       +0.25
                        """);
    }

    @Test
    void display_ofALongTextShowsTheStrongestWordsInOrder() {
        List<Word> words = new ArrayList<>();
        List<Feature> features = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            words.add(new Word("w" + i, i < 10 ? 0.1 : 0.01 * i + 1));
            features.add(new Feature(Kind.WORDS, "w" + i, 1));
        }
        String shown = shown(new Explanation("t", "l", 1, 0, words, features));

        assertThat(shown)
                .contains("  (the 40 strongest of 50 words)\n", "  (the 10 strongest of 50 n-grams)\n")
                .doesNotContain("+0.10")
                .containsSubsequence("w10", "w11", "w48", "w49", "(the 40");
    }

    @Test
    void display_reportsAFailure() {
        Writer broken = new Writer() {
            @Override
            public void write(char[] chars, int offset, int length) throws IOException {
                throw new IOException("full");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        assertThatThrownBy(() -> PARCEL.display(broken))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("full");
    }

    @Test
    void toString_isTheLabelAndTheStrongestWords() {
        assertThat(PARCEL).hasToString("delivery 0.85: parcel +2.00, where +0.50, is -0.25");
    }

    @Test
    void explanation_copiesItsLists() {
        List<Word> words = new ArrayList<>(List.of(new Word("a", 1)));
        Explanation explanation = new Explanation("t", "l", 0.5, 0, words, List.of());
        words.clear();
        assertThat(explanation.words())
                .extracting(Word::text, Word::contribution)
                .containsExactly(tuple("a", 1.0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Explanation("t", "l", 1.5, 0, List.of(), List.of()))
                .withMessage("confidence must be in [0.0, 1.0] but was 1.5");
    }

    private static String strongestWord(Explanation explanation) {
        return explanation.words().stream()
                .max(Comparator.comparingDouble(Word::contribution))
                .orElseThrow()
                .text();
    }

    private static String shown(Explanation explanation) {
        StringBuilder out = new StringBuilder();
        explanation.display(out);
        return out.toString();
    }

    private static float[] gaussians(int count, Random random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
