package io.rapidfit.llm.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyJsonTest {

    @Test
    void find_takesValidJsonAsItIs() {
        assertThat(ReplyJson.find(" {\"a\": [1, 2.50, -1e3, true, null, {}, []], \"b\\n\": \"\\u00e9 \\\"x\\\"\"} "))
                .hasValue("{\"a\":[1,2.50,-1E+3,true,null,{},[]],\"b\\n\":\"\u00e9 \\\"x\\\"\"}");
        assertThat(ReplyJson.find("[]")).hasValue("[]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "```json\n{\"a\": 1}\n```",
                "Here it is: {\"a\": 1}. Anything else?",
                "<think>{\"a\": 2}?</think>{\"a\": 1}",
                "{'a': 1,}",
                "\"{\\\"a\\\": 1}\"",
                "{\"a\": 1} and again {\"a\": 1}"
            })
    void find_repairsAsReadersDo(String reply) {
        assertThat(ReplyJson.find(reply)).hasValue("{\"a\":1}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no JSON",
                "\"a\"",
                "3",
                "{\"a\": 1",
                "{\"a\": [1,, 2]}",
                "{\"a\": 1} or rather {\"a\": 2}",
                "{\"a\": 1, \"a\": 2}",
                "{\"b\": {\"a\": 1, \"a\": 2}}",
                "{\"a\": NaN}",
                "<think>{\"a\": 1}"
            })
    void find_ofNothingOrOfSeveralReadings_isEmpty(String reply) {
        assertThat(ReplyJson.find(reply)).isEmpty();
    }

    @Test
    void find_mendsHalfCharacters() {
        assertThat(ReplyJson.find("{\"a\": \"\\ud83d\"}")).hasValue("{\"a\":\"\ufffd\"}");
    }

    @Test
    void find_refusesNull() {
        assertThatThrownBy(() -> ReplyJson.find(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("reply must not be null");
    }
}
