package io.rapidfit.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidfit.internal.Require;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an assistant's answer has to be: a JSON object with these members.
 *
 * <pre>{@code
 * CompletionShape shape = CompletionShape.builder()
 *         .choice("classification", List.of("billing", "delivery"))
 *         .optional("confidence", CompletionShape.Type.NUMBER)
 *         .build();
 * }</pre>
 *
 * <p>Immutable.
 */
public final class CompletionShape {

    /** What kind of value a member has. */
    public enum Type {
        /** Also a blank one. */
        STRING,
        NUMBER,
        /** A number without a fraction: {@code 3}, {@code 3.0} and {@code 3e2}. */
        INTEGER,
        BOOLEAN,
        LIST,
        OBJECT;

        boolean fits(JsonNode value) {
            return switch (this) {
                case STRING -> value.isTextual();
                case NUMBER -> value.isNumber();
                case INTEGER ->
                    value.isIntegralNumber()
                            || (value.isNumber()
                                    && value.decimalValue().stripTrailingZeros().scale() <= 0);
                case BOOLEAN -> value.isBoolean();
                case LIST -> value.isArray();
                case OBJECT -> value.isObject();
            };
        }

        String described() {
            return switch (this) {
                case STRING -> "a string";
                case NUMBER -> "a number";
                case INTEGER -> "a whole number";
                case BOOLEAN -> "true or false";
                case LIST -> "a list";
                case OBJECT -> "an object";
            };
        }
    }

    /** @param allowed empty for any value of the type */
    private record Member(Type type, boolean isRequired, Set<String> allowed) {}

    private final Map<String, Member> members;
    private final boolean allowOthers;

    private CompletionShape(Builder builder) {
        this.members = new LinkedHashMap<>(builder.members);
        this.allowOthers = builder.allowOthers;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** What is wrong with an answer, by the names of its members; empty if it is of the shape. */
    Optional<String> problem(String completion) {
        JsonNode answer;
        try {
            answer = Json.parse(completion);
        } catch (IllegalArgumentException e) {
            return Optional.of("is " + e.getMessage());
        }
        if (!answer.isObject()) {
            return Optional.of("is no JSON object");
        }
        for (Map.Entry<String, Member> member : members.entrySet()) {
            Optional<String> problem = problem(member.getKey(), member.getValue(), answer.path(member.getKey()));
            if (problem.isPresent()) {
                return problem;
            }
        }
        if (!allowOthers && answer.properties().stream().anyMatch(member -> !members.containsKey(member.getKey()))) {
            return Optional.of("has a member beside " + members.keySet());
        }
        return Optional.empty();
    }

    private static Optional<String> problem(String name, Member member, JsonNode value) {
        if (value.isMissingNode()) {
            return member.isRequired() ? Optional.of("lacks \"%s\"".formatted(name)) : Optional.empty();
        }
        if (!member.type().fits(value)) {
            return Optional.of("\"%s\" must be %s".formatted(name, member.type().described()));
        }
        if (!member.allowed().isEmpty() && !member.allowed().contains(value.textValue())) {
            return Optional.of("\"%s\" is none of %s".formatted(name, member.allowed()));
        }
        return Optional.empty();
    }

    /** Not thread-safe. */
    public static final class Builder {

        private final Map<String, Member> members = new LinkedHashMap<>();
        private boolean allowOthers;

        private Builder() {}

        /** A member that must be there, and not be null. */
        public Builder required(String name, Type type) {
            return add(name, new Member(Require.nonNull("type", type), true, Set.of()));
        }

        /** A member that may be missing, but not be null. */
        public Builder optional(String name, Type type) {
            return add(name, new Member(Require.nonNull("type", type), false, Set.of()));
        }

        /** A member that must be one of these strings, letter by letter. */
        public Builder choice(String name, Collection<String> allowed) {
            Require.atLeast(
                    "number of choices", Require.nonNull("allowed", allowed).size(), 1);
            return add(name, new Member(Type.STRING, true, new TreeSet<>(allowed)));
        }

        private Builder add(String name, Member member) {
            if (members.putIfAbsent(Require.notBlank("name", name), member) != null) {
                throw new IllegalArgumentException("the shape has \"%s\" already".formatted(name));
            }
            return this;
        }

        /** Whether members that are not named may be there. Defaults to false. */
        public Builder allowOthers(boolean allowOthers) {
            this.allowOthers = allowOthers;
            return this;
        }

        /** @throws IllegalStateException if no member was named */
        public CompletionShape build() {
            if (members.isEmpty()) {
                throw new IllegalStateException(
                        "a shape needs a member: call required(...), optional(...) or choice(...)");
            }
            return new CompletionShape(this);
        }
    }
}
