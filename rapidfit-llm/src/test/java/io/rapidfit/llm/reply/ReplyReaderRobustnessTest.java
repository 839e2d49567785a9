package io.rapidfit.llm.reply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the reply is: no exception, no wrong row, no more time than its length asks for. */
class ReplyReaderRobustnessTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final ReplyShape SHAPE = ReplyShape.list("items")
            .string("text")
            .optionalString("label")
            .optionalString("note")
            .build();

    private static final List<String> TEXTS = List.of(
            "plain",
            "it's \"quoted\", isn't it?",
            "{\"text\": \"nested\"}",
            "a], b}, \"c\": {",
            "```json\n[1]\n```",
            "wait... <think>hm</think> // no # /* */",
            "back\\slash \\\" and \\n",
            "\u201Ccurly\u201D \u2018quotes\u2019\u00A0\uFEFF",
            "\u0645\u0631\u062D\u0628\u0627\u060C \"\u0643\u064A\u0641\"",
            "\uD83D\uDE00 emoji",
            "\",\n\"label\":\"x\"},{",
            "'");

    private static List<Map<String, Object>> rows() {
        return TEXTS.stream()
                .map(text -> {
                    Map<String, Object> row = new LinkedHashMap<>();
                    row.put("text", text);
                    row.put("label", "l" + text.length());
                    return row;
                })
                .toList();
    }

    private static String json(Object value, boolean pretty) {
        try {
            return (pretty ? MAPPER.writerWithDefaultPrettyPrinter() : MAPPER.writer()).writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** The same rows in every form that keeps their values. */
    static Stream<Arguments> samples() {
        String object = json(Map.of("items", rows()), false);
        String pretty = json(Map.of("items", rows()), true);
        StringBuilder lines = new StringBuilder();
        rows().forEach(row -> lines.append(json(row, false)).append('\n'));
        return Stream.of(
                Arguments.of("object", object),
                Arguments.of("pretty", pretty),
                Arguments.of("array", json(rows(), false)),
                Arguments.of("NDJSON", lines.toString()),
                Arguments.of("fence", "```json\n" + pretty + "\n```"),
                Arguments.of("think", "<think>Or {\"items\": [{\"text\": \"draft\"}]}?</think>\n" + object + "\nDone."),
                Arguments.of(
                        "trailing comma",
                        object.replace("},{\"text\"", ",},{\"text\"").replace("]}", ",]}")),
                Arguments.of("missing comma", pretty.replace("}, {", "} {")),
                Arguments.of("unquoted key", "{items" + object.substring(object.indexOf("\":") + 1)),
                Arguments.of("encoded twice", json(object, false)));
    }

    static Stream<Arguments> validSamples() {
        return samples().limit(4);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void read_findsEveryRow(String name, String sample) {
        assertThat(ReplyReader.read(SHAPE, sample, false).rows()).isEqualTo(rows());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void read_ofAnyPrefix_givesTheFirstRowsUnchanged(String name, String sample) {
        int last = 0;
        for (int end = 0; end <= sample.length(); end++) {
            for (boolean truncated : new boolean[] {true, false}) {
                List<Map<String, Object>> read = ReplyReader.read(SHAPE, sample.substring(0, end), truncated)
                        .rows();
                assertThat(read)
                        .as("%s, first %d characters", name, end)
                        .isEqualTo(rows().subList(0, read.size()))
                        .hasSizeGreaterThanOrEqualTo(truncated ? 0 : last);
                last = truncated ? last : read.size();
            }
        }
        assertThat(last).isEqualTo(TEXTS.size());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void read_ofAnyMutation_givesAReply(String name, String sample) {
        Random random = new Random(name.hashCode());
        for (int i = 0; i < 3_000; i++) {
            String mutated = mutate(sample, random);
            Reply reply = ReplyReader.read(SHAPE, mutated, random.nextBoolean());
            assertThat(reply.problems()).hasSizeLessThanOrEqualTo(10);
            assertThat(reply.rows()).allMatch(row -> row.containsKey("text"));
        }
    }

    private static String mutate(String sample, Random random) {
        String alphabet = "{}[]\"'`\\:,<>|/#. \n\u00A0\uFEFF\u201C\u2019\uD83D\u0000ntu0-+eN";
        StringBuilder text = new StringBuilder(sample);
        for (int edits = 1 + random.nextInt(5); edits > 0 && text.length() > 1; edits--) {
            int at = random.nextInt(text.length() - 1);
            switch (random.nextInt(5)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
                case 2 -> text.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
                case 3 -> text.insert(at + 1, text.charAt(at)).deleteCharAt(at);
                default -> text.delete(at, Math.min(text.length(), at + random.nextInt(20)));
            }
        }
        return text.toString();
    }

    /** An edit between two strings must not change a row that is accepted. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("validSamples")
    void read_ofStructuralDamage_acceptsOnlyTrueRows(String name, String sample) {
        for (int at : structure(sample)) {
            for (String edit :
                    List.of("", "{", "}", "[", "]", ",", ":", "\n", "//", "...", "'", "x", "\"", "}]", "{\"")) {
                assertOnlyTrueRows(sample.substring(0, at) + edit + sample.substring(at + 1));
                assertOnlyTrueRows(sample.substring(0, at) + edit + sample.substring(at));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("validSamples")
    void read_ofLostQuotationMarks_acceptsOnlyTrueRows(String name, String sample) {
        for (int at = sample.indexOf('"'); at >= 0; at = sample.indexOf('"', at + 1)) {
            if (at > 0 && sample.charAt(at - 1) == '\\') {
                assertOnlyTrueRows(sample.substring(0, at - 1) + sample.substring(at)); // the escape alone is lost
            } else {
                assertOnlyTrueRows(sample.substring(0, at) + sample.substring(at + 1));
            }
        }
        assertOnlyTrueRows(sample.replace("\\\"", "\""));
    }

    private static void assertOnlyTrueRows(String reply) {
        assertThat(ReplyReader.read(SHAPE, reply, false).rows()).as(reply).isSubsetOf(rows());
    }

    /** Where brackets, colons and commas stand outside of strings. */
    private static List<Integer> structure(String json) {
        List<Integer> found = new ArrayList<>();
        boolean inString = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (inString && c == '\\') {
                i++;
            } else if (c == '"') {
                inString = !inString;
            } else if (!inString && "{}[],:".indexOf(c) >= 0) {
                found.add(i);
            }
        }
        return found;
    }

    @Test
    void read_ofRandomText_givesAReply() {
        String[] tokens = {
            "{",
            "}",
            "[",
            "]",
            "\"",
            "'",
            "\\",
            ":",
            ",",
            "\"text\"",
            "\"items\"",
            "items",
            " ",
            "\n",
            "```",
            "<think>",
            "</think>",
            "<|channel|>",
            "final",
            "<|message|>",
            "//",
            "/*",
            "*/",
            "#",
            "...",
            "1",
            "-",
            "e",
            "\\u",
            "true",
            "None",
            "\uD83D",
            "\u201C",
            "\u201D",
            "\uFEFF",
            "{\\\"",
            "\"{\\\"",
            "assistantfinal"
        };
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(40); n > 0; n--) {
                text.append(tokens[random.nextInt(tokens.length)]);
            }
            assertThat(ReplyReader.read(SHAPE, text.toString(), random.nextBoolean()))
                    .isNotNull();
        }
    }

    @Test
    void read_ofRandomValidJson_isTheSameWithProseAround() {
        Random random = new Random(11);
        String alphabet = "ab \"'\\{}[]:,/#.\n\t\u201C\u2019\u00A0`<>";
        for (int i = 0; i < 5_000; i++) {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (int n = random.nextInt(4); n >= 0; n--) {
                rows.add(Map.of(
                        "text", "." + random(alphabet, random), "more", List.of(random(alphabet, random), 1, true)));
            }
            String reply = json(Map.of("items", rows), random.nextBoolean());
            List<Object> texts = rows.stream().map(row -> row.get("text")).toList();

            assertThat(ReplyReader.read(SHAPE, reply, false).rows())
                    .extracting(row -> row.get("text"))
                    .isEqualTo(texts);
            assertThat(ReplyReader.read(SHAPE, "As you \"wish\": " + reply + " There.", false)
                            .rows())
                    .extracting(row -> row.get("text"))
                    .isEqualTo(texts);
        }
    }

    private static String random(String alphabet, Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(12); n > 0; n--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    // ---- size ----

    static Stream<Arguments> read_takesLinearTime() {
        return Stream.of(
                        "[",
                        "{",
                        "{\"a\":",
                        "[{",
                        "}",
                        "\"",
                        "\\",
                        "'",
                        "\"{",
                        "\"{\\\"",
                        "{\\\"",
                        "{'",
                        "{\"",
                        "{\"a\"#",
                        "[1]",
                        "[1,",
                        "{}",
                        "{\"text\":\"a\"}",
                        "{\"text\":\"a\"}x",
                        "{\"text\":\"a\",}x",
                        "```",
                        "``` ```json\n",
                        "<think>",
                        "</think>",
                        "<think></think>",
                        "<think></thinking>",
                        "<|channel|>",
                        "<|channel|>analysis<|message|>",
                        "<|channel|>final<|message|>{",
                        "assistantfinal",
                        "<",
                        "[THINK",
                        "/*",
                        "//",
                        "#",
                        "1",
                        "a",
                        " ",
                        "\u201C",
                        "\uD83D")
                .flatMap(unit -> Stream.of("", "x {", "{\"items\":[{\"text\":\"", "[{\"text\":\"a\"},")
                        .map(head -> Arguments.of(head, unit)));
    }

    @ParameterizedTest(name = "{0} and many times {1}")
    @MethodSource
    void read_takesLinearTime(String head, String unit) {
        assertLinear(n -> head + unit.repeat(n / unit.length()));
    }

    static Stream<Arguments> read_takesLinearTime_insideAString() {
        return Stream.of("\" ", "\",", "\", \"", "\"a", "\":", "\"\n\"", "\\u00", "\"//", "\", a", "'", "\"}", "\"]}")
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource
    void read_takesLinearTime_insideAString(String unit) {
        assertLinear(n -> "{\"items\":[{\"text\":\"" + unit.repeat(n / unit.length()) + "\"},]}");
        assertLinear(n -> "['" + unit.repeat(n / unit.length()) + "'},]}");
        assertLinear(n -> "[\u201C" + unit.repeat(n / unit.length()) + "'},]}");
    }

    /** Linear takes a fraction of a second; the square of 200,000 steps, of half a nanosecond each, takes 20. */
    private static void assertLinear(IntFunction<String> reply) {
        assertThat(time(reply.apply(200_000))).isLessThan(3_000_000_000L);
    }

    /** Of this thread alone, so that neither the collector nor other programs count. */
    private static long time(String reply) {
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        long start = clock.getCurrentThreadCpuTime();
        ReplyReader.read(SHAPE, reply, false);
        return clock.getCurrentThreadCpuTime() - start;
    }

    @Test
    void read_givesUpOnDepth() {
        int depth = 100_000;
        String deep = "[".repeat(depth) + "{\"text\": \"a\"}" + "]".repeat(depth);

        assertThat(ReplyReader.read(SHAPE, deep, false).rows()).isEmpty();
        assertThat(ReplyReader.read(SHAPE, "{\"a\":".repeat(depth), false).problems())
                .contains("The reply is not valid JSON after record 0: objects and arrays are nested too deeply.");
        assertThat(ReplyReader.read(
                                SHAPE,
                                "{\"items\": [{\"text\": \"a\"}, {\"text\": \"b\", \"x\": " + deep + "}]}",
                                false)
                        .rows())
                .containsExactly(Map.of("text", "a"));
    }

    /** A string of 25 million characters is longer than Jackson takes unless it is told to. */
    @Test
    void read_readsManyMegabytes() {
        String row = "{\"text\": \"" + "some words ".repeat(9) + "\"}";
        int count = 10_000_000 / (row.length() + 1);
        String rows = (row + ",").repeat(count);

        assertThat(ReplyReader.read(SHAPE, "{\"items\": [" + rows + row + "]}", false)
                        .rows())
                .hasSize(count + 1);
        assertThat(ReplyReader.read(SHAPE, "So: [" + rows, true).rows()).hasSize(count);
        assertThat(ReplyReader.read(SHAPE, "{\"items\": [{\"text\": \"" + "x".repeat(25_000_000) + "\"},]}", false)
                        .rows())
                .hasSize(1);
    }
}
