package io.rapidfit.llm.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import mockwebserver3.RecordedRequest;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes out. */
class RequestTest extends ServerTest {

    private static final ChatRequest CONVERSATION = ChatRequest.builder()
            .system("Be brief.")
            .user("Hi")
            .assistant("Hello \"you\"\n")
            .system("Be kind.")
            .user("\u0645\u0631\u062D\u0628\u0627 \uD83D\uDE00 \uD800")
            .build();

    private static final String SCHEMA = """
            {"type":"object","properties":{"label":{"type":"string"}},"required":["label"],"additionalProperties":false}""";

    @Test
    void openAI_sendsRolesAsTheyAre() throws Exception {
        server.enqueue(ok(Provider.OPENAI.answer("ok")).build());

        model(Provider.OPENAI).chat(CONVERSATION);

        assertThat(sentBody()).isEqualTo(json("""
                {"model":"gpt-4.1-mini",
                 "messages":[{"role":"system","content":"Be brief."},
                             {"role":"user","content":"Hi"},
                             {"role":"assistant","content":"Hello \\"you\\"\\n"},
                             {"role":"system","content":"Be kind."},
                             {"role":"user","content":"\\u0645\\u0631\\u062D\\u0628\\u0627 \\uD83D\\uDE00 \\uFFFD"}],
                 "max_tokens":4096}
                """));
    }

    @Test
    void anthropic_joinsSystemMessagesInAFieldOfTheirOwn() throws Exception {
        server.enqueue(ok(Provider.ANTHROPIC.answer("ok")).build());

        model(Provider.ANTHROPIC).chat(CONVERSATION);

        assertThat(sentBody()).isEqualTo(json("""
                {"model":"claude-sonnet-4-6",
                 "max_tokens":4096,
                 "system":"Be brief.\\n\\nBe kind.",
                 "messages":[{"role":"user","content":"Hi"},
                             {"role":"assistant","content":"Hello \\"you\\"\\n"},
                             {"role":"user","content":"\\u0645\\u0631\\u062D\\u0628\\u0627 \\uD83D\\uDE00 \\uFFFD"}]}
                """));
    }

    @Test
    void gemini_callsTheAssistantModelAndSetsSystemApart() throws Exception {
        server.enqueue(ok(Provider.GEMINI.answer("ok")).build());

        model(Provider.GEMINI).chat(CONVERSATION);

        assertThat(sentBody()).isEqualTo(json("""
                {"systemInstruction":{"parts":[{"text":"Be brief."},{"text":"Be kind."}]},
                 "contents":[{"role":"user","parts":[{"text":"Hi"}]},
                             {"role":"model","parts":[{"text":"Hello \\"you\\"\\n"}]},
                             {"role":"user","parts":[{"text":"\\u0645\\u0631\\u062D\\u0628\\u0627 \\uD83D\\uDE00 \\uFFFD"}]}],
                 "generationConfig":{"maxOutputTokens":4096}}
                """));
    }

    @Test
    void openAI_sendsTemperatureLongestAnswerAndSchema() throws Exception {
        server.enqueue(ok(Provider.OPENAI.answer("ok")).build());

        model(Provider.OPENAI, o -> o.temperature(2).maxTokens(9)).chat(everything());

        assertThat(sentBody()).isEqualTo(json("""
                {"model":"gpt-4.1-mini","messages":[{"role":"user","content":"Label it"}],
                 "temperature":1.5,"max_tokens":77,
                 "response_format":{"type":"json_schema",
                                    "json_schema":{"name":"reply","strict":true,"schema":%s}}}
                """.formatted(SCHEMA)));
    }

    @Test
    void anthropic_sendsTemperatureUpToOneLongestAnswerAndSchema() throws Exception {
        server.enqueue(ok(Provider.ANTHROPIC.answer("ok")).build());

        model(Provider.ANTHROPIC, o -> o.temperature(2).maxTokens(9)).chat(everything());

        assertThat(sentBody()).isEqualTo(json("""
                {"model":"claude-sonnet-4-6","max_tokens":77,"messages":[{"role":"user","content":"Label it"}],
                 "temperature":1.0,
                 "output_config":{"format":{"type":"json_schema","schema":%s}}}
                """.formatted(SCHEMA)));
    }

    @Test
    void gemini_sendsTemperatureLongestAnswerAndSchema() throws Exception {
        server.enqueue(ok(Provider.GEMINI.answer("ok")).build());

        model(Provider.GEMINI, o -> o.temperature(2).maxTokens(9)).chat(everything());

        assertThat(sentBody()).isEqualTo(json("""
                {"contents":[{"role":"user","parts":[{"text":"Label it"}]}],
                 "generationConfig":{"temperature":1.5,"maxOutputTokens":77,
                                     "responseMimeType":"application/json","responseJsonSchema":%s}}
                """.formatted(SCHEMA)));
    }

    private static ChatRequest everything() {
        return ChatRequest.builder()
                .user("Label it")
                .temperature(1.5)
                .maxTokens(77)
                .jsonSchema(SCHEMA)
                .build();
    }

    @ParameterizedTest
    @CsvSource({"OPENAI, 1.5", "ANTHROPIC, 1.0", "GEMINI, 1.5"})
    void temperatureOfTheModel_isForRequestsThatSayNone(Provider provider, double expected) throws Exception {
        server.enqueue(ok(provider.answer("ok")).build());

        model(provider, o -> o.temperature(1.5).maxTokens(9)).chat(HELLO);

        JsonNode body = sentBody();
        JsonNode from = provider == Provider.GEMINI ? body.path("generationConfig") : body;
        assertThat(from.path("temperature").asDouble()).isEqualTo(expected);
        assertThat(from.path(provider == Provider.GEMINI ? "maxOutputTokens" : "max_tokens")
                        .asInt())
                .isEqualTo(9);
    }

    @Test
    void openAI_namesTheLongestAnswerByHost() {
        ChatRequest request = HELLO.withMaxTokens(5);

        JsonNode own = new OpenAIProtocol(true).body(request, "gpt-5", false);
        JsonNode other = new OpenAIProtocol(false).body(request, "llama", false);

        assertThat(own.path("max_completion_tokens").asInt()).isEqualTo(5);
        assertThat(own.has("max_tokens")).isFalse();
        assertThat(other.path("max_tokens").asInt()).isEqualTo(5);
        assertThat(other.has("max_completion_tokens")).isFalse();
        assertThat(OpenAIChatModel.builder().isProvidersOwnHost("api.openai.com"))
                .isTrue();
        assertThat(OpenAIChatModel.builder()
                        .baseUrl("https://api.openai.com.evil.example/v1")
                        .isProvidersOwnHost("api.openai.com"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.openai.com/v1, max_completion_tokens",
        "https://eu.api.openai.com/v1, max_completion_tokens",
        "https://mine.openai.azure.com/openai/v1, max_completion_tokens",
        "https://api.openai.com.evil.example/v1, max_tokens",
        "https://notapi.openai.com.example/v1, max_tokens",
        "http://localhost:8000/v1, max_tokens"
    })
    void openAI_namesTheLongestAnswerAsTheHostWants(String baseUrl, String field) {
        JsonNode body = OpenAIProtocol.at(HttpUrl.get(baseUrl)).body(HELLO.withMaxTokens(5), "gpt-5", false);

        assertThat(body.path(field).asInt()).isEqualTo(5);
        assertThat(body).hasSize(3); // model, messages and this
    }

    @Test
    void bodyField_addsAndReplaces() throws Exception {
        server.enqueue(ok(Provider.OPENAI.answer("ok")).build());
        List<String> stop = List.of("END", "STOP");

        model(
                        Provider.OPENAI,
                        o -> o.bodyField("seed", 7)
                                .bodyField("stop", stop)
                                .bodyField("temperature", 0.5)
                                .bodyField("user", "\u00E9")
                                .bodyField("store", false)
                                .bodyField("metadata", Map.of("run", "a")))
                .chat(HELLO);

        assertThat(sentBody()).isEqualTo(json("""
                {"model":"gpt-4.1-mini","messages":[{"role":"user","content":"Hello"}],"max_tokens":4096,
                 "seed":7,"stop":["END","STOP"],"temperature":0.5,"user":"\\u00E9","store":false,
                 "metadata":{"run":"a"}}
                """));
    }

    @Test
    void bodyField_isCopied() throws Exception {
        server.enqueue(ok(Provider.OPENAI.answer("ok")).build());
        List<String> stop = new ArrayList<>(List.of("END"));
        Map<String, Object> metadata = new HashMap<>(Map.of("stop", stop));

        ChatModel model = model(Provider.OPENAI, o -> o.bodyField("metadata", metadata));
        stop.add("later");
        metadata.put("more", 1);
        model.chat(HELLO);

        assertThat(sentBody().path("metadata")).isEqualTo(json("{\"stop\":[\"END\"]}"));
    }

    @Test
    void bodyField_refusesWhatIsNoJsonBeforeAnythingIsSent() {
        ProviderBuilder<?> builder = Provider.OPENAI.builder();

        assertThatThrownBy(() -> builder.bodyField("seed", new Object()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("seed")
                .hasMessageContaining("string, number, boolean, list or map");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X Y", "X\nY", "X:Y", "\u00E9", " X"})
    void header_refusesANameThatCannotTravelBeforeAnythingIsSent(String name) {
        ProviderBuilder<?> builder = Provider.OPENAI.builder();

        assertThatThrownBy(() -> builder.header(name, "some value"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("header")
                .hasMessageNotContaining("some value");
    }

    @Test
    void header_replacesTheProvidersOwnInWhateverCase() throws Exception {
        for (int i = 0; i < 20; i++) { // the order of Map.of and Map.copyOf differs from map to map
            server.enqueue(ok(Provider.ANTHROPIC.answer("ok")).build());
            String value = "my-own-" + i;
            model(Provider.ANTHROPIC, o -> o.header("X-API-KEY", value).header("Anthropic-Version", "2099-01-01"))
                    .chat(HELLO);

            RecordedRequest request = server.takeRequest();
            assertThat(request.getHeaders().values("x-api-key")).containsExactly(value);
            assertThat(request.getHeaders().values("anthropic-version")).containsExactly("2099-01-01");
        }
    }

    @Test
    void header_refusesNull() {
        assertThatThrownBy(() -> Provider.OPENAI.builder().header("X-A", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("X-A");
    }

    @Test
    void openAI_sendsTheKeyAsBearer() throws Exception {
        RecordedRequest request = send(Provider.OPENAI);

        assertThat(request.getHeaders().values("Authorization")).containsExactly("Bearer " + KEY);
        assertThat(request.getMethod()).isEqualTo("POST");
        assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/json; charset=utf-8");
        assertThat(request.getHeaders().values("X-Title")).containsExactly("My application");
        assertThat(request.getTarget()).isEqualTo("/chat/completions");
    }

    @Test
    void openAI_withoutAKeySendsNone() throws Exception {
        server.enqueue(ok(Provider.OPENAI.answer("ok")).build());

        OpenAIChatModel.builder().baseUrl(baseUrl() + "/v1").build().chat(HELLO);

        assertThat(server.takeRequest().getHeaders().get("Authorization")).isNull();
    }

    @Test
    void anthropic_sendsTheKeyAndTheVersion() throws Exception {
        RecordedRequest request = send(Provider.ANTHROPIC);

        assertThat(request.getHeaders().values("x-api-key")).containsExactly(KEY);
        assertThat(request.getHeaders().values("anthropic-version")).containsExactly("2023-06-01");
        assertThat(request.getHeaders().get("Authorization")).isNull();
        assertThat(request.getHeaders().values("X-Title")).containsExactly("My application");
        assertThat(request.getTarget()).isEqualTo("/v1/messages");
    }

    @Test
    void gemini_sendsTheKeyInAHeaderNotInTheAddress() throws Exception {
        RecordedRequest request = send(Provider.GEMINI);

        assertThat(request.getHeaders().values("x-goog-api-key")).containsExactly(KEY);
        assertThat(request.getHeaders().get("Authorization")).isNull();
        assertThat(request.getHeaders().values("X-Title")).containsExactly("My application");
        assertThat(request.getTarget()).isEqualTo("/v1beta/models/gemini-2.5-flash:generateContent");
    }

    @Test
    void chat_leavesTheWordsOfAnOrdinaryHeaderInAnswers() {
        server.enqueue(ok(Provider.OPENAI.answer("sentiment analysis")).build());

        assertThat(model(Provider.OPENAI, o -> o.header("X-App", "sentiment"))
                        .chat(HELLO)
                        .text())
                .isEqualTo("sentiment analysis");
    }

    private RecordedRequest send(Provider provider) throws InterruptedException {
        server.enqueue(ok(provider.answer("ok")).build());
        model(provider, o -> o.header("X-Title", "My application")).chat(HELLO);
        return server.takeRequest();
    }

    @ParameterizedTest
    @CsvSource({
        "OPENAI, '', /chat/completions",
        "OPENAI, /, /chat/completions",
        "OPENAI, /v1, /v1/chat/completions",
        "OPENAI, /v1/, /v1/chat/completions",
        "OPENAI, /openai/deployments/my%20model/, /openai/deployments/my%20model/chat/completions",
        "ANTHROPIC, '', /v1/messages",
        "ANTHROPIC, /, /v1/messages",
        "ANTHROPIC, /proxy/anthropic/, /proxy/anthropic/v1/messages",
        "GEMINI, '', /v1beta/models/gemini-2.5-flash:generateContent",
        "GEMINI, /g, /g/v1beta/models/gemini-2.5-flash:generateContent",
        "GEMINI, /g/, /g/v1beta/models/gemini-2.5-flash:generateContent"
    })
    void baseUrl_isFollowedByTheProvidersPath(Provider provider, String path, String target) throws Exception {
        server.enqueue(ok(provider.answer("ok")).build());

        model(provider, o -> o.baseUrl(baseUrl() + path)).chat(HELLO);

        assertThat(server.takeRequest().getTarget()).isEqualTo(target);
    }

    @ParameterizedTest
    @CsvSource({
        "gemini-2.5-flash, /v1beta/models/gemini-2.5-flash:generateContent",
        "a b?c#d, /v1beta/models/a%20b%3Fc%23d:generateContent",
        "../../x, /v1beta/models/..%2F..%2Fx:generateContent",
        "\u00E9%2F, /v1beta/models/%C3%A9%252F:generateContent"
    })
    void gemini_escapesTheModelInTheAddress(String modelId, String target) {
        HttpUrl url = new GeminiProtocol().url(HttpUrl.get("https://example.org"), modelId);

        assertThat(url.encodedPath()).isEqualTo(target);
        assertThat(url.query()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "models/gemini-2.5-flash, /v1beta/models/gemini-2.5-flash:generateContent",
        "tunedModels/mine-1, /v1beta/tunedModels/mine-1:generateContent",
        "models/../x, /v1beta/models/..%2Fx:generateContent"
    })
    void gemini_takesTheModelAsItsOwnListNamesIt(String modelId, String target) {
        HttpUrl url = new GeminiProtocol().url(HttpUrl.get("https://example.org"), modelId);

        assertThat(url.encodedPath()).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(strings = {"meta-llama/Llama-3.3-70B", "ft:gpt-4.1:org::id", "qwen3:8b", "a\"b\\c\u0645"})
    void modelId_travelsInTheBodyAsItIs(String modelId) throws Exception {
        for (Provider provider : List.of(Provider.OPENAI, Provider.ANTHROPIC)) {
            server.enqueue(ok(provider.answer("ok")).build());

            ChatModel model = model(provider, o -> o.modelId(modelId));
            model.chat(HELLO);

            assertThat(sentBody().path("model").asText()).isEqualTo(modelId);
            assertThat(model.modelId()).isEqualTo(modelId);
        }
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void request_isTheSameUnderEveryLocale(Provider provider) throws Exception {
        Locale before = Locale.getDefault();
        List<JsonNode> bodies = new ArrayList<>();
        try {
            for (String tag : List.of("en", "tr", "ar-EG-u-nu-arab")) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                server.enqueue(ok(provider.answer("ok")).build());
                model(provider).chat(CONVERSATION);
                bodies.add(sentBody());
            }
        } finally {
            Locale.setDefault(before);
        }
        assertThat(bodies).containsOnly(bodies.get(0));
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void schemaThatIsNoJson_isRefusedBeforeAnythingIsSent(Provider provider) {
        ChatRequest request =
                ChatRequest.builder().user("a").jsonSchema("{not json").build();

        assertThatThrownBy(() -> model(provider).chat(request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("jsonSchema");
        assertThat(server.getRequestCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void longPrompt_arrivesWhole(Provider provider) throws Exception {
        server.enqueue(ok(provider.answer("ok")).build());
        String prompt = "a\u00E9\uD83D\uDE00".repeat(200_000);

        model(provider).chat(ChatRequest.of(prompt));

        assertThat(sentBody().toString()).contains(prompt);
    }
}
