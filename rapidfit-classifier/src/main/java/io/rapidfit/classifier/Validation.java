package io.rapidfit.classifier;

import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.serve.Answer;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.NGramModel;
import io.rapidfit.classifier.internal.serve.Scope;
import io.rapidfit.data.Sample;
import io.rapidfit.metrics.Outcome;
import io.rapidfit.metrics.RiskCoverage;
import io.rapidfit.metrics.TaskAnalysis;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What validation samples tell of a model that did not learn from them: how sure it may be, when it should not answer, how
 * strange texts that belong may look; and what it said of each.
 */
final class Validation {

    /** With fewer cosines a share of them says little. */
    private static final int ENOUGH_FOR_SCOPE = 20;

    /**
     * What was found for one task.
     *
     * @param threshold null for none
     * @param familiar see {@link Scope}; empty for none
     */
    private record Found(double temperature, @Nullable Double threshold, List<Float> familiar) {}

    private final EvaluationConfig config;
    private final Map<String, List<Sample>> samples;
    private final Map<String, Found> found = new LinkedHashMap<>();
    private final Map<String, List<Outcome>> outcomes = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();

    private Validation(EvaluationConfig config, List<Sample> samples) {
        this.config = config;
        this.samples = samples.stream().collect(Collectors.groupingBy(Sample::task));
    }

    static Validation of(NGramModel model, Fit fit, List<Sample> samples, EvaluationConfig config) {
        Validation validation = new Validation(config, samples);
        NGramModel answering = model;
        for (Head head : ownFirst(model)) {
            Found nothing = new Found(1, null, List.of());
            validation.found.put(head.task(), nothing);
            if (validation.samples.containsKey(head.task())) {
                validation.look(answering, fit, head.task());
                answering = validation.applyTo(model, fit);
                validation.setThreshold(answering, head.task());
                answering = validation.applyTo(model, fit);
                validation.outcomes.put(head.task(), validation.judge(answering, head(answering, head.task())));
            }
        }
        return validation;
    }

    /** A nested head speaks by another one, which must have found its confidences first. */
    private static List<Head> ownFirst(NGramModel model) {
        List<Head> heads = new ArrayList<>(model.heads());
        heads.sort((a, b) -> Boolean.compare(a.finer() != null, b.finer() != null));
        return heads;
    }

    private static Head head(NGramModel model, String task) {
        return model.heads().stream()
                .filter(h -> h.task().equals(task))
                .findFirst()
                .orElseThrow();
    }

    private List<Sample> samples(String task) {
        return samples.getOrDefault(task, List.of());
    }

    private void look(NGramModel model, Fit fit, String task) {
        Head head = head(model, task);
        float[] means = head.finer() == null ? means(model, fit, head) : new float[0];
        List<Calibrator.Judged> judged = new ArrayList<>();
        List<Float> familiar = new ArrayList<>();
        for (Sample sample : samples(task)) {
            float[] hidden = model.encode(sample.text());
            Answer answer = model.answer(hidden, head);
            int truth = head.labels().indexOf(sample.label());
            if (truth >= 0) {
                judged.add(new Calibrator.Judged(answer.probabilities(), truth));
            }
            if (means.length > 0) {
                familiar.add((float) Scope.cosine(means, answer.best() * model.dimension(), hidden));
            }
        }
        Collections.sort(familiar);
        found.put(
                task,
                new Found(
                        config.calibrate() ? Calibrator.temperature(judged) : 1,
                        null,
                        familiar.size() < ENOUGH_FOR_SCOPE ? List.of() : familiar));
    }

    private void setThreshold(NGramModel model, String task) {
        Abstention abstention = config.abstention();
        if (abstention.aim() == Abstention.Aim.NEVER) {
            return;
        }
        Head head = head(model, task);
        RiskCoverage curve =
                TaskAnalysis.of(task, head.labels(), judge(model, head)).riskCoverage();
        double threshold;
        if (abstention.aim() == Abstention.Aim.MIN_COVERAGE) {
            threshold = curve.thresholdForCoverage(abstention.value());
        } else if (curve.thresholdForRisk(abstention.value()).isPresent()) {
            threshold = curve.thresholdForRisk(abstention.value()).getAsDouble();
        } else {
            threshold = 2; // no confidence reaches it
            warnings.add(
                    ("no confidence keeps the error rate of task '%s' at %s or below on the validation samples: it will"
                                    + " never answer")
                            .formatted(task, abstention.value()));
        }
        Found before = found.getOrDefault(task, new Found(1, null, List.of()));
        found.put(task, new Found(before.temperature(), threshold, before.familiar()));
    }

    private List<Outcome> judge(NGramModel model, Head head) {
        return samples(head.task()).stream()
                .map(sample -> Evaluation.outcome(model, head, sample))
                .toList();
    }

    /**
     * The model with what was found.
     *
     * @param fit what the model learnt from, which may be more than what the one looked at did
     */
    NGramModel applyTo(NGramModel model, Fit fit) {
        Map<String, Head> heads = new LinkedHashMap<>();
        for (Head head : ownFirst(model)) {
            Found own = found.getOrDefault(head.task(), new Found(1, null, List.of()));
            Head applied = head.calibrated(own.temperature(), own.threshold());
            Head finer = head.finer();
            if (finer != null) {
                applied = applied.withFiner(heads.getOrDefault(finer.task(), finer));
            } else if (!own.familiar().isEmpty()) {
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
    private static float[] means(NGramModel model, Fit fit, Head head) {
        int dimension = model.dimension();
        int task = List.copyOf(fit.set().labels().keySet()).indexOf(head.task());
        double[] sums = new double[head.labels().size() * dimension];
        List<FeatureBag> bags = fit.bags();
        for (int i = 0; i < bags.size(); i++) {
            int label = fit.set().rows().get(i).targets().get(task);
            if (label >= 0) {
                float[] hidden = model.encode(bags.get(i));
                for (int k = 0; k < dimension; k++) {
                    sums[label * dimension + k] += hidden[k];
                }
            }
        }
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
