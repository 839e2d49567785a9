package io.rapidfit.llm.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.rapidfit.llm.ChatModel;

/** The three providers, as far as a test can treat them alike. */
enum Provider {
    OPENAI("OPENAI_API_KEY"),
    ANTHROPIC("ANTHROPIC_API_KEY"),
    GEMINI("GOOGLE_API_KEY");

    final String keyVariable;

    Provider(String keyVariable) {
        this.keyVariable = keyVariable;
    }

    ProviderBuilder<?> builder() {
        return switch (this) {
            case OPENAI -> OpenAIChatModel.builder();
            case ANTHROPIC -> AnthropicChatModel.builder();
            case GEMINI -> GeminiChatModel.builder();
        };
    }

    ChatModel build(ProviderBuilder<?> builder) {
        return switch (this) {
            case OPENAI -> ((OpenAIChatModel.Builder) builder).build();
            case ANTHROPIC -> ((AnthropicChatModel.Builder) builder).build();
            case GEMINI -> ((GeminiChatModel.Builder) builder).build();
        };
    }

    Protocol protocol() {
        return switch (this) {
            case OPENAI -> new OpenAIProtocol(false);
            case ANTHROPIC -> new AnthropicProtocol();
            case GEMINI -> new GeminiProtocol();
        };
    }

    /** The provider's finished answer with this text. */
    String answer(String text) {
        String quoted = quote(text);
        return switch (this) {
            case OPENAI -> """
                {"id":"chatcmpl-1","model":"gpt-4.1-mini-2025-04-14",
                 "choices":[{"index":0,"message":{"role":"assistant","content":%s},"finish_reason":"stop"}],
                 "usage":{"prompt_tokens":11,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":3}}}
                """.formatted(quoted);
            case ANTHROPIC -> """
                {"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-6",
                 "content":[{"type":"text","text":%s}],"stop_reason":"end_turn",
                 "usage":{"input_tokens":5,"cache_read_input_tokens":3,"cache_creation_input_tokens":3,"output_tokens":7}}
                """.formatted(quoted);
            case GEMINI -> """
                {"candidates":[{"content":{"parts":[{"text":%s}],"role":"model"},"finishReason":"STOP"}],
                 "usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":5,"thoughtsTokenCount":2,
                                  "cachedContentTokenCount":3},
                 "modelVersion":"gemini-2.5-flash"}
                """.formatted(quoted);
        };
    }

    /** The provider's own shape of an error. */
    String error(int status, String message) {
        String quoted = quote(message);
        return switch (this) {
            case OPENAI -> """
                {"error":{"message":%s,"type":"some_error","param":null,"code":null}}""".formatted(quoted);
            case ANTHROPIC -> """
                {"type":"error","error":{"type":"some_error","message":%s},"request_id":"req_1"}""".formatted(quoted);
            case GEMINI -> """
                {"error":{"code":%s,"message":%s,"status":"SOME_STATUS"}}""".formatted(status, quoted);
        };
    }

    private static String quote(String text) {
        try {
            return HttpTransport.MAPPER.writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
