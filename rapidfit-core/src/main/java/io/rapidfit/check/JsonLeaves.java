package io.rapidfit.check;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/** Reads the leaves of a JSON document, or replaces parts of its strings and copies all else as it is written. */
final class JsonLeaves {

    /** The document is in memory already: what else it may be is no matter. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** How many arrays a string may be in and still be named by the member that holds them. */
    private static final int MAX_ARRAYS = 4;

    private JsonLeaves() {}

    /**
     * @param find given the name of the member that a string is in, or "", and the string: what to replace, in order
     * @throws IllegalArgumentException if it is not one JSON document; the message says where, and quotes nothing
     */
    static String mask(
            String json,
            BiFunction<String, String, List<PersonalData.Match>> find,
            Function<PersonalDataKind, String> placeholder) {
        StringBuilder out = new StringBuilder(json.length());
        int copied = 0;
        try (JsonParser parser = JSON.createParser(json)) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw new IllegalArgumentException("json must be a JSON document but is empty");
            }
            while (token != null) {
                if (token == JsonToken.VALUE_STRING) {
                    List<PersonalData.Match> matches = find.apply(name(parser), parser.getText());
                    int quote = (int) parser.currentTokenLocation().getCharOffset();
                    copied = replace(json, quote + 1, matches, placeholder, copied, out);
                }
                boolean complete = parser.getParsingContext().inRoot();
                token = parser.nextToken();
                if (token != null && complete) {
                    throw notJson(parser.currentTokenLocation());
                }
            }
        } catch (JsonProcessingException e) {
            throw notJson(e.getLocation()); // without its cause, which quotes the document
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string is read
        }
        return out.append(json, copied, json.length()).toString();
    }

    /**
     * Reads up to where the text is no JSON document, or to its end.
     *
     * @param names given the name of each member
     * @param values given each string, and each number as it is written
     * @return whether all of it is one
     */
    static boolean forEach(String text, Consumer<String> names, Consumer<String> values) {
        boolean complete = false;
        try (JsonParser parser = JSON.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (complete) {
                    return false;
                }
                if (token == JsonToken.FIELD_NAME) {
                    names.accept(parser.currentName());
                } else if (token == JsonToken.VALUE_STRING || token.isNumeric()) {
                    values.accept(parser.getText());
                }
                complete = parser.getParsingContext().inRoot();
            }
        } catch (JsonProcessingException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string is read
        }
        return complete;
    }

    private static IllegalArgumentException notJson(JsonLocation where) {
        return new IllegalArgumentException("json must be one JSON document but is not valid at line %d, column %d"
                .formatted(where.getLineNr(), where.getColumnNr()));
    }

    private static String name(JsonParser parser) {
        JsonStreamContext context = parser.getParsingContext();
        for (int arrays = 0; arrays < MAX_ARRAYS && context.inArray(); arrays++) {
            context = context.getParent();
        }
        String name = context.inObject() ? context.getCurrentName() : null;
        return name == null ? "" : name;
    }

    /** @return up to where the document is copied now */
    private static int replace(
            String json,
            int start,
            List<PersonalData.Match> matches,
            Function<PersonalDataKind, String> placeholder,
            int copied,
            StringBuilder out) {
        int done = copied;
        int i = start;
        int index = 0; // of the character at i in the string that the literal stands for
        for (PersonalData.Match match : matches) {
            for (; index < match.start(); index++) {
                i += width(json, i);
            }
            out.append(json, done, i);
            JsonStringEncoder.getInstance().quoteAsString(placeholder.apply(match.kind()), out);
            for (; index < match.end(); index++) {
                i += width(json, i);
            }
            done = i;
        }
        return done;
    }

    /** How many characters of the literal stand for one of the string. */
    private static int width(String json, int i) {
        return json.charAt(i) != '\\' ? 1 : json.charAt(i + 1) == 'u' ? 6 : 2;
    }
}
