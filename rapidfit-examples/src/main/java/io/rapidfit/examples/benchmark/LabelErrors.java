package io.rapidfit.examples.benchmark;

import io.rapidfit.classifier.MultiheadClassifier;
import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.metrics.DoubtfulLabels;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/**
 * How many wrong labels {@link DoubtfulLabels} finds: 5% of banking77's training labels are replaced by others at random, and
 * all are ranked by five models that did not learn them. Then the labels as they are, and the most doubtful of these.
 *
 * <p>Takes the directory that holds the datasets.
 */
public final class LabelErrors {

    private static final String TASK = "intent";
    private static final double FLIPPED = 0.05;
    private static final int FOLDS = 5;
    private static final int SHOWN = 20;

    private LabelErrors() {}

    /** See the class. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Dataset train = DataSaver.builder()
                .path(Path.of(args.length > 0 ? args[0] : "../shared/data").resolve("banking77/train"))
                .build()
                .load(TASK)
                .withSplit(Split.TRAIN);
        for (long seed : List.of(1L, 2L, 3L)) {
            flipped(train, seed, out);
        }
        out.printf("%nLabels as they are, the %d most doubtful%n%n", SHOWN);
        List<DoubtfulLabels.Doubtful> ranked = rank(train);
        out.printf(
                "%d of %d are doubtful%n%n",
                ranked.stream().filter(DoubtfulLabels.Doubtful::isDoubtful).count(), ranked.size());
        ranked.stream()
                .limit(SHOWN)
                .forEach(d -> out.printf(
                        Locale.ROOT,
                        "%.2f  %s or %s: %s%n",
                        d.margin(),
                        d.sample().label(),
                        d.suggested(),
                        d.sample().text()));
    }

    private static void flipped(Dataset train, long seed, PrintStream out) {
        Random random = new Random(seed);
        List<String> labels = train.labels(TASK);
        Set<String> wrong = new HashSet<>();
        List<Sample> samples = new ArrayList<>();
        for (Sample sample : train.samples()) {
            if (random.nextDouble() >= FLIPPED) {
                samples.add(sample);
                continue;
            }
            int other = (labels.indexOf(sample.label()) + 1 + random.nextInt(labels.size() - 1)) % labels.size();
            samples.add(sample.withLabel(labels.get(other))); // keeps its id
            wrong.add(sample.id());
        }
        List<DoubtfulLabels.Doubtful> ranked = rank(Dataset.of(samples));
        List<DoubtfulLabels.Doubtful> first = ranked.subList(0, (int) Math.round(FLIPPED * ranked.size()));
        List<DoubtfulLabels.Doubtful> doubtful =
                ranked.stream().filter(DoubtfulLabels.Doubtful::isDoubtful).toList();
        out.printf(
                Locale.ROOT,
                "seed %d: of %d labels %d wrong; precision at 5%% %.3f; %d called doubtful, of these %d wrong%n",
                seed,
                ranked.size(),
                wrong.size(),
                found(first, wrong) / (double) first.size(),
                doubtful.size(),
                found(doubtful, wrong));
    }

    private static long found(List<DoubtfulLabels.Doubtful> among, Set<String> wrong) {
        return among.stream().filter(d -> wrong.contains(d.sample().id())).count();
    }

    private static List<DoubtfulLabels.Doubtful> rank(Dataset dataset) {
        try (MultiheadClassifier classifier = MultiheadClassifier.builder().build()) {
            return DoubtfulLabels.rank(Objects.requireNonNull(
                    classifier.crossValidate(dataset, FOLDS).tasks().get(TASK)));
        }
    }
}
