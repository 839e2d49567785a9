package io.rapidfit.llm.run;

import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.reply.Reply;
import java.util.List;
import java.util.Map;

/**
 * What was read out of a model's answers to one question.
 *
 * @param reply the accepted records of all answers, and what is still wrong or missing; empty where the question has no shape
 * @param responses the answers themselves: one, or two where the model was asked again
 */
public record AskResult(Reply reply, List<ChatResponse> responses) {
    public AskResult {
        responses = List.copyOf(responses);
    }

    /** An answer out of which nothing was to be read. */
    static AskResult verbatim(ChatResponse response) {
        return new AskResult(new Reply(List.of(), List.of(), true, Map.of(), List.of()), List.of(response));
    }
}
