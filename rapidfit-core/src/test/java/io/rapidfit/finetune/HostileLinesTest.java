package io.rapidfit.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.finetune.ValidationReport.FileReport;
import io.rapidfit.internal.LineFile;
import io.rapidfit.testing.RandomText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nothing that a file may hold is an exception. */
class HostileLinesTest {

    private static final List<String> PERSONAL = List.of(
            "ana@example.com",
            "call 7742081",
            "phone",
            "password: hunter2hunter2",
            "GB33BUKB20201555555555",
            "4111 1111 1111 1111",
            "203.0.113.7");

    @TempDir
    Path directory;

    private FileReport validate(FineTuneFormat format, Path file) {
        FineTuneValidator validator = FineTuneValidator.builder().format(format).build();
        ValidationReport report = validator.validate(file);
        report.display(new StringBuilder());
        assertThat(Json.parse(report.toJson()).isObject()).isTrue();
        validator.mask(file, directory.resolve("masked"));
        validator.dedupe(file, directory.resolve("deduped"));
        return report.files().get(0);
    }

    private Path file(List<String> lines) throws IOException {
        return Files.writeString(directory.resolve("x.jsonl"), String.join("\n", lines));
    }

    @Test
    void validate_readsRandomBytes() throws IOException {
        Random random = new Random(3);
        byte[] bytes = new byte[200_000];
        random.nextBytes(bytes);
        Path file = Files.write(directory.resolve("x.jsonl"), bytes);

        FileReport found = validate(FineTuneFormat.OPENAI_CHAT, file);

        assertThat(found.lines()).isPositive();
        assertThat(found.wellFormed()).isZero();
        assertThat(found.score()).isZero();
    }

    @Test
    void validate_readsWhatIsNestedDeeply() throws IOException {
        int depth = 10_000;
        String lists = "[".repeat(depth) + "]".repeat(depth);
        String objects = "{\"messages\":".repeat(depth) + "1" + "}".repeat(depth);
        String within = Json.write(
                Json.object().put("prompt", lists).put("completion", objects.replace("1", "\"ana@example.com\"")));
        Path file = file(List.of(lists, objects, "[".repeat(depth), "{\"messages\":" + lists + "}", within));

        FileReport found = validate(FineTuneFormat.PROMPT_COMPLETION, file);

        assertThat(found.lines()).isEqualTo(5);
        assertThat(found.count(ValidationCheck.UNREADABLE)).isEqualTo(4);
        assertThat(found.count(ValidationCheck.PERSONAL_DATA)).isEqualTo(1);
        assertThat(Files.readString(directory.resolve("masked")))
                .contains("[EMAIL]")
                .doesNotContain("ana@");
    }

    @Test
    void validate_readsAHugeLine() throws IOException {
        String huge = "word ana@example.com ".repeat(25_000); // half a megabyte
        String line = Json.write(Json.object().put("prompt", huge).put("completion", "{\"label\":\"a\"}"));

        FileReport found = validate(FineTuneFormat.PROMPT_COMPLETION, file(List.of(line, "{\"prompt\":\"" + huge)));

        assertThat(found.count(ValidationCheck.UNREADABLE)).isEqualTo(1);
        assertThat(found.failures()
                        .get(ValidationCheck.PERSONAL_DATA)
                        .examples()
                        .get(0)
                        .message())
                .isEqualTo("has 25000 email");
        assertThat(found.failures()
                        .get(ValidationCheck.PERSONAL_DATA)
                        .examples()
                        .get(0)
                        .excerpt()
                        .length())
                .isLessThanOrEqualTo(60);
    }

    @ParameterizedTest
    @EnumSource(FineTuneFormat.class)
    void validate_readsWrongTypesEverywhere(FineTuneFormat format) throws IOException {
        Random random = new Random(5);
        List<String> wrong = List.of(
                "null",
                "true",
                "0",
                "-1.5",
                "1e999999999",
                "1e99999999999",
                "\"\"",
                "\"user\"",
                "[]",
                "{}",
                "[[]]",
                "[null]",
                "[{}]",
                "{\"role\":[]}",
                "[{\"role\":\"user\",\"content\":{}}]",
                "\"\\ud800\"",
                "\"\\u0000\"");
        String good =
                "{'system':@,'messages':[{'role':@,'content':@,'tool_calls':@,'weight':@,'function_call':@},{'role':'user','content':[@,"
                        + "{'type':@,'text':@}]},@,{'role':'assistant','content':@}],'prompt':@,'completion':@,'tools':@,'metadata':@}";
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            StringBuilder line = new StringBuilder();
            for (char c : good.replace('\'', '"').toCharArray()) {
                line.append(c == '@' ? wrong.get(random.nextInt(wrong.size())) : String.valueOf(c));
            }
            lines.add(line.toString());
        }

        FileReport found = validate(format, file(lines));

        assertThat(found.lines()).isEqualTo(500);
        if (format != FineTuneFormat.PROMPT_COMPLETION) { // whose two members are sometimes strings
            assertThat(found.wellFormed()).isZero();
        }
    }

    @Test
    void mask_leavesJsonThatIsJson() throws IOException {
        RandomText random = new RandomText(17);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            ObjectNode line = Json.object();
            line.put("prompt", text(random));
            line.put("completion", Json.write(value(random, 3)));
            line.set("metadata", value(random, 2));
            lines.add(Json.write(line));
        }
        Path file = file(lines);
        FineTuneValidator validator = FineTuneValidator.builder()
                .format(FineTuneFormat.PROMPT_COMPLETION)
                .maxExamples(0)
                .build();
        int before = validator.validate(file).files().get(0).count(ValidationCheck.PERSONAL_DATA);

        Mended mended = validator.mask(file, directory.resolve("masked"));

        assertThat(before).isGreaterThan(100);
        assertThat(mended.changes()).hasSizeGreaterThanOrEqualTo(before);
        assertThat(mended.linesAfter()).isEqualTo(400);
        List<String> masked = LineFile.<String>read(
                        directory.resolve("masked"), (line, number) -> line == null ? "" : line)
                .records();
        for (int i = 0; i < 400; i++) {
            JsonNode was = Json.parse(lines.get(i));
            JsonNode is = Json.parse(masked.get(i));
            assertSameShape(was, is);
            assertSameShape(
                    Json.parse(was.path("completion").textValue()),
                    Json.parse(is.path("completion").textValue()));
        }
        assertThat(validator
                        .validate(directory.resolve("masked"))
                        .files()
                        .get(0)
                        .count(ValidationCheck.PERSONAL_DATA))
                .isZero();
    }

    /** The same but for strings. */
    private static void assertSameShape(JsonNode was, JsonNode is) {
        assertThat(is.getNodeType()).isEqualTo(was.getNodeType());
        assertThat(is).hasSize(was.size());
        if (was.isObject()) {
            was.properties().forEach(member -> assertSameShape(member.getValue(), is.path(member.getKey())));
        } else if (was.isArray()) {
            for (int i = 0; i < was.size(); i++) {
                assertSameShape(was.get(i), is.get(i));
            }
        } else if (!was.isTextual()) {
            assertThat(is).isEqualTo(was);
        }
    }

    private static String text(RandomText random) {
        String personal = PERSONAL.get(random.random().nextInt(PERSONAL.size()));
        return random.next(3) + " " + (random.random().nextBoolean() ? personal : "") + " " + random.next(3);
    }

    private static JsonNode value(RandomText random, int depth) {
        return switch (random.random().nextInt(depth > 0 ? 6 : 4)) {
            case 0 -> Json.NODES.numberNode(random.random().nextInt());
            case 1 -> Json.NODES.booleanNode(random.random().nextBoolean());
            case 2, 3 -> Json.NODES.textNode(text(random));
            case 4 -> {
                ArrayNode list = Json.NODES.arrayNode();
                for (int i = random.random().nextInt(4); i > 0; i--) {
                    list.add(value(random, depth - 1));
                }
                yield list;
            }
            default -> {
                ObjectNode object = Json.object();
                for (int i = random.random().nextInt(4); i > 0; i--) {
                    object.set("phone" + random.next(2), value(random, depth - 1));
                }
                yield object;
            }
        };
    }

    @Test
    void validate_skipsAByteOrderMarkAndReadsCarriageReturns() throws IOException {
        String line = Json.write(Json.object().put("prompt", "p").put("completion", "c"));
        Path file =
                Files.write(directory.resolve("x.jsonl"), ("\uFEFF" + line + "\r\n").getBytes(StandardCharsets.UTF_8));

        assertThat(validate(FineTuneFormat.PROMPT_COMPLETION, file).failures()).isEmpty();
    }
}
