package io.rapidfit.classifier.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    private static final Path FILE = Path.of("dir", "some.json");

    private static Map<String, Object> sample() {
        Map<String, Object> inner = new LinkedHashMap<>();
        inner.put("none", null);
        inner.put("empty", Map.of());
        inner.put("list", List.of(List.of(), List.of(1, "a\n\"\\", true), Map.of("x", 0.1)));
        Map<String, Object> sample = new LinkedHashMap<>();
        sample.put("text", "\u0641 \ud83d\ude9a \u0000 <&>");
        sample.put("numbers", List.of(1, -7L, 1L << 40, 0.005, 0.0, 1e-9, 12345678.9, BigInteger.ONE.shiftLeft(80)));
        sample.put("inner", inner);
        return sample;
    }

    /** Models saved before are written so: their bytes must stay. */
    @Test
    void indented_givesTheBytesOfDataBinding() throws Exception {
        ObjectMapper dataBinding = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        String expected = new String(dataBinding.writeValueAsBytes(sample()), StandardCharsets.UTF_8)
                .replace(System.lineSeparator(), "\n");

        assertThat(Json.indented(out -> Json.writeValue(out, sample())))
                .asString()
                .isEqualTo(expected);
    }

    @Test
    void compact_givesTheBytesOfDataBinding() throws Exception {
        assertThat(Json.compact(out -> Json.writeValue(out, sample())))
                .isEqualTo(new ObjectMapper().writeValueAsBytes(sample()));
    }

    @Test
    void read_givesWhatWasWritten() throws Exception {
        byte[] json = Json.indented(out -> Json.writeValue(out, Map.of("all", sample())));

        Map<String, Object> read = Json.read(json, FILE, "").mapOrEmpty("all");

        assertThat(read.toString()).isEqualTo(sample().toString());
        assertThat(read.keySet()).containsExactlyElementsOf(sample().keySet());
    }

    @Test
    void read_givesDoublesToTheBit() throws Exception {
        for (double value :
                new double[] {0.1, 1.0 / 3, 2e-3, Math.PI * 1e300, Double.MIN_VALUE, 2.2250738585072014e-308}) {
            byte[] json = Json.compact(out -> Json.writeValue(out, Map.of("x", value)));
            assertThat(Json.read(json, FILE, "").number("x")).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|not a JSON object",
                "[]|not a JSON object",
                "{} {}|something follows the JSON",
                "{} x|Unrecognized token 'x'",
                "{\"a\":1,\"a\":1}|Duplicate field 'a'",
                "{\"x\":{\"a\":1,\"a\":1}}|Duplicate field 'a'",
                "{\"a\":NaN}|Non-standard token 'NaN'",
                "{\"a\":01}|Invalid numeric value",
                "{'a':1}|Unexpected character",
                "{\"a\":1,}|Unexpected character",
                "{\"a\":1|Unexpected end-of-input",
            })
    void read_refusesWhatIsNotOneObject(String json, String why) {
        assertThatThrownBy(() -> Json.read(json.getBytes(StandardCharsets.UTF_8), FILE, "header: "))
                .isInstanceOf(BadModelFile.class)
                .hasMessageStartingWith(FILE + ": damaged: header: " + why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void read_refusesDeepNesting(String open) {
        assertThatThrownBy(() -> Json.read(("{\"x\":" + open.repeat(100)).getBytes(StandardCharsets.UTF_8), FILE, ""))
                .isInstanceOf(BadModelFile.class)
                .hasMessageContaining("nesting depth (51)");
    }

    /** Each is a few bytes in the file and a hundred in memory. */
    @Test
    void read_refusesMillionsOfValues() {
        byte[] json = ("{\"x\":[" + "{},".repeat(3_000_000) + "{}]}").getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> Json.read(json, FILE, ""))
                .isInstanceOf(BadModelFile.class)
                .hasMessageContaining("Token count");
    }

    @Test
    void read_refusesBytesThatAreNoText() {
        for (byte[] json :
                new byte[][] {{'{', '"', (byte) 0xFF, '"'}, {0, 0, (byte) 0xFF, (byte) 0xFE}, {0, 0, 0, 1}}) {
            assertThatThrownBy(() -> Json.read(json, FILE, "")).isInstanceOf(BadModelFile.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|\"x\": \"n\" is missing",
                "{\"n\":null}|\"x\": \"n\" is missing",
                "{\"n\":\"1\"}|\"x\": \"n\" is not a whole number below 2^31",
                "{\"n\":1.0}|\"x\": \"n\" is not a whole number below 2^31",
                "{\"n\":2147483648}|\"x\": \"n\" is not a whole number below 2^31",
            })
    void object_namesTheFieldAndTheProblem(String json, String why) throws Exception {
        JsonObject x = Json.read(("{\"x\":" + json + "}").getBytes(StandardCharsets.UTF_8), FILE, "")
                .object("x");

        assertThatThrownBy(() -> x.integer("n"))
                .isInstanceOf(BadModelFile.class)
                .hasMessage(FILE + ": damaged: " + why + ". Save the model again, or copy it anew");
    }

    @Test
    void object_namesTheElement() throws Exception {
        JsonObject root =
                Json.read("{\"l\":[{},{\"s\":1}],\"m\":[1,\"a\"]}".getBytes(StandardCharsets.UTF_8), FILE, "");

        assertThatThrownBy(() -> root.objects("l").get(1).string("s"))
                .hasMessageContaining("\"l\", element 2: \"s\" is not a text");
        assertThatThrownBy(() -> root.objects("m")).hasMessageContaining("\"m\", element 1: not a JSON object");
        assertThatThrownBy(() -> root.strings("m")).hasMessageContaining("\"m\" is not a list of texts");
        assertThatThrownBy(() -> root.integers("m")).hasMessageContaining("\"m\" is not a list of whole numbers");
        assertThatThrownBy(() -> root.strings("s")).hasMessageContaining("\"s\" is missing");
    }
}
