package io.rapidfit.finetune;

import io.rapidfit.text.TextTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A mended copy of a file, and how it differs from it.
 *
 * @param linesBefore that are not blank
 * @param changes in the order of the lines
 */
public record Mended(Path source, Path copy, int linesBefore, int linesAfter, List<Change> changes) {

    /** What was done to a line. */
    public enum Action {
        MASKED,
        REMOVED
    }

    /**
     * One line that is not as it was.
     *
     * @param line in the source, counted from 1
     * @param reason for people, such as "has 1 email"
     * @param before the part that changed, with personal data covered by stars; how the line begins if it went, and empty if it could
     *     not be read
     * @param after the same part as it is now; empty if the line went
     */
    public record Change(int line, Action action, String reason, String before, String after) {}

    public Mended {
        changes = List.copyOf(changes);
    }

    /** Prints a table of the changes. */
    public void display(Appendable out) {
        TextTable table = new TextTable()
                .right("line")
                .left("what")
                .left("why")
                .left("before")
                .left("after");
        for (Change change : changes) {
            table.row(
                    String.valueOf(change.line()),
                    change.action().name().toLowerCase(Locale.ROOT),
                    change.reason(),
                    change.before(),
                    change.after());
        }
        table.print(out);
    }
}
