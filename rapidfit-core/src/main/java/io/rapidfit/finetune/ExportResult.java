package io.rapidfit.finetune;

import io.rapidfit.data.Split;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What a {@link FineTuneExporter} wrote.
 *
 * @param files one for each format and split that has lines, the simple format first
 * @param warnings for people: what was left out, and what should not be as it is
 */
public record ExportResult(List<ExportedFile> files, List<String> warnings) {

    /**
     * One file.
     *
     * @param strategy the key of its {@link PromptStrategy}, or {@link FineTuneExporter#SIMPLE}
     * @param tokens of all lines, as the exporter's {@link TokenCounter} counts them
     * @param maxTokens of the longest line
     * @param tooLong how many records were left out because their lines would be too long
     * @param leaking how many were left out because a split further from training has their prompt
     */
    public record ExportedFile(
            Path path, String strategy, Split split, int lines, long tokens, int maxTokens, int tooLong, int leaking) {}

    public ExportResult {
        files = List.copyOf(files);
        warnings = List.copyOf(warnings);
    }

    /** The paths of the files, in their order. */
    public List<Path> paths() {
        return files.stream().map(ExportedFile::path).toList();
    }

    /** Prints a table of the files, and the warnings. */
    public void display(Appendable out) {
        TextTable table = new TextTable()
                .left("file")
                .left("format")
                .left("split")
                .right("lines")
                .right("tokens")
                .right("longest")
                .right("too long")
                .right("leaking");
        for (ExportedFile file : files) {
            table.row(
                    String.valueOf(file.path().getFileName()),
                    file.strategy(),
                    file.split().name().toLowerCase(Locale.ROOT),
                    String.valueOf(file.lines()),
                    String.valueOf(file.tokens()),
                    String.valueOf(file.maxTokens()),
                    String.valueOf(file.tooLong()),
                    String.valueOf(file.leaking()));
        }
        table.print(out);
        try {
            for (String warning : warnings) {
                out.append("  warning: ").append(warning).append('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
