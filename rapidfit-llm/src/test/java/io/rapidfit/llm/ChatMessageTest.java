package io.rapidfit.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatMessageTest {

    @Test
    void factories_setTheRole() {
        assertThat(ChatMessage.system("x")).isEqualTo(new ChatMessage(ChatMessage.Role.SYSTEM, "x"));
        assertThat(ChatMessage.user("x")).isEqualTo(new ChatMessage(ChatMessage.Role.USER, "x"));
        assertThat(ChatMessage.assistant("x")).isEqualTo(new ChatMessage(ChatMessage.Role.ASSISTANT, "x"));
    }

    @Test
    void content_mayBeEmptyButNotNull() {
        assertThat(ChatMessage.user("").content()).isEmpty();
        assertThatThrownBy(() -> ChatMessage.user(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("content must not be null");
        assertThatThrownBy(() -> new ChatMessage(null, "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("role must not be null");
    }

    @Test
    void content_losesUnpairedSurrogates() {
        assertThat(ChatMessage.user("a\uD83Db").content()).isEqualTo("a\uFFFDb");
        assertThat(ChatMessage.user("\uDE00").content()).isEqualTo("\uFFFD");
        assertThat(ChatMessage.user("\uDE00\uD83D").content()).isEqualTo("\uFFFD\uFFFD"); // the wrong way round
        assertThat(ChatMessage.user("\uD83D\uD83D\uDE00").content()).isEqualTo("\uFFFD\uD83D\uDE00");
    }

    @ParameterizedTest
    @CsvSource({"plain", "\u0645\u0631\u062d\u0628\u0627", "\uD83D\uDE00", "\u0131\u0130", "a\u0301"})
    void content_keepsEverythingElse(String text) {
        assertThat(ChatMessage.user(text).content()).isEqualTo(text);
    }
}
