package io.rapidfit.llm.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Failure;
import io.rapidfit.llm.LLMUnavailableException;
import io.rapidfit.llm.ScriptedChatModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Models that misbehave in one way each. */
final class Scripts {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Scripts() {}

    /** The reply of a model that writes these texts. */
    static String reply(List<String> texts) {
        try {
            return JSON.writeValueAsString(Map.of(
                    "samples", texts.stream().map(text -> Map.of("text", text)).toList()));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** Describes classes as asked, and writes what the function says. */
    static ScriptedChatModel writing(Function<ChatRequest, ChatResponse> samples) {
        return ScriptedChatModel.builder()
                .when(Writers::asksForSamples, samples)
                .when(request -> true, request -> ChatResponse.of(Writers.instructions(request)))
                .build();
    }

    /** Writes these texts, whatever it is asked. */
    static ScriptedChatModel writing(String... texts) {
        return writing(request -> ChatResponse.of(reply(Arrays.asList(texts))));
    }

    /** Gives this answer to each request for samples. */
    static ScriptedChatModel saying(String answer) {
        return writing(request -> ChatResponse.of(answer));
    }

    static LLMUnavailableException unavailable() {
        return new LLMUnavailableException("down", Failure.answered(503, "", null), null);
    }

    static List<ChatRequest> forSamples(List<ChatRequest> requests) {
        return requests.stream().filter(Writers::asksForSamples).toList();
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
        private final AtomicInteger answered = new AtomicInteger();

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
            ChatResponse response = model.chat(request);
            answered.incrementAndGet();
            return response;
        }

        @Override
        public String modelId() {
            return model.modelId();
        }

        int asked() {
            return asked.get();
        }

        int answered() {
            return answered.get();
        }
    }

    /** Answers calls that are under way together in the reverse of the order in which they were planned. */
    static final class LastFirst implements ChatModel {

        private final List<String> order;
        private final List<CountDownLatch> answered = new ArrayList<>();
        private final Function<ChatRequest, ChatResponse> model;
        private final Function<ChatRequest, String> name;
        private final List<String> finished = new ArrayList<>();

        /** @param order names of requests, in the order in which they are to be answered; others are answered at once */
        LastFirst(List<String> order, Function<ChatRequest, String> name, Function<ChatRequest, ChatResponse> model) {
            this.order = order;
            this.name = name;
            this.model = model;
            order.forEach(o -> answered.add(new CountDownLatch(1)));
        }

        @Override
        public ChatResponse chat(ChatRequest request) {
            int place = order.indexOf(name.apply(request));
            if (place > 0) {
                try {
                    answered.get(place - 1).await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            ChatResponse response = model.apply(request);
            if (place >= 0) {
                synchronized (finished) {
                    finished.add(order.get(place));
                }
                answered.get(place).countDown();
            }
            return response;
        }

        List<String> finished() {
            synchronized (finished) {
                return List.copyOf(finished);
            }
        }
    }
}
