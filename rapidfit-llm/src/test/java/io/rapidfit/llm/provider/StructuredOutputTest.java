package io.rapidfit.llm.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.LLMInvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that does not know schemas is asked in words. */
class StructuredOutputTest extends ServerTest {

    private static final String SCHEMA = "{\"type\":\"object\"}";

    private static final ChatRequest REQUEST = ChatRequest.builder()
            .system("You label.")
            .user("Label it")
            .jsonSchema(SCHEMA)
            .build();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OPENAI | 400 | Unrecognized request argument supplied: response_format",
                "OPENAI | 422 | response_format: Extra inputs are not permitted",
                "OPENAI | 400 | JSON_SCHEMA mode is not available for this model",
                "ANTHROPIC | 400 | output_config: Extra inputs are not permitted",
                "GEMINI | 400 | Invalid JSON payload received. Unknown name \"responseJsonSchema\" at 'generation_config': Cannot find field."
            })
    void refusedSchema_isAskedForInWordsThenAndLater(Provider provider, int status, String message) throws Exception {
        server.enqueue(response(status, provider.error(status, message)).build());
        server.enqueue(ok(provider.answer("{}")).build());
        server.enqueue(ok(provider.answer("{\"a\":1}")).build());
        ChatModel model = model(provider);

        assertThat(model.chat(REQUEST).text()).isEqualTo("{}");
        assertThat(model.chat(REQUEST).text()).isEqualTo("{\"a\":1}");

        assertThat(server.getRequestCount()).isEqualTo(3);
        assertThat(time.waits()).isEmpty();
        assertThat(asksForSchema(sentBody())).isTrue();
        for (int i = 0; i < 2; i++) {
            JsonNode inWords = sentBody();
            assertThat(asksForSchema(inWords)).isFalse();
            String said = inWords.toString();
            assertThat(said)
                    .contains("Answer with JSON only", "{\\\"type\\\":\\\"object\\\"}", "You label.", "Label it");
        }
    }

    @Test
    void refusalInFastApisShape_isUnderstood() throws Exception {
        server.enqueue(response(
                        422,
                        "{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"response_format\"],\"msg\":\"Extra inputs are not permitted\"}]}")
                .build());
        server.enqueue(ok(Provider.OPENAI.answer("{}")).build());

        assertThat(model(Provider.OPENAI).chat(REQUEST).text()).isEqualTo("{}");
    }

    private static boolean asksForSchema(JsonNode body) {
        return body.has("response_format")
                || body.has("output_config")
                || body.path("generationConfig").has("responseJsonSchema");
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void unrelatedError_isNotAskedAgain(Provider provider) throws Exception {
        always(response(400, provider.error(400, "This model's maximum context length is 8192 tokens"))
                .build());
        ChatModel model = model(provider);

        assertThatThrownBy(() -> model.chat(REQUEST)).isInstanceOf(LLMInvalidRequestException.class);
        assertThatThrownBy(() -> model.chat(REQUEST)).isInstanceOf(LLMInvalidRequestException.class);

        assertThat(server.getRequestCount()).isEqualTo(2);
        sentBody();
        assertThat(asksForSchema(sentBody())).isTrue(); // it goes on asking for a schema
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 413})
    void otherStatusThatNamesTheSchema_isNotAskedAgain(int status) {
        always(response(status, Provider.OPENAI.error(status, "response_format"))
                .build());

        assertThatThrownBy(() -> model(Provider.OPENAI).chat(REQUEST)).isNotNull();

        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void refusalInWordsToo_isRaised() {
        always(response(400, Provider.OPENAI.error(400, "response_format")).build());

        assertThatThrownBy(() -> model(Provider.OPENAI).chat(REQUEST)).isInstanceOf(LLMInvalidRequestException.class);

        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void requestWithoutASchema_isNotAskedAgain() {
        always(response(400, Provider.OPENAI.error(400, "response_format")).build());

        assertThatThrownBy(() -> model(Provider.OPENAI).chat(HELLO)).isInstanceOf(LLMInvalidRequestException.class);

        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void structuredOutputOff_asksInWordsAtOnce(Provider provider) throws Exception {
        server.enqueue(ok(provider.answer("{}")).build());

        model(provider, o -> o.structuredOutput(false)).chat(REQUEST);

        assertThat(asksForSchema(sentBody())).isFalse();
        assertThat(server.getRequestCount()).isEqualTo(1);
    }
}
