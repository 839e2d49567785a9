package io.rapidfit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.finetune.ValidationReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportForFineTuningTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void exportForFineTuning_writesFilesThatAreFitAndHoldNoTestText(@TempDir Path directory) throws IOException {
        Dataset demo = DemoData.start(1000);
        Map<String, String> topics = demo.only("topic").samples().stream()
                .collect(Collectors.toMap(Sample::text, Sample::label, (a, b) -> a));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        ValidationReport report =
                ExportForFineTuning.run(demo, directory, new PrintStream(bytes, true, StandardCharsets.UTF_8));

        assertThat(report.files())
                .allSatisfy(file -> assertThat(file.wellFormed()).isEqualTo(file.lines()));
        List<String> written = new ArrayList<>();
        for (String name : List.of("train", "validation", "train_definitions", "validation_definitions")) {
            for (String line : Files.readAllLines(directory.resolve(name + ".jsonl"))) {
                JsonNode messages = JSON.readTree(line).path("messages");
                String user = messages.path(1).path("content").asText();
                String text = user.substring(user.indexOf("Message: \"") + 10, user.length() - 1);
                JsonNode answer = JSON.readTree(messages.path(2).path("content").asText());
                assertThat(answer.path("topic").asText()).isEqualTo(topics.get(text));
                written.add(text);
            }
        }
        List<String> held = demo.samples(Split.TEST).stream().map(Sample::text).toList();
        assertThat(written).hasSizeGreaterThan(1000).doesNotContainAnyElementsOf(held);
        assertThat(directory.resolve("test.jsonl")).doesNotExist();
        assertThat(directory.resolve("train_clean.jsonl")).isNotEmptyFile();
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("Written to " + directory, "train_definitions.jsonl", "median tokens");
    }
}
