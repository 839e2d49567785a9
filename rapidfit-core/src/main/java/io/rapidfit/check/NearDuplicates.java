package io.rapidfit.check;

import io.rapidfit.data.Conversation;
import io.rapidfit.data.Example;
import io.rapidfit.data.Message;
import io.rapidfit.data.Sample;
import io.rapidfit.internal.Require;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds texts that say nearly the same in nearly the same words, and names for each its nearest twin.
 *
 * <pre>{@code
 * List<Finding> findings = NearDuplicates.builder().build().check(dataset.samples());
 *
 * NearDuplicates.Index tests = NearDuplicates.builder().build().index();
 * testSamples.forEach(sample -> tests.add(sample.id(), sample.text()));
 * boolean leaks = tests.nearest(newText).isPresent();
 * }</pre>
 *
 * <p>Two texts are compared in their {@linkplain TextNormalizer#normalize normalised} form, by the Jaccard similarity of
 * their sets of character n-grams: how many n-grams they share, divided by how many different ones they have together.
 * How often an n-gram occurs in a text does not matter. A text of fewer characters than an n-gram has is one n-gram as a
 * whole, so it is similar to an equal text only; that goes for blank texts too, which are all equal. Characters are code
 * points: an emoji is not cut in two. Texts so long that each has nearly every n-gram of its alphabet are all similar.
 *
 * <p>The search is exact: it misses no twin at or above the threshold, and names none below. A million texts of twelve words
 * take one to two minutes on one thread, and ten times as many texts some twenty times as long; texts that are all equal, or
 * vary one text in one letter, take no longer. Time grows with the square of the number of texts that share most of their
 * n-grams and yet differ in many, such as long texts made from one template, and grows as the threshold falls. Memory grows
 * with the length of the texts: about 15 bytes a character.
 *
 * <p>Immutable and thread-safe.
 */
public final class NearDuplicates implements Check {

    private static final String NAME = "near-duplicates";
    private static final int MAX_NGRAM = 32;

    /** A text of an {@link Index}, and how similar it is, from the threshold to 1. */
    public record Match(String id, double similarity) {

        public Match {
            Require.nonNull("id", id);
            Require.inRange("similarity", similarity, 0, 1);
        }
    }

    /** Two examples, the first of which came before the second, and how similar they are, from the threshold to 1. */
    public record Pair(String firstId, String secondId, double similarity) {

        public Pair {
            Require.nonNull("firstId", firstId);
            Require.nonNull("secondId", secondId);
            Require.inRange("similarity", similarity, 0, 1);
        }
    }

    private final double threshold;
    private final int ngram;

    private NearDuplicates(Builder builder) {
        this.threshold = builder.threshold;
        this.ngram = builder.ngram;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** See {@link Builder#threshold}. */
    public double threshold() {
        return threshold;
    }

    /** See {@link Builder#ngram}. */
    public int ngram() {
        return ngram;
    }

    /**
     * One finding for each example, in their order. A {@link Sample} that has a twin in the same task fails, and so does another
     * example that has one among those of its kind, judged by all of its {@linkplain Example#text() text}, but for the system
     * prompt of a {@link Conversation}. The score is 1 - similarity; the nearest twin and how similar it is stand in the reason and, as {@code twin} and {@code similarity}, in
     * the metadata. Of several that are equally near it is the one that comes first. Equal examples have equal ids, unless
     * they were given others: then one and its twin are of the same id.
     *
     * <p>What is named are pairs, each verified. That a is a twin of b and b of c does not make a one of c.
     */
    @Override
    public List<Finding> check(Collection<? extends Example> examples) {
        Map<Object, Twins> byGroup = new HashMap<>();
        List<Member> members = new ArrayList<>();
        for (Example example : Require.nonNull("examples", examples)) {
            Twins twins = byGroup.computeIfAbsent(group(Require.nonNull("example", example)), group -> new Twins(this));
            members.add(twins.add(example));
        }
        List<Finding> findings = new ArrayList<>(members.size());
        for (Member member : members) { // now that all are there
            findings.add(finding(member.example(), member.twins().nearest(member)));
        }
        return findings;
    }

    private static Finding finding(Example example, @Nullable Match twin) {
        if (twin == null) {
            return Finding.pass(NAME, example.id());
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("twin", twin.id());
        metadata.put("similarity", Double.toString(twin.similarity()));
        return new Finding(
                NAME,
                example.id(),
                Finding.Verdict.FAIL,
                OptionalDouble.of(1 - twin.similarity()),
                String.format(Locale.ROOT, "has a similarity of %.3f to %s", twin.similarity(), twin.id()),
                metadata);
    }

    /**
     * What to do away with if no twins are to stay. Each example in turn is compared with those of its task, or
     * kind, before it that are not themselves the second of a pair; if it has twins among them, it is the second of one pair, the first
     * of which is the nearest. So of the samples that are not the second of a pair no two are twins, and nothing is a
     * second because of a chain: one whose only twin is itself a second is not.
     *
     * @return in the order of the seconds; at most one for each sample
     */
    public List<Pair> pairs(Collection<? extends Example> examples) {
        Map<Object, Index> byGroup = new HashMap<>();
        List<Pair> pairs = new ArrayList<>();
        for (Example example : Require.nonNull("examples", examples)) {
            Index kept = byGroup.computeIfAbsent(group(Require.nonNull("example", example)), group -> index());
            long[] grams = CharGrams.of(compared(example), ngram);
            Match first = kept.nearest(grams);
            if (first == null) {
                kept.add(example.id(), grams);
            } else {
                pairs.add(new Pair(first.id(), example.id(), first.similarity()));
            }
        }
        return pairs;
    }

    /** Labelled texts are compared within a task, other examples within their kind. */
    private static Object group(Example example) {
        return example instanceof Sample sample ? sample.task() : example.getClass();
    }

    /** What chats have in common is their system prompt, which makes no two of them alike. */
    static String compared(Example example) {
        if (!(example instanceof Conversation conversation)) {
            return example.text();
        }
        return conversation.messages().stream()
                .filter(message -> !message.role().equals(Message.SYSTEM)
                        && !message.role().equals(Message.DEVELOPER))
                .flatMap(message -> Stream.concat(
                        Stream.of(message.text()), message.toolCalls().stream().map(Message.ToolCall::arguments)))
                .collect(Collectors.joining("\n"));
    }

    /** An empty index under these options. */
    public Index index() {
        return new Index(this);
    }

    /** An example, those of its group, the number of its set of n-grams there, and whether it is the first with that set. */
    private record Member(Example example, Twins twins, int set, boolean isFirst) {}

    /** The examples of one group by their sets of n-grams. */
    private static final class Twins {

        private final int ngram;
        private final GramIndex index;
        private final List<Example> first = new ArrayList<>();
        private final Map<Integer, Example> second = new HashMap<>();

        Twins(NearDuplicates options) {
            this.ngram = options.ngram;
            this.index = new GramIndex(options.threshold);
        }

        Member add(Example example) {
            int set = index.add(CharGrams.of(compared(example), ngram));
            boolean isFirst = set == first.size();
            if (isFirst) {
                first.add(example);
            } else {
                second.putIfAbsent(set, example);
            }
            return new Member(example, this, set, isFirst);
        }

        @Nullable Match nearest(Member member) {
            Example equal = member.isFirst() ? second.get(member.set()) : first.get(member.set());
            if (equal != null) {
                return new Match(equal.id(), 1);
            }
            GramIndex.Hit hit = index.nearestOther(member.set());
            return hit == null ? null : new Match(first.get(hit.set()).id(), hit.similarity());
        }
    }

    /**
     * Texts to compare others with, added one by one: test samples that must not be learnt, or what was kept so far.
     *
     * <p>Not thread-safe.
     */
    public static final class Index {

        private final int ngram;
        private final GramIndex index;
        private final List<String> ids = new ArrayList<>();

        private Index(NearDuplicates options) {
            this.ngram = options.ngram;
            this.index = new GramIndex(options.threshold);
        }

        /** Adds a text, equal to others or not. The id is what a {@link Match} names it by. */
        public void add(String id, String text) {
            Require.nonNull("id", id);
            add(id, CharGrams.of(Require.nonNull("text", text), ngram));
        }

        private void add(String id, long[] grams) {
            if (index.add(grams) == ids.size()) {
                ids.add(id);
            }
        }

        /**
         * The most similar text, if its similarity reaches the threshold; of several that are equally similar the one added
         * first. A text that is equal to the given one after normalising has a similarity of 1.
         */
        public Optional<Match> nearest(String text) {
            return Optional.ofNullable(nearest(CharGrams.of(Require.nonNull("text", text), ngram)));
        }

        private @Nullable Match nearest(long[] grams) {
            GramIndex.Hit hit = index.nearest(grams);
            return hit == null ? null : new Match(ids.get(hit.set()), hit.similarity());
        }
    }

    /** Not thread-safe. */
    public static final class Builder {

        private double threshold = 0.8;
        private int ngram = 4;

        private Builder() {}

        /** The similarity from which on texts are twins, above 0 and at most 1. Defaults to 0.8. */
        public Builder threshold(double threshold) {
            this.threshold = Require.inRange("threshold", Require.positive("threshold", threshold), 0, 1);
            return this;
        }

        /**
         * How many characters an n-gram has, from 1 to 32. With fewer a typing error costs less, and texts that merely use
         * the same words are more similar. Defaults to 4: a wrong letter leaves texts of 40 characters or more twins.
         */
        public Builder ngram(int ngram) {
            this.ngram = Require.inRange("ngram", ngram, 1, MAX_NGRAM);
            return this;
        }

        public NearDuplicates build() {
            return new NearDuplicates(this);
        }
    }
}
