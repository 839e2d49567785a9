package io.rapidfit.llm.run;

import io.rapidfit.llm.LLMException;
import org.jspecify.annotations.Nullable;

/**
 * What became of one question: a result or a failure, never both.
 *
 * @param result null if the model did not answer
 * @param failure why it did not
 */
public record Answer(
        Question question,
        @Nullable AskResult result,
        @Nullable LLMException failure) {

    public Answer {
        if ((result == null) == (failure == null)) {
            throw new IllegalArgumentException("an answer is a result or a failure");
        }
    }
}
