package io.rapidfit.review;

import io.rapidfit.internal.Require;
import io.rapidfit.text.TextNormalizer;
import java.util.List;

/**
 * One thing that a model wrote and a person is to judge.
 *
 * @param id names it within its job. Here and elsewhere unpaired surrogates become U+FFFD: what is kept in files is the same.
 * @param text what the model says
 * @param evidence what it rests on, such as quotations or the numbers of rows; may be empty, but no part of it blank
 * @param recommendation what to do about it; may be empty
 * @param dependsOn ids of the job's items without which this one means nothing
 */
public record ReviewItem(String id, String text, List<String> evidence, String recommendation, List<String> dependsOn) {

    public ReviewItem {
        id = TextNormalizer.wellFormed(Require.notBlank("id", id));
        text = TextNormalizer.wellFormed(Require.notBlank("text", text));
        evidence = wellFormed("evidence", evidence);
        recommendation = TextNormalizer.wellFormed(Require.nonNull("recommendation", recommendation));
        dependsOn = wellFormed("dependsOn", dependsOn);
        if (dependsOn.contains(id)) {
            throw new IllegalArgumentException("item '%s' cannot depend on itself".formatted(id));
        }
    }

    private static List<String> wellFormed(String name, List<String> values) {
        return values.stream()
                .map(value -> TextNormalizer.wellFormed(Require.notBlank(name, value)))
                .toList();
    }

    /** Without evidence, recommendation and dependencies. */
    public static ReviewItem of(String id, String text) {
        return new ReviewItem(id, text, List.of(), "", List.of());
    }

    public ReviewItem withText(String newText) {
        return new ReviewItem(id, newText, evidence, recommendation, dependsOn);
    }

    public ReviewItem withEvidence(List<String> newEvidence) {
        return new ReviewItem(id, text, newEvidence, recommendation, dependsOn);
    }

    public ReviewItem withRecommendation(String newRecommendation) {
        return new ReviewItem(id, text, evidence, newRecommendation, dependsOn);
    }

    public ReviewItem withDependsOn(List<String> newDependsOn) {
        return new ReviewItem(id, text, evidence, recommendation, newDependsOn);
    }
}
