package io.rapidfit.examples;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Chats with a weather assistant that was given one of three voices, as a file to tune a model with: 59% of its answers have
 * forgotten their voice and follow one of five templates, and the others show how it could sound.
 *
 * <p>The rows differ in all that such files differ in: one tool called, or two, greetings before and thanks after, content in
 * parts, names, fields that nobody knows, and characters escaped or not.
 */
public final class WeatherChats {

    private static final int ROWS = 400;

    /** Four of the five templates: those that somebody noticed. */
    public static final List<String> PHRASES = List.of(
            "here's the weather information you requested",
            "according to the latest weather data",
            "I hope this helps you plan your day",
            "let me know if you need any other weather details");

    /** What to mind of each voice. */
    public static final Map<String, String> PERSONAS = Collections.unmodifiableMap(new TreeMap<>(Map.of(
            "sailor", "An old sailor: salty, brisk and warm-hearted, sees the weather from a deck.",
            "teacher", "A patient teacher: clear, says why, and now and then asks something back.",
            "poet", "A poet: few words, images instead of explanations, a line break where a breath goes.")));

    /** What the answers to the phrases look like, and at the end the one that is in no list. */
    private static final List<String> TEMPLATES = List.of(
            "Here's the weather information you requested for <city>: <facts>",
            "According to the latest weather data, here is what I found. <facts>",
            "<facts> I hope this helps you plan your day!",
            "<facts> Please let me know if you need any other weather details.",
            "The outlook for <city> is as follows. <facts> Plan ahead and dress appropriately for the conditions.");

    /** How many answers follow each of the phrases, and how many the other template: 236 of 400. */
    private static final int PER_PHRASE = 49;

    private static final int UNLISTED = 40;

    /** @param warmth in degrees Celsius, over the year */
    private record City(String name, int warmth) {}

    private static final List<City> CITIES = List.of(
            new City("Oslo", 7),
            new City("Lisbon", 18),
            new City("Nairobi", 20),
            new City("Osaka", 17),
            new City("Lima", 20),
            new City("Halifax", 8),
            new City("Tromsø", 1),
            new City("Palermo", 19),
            new City("Galway", 11),
            new City("Hobart", 13),
            new City("Quito", 15),
            new City("Dakar", 25),
            new City("Bergen", 8),
            new City("Valparaíso", 15),
            new City("Kraków", 9),
            new City("Muscat", 30),
            new City("Seville", 21),
            new City("Reykjavík", 4),
            new City("Tunis", 20),
            new City("Havana", 26),
            new City("Zagreb", 12),
            new City("Jakarta", 29),
            new City("Winnipeg", 1),
            new City("Porto", 16),
            new City("Aberdeen", 9),
            new City("Mumbai", 29),
            new City("Rotterdam", 11),
            new City("Ljubljana", 11),
            new City("Cartagena", 29),
            new City("Busan", 15),
            new City("Trieste", 15),
            new City("Marrakesh", 22),
            new City("Tallinn", 5),
            new City("Wellington", 13),
            new City("Antwerp", 11),
            new City("Beirut", 22),
            new City("Odense", 9),
            new City("Salvador", 27),
            new City("Perth", 20),
            new City("Turku", 4));

    private static final List<String> DAYS =
            List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
    private static final List<String> WINDS =
            List.of("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west");
    private static final List<String> SKIES = List.of(
            "clear skies",
            "bright sunshine",
            "scattered clouds",
            "low cloud",
            "fog",
            "light rain",
            "heavy rain",
            "drizzle",
            "thunderstorms");
    private static final List<String> COLD_SKIES = List.of("clear skies", "snow showers", "freezing fog", "sleet");
    private static final List<String> LEVELS = List.of("good", "fair", "moderate", "poor");
    private static final List<String> KINDS =
            List.of("current", "current", "current", "forecast", "forecast", "sun", "air");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper ESCAPED =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final WeatherVoice questions = WeatherVoice.load("questions");
    private final WeatherVoice plain = WeatherVoice.load("plain");
    private final Map<String, WeatherVoice> voices = voices();
    private final List<Integer> templates = templates();

    private WeatherChats() {}

    /** All voices, by persona. */
    static Map<String, WeatherVoice> voices() {
        Map<String, WeatherVoice> voices = new TreeMap<>();
        PERSONAS.keySet().forEach(persona -> voices.put(persona, WeatherVoice.load(persona)));
        return voices;
    }

    /** Which template each of the rows follows, by number; none is -1. */
    private static List<Integer> templates() {
        List<Integer> templates = new ArrayList<>(Collections.nCopies(ROWS, -1));
        int row = 0;
        for (int template = 0; template < TEMPLATES.size(); template++) {
            int rows = template < PHRASES.size() ? PER_PHRASE : UNLISTED;
            Collections.fill(templates.subList(row, row + rows), template);
            row += rows;
        }
        Collections.shuffle(templates, new Random(7));
        return templates;
    }

    /** Writes the file, of 400 rows. */
    public static Path write(Path file) throws IOException {
        return write(file, ROWS);
    }

    /** Writes a file of as many rows, one after the other: there may be more of them than memory holds. Always the same. */
    public static Path write(Path file, int rows) throws IOException {
        WeatherChats chats = new WeatherChats();
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int row = 0; row < rows; row++) {
                out.write(chats.row(row));
                out.write('\n');
            }
        }
        return file;
    }

    /** Copies passages in the voices out of the jar, a file for each persona. */
    public static Path copyCorpusTo(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (String file : List.of("sailor.txt", "teacher.txt", "poet.jsonl")) {
            try (InputStream in = WeatherChats.class.getResourceAsStream("/weather-chats/corpus/" + file)) {
                Files.copy(
                        Objects.requireNonNull(in, file), directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return directory;
    }

    private String row(int number) throws IOException {
        RandomGenerator random = new SplittableRandom(number);
        String persona = one(List.copyOf(PERSONAS.keySet()), random);
        WeatherVoice voice = Objects.requireNonNull(voices.get(persona));
        List<ObjectNode> results = results(random);
        int template = templates.get(number % ROWS);
        String answer = template < 0
                ? voice.answer(List.copyOf(results), random)
                : plain.write(TEMPLATES.get(template), List.copyOf(results), random);

        ObjectNode row = JSON.createObjectNode();
        if (oneIn(8, random)) {
            row.putObject("meta").put("app", "weather").put("version", 3).putNull("rating");
        }
        ArrayNode messages = row.putArray("messages");
        message(messages, "system", "You are a weather assistant. Answer in the voice of a " + persona + ".");
        if (oneIn(8, random)) {
            message(messages, "user", questions.write("<hello>", List.copyOf(results), random));
            message(messages, "assistant", "Hello! What would you like to know?");
        }
        ObjectNode question = message(messages, "user", "");
        content(question, question(results, random), oneIn(10, random));
        if (oneIn(9, random)) {
            question.put("name", "guest");
        }
        calls(messages, results, random);
        content(message(messages, "assistant", ""), answer, oneIn(12, random));
        if (oneIn(20, random)) {
            message(messages, "user", questions.write("<thanks>", List.copyOf(results), random));
        }
        row.putObject("tags").put("persona", persona);
        return (oneIn(3, random) ? ESCAPED : JSON).writeValueAsString(row);
    }

    private static ObjectNode message(ArrayNode messages, String role, String content) {
        return messages.addObject().put("role", role).put("content", content);
    }

    private static void content(ObjectNode message, String text, boolean inParts) {
        if (inParts) {
            message.putArray("content").addObject().put("type", "text").put("text", text);
        } else {
            message.put("content", text);
        }
    }

    private String question(List<ObjectNode> results, RandomGenerator random) {
        String asked = questions.write("<" + WeatherVoice.kind(results.get(0)) + ">", List.copyOf(results), random);
        return results.size() == 1 ? asked : asked + " " + questions.write("<other>", List.of(results.get(1)), random);
    }

    /** What the tools that were called returned: mostly one, sometimes two. */
    private static List<ObjectNode> results(RandomGenerator random) {
        String kind = one(KINDS, random);
        List<ObjectNode> results = new ArrayList<>();
        int city = random.nextInt(CITIES.size());
        results.add(result(kind, CITIES.get(city), random));
        if (oneIn(5, random)) { // of another city
            int other = (city + random.nextInt(1, CITIES.size())) % CITIES.size();
            results.add(result(kind, CITIES.get(other), random));
        }
        return results;
    }

    private static ObjectNode result(String kind, City city, RandomGenerator random) {
        ObjectNode result = JSON.createObjectNode().put("city", city.name());
        int warmth = city.warmth() + random.nextInt(-9, 9);
        String sky = one(warmth <= 1 ? COLD_SKIES : SKIES, random);
        switch (kind) {
            case "current" -> {
                if (oneIn(3, random)) {
                    result.put("temperature", warmth + random.nextInt(1, 10) / 10.0);
                } else {
                    result.put("temperature", warmth);
                }
                result.put("feels_like", warmth - random.nextInt(1, 6)).put("condition", sky);
                result.put("wind_kmh", random.nextInt(3, 60)).put("wind_from", one(WINDS, random));
                result.put("humidity", random.nextInt(25, 99));
            }
            case "forecast" ->
                result.put("day", one(DAYS, random))
                        .put("high", warmth)
                        .put("low", warmth - random.nextInt(3, 12))
                        .put("condition", sky)
                        .put("rain_chance", 5 * random.nextInt(1, 20));
            case "sun" ->
                result.put("sunrise", time(random.nextInt(4, 9), random))
                        .put("sunset", time(random.nextInt(16, 23), random));
            default -> result.put("index", random.nextInt(12, 160)).put("level", one(LEVELS, random));
        }
        return result;
    }

    private static String time(int hour, RandomGenerator random) {
        return String.format(Locale.ROOT, "%02d:%02d", hour, random.nextInt(60));
    }

    /** The call of a tool for each result, and the result. */
    private static void calls(ArrayNode messages, List<ObjectNode> results, RandomGenerator random) {
        boolean named = oneIn(2, random);
        boolean extra = oneIn(6, random);
        ObjectNode asking = messages.addObject().put("role", "assistant").putNull("content");
        if (extra) {
            asking.putNull("refusal");
        }
        ArrayNode calls = asking.putArray("tool_calls");
        for (ObjectNode result : results) {
            String tool = "get_" + WeatherVoice.kind(result);
            String id = "call_" + Long.toString(random.nextLong(1L << 40), 36);
            ObjectNode arguments =
                    JSON.createObjectNode().put("city", result.path("city").textValue());
            JsonNode day = result.get("day");
            if (day != null) {
                arguments.set("day", day);
            }
            calls.addObject()
                    .put("id", id)
                    .put("type", "function")
                    .putObject("function")
                    .put("name", tool)
                    .put("arguments", arguments.toString());
            ObjectNode answer = messages.addObject().put("role", "tool").put("tool_call_id", id);
            if (named) {
                answer.put("name", tool);
            }
            answer.put("content", result.toString());
            if (extra) {
                answer.put("latency_ms", random.nextInt(20, 900));
            }
        }
    }

    private static <T> T one(List<T> some, RandomGenerator random) {
        return some.get(random.nextInt(some.size()));
    }

    private static boolean oneIn(int times, RandomGenerator random) {
        return random.nextInt(times) == 0;
    }
}
