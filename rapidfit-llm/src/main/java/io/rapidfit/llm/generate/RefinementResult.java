package io.rapidfit.llm.generate;

import io.rapidfit.data.Dataset;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/**
 * What a {@link RefinementLoop} did.
 *
 * @param rounds all of them, the one before any refinement first
 * @param best the one with the highest score, the earliest of several
 * @param stop why it ended
 */
public record RefinementResult(List<RefinementRound> rounds, RefinementRound best, Stop stop) {

    /** Why a loop ended. */
    public enum Stop {
        GOOD_ENOUGH("no class is weak any more"),
        NO_IMPROVEMENT("no better than the best round"),
        NO_ANSWER("the model answered no more"),
        NOTHING_WRITTEN("no new sample was kept"),
        MAX_ROUNDS("as many rounds as allowed");

        private final String description;

        Stop(String description) {
            this.description = description;
        }

        /** For people, such as "no class is weak any more". */
        public String description() {
            return description;
        }
    }

    public RefinementResult {
        rounds = List.copyOf(rounds);
    }

    /** What the best round was trained on. */
    public Dataset dataset() {
        return best.dataset();
    }

    /** Prints a table of the rounds, and why the loop ended. */
    public void display(Appendable out) {
        TextTable table = new TextTable()
                .right("round")
                .right("written")
                .right("samples")
                .right("macro-F1")
                .left("");
        for (RefinementRound round : rounds) {
            GenerationResult refined = round.refined();
            table.row(
                    String.valueOf(round.number()),
                    refined == null ? "-" : String.valueOf(refined.samples().size()),
                    String.valueOf(round.dataset().size()),
                    String.format(Locale.ROOT, "%.3f", round.score()),
                    round.number() == best.number() ? "kept" : "");
        }
        table.print(out);
        try {
            out.append('\n')
                    .append("  ended: ")
                    .append(stop.description())
                    .append(", judged on ")
                    .append(best.analysis().basis().description())
                    .append('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
