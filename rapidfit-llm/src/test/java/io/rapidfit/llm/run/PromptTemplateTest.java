package io.rapidfit.llm.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.llm.ChatMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptTemplateTest {

    @TempDir
    Path dir;

    private static String rendered(String template, Object value) {
        return PromptTemplate.of(template).render(Map.of("value", value)).get(0).content();
    }

    @Test
    void render_putsValuesInAsJson() {
        assertThat(rendered("[{value}]", "a \"b\" {c}\n\\ $1")).isEqualTo("[\"a \\\"b\\\" {c}\\n\\\\ $1\"]");
        assertThat(rendered("{value} times", 3)).isEqualTo("3 times");
        assertThat(rendered("{value}", List.of("a", true, 0.5))).isEqualTo("[\"a\",true,0.5]");
        assertThat(rendered("{value}", Map.of("k", List.of()))).isEqualTo("{\"k\":[]}");
    }

    @Test
    void render_takesDoubledBracesForBraces() {
        assertThat(rendered("{{\"a\": {value}}}", 1)).isEqualTo("{\"a\": 1}");
        assertThat(rendered("{{{value}}}", 1)).isEqualTo("{1}");
        assertThat(rendered("{{value}} {value}", 1)).isEqualTo("{value} 1");
    }

    @Test
    void render_dividesMessagesAtTheTemplatesHeadings() {
        List<ChatMessage> messages = PromptTemplate.of(
                        "### system\nBe {value}.\n\n### user  \r\nFirst {value}\n###user\nSecond")
                .render(Map.of("value", "### system\n### user\n"));

        assertThat(messages)
                .containsExactly(
                        ChatMessage.system("Be \"### system\\n### user\\n\"."),
                        ChatMessage.user("First \"### system\\n### user\\n\""),
                        ChatMessage.user("Second"));
    }

    @Test
    void render_takesATextWithoutHeadingsForTheUsers() {
        assertThat(PromptTemplate.of("  Hello.\n").render(Map.of())).containsExactly(ChatMessage.user("Hello."));
    }

    @Test
    void render_takesOnlyAHeadingOfItsOwnForOne() {
        String text = "### users of the shop\nwrite\n### system requirements\nlike ### user\nthis\n#### user";

        assertThat(PromptTemplate.of(text).render(Map.of())).containsExactly(ChatMessage.user(text));
    }

    @Test
    void render_refusesAPlaceWithoutAValue() {
        assertThatThrownBy(() -> PromptTemplate.of("{a} {b}").render(Map.of("a", 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no value for {b}; there are [a]");
        assertThatThrownBy(() -> PromptTemplate.of("{a}").render(Map.of("a", new Object())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the value for {a} cannot be written as JSON");
    }

    @Test
    void of_refusesASingleBraceAndSaysWhere() {
        assertThatThrownBy(() -> PromptTemplate.of("Answer with {\"a\": 1}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a single '{' in a prompt, after \"Answer with \": write '{{' for the sign itself, {name}"
                        + " for a value");
        assertThatThrownBy(() -> PromptTemplate.of("an end }"))
                .hasMessageContaining("a single '}' in a prompt, after \"an end \": write '}}'");
        assertThatThrownBy(() -> PromptTemplate.of("{1st}")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PromptTemplate.of("{ value }")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void of_refusesNothing() {
        assertThatThrownBy(() -> PromptTemplate.of(" \n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("prompt must not be blank");
        assertThatThrownBy(() -> PromptTemplate.of(null)).hasMessage("prompt must not be null");
    }

    @Test
    void placeholders_areInOrderOfAppearance() {
        PromptTemplate template = PromptTemplate.of("### system\n{b.c} {a_1}\n### user\n{b.c} {{no}} {d}");

        assertThat(template.placeholders()).containsExactly("b.c", "a_1", "d");
        assertThat(template).hasToString("PromptTemplate[b.c, a_1, d]");
    }

    @Test
    void require_namesWhatIsMissingOrUnknown() {
        PromptTemplate template = PromptTemplate.of("{a} {b}");

        assertThat(template.require(Set.of("a"), Set.of("a", "b", "c"))).isSameAs(template);
        assertThatThrownBy(() -> template.require(Set.of("c"), Set.of("a", "b", "c")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the prompt must have {c} somewhere, or the model cannot know what to do");
        assertThatThrownBy(() -> template.require(Set.of(), Set.of("z", "a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the prompt asks for {b}, which it cannot be given; there are [a, z]");
    }

    @Test
    void load_readsAFileInUtf8() throws IOException {
        Path file = Files.writeString(dir.resolve("prompt.txt"), "\uFEFF\u4F60\u597D {value}");

        assertThat(PromptTemplate.load(file).text()).isEqualTo("\u4F60\u597D {value}");
    }

    @Test
    void load_refusesAFileThatIsNoneOrNotUtf8() throws IOException {
        Path latin = Files.write(dir.resolve("latin.txt"), new byte[] {'a', (byte) 0xE9});

        for (Path file : List.of(latin, dir.resolve("none.txt"))) {
            assertThatThrownBy(() -> PromptTemplate.load(file))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessage("cannot read the prompt " + file);
        }
    }

    @Test
    void resource_namesWhatIsNotThere() {
        assertThatThrownBy(() -> PromptTemplate.resource(PromptTemplateTest.class, "none.txt"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no resource 'none.txt' beside io.rapidfit.llm.run.PromptTemplateTest");
    }
}
