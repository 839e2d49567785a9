package io.rapidfit.report;

import io.rapidfit.check.DatasetIssue;
import io.rapidfit.check.DatasetIssue.Severity;
import io.rapidfit.check.DatasetReport;
import io.rapidfit.check.DiversityComparison;
import io.rapidfit.check.DiversityReport;
import io.rapidfit.check.LengthStatistics;
import io.rapidfit.check.TaskReport;
import io.rapidfit.check.Template;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.AnalysisResult.Basis;
import io.rapidfit.metrics.Comparison;
import io.rapidfit.metrics.Outcome;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Small results to make reports of. Every name and text in them goes through a disguise: what a hostile author makes of it. */
final class Results {

    static final UnaryOperator<String> AS_IT_IS = UnaryOperator.identity();

    private Results() {}

    /** Two tasks; one has an issue of each severity, one with samples of its own and one without any, the other has none. */
    static DatasetReport dataset(UnaryOperator<String> disguise) {
        String topic = disguise.apply("topic");
        String billing = disguise.apply("billing");
        String returns = disguise.apply("returns");
        List<Sample> samples = List.of(
                Sample.of(topic, disguise.apply("my bill"), billing).withSplit(Split.TRAIN),
                Sample.of(topic, disguise.apply("send it back"), returns));
        TaskReport first = new TaskReport(
                topic,
                4,
                ordered(billing, 3, returns, 1),
                new LengthStatistics(7, 9.5, 10.25, 12, 2.5),
                Map.of(
                        billing,
                        ordered(disguise.apply("ARABIC"), 1, disguise.apply("LATIN"), 2),
                        returns,
                        Map.of(disguise.apply("LATIN"), 1)),
                List.of(
                        issue(DatasetIssue.Type.LEAK, Severity.ERROR, topic, disguise.apply("2 texts leak"), samples),
                        issue(
                                DatasetIssue.Type.IMBALANCE,
                                Severity.WARNING,
                                topic,
                                disguise.apply("1 label is rare"),
                                List.of()),
                        issue(
                                DatasetIssue.Type.LONG,
                                Severity.INFO,
                                topic,
                                disguise.apply("1 text is long"),
                                samples.subList(0, 1))),
                61.5);
        TaskReport second = new TaskReport(
                disguise.apply("urgency"),
                2,
                ordered(disguise.apply("low"), 1, disguise.apply("high"), 1),
                new LengthStatistics(1, 1, 1, 1, 0),
                Map.of(),
                List.of(),
                100);
        return dataset(first, second);
    }

    /** Of two groups, with a template that one of them matches, and openings, closings and samples. */
    static DiversityReport diversity(UnaryOperator<String> disguise) {
        DiversityReport pirate = diversity(disguise, Map.of());
        DiversityReport poet = diversity(disguise, Map.of());
        Map<String, DiversityReport> groups = new LinkedHashMap<>();
        groups.put(disguise.apply("pirate"), pirate);
        groups.put(disguise.apply("poet"), poet);
        return diversity(disguise, groups);
    }

    private static DiversityReport diversity(UnaryOperator<String> disguise, Map<String, DiversityReport> groups) {
        return new DiversityReport(
                4,
                2,
                0.75,
                0.5,
                0.625,
                0.7,
                0.2,
                0.4,
                List.of(new DiversityReport.Phrase(disguise.apply("let me know"), 3)),
                List.of(new DiversityReport.Phrase(disguise.apply("be so kind"), 2)),
                List.of(
                        new DiversityReport.LengthBucket(0, 0, 1),
                        new DiversityReport.LengthBucket(1, 4, 3),
                        new DiversityReport.LengthBucket(5, Integer.MAX_VALUE, 0)),
                0.5,
                List.of(
                        new DiversityReport.TemplateShare(
                                disguise.apply("let me know"), Template.Source.PHRASE, 2, 0.5),
                        new DiversityReport.TemplateShare(disguise.apply("never"), Template.Source.MINED, 0, 0)),
                groups,
                List.of(
                        new DiversityReport.SampledText(
                                0,
                                disguise.apply("pirate"),
                                disguise.apply("Let me know!"),
                                disguise.apply("let me know")),
                        new DiversityReport.SampledText(3, disguise.apply("poet"), disguise.apply("Clear."), "")));
    }

    static DiversityComparison diversityComparison(UnaryOperator<String> disguise) {
        return DiversityReport.compare(diversity(disguise), diversity(disguise));
    }

    static DatasetReport dataset(TaskReport... tasks) {
        Map<String, TaskReport> byName = new LinkedHashMap<>();
        List.of(tasks).forEach(t -> byName.put(t.task(), t));
        return new DatasetReport(byName);
    }

    static DatasetIssue issue(
            DatasetIssue.Type type, Severity severity, String task, String message, List<Sample> samples) {
        return new DatasetIssue(type, severity, task, message, samples);
    }

    static Map<String, Integer> ordered(String first, int firstCount, String second, int secondCount) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        counts.put(first, firstCount);
        counts.put(second, secondCount);
        return counts;
    }

    /** Two tasks. In the first, of a a b the labels a b b were predicted; in the second all is right. */
    static AnalysisResult analysis(Basis basis, UnaryOperator<String> disguise) {
        String topic = disguise.apply("topic");
        String a = label("a", disguise);
        String b = label("b", disguise);
        return AnalysisResult.of(
                basis,
                List.of(
                        TaskAnalysis.of(
                                topic,
                                List.of(a, b),
                                List.of(
                                        new Outcome(Sample.of(topic, disguise.apply("first"), a), a, 0.9),
                                        new Outcome(Sample.of(topic, disguise.apply("second"), a), b, 0.75),
                                        new Outcome(Sample.of(topic, disguise.apply("third"), b), b, 0.6))),
                        allRight(disguise.apply("urgency"), label("low", disguise))));
    }

    static TaskAnalysis allRight(String task, String label) {
        return TaskAnalysis.of(task, List.of(label), List.of(new Outcome(Sample.of(task, "text", label), label, 1)));
    }

    /** Label i is taken for the next one as often as {@code errors} says, and otherwise recognised once. */
    static TaskAnalysis neighbours(String task, int labels, int errors) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < labels; i++) {
            String label = "label" + i;
            outcomes.add(new Outcome(Sample.of(task, "right " + i, label), label, 0.9));
            for (int j = 0; j < errors; j++) {
                String text = "wrong " + i + " " + j;
                outcomes.add(new Outcome(Sample.of(task, text, label), "label" + (i + 1) % labels, 0.5));
            }
        }
        return TaskAnalysis.of(
                task, IntStream.range(0, labels).mapToObj(i -> "label" + i).toList(), outcomes);
    }

    static AnalysisResult of(TaskAnalysis... tasks) {
        return AnalysisResult.of(Basis.TEST, List.of(tasks));
    }

    /** Two tasks of 40 samples; in the first, 12 that were wrong are right afterwards, the second stays as it was. */
    static Comparison comparison(Basis basis, UnaryOperator<String> disguise) {
        return Comparison.builder()
                .resamples(200) // as few as it takes: a report shows what it is given
                .between(
                        AnalysisResult.of(basis, List.of(right("topic", 20, disguise), right("urgency", 30, disguise))),
                        AnalysisResult.of(
                                basis, List.of(right("topic", 32, disguise), right("urgency", 30, disguise))));
    }

    /** As a sample has it: else what is predicted would not be the same. */
    private static String label(String benign, UnaryOperator<String> disguise) {
        return TextNormalizer.wellFormed(disguise.apply(benign));
    }

    /** The first so many of 40 samples are right. */
    static TaskAnalysis right(String task, int right, UnaryOperator<String> disguise) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String own = label(i % 2 == 0 ? "a" : "b", disguise);
            String other = label(i % 2 == 0 ? "b" : "a", disguise);
            Sample sample = Sample.of(disguise.apply(task), disguise.apply("text " + i), own)
                    .withId(String.valueOf(i)); // the bootstrap draws in order of ids, and these know no disguise
            outcomes.add(new Outcome(sample, i < right ? own : other, 0.75));
        }
        return TaskAnalysis.of(disguise.apply(task), List.of(), outcomes);
    }
}
