package io.rapidfit.llm.run;

import io.rapidfit.internal.Require;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.reply.ReplyShape;
import org.jspecify.annotations.Nullable;

/**
 * A question for data, or for an answer of any kind.
 *
 * @param call names it within its run, the same whenever the run is tried again
 * @param request without a JSON Schema where there is a shape: the shape's is added
 * @param shape null for an answer that is taken as it is, whatever it says, and not asked for again
 */
public record Question(
        String call, ChatRequest request, @Nullable ReplyShape shape) {
    public Question {
        Require.notBlank("call", call);
        Require.nonNull("request", request);
    }

    /** What the model is asked. */
    ChatRequest asked() {
        return shape == null ? request : request.withJsonSchema(shape.jsonSchema());
    }
}
