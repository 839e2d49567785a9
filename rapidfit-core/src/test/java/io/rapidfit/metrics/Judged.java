package io.rapidfit.metrics;

import io.rapidfit.data.Sample;
import io.rapidfit.metrics.AnalysisResult.Basis;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Two analyses of the same samples, put together sample by sample. */
final class Judged {

    private final String task;
    private final List<Outcome> before = new ArrayList<>();
    private final List<Outcome> after = new ArrayList<>();

    Judged(String task) {
        this.task = task;
    }

    /**
     * Samples of labels a and b in turn, that are wrongly taken for each other: with even counts, both labels are
     * recognised equally well, and macro-F1 is accuracy.
     */
    static Judged counts(String task, int bothRight, int onlyAfter, int onlyBefore, int bothWrong) {
        Judged judged = new Judged(task);
        for (int i = 0; i < bothRight + onlyAfter + onlyBefore + bothWrong; i++) {
            String label = i % 2 == 0 ? "a" : "b";
            String other = i % 2 == 0 ? "b" : "a";
            boolean rightAfter = i < bothRight + onlyAfter;
            boolean right = i < bothRight || (!rightAfter && i < bothRight + onlyAfter + onlyBefore);
            judged.add(1, label, right ? label : other, rightAfter ? label : other);
        }
        return judged;
    }

    Judged add(int times, String label, String saidBefore, String saidAfter) {
        for (int i = 0; i < times; i++) {
            Sample sample = Sample.of(task, "text " + before.size(), label);
            before.add(new Outcome(sample, saidBefore, 0.5));
            after.add(new Outcome(sample, saidAfter, 0.5));
        }
        return this;
    }

    List<Outcome> outcomesBefore() {
        return before;
    }

    List<Outcome> outcomesAfter() {
        return after;
    }

    TaskAnalysis before() {
        return TaskAnalysis.of(task, List.of(), before);
    }

    TaskAnalysis after() {
        return TaskAnalysis.of(task, List.of(), after);
    }

    static AnalysisResult before(Basis basis, Judged... tasks) {
        return AnalysisResult.of(basis, Stream.of(tasks).map(Judged::before).toList());
    }

    static AnalysisResult after(Basis basis, Judged... tasks) {
        return AnalysisResult.of(basis, Stream.of(tasks).map(Judged::after).toList());
    }

    static Comparison compared(Judged... tasks) {
        return Comparison.between(before(Basis.TEST, tasks), after(Basis.TEST, tasks));
    }
}
