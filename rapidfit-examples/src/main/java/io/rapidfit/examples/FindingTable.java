package io.rapidfit.examples;

import io.rapidfit.check.Finding;
import io.rapidfit.text.TextTable;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Findings as a table, for the examples that grade. */
final class FindingTable {

    private FindingTable() {}

    static void print(List<Finding> findings, PrintStream out) {
        TextTable table = new TextTable()
                .left("example")
                .left("check")
                .left("verdict")
                .right("score")
                .left("reason");
        for (Finding finding : findings) {
            String score = finding.score().isPresent()
                    ? String.format(Locale.ROOT, "%.2f", finding.score().getAsDouble())
                    : "-"; // an error has none
            table.row(finding.exampleId(), finding.check(), finding.verdict().name(), score, finding.reason());
        }
        table.print(out);
    }
}
