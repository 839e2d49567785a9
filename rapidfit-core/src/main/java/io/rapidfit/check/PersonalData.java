package io.rapidfit.check;

import io.rapidfit.data.Example;
import io.rapidfit.internal.Require;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * Finds personal data and secrets in texts, and masks them.
 *
 * <pre>{@code
 * PersonalData personalData = PersonalData.builder().region("GB").build();
 * List<Finding> findings = personalData.check(dataset.samples());
 * String safe = personalData.mask("Write to ana@example.com");     // "Write to [EMAIL]"
 * String safeToo = personalData.maskJson(json);                    // the same for each string in it
 * }</pre>
 *
 * <p>What is looked for, and what is not, says {@link PersonalDataKind}. These are rules: they know forms, check digits and
 * the words around a number, and no names of people or streets. So what passes is not therefore free of personal data.
 * Digits of every script are digits, and characters that cannot be seen do not hide any.
 *
 * <p>Time and memory grow with the length of the texts, whatever they say. Immutable and thread-safe, if the function for
 * the placeholders is.
 */
public final class PersonalData implements Check {

    private static final String NAME = "personal-data";

    /** A text with its finds blanked is searched again: what stood beside one may have hidden another. */
    private static final int MAX_ROUNDS = 16;

    /** No member name says more. */
    private static final int MAX_NAME = 64;

    /**
     * A find in a text, from the char at {@code start} up to but without the one at {@code end}.
     *
     * @param detail what it is more precisely, such as "US SSN" or "Visa"; never a part of the text
     */
    public record Match(PersonalDataKind kind, int start, int end, String detail) {

        public Match {
            Require.nonNull("kind", kind);
            Require.atLeast("start", start, 0);
            Require.atLeast("end", end, start + 1L);
            Require.notBlank("detail", detail);
        }
    }

    /** As {@link Match}, with the indices of {@link FoldedText}. */
    private record Hit(PersonalDataKind kind, int start, int end, String detail) {}

    private final Set<PersonalDataKind> kinds;
    private final List<String> regions;
    private final Function<PersonalDataKind, String> placeholder;
    private final List<PersonalDataFinder> finders;

    private PersonalData(Builder builder) {
        this.kinds = EnumSet.copyOf(builder.kinds);
        this.regions = List.copyOf(builder.regions);
        this.placeholder = builder.placeholder;
        this.finders = List.of(
                new EmailFinder(),
                new IbanFinder(),
                new CardFinder(),
                new NationalIdFinder(),
                new IpAddressFinder(),
                new PhoneFinder(regions),
                new SecretFinder());
    }

    public static Builder builder() {
        return new Builder();
    }

    /** See {@link Builder#kinds}; a copy. */
    public Set<PersonalDataKind> kinds() {
        return EnumSet.copyOf(kinds);
    }

    /** See {@link Builder#region}; in upper case. */
    public List<String> regions() {
        return regions;
    }

    /**
     * One finding for each example, in their order. One whose {@linkplain Example#text() text} has any fails with a score of
     * 0. The reason names kinds and how many there are of each; the metadata have, by the kind's name in lower case, where they
     * are, as {@code start-end} in chars. Neither quotes the text.
     */
    @Override
    public List<Finding> check(Collection<? extends Example> examples) {
        return Require.nonNull("examples", examples).stream()
                .map(example -> finding(Require.nonNull("example", example).id(), find(example.text())))
                .toList();
    }

    private static Finding finding(String id, List<Match> matches) {
        if (matches.isEmpty()) {
            return Finding.pass(NAME, id);
        }
        Map<PersonalDataKind, List<Match>> byKind = new EnumMap<>(PersonalDataKind.class);
        for (Match match : matches) {
            byKind.computeIfAbsent(match.kind(), kind -> new ArrayList<>()).add(match);
        }
        StringJoiner reason = new StringJoiner(", ", "has ", "");
        Map<String, String> metadata = new LinkedHashMap<>();
        byKind.forEach((kind, ofKind) -> {
            String name = kind.name().toLowerCase(Locale.ROOT);
            reason.add(ofKind.size() + " " + name.replace('_', ' '));
            StringJoiner places = new StringJoiner(" ");
            ofKind.forEach(match -> places.add(match.start() + "-" + match.end()));
            metadata.put(name, places.toString());
        });
        return new Finding(NAME, id, Finding.Verdict.FAIL, OptionalDouble.of(0), reason.toString(), metadata);
    }

    /**
     * What is found in a text, in the order in which it stands there. None overlap: finds that do are one, of the kind that
     * {@link PersonalDataKind} names first.
     */
    public List<Match> find(String text) {
        Require.nonNull("text", text);
        FoldedText folded = FoldedText.of(text);
        List<Match> matches = new ArrayList<>();
        List<Hit> hits = hits(folded);
        for (int round = 1; !hits.isEmpty(); round++) {
            for (Hit hit : hits) {
                matches.add(new Match(hit.kind(), folded.start(hit.start()), folded.end(hit.end()), hit.detail()));
                folded.blank(hit.start(), hit.end());
            }
            hits = round < MAX_ROUNDS ? hits(folded) : List.of();
        }
        matches.sort(Comparator.comparingInt(Match::start));
        return matches;
    }

    private List<Hit> hits(FoldedText text) {
        List<Hit> hits = new ArrayList<>();
        for (PersonalDataFinder finder : finders) {
            finder.find(text, (kind, start, end, detail) -> hits.add(new Hit(kind, start, end, detail)));
        }
        hits.sort(Comparator.comparingInt(Hit::start).thenComparing(Hit::kind));
        return union(wanted(hits));
    }

    /** Without the kinds that nobody asked for, and without what is a number of a more specific kind in truth. */
    private List<Hit> wanted(List<Hit> hits) {
        List<Hit> wanted = new ArrayList<>();
        for (int i = 0; i < hits.size(); i++) {
            Hit hit = hits.get(i);
            if (kinds.contains(hit.kind()) && !(isNumber(hit) && isOther(hits, i))) {
                wanted.add(hit);
            }
        }
        return wanted;
    }

    /** Whether a more specific number overlaps. No two finds of one finder overlap, so few stand close. */
    private static boolean isOther(List<Hit> hits, int index) {
        Hit hit = hits.get(index);
        for (int i = index + 1; i < hits.size() && hits.get(i).start() < hit.end(); i++) {
            if (isNumber(hits.get(i)) && hits.get(i).kind().compareTo(hit.kind()) < 0) {
                return true;
            }
        }
        for (int i = index - 1, near = 0; i >= 0 && near < PersonalDataKind.values().length; i--, near++) {
            Hit other = hits.get(i);
            if (other.end() > hit.start() && isNumber(other) && other.kind().compareTo(hit.kind()) < 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNumber(Hit hit) {
        return switch (hit.kind()) {
            case IBAN, CARD, NATIONAL_ID, IP_ADDRESS, PHONE -> true;
            case EMAIL, SECRET -> false;
        };
    }

    private static List<Hit> union(List<Hit> hits) {
        List<Hit> union = new ArrayList<>();
        for (Hit hit : hits) {
            Hit last = union.isEmpty() ? hit : union.get(union.size() - 1);
            if (union.isEmpty() || hit.start() >= last.end()) {
                union.add(hit);
            } else {
                Hit first = hit.kind().compareTo(last.kind()) < 0 ? hit : last;
                int end = Math.max(last.end(), hit.end());
                union.set(union.size() - 1, new Hit(first.kind(), last.start(), end, first.detail()));
            }
        }
        return union;
    }

    /** The text with a placeholder for each find. Masking what was masked changes nothing, unless placeholders are found. */
    public String mask(String text) {
        List<Match> matches = find(text);
        if (matches.isEmpty()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int copied = 0;
        for (Match match : matches) {
            out.append(text, copied, match.start()).append(placeholder(match.kind()));
            copied = match.end();
        }
        return out.append(text, copied, text.length()).toString();
    }

    /**
     * A JSON document with a placeholder for each find in its strings. Names of members are not masked, but read: in
     * {@code {"phone": "5550123"}} the name says what the string is. All else stays as it is written, numbers and white space
     * too; so personal data that is written as a JSON number, or across two strings, stays.
     *
     * @throws IllegalArgumentException if it is not one JSON document; the message says where and quotes nothing
     */
    public String maskJson(String json) {
        return JsonLeaves.mask(Require.nonNull("json", json), this::find, this::placeholder);
    }

    private List<Match> find(String name, String text) {
        String before = prefix(name);
        List<Match> matches = new ArrayList<>();
        for (Match match : find(before + text)) {
            int start = Math.max(0, match.start() - before.length());
            int end = match.end() - before.length();
            if (end > start) {
                matches.add(new Match(match.kind(), start, end, match.detail()));
            }
        }
        return matches;
    }

    /** The words of a member's name, "phoneNumber" and "phone_number" alike, as if they stood before its value. */
    private static String prefix(String name) {
        if (name.isEmpty()) {
            return "";
        }
        StringBuilder words = new StringBuilder();
        for (int i = Math.max(0, name.length() - MAX_NAME); i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isUpperCase(c) && i > 0 && Character.isLowerCase(name.charAt(i - 1))) {
                words.append(' ');
            }
            words.append(Surroundings.isWordChar(c) ? c : ' ');
        }
        return words.append(": ").toString();
    }

    private String placeholder(PersonalDataKind kind) {
        return Require.nonNull("placeholder", placeholder.apply(kind));
    }

    /** Not thread-safe. */
    public static final class Builder {

        private Set<PersonalDataKind> kinds = EnumSet.allOf(PersonalDataKind.class);
        private final Set<String> regions = new LinkedHashSet<>();
        private Function<PersonalDataKind, String> placeholder = kind -> "[" + kind.name() + "]";

        private Builder() {}

        /** What to look for, at least one. Defaults to all. */
        public Builder kinds(PersonalDataKind... kinds) {
            Require.atLeast("number of kinds", Require.nonNull("kinds", kinds).length, 1);
            Arrays.stream(kinds).forEach(kind -> Require.nonNull("kind", kind));
            this.kinds = EnumSet.copyOf(Arrays.asList(kinds));
            return this;
        }

        /**
         * A region whose national phone numbers count as such without a word nearby that says so, by its code of ISO 3166,
         * such as "US"; call it again for another. Numbers written in one piece count too, so other numbers of that length
         * may be taken for one. Defaults to none.
         *
         * @throws IllegalArgumentException if its numbers are not known; the message lists those that are
         */
        public Builder region(String region) {
            regions.add(PhoneNumbering.region("region", region));
            return this;
        }

        /**
         * What to put in place of a find. Must not return null. Square brackets around it keep a second masking from
         * reading it. Defaults to the kind in square brackets, such as {@code [EMAIL]}.
         */
        public Builder placeholder(Function<PersonalDataKind, String> placeholder) {
            this.placeholder = Require.nonNull("placeholder", placeholder);
            return this;
        }

        public PersonalData build() {
            return new PersonalData(this);
        }
    }
}
