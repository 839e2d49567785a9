package io.rapidfit.llm.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyReaderTest {

    private static final ReplyShape SHAPE = ReplyShape.list("items")
            .string("text")
            .choice("label", List.of("Yes", "No"))
            .optionalString("note")
            .build();

    private static final ReplyShape ONE = ReplyShape.object()
            .string("reason")
            .number("score", 0, 1)
            .integer("grade", 1, 5)
            .bool("ok")
            .strings("tags")
            .build();

    private static final Map<String, Object> A = Map.of("text", "a", "label", "Yes");
    private static final Map<String, Object> B = Map.of("text", "b", "label", "No");

    private static Reply read(String reply) {
        return ReplyReader.read(SHAPE, reply, false);
    }

    private static Map<String, Object> text(String text) {
        return Map.of("text", text, "label", "Yes");
    }

    private static final String VALID = """
            {"items": [{"text": "a", "label": "Yes"}, {"text": "b", "label": "No"}]}
            """;

    private static final String ROW_A = "{\"text\": \"a\", \"label\": \"Yes\"}";
    private static final String ROW_B = "{\"text\": \"b\", \"label\": \"No\"}";

    // ---- replies that say a and b, one way or another ----

    static Stream<Arguments> read_findsBothRows() {
        return Stream.of(
                arguments("valid", VALID, ""),
                arguments("fence", "```json\n" + VALID + "```", "fence"),
                arguments("fence in prose", "Sure!\n\n```json\n" + VALID + "```\nAnything else?", "fence prose"),
                arguments("unclosed fence", "```json\n" + VALID, "fence"),
                arguments("fence of another language", "```python\n" + VALID + "```", "fence"),
                arguments("fence without line break", "```" + VALID + "```", "fence"),
                arguments("tildes", "~~~\n" + VALID + "~~~", "fence"),
                arguments("prose around", "Here are the [2] items: " + VALID + " I hope that {helps} :]", "prose"),
                arguments("quoted prose", "The \"items\" are " + VALID + "They're \"good\".", "prose"),
                arguments("template braces in prose", "For {{text}} and {label}: " + VALID, "prose"),
                arguments("think", "<think>Maybe {\"items\": [" + ROW_A + "]}?</think>\n" + VALID, "thinking"),
                arguments("think without opening mark", "Maybe {\"items\": []}?\n</think>" + VALID, "thinking"),
                arguments(
                        "think with broken JSON", "Like {\"items\": [{\"text\": \"x?\n</think>\n" + VALID, "thinking"),
                arguments("thinking in another case", "<Thinking>" + ROW_A + "</Thinking>" + VALID, "thinking"),
                arguments("Magistral", "[THINK]" + ROW_A + "[/THINK]" + VALID, "thinking"),
                arguments(
                        "channels",
                        "<|channel|>analysis<|message|>We need " + ROW_B
                                + "<|end|><|start|>assistant<|channel|>final <|constrain|>json<|message|>" + VALID
                                + "<|return|>",
                        "thinking"),
                arguments("stripped channels", "analysisWe need " + ROW_B + "assistantfinal" + VALID, "thinking"),
                arguments("bare array", "[" + ROW_A + "," + ROW_B + "]", "bare-list"),
                arguments("list in a list", "[" + VALID + "]", "wrapped-record"),
                arguments("NDJSON", ROW_A + "\n" + ROW_B + "\n", "several-values single-record"),
                arguments("several objects with commas", ROW_A + ",\n" + ROW_B, "several-values single-record"),
                arguments("numbered objects", "1. " + ROW_A + "\n2. " + ROW_B, "several-values single-record"),
                arguments(
                        "a fence each",
                        "```json\n" + ROW_A + "\n```\n```json\n" + ROW_B + "\n```",
                        "fence several-values"),
                arguments("two lists", "{\"items\":[" + ROW_A + "]}\n{\"items\":[" + ROW_B + "]}", "several-values"),
                arguments("the same twice", VALID + "\n" + VALID, "repeated-answer"),
                arguments("the same twice, with words", VALID + "\nThat is:\n" + VALID, "repeated-answer"),
                arguments("pattern quoted first", "In the form {\"items\": [...]}: " + VALID, "prose"),
                arguments("record quoted first", "You sent " + ROW_A + ", so: " + VALID, "prose"),
                arguments("encoded twice", quoted(VALID), "double-encoded"),
                arguments("encoded thrice", quoted(quoted(VALID)), "double-encoded"),
                arguments("encoded twice, in prose", "Answer: " + quoted(VALID) + ".", "double-encoded"),
                arguments("encoded twice, marks lost", VALID.replace("\"", "\\\""), "double-encoded"),
                arguments(
                        "list encoded",
                        "{\"items\":" + quoted("[" + ROW_A + "," + ROW_B + "]") + "}",
                        "double-encoded"),
                arguments("rows encoded", "[" + quoted(ROW_A) + "," + quoted(ROW_B) + "]", "double-encoded bare-list"),
                arguments("single quotes", VALID.replace('"', '\''), "single-quotes"),
                arguments("curly quotes", VALID.replaceAll("\"(\\w+)\"", "\u201C$1\u201D"), "curly-quotes"),
                arguments("curly single quotes", VALID.replaceAll("\"(\\w+)\"", "\u2018$1\u2019"), "curly-quotes"),
                arguments("unquoted keys", VALID.replaceAll("\"(\\w+)\":", "$1:"), "unquoted-key"),
                arguments("trailing commas", VALID.replace("}", ",}").replace("]", ",]"), "trailing-comma"),
                arguments("missing comma between rows", VALID.replace("}, {", "}\n{"), "missing-comma"),
                arguments("missing comma between fields", VALID.replace("\", ", "\"\n"), "missing-comma"),
                arguments("line comments", VALID.replace("[", "[ // the rows\n"), "comment"),
                arguments("hash comments", VALID.replace("[", "[ # the rows\n"), "comment"),
                arguments("block comments", VALID.replace(",", ", /* , */"), "comment"),
                arguments(
                        "Python", VALID.replace("}, {", ", \"note\": None}, {").replace('"', '\''), "literal"),
                arguments("undefined", VALID.replace("}, {", ", \"note\": undefined}, {"), "literal"),
                arguments("bracket for brace", VALID.replace("}, {", "], {"), "wrong-bracket"),
                arguments("brace for bracket", VALID.replace("]}", "}}"), "wrong-bracket"),
                arguments("last brace missing", VALID.replace("}]}", "]}"), "wrong-bracket"),
                arguments("bracket missing", VALID.replace("}]}", "}}"), "wrong-bracket"),
                arguments("brackets too many", VALID.strip() + "]}\n```", "extra-bracket"),
                arguments("key twice, same value", VALID.replace("\"b\"", "\"b\", \"text\": \"b\""), "duplicate-key"),
                arguments("BOM", "\uFEFF" + VALID, "bom"),
                arguments("NBSP", VALID.replace(' ', '\u00A0'), "odd-space"),
                arguments("other list name", VALID.replace("items", "results"), "root-name"),
                arguments("list name in another case", VALID.replace("items", " Items"), "key-drift"),
                arguments("keys in another case", VALID.replace("label", "Label "), "key-drift"),
                arguments("label drift", VALID.replace("Yes", " yES\u00A0").replace("No", "no"), "label-drift"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void read_findsBothRows(String name, String reply, String repairs) {
        Reply read = read(reply);

        assertThat(read.rows()).isEqualTo(List.of(A, B));
        assertThat(read.problems()).isEmpty();
        assertThat(read.isComplete()).isTrue();
        if (repairs.isEmpty()) {
            assertThat(read.repairs()).isEmpty();
        } else {
            assertThat(read.repairs()).containsKeys(repairs.split(" "));
        }
    }

    @Test
    void read_worksInTurkish() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            ReplyShape shape =
                    ReplyShape.list("ITEMS").choice("LIKE", List.of("IT IS")).build();
            assertThat(ReplyReader.read(shape, "[{\"like\": \"it is\"}]", false).rows())
                    .containsExactly(Map.of("LIKE", "IT IS"));
        } finally {
            Locale.setDefault(before);
        }
    }

    // ---- what a string may hold ----

    static Stream<Arguments> read_takesTheTextAsItIsMeant() {
        return Stream.of(
                // as it stands between the quotation marks, as it is meant
                arguments("it's {not} [a] \\\"trap\\\"", "it's {not} [a] \"trap\""),
                arguments("```json {} ```", "```json {} ```"),
                arguments("wait... <think>no</think> // true, None, #1", "wait... <think>no</think> // true, None, #1"),
                arguments("\u201Ccurly\u201D and \u2018single\u2019", "\u201Ccurly\u201D and \u2018single\u2019"),
                arguments("{\\\"text\\\": \\\"x\\\"}", "{\"text\": \"x\"}"),
                arguments(
                        "\u0645\u0631\u062D\u0628\u0627\u060C \u0643\u064A\u0641",
                        "\u0645\u0631\u062D\u0628\u0627\u060C \u0643\u064A\u0641"),
                arguments("a,]}, b", "a,]}, b"),
                arguments("\\ud83d\\ude00 \\u0041\\/\\n", "\uD83D\uDE00 A/\n"));
    }

    @ParameterizedTest
    @MethodSource("read_takesTheTextAsItIsMeant")
    void read_takesTheTextAsItIsMeant_inValidJson(String written, String meant) {
        String reply = "{\"items\": [{\"text\": \"" + written + "\", \"label\": \"Yes\"}]}";

        assertThat(read(reply).rows()).containsExactly(text(meant));
        assertThat(read(reply).repairs()).isEmpty();
        assertThat(read("Here: " + reply + " Good?").rows()).containsExactly(text(meant));
    }

    @ParameterizedTest
    @MethodSource("read_takesTheTextAsItIsMeant")
    void read_takesTheTextAsItIsMeant_whereJsonIsRepaired(String written, String meant) {
        String reply = "{items: [{\"text\": \"" + written + "\", \"label\": \"Yes\",},]}";

        assertThat(read(reply).rows()).containsExactly(text(meant));
    }

    static Stream<Arguments> read_repairsStrings() {
        return Stream.of(
                arguments("raw newline", "\"one\ntwo\"", "one\ntwo", "raw-newline"),
                arguments("raw tab", "\"one\ttwo\"", "one\ttwo", "control-character"),
                arguments("escaped apostrophe", "\"it\\'s\"", "it's", "bad-escape"),
                arguments("lone backslash", "\"C:\\data \\d+\"", "C:\\data \\d+", "bad-escape"),
                arguments("escape without digits", "\"\\users\"", "\\users", "bad-escape"),
                arguments("lone surrogate, escaped", "\"a\\ud83d b\"", "a\uFFFD b", "lone-surrogate"),
                arguments("lone surrogate, raw", "\"a\uD83D b\"", "a\uFFFD b", "lone-surrogate"),
                arguments("inner quotes", "\"say \"hi\", then go\"", "say \"hi\", then go", "inner-quotes"),
                arguments("inner quotes at the start", "\"\"Hi\" she said\"", "\"Hi\" she said", "inner-quotes"),
                arguments("inner quotes at the end", "\"she said \"hi\"\"", "she said \"hi\"", "inner-quotes"),
                arguments("all in inner quotes", "\"\"hi\"\"", "\"hi\"", "inner-quotes"),
                arguments(
                        "inner curly quotes",
                        "\u201Csay \u201Chi\u201D, go\u201D",
                        "say \u201Chi\u201D, go",
                        "inner-quotes"),
                arguments(
                        "inner quotes without spaces",
                        "\"\u4ED6\"\u597D\"\u4E86\"",
                        "\u4ED6\"\u597D\"\u4E86",
                        "inner-quotes"),
                arguments("apostrophe", "'it's'", "it's", "single-quotes"),
                arguments("quotes in single quotes", "'say \"hi\"'", "say \"hi\"", "single-quotes"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void read_repairsStrings(String name, String written, String meant, String repair) {
        Reply read = read("{\"items\": [{\"text\": " + written + ", \"label\": \"Yes\"}]}");

        assertThat(read.rows()).containsExactly(text(meant));
        assertThat(read.problems()).isEmpty();
        assertThat(read.repairs()).containsKey(repair);
    }

    // ---- what nobody can be sure of ----

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\": \"the 5\" pipe\", \"label\": \"Yes\"}", // one mark: where does the text end?
                "{\"text\": \"a\" + \"b\", \"label\": \"Yes\"}",
                "{\"text\": \"a\" \"b\", \"label\": \"Yes\"}",
                "{\"text\": \"\"\"a\"\"\", \"label\": \"Yes\"}",
                "{\"text\": \"say \"x\", \"note\": \"y\" to me\", \"label\": \"Yes\"}",
                "{\"text\": \"say \"x\" to\", \"other\": \"y\", \"label\": \"Yes\"}",
                "{\"text\": \"mind \"note\": x\", \"label\": \"Yes\"}",
                "{\"text\": \"a, \"note\": \"x\", \"label\": \"Yes\"}", // closing mark missing
                "{\"text\": \"a\", \"text\": \"b\", \"label\": \"Yes\"}",
                "{\"text\": \"\\x41\", \"label\": \"Yes\"}",
                "{\"text\": a, \"label\": \"Yes\"}",
                "{\"text\": \"a\", , \"label\": \"Yes\"}",
                "{\"text\": ..., \"label\": \"Yes\"}",
                "{\"text\": \"a\", \"label\": \"Yes\", ...}",
                "{\"text\": \"a\", \"label\": \"Yes\" /* ... */}",
                "{\"text\": \"a\", \"label\": }",
                "{\"text\": 5, \"label\": \"Yes\"}",
                "{\"text\": [\"a\"], \"label\": \"Yes\"}",
                "{\"text\": null, \"label\": \"Yes\"}",
                "{\"text\": \" \", \"label\": \"Yes\"}",
                "{\"label\": \"Yes\"}",
                "{\"text\": \"a\", \"label\": \"Maybe\"}",
                "{\"text\": \"a\", \"label\": \"Yes!\"}",
                "{\"text\": \"a\", \"label\": [\"Yes\"]}",
                "\"a\"",
                "17"
            })
    void read_refusesARowWithNoOrSeveralReadings(String row) {
        Reply read = read("{\"items\": [" + ROW_A + ", " + row + "]}");

        assertThat(read.rows()).containsExactly(A);
        assertThat(read.problems()).isNotEmpty();
        assertThat(read.isComplete()).isFalse();
    }

    @Test
    void read_keepsRowsAfterABadOneWhereItsEndIsClear() {
        Reply read = read("{items: [" + ROW_A + ", {\"text\": \"the 5\" pipe\", \"label\": \"Yes\"}, " + ROW_B + "]}");

        assertThat(read.rows()).containsExactly(A, B);
        assertThat(read.problems())
                .containsExactly("Record 2 has quotation marks in a string that are not escaped as \\\".");
    }

    @Test
    void read_dropsTheRowThatABrokenTextMayHaveEnded() {
        // the text is: see a"}] b
        assertThat(read("{\"items\": [" + ROW_A + ", {\"label\": \"Yes\", \"text\": \"see a\"}] b\"}]}")
                        .rows())
                .containsExactly(A);
        assertThat(read("[" + ROW_A + ", {\"label\": \"Yes\", \"text\": \"see a\"}] b\"}]")
                        .rows())
                .containsExactly(A);
        assertThat(read("[" + ROW_A + ", {\"label\": \"Yes\", \"text\": \"see a\"} b\"}]")
                        .rows())
                .containsExactly(A);
    }

    @Test
    void read_doesNotLookForRowsInsideOfWhatItCannotRead() {
        Reply read = read("{\"items\": [{\"text\": oops, \"meta\": " + ROW_A + "}]}");

        assertThat(read.rows()).isEmpty();
        assertThat(read.problems())
                .containsExactly("The reply is not valid JSON after record 0: a value has no quotation marks.");
    }

    @Test
    void read_reportsAbbreviation_butKeepsTheRowsThatAreThere() {
        for (String etc : List.of(", ...]", ", \u2026]", " // ... 18 more\n]")) {
            Reply read = read("{\"items\": [" + ROW_A + etc + "}");

            assertThat(read.rows()).containsExactly(A);
            assertThat(read.repairs()).containsKey("ellipsis");
            assertThat(read.problems())
                    .containsExactly("The answer is abbreviated with \"...\". Write it out in full, as valid JSON.");
        }
    }

    @Test
    void read_choosesNoneOfSeveralAnswersThatDiffer() {
        Reply read = read("First: {\"items\":[" + ROW_A + "]} Better: {\"items\":[" + ROW_B + "]}");

        assertThat(read.rows()).isEmpty();
        assertThat(read.problems())
                .containsExactly("The reply holds several answers that differ. Give exactly one: a JSON object with an"
                        + " array of objects under \"items\".");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \n",
                "I cannot help with that.",
                "42",
                "\"yes\"",
                "null",
                "true",
                "{}",
                "{\"a\": 1}",
                "[1, 2]",
                "[\"a\"]",
                "{\"items\": 5}",
                "{\"items\": null}"
            })
    void read_reportsWhatIsNoAnswer(String reply) {
        Reply read = read(reply);

        assertThat(read.rows()).isEmpty();
        assertThat(read.problems()).hasSize(1);
        assertThat(read.isComplete()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"items\": []}", "[]", "Here: []"})
    void read_acceptsAnEmptyList(String reply) {
        assertThat(read(reply).rows()).isEmpty();
        assertThat(read(reply).isComplete()).isTrue();
    }

    @Test
    void read_acceptsASingleRecordWhereAListIsExpected() {
        for (String reply : List.of(ROW_A, "{\"items\": " + ROW_A + "}", "Here: " + ROW_A + " OK?")) {
            Reply read = read(reply);

            assertThat(read.rows()).containsExactly(A);
            assertThat(read.isComplete()).isTrue();
            assertThat(read.repairs()).containsKey("single-record");
        }
    }

    @Test
    void read_doesNotTakeAThoughtForTheAnswer() {
        assertThat(read("<think>It is " + VALID).problems())
                .containsExactly("The reply ends within its reasoning, before the answer.");
        assertThat(read("<think>It is " + VALID).rows()).isEmpty();
        assertThat(read("<think>It is " + VALID + "</think>").rows()).isEmpty();
        assertThat(read("<|channel|>analysis<|message|>It is " + VALID).rows()).isEmpty();
    }

    // ---- truncation ----

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"te", // in a key
                "{\"text\": \"b", // in a string
                "{\"text\": \"b\\", // in an escape
                "{\"text\": \"b\\u00", // in a longer one
                "{\"text\": \"b\", \"n\": 12", // in a number
                "{\"text\": \"b\", \"n\": tr", // in a literal
                "{\"text\": \"b\", \"label\": \"No\"", // before the bracket
                "{\"text\": \"b\", // and",
                ""
            })
    void read_neverAcceptsATruncatedRecord(String tail) {
        for (boolean truncated : new boolean[] {true, false}) {
            for (String head : List.of("{\"items\": [", "[", "")) {
                Reply read = ReplyReader.read(SHAPE, head + ROW_A + ", " + tail, truncated);

                assertThat(read.rows()).containsExactly(A);
                if (truncated || !head.isEmpty() || !tail.isEmpty()) {
                    assertThat(read.problems())
                            .containsExactly("The reply stops before its end after record 1. Give what is missing.");
                    assertThat(read.isComplete()).isFalse();
                }
            }
        }
    }

    @Test
    void read_readsWhatIsWholeInATruncatedDoubleEncodedReply() {
        String encoded = quoted("{\"items\": [" + ROW_A + ", " + ROW_B);

        assertThat(read(encoded.substring(0, encoded.length() - 6)).rows()).containsExactly(A);
    }

    @Test
    void read_respectsTruncatedWhereMoreRecordsMayHaveFollowed() {
        assertThat(ReplyReader.read(SHAPE, ROW_A + "\n" + ROW_B, true).isComplete())
                .isFalse();
        assertThat(ReplyReader.read(SHAPE, VALID, true).isComplete()).isTrue(); // closed: nothing can follow
    }

    @Test
    void read_takesNothingFromTextThatWasCutOffAroundIt() {
        // It may be reasoning whose end, and the answer after it, was never written.
        String reply = "Perhaps " + VALID + " But then the second";

        assertThat(ReplyReader.read(SHAPE, reply, true).rows()).isEmpty();
        assertThat(ReplyReader.read(SHAPE, reply, false).rows()).containsExactly(A, B);
    }

    // ---- values ----

    private static final String GOOD =
            "{\"reason\": \"r\", \"score\": 0.5, \"grade\": 3, \"ok\": true, \"tags\": [\"x\"]}";

    @Test
    void read_givesCanonicalTypesInTheOrderOfTheShape() {
        Reply read =
                ReplyReader.read(ONE, "{\"tags\":[],\"ok\":false,\"grade\":5,\"score\":1,\"reason\":\"r\"}", false);

        assertThat(read.rows()).hasSize(1);
        assertThat(read.rows().get(0))
                .containsExactly(
                        Map.entry("reason", "r"),
                        Map.entry("score", 1.0),
                        Map.entry("grade", 5L),
                        Map.entry("ok", false),
                        Map.entry("tags", List.of()));
        assertThat(read.repairs()).isEmpty();
    }

    static Stream<Arguments> read_readsValues() {
        return Stream.of(
                arguments("score", "\"0.25\"", 0.25, "type-drift"),
                arguments("score", ".5", 0.5, "number-format"),
                arguments("score", "+1", 1.0, "number-format"),
                arguments("score", "-0", 0.0, ""),
                arguments("score", "1e-400", 0.0, ""),
                arguments("grade", "3.0", 3L, ""),
                arguments("grade", "\"4\"", 4L, "type-drift"),
                arguments("grade", "0.5e1", 5L, ""),
                arguments("ok", "True", true, "literal"),
                arguments("ok", "\"FALSE\"", false, "type-drift"),
                arguments("tags", "['a', \"b\",]", List.of("a", "b"), "trailing-comma"),
                arguments("tags", "[\"a\"\n \"b\"]", List.of("a", "b"), "missing-comma"),
                arguments("tags", "[\"say \"hi\"\", \"b\"]", List.of("say \"hi\"", "b"), "inner-quotes"),
                arguments("tags", "[\"a\", \"b\"}", List.of("a", "b"), "wrong-bracket"));
    }

    @ParameterizedTest
    @MethodSource
    void read_readsValues(String field, String written, Object value, String repair) {
        Reply read = ReplyReader.read(ONE, with(field, written), false);

        assertThat(read.problems()).isEmpty();
        assertThat(read.rows().get(0)).containsEntry(field, value);
        assertThat(String.join(" ", read.repairs().keySet())).contains(repair);
    }

    static Stream<Arguments> read_refusesValues() {
        return Stream.of(
                arguments("score", "1.01"),
                arguments("score", "-1e-9"),
                arguments("score", "NaN"),
                arguments("score", "Infinity"),
                arguments("score", "-Infinity"),
                arguments("score", "1e999999999"),
                arguments("score", "1e99999999999"),
                arguments("score", "1,5"),
                arguments("score", "50%"),
                arguments("score", "007"),
                arguments("score", "1_0"),
                arguments("score", "true"),
                arguments("score", "\"high\""),
                arguments("score", "9".repeat(500)),
                arguments("score", "None"),
                arguments("grade", "2.5"),
                arguments("grade", "6"),
                arguments("grade", "1e-999999999"),
                arguments("ok", "1"),
                arguments("ok", "\"yes\""),
                arguments("tags", "\"a\""),
                arguments("tags", "[1]"),
                arguments("tags", "[null]"),
                arguments("tags", "[\"a\" \"b\"]"),
                arguments("tags", "[\"a\",,\"b\"]"),
                arguments("tags", "[\"a\", ...]"),
                arguments("tags", "{\"a\": 1}"));
    }

    @ParameterizedTest
    @MethodSource
    void read_refusesValues(String field, String written) {
        Reply read = ReplyReader.read(ONE, with(field, written), false);

        assertThat(read.rows()).isEmpty();
        assertThat(read.problems()).isNotEmpty();
        assertThat(read.isComplete()).isFalse();
    }

    private static String with(String field, String value) {
        return GOOD.replaceFirst(
                "\"" + field + "\": (\\[.*?]|\"\\w+\"|[^,}]+)",
                "\"" + field + "\": " + Matcher.quoteReplacement(value));
    }

    @Test
    void read_takesOneObject_alsoFromAList() {
        assertThat(ReplyReader.read(ONE, "[" + GOOD + "]", false).isComplete()).isTrue();
        assertThat(ReplyReader.read(ONE, GOOD + "\n" + GOOD, false).rows()).hasSize(1);
        assertThat(ReplyReader.read(ONE, GOOD + "\n" + with("ok", "false"), false)
                        .problems())
                .hasSize(1);
        assertThat(ReplyReader.read(ONE, GOOD.substring(0, GOOD.length() - 1), false)
                        .rows())
                .isEmpty();
    }

    @Test
    void read_ignoresFieldsThatNobodyAskedFor() {
        assertThat(read("[{\"text\": \"a\", \"label\": \"Yes\", \"more\": {\"x\": [1]}}]")
                        .rows())
                .containsExactly(A);
    }

    // ---- ids ----

    private static final ReplyShape WITH_IDS = ReplyShape.list("items")
            .ids(List.of("1", "2", "x-3"))
            .choice("label", List.of("Yes", "No"))
            .build();

    private static Reply readIds(String... rows) {
        return ReplyReader.read(WITH_IDS, "{\"items\": [" + String.join(",", rows) + "]}", false);
    }

    private static String row(String id, String label) {
        return "{\"id\": " + id + ", \"label\": \"" + label + "\"}";
    }

    @Test
    void read_isCompleteWithEveryId() {
        Reply read = readIds(row("2", "No"), row("\"1\"", "Yes"), row("\" X-3\"", "yes"));

        assertThat(read.rows()).extracting(r -> r.get("id")).containsExactly("2", "1", "x-3");
        assertThat(read.isComplete()).isTrue();
        assertThat(read.missingIds()).isEmpty();
        assertThat(read.repairs()).isEqualTo(Map.of("type-drift", 1, "id-drift", 1, "label-drift", 1));
    }

    @Test
    void read_tellsMissingFromRejectedIds() {
        Reply read = readIds(row("\"1\"", "Maybe"));

        assertThat(read.missingIds()).containsExactly("1", "2", "x-3");
        assertThat(read.problems())
                .containsExactly(
                        "Record 1 (id \"1\") has \"Maybe\" as its \"label\", which must be one of \"Yes\", \"No\".",
                        "No record has one of the ids \"2\", \"x-3\".");
    }

    @Test
    void read_dropsForeignIds() {
        Reply read = readIds(row("\"1\"", "Yes"), row("\"2\"", "No"), row("\"x-3\"", "No"), row("\"4\"", "No"));

        assertThat(read.rows()).hasSize(3);
        assertThat(read.isComplete()).isTrue();
        assertThat(read.problems())
                .containsExactly("Record 4 has \"4\" as its \"id\", which must be one of the given ids.");
    }

    @Test
    void read_takesADuplicateOnce_butNeitherOfTwoThatDiffer() {
        Reply read = readIds(
                row("\"1\"", "Yes"), row("\"1\"", "yes"), row("\"2\"", "Yes"), row("\"2\"", "No"), row("\"2\"", "Yes"));

        assertThat(read.rows()).containsExactly(Map.of("id", "1", "label", "Yes"));
        assertThat(read.missingIds()).containsExactly("2", "x-3");
        assertThat(read.repairs()).containsEntry("duplicate-record", 2);
        assertThat(read.problems())
                .containsExactly(
                        "Id \"2\" has several records that differ. Give exactly one.", "No record has the id \"x-3\".");
    }

    @Test
    void read_joinsSeparateRecordsWithIds_whateverStandsBetween() {
        Reply read = ReplyReader.read(WITH_IDS, "First: " + row("1", "Yes") + " Second: " + row("2", "No"), false);

        assertThat(read.rows()).hasSize(2);
        assertThat(read.missingIds()).containsExactly("x-3");
    }

    // ---- problems ----

    @Test
    void read_namesNoMoreThanTenProblems_eachClipped() {
        String bad = "{\"text\": \"a\", \"label\": \"" + "long\\n".repeat(1_000) + "\"}";
        Reply read = read("[" + (bad + ",").repeat(30) + bad + "]");

        assertThat(read.problems()).hasSize(10).allMatch(p -> p.length() < 500 && p.indexOf('\n') < 0);
        assertThat(read.problems().get(9)).isEqualTo("There are 22 more problems like these.");
    }

    @Test
    void read_refusesNull() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReplyReader.read(SHAPE, null, false))
                .withMessage("reply must not be null");
    }

    @Test
    void toString_quotesNothing() {
        assertThat(read("{\"items\": [{\"text\": \"secret\", \"label\": \"secret\"}]}")
                        .toString())
                .isEqualTo("Reply[0 rows, 1 problems, incomplete, repairs {}, 0 missing ids]");
    }

    private static String quoted(String json) {
        return '"' + json.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    // ---- orders ----

    private static Reply order(String rank) {
        return ReplyReader.read(ReplyShape.object().permutation("rank", 3).build(), "{\"rank\": " + rank + "}", false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[3, 1, 2]", "[\"3\", 1.0, \"2\"]", "[3, 1, 2,]"})
    void read_takesAPermutation(String rank) {
        assertThat(order(rank).rows()).containsExactly(Map.of("rank", List.of(3L, 1L, 2L)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[3, 1]", // one is missing
                "[3, 1, 1]", // one is there twice
                "[1, 2, 3, 3]",
                "[0, 1, 2]", // counted from 0
                "[2, 3, 4]",
                "[1, 2, 2.5]",
                "[1, 2, null]",
                "[1, 2, \"third\"]",
                "[[1], 2, 3]",
                "[]",
                "3",
                "\"3, 1, 2\"",
                "{\"1\": 3}"
            })
    void read_refusesWhatIsNoPermutation(String rank) {
        Reply reply = order(rank);

        assertThat(reply.rows()).isEmpty();
        assertThat(reply.problems())
                .singleElement()
                .asString()
                .contains("must be an array of the whole numbers from 1 to 3, each once");
    }
}
