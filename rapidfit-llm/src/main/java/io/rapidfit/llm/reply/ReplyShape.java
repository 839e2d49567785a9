package io.rapidfit.llm.reply;

import io.rapidfit.internal.Require;
import io.rapidfit.llm.reply.Field.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model is asked to answer: one record, or a list of them.
 *
 * <pre>{@code
 * ReplyShape shape = ReplyShape.list("items")
 *         .ids(List.of("1", "2"))
 *         .choice("label", List.of("positive", "negative"))
 *         .number("confidence", 0, 1)
 *         .build();
 * ChatRequest request = ChatRequest.builder().user(prompt).jsonSchema(shape.jsonSchema()).build();
 * ChatResponse response = model.chat(request);
 * Reply reply = ReplyReader.read(shape, response.text(), response.isTruncated());
 * }</pre>
 *
 * <p>Immutable.
 */
public final class ReplyShape {

    static final String ID = "id";

    private final @Nullable String listName;
    private final List<Field> fields;
    private final @Nullable List<String> ids;
    private final Drift names;
    private final Drift listNames;
    private final String jsonSchema;

    private ReplyShape(@Nullable String listName, List<Field> fields, @Nullable List<String> ids) {
        this.listName = listName;
        this.fields = fields;
        this.ids = ids;
        this.names = new Drift(fields.stream().map(Field::name).toList());
        this.listNames = listName == null ? Drift.none() : new Drift(List.of(listName));
        this.jsonSchema = ShapeSchema.of(listName, fields);
    }

    /** An object with an array of records under this name, such as {@code {"items": [{...}, {...}]}}. */
    public static Builder list(String name) {
        return new Builder(Require.notBlank("name", name));
    }

    /** One record. */
    public static Builder object() {
        return new Builder(null);
    }

    /**
     * The JSON Schema of such an answer, in the subset that OpenAI's strict structured outputs accept: no additional
     * properties, all required, an optional string nullable. Ranges stand in descriptions, since not every server knows
     * {@code minimum}; choices are an {@code enum} as long as there are no more than 250; ids are plain strings, so that
     * the schema, which servers compile and keep, is the same from call to call.
     */
    public String jsonSchema() {
        return jsonSchema;
    }

    /** Null for a single record. */
    @Nullable String listName() {
        return listName;
    }

    List<Field> fields() {
        return fields;
    }

    /** Null if records carry none. */
    @Nullable List<String> ids() {
        return ids;
    }

    Drift names() {
        return names;
    }

    Drift listNames() {
        return listNames;
    }

    @Override
    public String toString() {
        return "ReplyShape[%s, %s]"
                .formatted(
                        listName == null ? "object" : "list " + listName,
                        fields.stream().map(Field::name).toList());
    }

    /** Fields are asked for, and stand in each row, in the order in which they are named here. Not thread-safe. */
    public static final class Builder {

        private final @Nullable String listName;
        private final List<Field> fields = new ArrayList<>();
        private @Nullable List<String> ids;

        private Builder(@Nullable String listName) {
            this.listName = listName;
        }

        /** A string that is not blank. */
        public Builder string(String name) {
            return add(Field.of(Require.notBlank("name", name), Kind.STRING));
        }

        /** A string that may be null, blank or left out: then the row does not have it. */
        public Builder optionalString(String name) {
            return add(Field.of(Require.notBlank("name", name), Kind.OPTIONAL_STRING));
        }

        /**
         * One of these strings. A reply may write it in another case or with other white space, see
         * {@link io.rapidfit.text.TextNormalizer#normalize}; the row has it as it is given here.
         */
        public Builder choice(String name, Collection<String> allowed) {
            return add(Field.oneOf(Require.notBlank("name", name), Kind.CHOICE, names("allowed", allowed)));
        }

        /**
         * One of these strings, as for {@link #choice}, or any other that is not blank: for answers whose errors are worth
         * knowing. A server that keeps to the schema gives none but these.
         */
        public Builder choiceOrOther(String name, Collection<String> allowed) {
            return add(Field.oneOf(Require.notBlank("name", name), Kind.CHOICE_OR_OTHER, names("allowed", allowed)));
        }

        /** A number in [min, max]; a Double in the row. */
        public Builder number(String name, double min, double max) {
            Require.inRange("min", min, -Double.MAX_VALUE, max);
            Require.inRange("max", max, min, Double.MAX_VALUE);
            return add(Field.inRange(
                    Require.notBlank("name", name), Kind.NUMBER, BigDecimal.valueOf(min), BigDecimal.valueOf(max)));
        }

        /** A whole number in [min, max]; a Long in the row. */
        public Builder integer(String name, long min, long max) {
            if (min > max) {
                throw new IllegalArgumentException("min must not be above max but was %d > %d".formatted(min, max));
            }
            return add(Field.inRange(
                    Require.notBlank("name", name), Kind.INTEGER, BigDecimal.valueOf(min), BigDecimal.valueOf(max)));
        }

        /** True or false. */
        public Builder bool(String name) {
            return add(Field.of(Require.notBlank("name", name), Kind.BOOL));
        }

        /** An array of strings; may be empty. */
        public Builder strings(String name) {
            return add(Field.of(Require.notBlank("name", name), Kind.STRINGS));
        }

        /** An array of the whole numbers from 1 to {@code n}, each once: an order. A {@code List<Long>} in the row. */
        public Builder permutation(String name, int n) {
            Require.inRange("n", n, 1, Integer.MAX_VALUE);
            return add(Field.inRange(
                    Require.notBlank("name", name), Kind.PERMUTATION, BigDecimal.ONE, BigDecimal.valueOf(n)));
        }

        /**
         * Every record carries an {@code "id"}, a string, and there is one record for each of these. A record with
         * another id is not accepted, nor are two that differ and have the same.
         */
        public Builder ids(Collection<String> expected) {
            ids = names("expected", expected);
            return add(Field.oneOf(ID, Kind.ID, ids));
        }

        private Builder add(Field field) {
            if (fields.stream().anyMatch(f -> f.name().equals(field.name()))) {
                throw new IllegalArgumentException("field \"%s\" is there already".formatted(field.name()));
            }
            fields.add(field);
            return this;
        }

        private static List<String> names(String what, Collection<String> given) {
            List<String> names = List.copyOf(new LinkedHashSet<>(Require.nonNull(what, given)));
            if (names.isEmpty()) {
                throw new IllegalArgumentException(what + " must not be empty");
            }
            names.forEach(name -> Require.notBlank("each of " + what, name));
            return names;
        }

        /**
         * @throws IllegalStateException if there is no field, a field has the name of the list, or a single record is to
         *     have ids
         */
        public ReplyShape build() {
            if (fields.isEmpty()) {
                throw new IllegalStateException("a shape needs a field: call string(...), choice(...) or another");
            }
            if (listName == null && ids != null) {
                throw new IllegalStateException("ids(...) are for a list: start with ReplyShape.list(...)");
            }
            if (fields.stream().anyMatch(f -> f.name().equals(listName))) {
                throw new IllegalStateException(
                        "\"%s\" is both the list and a field of its records".formatted(listName));
            }
            return new ReplyShape(listName, List.copyOf(fields), ids);
        }
    }
}
