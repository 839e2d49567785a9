package io.rapidfit.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;

/** Answers as OpenAI does, what {@link WeatherWriter} writes, after up to seven milliseconds. */
final class WeatherStub extends Dispatcher {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final WeatherWriter writer = new WeatherWriter();
    private final Map<String, Integer> requests = new ConcurrentHashMap<>();
    private volatile Consumer<String> onRequest = request -> {};

    /** Told of each request, by the hash of its body, before it is answered. */
    void onRequest(Consumer<String> action) {
        onRequest = action;
    }

    /** How often each request came, by the hash of its body, which is the id that its answer bears. */
    Map<String, Integer> requests() {
        return requests;
    }

    @Override
    public MockResponse dispatch(RecordedRequest request) {
        String hash = Objects.requireNonNull(request.getBody()).sha256().hex();
        requests.merge(hash, 1, Integer::sum);
        onRequest.accept(hash);
        return new MockResponse.Builder()
                .code(200)
                .addHeader("x-request-id", hash)
                .headersDelay(hash.charAt(0) % 8, TimeUnit.MILLISECONDS) // others overtake it
                .body(answer(request.getBody().utf8()))
                .build();
    }

    private String answer(String body) {
        JsonNode asked;
        try {
            asked = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        String answer = writer.answer(asked.at("/messages/1/content").textValue());
        ObjectNode response = JSON.createObjectNode();
        response.set("model", asked.path("model"));
        response.putArray("choices")
                .addObject()
                .put("finish_reason", "stop")
                .putObject("message")
                .put("role", "assistant")
                .put("content", answer);
        response.putObject("usage")
                .put("prompt_tokens", body.length() / 4)
                .put("completion_tokens", answer.length() / 4);
        return response.toString();
    }
}
