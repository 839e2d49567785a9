package io.rapidfit.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidfit.internal.Require;
import io.rapidfit.internal.Utf8;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One way to put a record to a model. Several are kept in one JSON file:
 *
 * <pre>{@code
 * {"strategies": {
 *   "optimized": {
 *     "name": "Optimized",
 *     "description": "Definitions first, then the text.",
 *     "system_prompt": "Say which topic a message has. Answer with JSON.",
 *     "user_template": "Persona: {persona}\nText: \"{text}\"",
 *     "parameters": {"labels": ["billing", "delivery"], "temperature": 0}
 *   }
 * }}
 * }</pre>
 *
 * <p>In the template of the user's message a name in braces is the place of a record's {@linkplain
 * io.rapidfit.data.Example#field field}, and doubled braces stand for braces. The system prompt is the same for all records: its
 * braces are braces.
 *
 * <p>The labels that the prompt allows are the {@code labels} among the parameters. Without them they are read from the system
 * prompt: alternatives such as {@code "classification": "billing|delivery"}, under the name that the label has in the answer,
 * are all there are. And where the prompt has a label of the data in quotes, it must have the others too, in quotes or not. A
 * prompt that does neither allows all.
 *
 * @param key what the file calls it; stands in names of files
 * @param name for people
 * @param systemPrompt empty for none
 * @param parameters whatever belongs to the strategy: strings, numbers, booleans, nulls, lists and maps. Only {@code labels} are looked at
 */
public record PromptStrategy(
        String key,
        String name,
        String description,
        String systemPrompt,
        String userTemplate,
        Map<String, @Nullable Object> parameters) {

    private static final String LABELS = "labels";

    /** @throws IllegalArgumentException if the template has no place for a field, or a single brace */
    public PromptStrategy {
        Require.notBlank("key", key);
        Require.notBlank("name", name);
        Require.nonNull("description", description);
        Require.nonNull("systemPrompt", systemPrompt);
        new Template("userTemplate of strategy '" + key + "'", Require.notBlank("userTemplate", userTemplate));
        parameters = copy(Require.nonNull("parameters", parameters));
        requireLabels(key, parameters);
    }

    /** Without description and parameters. */
    public static PromptStrategy of(String key, String systemPrompt, String userTemplate) {
        return new PromptStrategy(key, key, "", systemPrompt, userTemplate, Map.of());
    }

    /**
     * Reads a file in UTF-8.
     *
     * @return in the order of the file
     * @throws UncheckedIOException if it cannot be read
     * @throws IllegalArgumentException as for {@link #parse}; the message names the file
     */
    public static List<PromptStrategy> load(Path file) {
        StringWriter json = new StringWriter();
        try (Reader in = Utf8.reader(Require.nonNull("file", file))) {
            in.transferTo(json);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + ": not UTF-8: save the file in that encoding", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        try {
            return parse(json.toString());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads {@code {"strategies": {...}}}. Of a strategy, {@code system_prompt} and {@code user_template} are required; members
     * that have no meaning here are passed over.
     *
     * @throws IllegalArgumentException if it is something else; the message names strategy and member
     */
    public static List<PromptStrategy> parse(String json) {
        JsonNode strategies = Json.parse(Require.nonNull("json", json)).path("strategies");
        if (!strategies.isObject() || strategies.isEmpty()) {
            throw new IllegalArgumentException("expected {\"strategies\": {...}} with at least one strategy");
        }
        List<PromptStrategy> parsed = new ArrayList<>();
        strategies.properties().forEach(strategy -> parsed.add(parse(strategy.getKey(), strategy.getValue())));
        return List.copyOf(parsed);
    }

    private static PromptStrategy parse(String key, JsonNode node) {
        JsonNode parameters = node.path("parameters");
        if (!parameters.isMissingNode() && !parameters.isNull() && !parameters.isObject()) {
            throw new IllegalArgumentException("\"parameters\" of strategy '%s' must be an object".formatted(key));
        }
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        parameters.properties().forEach(p -> plain.put(p.getKey(), Json.plain(p.getValue())));
        return new PromptStrategy(
                key,
                text(key, node, "name", key),
                text(key, node, "description", ""),
                text(key, node, "system_prompt", null),
                text(key, node, "user_template", null),
                plain);
    }

    private static String text(String key, JsonNode node, String member, @Nullable String otherwise) {
        JsonNode value = node.path(member);
        if (value.isTextual()) {
            return value.textValue();
        }
        if (otherwise == null || !(value.isMissingNode() || value.isNull())) {
            throw new IllegalArgumentException("\"%s\" of strategy '%s' must be a string".formatted(member, key));
        }
        return otherwise;
    }

    /** With these as the labels that it allows. */
    public PromptStrategy withLabels(Collection<String> labels) {
        Map<String, @Nullable Object> changed = new LinkedHashMap<>(parameters);
        changed.put(LABELS, List.copyOf(labels));
        return new PromptStrategy(key, name, description, systemPrompt, userTemplate, changed);
    }

    /** The fields that its template asks for, in order of appearance. */
    public Set<String> fields() {
        return template().fields();
    }

    Template template() {
        return new Template("userTemplate of strategy '" + key + "'", userTemplate);
    }

    /** The {@code labels} among the parameters; empty if there are none. */
    Optional<List<String>> labels() {
        return parameters.get(LABELS) instanceof List<?> labels
                ? Optional.of(labels.stream().map(String::valueOf).toList())
                : Optional.empty();
    }

    private static void requireLabels(String key, Map<String, @Nullable Object> parameters) {
        if (!parameters.containsKey(LABELS)) {
            return;
        }
        if (!(parameters.get(LABELS) instanceof List<?> labels)
                || labels.isEmpty()
                || !labels.stream().allMatch(label -> label instanceof String s && !s.isBlank())) {
            throw new IllegalArgumentException(
                    "the parameter \"labels\" of strategy '%s' must be a list of strings, at least one".formatted(key));
        }
    }

    /** Unlike {@code Map.copyOf}, in its order, and a null of JSON may be among the values. */
    private static Map<String, @Nullable Object> copy(Map<?, ?> map) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((name, value) -> copy.put(String.valueOf(name), copyValue(value)));
        return Collections.unmodifiableMap(copy);
    }

    private static @Nullable Object copyValue(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return copy(map);
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copies = new ArrayList<>();
            list.forEach(element -> copies.add(copyValue(element)));
            return Collections.unmodifiableList(copies);
        }
        return value;
    }
}
