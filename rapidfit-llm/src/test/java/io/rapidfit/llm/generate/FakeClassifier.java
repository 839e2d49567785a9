package io.rapidfit.llm.generate;

import io.rapidfit.data.Dataset;
import io.rapidfit.data.Split;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.model.Prediction;
import io.rapidfit.model.TrainableClassifier;
import io.rapidfit.model.TrainingReport;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Predicts and analyses what a test says, and remembers what it was trained on. */
final class FakeClassifier implements TrainableClassifier {

    private final Map<String, List<String>> labels;
    private final Function<String, Prediction> predict;
    private final Deque<AnalysisResult> analyses = new ArrayDeque<>();
    final List<Dataset> trained = new ArrayList<>();
    final List<String> analysed = new ArrayList<>();

    FakeClassifier(Map<String, List<String>> labels, Function<String, Prediction> predict) {
        this.labels = labels;
        this.predict = predict;
    }

    /** Its analyses, one a round. */
    static FakeClassifier analysing(AnalysisResult... analyses) {
        FakeClassifier classifier = new FakeClassifier(Map.of(), text -> {
            throw new AssertionError("nobody asked");
        });
        classifier.analyses.addAll(Arrays.asList(analyses));
        return classifier;
    }

    @Override
    public List<String> tasks() {
        return List.copyOf(labels.keySet());
    }

    @Override
    public List<String> labels(String task) {
        return labels.get(task);
    }

    @Override
    public List<Prediction> predict(List<String> texts, String task) {
        return texts.stream()
                .peek(text -> {
                    if (TextNormalizer.isBlank(text)) {
                        throw new IllegalArgumentException("a text is blank"); // as the interface says
                    }
                })
                .map(predict)
                .toList();
    }

    @Override
    public TrainingReport train(Dataset dataset) {
        trained.add(dataset);
        return new TrainingReport(dataset.samples(Split.TRAIN).size(), 1, 0, List.of());
    }

    @Override
    public AnalysisResult analyze(String... tasks) {
        analysed.add("analyze" + List.of(tasks));
        AnalysisResult next = analyses.remove();
        return tasks.length == 0 ? next : next.only(tasks);
    }

    @Override
    public AnalysisResult analyze(Split split, String... tasks) {
        throw new AssertionError("the loop must not look at " + split);
    }

    @Override
    public AnalysisResult analyze(Dataset dataset) {
        throw new AssertionError("nobody asked");
    }

    @Override
    public AnalysisResult crossValidate(Dataset dataset, int folds) {
        analysed.add("crossValidate " + folds);
        return analyses.remove();
    }
}
