package io.rapidfit.llm.run;

import io.rapidfit.llm.ChatMessage;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.reply.Reply;
import io.rapidfit.llm.reply.ReplyReader;
import io.rapidfit.llm.reply.ReplyShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One question for data: asked, read and, where the answer is not complete, asked a second and last time. */
final class Asking {

    private static final Logger log = LoggerFactory.getLogger(CallRun.class);

    /** How much of a useless answer goes back to the model: enough to see what it did. */
    private static final int MAX_QUOTED = 8000;

    private final ReplyShape shape;
    private final Function<ChatRequest, ChatResponse> first;
    private final Function<ChatRequest, ChatResponse> second;

    Asking(ReplyShape shape, Function<ChatRequest, ChatResponse> first, Function<ChatRequest, ChatResponse> second) {
        this.shape = shape;
        this.first = first;
        this.second = second;
    }

    AskResult ask(ChatRequest request) {
        ChatRequest asked = request.withJsonSchema(shape.jsonSchema());
        ChatResponse response = first.apply(asked);
        Reply reply = read(response);
        if (reply.isComplete()) {
            return new AskResult(reply, List.of(response));
        }
        ChatResponse again;
        try {
            again = second.apply(askAgain(asked, response, reply));
        } catch (LLMException e) { // what the first answer gave is paid for
            log.debug("Asking again failed with {}", e.getClass().getSimpleName());
            return new AskResult(reply, List.of(response));
        }
        return new AskResult(merge(reply, read(again)), List.of(response, again));
    }

    private Reply read(ChatResponse response) {
        return ReplyReader.read(shape, response.text(), response.isTruncated());
    }

    private static ChatRequest askAgain(ChatRequest asked, ChatResponse response, Reply reply) {
        String text = response.text();
        String quoted = text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + " [...]";
        String what = reply.missingIds().isEmpty()
                ? "Answer again, completely and with JSON only."
                : "Answer again, with JSON only, for these ids: " + String.join(", ", reply.missingIds()) + ".";
        String wrong = String.join("\n- ", reply.problems());
        return asked.withMessages(
                ChatMessage.assistant(quoted.isBlank() ? "(nothing)" : quoted), // providers refuse empty messages
                ChatMessage.user("Your answer cannot be used as it is:\n- " + wrong + "\n" + what));
    }

    /** Records with ids come from both answers, others from the one that gave more: it may repeat the other's. */
    private static Reply merge(Reply first, Reply second) {
        if (first.missingIds().isEmpty()) {
            return second.isComplete() || second.rows().size() > first.rows().size() ? second : first;
        }
        List<Map<String, Object>> rows = new ArrayList<>(first.rows());
        second.rows().stream()
                .filter(row -> first.missingIds().contains(row.get("id")))
                .forEach(rows::add);
        List<String> missing = first.missingIds().stream()
                .filter(id -> rows.stream().noneMatch(row -> id.equals(row.get("id"))))
                .toList();
        Map<String, Integer> repairs = new LinkedHashMap<>(first.repairs());
        second.repairs().forEach((kind, count) -> repairs.merge(kind, count, Integer::sum));
        return new Reply(rows, missing.isEmpty() ? List.of() : second.problems(), missing.isEmpty(), repairs, missing);
    }
}
