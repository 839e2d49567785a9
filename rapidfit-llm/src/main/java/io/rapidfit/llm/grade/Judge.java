package io.rapidfit.llm.grade;

import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.reply.ReplyShape;
import io.rapidfit.llm.run.Answer;
import io.rapidfit.llm.run.AskResult;
import io.rapidfit.llm.run.PromptTemplate;
import io.rapidfit.llm.run.Question;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model, and how it is asked: what {@link JudgeBuilder} collects. */
record Judge(
        String name, ChatModel model, PromptTemplate template, Fields fields, double temperature, int maxAnswerTokens) {

    /** @param about names what is asked about */
    Question question(String about, Map<String, ?> values, ReplyShape shape) {
        return new Question(
                "grade/%s/%s/%s".formatted(name, model.modelId(), about),
                new ChatRequest(template.render(values), temperature, maxAnswerTokens, null),
                shape);
    }

    /** What the model said, or why nothing came of asking it. */
    static Said said(Answer answer) {
        LLMException failure = answer.failure();
        if (failure != null) {
            return new Said(
                    Map.of(),
                    "the call failed: " + failure.getMessage(),
                    Map.of("failure", failure.getClass().getSimpleName()));
        }
        AskResult result = answer.result();
        if (result == null) {
            throw new AssertionError("an answer is a result or a failure");
        }
        List<ChatResponse> responses = result.responses();
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("model", responses.get(responses.size() - 1).model());
        metadata.put("prompt_hash", answer.question().request().hash().substring(0, 16));
        List<Map<String, Object>> rows = result.reply().rows();
        return rows.isEmpty()
                ? new Said(
                        Map.of(),
                        "the model's answer cannot be used: "
                                + String.join(" ", result.reply().problems()),
                        metadata)
                : new Said(rows.get(0), "", metadata);
    }

    /**
     * What came of asking.
     *
     * @param row the record that was read; empty if there is none
     * @param error why there is none; empty if there is one
     */
    record Said(Map<String, Object> row, String error, Map<String, String> metadata) {

        boolean isError() {
            return row.isEmpty();
        }
    }
}
