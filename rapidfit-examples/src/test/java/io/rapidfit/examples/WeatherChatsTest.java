package io.rapidfit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidfit.check.Finding;
import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.check.Grounding;
import io.rapidfit.check.Template;
import io.rapidfit.check.TemplateReport;
import io.rapidfit.check.Templates;
import io.rapidfit.data.Conversation;
import io.rapidfit.data.ExampleFile;
import io.rapidfit.data.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file is what the example says that it is. */
class WeatherChatsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path work;

    private List<String> lines;
    private List<Conversation> chats;

    @BeforeEach
    void write() throws IOException {
        Path file = WeatherChats.write(work.resolve("weather.jsonl"));
        lines = Files.readAllLines(file);
        chats = ExampleFile.conversations(file).load();
    }

    @Test
    void write_writesFourHundredChatsOfThreePersonas() {
        assertThat(chats)
                .hasSize(400)
                .allSatisfy(chat -> assertThat(chat.response()).isPresent());
        assertThat(new HashSet<>(lines)).hasSize(400);
        for (String persona : WeatherChats.PERSONAS.keySet()) {
            assertThat(chats.stream().filter(chat -> persona.equals(chat.tags().get("persona"))))
                    .hasSizeGreaterThan(100);
        }
        assertThat(WeatherChats.PERSONAS).hasSize(3);
    }

    @Test
    void write_writesTheSameEachTime() throws IOException {
        assertThat(WeatherChats.write(work.resolve("again.jsonl")))
                .hasSameBinaryContentAs(work.resolve("weather.jsonl"));
        assertThat(Files.readAllLines(WeatherChats.write(work.resolve("more.jsonl"), 401)))
                .startsWith(lines.toArray(String[]::new))
                .hasSize(401);
    }

    @Test
    void responses_followFourPhrasesAndOneTemplateThatOnlyMiningFinds() {
        Templates.Builder templates = Templates.builder();
        WeatherChats.PHRASES.forEach(templates::phrase);

        TemplateReport report = templates.build().find(responses());

        // 4 * 49 + 40 = 236 of 400
        assertThat(report.share()).isCloseTo(0.59, within(1e-12));
        assertThat(report.templates())
                .extracting(Template::source, Template::count)
                .containsExactly(
                        tuple(Template.Source.PHRASE, 49),
                        tuple(Template.Source.PHRASE, 49),
                        tuple(Template.Source.PHRASE, 49),
                        tuple(Template.Source.PHRASE, 49),
                        tuple(Template.Source.MINED, 40));
        assertThat(report.templates().get(4).form())
                .isEqualTo(
                        "the outlook for \u2026 is as follows \u2026 plan ahead and dress appropriately for the conditions");
    }

    /** All of them, the templated ones too: a made-up number would be another defect. */
    @Test
    void responses_stateOnlyWhatTheToolsReturned() {
        List<Finding> findings = Grounding.builder().build().check(chats);

        assertThat(findings)
                .hasSize(400)
                .allSatisfy(finding ->
                        assertThat(finding.verdict()).as(finding.reason()).isEqualTo(Verdict.PASS));
    }

    @Test
    void rows_differInAllThatSuchFilesDifferIn() throws IOException {
        assertThat(chats).allSatisfy(chat -> {
            List<Message> calling = chat.context().stream()
                    .filter(message -> !message.toolCalls().isEmpty())
                    .toList();
            assertThat(calling).hasSize(1);
            assertThat(chat.context().stream()
                            .filter(message -> message.role().equals(Message.TOOL))
                            .map(Message::toolCallId))
                    .containsExactlyElementsOf(calling.get(0).toolCalls().stream()
                            .map(Message.ToolCall::id)
                            .toList());
        });
        assertThat(lines)
                .filteredOn(line -> line.split("\"function\":\\{").length == 3)
                .hasSizeBetween(40, 160);
        assertThat(lines).filteredOn(line -> line.contains("\"meta\":{")).hasSizeBetween(20, 100);
        assertThat(lines).filteredOn(line -> line.contains("\"latency_ms\":")).hasSizeBetween(20, 120);
        assertThat(lines)
                .filteredOn(line -> line.contains("\"name\":\"guest\""))
                .hasSizeBetween(20, 100);
        assertThat(lines).filteredOn(line -> line.contains("\\u00B0C")).hasSizeBetween(20, 200);
        assertThat(chats)
                .filteredOn(chat -> chat.messages().size() > chat.context().size() + 1) // thanks
                .hasSizeBetween(5, 50);
        assertThat(chats)
                .filteredOn(chat -> chat.context().stream()
                        .anyMatch(message -> message.role().equals(Message.ASSISTANT)
                                && message.toolCalls().isEmpty()))
                .hasSizeBetween(20, 100);
        int parts = 0;
        for (int row = 0; row < lines.size(); row++) {
            int response = chats.get(row).context().size();
            parts += JSON.readTree(lines.get(row))
                            .at("/messages/" + response + "/content")
                            .isArray()
                    ? 1
                    : 0;
        }
        assertThat(parts).isBetween(10, 80);
    }

    private List<String> responses() {
        return chats.stream().map(chat -> chat.response().orElseThrow()).toList();
    }
}
