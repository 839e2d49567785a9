package io.rapidfit.classifier.internal.files;

import io.rapidfit.classifier.internal.features.NGramSizes;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import io.rapidfit.classifier.internal.serve.Activation;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.Layer;
import io.rapidfit.classifier.internal.serve.NGramModel;
import io.rapidfit.classifier.internal.serve.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Models that nobody trained, with all that a head can have. */
public final class ModelFixtures {

    public static final List<String> TEXTS = List.of(
            "where is my parcel",
            "the bill is wrong",
            "I forgot my password",
            "\u0641\u0627\u062a\u0648\u0631\u0629 \ud83d\ude9a",
            "\u6211\u7684\u5305");

    private static final int DIMENSION = 6;

    private final Random random;

    private ModelFixtures(long seed) {
        this.random = new Random(seed);
    }

    /** The first task is nested in the second, which knows what is strange; the third has layers and a threshold. */
    public static SavedModel everything(Activation activation, long seed) {
        ModelFixtures made = new ModelFixtures(seed);
        NGramVocabulary vocabulary = NGramVocabulary.fit(TEXTS, new NGramSizes(1, 2, 3), 1);
        float[] familiar = made.gaussian(7);
        Arrays.sort(familiar);
        Head fine = made.head("fine", List.of("parcel", "courier", "bill"), activation)
                .calibrated(1.7, null)
                .withScope(new Scope(made.gaussian(3 * DIMENSION), DIMENSION, familiar));
        Head coarse = Head.nested("coarse", List.of("delivery", "billing"), fine, List.of(0, 0, 1))
                .calibrated(0.3, 0.75);
        Head layered = made.head("\u0627\u0644\u0645\u0632\u0627\u062c", List.of("good", "bad"), activation, 5, 4)
                .calibrated(1, 0.1);
        Head plain = made.head("plain", List.of("yes", "no"), activation);
        NGramModel model = new NGramModel(
                vocabulary,
                made.gaussian(vocabulary.size() * DIMENSION),
                made.gaussian(DIMENSION),
                List.of(coarse, fine, layered, plain));
        return new SavedModel(model, 1, Map.of("seed", 1));
    }

    /** Of what was saved, the model as the kind that it is. */
    static NGramModel ngrams(SavedModel saved) {
        return (NGramModel) saved.model();
    }

    private Head head(String task, List<String> labels, Activation activation, int... hidden) {
        List<Layer> layers = new ArrayList<>();
        int inputs = DIMENSION;
        for (int size : hidden) {
            layers.add(new Layer(gaussian(size * inputs), gaussian(size)));
            inputs = size;
        }
        layers.add(new Layer(gaussian(labels.size() * inputs), gaussian(labels.size())));
        return Head.of(task, labels, layers, activation);
    }

    private float[] gaussian(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
