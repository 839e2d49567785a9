package io.rapidfit.classifier;

import io.rapidfit.classifier.Explanation.Feature;
import io.rapidfit.classifier.Explanation.Kind;
import io.rapidfit.classifier.Explanation.Word;
import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.features.NamedNGrams;
import io.rapidfit.classifier.internal.features.NamedNGrams.Named;
import io.rapidfit.classifier.internal.features.NamedNGrams.Place;
import io.rapidfit.classifier.internal.serve.Answer;
import io.rapidfit.classifier.internal.serve.Attribution;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.NGramModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts the names of a text's n-grams beside what they contribute. */
final class Explainer {

    private Explainer() {}

    /** @param label null for the most probable one */
    static Explanation explain(NGramModel model, Head head, String text, @Nullable String label) {
        FeatureBag features = model.vocabulary().features(text);
        float[] hidden = model.encode(features);
        Answer answer = model.answer(hidden, head);
        int index = label == null ? answer.best() : head.labels().indexOf(label);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "no label '%s' in task '%s'; there are %s".formatted(label, head.task(), head.labels()));
        }
        Attribution attribution = model.explain(features, hidden, head, index);
        Map<Integer, Double> byRow = new HashMap<>();
        for (int i = 0; i < features.size(); i++) {
            byRow.merge(features.row(i), attribution.contributions()[i], Double::sum);
        }
        NamedNGrams names = model.vocabulary().names(text);
        return new Explanation(
                head.task(),
                head.labels().get(index),
                answer.probabilities()[index],
                attribution.bias(),
                words(names, byRow),
                features(names, byRow));
    }

    private static List<Word> words(NamedNGrams names, Map<Integer, Double> byRow) {
        double[] shares = new double[names.words().size()];
        for (Named ngram : names.known()) {
            double share = byRow.getOrDefault(ngram.row(), 0.0) / ngram.places().size();
            for (Place place : ngram.places()) {
                for (int word = place.first(); word <= place.last(); word++) {
                    shares[word] += share / (place.last() - place.first() + 1);
                }
            }
        }
        List<Word> words = new ArrayList<>();
        for (String text : names.words()) {
            words.add(new Word(text, shares[words.size()]));
        }
        return words;
    }

    private static List<Feature> features(NamedNGrams names, Map<Integer, Double> byRow) {
        List<Feature> features = names.known().stream()
                .map(ngram -> new Feature(
                        ngram.kind() == NamedNGrams.Kind.WORDS ? Kind.WORDS : Kind.CHARACTERS,
                        ngram.text(),
                        byRow.getOrDefault(ngram.row(), 0.0)))
                .toList();
        return ExplanationDisplay.strongest(features, features.size(), Feature::contribution);
    }
}
