package io.rapidfit.llm.generate;

import io.rapidfit.data.Example;
import io.rapidfit.llm.RunUsage;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link LLMRefinement} made of several examples.
 *
 * @param examples in the order in which they were given
 * @param usage what writing and ranking spent, in earlier tries too
 * @param endedEarly why examples were left that might have been refined; null if none were
 * @param runId names the run in the origin of each candidate; the same whenever examples and options are the same
 */
public record Refinements(
        List<Refinement> examples, RunUsage usage, @Nullable String endedEarly, String runId) {

    public Refinements {
        examples = List.copyOf(examples);
    }

    /** The best of each, in order: originals where nothing better was written. */
    public List<Example> best() {
        return examples.stream().map(Refinement::best).toList();
    }

    /** Prints a table: why refinements ended, and how many of them improved their example; then what was spent. */
    public void display(Appendable out) {
        TextTable table =
                new TextTable().left("refinement ended").right("examples").right("improved");
        for (Refinement.Stop stop : Refinement.Stop.values()) {
            List<Refinement> ended =
                    examples.stream().filter(r -> r.stop() == stop).toList();
            if (!ended.isEmpty()) {
                table.row(stop.description(), String.valueOf(ended.size()), improved(ended));
            }
        }
        table.row("all", String.valueOf(examples.size()), improved(examples));
        table.print(out);
        try {
            out.append('\n');
            if (endedEarly != null) {
                out.append("  ended early: ").append(endedEarly).append("\n\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        usage.display(out);
    }

    private static String improved(List<Refinement> refinements) {
        return String.valueOf(
                refinements.stream().filter(Refinement::isImproved).count());
    }

    /** Counts, no texts. */
    @Override
    public String toString() {
        return "Refinements[%d examples, %s improved, run %s]".formatted(examples.size(), improved(examples), runId);
    }
}
