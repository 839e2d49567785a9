package io.rapidfit.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Changes one value of a JSON object and leaves every other character as it is written. */
final class JsonText {

    private static final int FOUND = -1;

    private JsonText() {}

    /**
     * @param json a valid JSON object
     * @param path names of members, and numbers of elements from 0; all but the last must be there
     * @param value JSON to put in the place of what is there. A last member that is not there is added to its object.
     */
    static String set(String json, List<String> path, String value) {
        try (JsonParser parser = RowCodec.MAPPER.createParser(json)) {
            parser.nextToken();
            int last = path.size() - 1;
            for (String step : path.subList(0, last)) {
                if (seek(parser, step) != FOUND) {
                    throw new IllegalArgumentException("there is no " + String.join(".", path));
                }
            }
            int insertion = seek(parser, path.get(last));
            if (insertion == FOUND) {
                int start = (int) parser.currentTokenLocation().getCharOffset();
                return json.substring(0, start) + value + json.substring(end(parser));
            }
            String separator = json.charAt(insertion - 1) == '{' ? "" : ",";
            return json.substring(0, insertion)
                    + separator
                    + RowCodec.quote(path.get(last))
                    + ":"
                    + value
                    + json.substring(insertion);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string is read, and was valid before
        }
    }

    /**
     * Goes from the start of an object or a list to a value in it.
     *
     * @return {@link #FOUND}, or where a value would have to be added: the end of the last one
     */
    private static int seek(JsonParser parser, String step) throws IOException {
        boolean isObject = parser.currentToken() == JsonToken.START_OBJECT;
        int lastEnd = end(parser.currentToken(), parser);
        int index = 0;
        for (JsonToken token = parser.nextToken();
                token != JsonToken.END_OBJECT && token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            String name = isObject ? parser.currentName() : String.valueOf(index++);
            if (isObject) {
                parser.nextToken();
            }
            if (step.equals(name)) {
                return FOUND;
            }
            lastEnd = end(parser);
        }
        return lastEnd;
    }

    /** Where the current value ends. */
    private static int end(JsonParser parser) throws IOException {
        parser.skipChildren();
        parser.finishToken(); // a string is read only when it is asked for
        return end(parser.currentToken(), parser);
    }

    private static int end(JsonToken token, JsonParser parser) throws IOException {
        return token.isNumeric() // then the parser has looked one further
                ? (int) parser.currentTokenLocation().getCharOffset() + parser.getTextLength()
                : (int) parser.currentLocation().getCharOffset();
    }
}
