package io.rapidfit.finetune;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.check.DatasetIssue.Severity;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Whether files are fit to be learnt from, and what is wrong with them. It quotes nothing that was found to be personal.
 *
 * @param files in the order in which they were given
 */
public record ValidationReport(List<FileReport> files) {

    private static final int SCHEMA_POINTS = 40;
    private static final int PERSONAL_DATA_POINTS = 30;
    private static final int UNIQUENESS_POINTS = 30;

    /** What a {@link #score} means. */
    public enum Band {
        /** 90 or more. */
        GOOD,
        /** 70 or more, and less than 90. */
        FAIR,
        /** Less than 70. */
        POOR;

        static Band of(double score) {
            return score >= 90 ? GOOD : score >= 70 ? FAIR : POOR;
        }
    }

    /**
     * What is wrong with one line.
     *
     * @param line counted from 1; 0 if the whole file is meant
     * @param excerpt how the user's text begins, with personal data covered; empty where there is none
     */
    public record Problem(int line, String message, String excerpt) {}

    /**
     * What one check found in a file.
     *
     * @param count lines, or 1 where the file is meant
     * @param examples the first of them
     */
    public record Failures(int count, List<Problem> examples) {
        public Failures {
            examples = List.copyOf(examples);
        }
    }

    /** How many tokens the lines have that can be read; all 0 if there is none. */
    public record Tokens(long total, int min, double median, int max) {

        static Tokens of(int[] tokens) {
            if (tokens.length == 0) {
                return new Tokens(0, 0, 0, 0);
            }
            int[] sorted = tokens.clone();
            Arrays.sort(sorted);
            int n = sorted.length;
            return new Tokens(
                    Arrays.stream(sorted).asLongStream().sum(),
                    sorted[0],
                    ((double) sorted[(n - 1) / 2] + sorted[n / 2]) / 2,
                    sorted[n - 1]);
        }
    }

    /**
     * One file.
     *
     * @param lines that are not blank
     * @param wellFormed how many of them are as their format, and the shape of the completion if one was given, want them, and not
     *     too long
     * @param withoutPersonalData how many have a prompt and a completion, and no personal data in them
     * @param unique how many have a prompt and a completion, and are neither duplicates, near-duplicates, contradictions nor
     *     overlaps
     * @param labels how many lines have which, in order of first appearance, with personal data covered; only of
     *     completions that have the label's member
     * @param failures by check; without those that found nothing
     */
    public record FileReport(
            Path file,
            long bytes,
            int lines,
            int wellFormed,
            int withoutPersonalData,
            int unique,
            Map<String, Integer> labels,
            Tokens tokens,
            Map<ValidationCheck, Failures> failures) {

        public FileReport {
            labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
            failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
        }

        /** As for all files together, see {@link ValidationReport#score}. */
        public double score() {
            return new ValidationReport(List.of(this)).score();
        }

        /** How many lines a check failed, or 1 if it failed the file; 0 if it found nothing. */
        public int count(ValidationCheck check) {
            Failures found = failures.get(check);
            return found == null ? 0 : found.count();
        }

        private long count(Severity severity) {
            return failures.keySet().stream()
                    .filter(check -> check.severity() == severity)
                    .mapToLong(this::count)
                    .sum();
        }
    }

    public ValidationReport {
        files = List.copyOf(files);
    }

    /**
     * Quality from 0 to 100: 40 times the share of lines that are well-formed, 30 times that of lines without personal data, 30 times
     * that of unique lines. A line that cannot be read, or has no prompt or no completion, is none of these; with no line at all it
     * is 0. How many lines there are of a label, and too few of them, do not count here.
     */
    public double score() {
        int lines = sum(FileReport::lines);
        return lines == 0
                ? 0
                : (double) SCHEMA_POINTS * sum(FileReport::wellFormed) / lines
                        + (double) PERSONAL_DATA_POINTS * sum(FileReport::withoutPersonalData) / lines
                        + (double) UNIQUENESS_POINTS * sum(FileReport::unique) / lines;
    }

    private int sum(ToIntFunction<FileReport> count) {
        return files.stream().mapToInt(count).sum();
    }

    public Band band() {
        return Band.of(score());
    }

    /** Whether no check of the severity {@link Severity#ERROR} failed: what is left are warnings. */
    public boolean passed() {
        return files.stream().allMatch(file -> file.count(Severity.ERROR) == 0);
    }

    /** The report as one JSON object, with the count of every check for every file, scores rounded to a tenth. */
    public String toJson() {
        ObjectNode json = Json.object()
                .put("score", rounded(score()))
                .put("band", band().name().toLowerCase(Locale.ROOT))
                .put("passed", passed());
        ArrayNode list = json.putArray("files");
        files.forEach(file -> write(file, list.addObject()));
        return Json.write(json);
    }

    private static double rounded(double score) {
        return Math.round(score * 10) / 10.0;
    }

    private static void write(FileReport file, ObjectNode json) {
        json.put("file", file.file().toString())
                .put("bytes", file.bytes())
                .put("lines", file.lines())
                .put("score", rounded(file.score()))
                .put("band", Band.of(file.score()).name().toLowerCase(Locale.ROOT))
                .put("well_formed", file.wellFormed())
                .put("without_personal_data", file.withoutPersonalData())
                .put("unique", file.unique());
        json.putObject("tokens")
                .put("total", file.tokens().total())
                .put("min", file.tokens().min())
                .put("median", file.tokens().median())
                .put("max", file.tokens().max());
        ObjectNode labels = json.putObject("labels");
        file.labels().forEach(labels::put);
        ObjectNode checks = json.putObject("checks");
        for (ValidationCheck check : ValidationCheck.values()) {
            ObjectNode found = checks.putObject(check.written())
                    .put("severity", check.severity().name().toLowerCase(Locale.ROOT))
                    .put("count", file.count(check));
            ArrayNode examples = found.putArray("examples");
            Failures failures = file.failures().get(check);
            if (failures != null) {
                failures.examples()
                        .forEach(problem -> examples.addObject()
                                .put("line", problem.line())
                                .put("message", problem.message())
                                .put("excerpt", problem.excerpt()));
            }
        }
    }

    /** Prints a table of the files, and for each what is wrong, with a few lines. */
    public void display(Appendable out) {
        TextTable table = new TextTable()
                .left("file")
                .right("score")
                .left("band")
                .right("lines")
                .right("median tokens")
                .right("most")
                .right("errors")
                .right("warnings");
        for (FileReport file : files) {
            table.row(
                    String.valueOf(file.file().getFileName()),
                    String.format(Locale.ROOT, "%.1f", file.score()),
                    Band.of(file.score()).name().toLowerCase(Locale.ROOT),
                    String.valueOf(file.lines()),
                    String.format(Locale.ROOT, "%.0f", file.tokens().median()),
                    String.valueOf(file.tokens().max()),
                    String.valueOf(file.count(Severity.ERROR)),
                    String.valueOf(file.count(Severity.WARNING)));
        }
        table.print(out);
        try {
            for (FileReport file : files) {
                print(file, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void print(FileReport file, Appendable out) throws IOException {
        if (file.failures().isEmpty()) {
            return;
        }
        out.append('\n').append(String.valueOf(file.file().getFileName())).append('\n');
        for (Map.Entry<ValidationCheck, Failures> found : file.failures().entrySet()) {
            out.append("  ")
                    .append(found.getKey().severity().name().toLowerCase(Locale.ROOT))
                    .append(": ")
                    .append(found.getKey().written().replace('_', ' '))
                    .append(' ')
                    .append(String.valueOf(found.getValue().count()))
                    .append('\n');
            for (Problem problem : found.getValue().examples()) {
                out.append("      ");
                if (problem.line() > 0) {
                    out.append("line ").append(String.valueOf(problem.line())).append(' ');
                }
                out.append(problem.message());
                if (!problem.excerpt().isEmpty()) {
                    out.append(": ").append(problem.excerpt());
                }
                out.append('\n');
            }
        }
    }
}
