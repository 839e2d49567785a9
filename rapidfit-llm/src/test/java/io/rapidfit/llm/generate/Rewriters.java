package io.rapidfit.llm.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidfit.data.Item;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.grade.Graders;
import io.rapidfit.llm.grade.LLMGrader;
import io.rapidfit.llm.grade.LLMRanker;
import io.rapidfit.llm.run.PromptTemplate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model that writes and judges by rule. Texts say what they are worth: in {@code "clear2 right5"} the grader {@code clear} sees a 2;
 * an {@code x} instead of a number makes it answer uselessly, an {@code f} fail. Rankings go by {@code rank}, of equals the one that is
 * shown first.
 */
final class Rewriters {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern GRADED = Pattern.compile("^Grade (\".*\") for (\\w+)\\.$");
    private static final Pattern CANDIDATES = Pattern.compile("(?m)^Candidates: (\\[.*])$");

    /** As a text that is to be rewritten: no use in the answer, and no answer at all. */
    static final String USELESS = "useless";

    static final String FAILURE = "failure";

    private Rewriters() {}

    /** @param rewrites what is written for a text, given it and the next; the last text is written for itself */
    static ScriptedChatModel model(String... rewrites) {
        return ScriptedChatModel.builder()
                .modelId("rule")
                .when(Rewriters::isRewriting, request -> ChatResponse.of(rewritten(text(request), List.of(rewrites))))
                .when(Rewriters::isRanking, Rewriters::rank)
                .when(request -> true, Rewriters::grade)
                .build();
    }

    private static String rewritten(String text, List<String> rewrites) {
        int place = rewrites.indexOf(text);
        String next = place < 0 || place + 1 == rewrites.size() ? text : rewrites.get(place + 1);
        if (next.equals(FAILURE)) {
            throw Scripts.unavailable();
        }
        return next.equals(USELESS) ? "I had rather not." : reply(next);
    }

    static String reply(String text) {
        return write(Map.of("changes", "now it is " + text, "text", text));
    }

    static Item item(String response) {
        return Item.of(Map.of("query", "q", "response", response));
    }

    static List<Item> items(String... responses) {
        List<Item> items = new ArrayList<>();
        for (String response : responses) {
            items.add(item(response).withId("item-" + items.size()));
        }
        return items;
    }

    static LLMRanker ranker(ChatModel model) {
        return Graders.preference(model).build();
    }

    static LLMGrader grader(String name, ChatModel model) {
        return LLMGrader.builder()
                .name(name)
                .chatModel(model)
                .template(PromptTemplate.of("Grade {response} for " + name + "."))
                .fields("response")
                .build();
    }

    // ---------------------------------------------------------------- what stands in requests

    static boolean isRewriting(ChatRequest request) {
        return Prompts.text(request).contains("you write one text anew");
    }

    static boolean isRanking(ChatRequest request) {
        return Prompts.text(request).contains("You put responses to one query in order");
    }

    static List<ChatRequest> rewritings(ScriptedChatModel model) {
        return model.requests().stream().filter(Rewriters::isRewriting).toList();
    }

    static List<ChatRequest> rankings(ScriptedChatModel model) {
        return model.requests().stream().filter(Rewriters::isRanking).toList();
    }

    /** The text to be rewritten. */
    static String text(ChatRequest request) {
        return below(request, "The text:").textValue();
    }

    static JsonNode example(ChatRequest request) {
        return below(request, "What belongs to the text");
    }

    static JsonNode criticism(ChatRequest request) {
        return below(request, "What judges found wanting");
    }

    static JsonNode attempts(ChatRequest request) {
        return below(request, "Attempts before yours");
    }

    /** The request as it was first made: what is asked again ends in another message. */
    private static JsonNode below(ChatRequest request, String start) {
        return Prompts.below(new ChatRequest(request.messages().subList(0, 2), null, null, null), start);
    }

    static List<String> candidates(ChatRequest request) {
        Matcher found = CANDIDATES.matcher(request.messages().get(1).content());
        if (!found.find()) {
            throw new AssertionError("no candidates");
        }
        List<String> responses = new ArrayList<>();
        read(found.group(1))
                .forEach(candidate -> responses.add(candidate.path("response").textValue()));
        return responses;
    }

    // ---------------------------------------------------------------- judging

    private static ChatResponse rank(ChatRequest request) {
        List<String> candidates = candidates(request);
        List<Integer> numbers = new ArrayList<>();
        for (String candidate : candidates) {
            String rank = worth("rank", candidate);
            if (rank.equals("f")) {
                throw Scripts.unavailable();
            }
            if (rank.equals("x")) {
                return ChatResponse.of("I cannot say.");
            }
            numbers.add(numbers.size() + 1);
        }
        numbers.sort(Comparator.comparing(number -> -Integer.parseInt(worth("rank", candidates.get(number - 1)))));
        return ranked("best is " + candidates.get(numbers.get(0) - 1), numbers);
    }

    static ChatResponse ranked(String reason, List<Integer> numbers) {
        return ChatResponse.of(write(Map.of("reason", reason, "rank", numbers)));
    }

    private static ChatResponse grade(ChatRequest request) {
        Matcher asked = GRADED.matcher(request.messages().get(0).content());
        if (!asked.matches()) {
            throw new AssertionError("no such prompt: " + request.messages());
        }
        String score = worth(asked.group(2), read(asked.group(1)).textValue());
        if (score.equals("f")) {
            throw Scripts.unavailable();
        }
        return ChatResponse.of(
                score.equals("x") ? "I cannot say." : "{\"reason\":\"worth " + score + "\",\"score\":" + score + "}");
    }

    private static String worth(String name, String text) {
        Matcher worth = Pattern.compile("\\b" + name + "([0-9]|x|f)").matcher(text);
        if (!worth.find()) {
            throw new AssertionError("'" + text + "' does not say what it is worth for " + name);
        }
        return worth.group(1);
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
