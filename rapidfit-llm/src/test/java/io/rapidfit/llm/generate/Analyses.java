package io.rapidfit.llm.generate;

import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.AnalysisResult.Basis;
import io.rapidfit.metrics.Outcome;
import io.rapidfit.metrics.TaskAnalysis;
import java.util.ArrayList;
import java.util.List;

/** Analyses of one task, outcome by outcome. */
final class Analyses {

    private final String task;
    private final List<Outcome> outcomes = new ArrayList<>();

    private Analyses(String task) {
        this.task = task;
    }

    static Analyses of(String task) {
        return new Analyses(task);
    }

    Analyses outcome(String text, String label, String predicted) {
        outcomes.add(new Outcome(
                Sample.of(task, text, label).withSplit(Split.VALIDATION), predicted, 0.9 - outcomes.size() * 0.01));
        return this;
    }

    /** That many texts with this label that were given that one; numbered, so that no two are equal. */
    Analyses outcomes(int count, String label, String predicted) {
        for (int i = 0; i < count; i++) {
            outcome("%s taken for %s, number %s".formatted(label, predicted, i), label, predicted);
        }
        return this;
    }

    TaskAnalysis task(String... labels) {
        return TaskAnalysis.of(task, List.of(labels), outcomes);
    }

    AnalysisResult validation(String... labels) {
        return AnalysisResult.of(Basis.VALIDATION, List.of(task(labels)));
    }

    AnalysisResult basis(Basis basis) {
        return AnalysisResult.of(basis, List.of(task()));
    }
}
