package io.rapidfit.llm.generate;

import io.rapidfit.data.Splitter;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.run.PromptTemplate;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The options of whatever has examples rewritten. Not thread-safe.
 *
 * @param <B> its own builder
 */
abstract class RewriterBuilder<B extends RewriterBuilder<B>> extends RunBuilder<B> {

    private PromptTemplate prompt = Rewriter.PROMPT;
    private String instruction = "";
    private String field = "response";
    private List<String> shown = List.of("query", "context", "task", "label");
    private double temperature = 0.7;
    private Splitter splitter = Splitter.builder().build();
    private Consumer<GenerationProgress> onProgress = progress -> {};

    /** @param generator the name of its class, which becomes the origin of what it makes */
    RewriterBuilder(String generator) {
        super(generator, 4096);
    }

    /**
     * Replaces {@code PROMPT}. Values are not cut: a text that is rewritten must be seen as a whole.
     *
     * @throws IllegalArgumentException if the place for text or criticism is missing, or a place is unknown
     */
    public B prompt(PromptTemplate prompt) {
        this.prompt =
                Require.nonNull("prompt", prompt).require(Set.of("text", "criticism"), Rewriter.PROMPT.placeholders());
        return self();
    }

    /** What the model is to mind besides, such as whom the texts are for. By default nothing. */
    public B instruction(String instruction) {
        this.instruction = Require.notBlank("instruction", instruction);
        return self();
    }

    /**
     * The member of an {@link io.rapidfit.data.Item} that is rewritten. Defaults to {@code response}. Of a sample it is always the
     * text, of a conversation its {@linkplain io.rapidfit.data.Conversation#response response}.
     *
     * @throws IllegalArgumentException if it is a path: what lies deeper cannot be rewritten
     */
    public B field(String name) {
        if (Require.notBlank("field", name).contains(".")) {
            throw new IllegalArgumentException(
                    "field must be a member of the item itself, without dots, but was '%s'".formatted(name));
        }
        this.field = name;
        return self();
    }

    /**
     * The {@linkplain io.rapidfit.data.Example#field fields} that the model sees besides the text to be rewritten; what an example
     * lacks is left out. Defaults to {@code query}, {@code context}, {@code task} and {@code label}. A {@code reference} that is
     * shown is likely to come back word for word.
     */
    public B shown(String... fields) {
        for (String path : Require.nonNull("fields", fields)) {
            Require.notBlank("field", path);
        }
        this.shown = List.of(fields);
        return self();
    }

    /** Of the calls that rewrite, from 0 to 2. Defaults to 0.7. */
    public B temperature(double temperature) {
        this.temperature = Require.inRange("temperature", temperature, 0, 2);
        return self();
    }

    /**
     * Divides samples that have no split yet, before anything else: only training examples are shown to a model. Defaults to the
     * default Splitter. Items and conversations without a split are for training.
     */
    public B splitter(Splitter splitter) {
        this.splitter = Require.nonNull("splitter", splitter);
        return self();
    }

    /**
     * The directory of a journal that keeps each answer before it is used, in the file {@code rewrites.jsonl}. A run that broke off
     * goes on from there, and any other run takes from there what was answered before to the same question. Calls that failed are
     * made again. By default there is none.
     */
    public B journal(Path directory) {
        this.journal = Require.nonNull("journal", directory);
        return self();
    }

    /** How far a run is; one at a time, on whatever thread of the run. What it throws ends the run. */
    public B onProgress(Consumer<GenerationProgress> onProgress) {
        this.onProgress = Require.nonNull("onProgress", onProgress);
        return self();
    }

    /** @throws IllegalStateException if {@code chatModel} is missing */
    Rewriter rewriter() {
        ChatModel chatModel = requireChatModel();
        return new Rewriter(
                generator,
                chatModel,
                prompt,
                instruction,
                field,
                shown,
                temperature,
                maxAnswerTokens(),
                splitter,
                journal,
                budget,
                cancellation,
                onProgress);
    }
}
