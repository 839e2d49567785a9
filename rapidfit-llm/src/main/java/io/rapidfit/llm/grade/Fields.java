package io.rapidfit.llm.grade;

import io.rapidfit.data.Example;
import io.rapidfit.internal.Require;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Where the values for the places of a template come from. Not thread-safe until it is copied. */
final class Fields {

    /** An example that lacks a value, to be said of it. */
    static final class UnreadableException extends Exception {

        private static final long serialVersionUID = 1L;

        UnreadableException(String message) {
            super(message);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    /** @param description to follow "has no" */
    private record Source(String description, Function<? super Example, ? extends Optional<?>> value) {}

    private final Map<String, Source> sources;

    Fields() {
        this(Map.of());
    }

    private Fields(Map<String, Source> sources) {
        this.sources = new LinkedHashMap<>(sources);
    }

    Fields copy() {
        return new Fields(sources);
    }

    void put(String name, String path) {
        Require.notBlank("path", path);
        put(
                name,
                new Source(
                        path.equals(name) ? "{%s}".formatted(name) : "'%s', which is {%s}".formatted(path, name),
                        example -> example.field(path)));
    }

    void put(String name, Function<? super Example, ? extends Optional<?>> value) {
        put(name, new Source("value for {%s}".formatted(name), Require.nonNull("value", value)));
    }

    private void put(String name, Source source) {
        sources.put(Require.notBlank("field", name), source);
    }

    Set<String> names() {
        return sources.keySet();
    }

    /**
     * The values of an example.
     *
     * @param wanted some of the {@link #names}
     * @throws UnreadableException if it lacks one of them; the message names it
     */
    Map<String, Object> read(Example example, Set<String> wanted) throws UnreadableException {
        Map<String, Object> values = new LinkedHashMap<>();
        for (String name : wanted) {
            Source source = Require.nonNull(name, sources.get(name));
            values.put(name, read(example, name, source));
        }
        return values;
    }

    private static Object read(Example example, String name, Source source) throws UnreadableException {
        Optional<?> value;
        try {
            value = Require.nonNull("value", source.value().apply(example));
        } catch (RuntimeException e) { // of a function that took it for another kind of example
            throw new UnreadableException("the value for {%s} cannot be read: %s".formatted(name, e));
        }
        if (value.isEmpty()) {
            throw new UnreadableException("the example has no " + source.description());
        }
        return value.get();
    }
}
