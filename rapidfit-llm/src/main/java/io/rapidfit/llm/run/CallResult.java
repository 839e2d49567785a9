package io.rapidfit.llm.run;

import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.LLMException;
import org.jspecify.annotations.Nullable;

/**
 * What became of one request: an answer or a failure, never both.
 *
 * @param response null if there is none
 * @param failure why there is none
 */
public record CallResult(
        ChatRequest request,
        @Nullable ChatResponse response,
        @Nullable LLMException failure) {

    public CallResult {
        if ((response == null) == (failure == null)) {
            throw new IllegalArgumentException("a result is an answer or a failure");
        }
    }

    public boolean isAnswered() {
        return response != null;
    }
}
