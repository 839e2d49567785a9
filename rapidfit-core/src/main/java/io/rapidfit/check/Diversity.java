package io.rapidfit.check;

import io.rapidfit.check.DiversityReport.LengthBucket;
import io.rapidfit.check.DiversityReport.SampledText;
import io.rapidfit.check.DiversityReport.TemplateShare;
import io.rapidfit.data.Example;
import io.rapidfit.data.Sample;
import io.rapidfit.internal.Require;
import io.rapidfit.metrics.Bleu;
import io.rapidfit.text.TextNormalizer;
import io.rapidfit.text.TextWords;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Measures how much texts repeat each other, and how many of them follow {@link Templates}.
 *
 * <pre>{@code
 * Diversity diversity = Diversity.builder().templates(found).groupBy("tags.persona").build();
 * DiversityReport before = diversity.measureExamples(chats);
 * Diversity.Measurement rewritten = diversity.start();
 * ExampleFile.conversations(Path.of("rewritten.jsonl")).forEach(rewritten::add); // it may be larger than memory
 * DiversityReport.compare(before, rewritten.report()).display(System.out);
 * }</pre>
 *
 * <p>The more texts there are, the more they repeat each other, in whatever language they are written. So what depends on their
 * number is measured on a sample, of 500 texts unless told otherwise: reports on as large samples can be compared. Of a longer
 * text the first 1,000 words are sampled. Whether a text is sampled depends on its place among the texts and on the seed, not on
 * what it says, so that of two files with the same rows the same rows are sampled.
 *
 * <p>Words are those of {@link TextWords}. Time grows with the length of the texts; memory holds the samples, a number for each
 * text and some ten thousand phrases. The same texts, sample size and seed give the same report. Immutable and thread-safe.
 */
public final class Diversity {

    private static final int MAX_WORDS = 1_000;
    private static final int EDGE_WORDS = 3;
    private static final int PHRASES = 5;
    private static final int REPEATED_ORDER = 4;
    private static final int MAX_GROUPS = 20;

    /** What a person reads of a text, in chars. */
    private static final int MAX_SHOWN = 4_000;

    private static final String NO_GROUP = "(none)";
    private static final String OTHER_GROUPS = "(others)";

    /** Least lengths in words; each is twice the one before, since whether a text has 100 words or 101 makes no difference. */
    private static final int[] BUCKETS = {0, 1, 5, 9, 17, 33, 65, 129, 257};

    private final int sampleSize;
    private final long seed;
    private final @Nullable TemplateReport templates;
    private final @Nullable String groupBy;

    private Diversity(Builder builder) {
        this.sampleSize = builder.sampleSize;
        this.seed = builder.seed;
        this.templates = builder.templates;
        this.groupBy = builder.groupBy;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Measures texts, of which there may be none. */
    public DiversityReport measure(List<String> texts) {
        Measurement measurement = start();
        Require.nonNull("texts", texts).forEach(measurement::add);
        return measurement.report();
    }

    /** Measures what {@link Measurement#add(Example)} takes of each example. */
    public DiversityReport measureExamples(Iterable<? extends Example> examples) {
        Measurement measurement = start();
        Require.nonNull("examples", examples).forEach(measurement::add);
        return measurement.report();
    }

    /** To measure one text after the other. */
    public Measurement start() {
        return new Measurement();
    }

    /** Takes texts one after the other. Not thread-safe. */
    public final class Measurement {

        private final Tally all = new Tally();
        private final Map<String, Tally> groups = new LinkedHashMap<>();
        private int row;

        private Measurement() {}

        public void add(String text) {
            add(Require.nonNull("text", text), NO_GROUP);
        }

        /**
         * Adds the {@linkplain io.rapidfit.data.Conversation#response response} of a conversation, the {@code response} of an item,
         * the text of a sample. An example without one is left out.
         */
        public void add(Example example) {
            Optional<String> text = Require.nonNull("example", example) instanceof Sample sample
                    ? Optional.of(sample.text())
                    : Grounding.response(example);
            String group = groupBy == null ? NO_GROUP : example.field(groupBy).orElse(NO_GROUP);
            text.ifPresentOrElse(given -> add(given, group), () -> row++);
        }

        private void add(String text, String group) {
            boolean isKnown = groups.containsKey(group) || groups.size() < MAX_GROUPS;
            String name = isKnown ? group : OTHER_GROUPS;
            Measured measured = new Measured(text, row++, name);
            all.add(measured);
            if (groupBy != null) {
                groups.computeIfAbsent(name, g -> new Tally()).add(measured);
            }
        }

        /** Of what was added so far. */
        public DiversityReport report() {
            Map<String, DiversityReport> reports = new LinkedHashMap<>();
            groups.forEach((name, tally) -> reports.put(name, tally.report(Map.of())));
            return all.report(reports);
        }
    }

    /** A text, and what is found out about it once for the tally of all and that of its group. */
    private final class Measured {

        final String text;
        final int row;
        final String group;
        final List<String> words;
        final long hash;
        final long priority;
        final BitSet matching;

        Measured(String text, int row, String group) {
            this.text = text;
            this.row = row;
            this.group = group;
            this.words = TextWords.of(text);
            this.hash = CharGrams.of(text, Integer.MAX_VALUE)[0]; // that of the whole text
            this.priority = CharGrams.spread(CharGrams.spread(seed + 1) + row);
            this.matching = templates == null ? new BitSet() : templates.allMatching(text);
        }

        Drawn drawn() {
            String shown = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "\u2026";
            int first = matching.nextSetBit(0);
            String template = first < 0 || templates == null
                    ? ""
                    : templates.templates().get(first).form();
            return new Drawn(
                    priority,
                    String.join(" ", words.subList(0, Math.min(MAX_WORDS, words.size()))),
                    new SampledText(row, groupBy == null ? "" : group, shown, template));
        }
    }

    /** A text in the sample. Words hold no space, so that joined they take a tenth of the memory. */
    private record Drawn(long priority, String words, SampledText text) {

        List<String> splitWords() {
            return List.of(words.split(" ", -1));
        }
    }

    /** What was counted of some texts. */
    private final class Tally {

        private int texts;
        private final Set<Long> different = new HashSet<>();
        private final PhraseCounts openings = new PhraseCounts();
        private final PhraseCounts closings = new PhraseCounts();
        private final int[] lengths = new int[BUCKETS.length];
        private final int[] templateCounts =
                new int[templates == null ? 0 : templates.templates().size()];
        private int templated;

        /** Those of the lowest priority, which is as good as random; the highest of them first. */
        private final PriorityQueue<Drawn> drawn =
                new PriorityQueue<>(Comparator.comparingLong(Drawn::priority).reversed());

        void add(Measured measured) {
            texts++;
            if (!TextNormalizer.isBlank(measured.text)) {
                different.add(measured.hash);
            }
            List<String> words = measured.words;
            lengths[bucket(words.size())]++;
            if (words.size() >= EDGE_WORDS) {
                openings.add(words.subList(0, EDGE_WORDS));
                closings.add(words.subList(words.size() - EDGE_WORDS, words.size()));
            }
            templated += measured.matching.isEmpty() ? 0 : 1;
            measured.matching.stream().forEach(template -> templateCounts[template]++);
            if (!words.isEmpty()) {
                draw(measured);
            }
        }

        private void draw(Measured measured) {
            Drawn last = drawn.size() < sampleSize ? null : drawn.peek();
            if (last == null || measured.priority < last.priority()) {
                drawn.add(measured.drawn());
                if (last != null) {
                    drawn.remove();
                }
            }
        }

        DiversityReport report(Map<String, DiversityReport> groups) {
            List<Drawn> inOrder = drawn.stream()
                    .sorted(Comparator.comparingInt(d -> d.text().row()))
                    .toList();
            List<List<String>> sample = inOrder.stream().map(Drawn::splitWords).toList();
            return new DiversityReport(
                    texts,
                    sample.size(),
                    share(different.size()),
                    distinct(sample, 1),
                    distinct(sample, 2),
                    distinct(sample, 3),
                    Bleu.self(inOrder.stream().map(Drawn::words).toList()),
                    repeated(sample),
                    openings.mostCommon(PHRASES),
                    closings.mostCommon(PHRASES),
                    lengthBuckets(),
                    share(templated),
                    templateShares(),
                    groups,
                    inOrder.stream().map(Drawn::text).toList());
        }

        private List<LengthBucket> lengthBuckets() {
            return IntStream.range(0, BUCKETS.length)
                    .mapToObj(i -> new LengthBucket(
                            BUCKETS[i], i + 1 < BUCKETS.length ? BUCKETS[i + 1] - 1 : Integer.MAX_VALUE, lengths[i]))
                    .toList();
        }

        private List<TemplateShare> templateShares() {
            List<Template> all = templates == null ? List.of() : templates.templates();
            return IntStream.range(0, all.size())
                    .mapToObj(i -> new TemplateShare(
                            all.get(i).form(), all.get(i).source(), templateCounts[i], share(templateCounts[i])))
                    .toList();
        }

        private double share(int count) {
            return texts == 0 ? 0 : (double) count / texts;
        }
    }

    private static int bucket(int words) {
        int bucket = BUCKETS.length - 1;
        while (words < BUCKETS[bucket]) {
            bucket--;
        }
        return bucket;
    }

    /** The share of n-grams that are not the same as an earlier one. */
    private static double distinct(List<List<String>> texts, int order) {
        Set<String> different = new HashSet<>();
        long all = 0;
        for (List<String> words : texts) {
            List<String> grams = grams(words, order);
            different.addAll(grams);
            all += grams.size();
        }
        return all == 0 ? 0 : (double) different.size() / all;
    }

    /** The share of 4-grams that stand in another of the texts too. */
    private static double repeated(List<List<String>> texts) {
        Map<String, Integer> textsWith = new HashMap<>();
        for (List<String> words : texts) {
            new HashSet<>(grams(words, REPEATED_ORDER)).forEach(gram -> textsWith.merge(gram, 1, Integer::sum));
        }
        long all = 0;
        long repeated = 0;
        for (List<String> words : texts) {
            for (String gram : grams(words, REPEATED_ORDER)) {
                all++;
                repeated += textsWith.getOrDefault(gram, 0) > 1 ? 1 : 0;
            }
        }
        return all == 0 ? 0 : (double) repeated / all;
    }

    private static List<String> grams(List<String> words, int order) {
        return IntStream.rangeClosed(0, words.size() - order)
                .mapToObj(start -> String.join(" ", words.subList(start, start + order)))
                .toList();
    }

    /** Not thread-safe. */
    public static final class Builder {

        private int sampleSize = 500;
        private long seed = 42;
        private @Nullable TemplateReport templates;
        private @Nullable String groupBy;

        private Builder() {}

        /** How many of the texts that have words are sampled, at least 2. All are, if there are fewer. Defaults to 500. */
        public Builder sampleSize(int sampleSize) {
            this.sampleSize = (int) Require.atLeast("sampleSize", sampleSize, 2);
            return this;
        }

        /** Decides which texts are sampled. Defaults to 42. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Templates to count, whatever texts they were found in; those that no text matches are listed too. By default none are.
         */
        public Builder templates(TemplateReport templates) {
            this.templates = Require.nonNull("templates", templates);
            return this;
        }

        /**
         * A {@linkplain Example#field field}, such as {@code tags.persona}: examples with the same value are measured by themselves
         * too. The first 20 values have a report of their own, all others share one; examples without one are a group. By
         * default there are no groups.
         */
        public Builder groupBy(String field) {
            this.groupBy = Require.notBlank("field", field);
            return this;
        }

        public Diversity build() {
            return new Diversity(this);
        }
    }
}
