package io.rapidfit.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatRequestTest {

    private static ChatRequest full() {
        return ChatRequest.builder()
                .system("be brief")
                .user("hi")
                .temperature(0.2)
                .maxTokens(50)
                .jsonSchema("{}")
                .build();
    }

    @Test
    void builder_defaults() {
        ChatRequest request = ChatRequest.builder().user("x").build();

        assertThat(request.messages()).containsExactly(ChatMessage.user("x"));
        assertThat(request.temperature()).isNull();
        assertThat(request.maxTokens()).isNull();
        assertThat(request.jsonSchema()).isNull();
        assertThat(ChatRequest.of("x")).isEqualTo(request);
    }

    @Test
    void builder_keepsMessagesInOrder() {
        ChatRequest request = ChatRequest.builder()
                .system("s")
                .user("u")
                .assistant("a")
                .message(ChatMessage.user("again"))
                .build();

        assertThat(request.messages())
                .containsExactly(
                        new ChatMessage(ChatMessage.Role.SYSTEM, "s"),
                        new ChatMessage(ChatMessage.Role.USER, "u"),
                        new ChatMessage(ChatMessage.Role.ASSISTANT, "a"),
                        new ChatMessage(ChatMessage.Role.USER, "again"));
    }

    @Test
    void build_isNotChangedByTheBuilderAfterwards() {
        ChatRequest.Builder builder = ChatRequest.builder().user("x");
        ChatRequest request = builder.build();

        builder.user("y").temperature(1);

        assertThat(request).isEqualTo(ChatRequest.of("x"));
    }

    @Test
    void messages_areACopyThatCannotBeChanged() {
        List<ChatMessage> messages = new ArrayList<>(List.of(ChatMessage.user("x")));
        ChatRequest request = new ChatRequest(messages, null, null, null);

        messages.clear();

        assertThat(request.messages()).hasSize(1);
        assertThatThrownBy(() -> request.messages().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    // ---------------------------------------------------------------- refusals

    @Test
    void build_withoutAMessageIsRefused() {
        assertThatThrownBy(() -> ChatRequest.builder().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a request needs a message");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 2.1, Double.NaN, Double.POSITIVE_INFINITY})
    void temperature_outsideZeroToTwoIsRefused(double temperature) {
        String message = "temperature must be in [0.0, 2.0] but was " + temperature;
        assertThatThrownBy(() -> ChatRequest.builder().temperature(temperature))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> new ChatRequest(List.of(ChatMessage.user("x")), temperature, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void maxTokens_belowOneIsRefused(int maxTokens) {
        String message = "maxTokens must be in [1, 2147483647] but was " + maxTokens;
        assertThatThrownBy(() -> ChatRequest.builder().maxTokens(maxTokens))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> ChatRequest.of("x").withMaxTokens(maxTokens))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void builder_refusesNullsAndABlankSchema() {
        assertThatThrownBy(() -> ChatRequest.builder().user(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("content must not be null");
        assertThatThrownBy(() -> ChatRequest.builder().message(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("message must not be null");
        assertThatThrownBy(() -> ChatRequest.builder().jsonSchema(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("jsonSchema must not be blank");
        assertThatThrownBy(() -> ChatRequest.builder().jsonSchema(null)).hasMessage("jsonSchema must not be null");
    }

    @Test
    void constructor_refusesABlankSchemaToo() {
        assertThatThrownBy(() -> new ChatRequest(List.of(ChatMessage.user("x")), null, null, " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("jsonSchema must not be blank");
    }

    // ---------------------------------------------------------------- with

    @Test
    void withMaxTokens_changesNothingElse() {
        assertThat(full().withMaxTokens(7)).isEqualTo(new ChatRequest(full().messages(), 0.2, 7, "{}"));
    }

    @Test
    void withJsonSchema_changesNothingElse() {
        assertThat(full().withJsonSchema("[]")).isEqualTo(new ChatRequest(full().messages(), 0.2, 50, "[]"));
    }

    @Test
    void withMessages_goesOnWithTheConversation() {
        ChatRequest more = full().withMessages(ChatMessage.assistant("ho"), ChatMessage.user("again"));

        assertThat(more.messages())
                .containsExactly(
                        ChatMessage.system("be brief"),
                        ChatMessage.user("hi"),
                        ChatMessage.assistant("ho"),
                        ChatMessage.user("again"));
        assertThat(more.temperature()).isEqualTo(0.2);
        assertThat(more.maxTokens()).isEqualTo(50);
        assertThat(more.jsonSchema()).isEqualTo("{}");
    }

    // ---------------------------------------------------------------- hash

    /** Worked out with {@code sha256sum}: each part with its length in bytes and a colon before it. */
    @Test
    void hash_isTheSameInEveryProcess() {
        // 4:USER2:hi16:temperature null14:maxTokens null13:no jsonSchema
        assertThat(ChatRequest.of("hi").hash())
                .isEqualTo("a1b550047d23c83dffa6246575fe9a2e7dba856b8d36836a0b60ecb45052f7f9");
        assertThat(full().hash()).isEqualTo("c1ea45284fef4d85803c11e19b22efb15f5624a1baeddc79e2091121f01469fd");
    }

    @Test
    void hash_tellsNoSchemaFromTheSchemaNull() {
        ChatRequest schema = ChatRequest.builder().user("x").jsonSchema("null").build();

        assertThat(schema.hash()).isNotEqualTo(ChatRequest.of("x").hash());
    }

    @Test
    void hash_changesWithEveryField() {
        List<ChatRequest> requests = List.of(
                full(),
                full().withMaxTokens(51),
                full().withMessages(ChatMessage.user("")),
                full().withMessages(ChatMessage.user(""), ChatMessage.user("")),
                new ChatRequest(full().messages(), 0.3, 50, "{}"),
                new ChatRequest(full().messages(), null, 50, "{}"),
                new ChatRequest(full().messages(), 0.2, null, "{}"),
                new ChatRequest(full().messages(), 0.2, 50, null),
                new ChatRequest(full().messages(), 0.2, 50, "{ }"),
                new ChatRequest(List.of(ChatMessage.user("hi"), ChatMessage.system("be brief")), 0.2, 50, "{}"),
                new ChatRequest(List.of(ChatMessage.user("be brief"), ChatMessage.user("hi")), 0.2, 50, "{}"),
                new ChatRequest(List.of(ChatMessage.system("be brief"), ChatMessage.assistant("hi")), 0.2, 50, "{}"),
                new ChatRequest(List.of(ChatMessage.system("be brief"), ChatMessage.user("Hi")), 0.2, 50, "{}"),
                new ChatRequest(List.of(ChatMessage.system("be brief"), ChatMessage.user("hi ")), 0.2, 50, "{}"));

        Set<String> hashes = new HashSet<>();
        requests.forEach(request -> hashes.add(request.hash()));
        assertThat(hashes).hasSameSizeAs(requests).allMatch(hash -> hash.matches("[0-9a-f]{64}"));
        assertThat(full().hash()).isEqualTo(full().hash());
    }

    @Test
    void hash_tellsWhereOneMessageEndsAndTheNextBegins() {
        List<ChatRequest> requests = List.of(
                ChatRequest.builder().user("ab").user("c").build(),
                ChatRequest.builder().user("a").user("bc").build(),
                ChatRequest.builder().user("abc").user("").build(),
                ChatRequest.builder().user("").user("abc").build(),
                ChatRequest.of("abc"),
                ChatRequest.of("ab4:USER1:c"), // looks like what is hashed for the first
                ChatRequest.of("abc16:temperature null"));

        assertThat(requests.stream().map(ChatRequest::hash)).doesNotHaveDuplicates();
    }

    // ---------------------------------------------------------------- maxPromptTokens

    @Test
    void maxPromptTokens_countsBytesAndWhatStandsAroundAMessage() {
        assertThat(ChatRequest.of("hello").maxPromptTokens()).isEqualTo(5 + 16);
        assertThat(ChatRequest.builder()
                        .system("")
                        .user("\u0645\u0631\u062d\u0628\u0627")
                        .build()
                        .maxPromptTokens())
                .isEqualTo(16 + 10 + 16); // Arabic: five letters of two bytes
        assertThat(ChatRequest.of("\uD83D\uDE00").maxPromptTokens()).isEqualTo(4 + 16);
        assertThat(ChatRequest.builder().user("x").maxTokens(99).build().maxPromptTokens())
                .isEqualTo(1 + 16); // of the prompt, not of the answer
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "!!!!!!!!",
                "\u4F60\u597D",
                "\u0645\u0631\u062d\u0628\u0627",
                "\uD83D\uDC69\u200D\uD83D\uDCBB",
                "a\u0301\u0301\u0301",
                "\u0000\u0001",
                "\uD83D"
            })
    void maxPromptTokens_isNeverBelowOneForEachByte(String text) {
        int bytes = ChatRequest.of(text).messages().get(0).content().getBytes(StandardCharsets.UTF_8).length;

        assertThat(ChatRequest.of(text).maxPromptTokens()).isGreaterThan(bytes);
    }

    @Test
    void maxPromptTokens_countsTheSchema() {
        int without = ChatRequest.of("x").maxPromptTokens();

        assertThat(ChatRequest.builder()
                        .user("x")
                        .jsonSchema("{\"type\":\"object\"}")
                        .build()
                        .maxPromptTokens())
                .isGreaterThanOrEqualTo(without + 17);
    }

    /** Where a model does not know schemas, the provider puts it into words: another message, with a sentence before it. */
    @Test
    void maxPromptTokens_countsTheWordsAroundTheSchema() {
        String inWords = "Answer with JSON only, no other text, that matches this JSON Schema:\n{}";

        assertThat(ChatRequest.builder().user("x").jsonSchema("{}").build().maxPromptTokens())
                .isGreaterThanOrEqualTo(
                        ChatRequest.builder().system(inWords).user("x").build().maxPromptTokens());
    }

    /** The sum was once negative, which a budget read as free. */
    @Test
    void maxPromptTokens_doesNotOverflow() {
        ChatMessage megabyte = ChatMessage.user("x".repeat(1 << 20));

        ChatRequest request = new ChatRequest(Collections.nCopies(2100, megabyte), null, null, null);

        assertThat(request.maxPromptTokens()).isEqualTo(Integer.MAX_VALUE); // 2100 * 1 MiB are more than 2^31
    }

    // ---------------------------------------------------------------- toString

    @Test
    void toString_showsCountsAndNoTexts() {
        ChatRequest request =
                ChatRequest.builder().system("secret").user("private").build();

        assertThat(request).hasToString("ChatRequest[2 messages, at most 45 tokens]"); // 6 + 16 + 7 + 16
    }
}
