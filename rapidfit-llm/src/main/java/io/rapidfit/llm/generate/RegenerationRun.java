package io.rapidfit.llm.generate;

import io.rapidfit.check.Diversity;
import io.rapidfit.check.DiversityComparison;
import io.rapidfit.check.DiversityReport;
import io.rapidfit.check.Grounding;
import io.rapidfit.check.NearDuplicates;
import io.rapidfit.check.TemplateReport;
import io.rapidfit.data.Conversation;
import io.rapidfit.data.ExampleFile;
import io.rapidfit.internal.AtomicFile;
import io.rapidfit.llm.RunUsage;
import io.rapidfit.llm.generate.RegenerationGate.Refusal;
import io.rapidfit.llm.run.Answer;
import io.rapidfit.llm.run.WaveRun;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One run of {@link LLMRegenerator}: file after file, its rows in waves; an attempt that is refused is made again in the next wave. */
final class RegenerationRun implements AutoCloseable {

    /** A share says little of fewer rows. */
    private static final int LEAST_ROWS_OF_A_SHARE = 20;

    /** What became of the rows of one file so far. */
    private static final class Tally {

        final TextSpool texts = new TextSpool();
        final Map<Rejection, Integer> failed = new EnumMap<>(Rejection.class);
        final Map<Rejection, Integer> rejected = new EnumMap<>(Rejection.class);
        int rewritten;
    }

    private final RegenerationOptions options;
    private final List<RegenerationPlan> plans;
    private final TemplateReport templates;
    private final @Nullable Grounding grounding;
    private final WaveRun waves;
    private final int rowsPerWave;
    private final boolean rehearsed;
    private final Instant start;
    private final int total;
    private final List<Tally> tallies = new ArrayList<>();
    private int rewritten;
    private int failed;
    private @Nullable String tooManyFailed;

    /** @param rehearsed whether nobody is asked, so that there is nothing to judge, to keep or to tell */
    RegenerationRun(RegenerationInput input, WaveRun waves, int rowsPerWave, boolean rehearsed) {
        this.options = input.options();
        this.plans = input.plans();
        this.templates = input.templates();
        this.grounding = input.grounding();
        this.waves = waves;
        this.rowsPerWave = rowsPerWave;
        this.rehearsed = rehearsed;
        this.start = options.clock().instant();
        this.total =
                plans.stream().mapToInt(plan -> plan.rewritten().cardinality()).sum();
    }

    /** Rewrites the rows of all files, until the run stops. */
    void run() {
        KnownOutputs known = new KnownOutputs(
                NearDuplicates.builder().threshold(options.duplicateThreshold()).build());
        if (!rehearsed) {
            plans.forEach(plan -> addUntouched(plan, known));
        }
        for (RegenerationPlan plan : plans) {
            Tally tally = new Tally();
            tallies.add(tally);
            FileRun file = new FileRun(plan, "file" + tallies.size(), tally, known);
            ExampleFile.conversations(plan.input()).forEach(file::add);
            file.finish();
        }
    }

    /** The responses that stay. */
    private static void addUntouched(RegenerationPlan plan, KnownOutputs known) {
        int[] next = {0};
        ExampleFile.conversations(plan.input()).forEach(conversation -> {
            if (!plan.rewritten().get(next[0]++)) {
                conversation.response().ifPresent(known::add);
            }
        });
    }

    /** Why the run ended before its end; null if it did not. */
    @Nullable String stop() {
        return waves.stop() != null ? waves.stop() : tooManyFailed;
    }

    /** The rows of one file. */
    private final class FileRun {

        private final RegenerationPlan plan;
        private final String name;
        private final Tally tally;
        private final KnownOutputs known;
        private final RegenerationGate gate;
        private final RecentOutputs recent = new RecentOutputs(options.outputWindow());
        private final List<RegeneratedRow> open = new ArrayList<>();

        /** Equal rows have equal ids. */
        private final Map<String, Integer> timesSeen = new HashMap<>();

        private int next;

        FileRun(RegenerationPlan plan, String name, Tally tally, KnownOutputs known) {
            this.plan = plan;
            this.name = name;
            this.tally = tally;
            this.known = known;
            this.gate = new RegenerationGate(options, templates, known, grounding);
        }

        void add(Conversation conversation) {
            int row = next++;
            if (!plan.rewritten().get(row) || stop() != null) {
                return;
            }
            int times = timesSeen.merge(conversation.id(), 1, Integer::sum);
            open.add(new RegeneratedRow(row, "%s/%s/%s".formatted(name, conversation.id(), times), conversation));
            while (open.size() >= rowsPerWave && stop() == null) {
                wave();
            }
        }

        void finish() {
            while (!open.isEmpty() && stop() == null) {
                wave();
            }
        }

        private void wave() {
            List<RegeneratedRow> wave = List.copyOf(open);
            List<Answer> answers = waves.ask(wave.stream()
                    .map(row -> row.ask(options, templates, recent))
                    .toList());
            if (waves.stop() != null) {
                return; // not all of the wave was asked: a later try judges it as a whole
            }
            for (int i = 0; i < wave.size(); i++) {
                judge(wave.get(i), RegeneratedRow.read(answers.get(i)));
            }
            if (!rehearsed) {
                tell();
            }
        }

        private void judge(RegeneratedRow row, RegeneratedRow.Attempt attempt) {
            Refusal refusal = attempt.refusal();
            if (refusal == null && !rehearsed) {
                refusal = gate.refusal(row.conversation(), attempt.text()).orElse(null);
            }
            if (refusal == null) {
                accept(row, attempt.text());
                return;
            }
            tally.rejected.merge(refusal.rejection(), 1, Integer::sum);
            row.refuse(attempt.text(), refusal);
            if (row.attempts() >= options.maxAttempts()) {
                tally.failed.merge(refusal.rejection(), 1, Integer::sum);
                failed++;
                open.remove(row);
            }
        }

        private void accept(RegeneratedRow row, String text) {
            open.remove(row);
            rewritten++;
            tally.rewritten++;
            recent.add(text);
            if (!rehearsed) {
                known.add(text);
                tally.texts.put(row.number(), text);
            }
        }

        private void tell() {
            int done = rewritten + failed;
            double share = (double) failed / Math.max(1, done);
            if (done >= LEAST_ROWS_OF_A_SHARE && share > options.maxFailedShare()) {
                tooManyFailed = String.format(
                        Locale.ROOT,
                        "%d of %d responses could not be rewritten, more than maxFailedShare %s allows; most often: %s",
                        failed,
                        done,
                        options.maxFailedShare(),
                        mostOften());
            }
            RunUsage usage = waves.usage();
            options.onProgress()
                    .accept(new RegenerationProgress(plan.input(), done, total, failed, usage, timeLeft(done, usage)));
        }

        /** If a row takes as many calls as so far, and a call as long as those that this try of the run made. */
        private Optional<Duration> timeLeft(int done, RunUsage usage) {
            long made = usage.calls() - usage.journalled();
            if (done == 0 || made <= 0) {
                return Optional.empty();
            }
            Duration elapsed = Duration.between(start, options.clock().instant());
            double callsLeft = (double) usage.calls() / done * (total - done);
            return Optional.of(Duration.ofMillis(Math.round(elapsed.toMillis() * callsLeft / made)));
        }

        private String mostOften() {
            Map<Rejection, Integer> rejected = new EnumMap<>(Rejection.class);
            tallies.forEach(
                    each -> each.rejected.forEach((reason, count) -> rejected.merge(reason, count, Integer::sum)));
            return Collections.max(rejected.entrySet(), Map.Entry.comparingByValue())
                    .getKey()
                    .description();
        }
    }

    /** What became of the files so far; nothing was written. */
    List<RegeneratedFile> unwritten(List<Path> outputs) {
        List<RegeneratedFile> files = new ArrayList<>();
        for (int i = 0; i < tallies.size(); i++) {
            files.add(file(i, outputs.get(i), null));
        }
        return files;
    }

    /**
     * Writes all files, each atomically.
     *
     * @param outputs by number of the file
     * @throws IllegalStateException if an input is not what it was
     */
    List<RegeneratedFile> write(List<Path> outputs) {
        for (RegenerationPlan plan : plans) {
            if (!FileHash.of(plan.input()).equals(plan.hash())) {
                throw new IllegalStateException(
                        "%s has changed since the run began, and nothing was written: start the run again"
                                .formatted(plan.input()));
            }
        }
        Diversity diversity = options.diversity(templates);
        List<RegeneratedFile> files = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            DiversityReport after = write(plans.get(i), tallies.get(i).texts, outputs.get(i), diversity);
            files.add(
                    file(i, outputs.get(i), DiversityReport.compare(plans.get(i).before(), after)));
        }
        return files;
    }

    private RegeneratedFile file(int number, Path output, @Nullable DiversityComparison comparison) {
        RegenerationPlan plan = plans.get(number);
        Tally tally = tallies.get(number);
        return new RegeneratedFile(
                plan.input(),
                output,
                plan.rows(),
                plan.templated(),
                plan.kept(),
                tally.rewritten,
                tally.failed,
                tally.rejected,
                comparison);
    }

    private static DiversityReport write(RegenerationPlan plan, TextSpool texts, Path output, Diversity diversity) {
        List<DiversityReport> after = new ArrayList<>();
        try {
            AtomicFile.replace(output, out -> after.add(write(plan.input(), texts, out, diversity)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + output, e);
        }
        return after.get(after.size() - 1);
    }

    private static DiversityReport write(Path input, TextSpool texts, OutputStream out, Diversity diversity)
            throws IOException {
        Diversity.Measurement after = diversity.start();
        int[] row = {0};
        try {
            ExampleFile.conversations(input).forEach(conversation -> {
                Conversation written = texts.has(row[0]) ? conversation.withResponse(texts.get(row[0])) : conversation;
                row[0]++;
                after.add(written);
                write(written.toJson() + "\n", out);
            });
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof ClosedByInterruptException interrupt) { // it must be seen as one
                throw interrupt;
            }
            throw e;
        }
        return after.report();
    }

    private static void write(String line, OutputStream out) {
        try {
            out.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write what was rewritten", e);
        }
    }

    @Override
    public void close() {
        tallies.forEach(tally -> tally.texts.close());
    }
}
