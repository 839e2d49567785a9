package io.rapidfit.classifier;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/**
 * An embedding function that remembers what it was asked: a text's vector is the sum of one for each of its words, always
 * the same, and near the axis of the word's meaning where it has one.
 */
final class Embedding implements Function<List<String>, List<float[]>> {

    static final int DIMENSION = 24;

    private static final List<List<String>> MEANINGS = List.of(
            List.of("apple", "pear", "plum", "cherry", "lemon", "mango", "ripe", "sweet", "eat"),
            List.of("engine", "brake", "wheel", "clutch", "bumper", "gearbox", "broken", "repair"));

    private final List<List<String>> calls = Collections.synchronizedList(new ArrayList<>());

    @Override
    public List<float[]> apply(List<String> texts) {
        calls.add(texts);
        return texts.stream().map(Embedding::vector).toList();
    }

    static float[] vector(String text) {
        float[] sum = new float[DIMENSION];
        for (String word : text.split("\\W+")) {
            Random random = new Random(word.hashCode());
            for (int k = 0; k < DIMENSION; k++) {
                sum[k] += (float) random.nextGaussian() / 10;
            }
            for (int meaning = 0; meaning < MEANINGS.size(); meaning++) {
                sum[meaning] += MEANINGS.get(meaning).contains(word) ? 1 : 0;
            }
        }
        return sum;
    }

    EmbeddingEncoder encoder() {
        return Encoders.embedding("words", DIMENSION, this);
    }

    /** Texts of each call so far. */
    List<List<String>> calls() {
        return List.copyOf(calls);
    }

    /** How often each text was asked for so far. */
    Map<String, Integer> counts() {
        Map<String, Integer> counts = new HashMap<>();
        calls().forEach(texts -> texts.forEach(text -> counts.merge(text, 1, Integer::sum)));
        return counts;
    }

    void forgetCalls() {
        calls.clear();
    }
}
