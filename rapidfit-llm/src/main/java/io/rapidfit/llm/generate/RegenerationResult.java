package io.rapidfit.llm.generate;

import io.rapidfit.llm.RunUsage;
import io.rapidfit.text.DisplayWidth;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@link LLMRegenerator} did.
 *
 * @param files in the order in which they were given
 * @param usage spent, in earlier tries of the run too
 * @param endedEarly why no file was written though there was more to ask; null if the run came to its end
 * @param runId names the journal; the same whenever options, templates and the names of the files are
 */
public record RegenerationResult(
        List<RegeneratedFile> files,
        RunUsage usage,
        @Nullable String endedEarly,
        String runId) {

    private static final int PATH_COLUMNS = 60;

    public RegenerationResult {
        files = List.copyOf(files);
    }

    /** Whether the output files were written. */
    public boolean isComplete() {
        return endedEarly == null;
    }

    /** The share of the responses tried that could not be rewritten, in [0, 1]; 0 if none was tried. */
    public double failedShare() {
        int failed = files.stream().mapToInt(RegeneratedFile::failedRows).sum();
        int rewritten = files.stream().mapToInt(RegeneratedFile::rewritten).sum();
        return failed == 0 ? 0 : (double) failed / (failed + rewritten);
    }

    /** Prints tables: what became of the rows of each file, why attempts were refused, diversity before and after, and what was spent. */
    public void display(Appendable out) {
        try {
            TextTable table = new TextTable().left("file");
            for (String column : List.of("rows", "templated", "kept", "rewritten", "failed")) {
                table.right(column);
            }
            for (RegeneratedFile file : files) {
                table.row(
                        DisplayWidth.fit(file.output().toString(), PATH_COLUMNS),
                        String.valueOf(file.rows()),
                        String.valueOf(file.templated()),
                        String.valueOf(file.kept()),
                        String.valueOf(file.rewritten()),
                        String.valueOf(file.failedRows()));
            }
            table.print(out);
            displayRejections(out);
            if (endedEarly != null) {
                out.append("\n  no file was written, since ").append(endedEarly).append('\n');
            }
            for (RegeneratedFile file : files) {
                if (file.diversity() != null) {
                    out.append('\n').append(file.output().toString()).append('\n');
                    file.diversity().display(out);
                }
            }
            usage.display(out.append('\n'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void displayRejections(Appendable out) throws IOException {
        Map<Rejection, Integer> rejected = new EnumMap<>(Rejection.class);
        Map<Rejection, Integer> failed = new EnumMap<>(Rejection.class);
        for (RegeneratedFile file : files) {
            file.rejected().forEach((reason, count) -> rejected.merge(reason, count, Integer::sum));
            file.failed().forEach((reason, count) -> failed.merge(reason, count, Integer::sum));
        }
        if (rejected.isEmpty()) {
            return;
        }
        TextTable table =
                new TextTable().left("attempts refused").right("attempts").right("given up at");
        rejected.forEach((reason, count) ->
                table.row(reason.description(), String.valueOf(count), String.valueOf(failed.getOrDefault(reason, 0))));
        table.print(out.append('\n'));
        if (failedShare() > LLMRegenerator.MANY_FAILED) {
            out.append(String.format(
                    Locale.ROOT,
                    "%n  warning: %.1f%% could not be rewritten and stayed as they were%n",
                    100 * failedShare()));
        }
    }

    /** Counts, no texts. */
    @Override
    public String toString() {
        return "RegenerationResult[%d files, %d rewritten, run %s]"
                .formatted(
                        files.size(),
                        files.stream().mapToInt(RegeneratedFile::rewritten).sum(),
                        runId);
    }
}
