package io.rapidfit.classifier;

import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.TextModel;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.AnalysisResult.Basis;
import io.rapidfit.metrics.Outcome;
import io.rapidfit.metrics.TaskAnalysis;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Judges each human training sample by a model that did not see its text. */
final class CrossValidation {

    private final List<Sample> training;
    private final MultiheadConfig config;
    private final OpenedEncoder encoder;
    private final IdentityHashMap<Sample, Outcome> outcomes = new IdentityHashMap<>(); // equal samples, one by one

    private CrossValidation(List<Sample> training, MultiheadConfig config, OpenedEncoder encoder) {
        this.training = training;
        this.config = config;
        this.encoder = encoder;
    }

    static AnalysisResult run(
            Dataset dataset, int folds, MultiheadConfig config, Supplier<OpenedEncoder> encoder, List<String> wanted) {
        List<Sample> training = dataset.samples(Split.TRAIN);
        TrainingSet set = TrainingSet.of(training); // refuses what cannot be learnt from, before any work
        CrossValidation run = new CrossValidation(training, plain(config), encoder.get());
        List<Set<String>> heldOut =
                Folds.assign(training, folds, config.training().seed());
        for (int fold = 0; fold < folds; fold++) {
            run.judge(heldOut.get(fold));
            Training.log.debug("Fold {} of {} done", fold + 1, folds);
        }
        return AnalysisResult.of(Basis.OUT_OF_FOLD, run.analyses(set, wanted));
    }

    private void judge(Set<String> heldOut) {
        List<Sample> judged = training.stream()
                .filter(s -> !s.origin().isSynthetic() && heldOut.contains(Folds.textOf(s)))
                .toList();
        if (judged.isEmpty()) {
            return;
        }
        Set<String> family = family(judged.stream().map(Sample::id).collect(Collectors.toSet()));
        List<Sample> rest = training.stream()
                .filter(s -> !heldOut.contains(Folds.textOf(s)))
                .filter(s -> Collections.disjoint(s.origin().parents(), family))
                .toList();
        TextModel model = Training.run(Dataset.of(rest), config, () -> encoder, progress -> {})
                .saved()
                .model();
        TextModel remembering = model.remembering(); // a text may stand in several tasks
        for (Head head : model.heads()) {
            List<Sample> own =
                    judged.stream().filter(s -> s.task().equals(head.task())).toList();
            Evaluation.outcomes(remembering, head, own).forEach(outcome -> outcomes.put(outcome.sample(), outcome));
        }
        OpenedEncoder.discard(model);
    }

    /** A fold has no validation samples to choose a threshold on. */
    private static MultiheadConfig plain(MultiheadConfig config) {
        return config.withEvaluation(config.evaluation().withAbstention(Abstention.never()));
    }

    /** The ids, those of what was made from them, of what was made from that, and so on. */
    private Set<String> family(Set<String> ids) {
        Set<String> family = new HashSet<>(ids);
        int before;
        do {
            before = family.size();
            training.stream()
                    .filter(s -> !Collections.disjoint(s.origin().parents(), family))
                    .forEach(s -> family.add(s.id()));
        } while (family.size() > before);
        return family;
    }

    private List<TaskAnalysis> analyses(TrainingSet set, List<String> wanted) {
        List<TaskAnalysis> analyses = new ArrayList<>();
        set.labels().forEach((task, labels) -> {
            if (!wanted.isEmpty() && !wanted.contains(task)) {
                return;
            }
            List<Outcome> own = training.stream()
                    .filter(s -> s.task().equals(task))
                    .map(outcomes::get)
                    .filter(Objects::nonNull)
                    .toList();
            if (own.isEmpty()) {
                throw new IllegalStateException(
                        ("task '%s' has too few training samples to be judged: a label needs two different texts, one to"
                                        + " learn from and one to judge. Add some, or use analyze(dataset)")
                                .formatted(task));
            }
            analyses.add(TaskAnalysis.of(task, labels, own));
        });
        return analyses;
    }
}
