package io.rapidfit.check;

import io.rapidfit.internal.Require;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** How diverse texts were, and are. Made by {@link DiversityReport#compare}. */
public record DiversityComparison(DiversityReport before, DiversityReport after) {

    public DiversityComparison {
        Require.nonNull("before", before);
        Require.nonNull("after", after);
    }

    /** How much the score rose, negative if it fell. */
    public double gain() {
        return after.score() - before.score();
    }

    /** Prints a table of the measures side by side, and says so if they were taken of samples of different sizes. */
    public void display(Appendable out) {
        try {
            out.append("before: ").append(before.headline()).append('\n');
            out.append("after:  ").append(after.headline()).append("\n\n");
            TextTable table = new TextTable().left("measure").right("before").right("after");
            Map<String, String> now = after.measures();
            before.measures().forEach((name, value) -> table.row(name, value, now.getOrDefault(name, "-")));
            table.print(out);
            if (before.sampled() != after.sampled()) {
                out.append(
                        "\nThe samples differ in size, so self-BLEU, distinct-n and repeated 4-grams do not compare.\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
