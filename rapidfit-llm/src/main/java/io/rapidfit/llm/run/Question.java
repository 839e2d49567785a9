package io.rapidfit.llm.run;

import io.rapidfit.internal.Require;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.reply.ReplyShape;

/**
 * A question for data.
 *
 * @param call names it within its run, the same whenever the run is tried again
 * @param request without a JSON Schema: the shape's is added
 */
public record Question(String call, ChatRequest request, ReplyShape shape) {
    public Question {
        Require.notBlank("call", call);
        Require.nonNull("request", request);
        Require.nonNull("shape", shape);
    }
}
