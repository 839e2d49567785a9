package io.rapidfit.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptStrategyTest {

    private static final String TWO = """
            {"version": 3, "strategies": {
              "optimized": {
                "name": "Optimized", "description": "Definitions first.", "system_prompt": "Answer {\\"a\\": 1}.",
                "user_template": "Persona: {persona}\\nText: \\"{tags.text}\\" {{literally}}",
                "parameters": {"labels": ["b", "a"], "temperature": 0.10, "stop": null, "more": {"deep": [1, true]}},
                "author": "nobody we know"
              },
              "plain": {"system_prompt": "", "user_template": "{text}"}
            }}
            """;

    @Test
    void parse_readsWhatThereIsInItsOrder() {
        List<PromptStrategy> strategies = PromptStrategy.parse(TWO);

        assertThat(strategies).extracting(PromptStrategy::key).containsExactly("optimized", "plain");
        PromptStrategy optimized = strategies.get(0);
        assertThat(optimized.name()).isEqualTo("Optimized");
        assertThat(optimized.description()).isEqualTo("Definitions first.");
        assertThat(optimized.systemPrompt()).isEqualTo("Answer {\"a\": 1}."); // braces are braces
        assertThat(optimized.fields()).containsExactly("persona", "tags.text");
        assertThat(optimized.parameters()).containsOnlyKeys("labels", "temperature", "stop", "more");
        assertThat(optimized.parameters().get("temperature")).isEqualTo(new BigDecimal("0.10"));
        assertThat(optimized.parameters().get("stop")).isNull();
        assertThat(optimized.parameters().get("more")).isEqualTo(Map.of("deep", List.of(1, true)));
    }

    @Test
    void parse_namesAStrategyByItsKeyWhereItHasNoName() {
        PromptStrategy plain = PromptStrategy.parse(TWO).get(1);

        assertThat(plain).isEqualTo(PromptStrategy.of("plain", "", "{text}"));
        assertThat(plain.name()).isEqualTo("plain");
        assertThat(plain.description()).isEmpty();
        assertThat(plain.parameters()).isEmpty();
    }

    @Test
    void load_readsAFileAndNamesItInMessages(@TempDir Path directory) throws IOException {
        Path good = Files.writeString(directory.resolve("good.json"), "\uFEFF" + TWO);
        Path bad = Files.writeString(directory.resolve("bad.json"), "{\"strategies\": {}}");
        Path notUtf8 = Files.write(directory.resolve("latin.json"), new byte[] {'"', (byte) 0xE9, '"'});

        assertThat(PromptStrategy.load(good)).isEqualTo(PromptStrategy.parse(TWO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PromptStrategy.load(bad))
                .withMessageContaining("bad.json: expected {\"strategies\": {...}}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PromptStrategy.load(notUtf8))
                .withMessageContaining("latin.json: not UTF-8");
        assertThatThrownBy(() -> PromptStrategy.load(directory.resolve("none.json")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("none.json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "nothing of it | not valid JSON at column 1",
                "`{\n x` | not valid JSON at line 2, column",
                "[] | expected {\"strategies\": {...}}",
                "{\"strategies\": []} | expected {\"strategies\": {...}}",
                "{\"strategies\": {\"x\": 1}} | \"system_prompt\" of strategy 'x' must be a string",
                "{\"strategies\": {\"x\": {\"user_template\": \"{t}\"}}} | \"system_prompt\" of strategy 'x' must be a string",
                "{\"strategies\": {\"x\": {\"system_prompt\": \"\"}}} | \"user_template\" of strategy 'x' must be a string",
                "{\"strategies\": {\"x\": {\"name\": 1, \"system_prompt\": \"\", \"user_template\": \"{t}\"}}} | \"name\" of strategy 'x'",
                "{\"strategies\": {\"x\": {\"system_prompt\": \"\", \"user_template\": \"{t\"}}} | strategy 'x' has a single '{'",
                "{\"strategies\": {\"x\": {\"system_prompt\": \"\", \"user_template\": \"see: t}\"}}} | single '}' after \"see: t\"",
                "{\"strategies\": {\"x\": {\"system_prompt\": \"\", \"user_template\": \"{} {t}\"}}} | strategy 'x' has a single '{'",
                "{\"strategies\": {\"x\": {\"system_prompt\": \"\", \"user_template\": \"{{t}}\"}}} | at least one place for a value",
                "{\"strategies\": {\"x\": {\"system_prompt\": \"\", \"user_template\": \"{t}\", \"parameters\": []}}} | \"parameters\" of strategy 'x' must be an object",
                "{\"strategies\": {\"x\": {\"system_prompt\": \"\", \"user_template\": \"{t}\", \"parameters\": {\"labels\": \"a\"}}}} | list of strings",
                "{\"strategies\": {\"x\": {\"system_prompt\": \"\", \"user_template\": \"{t}\", \"parameters\": {\"labels\": []}}}} | list of strings",
                "{\"strategies\": {\"x\": {\"system_prompt\": \"\", \"user_template\": \"{t}\", \"parameters\": {\"labels\": [1]}}}} | list of strings"
            })
    void parse_refusesWhatItCannotUseAndSaysWhere(String json, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PromptStrategy.parse(json))
                .withMessageContaining(message);
    }

    @Test
    void constructor_copiesParametersDeeply() {
        List<Object> labels = new ArrayList<>(Arrays.asList("a", "b"));
        PromptStrategy strategy = new PromptStrategy("k", "n", "", "", "{text}", Map.of("labels", labels));

        labels.add("c");

        assertThat(strategy.parameters()).isEqualTo(Map.of("labels", List.of("a", "b")));
    }

    @Test
    void withLabels_keepsTheOtherParameters() {
        PromptStrategy strategy = PromptStrategy.parse(TWO).get(0).withLabels(List.of("x"));

        assertThat(strategy.parameters().get("labels")).isEqualTo(List.of("x"));
        assertThat(strategy.parameters()).containsKey("temperature");
    }

    @Test
    void fill_putsValuesInAsTheyAre() {
        Template template = new Template("t", "{{{a}}} {b}");

        assertThat(template.fill(field -> field.equals("a") ? "{b} $1 \\" : "}}"))
                .isEqualTo("{{b} $1 \\} }}");
    }
}
