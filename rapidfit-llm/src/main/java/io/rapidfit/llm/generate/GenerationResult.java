package io.rapidfit.llm.generate;

import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.llm.RunUsage;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run of a generator made.
 *
 * @param dataset what there was, each sample with its split, and then what was made, in the order in which it was kept
 * @param samples what was made
 * @param usage what the run spent, in earlier tries too
 * @param shortfalls the classes that got fewer samples than they should have
 * @param rejections why texts were not kept, and how many
 * @param paths the files that the dataset was saved to; none without a saver
 * @param runId names the run in the origin of each sample; the same whenever input and options are the same
 */
public record GenerationResult(
        Dataset dataset,
        List<Sample> samples,
        RunUsage usage,
        List<Shortfall> shortfalls,
        Map<Rejection, Integer> rejections,
        List<Path> paths,
        String runId) {

    public GenerationResult {
        samples = List.copyOf(samples);
        shortfalls = List.copyOf(shortfalls);
        rejections = Rejection.copy(rejections);
        paths = List.copyOf(paths);
    }

    /** Prints tables: how many training samples each class had and got, what was not kept and why, and what was spent. */
    public void display(Appendable out) {
        try {
            printClasses(out);
            out.append('\n');
            for (Shortfall shortfall : shortfalls) {
                out.append("  fewer than wanted: ").append(shortfall.toString()).append('\n');
            }
            out.append(shortfalls.isEmpty() ? "" : "\n");
            if (!rejections.isEmpty()) {
                TextTable rejected = new TextTable().left("not kept").right("texts");
                rejections.forEach((reason, count) -> rejected.row(reason.description(), String.valueOf(count)));
                rejected.print(out);
                out.append('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        usage.display(out);
    }

    private void printClasses(Appendable out) {
        Map<List<String>, int[]> counts = new LinkedHashMap<>(); // of a class: before, made
        dataset.samples().stream()
                .filter(s -> s.split() == Split.TRAIN)
                .forEach(s -> counts.computeIfAbsent(List.of(s.task(), s.label()), k -> new int[2])[0]++);
        samples.forEach(s -> {
            int[] count = counts.computeIfAbsent(List.of(s.task(), s.label()), k -> new int[2]);
            count[0]--;
            count[1]++;
        });
        TextTable classes = new TextTable()
                .left("task")
                .left("label")
                .right("training samples")
                .right("made");
        counts.forEach((key, count) ->
                classes.row(key.get(0), key.get(1), String.valueOf(count[0]), String.valueOf(count[1])));
        classes.print(out);
    }

    /** Counts, no texts. */
    @Override
    public String toString() {
        return "GenerationResult[%s samples made, %s in all, %s shortfalls, run %s]"
                .formatted(samples.size(), dataset.size(), shortfalls.size(), runId);
    }
}
