package io.rapidfit.llm.evaluate;

import io.rapidfit.data.Example;

/**
 * One example of the holdout and what both made of it.
 *
 * @param expected the answer that it should get
 */
public record ComparedExample(Example example, String expected, ContestantAnswer before, ContestantAnswer after) {

    /** The example's id and both sets of scores, no text. */
    @Override
    public String toString() {
        return "ComparedExample[%s, %s, %s]".formatted(example.id(), before, after);
    }
}
