package io.rapidfit.llm.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplyShapeTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static void assertSchema(ReplyShape shape, String expected) throws Exception {
        assertThat(MAPPER.readTree(shape.jsonSchema())).isEqualTo(MAPPER.readTree(expected));
    }

    @Test
    void jsonSchema_ofAList() throws Exception {
        assertSchema(
                ReplyShape.list("items")
                        .ids(List.of("1", "2"))
                        .optionalString("note")
                        .choice("label", List.of("a \"b\"", "c"))
                        .build(),
                """
                {"type": "object",
                 "properties": {"items": {"type": "array", "items": {
                   "type": "object",
                   "properties": {
                     "id": {"type": "string"},
                     "note": {"type": ["string", "null"]},
                     "label": {"type": "string", "enum": ["a \\"b\\"", "c"]}},
                   "required": ["id", "note", "label"],
                   "additionalProperties": false}}},
                 "required": ["items"],
                 "additionalProperties": false}
                """);
    }

    @Test
    void jsonSchema_ofAnObject() throws Exception {
        assertSchema(
                ReplyShape.object()
                        .string("reason")
                        .number("score", 0, 0.5)
                        .integer("grade", -1, 5)
                        .bool("ok")
                        .strings("tags")
                        .permutation("rank", 3)
                        .build(),
                """
                {"type": "object",
                 "properties": {
                   "reason": {"type": "string"},
                   "score": {"type": "number", "description": "a number from 0 to 0.5"},
                   "grade": {"type": "integer", "description": "a whole number from -1 to 5"},
                   "ok": {"type": "boolean"},
                   "tags": {"type": "array", "items": {"type": "string"}},
                   "rank": {"type": "array", "description": "an array of the whole numbers from 1 to 3, each once",
                            "items": {"type": "integer"}}},
                 "required": ["reason", "score", "grade", "ok", "tags", "rank"],
                 "additionalProperties": false}
                """);
    }

    @Test
    void jsonSchema_leavesOutMoreChoicesThanServersTake() throws Exception {
        List<String> many = IntStream.range(0, 251).mapToObj(i -> "label " + i).toList();

        JsonNode enough = MAPPER.readTree(ReplyShape.object()
                .choice("label", many.subList(0, 250))
                .build()
                .jsonSchema());
        JsonNode tooMany = MAPPER.readTree(
                ReplyShape.object().choice("label", many).build().jsonSchema());

        assertThat(enough.at("/properties/label/enum")).hasSize(250);
        assertThat(tooMany.at("/properties/label").has("enum")).isFalse();
    }

    @Test
    void choice_findsNoneOfTwoThatDifferInCaseOnly() {
        ReplyShape shape =
                ReplyShape.object().choice("label", List.of("a", "A", "b")).build();

        assertThat(ReplyReader.read(shape, "{\"label\": \"A\"}", false).rows().get(0))
                .containsEntry("label", "A");
        assertThat(ReplyReader.read(shape, "{\"label\": \" a\"}", false).rows()).isEmpty();
        assertThat(ReplyReader.read(shape, "{\"label\": \"B \"}", false).rows().get(0))
                .containsEntry("label", "b");
    }

    @Test
    void choice_takesNumbersAndBooleansByTheirNames() {
        ReplyShape shape =
                ReplyShape.object().choice("label", List.of("0", "1", "true")).build();

        assertThat(ReplyReader.read(shape, "{\"label\": 1}", false).rows().get(0))
                .containsEntry("label", "1");
        assertThat(ReplyReader.read(shape, "{\"label\": true}", false).rows().get(0))
                .containsEntry("label", "true");
        assertThat(ReplyReader.read(shape, "{\"label\": 1.0}", false).rows()).isEmpty();
    }

    private static final ReplyShape LABEL_OR_OTHER = ReplyShape.list("items")
            .ids(List.of("1"))
            .choiceOrOther("label", List.of("in time", "2", "SKIP"))
            .build();

    private static Reply label(String written) {
        return ReplyReader.read(LABEL_OR_OTHER, "{\"items\":[{\"id\":\"1\",\"label\":" + written + "}]}", false);
    }

    @Test
    void choiceOrOther_asksForTheChoicesOnly() throws Exception {
        assertSchema(
                ReplyShape.object().choiceOrOther("label", List.of("a", "b")).build(), """
                {"type": "object",
                 "properties": {"label": {"type": "string", "enum": ["a", "b"]}},
                 "required": ["label"],
                 "additionalProperties": false}
                """);
        List<String> many = IntStream.range(0, 251).mapToObj(i -> "label " + i).toList();
        assertThat(MAPPER.readTree(ReplyShape.object()
                                .choiceOrOther("label", many)
                                .build()
                                .jsonSchema())
                        .at("/properties/label")
                        .has("enum"))
                .isFalse();
    }

    @Test
    void choiceOrOther_findsAChoiceHoweverItIsWritten() {
        assertThat(label("\"in time\"").rows().get(0)).containsEntry("label", "in time");
        assertThat(label("\"in time\"").repairs()).isEmpty();
        assertThat(label("\" In  TIME\"").rows().get(0)).containsEntry("label", "in time");
        assertThat(label("\" In  TIME\"").repairs()).containsOnlyKeys("label-drift");
        assertThat(label("\"skip\"").rows().get(0)).containsEntry("label", "SKIP");
        assertThat(label("2").rows().get(0)).containsEntry("label", "2");
        assertThat(label("2").repairs()).containsOnlyKeys("type-drift");
    }

    @Test
    void choiceOrOther_findsAChoiceInTurkish() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            assertThat(label("\"IN TIME\"").rows().get(0)).containsEntry("label", "in time");
            assertThat(label("\"skip\"").rows().get(0)).containsEntry("label", "SKIP");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void choiceOrOther_takesAnyOtherStringAsItIs() {
        assertThat(label("\" Too late \"").rows().get(0)).containsEntry("label", " Too late ");
        assertThat(label("\" Too late \"").isComplete()).isTrue();
        assertThat(label("\" Too late \"").repairs()).isEmpty();
        assertThat(label("3.50").rows().get(0)).containsEntry("label", "3.50");
        assertThat(label("3.50").repairs()).containsOnlyKeys("type-drift");
        assertThat(label("true").rows().get(0)).containsEntry("label", "true");
        assertThat(label("\"a\\ud800\"").rows().get(0)).containsEntry("label", "a\uFFFD");
        assertThat(label("\"a\\ud800\"").repairs()).containsOnlyKeys("lone-surrogate");
    }

    @Test
    void choiceOrOther_takesNothingThatNamesNothing() {
        for (String written : List.of("\"\"", "\" \"", "\"\u00A0\"", "null", "[\"2\"]", "{\"2\":\"2\"}")) {
            assertThat(label(written).rows()).as(written).isEmpty();
            assertThat(label(written).missingIds()).as(written).containsExactly("1");
            assertThat(label(written).problems())
                    .as(written)
                    .singleElement()
                    .asString()
                    .endsWith("which must be one of \"in time\", \"2\", \"SKIP\".");
        }
    }

    @Test
    void builder_refusesWhatCannotBeRead() {
        ReplyShape.Builder builder = ReplyShape.list("items");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReplyShape.list(" "))
                .withMessage("name must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.string(""))
                .withMessage("name must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.choice("label", List.of()))
                .withMessage("allowed must not be empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.choice("label", List.of("a", " ")))
                .withMessage("each of allowed must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.choiceOrOther("label", List.of()))
                .withMessage("allowed must not be empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.choiceOrOther(" ", List.of("a")))
                .withMessage("name must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.ids(List.of()))
                .withMessage("expected must not be empty");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.number("n", 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.number("n", Double.NaN, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.number("n", 0, Double.POSITIVE_INFINITY));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.integer("n", 1, 0))
                .withMessage("min must not be above max but was 1 > 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.string("id").ids(List.of("1")))
                .withMessage("field \"id\" is there already");
    }

    @Test
    void build_refusesWhatDoesNotFitTogether() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ReplyShape.list("items").build())
                .withMessage("a shape needs a field: call string(...), choice(...) or another");
        assertThatIllegalStateException()
                .isThrownBy(() -> ReplyShape.object().ids(List.of("1")).build())
                .withMessage("ids(...) are for a list: start with ReplyShape.list(...)");
        assertThatIllegalStateException()
                .isThrownBy(() -> ReplyShape.list("text").string("text").build())
                .withMessage("\"text\" is both the list and a field of its records");
    }

    @Test
    void toString_namesTheFields() {
        assertThat(ReplyShape.list("items").string("text").bool("ok").build())
                .hasToString("ReplyShape[list items, [text, ok]]");
    }
}
