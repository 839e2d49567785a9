package io.rapidfit.check;

import io.rapidfit.data.Sample;
import io.rapidfit.text.DisplayWidth;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is wrong with a dataset, task by task.
 *
 * @param tasks in the dataset's order
 */
public record DatasetReport(Map<String, TaskReport> tasks) {

    private static final int EXAMPLES = 3;
    private static final int EXAMPLE_COLUMNS = 72;

    public DatasetReport {
        tasks = Collections.unmodifiableMap(new LinkedHashMap<>(tasks));
    }

    /** Those of all tasks, task by task. */
    public List<DatasetIssue> issues() {
        return tasks.values().stream().flatMap(t -> t.issues().stream()).toList();
    }

    /** The issue of this type in a task; empty if there is none. */
    public Optional<DatasetIssue> issue(String task, DatasetIssue.Type type) {
        TaskReport report = tasks.get(task);
        if (report == null) {
            throw new IllegalArgumentException(
                    "no task '%s' in this report; it has %s".formatted(task, tasks.keySet()));
        }
        return report.issues().stream().filter(i -> i.type() == type).findFirst();
    }

    /** Prints a table of tasks, and for each the issues with a few of their texts. */
    public void display(Appendable out) {
        TextTable table = new TextTable()
                .left("task")
                .right("score")
                .right("samples")
                .right("labels")
                .right("median length")
                .right("errors")
                .right("warnings");
        for (TaskReport task : tasks.values()) {
            table.row(
                    task.task(),
                    String.format(Locale.ROOT, "%.0f", task.score()),
                    String.valueOf(task.samples()),
                    String.valueOf(task.labelCounts().size()),
                    String.format(Locale.ROOT, "%.0f", task.lengths().median()),
                    String.valueOf(count(task, DatasetIssue.Severity.ERROR)),
                    String.valueOf(count(task, DatasetIssue.Severity.WARNING)));
        }
        table.print(out);
        try {
            for (TaskReport task : tasks.values()) {
                print(task, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long count(TaskReport task, DatasetIssue.Severity severity) {
        return task.issues().stream().filter(i -> i.severity() == severity).count();
    }

    private static void print(TaskReport task, Appendable out) throws IOException {
        if (task.issues().isEmpty()) {
            return;
        }
        out.append('\n').append(task.task()).append('\n');
        for (DatasetIssue issue : task.issues()) {
            out.append("  ")
                    .append(issue.severity().name().toLowerCase(Locale.ROOT))
                    .append(": ")
                    .append(issue.message())
                    .append('\n');
            for (Sample sample : issue.samples().stream().limit(EXAMPLES).toList()) {
                out.append("      ")
                        .append(sample.label())
                        .append(": ")
                        .append(DisplayWidth.fit(sample.text(), EXAMPLE_COLUMNS))
                        .append('\n');
            }
            if (issue.samples().size() > EXAMPLES) {
                out.append("      ... and ")
                        .append(String.valueOf(issue.samples().size() - EXAMPLES))
                        .append(" more\n");
            }
        }
    }
}
