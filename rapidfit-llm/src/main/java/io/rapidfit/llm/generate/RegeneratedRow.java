package io.rapidfit.llm.generate;

import io.rapidfit.check.TemplateReport;
import io.rapidfit.data.Conversation;
import io.rapidfit.data.Message;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.generate.RegenerationGate.Refusal;
import io.rapidfit.llm.reply.ReplyShape;
import io.rapidfit.llm.run.Answer;
import io.rapidfit.llm.run.Ask;
import io.rapidfit.llm.run.AskResult;
import io.rapidfit.llm.run.Question;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One conversation whose response is to be rewritten, and what was tried so far. */
final class RegeneratedRow {

    private static final String RESPONSE = "response";

    /** More would make every prompt longer. */
    private static final int MOST_TEMPLATES = 20;

    private static final ReplyShape SHAPE = ReplyShape.object().string(RESPONSE).build();

    /**
     * What an answer gave.
     *
     * @param text empty if there is none
     * @param refusal why there is none; null if there is one
     */
    record Attempt(String text, @Nullable Refusal refusal) {}

    private final int number;
    private final String name;
    private final Conversation conversation;
    private final List<Attempt> refused = new ArrayList<>();

    /** @param name of the row in its run */
    RegeneratedRow(int number, String name, Conversation conversation) {
        this.number = number;
        this.name = name;
        this.conversation = conversation;
    }

    /** Of the row in its file, from 0. */
    int number() {
        return number;
    }

    Conversation conversation() {
        return conversation;
    }

    int attempts() {
        return refused.size();
    }

    void refuse(String text, Refusal refusal) {
        refused.add(new Attempt(text, refusal));
    }

    Ask ask(RegenerationOptions options, TemplateReport templates, RecentOutputs outputs) {
        String original = conversation.response().orElseThrow();
        String persona = options.persona(conversation);
        StyleCorpus corpus = options.corpus();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("conversation", messages());
        values.put("persona", persona);
        values.put("instruction", options.instruction(persona));
        values.put(
                "style",
                corpus == null
                        ? List.of()
                        : new Draw(options.seed(), name).some(options.passagesPerPrompt(), corpus.passages(persona)));
        values.put("templates", forms(templates, original));
        values.put("outputs", outputs.shown(original));
        values.put(
                "attempts",
                refused.stream()
                        .filter(attempt -> !attempt.text().isEmpty()) // else there is nothing to learn from it
                        .map(RegeneratedRow::shown)
                        .toList());
        values.put("minLength", options.minLength());
        values.put("maxLength", options.maxLength());
        ChatRequest request = new ChatRequest(
                options.prompt().render(values), options.temperature(), options.maxAnswerTokens(), null);
        return new Ask(
                new Question(name + "/" + (attempts() + 1), request, SHAPE),
                () -> List.of(Map.of(RESPONSE, original)),
                true);
    }

    /** Those first that the original follows. */
    private static List<String> forms(TemplateReport templates, String original) {
        Stream<Integer> own = templates.allMatching(original).stream().boxed();
        Stream<Integer> all = IntStream.range(0, templates.templates().size()).boxed();
        return Stream.concat(own, all)
                .distinct()
                .limit(MOST_TEMPLATES)
                .map(i -> templates.templates().get(i).form())
                .toList();
    }

    /** What is before the response, tool calls and all results among it; the response itself would be imitated. */
    private List<Map<String, Object>> messages() {
        List<Map<String, Object>> messages = new ArrayList<>();
        for (Message message : conversation.context()) {
            Map<String, Object> written = new LinkedHashMap<>();
            written.put("role", message.role());
            if (message.name() != null) {
                written.put("name", message.name());
            }
            if (!message.text().isEmpty()) {
                written.put("content", message.text());
            }
            if (!message.toolCalls().isEmpty()) {
                written.put(
                        "tool_calls",
                        message.toolCalls().stream().map(RegeneratedRow::call).toList());
            }
            if (message.toolCallId() != null) {
                written.put("tool_call_id", message.toolCallId());
            }
            messages.add(written);
        }
        return messages;
    }

    private static Map<String, Object> call(Message.ToolCall call) {
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("id", call.id());
        written.put("name", call.name());
        written.put("arguments", call.arguments());
        return written;
    }

    private static Map<String, Object> shown(Attempt attempt) {
        Refusal refusal = attempt.refusal();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put(RESPONSE, attempt.text());
        shown.put("refused", refusal == null ? "" : refusal.reason());
        return shown;
    }

    static Attempt read(Answer answer) {
        LLMException failure = answer.failure();
        if (failure != null) {
            return new Attempt("", new Refusal(Rejection.UNANSWERED, "there was no answer"));
        }
        AskResult result = answer.result();
        if (result == null || result.reply().rows().isEmpty()) {
            return new Attempt("", new Refusal(Rejection.UNREADABLE, "the answer could not be read"));
        }
        String text = TextNormalizer.wellFormed(
                        String.valueOf(result.reply().rows().get(0).get(RESPONSE)))
                .strip();
        List<ChatResponse> responses = result.responses();
        if (responses.get(responses.size() - 1).isTruncated()) {
            return new Attempt(text, new Refusal(Rejection.UNREADABLE, "it was cut off: write less"));
        }
        return new Attempt(text, null);
    }
}
