package io.rapidfit.classifier;

import io.rapidfit.classifier.TrainingSet.Row;
import io.rapidfit.classifier.internal.serve.Answer;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.Scope;
import io.rapidfit.classifier.internal.serve.TextModel;
import io.rapidfit.data.Sample;
import io.rapidfit.metrics.Outcome;
import io.rapidfit.metrics.RiskCoverage;
import io.rapidfit.metrics.TaskAnalysis;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What validation samples tell of a model that did not learn from them: how sure it may be, when it should not answer, how
 * strange texts that belong may look; and what it said of each.
 */
final class Validation {

    /** With fewer cosines a share of them says little. */
    private static final int ENOUGH_FOR_SCOPE = 20;

    /** A threshold that no confidence reaches. */
    private static final double UNREACHABLE = 2;

    /**
     * What was found for one task.
     *
     * @param threshold null for none
     * @param familiar see {@link Scope}; empty for none
     */
    private record Found(double temperature, @Nullable Double threshold, List<Float> familiar) {

        static final Found NOTHING = new Found(1, null, List.of());

        Found withThreshold(@Nullable Double newThreshold) {
            return new Found(temperature, newThreshold, familiar);
        }

        Head applyTo(Head head) {
            return head.calibrated(temperature, threshold);
        }
    }

    private final EvaluationConfig config;
    private final Map<String, Found> found = new LinkedHashMap<>();
    private final Map<String, List<Outcome>> outcomes = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();

    private Validation(EvaluationConfig config) {
        this.config = config;
    }

    static Validation of(TextModel model, Fit fit, List<Sample> samples, EvaluationConfig config) {
        Validation validation = new Validation(config);
        Map<String, List<Sample>> byTask = samples.stream().collect(Collectors.groupingBy(Sample::task));
        Map<String, Head> answering = new LinkedHashMap<>();
        for (Head head : finerFirst(model)) {
            Head connected = connected(head, answering);
            List<Sample> own = byTask.getOrDefault(head.task(), List.of());
            answering.put(head.task(), own.isEmpty() ? connected : validation.look(model, fit, connected, own));
        }
        return validation;
    }

    /** A nested head speaks by another one, whose confidences come first. */
    private static List<Head> finerFirst(TextModel model) {
        List<Head> heads = new ArrayList<>(model.heads());
        heads.sort((a, b) -> Boolean.compare(a.finer() != null, b.finer() != null));
        return heads;
    }

    private static Head connected(Head head, Map<String, Head> answering) {
        Head finer = head.finer();
        return finer == null ? head : head.withFiner(answering.getOrDefault(finer.task(), finer));
    }

    /** Finds what there is to find for one task; returns the head as it answers with that. */
    private Head look(TextModel model, Fit fit, Head head, List<Sample> samples) {
        float[] means = head.finer() == null ? means(model, fit, head) : new float[0];
        List<Calibrator.Judged> judged = new ArrayList<>();
        List<Float> familiar = new ArrayList<>();
        model.forEach(samples.stream().map(Sample::text).toList(), (hidden, i) -> {
            int truth = head.labels().indexOf(samples.get(i).label());
            if (truth < 0) {
                return; // a label that was not learnt: such a text does not belong
            }
            Answer answer = model.answer(hidden, head);
            judged.add(new Calibrator.Judged(answer.probabilities(), truth));
            if (means.length > 0) {
                familiar.add((float) Scope.cosine(means, answer.best() * model.dimension(), hidden));
            }
        });
        Collections.sort(familiar);
        Found here = new Found(
                config.calibrate() ? Calibrator.temperature(judged) : 1,
                null,
                familiar.size() < ENOUGH_FOR_SCOPE ? List.of() : familiar);
        if (config.abstention().aim() != Abstention.Aim.NEVER) {
            here = here.withThreshold(threshold(judge(model, here.applyTo(head), samples)));
        }
        Head answering = here.applyTo(head);
        found.put(head.task(), here);
        outcomes.put(head.task(), judge(model, answering, samples).outcomes());
        return answering;
    }

    private static TaskAnalysis judge(TextModel model, Head head, List<Sample> samples) {
        return Evaluation.analyze(model, head, samples);
    }

    private double threshold(TaskAnalysis analysis) {
        RiskCoverage curve = analysis.riskCoverage();
        Abstention abstention = config.abstention();
        if (abstention.aim() == Abstention.Aim.MIN_COVERAGE) {
            return curve.thresholdForCoverage(abstention.value());
        }
        OptionalDouble threshold = curve.thresholdForRisk(abstention.value());
        if (threshold.isEmpty()) {
            warnings.add(("no confidence keeps the error rate of task '%s' at %s or below on its validation samples: it"
                            + " will never answer")
                    .formatted(analysis.task(), abstention.value()));
        }
        return threshold.orElse(UNREACHABLE);
    }

    /**
     * The model with what was found.
     *
     * @param fit what the model learnt from, which may be more than what the one looked at did
     */
    TextModel applyTo(TextModel model, Fit fit) {
        Map<String, Head> heads = new LinkedHashMap<>();
        for (Head head : finerFirst(model)) {
            Found own = found.getOrDefault(head.task(), Found.NOTHING);
            Head applied = own.applyTo(connected(head, heads));
            if (head.finer() == null && !own.familiar().isEmpty()) {
                float[] familiar = new float[own.familiar().size()];
                for (int i = 0; i < familiar.length; i++) {
                    familiar[i] = own.familiar().get(i);
                }
                applied = applied.withScope(new Scope(means(model, fit, head), model.dimension(), familiar));
            }
            heads.put(head.task(), applied);
        }
        return model.withHeads(model.heads().stream()
                .map(head -> heads.getOrDefault(head.task(), head))
                .toList());
    }

    /** The mean hidden layer of each label's training texts, of length 1. */
    private static float[] means(TextModel model, Fit fit, Head head) {
        int dimension = model.dimension();
        int task = List.copyOf(fit.set().labels().keySet()).indexOf(head.task());
        double[] sums = new double[head.labels().size() * dimension];
        List<Row> rows = fit.set().rows().stream()
                .filter(row -> row.targets().get(task) >= 0)
                .toList();
        model.forEach(rows.stream().map(Row::text).toList(), (hidden, i) -> {
            int label = rows.get(i).targets().get(task);
            for (int k = 0; k < dimension; k++) {
                sums[label * dimension + k] += hidden[k];
            }
        });
        float[] means = new float[sums.length];
        for (int label = 0; label < head.labels().size(); label++) {
            double square = 0;
            for (int k = label * dimension; k < (label + 1) * dimension; k++) {
                square += sums[k] * sums[k];
            }
            for (int k = label * dimension; k < (label + 1) * dimension && square > 0; k++) {
                means[k] = (float) (sums[k] / Math.sqrt(square));
            }
        }
        return means;
    }

    /** What the model said of each validation sample, by task; no entry for a task without any. */
    Map<String, List<Outcome>> outcomes() {
        return outcomes;
    }

    List<String> warnings() {
        return warnings;
    }
}
