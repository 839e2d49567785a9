package io.rapidfit.finetune;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.internal.Require;
import io.rapidfit.internal.Sha256;
import io.rapidfit.review.Feedback;
import io.rapidfit.review.ReviewItem;
import io.rapidfit.text.TextNormalizer;
import io.rapidfit.text.TextWords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes of what reviewers said a file to fine-tune on, in {@link FineTuneFormat#PROMPT_COMPLETION}: the model learns to write what
 * they wanted, and is shown other answers of theirs on the way.
 *
 * <pre>{@code
 * FeedbackExport export = FeedbackExporter.builder()
 *         .directory(Path.of("tuning"))
 *         .systemPrompt("You summarise what customers say.")
 *         .build()
 *         .export(store.list());
 * export.display(System.out);
 * }</pre>
 *
 * <p>A prompt is the system prompt, some examples, and the job's input. The examples are jobs whose inputs are most similar, by the
 * Jaccard index of their sets of {@linkplain TextWords words}; they are jobs to be trained on, never the same input. The completion
 * is {@code {"items": [{"id", "text", "evidence"?, "recommendation"?, "depends_on"?}]}}, the {@linkplain Feedback#accepted items
 * that the reviewer wants}. Feedback with items that nothing was said of is left out, since what it lacks would be learnt as
 * wrong; so is feedback that wants no item, and the same answer to the same input.
 *
 * <p>Which inputs are held out depends on each input and the seed alone: more feedback moves none. Immutable and thread-safe.
 */
public final class FeedbackExporter {

    /** What each input in a prompt begins with. */
    static final String INPUT = "Input:\n";

    private static final int MAX_SHOTS = 8;

    private final Path directory;
    private final String systemPrompt;
    private final int minScore;
    private final int shotCount;
    private final int sample;
    private final double holdoutFraction;
    private final long seed;
    private final String name;

    private FeedbackExporter(Builder builder, Path directory) {
        this.directory = directory;
        this.systemPrompt = builder.systemPrompt;
        this.minScore = builder.minScore;
        this.shotCount = builder.shotCount;
        this.sample = builder.sample;
        this.holdoutFraction = builder.holdoutFraction;
        this.seed = builder.seed;
        this.name = builder.name;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** What a reviewer wants of a job. */
    private record Case(Feedback feedback, String key, Set<String> words, List<ReviewItem> items, String completion) {

        static Case of(Feedback feedback, int minScore) {
            String input = feedback.job().input();
            List<ReviewItem> items = feedback.accepted(minScore);
            return new Case(
                    feedback,
                    TextNormalizer.normalize(input),
                    Set.copyOf(TextWords.of(input)),
                    items,
                    completion(items));
        }

        private static String completion(List<ReviewItem> items) {
            ObjectNode answer = Json.object();
            ArrayNode list = answer.putArray("items");
            for (ReviewItem item : items) {
                ObjectNode node = list.addObject().put("id", item.id()).put("text", item.text());
                putAll(node, "evidence", item.evidence());
                if (!item.recommendation().isEmpty()) {
                    node.put("recommendation", item.recommendation());
                }
                putAll(node, "depends_on", item.dependsOn());
            }
            return Json.write(answer);
        }

        private static void putAll(ObjectNode node, String member, List<String> values) {
            if (!values.isEmpty()) {
                values.forEach(node.putArray(member)::add);
            }
        }

        /** From 0 to 1. */
        double similarity(Case other) {
            long common = words.stream().filter(other.words::contains).count();
            long all = words.size() + other.words.size() - common;
            return all == 0 ? 0 : (double) common / all;
        }
    }

    /**
     * Writes {@code <name>.jsonl} and {@code <name>_holdout.jsonl}; a file that would be empty is not written, and taken away if
     * it is there.
     *
     * @param feedback at most one of each reviewer on each job, as {@link io.rapidfit.review.FeedbackStore#list} gives it
     * @throws IllegalArgumentException if none of it can be exported; nothing is written
     * @throws UncheckedIOException if the files cannot be written; those from before stay
     */
    public FeedbackExport export(List<Feedback> feedback) {
        List<Feedback> complete = Require.nonNull("feedback", feedback).stream()
                .filter(Feedback::isComplete)
                .toList();
        List<Case> wanted = complete.stream()
                .map(one -> Case.of(one, minScore))
                .filter(one -> !one.items().isEmpty())
                .toList();
        List<Case> distinct = distinct(wanted);
        if (distinct.isEmpty()) {
            throw new IllegalArgumentException(
                    "nothing to export of %d reviews: %d are not complete, in %d no item is edited or has a score of %d"
                            .formatted(
                                    feedback.size(),
                                    feedback.size() - complete.size(),
                                    complete.size() - wanted.size(),
                                    minScore));
        }
        List<Case> holdout = distinct.stream().filter(this::isHeldOut).toList();
        List<Case> train =
                chosen(distinct.stream().filter(one -> !isHeldOut(one)).toList());
        write(train, holdout);
        return new FeedbackExport(
                directory.resolve(trainName()),
                directory.resolve(holdoutName()),
                train.size(),
                holdout.size(),
                feedback.size() - complete.size(),
                complete.size() - wanted.size(),
                wanted.size() - distinct.size(),
                contradictions(distinct));
    }

    private String trainName() {
        return name + ".jsonl";
    }

    private String holdoutName() {
        return name + "_holdout.jsonl";
    }

    /** By what they say: reviewers who agree in all say it once. */
    private static List<Case> distinct(List<Case> cases) {
        Set<List<String>> seen = new HashSet<>();
        return cases.stream()
                .filter(one -> seen.add(List.of(one.key(), one.completion())))
                .toList();
    }

    private static int contradictions(List<Case> distinct) {
        Map<String, Integer> answers = new HashMap<>();
        distinct.forEach(one -> answers.merge(one.key(), 1, Integer::sum));
        return (int) answers.values().stream().filter(count -> count > 1).count();
    }

    private boolean isHeldOut(Case one) {
        long bits = ByteBuffer.wrap(Sha256.hash(seed + " " + one.key())).getLong();
        return (bits >>> 11) * 0x1p-53 < holdoutFraction; // 53 bits make a number in [0, 1)
    }

    /** So many by seed, in their order. */
    private List<Case> chosen(List<Case> train) {
        if (train.size() <= sample) {
            return train;
        }
        List<Case> shuffled = new ArrayList<>(train);
        Collections.shuffle(shuffled, new Random(seed));
        Set<Case> chosen = new HashSet<>(shuffled.subList(0, sample));
        return train.stream().filter(chosen::contains).toList();
    }

    private void write(List<Case> train, List<Case> holdout) {
        Map<String, List<List<Turn>>> turns = new LinkedHashMap<>();
        Map<String, List<String>> lines = new LinkedHashMap<>();
        for (List<Case> cases : List.of(train, holdout)) {
            String file = lines.isEmpty() ? trainName() : holdoutName();
            List<List<Turn>> said = new ArrayList<>();
            List<String> written = new ArrayList<>();
            for (Case one : cases) {
                List<Turn> turn =
                        ChatLine.turns(FineTuneFormat.PROMPT_COMPLETION, "", prompt(one, train), one.completion());
                said.add(turn);
                written.add(Json.write(ChatLine.write(FineTuneFormat.PROMPT_COMPLETION, turn, metadata(one, turn))));
            }
            turns.put(file, said);
            lines.put(file, written);
        }
        try {
            FileSet.replace(
                    directory,
                    lines,
                    (file, staged) -> FineTuneExporter.requireSame(
                            FineTuneFormat.PROMPT_COMPLETION, Require.nonNull(file, turns.get(file)), staged));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + directory, e);
        }
    }

    private String prompt(Case one, List<Case> train) {
        StringBuilder prompt = new StringBuilder();
        if (!systemPrompt.isEmpty()) {
            prompt.append(systemPrompt).append("\n\n");
        }
        for (Case shot : shots(one, train)) {
            prompt.append(INPUT).append(shot.feedback().job().input());
            prompt.append("\n\nOutput:\n").append(shot.completion()).append("\n\n");
        }
        prompt.append(INPUT).append(one.feedback().job().input()).append("\n\nOutput:\n");
        return TextNormalizer.wellFormed(prompt.toString());
    }

    /** The most similar first; of those that are equally similar, the one that comes first. */
    private List<Case> shots(Case one, List<Case> train) {
        if (shotCount == 0) {
            return List.of();
        }
        Map<String, Case> others = new LinkedHashMap<>();
        train.stream()
                .filter(other -> !other.key().equals(one.key())
                        && !other.feedback()
                                .job()
                                .id()
                                .equals(one.feedback().job().id()))
                .forEach(other -> others.putIfAbsent(other.key(), other));
        return others.values().stream()
                .sorted(Comparator.comparingDouble(one::similarity).reversed()) // stable
                .limit(shotCount)
                .toList();
    }

    private static ObjectNode metadata(Case one, List<Turn> turns) {
        ObjectNode metadata = Json.object()
                .put("job_id", one.feedback().job().id())
                .put("reviewer_id", one.feedback().reviewer());
        if (one.feedback().overallScore() != null) {
            metadata.put("overall_score", one.feedback().overallScore());
        }
        return metadata.put("approved_item_count", one.items().size())
                .put("prompt_length", length(turns.get(0).text()))
                .put("completion_length", length(turns.get(1).text()));
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Not thread-safe. */
    public static final class Builder {

        private @Nullable Path directory;
        private String systemPrompt = "";
        private int minScore = 3;
        private int shotCount = 3;
        private int sample = Integer.MAX_VALUE;
        private double holdoutFraction = 0.15;
        private long seed = 42;
        private String name = "feedback";

        private Builder() {}

        /** Where the files are written. Required; created if it is missing. */
        public Builder directory(Path directory) {
            this.directory = Require.nonNull("directory", directory);
            return this;
        }

        /** What every prompt begins with. Empty by default: then it begins with the first example. */
        public Builder systemPrompt(String systemPrompt) {
            this.systemPrompt = Require.nonNull("systemPrompt", systemPrompt);
            return this;
        }

        /** Items that are approved with less are left out, from 1 to 5. Defaults to 3. An edited item has no score and stays. */
        public Builder minScore(int minScore) {
            this.minScore = Require.inRange("minScore", minScore, 1, 5);
            return this;
        }

        /** How many examples a prompt has at most, from 0 to 8. Defaults to 3. */
        public Builder shotCount(int shotCount) {
            this.shotCount = Require.inRange("shotCount", shotCount, 0, MAX_SHOTS);
            return this;
        }

        /** How many records to train on are written at most, chosen by seed; at least 1. By default all. */
        public Builder sample(int sample) {
            this.sample = Require.inRange("sample", sample, 1, Integer.MAX_VALUE);
            return this;
        }

        /** The share of inputs that is held out, on average, from 0 to 1; 0 for none. Defaults to 0.15. */
        public Builder holdoutFraction(double holdoutFraction) {
            this.holdoutFraction = Require.inRange("holdoutFraction", holdoutFraction, 0, 1);
            return this;
        }

        /** Of what is held out, and of the sample. Defaults to 42. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /** What the files are called, without extension. Defaults to {@code feedback}. */
        public Builder name(String name) {
            Require.notBlank("name", name);
            if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0 || name.startsWith(".")) {
                throw new IllegalArgumentException(
                        "name must be that of a file, without a directory, but was '%s'".formatted(name));
            }
            this.name = name;
            return this;
        }

        /** @throws IllegalStateException if there is no directory */
        public FeedbackExporter build() {
            if (directory == null) {
                throw new IllegalStateException(
                        "directory is required: FeedbackExporter.builder().directory(Path.of(\"tuning\"))");
            }
            return new FeedbackExporter(this, directory);
        }
    }
}
