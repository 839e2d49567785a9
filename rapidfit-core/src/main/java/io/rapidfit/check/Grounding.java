package io.rapidfit.check;

import io.rapidfit.data.Conversation;
import io.rapidfit.data.Example;
import io.rapidfit.data.Item;
import io.rapidfit.data.Message;
import io.rapidfit.internal.Require;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * Finds numbers and names that a response states and that its sources do not have.
 *
 * <pre>{@code
 * Grounding grounding = Grounding.builder().allow("Celsius").build();
 * List<Finding> findings = grounding.check(chats);
 * List<String> madeUp = grounding.ungrounded("It is 24\u00b0C in Rome.", List.of("{\"city\": \"Oslo\", \"temp\": 21.4}"));
 * // [24°C, Rome]
 * }</pre>
 *
 * <p><b>Numbers</b> are digits of any script and English number words ("twenty-five", "a hundred and six", "one point five", "the
 * thirteenth"), equal by value: 21.0 is 21, and 1,200 is 1200, though it may be 1.2 as well, with a decimal comma, and 1,2 may also be
 * a list of 1 and 2. A number is grounded by one that rounds to it, 21 by 21.4, and a percentage (%, percent, per cent) by the share,
 * 40% by 0.4. Of times, dates and ranges each part must be there, in whatever order: 6/5/2024 is grounded by 2024-05-06.
 * A minus, or "minus" and "negative" before it, counts. What is "below zero", "below 0" or "below freezing" may be negative, and a number
 * after "down", "fell", "dropped", "lost" or "cooler", with "by" or not, may have either sign. Numbers of the lines of a list, and 0
 * after "below" and "above", state nothing.
 *
 * <p>In a response, number words state something from thirteen up. Smaller ones, and "hundred" and "thousand" without another number
 * before them, do so only after "minus" and "negative", with decimals, or directly before a unit: degrees, \u00b0,
 * percent, per cent, %, km, kilometres, miles, mph, knots, metres, mm, cm, inches, hours, minutes, days, o'clock, am, pm, and the American
 * spellings and singulars of these. "One" does not even before a unit; ordinals below thirteenth are no numbers, in sources neither.
 *
 * <p>A time, or an hour with am, pm or o'clock, is grounded only by what is equal: by times and hours, 7:30 pm and 7:30 in the evening by
 * 19:30, 9 PM not by 21.4, or by whole numbers, for these may be hours. A 7 without a unit may be an hour, and is grounded by 19:30
 * though it be none.
 *
 * <p><b>Names</b> are words of two letters or more that begin with a capital letter inside a sentence, and acronyms. They are
 * grounded by the same word anywhere in the sources, whatever its case and accents, without possessives and other endings after
 * an apostrophe, and with hyphens or none. A word that opens a sentence, a quotation or a line, or stands in a sentence all in capitals, is a
 * name only if it is known to be one: given as a {@linkplain Builder#knownNames known name}, or {@linkplain Builder#learn learnt} from
 * examples that write it so more often than in lower case.
 *
 * <p>This looks at words, not at what they say. It does not see that a number is right but stands for something else, a number
 * that is written as digits of Han, in words of another language, with a multiplier ("2 million") or otherwise ("a dozen", "and a
 * half"), a name in a script without capitals, or a name that opens a sentence and is not known. Sums and conversions are ungrounded,
 * and so are times and years that words make of two numbers ("twenty to eight", "nineteen eighty-four"). Names in another language or spelling
 * than the sources' are ungrounded, and so are headings in title case and capitalised forms of address ("Ahoy, Matey!"), which look as
 * "Hello, Paris!" does: {@linkplain Builder#allow allow} those of a persona. In German, which capitalises every noun, turn names off.
 * Weekdays and months, with their English abbreviations, are no names, for dates in digits imply them; nor are Celsius,
 * Fahrenheit, Kelvin, AM, PM, OK and titles such as Dr.
 *
 * <p>Texts that are JSON, as tools answer, are read as such, with what is in their strings. Time and memory grow with the length
 * of the texts, whatever they say. Immutable and thread-safe.
 */
public final class Grounding implements Check {

    private static final String NAME = "grounding";

    /** A reason is for people. */
    private static final int MAX_NAMED = 10;

    private static final Evidence NO_NAMES = new Evidence(List.of("""
            Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun \
            January February March April May June July August September October November December \
            Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec \
            Celsius Fahrenheit Kelvin AM PM OK Mr Mrs Ms Dr Prof"""));

    private final boolean numbers;
    private final boolean names;
    private final List<String> fields;
    private final Evidence allowed;
    private final KnownNames known;

    private Grounding(Builder builder) {
        this.numbers = builder.numbers;
        this.names = builder.names;
        this.fields = List.copyOf(builder.fields);
        this.allowed = new Evidence(builder.allowed);
        this.known = builder.known.copy();
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * One finding for each example with a response, in their order: of a {@link Conversation} the {@linkplain
     * Conversation#response response}, of an {@link Item} the {@code response}. Others, and samples, are not judged. Names are
     * learnt from all the examples first, besides those that the builder was given.
     *
     * <p>An example fails if it states anything that its {@linkplain #sources sources} do not have; its score is the share of the
     * different things stated that they do have. The reason names the first ten of the others; the metadata all, as {@code numbers}
     * and {@code names}, joined by commas, and how many things are {@code stated}. An item without any of the fields that
     * are its sources cannot be judged: that is an {@link Finding.Verdict#ERROR}.
     */
    @Override
    public List<Finding> check(Collection<? extends Example> examples) {
        KnownNames all = known.copy();
        for (Example example : Require.nonNull("examples", examples)) {
            all.learn(Require.nonNull("example", example));
        }
        List<Finding> findings = new ArrayList<>();
        for (Example example : examples) {
            response(example).ifPresent(response -> findings.add(finding(example, response, all)));
        }
        return findings;
    }

    /** What a model would learn to write; empty for a sample too. */
    static Optional<String> response(Example example) {
        if (example instanceof Conversation conversation) {
            return conversation.response();
        }
        return example instanceof Item ? example.field("response") : Optional.empty();
    }

    private Finding finding(Example example, String response, KnownNames all) {
        List<String> sources = sources(example);
        if (example instanceof Item && sources.isEmpty()) {
            return Finding.error(NAME, example.id(), "has none of the fields " + String.join(", ", fields));
        }
        List<Claim> claims = claims(response, sources, all);
        List<String> ungrounded = texts(claims, claim -> !claim.isGrounded);
        if (ungrounded.isEmpty()) {
            return Finding.pass(NAME, example.id());
        }
        int stated = texts(claims, claim -> true).size();
        Map<String, String> metadata = new LinkedHashMap<>();
        putIfAny(metadata, "numbers", texts(claims, claim -> !claim.isGrounded && !claim.isName));
        putIfAny(metadata, "names", texts(claims, claim -> !claim.isGrounded && claim.isName));
        metadata.put("stated", String.valueOf(stated));
        return new Finding(
                NAME,
                example.id(),
                Finding.Verdict.FAIL,
                OptionalDouble.of(1 - (double) ungrounded.size() / stated),
                reason(ungrounded),
                metadata);
    }

    private static void putIfAny(Map<String, String> metadata, String name, List<String> values) {
        if (!values.isEmpty()) {
            metadata.put(name, String.join(", ", values));
        }
    }

    private static String reason(List<String> ungrounded) {
        int others = ungrounded.size() - MAX_NAMED;
        String named = String.join(", ", ungrounded.subList(0, Math.min(MAX_NAMED, ungrounded.size())));
        return "states what its sources do not have: " + named + (others > 0 ? " and " + others + " more" : "");
    }

    /**
     * What an example's response may state: of a {@link Conversation} the text of each earlier message, who speaks or which tool
     * answers, and the arguments of the tools that are called; of others the {@linkplain Builder#fields fields} that there are.
     */
    public List<String> sources(Example example) {
        List<String> sources = new ArrayList<>();
        if (Require.nonNull("example", example) instanceof Conversation conversation) {
            for (Message message : conversation.context()) {
                sources.add(message.text());
                if (message.name() != null) {
                    sources.add(message.name());
                }
                message.toolCalls().forEach(call -> sources.add(call.arguments()));
            }
        } else {
            fields.forEach(field -> example.field(field).ifPresent(sources::add));
        }
        return sources;
    }

    /**
     * What a response states and no source has, as it is written there and with the units and letters that are glued to numbers.
     * Names are those that the builder knows, and the response writes as such; nothing is learnt from sources.
     *
     * @return in the order of the response, each once
     */
    public List<String> ungrounded(String response, Collection<String> sources) {
        List<Claim> claims = claims(Require.nonNull("response", response), Require.nonNull("sources", sources), known);
        return texts(claims, claim -> !claim.isGrounded);
    }

    /** Something that a response states. */
    private record Claim(int start, String text, boolean isName, boolean isGrounded) {}

    private static List<String> texts(List<Claim> claims, Predicate<Claim> which) {
        return claims.stream().filter(which).map(Claim::text).distinct().toList();
    }

    private List<Claim> claims(String response, Collection<String> sources, KnownNames all) {
        Evidence evidence = new Evidence(sources);
        List<Claim> claims = new ArrayList<>();
        if (numbers) {
            for (Numeral numeral : Numeral.of(response, true)) {
                boolean isGrounded = evidence.has(numeral) || allowed.has(numeral);
                claims.add(new Claim(numeral.start(), numeral.text(), false, isGrounded));
            }
        }
        if (names) {
            for (WrittenWord word : WrittenWord.of(response)) {
                List<String> named = named(word, all);
                if (!named.isEmpty()) {
                    boolean isGrounded = isGrounded(word, named, evidence) || isGrounded(word, named, allowed);
                    claims.add(new Claim(word.start(), word.text(), true, isGrounded));
                }
            }
        }
        claims.sort(Comparator.comparingInt(Claim::start));
        return claims;
    }

    /** The parts of a word that are names, without those that no source has to have. */
    private static List<String> named(WrittenWord word, KnownNames all) {
        List<String> named = new ArrayList<>();
        for (int part = 0; part < word.parts().size(); part++) {
            String key = WrittenWord.key(word.parts().get(part));
            boolean isName = word.isName(part) || (word.isCapitalised(part) && all.has(key));
            if (isName && !NO_NAMES.hasWord(key)) {
                named.add(key);
            }
        }
        return named;
    }

    private static boolean isGrounded(WrittenWord word, List<String> named, Evidence evidence) {
        return named.stream().allMatch(evidence::hasWord)
                || evidence.hasWord(WrittenWord.key(String.join("", word.parts())));
    }

    /** Not thread-safe. */
    public static final class Builder {

        private boolean numbers = true;
        private boolean names = true;
        private List<String> fields = List.of("query", "context");
        private final List<String> allowed = new ArrayList<>();
        private final KnownNames known = new KnownNames();

        private Builder() {}

        /** Whether to look for numbers. Defaults to true. */
        public Builder numbers(boolean numbers) {
            this.numbers = numbers;
            return this;
        }

        /** Whether to look for names. Defaults to true; turn it off for languages that capitalise every noun. */
        public Builder names(boolean names) {
            this.names = names;
            return this;
        }

        /** Which {@linkplain Example#field fields} are the sources of an {@link Item}. Defaults to {@code query} and {@code context}. */
        public Builder fields(String... fields) {
            Require.atLeast("number of fields", fields.length, 1);
            List<String> given = new ArrayList<>();
            for (String field : fields) {
                given.add(Require.notBlank("field", field));
            }
            this.fields = given;
            return this;
        }

        /** Texts whose words and numbers any response may state, such as "Matey" or "24 hours"; call it again for others. */
        public Builder allow(String... allowed) {
            for (String text : allowed) {
                this.allowed.add(Require.notBlank("allowed", text));
            }
            return this;
        }

        /** Whose words are names where they open a sentence, too, whatever is learnt; call it again for others. */
        public Builder knownNames(Collection<String> names) {
            for (String name : Require.nonNull("names", names)) {
                known.add(Require.notBlank("name", name));
            }
            return this;
        }

        /**
         * Learns from an example which words are names: those with capital letters inside sentences, and in JSON, such as the answers of
         * tools, strings of up to four words that all have them. A word that all examples together write more often, or as often, in lower
         * case is none where it opens a sentence; what users and the arguments of calls write in lower case, such as "in lima?", does not count.
         * Call it for each of a file's examples, {@code file.forEach(builder::learn)}; 100,000 names and as many other
         * words are kept, those that come first.
         */
        public Builder learn(Example example) {
            known.learn(Require.nonNull("example", example));
            return this;
        }

        /** @throws IllegalStateException if there is nothing to look for */
        public Grounding build() {
            if (!numbers && !names) {
                throw new IllegalStateException("nothing to look for: do not turn both numbers and names off");
            }
            return new Grounding(this);
        }
    }
}
