package io.rapidfit.llm.run;

import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.reply.Reply;
import java.util.List;

/**
 * What was read out of a model's answers to one question.
 *
 * @param reply the accepted records of all answers, and what is still wrong or missing
 * @param responses the answers themselves: one, or two where the model was asked again
 */
public record AskResult(Reply reply, List<ChatResponse> responses) {
    public AskResult {
        responses = List.copyOf(responses);
    }
}
