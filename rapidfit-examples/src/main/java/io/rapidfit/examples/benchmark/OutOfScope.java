package io.rapidfit.examples.benchmark;

import io.rapidfit.classifier.MultiheadClassifier;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Splitter;
import io.rapidfit.metrics.Auroc;
import io.rapidfit.model.Prediction;
import io.rapidfit.text.TextTable;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * How well a classifier tells texts of intents that it has never seen: a quarter of banking77's intents is left out of the
 * training, and all test texts are scored. Prints the area under the ROC curve: how often a text of a withheld intent
 * scores higher than one of a known intent, 1 at best and 0.5 by chance.
 *
 * <p>Takes the directory that holds the datasets.
 */
public final class OutOfScope {

    private static final String TASK = "intent";
    private static final double WITHHELD = 0.25;
    private static final List<Long> SEEDS = List.of(1L, 2L, 3L, 4L, 5L);

    /** What is measured: higher for a text that is further from what was learnt. */
    private static final Map<String, ToDoubleFunction<Prediction>> SCORES = scores();

    private OutOfScope() {}

    private static Map<String, ToDoubleFunction<Prediction>> scores() {
        Map<String, ToDoubleFunction<Prediction>> scores = new LinkedHashMap<>();
        scores.put("1 - confidence", prediction -> 1 - prediction.confidence());
        scores.put("outOfScope", prediction -> prediction.outOfScope().orElseThrow());
        return scores;
    }

    /** See the class. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path directory = Path.of(args.length > 0 ? args[0] : "../shared/data").resolve("banking77");
        Dataset train = TestAccuracy.load(directory.resolve("train"));
        Dataset test = TestAccuracy.load(directory.resolve("test"));
        TextTable table = new TextTable().left("seed").right("intents withheld").right("accuracy on the others");
        SCORES.keySet().forEach(score -> table.right("AUROC, " + score));
        double[] sums = new double[SCORES.size() + 1];
        for (long seed : SEEDS) {
            Set<String> withheld = withheld(train.labels(TASK), seed);
            double[] measured = measure(train, test, withheld, seed);
            table.row(row(String.valueOf(seed), String.valueOf(withheld.size()), measured, 1));
            Arrays.setAll(sums, i -> sums[i] + measured[i]);
        }
        table.row(row("mean", "", sums, SEEDS.size()));
        table.print(out);
    }

    private static String[] row(String name, String withheld, double[] sums, int count) {
        List<String> cells = new ArrayList<>(List.of(name, withheld));
        Arrays.stream(sums).forEach(sum -> cells.add(String.format(Locale.ROOT, "%.4f", sum / count)));
        return cells.toArray(String[]::new);
    }

    /** A quarter of the labels: the first ones after {@link Collections#shuffle} of all by {@code new Random(seed)}. */
    static Set<String> withheld(List<String> labels, long seed) {
        List<String> shuffled = new ArrayList<>(labels);
        Collections.shuffle(shuffled, new Random(seed));
        return new LinkedHashSet<>(shuffled.subList(0, (int) Math.round(WITHHELD * labels.size())));
    }

    /** Accuracy on the intents that were learnt, then the AUROC of each of the {@link #SCORES}. */
    private static double[] measure(Dataset train, Dataset test, Set<String> withheld, long seed) {
        try (MultiheadClassifier classifier = MultiheadClassifier.builder()
                .splitter(Splitter.builder().testFraction(0).build())
                .seed(seed)
                .build()) {
            classifier.train(train.filter(sample -> !withheld.contains(sample.label())));
            List<Prediction> known = new ArrayList<>();
            List<Prediction> unknown = new ArrayList<>();
            int right = 0;
            for (Sample sample : test.samples(TASK)) {
                Prediction prediction = classifier.predict(sample.text(), TASK);
                (withheld.contains(sample.label()) ? unknown : known).add(prediction);
                right += prediction.label().equals(sample.label()) ? 1 : 0;
            }
            double accuracy = (double) right / known.size(); // a withheld intent is never right
            List<Double> measured = new ArrayList<>(List.of(accuracy));
            SCORES.values()
                    .forEach(score -> measured.add(Auroc.of(
                            unknown.stream().mapToDouble(score).toArray(),
                            known.stream().mapToDouble(score).toArray())));
            return measured.stream().mapToDouble(value -> value).toArray();
        }
    }
}
