package io.rapidfit.finetune;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Example;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.finetune.ExportResult.ExportedFile;
import io.rapidfit.internal.LineFile;
import io.rapidfit.internal.Require;
import io.rapidfit.text.TextNormalizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes labelled examples as files to fine-tune a language model on.
 *
 * <pre>{@code
 * FineTuneExporter exporter = FineTuneExporter.builder()
 *         .directory(Path.of("fine-tuning"))
 *         .systemPrompt("Say which topic a customer's message has. Answer with JSON.")
 *         .userTemplate("Text: \"{text}\"")
 *         .assistantLabel("classification", "label")
 *         .strategies(PromptStrategy.load(Path.of("strategies.json")))
 *         .build();
 * exporter.export(dataset).display(System.out);     // train.jsonl, validation.jsonl, train_optimized.jsonl, ...
 * exporter.export(ExampleFile.items(Path.of("records.json")).load());
 * }</pre>
 *
 * <p>Each record becomes a line in the simple format, and one in the format of each {@link PromptStrategy}. What the assistant
 * answers is a JSON object in all of them: numbers stay numbers, and what a record does not have is not there.
 *
 * <p>A record is in the files of its own {@linkplain Example#split split}; one without a split is left out, unless {@link
 * Builder#useAll} is called. So is one whose prompt, after {@linkplain TextNormalizer#normalize normalising}, is that of another in
 * a split further from training: no model is measured on what it learnt. Of near-duplicates a {@link FineTuneValidator} tells.
 *
 * <p>Files are written anew, all or none: what an export before left under their names is replaced, or taken away where there is
 * nothing to write. Each line is read back before that. Immutable and thread-safe, if the token counter and the function for names
 * are; two exports must not write to one directory at the same time.
 */
public final class FineTuneExporter {

    /** What the simple format is called where strategies have their keys. */
    public static final String SIMPLE = "simple";

    private static final Logger log = LoggerFactory.getLogger(FineTuneExporter.class);

    /** What is done with records whose lines would have more than the greatest number of tokens. */
    public enum LongLines {
        /** They are left out and counted. */
        LEAVE_OUT,
        /** The export fails, and files stay as they are. */
        FAIL
    }

    private final Path directory;
    private final FineTuneFormat format;
    private final List<PromptStrategy> strategies;
    private final List<String> unknownStrategies;
    private final AnswerMember label;
    private final List<AnswerMember> answer;
    private final List<Split> wanted;
    private final @Nullable Splitter splitter;
    private final BiFunction<Split, String, String> fileName;
    private final TokenCounter tokenCounter;
    private final int maxTokens;
    private final LongLines longLines;

    private FineTuneExporter(
            Builder builder,
            Path directory,
            List<PromptStrategy> strategies,
            List<String> unknownStrategies,
            AnswerMember label,
            List<AnswerMember> answer) {
        this.directory = directory;
        this.format = builder.format;
        this.strategies = List.copyOf(strategies);
        this.unknownStrategies = List.copyOf(unknownStrategies);
        this.label = label;
        this.answer = List.copyOf(answer);
        this.wanted = builder.includeTest
                ? List.of(Split.TRAIN, Split.VALIDATION, Split.TEST)
                : List.of(Split.TRAIN, Split.VALIDATION);
        this.splitter = builder.useAll ? builder.splitterOrDefault() : null;
        this.fileName = builder.fileName;
        this.tokenCounter = builder.tokenCounter;
        this.maxTokens = builder.maxTokens;
        this.longLines = builder.longLines;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** As {@link #export(Collection)}, for the samples of all its tasks. */
    public ExportResult export(Dataset dataset) {
        return export(Require.nonNull("dataset", dataset).samples());
    }

    /**
     * Writes the files.
     *
     * @throws IllegalArgumentException if no record is in a split that is exported, a record lacks the label or a field that a
     *     template asks for, a strategy does not allow a label, or a line is too long and that is to fail; nothing is written
     * @throws UncheckedIOException if the files cannot be written; those from before stay
     */
    public ExportResult export(Collection<? extends Example> records) {
        return new Export(Require.nonNull("records", records)).run();
    }

    /** Lines of one file, and what there is to say of it. */
    private static final class Lines {

        final List<String> lines = new ArrayList<>();
        final List<List<Turn>> turns = new ArrayList<>();
        long tokens;
        int longest;
        int tooLong;
        int leaking;
    }

    /** One {@link #export}. */
    private final class Export {

        private final Collection<? extends Example> examples;
        private final List<String> warnings = new ArrayList<>();
        private final List<Template> templates =
                strategies.stream().map(PromptStrategy::template).toList();

        Export(Collection<? extends Example> examples) {
            this.examples = examples;
        }

        ExportResult run() {
            for (String unknown : unknownStrategies) {
                warn("there is no strategy '%s', there are %s: the simple format has to do"
                        .formatted(
                                unknown,
                                strategies.stream()
                                        .skip(1)
                                        .map(PromptStrategy::key)
                                        .toList()));
            }
            List<Rendered> rendered = new ArrayList<>();
            List<@Nullable Split> own = new ArrayList<>();
            for (Example example : examples) {
                Require.nonNull("record", example);
                if (splitter != null || example.split() != null) {
                    rendered.add(render(example));
                    own.add(example.split());
                }
            }
            List<Split> splits = splits(rendered, own);
            checkLabels(rendered, splits);
            warnOfOldTest();
            Map<String, Lines> files = new LinkedHashMap<>();
            Map<String, ExportedFile> described = new LinkedHashMap<>();
            for (int i = 0; i < strategies.size(); i++) {
                Map<Split, Lines> bySplit = lines(i, rendered, splits);
                for (Split split : wanted) {
                    String name = name(split, strategies.get(i).key(), files.keySet());
                    Lines lines = bySplit.getOrDefault(split, new Lines());
                    files.put(name, lines);
                    described.put(name, describe(name, strategies.get(i).key(), split, lines));
                }
            }
            write(files);
            described.values().removeIf(file -> file.lines() == 0);
            log.info("Wrote {} files to {}", described.size(), directory);
            return new ExportResult(List.copyOf(described.values()), warnings);
        }

        private void warn(String warning) {
            warnings.add(warning);
            log.warn("{}", warning);
        }

        private Rendered render(Example example) {
            RecordFields fields = new RecordFields(example);
            List<String> users = new ArrayList<>();
            for (Template template : templates) {
                users.add(TextNormalizer.wellFormed(template.fill(fields::required)));
            }
            ObjectNode content = Json.object();
            answer.forEach(member -> fields.copyTo(content, member));
            return new Rendered(example, users, fields.required(label.path()), Json.write(content));
        }

        /** @param own null for those that have none: only where these are placed */
        private List<Split> splits(List<Rendered> rendered, List<@Nullable Split> own) {
            if (examples.isEmpty()) {
                throw new IllegalArgumentException("there are no records to export");
            }
            boolean noneMatches = own.stream().noneMatch(split -> split != null && wanted.contains(split));
            if (splitter != null) {
                if (noneMatches && own.stream().anyMatch(split -> split != null)) {
                    warn("all %d records with a split are held out: all are divided anew, measure on others"
                            .formatted(
                                    own.stream().filter(split -> split != null).count()));
                    own.replaceAll(split -> null);
                }
                return Placement.of(rendered, own, splitter);
            }
            if (noneMatches) {
                throw new IllegalArgumentException(
                        "none of %d records is in %s: %d have no split, %d are held out. Give them splits, or call useAll()"
                                .formatted(examples.size(), wanted, examples.size() - own.size(), own.size()));
            }
            if (own.size() < examples.size()) {
                warn("%d of %d records have no split and are left out"
                        .formatted(examples.size() - own.size(), examples.size()));
            }
            return own.stream().map(split -> Require.nonNull("split", split)).toList();
        }

        private void checkLabels(List<Rendered> rendered, List<Split> splits) {
            Set<String> labels = new LinkedHashSet<>();
            for (int i = 0; i < rendered.size(); i++) {
                if (wanted.contains(splits.get(i))) {
                    labels.add(rendered.get(i).label());
                }
            }
            for (PromptStrategy strategy : strategies) {
                boolean checked = AllowedLabels.require(strategy, label.name(), labels);
                if (!checked
                        && !strategy.systemPrompt().isBlank()
                        && !strategy.key().equals(SIMPLE)) {
                    warn(
                            "which labels the prompt of strategy '%s' allows cannot be read from it: name them in parameters.labels"
                                    .formatted(strategy.key()));
                }
            }
        }

        /** Records that are divided anew may be in a file from before, which nobody would measure on then. */
        private void warnOfOldTest() {
            for (PromptStrategy strategy : splitter == null ? List.<PromptStrategy>of() : strategies) {
                String name = fileName.apply(Split.TEST, strategy.key());
                if (!wanted.contains(Split.TEST) && name != null && Files.exists(directory.resolve(name))) {
                    warn(
                            "%s is from before and may hold what is now trained on: measure on other records, or includeTest()"
                                    .formatted(name));
                }
            }
        }

        /** The lines of one format. */
        private Map<Split, Lines> lines(int index, List<Rendered> rendered, List<Split> splits) {
            PromptStrategy strategy = strategies.get(index);
            List<String> prompts = rendered.stream()
                    .map(record -> TextNormalizer.normalize(record.users().get(index)))
                    .toList();
            Map<String, Split> furthest = new HashMap<>();
            for (int i = 0; i < prompts.size(); i++) {
                furthest.merge(prompts.get(i), splits.get(i), (a, b) -> a.compareTo(b) >= 0 ? a : b);
            }
            Map<Split, Lines> bySplit = new HashMap<>();
            Map<String, Set<String>> labels = new HashMap<>();
            for (int i = 0; i < rendered.size(); i++) {
                Split split = splits.get(i);
                if (!wanted.contains(split)) {
                    continue;
                }
                Lines lines = bySplit.computeIfAbsent(split, s -> new Lines());
                if (furthest.get(prompts.get(i)) != split) {
                    lines.leaking++;
                } else if (add(strategy, index, rendered.get(i), lines)) {
                    labels.computeIfAbsent(prompts.get(i), prompt -> new HashSet<>())
                            .add(rendered.get(i).label());
                }
            }
            long contradictions =
                    labels.values().stream().filter(found -> found.size() > 1).count();
            if (contradictions > 0) {
                warn("%d prompts of the format '%s' have several labels".formatted(contradictions, strategy.key()));
            }
            return bySplit;
        }

        /** @return false if the line would be too long */
        private boolean add(PromptStrategy strategy, int index, Rendered rendered, Lines lines) {
            List<Turn> turns = ChatLine.turns(
                    format,
                    TextNormalizer.wellFormed(strategy.systemPrompt()),
                    rendered.users().get(index),
                    rendered.answer());
            int tokens = ChatLine.tokens(turns, tokenCounter);
            if (tokens > maxTokens) {
                if (longLines == LongLines.FAIL) {
                    throw new IllegalArgumentException(
                            "record %s makes a line of %d tokens in the format '%s', maxTokens is %d: shorten it, or leave long lines out"
                                    .formatted(rendered.example().id(), tokens, strategy.key(), maxTokens));
                }
                lines.tooLong++;
                return false;
            }
            lines.lines.add(Json.write(ChatLine.write(format, turns, metadata(strategy, rendered, turns))));
            lines.turns.add(turns);
            lines.tokens += tokens;
            lines.longest = Math.max(lines.longest, tokens);
            return true;
        }

        private ObjectNode metadata(PromptStrategy strategy, Rendered rendered, List<Turn> turns) {
            ObjectNode metadata = Json.object().put("id", rendered.example().id());
            if (!strategy.key().equals(SIMPLE)) {
                metadata.put("strategy", strategy.key());
            }
            int all = turns.stream().mapToInt(turn -> length(turn.text())).sum();
            int completion = length(rendered.answer());
            return metadata.put("prompt_length", all - completion).put("completion_length", completion);
        }

        private String name(Split split, String strategy, Set<String> taken) {
            String name = Require.notBlank("file name", fileName.apply(split, strategy));
            if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0 || name.equals(".") || name.equals("..")) {
                throw new IllegalArgumentException(
                        "the file for %s of the format '%s' must have a plain name but it is '%s'; see fileNames(...)"
                                .formatted(split, strategy, name));
            }
            if (taken.stream().anyMatch(name::equalsIgnoreCase)) { // on some file systems they are one
                throw new IllegalArgumentException(
                        "two files would be called '%s'; see fileNames(...)".formatted(name));
            }
            return name;
        }

        private ExportedFile describe(String name, String strategy, Split split, Lines lines) {
            if (lines.leaking > 0) {
                warn("%d records are not in %s: their prompts are held out".formatted(lines.leaking, name));
            }
            if (lines.tooLong > 0) {
                warn("%d records are not in %s: more than %d tokens".formatted(lines.tooLong, name, maxTokens));
            }
            if (lines.lines.isEmpty()) {
                warn("there is nothing to write to %s".formatted(name));
            }
            return new ExportedFile(
                    directory.resolve(name),
                    strategy,
                    split,
                    lines.lines.size(),
                    lines.tokens,
                    lines.longest,
                    lines.tooLong,
                    lines.leaking);
        }

        private void write(Map<String, Lines> files) {
            Map<String, List<String>> lines = new LinkedHashMap<>();
            files.forEach((name, file) -> lines.put(name, file.lines));
            try {
                FileSet.replace(
                        directory,
                        lines,
                        (name, staged) -> requireSame(format, Require.nonNull(name, files.get(name)).turns, staged));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write to " + directory, e);
            }
        }
    }

    /** Reads a file line by line, and fails if one does not say what it was written to say. */
    static void requireSame(FineTuneFormat format, List<List<Turn>> expected, Path file) throws IOException {
        List<List<Turn>> found = LineFile.<List<Turn>>read(file, (line, number) -> {
                    ChatLine read = ChatLine.read(format, Json.parse(Require.nonNull("line " + number, line)));
                    return read.problems().isEmpty() ? read.turns() : List.of();
                })
                .records();
        for (int i = 0; i < Math.max(expected.size(), found.size()); i++) {
            if (i >= found.size() || i >= expected.size() || !found.get(i).equals(expected.get(i))) {
                throw new IllegalStateException(
                        "line %d of %s does not read back as it was written; nothing was replaced"
                                .formatted(i + 1, file.getFileName()));
            }
        }
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Not thread-safe. */
    public static final class Builder {

        private @Nullable Path directory;
        private FineTuneFormat format = FineTuneFormat.OPENAI_CHAT;
        private String systemPrompt = "";
        private String userTemplate = "{text}";
        private List<String> labels = List.of();
        private @Nullable AnswerMember label;
        private final List<AnswerMember> answer = new ArrayList<>();
        private List<PromptStrategy> strategies = List.of();
        private @Nullable List<String> strategyNames;
        private boolean includeTest;
        private boolean useAll;
        private @Nullable Splitter splitter;
        private BiFunction<Split, String, String> fileName = Builder::defaultName;
        private TokenCounter tokenCounter = TokenCounter.estimate();
        private int maxTokens = Integer.MAX_VALUE;
        private LongLines longLines = LongLines.LEAVE_OUT;

        private Builder() {}

        private Splitter splitterOrDefault() {
            if (splitter != null) {
                return splitter;
            }
            return includeTest
                    ? Splitter.builder().build()
                    : Splitter.builder().testFraction(0).build();
        }

        private static String defaultName(Split split, String strategy) {
            String name = split.name().toLowerCase(Locale.ROOT);
            return strategy.equals(SIMPLE) ? name + ".jsonl" : name + "_" + strategy + ".jsonl";
        }

        /** Where the files are written. Required; created if it is missing. */
        public Builder directory(Path directory) {
            this.directory = Require.nonNull("directory", directory);
            return this;
        }

        /** What a line looks like. Defaults to {@link FineTuneFormat#OPENAI_CHAT}. */
        public Builder format(FineTuneFormat format) {
            this.format = Require.nonNull("format", format);
            return this;
        }

        /** Of the simple format. Braces in it are braces. Defaults to an empty one: no system prompt. */
        public Builder systemPrompt(String systemPrompt) {
            this.systemPrompt = Require.nonNull("systemPrompt", systemPrompt);
            return this;
        }

        /**
         * What the user says in the simple format, with places for fields as in a {@link PromptStrategy}, such as
         * {@code Persona: {tags.persona}}. Defaults to {@code {text}}.
         */
        public Builder userTemplate(String userTemplate) {
            new Template("userTemplate", Require.notBlank("userTemplate", userTemplate));
            this.userTemplate = userTemplate;
            return this;
        }

        /** The labels that the system prompt of the simple format allows. By default they are read from it, see {@link PromptStrategy}. */
        public Builder labels(Collection<String> labels) {
            this.labels = List.copyOf(Require.nonNull("labels", labels));
            return this;
        }

        /**
         * The name of the label in the answer, and the field of the record that it is in; every record needs one. Members of the
         * answer come in the order of these calls. Defaults to {@code label} from {@code label}, as the first.
         */
        public Builder assistantLabel(String name, String path) {
            if (label != null) {
                throw new IllegalArgumentException("the answer has a label already: \"%s\"".formatted(label.name()));
            }
            label = add(name, path, false);
            return this;
        }

        /**
         * Another member of the answer, and the field that it comes from. Of JSON records its type is kept. Where a record does not
         * have it, or has null or a blank text, it is left out. By default there is none.
         */
        public Builder assistantField(String name, String path) {
            add(name, path, false);
            return this;
        }

        /** The same for a number that records may have as a string, such as a confidence in the tags of a sample. */
        public Builder assistantNumber(String name, String path) {
            add(name, path, true);
            return this;
        }

        private AnswerMember add(String name, String path, boolean isNumber) {
            AnswerMember member =
                    new AnswerMember(Require.notBlank("name", name), Require.notBlank("path", path), isNumber);
            if (answer.stream().anyMatch(other -> other.name().equals(name))) {
                throw new IllegalArgumentException("the answer has \"%s\" already".formatted(name));
            }
            answer.add(member);
            return member;
        }

        /** Formats beside the simple one. By default none. */
        public Builder strategies(Collection<PromptStrategy> strategies) {
            this.strategies = List.copyOf(Require.nonNull("strategies", strategies));
            return this;
        }

        /**
         * The keys of the strategies to write. One that there is not makes a warning, and the simple format, which is written in any
         * case, stands in for it. Defaults to all.
         */
        public Builder strategyNames(String... keys) {
            this.strategyNames = List.of(keys);
            return this;
        }

        /** Writes no strategy. */
        public Builder simpleOnly() {
            return strategyNames();
        }

        /** Whether test records are written too, to measure a tuned model on. Defaults to false. */
        public Builder includeTest(boolean includeTest) {
            this.includeTest = includeTest;
            return this;
        }

        /**
         * Exports records without a split too: they are placed as by {@link #useAll(Splitter)}, with a splitter that sets a tenth
         * aside for validation, and before that a tenth for test if test records are written. By default such records are left out.
         */
        public Builder useAll() {
            this.useAll = true;
            return this;
        }

        /**
         * Exports records without a split too. Where they go depends on what the user says in the line and the splitter's seed, as
         * for texts of samples; records that any format puts in equal words go together. A split that a record has stays. If however
         * all records that have one are held out, all are divided anew, with a warning: measure on others then.
         */
        public Builder useAll(Splitter splitter) {
            this.useAll = true;
            this.splitter = Require.nonNull("splitter", splitter);
            return this;
        }

        /**
         * Names files by split and key of the strategy, which is {@link #SIMPLE} for the simple format. Must give plain names, no
         * two the same. Defaults to {@code train.jsonl}, {@code train_key.jsonl} and so on.
         */
        public Builder fileNames(BiFunction<Split, String, String> fileNames) {
            this.fileName = Require.nonNull("fileNames", fileNames);
            return this;
        }

        /** Counts tokens. Defaults to {@link TokenCounter#estimate}. */
        public Builder tokenCounter(TokenCounter tokenCounter) {
            this.tokenCounter = Require.nonNull("tokenCounter", tokenCounter);
            return this;
        }

        /**
         * The most tokens of a line, at least 1: those of its texts, four a message for what a chat template adds, and three. By
         * default none is too long.
         */
        public Builder maxTokens(int maxTokens) {
            this.maxTokens = Require.inRange("maxTokens", maxTokens, 1, Integer.MAX_VALUE);
            return this;
        }

        /** What is done with lines that are too long. Defaults to {@link LongLines#LEAVE_OUT}. */
        public Builder longLines(LongLines longLines) {
            this.longLines = Require.nonNull("longLines", longLines);
            return this;
        }

        /**
         * @throws IllegalStateException if {@link #directory} was not called
         * @throws IllegalArgumentException if two strategies have one key, one has that of the simple format, or a member of
         *     the answer has the name of the default label
         */
        public FineTuneExporter build() {
            if (directory == null) {
                throw new IllegalStateException(
                        "directory is required: FineTuneExporter.builder().directory(Path.of(\"fine-tuning\"))");
            }
            Map<String, PromptStrategy> byKey = new LinkedHashMap<>();
            for (PromptStrategy strategy : strategies) {
                if (strategy.key().equals(SIMPLE) || byKey.put(strategy.key(), strategy) != null) {
                    throw new IllegalArgumentException(
                            "there are two formats with the key '%s'".formatted(strategy.key()));
                }
            }
            PromptStrategy simple = PromptStrategy.of(SIMPLE, systemPrompt, userTemplate);
            List<PromptStrategy> formats =
                    new ArrayList<>(List.of(labels.isEmpty() ? simple : simple.withLabels(labels)));
            List<String> unknown = new ArrayList<>();
            for (String key : strategyNames == null ? byKey.keySet() : new LinkedHashSet<>(strategyNames)) {
                Optional.ofNullable(byKey.get(key)).ifPresentOrElse(formats::add, () -> unknown.add(key));
            }
            List<AnswerMember> members = new ArrayList<>(answer);
            AnswerMember labelMember = label;
            if (labelMember == null) {
                labelMember = new AnswerMember("label", "label", false);
                if (members.stream().anyMatch(member -> member.name().equals("label"))) {
                    throw new IllegalArgumentException(
                            "the answer has \"label\" already: name its label with assistantLabel(...)");
                }
                members.add(0, labelMember);
            }
            return new FineTuneExporter(this, directory, formats, unknown, labelMember, members);
        }
    }
}
