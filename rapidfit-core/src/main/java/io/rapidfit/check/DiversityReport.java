package io.rapidfit.check;

import io.rapidfit.internal.Require;
import io.rapidfit.text.DisplayWidth;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * How much texts repeat each other, as {@link Diversity} measures it. Shares are in [0, 1].
 *
 * @param texts how many there are
 * @param sampled how many of them have words and were sampled; what follows up to {@code repeatedFourGrams}, but for {@code
 *     uniqueShare}, is of these
 * @param uniqueShare how many different texts there are, {@linkplain io.rapidfit.text.TextNormalizer#normalize normalised} and
 *     blank ones left out, divided by how many there are; 0 of none
 * @param distinct1 how many different words there are, divided by how many there are: Li et al., "A Diversity-Promoting
 *     Objective Function for Neural Conversation Models" (2016)
 * @param distinct2 the same of pairs of neighbouring words. Unlike in the paper it is divided by the number of pairs, so that 1 can
 *     be reached; 0 if there are none
 * @param distinct3 the same of three
 * @param selfBleu how alike the texts are, {@link io.rapidfit.metrics.Bleu#self}
 * @param repeatedFourGrams share of all four neighbouring words that stand in another text too; 0 if there are none
 * @param openings the first three words that most texts have, at most five and the most common first; none that only one has
 * @param closings the same of the last three words
 * @param lengths how many texts are of which length, the shortest first
 * @param templatedShare share of the texts that match any of the templates, each counted once; 0 without
 * @param templates those that {@link Diversity.Builder#templates} was given, in their order
 * @param groups the same of the texts of each value of {@link Diversity.Builder#groupBy}, in the order in which they came first,
 *     {@code (none)} of those without and {@code (others)} of what came after the first 20; empty unless asked for
 * @param samples the texts that were sampled, in their order
 */
public record DiversityReport(
        int texts,
        int sampled,
        double uniqueShare,
        double distinct1,
        double distinct2,
        double distinct3,
        double selfBleu,
        double repeatedFourGrams,
        List<Phrase> openings,
        List<Phrase> closings,
        List<LengthBucket> lengths,
        double templatedShare,
        List<TemplateShare> templates,
        Map<String, DiversityReport> groups,
        List<SampledText> samples) {

    private static final int PHRASE_COLUMNS = 40;
    private static final String BUCKET = "texts of ";

    static final int FORM_COLUMNS = 60;

    /** Of no text. */
    static final DiversityReport NONE = Diversity.builder().build().measure(List.of());

    /** Words in lower case, and how many texts have them there; with more than 10,000 texts up to 0.01% fewer. */
    public record Phrase(String text, int count) {}

    /**
     * How many texts are of a length.
     *
     * @param min in words
     * @param max in words, {@link Integer#MAX_VALUE} for the longest
     */
    public record LengthBucket(int min, int max, int count) {

        private String range() {
            return max == Integer.MAX_VALUE ? min + " or more" : min == max ? String.valueOf(min) : min + " to " + max;
        }
    }

    /**
     * How many texts match a template.
     *
     * @param share of all texts
     */
    public record TemplateShare(String form, Template.Source source, int count, double share) {}

    /**
     * A text to be read.
     *
     * @param row its place among all that were measured, from 0
     * @param group empty without groups
     * @param text up to 4,000 chars of it
     * @param template the first that it matches, or empty
     */
    public record SampledText(int row, String group, String text, String template) {}

    /** What a score means. */
    public enum Verdict {
        /** A score of 70 or more: as people write. */
        DIVERSE("diverse"),
        /** From 50: much of it is said again and again. */
        REPETITIVE("repetitive"),
        /** Below 50: the texts are copies of each other, or of a few templates. */
        COPIED("copied");

        private final String description;

        Verdict(String description) {
            this.description = description;
        }

        /** For people, such as "diverse". */
        public String description() {
            return description;
        }
    }

    public DiversityReport {
        Require.atLeast("texts", texts, 0);
        Require.inRange("sampled", sampled, 0, texts);
        Require.inRange("uniqueShare", uniqueShare, 0, 1);
        Require.inRange("distinct1", distinct1, 0, 1);
        Require.inRange("distinct2", distinct2, 0, 1);
        Require.inRange("distinct3", distinct3, 0, 1);
        Require.inRange("selfBleu", selfBleu, 0, 1);
        Require.inRange("repeatedFourGrams", repeatedFourGrams, 0, 1);
        openings = List.copyOf(openings);
        closings = List.copyOf(closings);
        lengths = List.copyOf(lengths);
        Require.inRange("templatedShare", templatedShare, 0, 1);
        templates = List.copyOf(templates);
        groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
        samples = List.copyOf(samples);
    }

    /**
     * From 0 to 100: {@code 100 * uniqueShare * (1 - (selfBleu + repeatedFourGrams) / 2)}. A single text has 100; no text, and
     * blank ones only, have 0.
     */
    public double score() {
        return 100 * uniqueShare * (1 - (selfBleu + repeatedFourGrams) / 2);
    }

    /** What the score means. */
    public Verdict verdict() {
        double score = score();
        return score >= 70 ? Verdict.DIVERSE : score >= 50 ? Verdict.REPETITIVE : Verdict.COPIED;
    }

    /** The two side by side. */
    public static DiversityComparison compare(DiversityReport before, DiversityReport after) {
        return new DiversityComparison(before, after);
    }

    /**
     * Some of the {@link #samples}, to be read by eye.
     *
     * @param count at least 0; there are no more than were sampled
     * @param seed decides which, and their order
     */
    public List<SampledText> sample(int count, long seed) {
        return draw(samples, count, seed);
    }

    static <T> List<T> draw(List<T> from, int count, long seed) {
        Require.atLeast("count", count, 0);
        List<T> shuffled = new ArrayList<>(from);
        Collections.shuffle(shuffled, new Random(seed));
        return List.copyOf(shuffled.subList(0, Math.min(count, shuffled.size())));
    }

    /** Prints a table of the measures, those of templates, openings and closings, and the same of each group. */
    public void display(Appendable out) {
        try {
            displayOwn(out);
            if (!groups.isEmpty()) {
                TextTable table = new TextTable().left("group").right("texts");
                groupColumns(table, "");
                groups.forEach((name, group) -> {
                    List<String> row = new ArrayList<>(List.of(groupTitle(name), String.valueOf(group.texts)));
                    row.addAll(group.groupValues());
                    table.row(row.toArray(String[]::new));
                });
                table.print(out.append('\n'));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void displayOwn(Appendable out) throws IOException {
        out.append(headline()).append("\n\n");
        TextTable table = new TextTable().left("measure").right("value");
        measures().forEach((name, value) -> {
            if (!isEmptyBucket(name, value)) {
                table.row(name, value);
            }
        });
        table.print(out);
        if (!templates.isEmpty()) {
            TextTable found = new TextTable()
                    .left("template")
                    .left("source")
                    .right("texts")
                    .right("share");
            templates.forEach(template -> found.row(
                    DisplayWidth.fit(template.form(), FORM_COLUMNS),
                    template.source().name().toLowerCase(Locale.ROOT),
                    String.valueOf(template.count()),
                    percent(template.share())));
            found.print(out.append('\n'));
        }
        print("opening", openings, out);
        print("closing", closings, out);
    }

    /** Of a length that no text has. */
    static boolean isEmptyBucket(String measure, String value) {
        return measure.startsWith(BUCKET) && value.equals(percent(0));
    }

    /** @param when such as "before"; may be empty */
    static void groupColumns(TextTable table, String when) {
        for (String column : List.of("score", "templated", "self-BLEU", "4-grams")) {
            table.right((column + " " + when).strip());
        }
    }

    /** One for each of the columns. */
    List<String> groupValues() {
        return List.of(
                String.format(Locale.ROOT, "%.1f", score()),
                templates.isEmpty() ? "-" : percent(templatedShare),
                number(selfBleu),
                percent(repeatedFourGrams));
    }

    static String groupTitle(String group) {
        return DisplayWidth.fit(group, PHRASE_COLUMNS);
    }

    /** The score and what it means. */
    String headline() {
        return String.format(
                Locale.ROOT, "diversity %.1f of 100, %s", score(), verdict().description());
    }

    /** By name, as they are printed. */
    Map<String, String> measures() {
        Map<String, String> measures = new LinkedHashMap<>();
        measures.put("texts", String.valueOf(texts));
        measures.put("sampled", String.valueOf(sampled));
        if (!templates.isEmpty()) {
            measures.put("templated", percent(templatedShare));
        }
        measures.put("unique", percent(uniqueShare));
        measures.put("self-BLEU", number(selfBleu));
        measures.put("repeated 4-grams", percent(repeatedFourGrams));
        measures.put("distinct-1", number(distinct1));
        measures.put("distinct-2", number(distinct2));
        measures.put("distinct-3", number(distinct3));
        measures.put("most common opening", mostCommon(openings));
        measures.put("most common closing", mostCommon(closings));
        for (LengthBucket bucket : lengths) {
            measures.put(BUCKET + bucket.range() + " words", percent(share(bucket.count())));
        }
        return measures;
    }

    private String mostCommon(List<Phrase> phrases) {
        return percent(phrases.isEmpty() ? 0 : share(phrases.get(0).count()));
    }

    private double share(int count) {
        return texts == 0 ? 0 : (double) count / texts;
    }

    private void print(String what, List<Phrase> phrases, Appendable out) throws IOException {
        if (phrases.isEmpty()) {
            return;
        }
        TextTable table = new TextTable().left(what).right("texts").right("share");
        for (Phrase phrase : phrases) {
            table.row(
                    DisplayWidth.fit(phrase.text(), PHRASE_COLUMNS),
                    String.valueOf(phrase.count()),
                    percent(share(phrase.count())));
        }
        table.print(out.append('\n'));
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
