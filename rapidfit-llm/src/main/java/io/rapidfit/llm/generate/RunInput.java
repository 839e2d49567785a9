package io.rapidfit.llm.generate;

import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Splitter;
import io.rapidfit.llm.Journal;
import io.rapidfit.llm.run.RunId;
import io.rapidfit.text.TextNormalizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a run starts from.
 *
 * @param base all samples, each with a split
 * @param runId the same whenever base, options and prompts are
 */
record RunInput(Dataset base, String runId) {

    /** A run that starts from what the caller gave. */
    static RunInput of(Dataset given, Splitter splitter, List<?> fingerprint) {
        Dataset base = given.split(splitter);
        return new RunInput(base, new RunId().add(fingerprint).add(base).name());
    }

    /**
     * A run that adds to what is saved. Where that was saved by the very same run, which broke off, its samples are left out:
     * the run starts again from what it started from, and finds its answers in its journal.
     */
    static RunInput append(Dataset given, DataSaver saver, Path journals, Splitter splitter, List<?> fingerprint) {
        Dataset saved = saver.tasks().isEmpty() ? Dataset.of(List.of()) : saver.loadAll();
        return unfinished(saved, journals, left -> of(merge(left, given), splitter, fingerprint));
    }

    /**
     * A run that starts from what the caller gave, which may be what the very same run had saved when it broke off: then it
     * starts again as {@link #append} does.
     */
    static RunInput resume(Dataset given, @Nullable Path journals, Splitter splitter, List<?> fingerprint) {
        return journals == null
                ? of(given, splitter, fingerprint)
                : unfinished(given, journals, left -> of(left, splitter, fingerprint));
    }

    private static RunInput unfinished(Dataset saved, Path journals, Function<Dataset, RunInput> start) {
        Set<String> runs = new LinkedHashSet<>();
        saved.samples().stream()
                .map(s -> s.origin().runId())
                .filter(Objects::nonNull)
                .forEach(runs::add);
        for (String run : runs) {
            RunInput without = start.apply(saved.withdraw(run));
            // A run without a journal cannot go on: what it left counts as seed.
            if (without.runId().equals(run)
                    && Files.exists(file(journals, run))
                    && !journal(journals, run).isFinished()) {
                return without;
            }
        }
        return start.apply(saved);
    }

    static Journal journal(Path directory, String runId) {
        return Journal.open(file(directory, runId));
    }

    private static Path file(Path directory, String runId) {
        return directory.resolve(runId + ".jsonl");
    }

    /** What is saved, and what was given beyond that; by task, as a saver loads it. */
    private static Dataset merge(Dataset saved, Dataset given) {
        Set<List<String>> known = new HashSet<>();
        saved.samples().forEach(s -> known.add(key(s)));
        List<Sample> all = new ArrayList<>(saved.samples());
        given.samples().stream().filter(s -> !known.contains(key(s))).forEach(all::add);
        all.sort(Comparator.comparing(Sample::task)); // stable
        return Dataset.of(all);
    }

    private static List<String> key(Sample sample) {
        return List.of(sample.task(), sample.label(), TextNormalizer.normalize(sample.text()));
    }
}
