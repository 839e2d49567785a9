package io.rapidfit.llm.reply;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.reply.Extraction.Found;
import io.rapidfit.llm.reply.Json.Arr;
import io.rapidfit.llm.reply.Json.Container;
import io.rapidfit.llm.reply.Json.Obj;
import io.rapidfit.llm.reply.Json.Odd;
import io.rapidfit.text.TextNormalizer;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the JSON in a model's answer where nobody has said of what shape it is. {@link ReplyReader} reads answers whose shape is
 * known, and reads more of them.
 */
public final class ReplyJson {

    private ReplyJson() {}

    /**
     * The object or array that the answer holds, repaired as {@link ReplyReader} does.
     *
     * @return valid JSON; empty if there is none, or several that differ, or it ends too early or can be read in two ways
     */
    public static Optional<String> find(String reply) {
        Extraction extraction = Extraction.of(Require.nonNull("reply", reply));
        if (extraction.error() != null || extraction.isCut() || extraction.isThinking()) {
            return Optional.empty();
        }
        List<Container> roots =
                extraction.found().stream().map(Found::root).distinct().toList();
        if (roots.size() != 1 || !isSound(roots.get(0))) {
            return Optional.empty();
        }
        StringBuilder json = new StringBuilder();
        write(roots.get(0), json);
        return Optional.of(json.toString());
    }

    /** Closed, and with one reading only, down to the innermost. */
    private static boolean isSound(Object value) {
        if (value instanceof Container container && (!container.isClosed() || container.damage() != null)) {
            return false;
        }
        if (value instanceof Obj object) {
            return object.fields.values().stream().allMatch(ReplyJson::isSound);
        }
        if (value instanceof Arr array) {
            return array.elements.stream().allMatch(ReplyJson::isSound);
        }
        return value != Odd.CONFLICT && !(value instanceof Double); // NaN is no JSON
    }

    /** As deep as {@link Json#MAX_DEPTH} allows. */
    private static void write(Object value, StringBuilder json) {
        if (value instanceof Obj object) {
            json.append('{');
            String separator = "";
            for (Map.Entry<String, Object> field : object.fields.entrySet()) {
                json.append(separator);
                quote(field.getKey(), json);
                json.append(':');
                write(field.getValue(), json);
                separator = ",";
            }
            json.append('}');
        } else if (value instanceof Arr array) {
            json.append('[');
            String separator = "";
            for (Object element : array.elements) {
                json.append(separator);
                write(element, json);
                separator = ",";
            }
            json.append(']');
        } else if (value instanceof String text) {
            quote(text, json);
        } else {
            json.append(value == Odd.NULL ? "null" : value instanceof BigDecimal number ? number.toString() : value);
        }
    }

    private static void quote(String text, StringBuilder json) {
        json.append('"');
        JsonStringEncoder.getInstance().quoteAsString(TextNormalizer.wellFormed(text), json);
        json.append('"');
    }
}
