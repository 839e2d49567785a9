package io.rapidfit.llm.grade;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;

/** What a program is given on standard input, and what it is to write: {@code {"inputs":[...],"outputs":[...]}}. */
record TestCases(List<String> inputs, List<String> outputs) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** @throws IllegalArgumentException if the text is no such object; the message says why */
    static TestCases parse(String json) {
        JsonNode node;
        try {
            node = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("they are no JSON: " + e.getOriginalMessage(), e);
        }
        if (node.has("fn_name")) {
            throw new IllegalArgumentException("they call a function ('fn_name') instead of running a program");
        }
        TestCases cases = new TestCases(strings(node, "inputs"), strings(node, "outputs"));
        if (cases.inputs().isEmpty() || cases.inputs().size() != cases.outputs().size()) {
            throw new IllegalArgumentException(
                    "they must have as many outputs as inputs, at least one, but have %d and %d"
                            .formatted(cases.outputs().size(), cases.inputs().size()));
        }
        return cases;
    }

    private static List<String> strings(JsonNode node, String name) {
        List<String> strings = new ArrayList<>();
        if (!node.path(name).isArray()) {
            throw new IllegalArgumentException("they have no list '" + name + "'");
        }
        for (JsonNode element : node.path(name)) {
            if (!element.isTextual()) {
                throw new IllegalArgumentException("'" + name + "' must have strings only");
            }
            strings.add(element.textValue());
        }
        return strings;
    }

    int size() {
        return inputs.size();
    }

    /** Whether the output is the expected one but for blanks at the ends of lines and empty lines at its end. */
    boolean isExpected(int index, String output) {
        return trimmed(output).equals(trimmed(outputs.get(index)));
    }

    private static String trimmed(String output) {
        StringBuilder trimmed = new StringBuilder();
        output.lines().forEach(line -> trimmed.append(line.stripTrailing()).append('\n'));
        return trimmed.toString().stripTrailing();
    }
}
