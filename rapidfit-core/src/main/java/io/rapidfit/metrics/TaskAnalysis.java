package io.rapidfit.metrics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a classifier gets right and wrong in one task. Everything is derived from the {@link #outcomes()}.
 *
 * <p>Immutable.
 */
public final class TaskAnalysis {

    private static final Comparator<Outcome> MOST_CONFIDENT_FIRST =
            Comparator.comparingDouble(Outcome::confidence).reversed();

    private final String task;
    private final List<Outcome> outcomes;
    private final ConfusionMatrix confusion;
    private final Map<String, ClassMetrics> classes;

    private TaskAnalysis(String task, List<String> labels, List<Outcome> outcomes) {
        this.task = task;
        this.outcomes = List.copyOf(outcomes);
        this.confusion = new ConfusionMatrix(labels, outcomes);
        this.classes = measure(confusion);
    }

    /**
     * Analyses outcomes of one task.
     *
     * @param labels those that the classifier knows; labels that only the samples have are added
     * @throws IllegalArgumentException if there are no outcomes: nothing could be said
     */
    public static TaskAnalysis of(String task, List<String> labels, List<Outcome> outcomes) {
        if (outcomes.isEmpty()) {
            throw new IllegalArgumentException("task '%s' has no samples to analyse".formatted(task));
        }
        return new TaskAnalysis(task, labels, outcomes);
    }

    private static Map<String, ClassMetrics> measure(ConfusionMatrix confusion) {
        Map<String, ClassMetrics> classes = new LinkedHashMap<>();
        for (int i = 0; i < confusion.labels().size(); i++) {
            String label = confusion.labels().get(i);
            int correct = confusion.correct(i);
            int support = confusion.support(i);
            int predicted = confusion.predicted(i);
            classes.put(
                    label,
                    new ClassMetrics(
                            label,
                            ratio(correct, predicted),
                            ratio(correct, support),
                            ratio(2 * correct, support + predicted),
                            support));
        }
        return Collections.unmodifiableMap(classes);
    }

    private static double ratio(int part, int whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    public String task() {
        return task;
    }

    /** Every analysed sample with what was predicted, in the order in which they were analysed. */
    public List<Outcome> outcomes() {
        return outcomes;
    }

    /** The labels that the classifier knows, in its order, then those that only the samples have. */
    public List<String> labels() {
        return confusion.labels();
    }

    /** Share of samples that got their own label, in [0, 1]; those that the classifier abstained from count like others. */
    public double accuracy() {
        return outcomes.stream().filter(Outcome::isCorrect).count() / (double) outcomes.size();
    }

    /**
     * Mean F1 over the labels that occur among the true or the predicted ones, in [0, 1]; a label that is in neither
     * says nothing about the classifier and is left out.
     */
    public double macroF1() {
        return classes.values().stream()
                .filter(c -> c.support() > 0 || confusion.predicted(labels().indexOf(c.label())) > 0)
                .mapToDouble(ClassMetrics::f1)
                .average()
                .orElseThrow();
    }

    /** Metrics by label, in order of {@link #labels()}. */
    public Map<String, ClassMetrics> classes() {
        return classes;
    }

    public ConfusionMatrix confusion() {
        return confusion;
    }

    /** The samples that got a wrong label, most confident first. */
    public List<ErrorSample> errors() {
        List<Outcome> wrong =
                new ArrayList<>(outcomes.stream().filter(o -> !o.isCorrect()).toList());
        wrong.sort(MOST_CONFIDENT_FIRST);
        return wrong.stream()
                .map(o -> new ErrorSample(
                        o.sample().id(), o.sample().text(), o.sample().label(), o.predicted(), o.confidence()))
                .toList();
    }

    /** Whether confidence can be taken at its word. */
    public Calibration calibration() {
        return Calibration.of(labels().size(), outcomes);
    }

    /** What a threshold on confidence would buy: fewer answers, and how many fewer errors. */
    public RiskCoverage riskCoverage() {
        return RiskCoverage.of(outcomes);
    }

    /** Share of samples that the classifier did not abstain from, in [0, 1]. */
    public double coverage() {
        return answered().size() / (double) outcomes.size();
    }

    /**
     * Share of wrong labels among the samples that the classifier did not abstain from, in [0, 1]; empty if it abstained
     * from all of them.
     */
    public OptionalDouble answeredErrorRate() {
        return answered().stream().mapToInt(o -> o.isCorrect() ? 0 : 1).average();
    }

    private List<Outcome> answered() {
        return outcomes.stream().filter(o -> !o.abstained()).toList();
    }
}
