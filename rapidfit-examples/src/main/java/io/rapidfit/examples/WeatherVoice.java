package io.rapidfit.examples;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How one of those in the weather file talks: sentences that were written by hand, from which a text is put together at random.
 *
 * <p>In a sentence, <code>{a|b|}</code> is one of several wordings, and {@code <name>} a value that a tool returned or, where none
 * has that name, a sentence of that kind.
 */
final class WeatherVoice {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern WORDINGS = Pattern.compile("\\{([^{}]*)}");
    private static final Pattern PLACE = Pattern.compile("<(\\w+)>");

    private final Map<String, List<String>> sentences;

    private WeatherVoice(Map<String, List<String>> sentences) {
        this.sentences = sentences;
    }

    /** @param name of a file of sentences: a persona, {@code plain} or {@code questions} */
    static WeatherVoice load(String name) {
        try (InputStream in = Objects.requireNonNull(
                WeatherVoice.class.getResourceAsStream("/weather-chats/" + name + ".json"), name)) {
            return new WeatherVoice(JSON.readValue(in, new TypeReference<Map<String, List<String>>>() {}));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the sentences of " + name, e);
        }
    }

    /** An answer from what tools returned, at least one result. */
    String answer(List<JsonNode> results, RandomGenerator random) {
        return write("<text>", results, random);
    }

    /** What the pattern says of results: {@code <facts>} is a sentence on each, {@code <advice>} one that suits the first. */
    String write(String pattern, List<JsonNode> results, RandomGenerator random) {
        return new Writing(results, random).write(pattern);
    }

    /** One text, in which no sentence is used twice. */
    private final class Writing {

        private final List<JsonNode> results;
        private final RandomGenerator random;
        private final Set<String> used = new HashSet<>();

        Writing(List<JsonNode> results, RandomGenerator random) {
            this.results = results;
            this.random = random;
        }

        String write(String pattern) {
            String written = expand(pattern, values(results.get(0)));
            return written.replaceAll(" +", " ").replaceAll(" ([,.;:?])", "$1").strip();
        }

        private String expand(String pattern, Map<String, String> values) {
            String worded = pattern;
            for (Matcher choice = WORDINGS.matcher(worded); choice.find(); choice = WORDINGS.matcher(worded)) {
                String[] wordings = choice.group(1).split("\\|", -1);
                worded = choice.replaceFirst(Matcher.quoteReplacement(wordings[random.nextInt(wordings.length)]));
            }
            return PLACE.matcher(worded).replaceAll(place -> Matcher.quoteReplacement(filled(place.group(1), values)));
        }

        private String filled(String place, Map<String, String> values) {
            String value = values.get(place);
            if (value != null) {
                return value;
            }
            return switch (place) {
                case "facts" -> facts();
                case "advice" -> expand(sentence(advice(results.get(0))), values);
                default -> expand(sentence(place), values);
            };
        }

        private String facts() {
            List<String> facts = new ArrayList<>();
            results.forEach(result -> facts.add(expand(sentence(kind(result)), values(result))));
            return String.join(" ", facts);
        }

        /** One that was not used yet, as long as there are such. */
        private String sentence(String kind) {
            List<String> all = Objects.requireNonNull(sentences.get(kind), kind);
            List<String> fresh = all.stream().filter(s -> !used.contains(s)).toList();
            List<String> some = fresh.isEmpty() ? all : fresh;
            String sentence = some.get(random.nextInt(some.size()));
            used.add(sentence);
            return sentence;
        }
    }

    private static Map<String, String> values(JsonNode result) {
        Map<String, String> values = new HashMap<>();
        result.properties()
                .forEach(field -> values.put(field.getKey(), field.getValue().asText()));
        String condition = values.get("condition");
        if (condition != null) {
            values.put("condition_start", Character.toUpperCase(condition.charAt(0)) + condition.substring(1));
        }
        return values;
    }

    /** What a result is about, by the fields that it has. */
    static String kind(JsonNode result) {
        return result.has("temperature")
                ? "current"
                : result.has("high") ? "forecast" : result.has("sunrise") ? "sun" : "air";
    }

    private static String advice(JsonNode result) {
        if (result.has("sunrise")) {
            return "evening";
        }
        if (result.has("index")) {
            return "breath";
        }
        double warmest = result.path("temperature").asDouble(result.path("high").asDouble());
        String condition = result.path("condition").asText();
        if (warmest <= 3) {
            return "cold";
        }
        if (condition.matches(".*(rain|drizzle|thunder|sleet).*")) {
            return "wet";
        }
        if (result.path("wind_kmh").asInt() >= 40) {
            return "windy";
        }
        return warmest >= 28 ? "hot" : condition.matches(".*(cloud|fog|mist).*") ? "grey" : "fair";
    }
}
