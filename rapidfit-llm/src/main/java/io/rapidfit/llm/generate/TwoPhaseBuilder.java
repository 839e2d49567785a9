package io.rapidfit.llm.generate;

import io.rapidfit.internal.Require;
import io.rapidfit.llm.run.PromptTemplate;
import java.util.Set;

/**
 * The options of generators that have a model describe classes first and write for them then. Not thread-safe.
 *
 * @param <B> the generator's own builder
 */
abstract class TwoPhaseBuilder<B extends TwoPhaseBuilder<B>> extends SampleGeneratorBuilder<B> {

    private final Set<String> samplePlaces;

    PromptTemplate instructionPrompt;
    PromptTemplate samplePrompt;

    /** The prompts that the generator has unless others are given; these may have the places that the second one has. */
    TwoPhaseBuilder(String generator, PromptTemplate instructionPrompt, PromptTemplate samplePrompt) {
        super(generator);
        this.instructionPrompt = instructionPrompt;
        this.samplePrompt = samplePrompt;
        this.samplePlaces = samplePrompt.placeholders();
    }

    /**
     * Replaces {@code INSTRUCTION_PROMPT}, the first phase's.
     *
     * @throws IllegalArgumentException if the place for the classes is missing, or a place is unknown
     */
    public B instructionPrompt(PromptTemplate prompt) {
        this.instructionPrompt = Require.nonNull("instructionPrompt", prompt)
                .require(Set.of("classes"), Set.of("task", "labels", "classes"));
        return self();
    }

    /**
     * Replaces {@code SAMPLE_PROMPT}, the second phase's.
     *
     * @throws IllegalArgumentException if the place for label or count is missing, or a place is unknown
     */
    public B samplePrompt(PromptTemplate prompt) {
        this.samplePrompt = Require.nonNull("samplePrompt", prompt).require(Set.of("label", "count"), samplePlaces);
        return self();
    }
}
