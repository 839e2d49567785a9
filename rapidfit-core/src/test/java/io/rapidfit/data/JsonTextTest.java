package io.rapidfit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTextTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"a": 1 , "b":2}                    | a       | {"a": 9 , "b":2}
            {"a":-1.50e+3}                      | a       | {"a":9}
            {"a" : "x\\"}" , "b":2}             | a       | {"a" : 9 , "b":2}
            {"a":[1, {"b" : null }, 3]}         | a.1.b   | {"a":[1, {"b" : 9 }, 3]}
            {"a":[1, [2,3] , 4]}                | a.1     | {"a":[1, 9 , 4]}
            {"a":{"b":{"a":"\\u00e9"}} }        | a.b.a   | {"a":{"b":{"a":9}} }
            {"a":true,"b":{}}                   | b.c     | {"a":true,"b":{"c":9}}
            { }                                 | a       | {"a":9 }
            {"b": 12 }                          | a       | {"b": 12,"a":9 }
            {"b":[ 1 ] }                        | a       | {"b":[ 1 ],"a":9 }
            {"\\u0061":1,"b":2}                 | a       | {"\\u0061":9,"b":2}
            """)
    void set_changesNothingElse(String json, String path, String expected) {
        assertThat(JsonText.set(json, List.of(path.split("\\.")), "9")).isEqualTo(expected);
    }

    @Test
    void set_refusesAWayThatIsNotThere() {
        assertThatThrownBy(() -> JsonText.set("{\"a\":1}", List.of("b", "c"), "9"))
                .hasMessage("there is no b.c");
    }

    @Test
    void set_findsItsPlaceInLongDocuments() {
        Random random = new Random(1);
        for (int round = 0; round < 20; round++) { // longer than the buffers of a parser, which are 4000 and 8000
            String before = "\"" + "äx😀\\n".repeat(random.nextInt(8000)) + "\"";
            String after = " ".repeat(random.nextInt(9000)) + "1234567";
            String json = "{\"a\":" + before + ",\"b\":  %s ,\"c\":" + after + "}";

            assertThat(JsonText.set(json.formatted("12.5"), List.of("b"), "\"new\""))
                    .isEqualTo(json.formatted("\"new\""));
            assertThat(JsonText.set(json.formatted("\"old\\\\\""), List.of("b"), "[]"))
                    .isEqualTo(json.formatted("[]"));
        }
    }
}
