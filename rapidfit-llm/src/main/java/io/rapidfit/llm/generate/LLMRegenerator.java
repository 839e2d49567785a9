package io.rapidfit.llm.generate;

import io.rapidfit.check.Grounding;
import io.rapidfit.check.Templates;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.Forecast;
import io.rapidfit.llm.Journal;
import io.rapidfit.llm.Usage;
import io.rapidfit.llm.run.CallRun;
import io.rapidfit.llm.run.PromptTemplate;
import io.rapidfit.llm.run.WaveRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rewrites the responses of chat data that follow templates: a model that is tuned with such a file learns the templates. A few of each
 * stay, the rest a model writes anew from the conversation alone, in the voice of its persona.
 *
 * <pre>{@code
 * LLMRegenerator regenerator = LLMRegenerator.builder()
 *         .chatModel(model)
 *         .templates(Templates.builder().phrase("here's the information you requested").build())
 *         .maxPerTemplate(10)
 *         .corpus(StyleCorpus.builder().directory(Path.of("corpus")).build())
 *         .build();
 * regenerator.forecast(Path.of("chats.jsonl")).display(System.out);
 * regenerator.regenerate(Path.of("chats.jsonl"), Path.of("chats-diverse.jsonl")).display(System.out);
 * }</pre>
 *
 * <p>What is rewritten is the {@linkplain io.rapidfit.data.Conversation#response response} of a conversation, where it matches a
 * template, be it given or mined from a sample of 20,000 responses of the first file. All else of a line of JSON stays character by
 * character, tool calls and unknown fields among it; what is white space between lines becomes one line break. Rows of a JSON array are
 * written as such lines. Conversations of the test split stay, and are shown to nobody.
 *
 * <p>A response replaces the original only if it matches no template, is no near-duplicate of the original or of another, states no
 * numbers and names that its conversation lacks (see {@link Grounding}), has the right length, is a message and not JSON or the call of
 * a tool, and repeats no six words of its instructions, eight of a passage or twelve of a system prompt, unless the original did. Where it
 * is refused the model is told why and tries again; after {@code maxAttempts} the original stays, and is counted.
 *
 * <p>Files may be larger than memory, which holds a wave of rows, and some 250 bytes for each row. Equal responses are found among all,
 * near-duplicates among the last two to four million characters, those that stay before those that are written.
 *
 * <p>A run that breaks off, however it does, goes on from its journal: calls that were answered are not made again, and the files
 * come out as if nothing had happened. Nothing is written before all files are done. Which prompt sees which earlier response depends on
 * the size of the waves, which the journal keeps, and not on the order in which answers come.
 *
 * <p>Immutable and thread-safe; but two runs at the same time must not have the same journal.
 */
public final class LLMRegenerator {

    private static final Logger log = LoggerFactory.getLogger(LLMRegenerator.class);

    /**
     * The prompt, with the places {@code conversation}, {@code persona}, {@code instruction}, {@code style}, {@code templates}, {@code
     * outputs}, {@code attempts}, {@code minLength} and {@code maxLength}.
     */
    public static final PromptTemplate PROMPT = PromptTemplate.resource(LLMRegenerator.class, "regenerate.txt");

    /** The share of responses that could not be rewritten from which on a run is worth a warning. */
    static final double MANY_FAILED = 0.05;

    /** So many calls in a row say nothing of the model yet: the last waves have few rows but those that are never answered. */
    private static final int UNANSWERED_ALLOWED = 15;

    private static final String ROWS_PER_WAVE = "rowsPerWave";

    /** Which responses of a template stay. */
    public enum Kept {
        /** Those that are most unlike each other. */
        DIVERSE,
        /** Those that come first. */
        FIRST
    }

    /** A file, and where what becomes of it goes. */
    public record FilePair(Path input, Path output) {
        public FilePair {
            Require.nonNull("input", input);
            Require.nonNull("output", output);
        }
    }

    private final RegenerationOptions options;

    private LLMRegenerator(RegenerationOptions options) {
        this.options = options;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** What {@link #regenerate} is going to do with these files, and to spend. Calls nobody, writes nothing. */
    public RegenerationForecast forecast(Path... inputs) {
        return forecast(RegenerationInput.of(options, requireFiles(List.of(inputs))));
    }

    private RegenerationForecast forecast(RegenerationInput input) {
        List<RegenerationForecast.TemplatePlan> templates = new ArrayList<>();
        for (int i = 0; i < input.templates().templates().size(); i++) {
            int template = i;
            templates.add(new RegenerationForecast.TemplatePlan(
                    input.templates().templates().get(i).source(),
                    input.templates().templates().get(i).form(),
                    input.plans().stream()
                            .mapToInt(plan -> plan.matches().get(template))
                            .sum()));
        }
        return new RegenerationForecast(
                input.plans().stream()
                        .map(plan -> new RegenerationForecast.FilePlan(
                                plan.input(), plan.rows(), plan.templated(), plan.kept()))
                        .toList(),
                templates,
                withLongestAnswers(WaveRun.forecast(
                        options.chatModel(), options.budget(), options.rowsPerWave(), waves -> {
                            try (RegenerationRun run = new RegenerationRun(input, waves, options.rowsPerWave(), true)) {
                                run.run();
                            }
                        })));
    }

    /** An original says what an answer takes, but not what the longest may. */
    private Forecast withLongestAnswers(Forecast forecast) {
        Usage tokens = forecast.mostTokens();
        long answers = Math.max(tokens.completionTokens(), forecast.mostCalls() * options.maxAnswerTokens());
        Usage most = new Usage(tokens.promptTokens(), answers, tokens.cachedTokens());
        OptionalDouble cost = options.budget()
                .pricing()
                .price(options.chatModel().modelId())
                .map(price -> OptionalDouble.of(price.cost(most)))
                .orElse(OptionalDouble.empty());
        return new Forecast(
                forecast.leastCalls(), forecast.mostCalls(), forecast.leastTokens(), most, forecast.leastCost(), cost);
    }

    /** Regenerates one file. */
    public RegenerationResult regenerate(Path input, Path output) {
        return regenerate(List.of(new FilePair(input, output)));
    }

    /**
     * Regenerates files that belong together, such as training and validation: templates are those of the first, {@code
     * maxPerTemplate} is what may stay of each there and in proportion to their rows in the others, and no response is a
     * near-duplicate of one in another file. No response moves to another file.
     *
     * @throws IllegalArgumentException if there is no file, an output is an input or there twice
     * @throws IllegalStateException if the corpus lacks a persona, or an input changes during the run
     * @throws io.rapidfit.data.DataFormatException if a line is no conversation
     * @throws io.rapidfit.llm.LLMException if calls failed and not a single one was answered
     */
    public RegenerationResult regenerate(List<FilePair> files) {
        List<Path> inputs = requireFiles(files.stream().map(FilePair::input).toList());
        List<Path> outputs = files.stream().map(FilePair::output).toList();
        requireOutputs(inputs, outputs);
        RegenerationInput input = RegenerationInput.of(options, inputs);
        Journal journal = Journal.open(journals(outputs.get(0)).resolve(input.runId() + ".jsonl"));
        int rowsPerWave = rowsPerWave(journal);
        WaveRun waves =
                WaveRun.of(calls(journal), rowsPerWave).allowUnanswered(Math.max(rowsPerWave - 1, UNANSWERED_ALLOWED));
        try (RegenerationRun run = new RegenerationRun(input, waves, rowsPerWave, false)) {
            run.run();
            waves.requireAnswered();
            String stop = run.stop();
            List<RegeneratedFile> regenerated = stop == null ? run.write(outputs) : run.unwritten(outputs);
            RegenerationResult result = new RegenerationResult(regenerated, waves.usage(), stop, input.runId());
            if (stop == null) {
                waves.finish();
            }
            log(result);
            return result;
        }
    }

    private static List<Path> requireFiles(List<Path> inputs) {
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("there is no file to regenerate");
        }
        for (Path input : inputs) {
            if (!Files.isRegularFile(input)) {
                throw new IllegalArgumentException("there is no file " + input);
            }
        }
        return inputs;
    }

    private static void requireOutputs(List<Path> inputs, List<Path> outputs) {
        Set<Path> known = new HashSet<>();
        inputs.forEach(input -> known.add(real(input)));
        for (Path output : outputs) {
            if (Files.isDirectory(output)) {
                throw new IllegalArgumentException("%s is a directory: name a file to write".formatted(output));
            }
            if (!known.add(real(output))) {
                throw new IllegalArgumentException(
                        "%s is an input, or the output of two files: inputs stay as they are".formatted(output));
            }
        }
    }

    /** Where a link leads, also one to the directory of a file that is not there yet. */
    private static Path real(Path file) {
        try {
            Path absolute = file.toAbsolutePath().normalize();
            Path directory = absolute.getParent();
            if (Files.exists(file)) {
                return file.toRealPath();
            }
            return directory == null || !Files.exists(directory)
                    ? absolute
                    : directory.toRealPath().resolve(absolute.getFileName());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private Path journals(Path output) {
        return options.journal() != null
                ? options.journal()
                : output.toAbsolutePath().resolveSibling(".journal");
    }

    /** Of an earlier try of the run, if there was one: prompts depend on it. */
    private int rowsPerWave(Journal journal) {
        String kept = journal.setting(ROWS_PER_WAVE, String.valueOf(options.rowsPerWave()));
        try {
            return Integer.parseInt(kept);
        } catch (NumberFormatException e) {
            throw new IllegalStateException(
                    "%s: %s must be a number but is '%s'".formatted(journal.file(), ROWS_PER_WAVE, kept), e);
        }
    }

    private CallRun calls(Journal journal) {
        return CallRun.builder()
                .chatModel(options.chatModel())
                .budget(options.budget())
                .cancellation(options.cancellation())
                .journal(journal)
                .build();
    }

    private static void log(RegenerationResult result) {
        log.info("{} in {} calls", result, result.usage().calls());
        if (!result.isComplete()) {
            log.warn("Run {}: no file was written, since {}", result.runId(), result.endedEarly());
        } else if (result.failedShare() > MANY_FAILED) {
            log.warn(
                    "Run {}: {}% of the responses could not be rewritten and stayed as they were",
                    result.runId(), Math.round(100 * result.failedShare()));
        }
    }

    /** Not thread-safe. */
    public static final class Builder extends RunBuilder<Builder> {

        private static final Set<String> PLACES = PROMPT.placeholders();

        private PromptTemplate prompt = PROMPT;
        private Templates templates = Templates.builder().build();
        private int maxPerTemplate = 100;
        private Kept kept = Kept.DIVERSE;
        private String personaField = "tags.persona";
        private final Map<String, String> personas = new TreeMap<>();
        private @Nullable StyleCorpus corpus;
        private int passagesPerPrompt = 3;
        private int outputWindow = 100;
        private double temperature = 0.9;
        private int minLength = 20;
        private int maxLength = 2000;
        private double duplicateThreshold = 0.8;
        private @Nullable Supplier<Grounding.Builder> grounding = Grounding::builder;
        private int maxAttempts = 3;
        private double maxFailedShare = 0.5;
        private int rowsPerWave = 64;
        private long seed = 42;
        private InstantSource clock = InstantSource.system();
        private Consumer<RegenerationProgress> onProgress = progress -> {};

        private Builder() {
            super(LLMRegenerator.class.getSimpleName(), 500);
        }

        @Override
        Builder self() {
            return this;
        }

        /** The longest answer, in tokens, at least 1. Defaults to 500. */
        @Override
        public Builder maxAnswerTokens(int maxAnswerTokens) {
            return super.maxAnswerTokens(maxAnswerTokens);
        }

        /**
         * Replaces {@link LLMRegenerator#PROMPT}.
         *
         * @throws IllegalArgumentException if the place {@code conversation} is missing, or a place is unknown
         */
        public Builder prompt(PromptTemplate prompt) {
            this.prompt = Require.nonNull("prompt", prompt).require(Set.of("conversation"), PLACES);
            return this;
        }

        /** What counts as a template, and whether others are mined. By default none are given, and others are mined. */
        public Builder templates(Templates templates) {
            this.templates = Require.nonNull("templates", templates);
            return this;
        }

        /** How many responses of each template stay, at least 0: then all are rewritten. Defaults to 100. */
        public Builder maxPerTemplate(int maxPerTemplate) {
            this.maxPerTemplate = (int) Require.atLeast("maxPerTemplate", maxPerTemplate, 0);
            return this;
        }

        /** Which responses of a template stay. Defaults to {@link Kept#DIVERSE}. */
        public Builder kept(Kept kept) {
            this.kept = Require.nonNull("kept", kept);
            return this;
        }

        /** Where a conversation says whose voice it is in, an {@link io.rapidfit.data.Example#field}. Defaults to {@code tags.persona}. */
        public Builder personaField(String path) {
            this.personaField = Require.notBlank("personaField", path);
            return this;
        }

        /** What to mind of a persona's voice; call it again for others. By default nothing. */
        public Builder persona(String persona, String instruction) {
            personas.put(Require.notBlank("persona", persona).strip(), Require.notBlank("instruction", instruction));
            return this;
        }

        /** Passages that show how the personas write. By default there are none; if there are, each persona must have some. */
        public Builder corpus(StyleCorpus corpus) {
            this.corpus = Require.nonNull("corpus", corpus);
            return this;
        }

        /** How many passages a prompt shows, drawn by seed; at least 1. Defaults to 3. */
        public Builder passagesPerPrompt(int passagesPerPrompt) {
            this.passagesPerPrompt = (int) Require.atLeast("passagesPerPrompt", passagesPerPrompt, 1);
            return this;
        }

        /**
         * Of how many responses written last a prompt shows ten, the five latest and the five that share most words with the original; at
         * least 0. Defaults to 100.
         */
        public Builder outputWindow(int outputWindow) {
            this.outputWindow = (int) Require.atLeast("outputWindow", outputWindow, 0);
            return this;
        }

        /** From 0 to 2. Defaults to 0.9. */
        public Builder temperature(double temperature) {
            this.temperature = Require.inRange("temperature", temperature, 0, 2);
            return this;
        }

        /** The least length of a response in characters (code points), at least 1. Defaults to 20. */
        public Builder minLength(int minLength) {
            this.minLength = (int) Require.atLeast("minLength", minLength, 1);
            return this;
        }

        /** The greatest length of a response in characters (code points), at least 1. Defaults to 2000. */
        public Builder maxLength(int maxLength) {
            this.maxLength = (int) Require.atLeast("maxLength", maxLength, 1);
            return this;
        }

        /** From which similarity on a response is too much like another, above 0 and at most 1. Defaults to 0.8. */
        public Builder duplicateThreshold(double duplicateThreshold) {
            this.duplicateThreshold = Require.inRange(
                    "duplicateThreshold", Require.positive("duplicateThreshold", duplicateThreshold), 0, 1);
            return this;
        }

        /**
         * How numbers and names are looked for that the conversation lacks, such as {@code () -> Grounding.builder().names(false)} for German. Asked
         * for a builder at each run, which learns names from the files. Defaults to {@code Grounding::builder}.
         */
        public Builder grounding(Supplier<Grounding.Builder> grounding) {
            this.grounding = Require.nonNull("grounding", grounding);
            return this;
        }

        /** Lets responses state what their conversation does not. */
        public Builder withoutGrounding() {
            this.grounding = null;
            return this;
        }

        /** How often a response is asked for, the first time included; at least 1. Defaults to 3. */
        public Builder maxAttempts(int maxAttempts) {
            this.maxAttempts = (int) Require.atLeast("maxAttempts", maxAttempts, 1);
            return this;
        }

        /**
         * The run stops when more than this share of the responses done could not be rewritten, once there are 20; in [0, 1], where 1
         * lets it go on whatever comes. Defaults to 0.5.
         */
        public Builder maxFailedShare(double maxFailedShare) {
            this.maxFailedShare = Require.inRange("maxFailedShare", maxFailedShare, 0, 1);
            return this;
        }

        /**
         * How many responses are asked for together, at least 1. A prompt sees what earlier waves gave. A run that goes on keeps the
         * number it began with. Defaults to 64.
         */
        public Builder rowsPerWave(int rowsPerWave) {
            this.rowsPerWave = (int) Require.atLeast("rowsPerWave", rowsPerWave, 1);
            return this;
        }

        /** Of all random choices. Defaults to 42. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * The directory of the journals, a file for each run, from which a run that broke off goes on. Defaults to {@code .journal} beside
         * the first output.
         */
        public Builder journal(Path directory) {
            this.journal = Require.nonNull("journal", directory);
            return this;
        }

        /** By which the time left is estimated. Defaults to the system's. */
        public Builder clock(InstantSource clock) {
            this.clock = Require.nonNull("clock", clock);
            return this;
        }

        /** After each wave, on the thread of the run. What it throws ends the run. */
        public Builder onProgress(Consumer<RegenerationProgress> onProgress) {
            this.onProgress = Require.nonNull("onProgress", onProgress);
            return this;
        }

        /**
         * @throws IllegalStateException if {@code chatModel} is missing, or lengths contradict each other
         * @throws IllegalArgumentException if the budget is in money and the model's price is not known
         */
        public LLMRegenerator build() {
            if (minLength > maxLength) {
                throw new IllegalStateException(
                        "minLength must be at most maxLength but was %d > %d".formatted(minLength, maxLength));
            }
            return new LLMRegenerator(new RegenerationOptions(
                    requireChatModel(),
                    prompt,
                    templates,
                    maxPerTemplate,
                    kept,
                    personaField,
                    Collections.unmodifiableMap(new TreeMap<>(personas)),
                    corpus,
                    passagesPerPrompt,
                    outputWindow,
                    temperature,
                    maxAnswerTokens(),
                    minLength,
                    maxLength,
                    duplicateThreshold,
                    grounding,
                    maxAttempts,
                    maxFailedShare,
                    rowsPerWave,
                    seed,
                    journal,
                    budget,
                    cancellation,
                    clock,
                    onProgress));
        }
    }
}
