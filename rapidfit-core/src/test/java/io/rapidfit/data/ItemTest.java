package io.rapidfit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ItemTest {

    private static final Item NESTED = Item.parse("""
            {"query":"q","n":1.50,"flag":true,"none":null,"list":["a",{"b":"c"}],"x.y":"dotted","x":{"y":"nested","z":"own"}}""");

    @Test
    void field_findsMembersOfMembers() {
        assertThat(NESTED.field("query")).contains("q");
        assertThat(NESTED.field("n")).contains("1.50"); // as it is written
        assertThat(NESTED.field("flag")).contains("true");
        assertThat(NESTED.field("list")).contains("[\"a\",{\"b\":\"c\"}]");
        assertThat(NESTED.field("list.0")).contains("a");
        assertThat(NESTED.field("list.1.b")).contains("c");
        assertThat(NESTED.field("x.y")).contains("dotted");
        assertThat(NESTED.field("x.z")).contains("own");
    }

    @Test
    void field_isEmptyForWhatIsNotThere() {
        for (String path : List.of(
                "none", "other", "query.b", "list.2", "list.-1", "list.99999999999", "list.a", "list.1.c", "", ".")) {
            assertThat(NESTED.field(path)).as(path).isEmpty();
        }
    }

    @Test
    void of_keepsTheOrderOfItsFields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("response", "r");
        fields.put("query", "q");

        assertThat(Item.of(fields).toJson()).isEqualTo("{\"response\":\"r\",\"query\":\"q\"}");
    }

    @Test
    void id_isDerivedFromTheContentAlone() {
        Item item = Item.parse("{\"query\": \"q\"}");

        assertThat(item.id())
                .hasSize(16)
                .isEqualTo(Item.parse("{\"query\":\"q\"}").id());
        assertThat(item.withSplit(Split.TEST).withTags(Map.of("a", "b")).id()).isEqualTo(item.id());
        assertThat(item.with("query", "other").id()).isNotEqualTo(item.id());
        assertThat(Item.parse("{\"id\":7}").id()).isEqualTo("7");
    }

    @Test
    void whatEveryExampleSays_isReadFromTheJsonAndWrittenToIt() {
        Item item = Item.parse("{\"query\":\"q\",\"id\":\"a\",\"split\":\"val\",\"tags\":{\"n\":1,\"s\":\"t\"}}");

        assertThat(item.id()).isEqualTo("a");
        assertThat(item.split()).isEqualTo(Split.VALIDATION);
        assertThat(item.tags()).containsExactly(Map.entry("n", "1"), Map.entry("s", "t"));
        assertThat(item.origin()).isEqualTo(Origin.HUMAN);
        assertThat(item.text()).isEqualTo("q");
        Item changed = item.withSplit(Split.TRAIN)
                .withId("b")
                .withTags(Map.of())
                .withOrigin(Origin.synthetic("g").withParents(List.of("a")));
        assertThat(changed.toJson())
                .isEqualTo("{\"query\":\"q\",\"id\":\"b\",\"split\":\"train\",\"tags\":{},"
                        + "\"origin\":{\"generator\":\"g\",\"parents\":[\"a\"]}}");
        assertThat(Item.parse(changed.toJson())).isEqualTo(changed).hasSameHashCodeAs(changed);
        assertThat(changed.origin().parents()).containsExactly("a");
        assertThat(changed.withSplit(null).split()).isNull();
        assertThat(changed.withOrigin(Origin.HUMAN).origin()).isEqualTo(Origin.HUMAN);
    }

    @Test
    void originAndTags_ofAnotherShape_areMembersLikeAnyOther() {
        Item item = Item.parse("{\"origin\":\"web\",\"tags\":[\"a\"],\"split\":7}");

        assertThat(item.origin()).isEqualTo(Origin.HUMAN);
        assertThat(item.tags()).isEmpty();
        assertThat(item.split()).isNull();
        assertThat(item.field("origin")).contains("web");
        assertThat(item.text()).isEqualTo("web\na");
        assertThat(item.id())
                .isNotEqualTo(Item.parse("{\"origin\":\"mail\",\"tags\":[\"a\"],\"split\":7}")
                        .id());
        assertThat(item.withOrigin(Origin.HUMAN).toJson()).isEqualTo("{\"origin\":null,\"tags\":[\"a\"],\"split\":7}");
    }

    @Test
    void with_leavesWhatIsNotThereAsItIs() {
        Item item = Item.parse("{\"a\":\"b\"}");

        assertThat(item.withSplit(null).withOrigin(Origin.HUMAN).withTags(Map.of()))
                .isEqualTo(item);
    }

    @Test
    void parse_refusesWhatIsNoItem() {
        assertThatThrownBy(() -> Item.parse("[1]"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a JSON object");
        assertThatThrownBy(() -> Item.parse("{\"a\":")).hasMessageStartingWith("not valid JSON: ");
        assertThatThrownBy(() -> Item.parse("{\"a\":1,\"a\":2}")).hasMessageContaining("Duplicate field 'a'");
        assertThatThrownBy(() -> Item.parse("{\"split\":\"trial\"}"))
                .hasMessage("field \"split\": expected one of train, validation (val, dev), test but was \"trial\"");
    }

    @Test
    void synthetic_isForTrainingOnly() {
        Item item = Item.of(Map.of("query", "q")).withSplit(Split.TEST);

        assertThatThrownBy(() -> item.withOrigin(Origin.synthetic("g")))
                .hasMessage("a synthetic example is for TRAIN only but this one is in TEST: " + item.id());
    }

    @Test
    void halfCharacters_becomeReplacementCharacters() {
        assertThat(Item.parse("{\"a\":\"\\ud83d\"}").field("a")).contains("\uFFFD");
        assertThat(Item.of(Map.of("a", "\uD83D")).toJson()).isEqualTo("{\"a\":\"\uFFFD\"}");
        assertThat(Item.parse("{\"a\":\"\uD83D\"}").toJson()).isEqualTo("{\"a\":\"\uFFFD\"}");
    }

    @Test
    void toString_doesNotSayWhatItHolds() {
        assertThat(Item.parse("{\"id\":\"a\",\"query\":\"secret\"}")).hasToString("Item[a]");
    }
}
