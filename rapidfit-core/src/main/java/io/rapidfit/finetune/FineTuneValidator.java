package io.rapidfit.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidfit.check.NearDuplicates;
import io.rapidfit.check.PersonalData;
import io.rapidfit.finetune.ValidationReport.Failures;
import io.rapidfit.finetune.ValidationReport.FileReport;
import io.rapidfit.finetune.ValidationReport.Problem;
import io.rapidfit.finetune.ValidationReport.Tokens;
import io.rapidfit.internal.AtomicFile;
import io.rapidfit.internal.LineFile;
import io.rapidfit.internal.Require;
import io.rapidfit.text.DisplayWidth;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says whether files for fine-tuning are fit to be learnt from, and mends them.
 *
 * <pre>{@code
 * FineTuneValidator validator = FineTuneValidator.builder()
 *         .labelField("classification")
 *         .shape(CompletionShape.builder().choice("classification", labels).build())
 *         .build();
 * ValidationReport report = validator.validate(train, validation, test);   // the one to train on first
 * report.display(System.out);
 * validator.mask(train, masked).display(System.out);
 * validator.dedupe(masked, clean, validation, test);
 * }</pre>
 *
 * <p>What is looked for, {@link ValidationCheck} says. Prompts are compared in their {@linkplain
 * io.rapidfit.text.TextNormalizer#normalize normalised} form, near-duplicates by what the user says: without the system prompt, and,
 * in files of ten lines and more, without the lines of text that nine in ten prompts begin or end with. A twin with another label, or
 * another system prompt, repeats nothing.
 *
 * <p>Blank lines are skipped; a line that cannot be read is a failure, never an exception. Files are held in memory. Immutable and
 * thread-safe, if the token counter is.
 */
public final class FineTuneValidator {

    private static final Set<ValidationCheck> ILL_FORMED = EnumSet.of(
            ValidationCheck.UNREADABLE,
            ValidationCheck.SCHEMA,
            ValidationCheck.ROLE_ORDER,
            ValidationCheck.EMPTY_CONTENT,
            ValidationCheck.COMPLETION,
            ValidationCheck.TOO_LONG);

    private static final Set<ValidationCheck> NOT_UNIQUE = EnumSet.of(
            ValidationCheck.DUPLICATE,
            ValidationCheck.NEAR_DUPLICATE,
            ValidationCheck.OVERLAP,
            ValidationCheck.CONTRADICTION);

    /** In the order in which they are told. */
    private static final List<ValidationCheck> REMOVED_BY_DEDUPE = List.of(
            ValidationCheck.UNREADABLE,
            ValidationCheck.OVERLAP,
            ValidationCheck.DUPLICATE,
            ValidationCheck.NEAR_DUPLICATE);

    private static final int EXCERPT_COLUMNS = 60;
    private static final int EXCERPT_LEAD = 24;
    private static final int LABELS_SHOWN = 5;

    private final LineChecker checker;
    private final double minLabelRatio;
    private final int minLines;
    private final int maxExamples;

    private FineTuneValidator(Builder builder) {
        this.checker = new LineChecker(
                builder.format,
                builder.shape,
                builder.personalData,
                builder.nearDuplicates,
                builder.tokenCounter,
                builder.maxTokens,
                builder.labelField);
        this.minLabelRatio = builder.minLabelRatio;
        this.minLines = builder.minLines == null ? builder.format.minLines() : builder.minLines;
        this.maxExamples = builder.maxExamples;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Looks at files that belong together.
     *
     * @param files at least one, the one to train on first
     * @throws UncheckedIOException if one cannot be read
     */
    public ValidationReport validate(Path... files) {
        Require.atLeast("number of files", Require.nonNull("files", files).length, 1);
        List<List<CheckedLine>> checked = checker.check(List.of(files));
        List<FileReport> reports = new ArrayList<>();
        for (int i = 0; i < files.length; i++) {
            reports.add(report(files[i], checked.get(i), i == 0));
        }
        return new ValidationReport(reports);
    }

    private FileReport report(Path file, List<CheckedLine> lines, boolean isTrainedOn) {
        Masking.Finder finder = new Masking.Finder(checker.personalData());
        Map<String, Integer> labels = new LinkedHashMap<>();
        lines.forEach(line -> line.label.ifPresent(label -> labels.merge(label, 1, Integer::sum)));
        Map<ValidationCheck, Failures> failures = new EnumMap<>(ValidationCheck.class);
        for (ValidationCheck check : ValidationCheck.values()) {
            List<CheckedLine> failed =
                    lines.stream().filter(line -> line.fails(check)).toList();
            if (!failed.isEmpty()) {
                List<Problem> examples = failed.stream()
                        .limit(maxExamples)
                        .map(line -> new Problem(
                                line.number, line.problems().getOrDefault(check, ""), excerpt(line.user, finder)))
                        .toList();
                failures.put(check, new Failures(failed.size(), examples));
            }
        }
        if (lines.isEmpty()) {
            fail(failures, ValidationCheck.EMPTY_FILE, "has no line");
        } else if (isTrainedOn && lines.size() < minLines) {
            fail(failures, ValidationCheck.TOO_FEW, "has %s lines of at least %s".formatted(lines.size(), minLines));
        }
        imbalance(labels, finder).ifPresent(problem -> fail(failures, ValidationCheck.IMBALANCE, problem));
        return new FileReport(
                file,
                size(file),
                lines.size(),
                count(lines, false, ILL_FORMED),
                count(lines, true, EnumSet.of(ValidationCheck.PERSONAL_DATA)),
                count(lines, true, NOT_UNIQUE),
                covered(labels, finder),
                Tokens.of(lines.stream()
                        .filter(line -> !line.fails(ValidationCheck.UNREADABLE))
                        .mapToInt(line -> line.tokens)
                        .toArray()),
                failures);
    }

    private static void fail(Map<ValidationCheck, Failures> failures, ValidationCheck check, String message) {
        failures.put(check, new Failures(1, List.of(new Problem(0, message, ""))));
    }

    /** Lines that none of these checks failed, and, if it is needed, that have a prompt. */
    private static int count(List<CheckedLine> lines, boolean needsPrompt, Set<ValidationCheck> checks) {
        return (int) lines.stream()
                .filter(line -> line.hasPrompt() || !needsPrompt)
                .filter(line -> Collections.disjoint(line.problems().keySet(), checks))
                .count();
    }

    private Optional<String> imbalance(Map<String, Integer> labels, Masking.Finder finder) {
        int most = labels.values().stream().mapToInt(count -> count).max().orElse(0);
        List<String> rare = labels.entrySet().stream()
                .filter(label -> label.getValue() < minLabelRatio * most)
                .map(label -> excerpt(label.getKey(), finder))
                .toList();
        if (rare.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("%s of %s labels have less than %s times the lines of the most frequent: %s%s"
                .formatted(
                        rare.size(),
                        labels.size(),
                        minLabelRatio,
                        String.join(", ", rare.subList(0, Math.min(LABELS_SHOWN, rare.size()))),
                        rare.size() > LABELS_SHOWN ? ", ..." : ""));
    }

    private static Map<String, Integer> covered(Map<String, Integer> labels, Masking.Finder finder) {
        Map<String, Integer> covered = new LinkedHashMap<>();
        labels.forEach((label, count) -> covered.merge(finder.cover(label), count, Integer::sum));
        return covered;
    }

    private static String excerpt(String text, Masking.Finder finder) {
        return DisplayWidth.fit(finder.cover(text).strip(), EXCERPT_COLUMNS);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /**
     * Copies a file with a placeholder for all personal data in the strings of its lines, metadata too. A line without any is copied
     * as it is. What cannot be read is left out: nobody knows what is in it. JSON numbers are not masked.
     *
     * @param copy replaced as a whole; may be {@code file} itself, which is then changed in place
     */
    public Mended mask(Path file, Path copy) {
        Masking masking = new Masking(checker.personalData());
        Masking.Finder finder = new Masking.Finder(checker.personalData());
        return mend(file, copy, (text, number, mending) -> {
            if (text == null) {
                mending.remove("is not in UTF-8", "");
                return;
            }
            JsonNode line;
            try {
                line = Json.parse(text);
            } catch (IllegalArgumentException e) {
                mending.remove("is " + e.getMessage(), "");
                return;
            }
            String covered = Json.write(finder.cover(line));
            String found = finder.found();
            if (found.isEmpty()) {
                mending.keep(text);
                return;
            }
            String masked = Json.write(masking.mask(line));
            int same = Arrays.mismatch(covered.toCharArray(), masked.toCharArray());
            mending.mask("has " + found, excerpt(covered, same), excerpt(masked, same), masked);
        });
    }

    /** @param at where the change is; -1 if none can be seen, since the placeholder is made of stars too */
    private static String excerpt(String line, int at) {
        int start = Math.max(0, at - EXCERPT_LEAD);
        if (start > 0 && Character.isLowSurrogate(line.charAt(start))) {
            start--;
        }
        return DisplayWidth.fit(line.substring(start), EXCERPT_COLUMNS);
    }

    /**
     * Copies a file without what {@link ValidationCheck#DUPLICATE} and {@link ValidationCheck#NEAR_DUPLICATE} find; the first line of
     * its kind stays. Contradicting lines stay too: which is right, only a person can tell. What cannot be read is left out.
     *
     * @param copy replaced as a whole; may be {@code file} itself, which is then changed in place
     * @param heldOut files that are measured on: lines with their prompts, or nearly, go too
     */
    public Mended dedupe(Path file, Path copy, Path... heldOut) {
        List<Path> files = new ArrayList<>(List.of(heldOut));
        files.add(Require.nonNull("file", file));
        List<List<CheckedLine>> checked = checker.check(files);
        Masking.Finder finder = new Masking.Finder(checker.personalData());
        Map<Integer, CheckedLine> byNumber = new HashMap<>();
        checked.get(checked.size() - 1).forEach(line -> byNumber.put(line.number, line));
        return mend(file, copy, (text, number, mending) -> {
            CheckedLine line = Require.nonNull("line " + number, byNumber.get(number));
            Optional<ValidationCheck> why =
                    REMOVED_BY_DEDUPE.stream().filter(line::fails).findFirst();
            if (why.isPresent()) {
                mending.remove(line.problems().getOrDefault(why.get(), ""), excerpt(line.user, finder));
            } else {
                mending.keep(Require.nonNull("line " + number, text));
            }
        });
    }

    /** Decides about one line. */
    @FunctionalInterface
    private interface Mender {
        void mend(@Nullable String text, int number, Mending mending);
    }

    /** What becomes of the lines of a file. */
    private static final class Mending {

        private final List<String> lines = new ArrayList<>();
        private final List<Mended.Change> changes = new ArrayList<>();
        private int number;

        void keep(String text) {
            lines.add(text);
        }

        void mask(String reason, String before, String after, String masked) {
            lines.add(masked);
            changes.add(new Mended.Change(number, Mended.Action.MASKED, reason, before, after));
        }

        void remove(String reason, String before) {
            changes.add(new Mended.Change(number, Mended.Action.REMOVED, reason, before, ""));
        }

        void writeTo(OutputStream out) throws IOException {
            for (String line : lines) {
                out.write(line.getBytes(StandardCharsets.UTF_8));
                out.write('\n');
            }
        }
    }

    private static Mended mend(Path file, Path copy, Mender mender) {
        Require.nonNull("copy", copy);
        Mending mending = new Mending();
        try {
            int before = LineFile.<Integer>read(Require.nonNull("file", file), (text, number) -> {
                        mending.number = number;
                        mender.mend(text, number, mending);
                        return number;
                    })
                    .records()
                    .size();
            AtomicFile.replace(copy, mending::writeTo);
            return new Mended(file, copy, before, mending.lines.size(), mending.changes);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot mend %s into %s".formatted(file, copy), e);
        }
    }

    /** Not thread-safe. */
    public static final class Builder {

        private FineTuneFormat format = FineTuneFormat.OPENAI_CHAT;
        private @Nullable CompletionShape shape;
        private PersonalData personalData = PersonalData.builder().build();
        private NearDuplicates nearDuplicates = NearDuplicates.builder().build();
        private TokenCounter tokenCounter = TokenCounter.estimate();
        private int maxTokens = Integer.MAX_VALUE;
        private String labelField = "label";
        private double minLabelRatio = 0.1;
        private @Nullable Integer minLines;
        private int maxExamples = 5;

        private Builder() {}

        /** What lines have to look like. Defaults to {@link FineTuneFormat#OPENAI_CHAT}. */
        public Builder format(FineTuneFormat format) {
            this.format = Require.nonNull("format", format);
            return this;
        }

        /** What completions have to be. By default they may be any text. */
        public Builder shape(CompletionShape shape) {
            this.shape = Require.nonNull("shape", shape);
            return this;
        }

        /** Finds personal data, and masks it. Defaults to all kinds, and no region. */
        public Builder personalData(PersonalData personalData) {
            this.personalData = Require.nonNull("personalData", personalData);
            return this;
        }

        /** Finds near-duplicates. Defaults to those of {@link NearDuplicates}: a similarity of 0.8 or more. */
        public Builder nearDuplicates(NearDuplicates nearDuplicates) {
            this.nearDuplicates = Require.nonNull("nearDuplicates", nearDuplicates);
            return this;
        }

        /** Counts tokens. Defaults to {@link TokenCounter#estimate}. */
        public Builder tokenCounter(TokenCounter tokenCounter) {
            this.tokenCounter = Require.nonNull("tokenCounter", tokenCounter);
            return this;
        }

        /** The most tokens of a line, at least 1, as for the exporter. By default none is too long. */
        public Builder maxTokens(int maxTokens) {
            this.maxTokens = Require.inRange("maxTokens", maxTokens, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * The member of a completion that is its label. A completion that has none, or is no JSON, is its own label where lines with
         * one prompt are compared, and is not counted with the labels. Defaults to {@code label}.
         */
        public Builder labelField(String labelField) {
            this.labelField = Require.notBlank("labelField", labelField);
            return this;
        }

        /** A label with less than this times the lines of the most frequent is reported, in [0, 1]. Defaults to 0.1. */
        public Builder minLabelRatio(double minLabelRatio) {
            this.minLabelRatio = Require.inRange("minLabelRatio", minLabelRatio, 0, 1);
            return this;
        }

        /** How many lines the first file needs, at least 1. Defaults to 10 for OpenAI, which takes no fewer, and else to 1. */
        public Builder minLines(int minLines) {
            this.minLines = Require.inRange("minLines", minLines, 1, Integer.MAX_VALUE);
            return this;
        }

        /** How many lines the report names for each check and file, at least 0. Defaults to 5. */
        public Builder maxExamples(int maxExamples) {
            this.maxExamples = Require.inRange("maxExamples", maxExamples, 0, Integer.MAX_VALUE);
            return this;
        }

        public FineTuneValidator build() {
            return new FineTuneValidator(this);
        }
    }
}
