package io.rapidfit.llm.generate;

import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.llm.RunUsage;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link LLMAnnotator} made of texts.
 *
 * <p>A label that a model gave is not gold: the samples are synthetic, and so for training only. Have people label what you
 * measure on.
 *
 * @param dataset the labelled texts, task by task, those that had to be asked about again after the others; then what the
 *     synthesizer wrote
 * @param unlabelled the other texts, by task and in the order in which they were given
 * @param tasks what the texts were to be labelled with
 * @param usage what the annotation spent, in earlier tries too; what the synthesizer spent is in its own result
 * @param synthesized what the synthesizer wrote; null if there is none, or the annotation ended early: what the labels lack
 *     is not known then
 * @param endedEarly why texts were left that might have been asked about; null if none were
 * @param paths the files that the dataset was saved to; none without a saver
 * @param runId names the run in the origin of each labelled text; the same whenever texts, tasks and options are the same
 */
public record AnnotationResult(
        Dataset dataset,
        List<Unlabelled> unlabelled,
        List<AnnotationTask> tasks,
        RunUsage usage,
        @Nullable GenerationResult synthesized,
        @Nullable String endedEarly,
        List<Path> paths,
        String runId) {

    public AnnotationResult {
        unlabelled = List.copyOf(unlabelled);
        tasks = List.copyOf(tasks);
        paths = List.copyOf(paths);
    }

    /**
     * Prints tables: how many texts got each label, how many got none and why, and what was spent; then what the synthesizer
     * made.
     */
    public void display(Appendable out) {
        TextTable labels = new TextTable().left("task").left("label").right("texts");
        Map<List<String>, Integer> labelled = labelCounts();
        for (AnnotationTask task : tasks) {
            task.labels()
                    .forEach(label -> labels.row(
                            task.name(), label, String.valueOf(labelled.getOrDefault(List.of(task.name(), label), 0))));
        }
        print(labels, out);
        if (!unlabelled.isEmpty()) {
            TextTable reasons = new TextTable().left("task").left("no label").right("texts");
            for (AnnotationTask task : tasks) {
                for (Unlabelled.Reason reason : Unlabelled.Reason.values()) {
                    int count = count(task.name(), reason);
                    if (count > 0) {
                        reasons.row(task.name(), reason.description(), String.valueOf(count));
                    }
                }
            }
            print(reasons, out);
        }
        try {
            if (endedEarly != null) {
                out.append("  ended early: ").append(endedEarly).append("\n\n");
            }
            usage.display(out);
            if (synthesized != null) {
                out.append('\n');
                synthesized.display(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void print(TextTable table, Appendable out) {
        table.print(out);
        try {
            out.append('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<List<String>, Integer> labelCounts() {
        Map<List<String>, Integer> counts = new LinkedHashMap<>();
        for (Sample sample : dataset.samples()) {
            if (runId.equals(sample.origin().runId())) {
                counts.merge(List.of(sample.task(), sample.label()), 1, Integer::sum);
            }
        }
        return counts;
    }

    private int count(String task, Unlabelled.Reason reason) {
        return (int) unlabelled.stream()
                .filter(u -> u.task().equals(task) && u.reason() == reason)
                .count();
    }

    /** Counts, no texts. */
    @Override
    public String toString() {
        return "AnnotationResult[%d samples, %d unlabelled, run %s]"
                .formatted(dataset.size(), unlabelled.size(), runId);
    }
}
