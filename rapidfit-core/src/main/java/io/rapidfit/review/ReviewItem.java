package io.rapidfit.review;

import io.rapidfit.internal.Require;
import java.util.List;

/**
 * One thing that a model wrote and a person is to judge.
 *
 * @param id names it within its job
 * @param text what the model says
 * @param evidence what it rests on, such as quotations or the numbers of rows; may be empty
 * @param recommendation what to do about it; may be empty
 * @param dependsOn ids of the job's items without which this one means nothing
 */
public record ReviewItem(String id, String text, List<String> evidence, String recommendation, List<String> dependsOn) {

    public ReviewItem {
        Require.notBlank("id", id);
        Require.notBlank("text", text);
        evidence = List.copyOf(evidence);
        Require.nonNull("recommendation", recommendation);
        dependsOn = List.copyOf(dependsOn);
        if (dependsOn.contains(id)) {
            throw new IllegalArgumentException("item '%s' cannot depend on itself".formatted(id));
        }
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
