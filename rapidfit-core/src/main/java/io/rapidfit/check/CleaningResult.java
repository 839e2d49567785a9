package io.rapidfit.check;

import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.text.TextTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a {@link DatasetCleaner} left, and what it took away.
 *
 * @param original the dataset as it was
 * @param removed in the dataset's order
 */
public record CleaningResult(Dataset dataset, Dataset original, List<Removed> removed) {

    /** Why a sample was removed. */
    public enum Reason {
        IGNORED_LABEL("its label is ignored"),
        EMPTY("it is blank"),
        DUPLICATE("it repeats another with the same label"),
        NEAR_DUPLICATE("it is nearly another of the task"),
        TOO_SHORT("it is shorter than the least length"),
        TOO_LONG("it is longer than the greatest length"),
        SURPLUS("its label has more than enough");

        private final String description;

        Reason(String description) {
            this.description = description;
        }

        /** For people, such as "it is blank". */
        public String description() {
            return description;
        }
    }

    /** One sample that was taken away. */
    public record Removed(Sample sample, Reason reason) {}

    public CleaningResult {
        removed = List.copyOf(removed);
    }

    /** Prints how many samples each task had and has, and why the others went. */
    public void display(Appendable out) {
        TextTable table =
                new TextTable().left("task").right("before").right("after").left("removed because");
        for (String task : original.tasks()) {
            Map<Reason, Integer> reasons = new LinkedHashMap<>();
            removed.stream()
                    .filter(r -> r.sample().task().equals(task))
                    .forEach(r -> reasons.merge(r.reason(), 1, Integer::sum));
            int before = original.samples(task).size();
            int gone = reasons.values().stream().mapToInt(i -> i).sum();
            table.row(
                    task,
                    String.valueOf(before),
                    String.valueOf(before - gone),
                    String.join(
                            ", ",
                            reasons.entrySet().stream()
                                    .map(e -> e.getKey().description() + " " + e.getValue())
                                    .toList()));
        }
        table.print(out);
    }

    /** Counts, no texts. */
    @Override
    public String toString() {
        return "CleaningResult[%d of %d samples left]".formatted(dataset.size(), original.size());
    }
}
