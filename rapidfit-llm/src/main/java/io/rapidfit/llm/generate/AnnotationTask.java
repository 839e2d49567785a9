package io.rapidfit.llm.generate;

import io.rapidfit.internal.Require;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What texts are to be labelled with.
 *
 * @param name the task of the samples; the model sees it
 * @param labels at least two, that differ by more than case and white space; none may be {@value LLMAnnotator#SKIP}, which is
 *     what a model says of a text that it cannot label
 * @param instruction what to mind, in your own words: what a label means, where the border to another is; may be empty
 */
public record AnnotationTask(String name, List<String> labels, String instruction) {

    public AnnotationTask {
        name = TextNormalizer.wellFormed(Require.notBlank("name", name));
        labels = Require.nonNull("labels", labels).stream()
                .map(label -> TextNormalizer.wellFormed(Require.notBlank("each of labels", label)))
                .toList();
        instruction = TextNormalizer.wellFormed(Require.nonNull("instruction", instruction));
        if (labels.size() < 2) {
            throw new IllegalArgumentException(
                    "task '%s' needs at least two labels to choose from but has %s".formatted(name, labels));
        }
        Map<String, String> seen = new HashMap<>();
        for (String label : labels) {
            String normal = TextNormalizer.normalize(label);
            if (normal.equals(TextNormalizer.normalize(LLMAnnotator.SKIP))) {
                throw new IllegalArgumentException(
                        "task '%s': a label must not be '%s', which is what a model says of a text that it cannot label"
                                .formatted(name, label));
            }
            String other = seen.put(normal, label);
            if (other != null) {
                throw new IllegalArgumentException(
                        "task '%s': labels must differ by more than case and white space, '%s' and '%s' do not"
                                .formatted(name, other, label));
            }
        }
    }

    /** A task without instruction. */
    public static AnnotationTask of(String name, String... labels) {
        return new AnnotationTask(name, List.of(labels), "");
    }

    public AnnotationTask withInstruction(String newInstruction) {
        return new AnnotationTask(name, labels, newInstruction);
    }

    /** The tasks of one run: at least one, and none twice. */
    static List<AnnotationTask> copyOf(List<AnnotationTask> tasks) {
        List<AnnotationTask> copy = List.copyOf(Require.nonNull("tasks", tasks));
        if (copy.isEmpty()) {
            throw new IllegalArgumentException(
                    "tasks must not be empty: AnnotationTask.of(\"sentiment\", \"positive\", \"negative\")");
        }
        Set<String> names = new HashSet<>();
        copy.forEach(task -> {
            if (!names.add(task.name())) {
                throw new IllegalArgumentException(
                        "task '%s' is there twice: give it all its labels at once".formatted(task.name()));
            }
        });
        return copy;
    }

    /** Flat, so that no two lists of tasks give the same. */
    static List<Object> fingerprint(List<AnnotationTask> tasks) {
        List<Object> all = new ArrayList<>();
        for (AnnotationTask task : tasks) {
            all.addAll(List.of(task.name(), task.instruction(), task.labels().size()));
            all.addAll(task.labels());
        }
        return all;
    }
}
