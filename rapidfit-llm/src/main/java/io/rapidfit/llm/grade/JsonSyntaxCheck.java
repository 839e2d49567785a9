package io.rapidfit.llm.grade;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Checks that a response is JSON, as RFC 8259 has it: one value, from the first character to the last.
 *
 * <p>The response, or each block that Markdown fences as {@code json}, passes with 1 or fails with 0; the reason and the metadata
 * {@code line} say where. What is nested more than 1000 deep is an ERROR. Immutable and thread-safe.
 */
public final class JsonSyntaxCheck extends SyntaxCheck {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // keys of a stranger's choosing fill no shared table
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(1000)
                    .maxNumberLength(MAX_LENGTH)
                    .maxStringLength(MAX_LENGTH)
                    .maxNameLength(MAX_LENGTH)
                    .build())
            .build();

    private JsonSyntaxCheck(Builder builder) {
        super(builder);
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    Optional<SyntaxError> firstError(String code) throws UnjudgeableException {
        try (JsonParser parser = FACTORY.createParser(code)) {
            int depth = 0;
            int values = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                values += depth == 0 ? 1 : 0;
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (values > 1) {
                    return Optional.of(new SyntaxError(
                            parser.currentTokenLocation().getLineNr(), "something follows after the value"));
                }
            }
            return Optional.empty();
        } catch (StreamConstraintsException e) {
            throw new UnjudgeableException("it is out of bounds: " + e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            return Optional.of(new SyntaxError(e.getLocation().getLineNr(), e.getOriginalMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string is read
        }
    }

    /** Not thread-safe. */
    public static final class Builder extends CodeCheck.Builder<Builder> {

        private Builder() {
            super("json-syntax", "json");
        }

        @Override
        Builder self() {
            return this;
        }

        public JsonSyntaxCheck build() {
            return new JsonSyntaxCheck(this);
        }
    }
}
