package io.rapidfit.llm.grade;

import io.rapidfit.data.Example;
import io.rapidfit.data.Item;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Failure;
import io.rapidfit.llm.LLMUnavailableException;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.run.PromptTemplate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Models that judge by rule, and what they judge. */
final class Judges {

    static final PromptTemplate TEMPLATE = PromptTemplate.of("Grade {response}. Answer {{\"score\": 1 to 5}}.");

    private static final Pattern WORTH = Pattern.compile("worth (\\S+)!");

    private Judges() {}

    static String grade(String score) {
        return "{\"reason\":\"because " + score + "\",\"score\":" + score + "}";
    }

    /** An answer that says what it is worth to {@link #fair}: a score, {@code nothing} for no use, {@code failure} for none at all. */
    static Item worth(String score) {
        return Item.of(Map.of("response", "worth " + score + "!"));
    }

    static List<Item> allWorth(String... scores) {
        return IntStream.range(0, scores.length)
                .mapToObj(i -> worth(scores[i]).withId("example-" + i))
                .toList();
    }

    /** Gives each answer what it is worth. */
    static ScriptedChatModel fair() {
        return fair("fair");
    }

    static ScriptedChatModel fair(String modelId) {
        return ScriptedChatModel.builder()
                .modelId(modelId)
                .when(request -> true, request -> fairly(request))
                .build();
    }

    private static ChatResponse fairly(ChatRequest request) {
        Matcher worth = WORTH.matcher(request.messages().get(0).content());
        if (!worth.find()) {
            throw new AssertionError("nothing to judge in " + request.messages());
        }
        return switch (worth.group(1)) {
            case "nothing" -> ChatResponse.of("I had rather not say.");
            case "failure" -> throw unavailable();
            default -> ChatResponse.of(grade(worth.group(1)));
        };
    }

    static LLMUnavailableException unavailable() {
        return new LLMUnavailableException("down", Failure.answered(503, "", null), null);
    }

    static LLMGrader.Builder grader(String name, ChatModel model) {
        return LLMGrader.builder()
                .name(name)
                .chatModel(model)
                .template(TEMPLATE)
                .fields("response");
    }

    static List<String> ids(List<? extends Example> examples) {
        return examples.stream().map(Example::id).toList();
    }

    /** A process that dies; nobody catches it. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed");
        }
    }

    /** Answers like another model until it is killed at one call. Counts. */
    static final class Mortal implements ChatModel {

        private final ChatModel model;
        private final int killAt;
        private final AtomicInteger asked = new AtomicInteger();

        Mortal(ChatModel model, int killAt) {
            this.model = model;
            this.killAt = killAt;
        }

        static Mortal immortal(ChatModel model) {
            return new Mortal(model, Integer.MAX_VALUE);
        }

        @Override
        public ChatResponse chat(ChatRequest request) {
            if (asked.incrementAndGet() == killAt) {
                throw new Killed();
            }
            return model.chat(request);
        }

        @Override
        public String modelId() {
            return model.modelId();
        }

        int asked() {
            return asked.get();
        }
    }
}
