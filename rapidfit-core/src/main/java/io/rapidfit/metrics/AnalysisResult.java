package io.rapidfit.metrics;

import io.rapidfit.data.Split;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a classifier gets right and wrong, task by task.
 *
 * <pre>{@code
 * AnalysisResult analysis = classifier.analyze();
 * analysis.display(System.out);
 * double f1 = analysis.tasks().get("sentiment").macroF1();
 * }</pre>
 *
 * <p>Immutable.
 */
public final class AnalysisResult {

    /** Which samples were analysed: it decides what the result may be used for. */
    public enum Basis {
        /** Those that were learnt from: tells whether the model could learn, not how good it is. */
        TRAIN("training samples"),
        /** The validation split: may be looked at to decide what to improve. */
        VALIDATION("validation samples"),
        /** The test split: for the final measurement, not for decisions. */
        TEST("test samples"),
        /** Training samples, each judged by a model that did not see it. */
        OUT_OF_FOLD("training samples, out of fold"),
        /** Samples that the caller gave. */
        GIVEN("given samples");

        private final String description;

        Basis(String description) {
            this.description = description;
        }

        public static Basis of(Split split) {
            return switch (split) {
                case TRAIN -> TRAIN;
                case VALIDATION -> VALIDATION;
                case TEST -> TEST;
            };
        }

        /** For people, such as "validation samples". */
        public String description() {
            return description;
        }
    }

    private final Basis basis;
    private final Map<String, TaskAnalysis> tasks;

    private AnalysisResult(Basis basis, Map<String, TaskAnalysis> tasks) {
        this.basis = basis;
        this.tasks = Collections.unmodifiableMap(tasks);
    }

    public static AnalysisResult of(Basis basis, List<TaskAnalysis> tasks) {
        Map<String, TaskAnalysis> byName = new LinkedHashMap<>();
        tasks.forEach(t -> byName.put(t.task(), t));
        return new AnalysisResult(basis, byName);
    }

    public Basis basis() {
        return basis;
    }

    /** Analyses by task, in the classifier's order. */
    public Map<String, TaskAnalysis> tasks() {
        return tasks;
    }

    /**
     * Only these tasks.
     *
     * @throws IllegalArgumentException if one of them was not analysed
     */
    public AnalysisResult only(String... names) {
        Map<String, TaskAnalysis> kept = new LinkedHashMap<>();
        for (String name : names) {
            TaskAnalysis task = tasks.get(name);
            if (task == null) {
                throw new IllegalArgumentException(
                        "task '%s' was not analysed; there are %s".formatted(name, tasks.keySet()));
            }
            kept.put(name, task);
        }
        return new AnalysisResult(basis, kept);
    }

    /**
     * Prints every task: how far its confidence can be trusted, and tables of metrics by label, of the most confused pairs
     * and of the most confident errors.
     */
    public void display(Appendable out) {
        AnalysisDisplay.print(this, out);
    }
}
