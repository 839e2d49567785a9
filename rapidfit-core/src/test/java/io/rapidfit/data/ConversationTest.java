package io.rapidfit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.data.Message.ToolCall;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConversationTest {

    /** As Python writes it: blanks after colons and commas, and escapes for what is not ASCII. */
    private static final String WEATHER = """
            {"messages": [{"role": "system", "content": "You are caf\\u00e9 guide."}, \
            {"role": "user", "content": [{"type": "text", "text": "Rain?"}, {"type": "image_url", "image_url": {"url": "u"}}]}, \
            {"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function", \
            "function": {"name": "weather", "arguments": "{\\"city\\": \\"Oslo\\"}"}}]}, \
            {"role": "tool", "tool_call_id": "c1", "name": "weather", "content": "{\\"mm\\": 1.50}"}, \
            {"role": "assistant", "content": "Some rain.", "weight": 1.0}], \
            "tags": {"persona": "guide"}, "extra": [1E5, 0.10]}""";

    @Test
    void parse_readsMessagesCallsAndTags() {
        Conversation chat = Conversation.parse(WEATHER);

        assertThat(chat.messages())
                .containsExactly(
                        Message.system("You are café guide."),
                        Message.user("Rain?"),
                        new Message(
                                "assistant",
                                "",
                                List.of(new ToolCall("c1", "weather", "{\"city\": \"Oslo\"}")),
                                null,
                                null),
                        new Message("tool", "{\"mm\": 1.50}", List.of(), "c1", "weather"),
                        Message.assistant("Some rain."));
        assertThat(chat.tags()).containsExactly(Map.entry("persona", "guide"));
        assertThat(chat.response()).contains("Some rain.");
        assertThat(chat.context()).isEqualTo(chat.messages().subList(0, 4));
        assertThat(chat.field("query")).contains("Rain?");
        assertThat(chat.field("response")).contains("Some rain.");
        assertThat(chat.field("tags.persona")).contains("guide");
        assertThat(chat.field("messages.2.tool_calls.0.function.name")).contains("weather");
        assertThat(chat.field("extra")).contains("[1E+5,0.10]");
        assertThat(chat.field("other")).isEmpty();
        assertThat(chat.text())
                .isEqualTo("You are café guide.\nRain?\n{\"city\": \"Oslo\"}\n{\"mm\": 1.50}\nSome rain.");
        assertThat(chat.toJson()).isEqualTo(WEATHER);
    }

    @Test
    void withResponse_changesNotOneCharacterElse() {
        String changed =
                Conversation.parse(WEATHER).withResponse("Take \"one\".").toJson();

        assertThat(changed).isEqualTo(WEATHER.replace("\"Some rain.\"", "\"Take \\\"one\\\".\""));
    }

    @Test
    void withResponse_changesOneTextPartInItsPlace() {
        String json =
                "{\"messages\":[{\"role\":\"assistant\",\"content\":[ {\"u\":\"caf\\u00e9\\/\", \"w\": 1E5}, %s ]}]}";
        String part = "{\"type\" : \"text\", \"text\" : \"%s\", \"cache\" : 1.0}";

        assertThat(Conversation.parse(json.formatted(part.formatted("a")))
                        .withResponse("b")
                        .toJson())
                .isEqualTo(json.formatted(part.formatted("b")));
        assertThat(Conversation.parse(json.formatted("\"a\"")).withResponse("b").toJson())
                .isEqualTo(json.formatted("\"b\""));
    }

    @Test
    void withResponse_keepsPartsThatAreNoText() {
        Conversation chat = Conversation.parse("""
                {"messages":[{"role":"assistant","content":[{"type":"text","text":"a","cache":1},{"type":"image"},{"type":"text","text":"b"}]}]}""");

        assertThat(chat.response()).contains("a\nb");
        assertThat(chat.withResponse("c").toJson()).isEqualTo("""
                        {"messages":[{"role":"assistant","content":[{"type":"text","text":"c"},{"type":"image"}]}]}""");
        assertThat(Conversation.parse("{\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"image\"}]}]}")
                        .withResponse("c")
                        .response())
                .contains("c");
    }

    @Test
    void withResponse_fillsContentThatIsMissing() {
        Conversation chat = Conversation.parse("{\"messages\":[{\"role\":\"assistant\"}]}");

        assertThat(chat.response()).contains("");
        assertThat(chat.withResponse("c").toJson())
                .isEqualTo("{\"messages\":[{\"role\":\"assistant\",\"content\":\"c\"}]}");
    }

    @Test
    void response_isTheLastOfTheAssistantWithoutCalls() {
        Conversation chat = Conversation.parse("""
                {"messages":[{"role":"assistant","content":"one"},{"role":"user","content":"more"},\
                {"role":"assistant","content":"calling","tool_calls":[{"id":"1"}]},\
                {"role":"assistant","content":"old","function_call":{"name":"f","arguments":"{}"}}]}""");

        assertThat(chat.response()).contains("one");
        assertThat(chat.context()).isEmpty();
        assertThat(chat.messages().get(3).toolCalls()).containsExactly(new ToolCall("", "f", "{}"));
    }

    @Test
    void withoutResponse_thereIsNothingToChange() {
        Conversation chat = Conversation.of(Message.user("Hi"));

        assertThat(chat.response()).isEmpty();
        assertThat(chat.context()).containsExactly(Message.user("Hi"));
        assertThatThrownBy(() -> chat.withResponse("Hello"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no message of the assistant without tool calls in conversation " + chat.id());
    }

    @Test
    void of_writesWhatParseReads() {
        List<Message> messages = Conversation.parse(WEATHER).messages();

        Conversation chat = Conversation.of(messages);

        assertThat(Conversation.parse(chat.toJson()).messages()).isEqualTo(messages);
        assertThat(chat.toJson())
                .contains(
                        "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
                                + "\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\": \\\"Oslo\\\"}\"}}]}");
    }

    @Test
    void id_isDerivedFromTheMessages() {
        Conversation chat = Conversation.of(Message.user("Hi"), Message.assistant("Hello"));

        assertThat(chat.withTags(Map.of("a", "b")).withSplit(Split.TRAIN).id()).isEqualTo(chat.id());
        assertThat(Conversation.parse(chat.toJson().replace(":", " : ")).id()).isEqualTo(chat.id());
        assertThat(chat.withResponse("Good day").id()).isNotEqualTo(chat.id());
        assertThat(chat.withId("mine").withResponse("Good day").id()).isEqualTo("mine");
    }

    @Test
    void parse_refusesWhatIsNoConversation() {
        assertThatThrownBy(() -> Conversation.parse("{\"messages\":[]}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("field \"messages\": expected a list of at least one message");
        assertThatThrownBy(() -> Conversation.parse("{\"messages\":[{\"content\":\"a\"}]}"))
                .hasMessage("field \"messages.0.role\": expected a text such as \"user\"");
        assertThatThrownBy(() -> Conversation.parse("{\"messages\":[{\"role\":\"user\",\"content\":1}]}"))
                .hasMessage("field \"messages.0.content\": expected a text, a list of parts or null");
        assertThatThrownBy(() ->
                        Conversation.parse("{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":{\"id\":\"1\"}}]}"))
                .hasMessage("field \"messages.0.tool_calls\": expected a list or null");
        assertThatThrownBy(() -> Conversation.of()).hasMessageContaining("at least one message");
    }

    @Test
    void synthetic_isForTrainingOnly() {
        Conversation chat = Conversation.of(Message.user("Hi")).withSplit(Split.VALIDATION);

        assertThatThrownBy(() -> chat.withOrigin(Origin.synthetic("g"))).hasMessageContaining("for TRAIN only");
        assertThat(chat.withSplit(Split.TRAIN)
                        .withOrigin(Origin.synthetic("g"))
                        .origin()
                        .generator())
                .isEqualTo("g");
    }

    @Test
    void toString_doesNotSayWhatIsSaid() {
        assertThat(Conversation.of(Message.user("secret")).withId("a")).hasToString("Conversation[a, 1 messages]");
    }
}
