package io.rapidfit.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gives a text one label for each of its tasks. Implementations are thread-safe. */
public interface TextClassifier {

    /** The tasks that it was made for. */
    List<String> tasks();

    /**
     * The labels of a task, sorted.
     *
     * @throws IllegalArgumentException if there is no such task; the message lists those there are
     */
    List<String> labels(String task);

    /**
     * Predicts each text's label, in the order of the texts.
     *
     * @throws IllegalArgumentException if there is no such task, or a text is blank
     */
    List<Prediction> predict(List<String> texts, String task);

    /**
     * Predicts one text's label.
     *
     * @throws IllegalArgumentException if there is no such task, or the text is blank
     */
    default Prediction predict(String text, String task) {
        return predict(List.of(text), task).get(0);
    }

    /**
     * Predicts one text's label for every task, in order of {@link #tasks()}.
     *
     * @throws IllegalArgumentException if the text is blank
     */
    default Map<String, Prediction> predictAll(String text) {
        Map<String, Prediction> all = new LinkedHashMap<>();
        tasks().forEach(task -> all.put(task, predict(text, task)));
        return all;
    }
}
