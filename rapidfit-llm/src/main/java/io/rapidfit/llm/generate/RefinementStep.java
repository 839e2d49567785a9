package io.rapidfit.llm.generate;

import io.rapidfit.data.Example;
import io.rapidfit.llm.grade.Ranking;

/**
 * One step of an {@link LLMRefinement}: a new text, and what a ranking says of it.
 *
 * @param candidate the example with the new text
 * @param changes what was changed, in the words of the model that wrote it
 * @param ranking of the original and all candidates so far, in the order in which they came: this one is the last
 */
public record RefinementStep(Example candidate, String changes, Ranking ranking) {

    /** Why the ranking came out as it did, in the judge's words; it is what the next candidate is made from. */
    public String reason() {
        return ranking.reason();
    }
}
