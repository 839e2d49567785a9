package io.rapidfit.data;

import io.rapidfit.internal.Require;
import io.rapidfit.text.TextNormalizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an example comes from.
 *
 * @param generator what wrote it, such as {@code LLMAugmenter}; null for a human's
 * @param model the id of the language model that wrote it
 * @param promptHash the hash of the prompt that it answers
 * @param runId the run that it was made in
 * @param parents ids of the examples that it was made from
 */
public record Origin(
        @Nullable String generator,
        @Nullable String model,
        @Nullable String promptHash,
        @Nullable String runId,
        List<String> parents) {

    /** Written by a person, or taken from where people write. */
    public static final Origin HUMAN = new Origin(null, null, null, null, List.of());

    public Origin {
        generator = wellFormed(generator);
        model = wellFormed(model);
        promptHash = wellFormed(promptHash);
        runId = wellFormed(runId);
        parents = parents.stream().map(TextNormalizer::wellFormed).toList();
        if (generator == null && (model != null || promptHash != null || runId != null || !parents.isEmpty())) {
            throw new IllegalArgumentException("an origin with a model, prompt, run or parents needs a generator");
        }
    }

    private static @Nullable String wellFormed(@Nullable String value) {
        return value == null ? null : TextNormalizer.wellFormed(value);
    }

    /** Written by a program; the rest is added by the {@code with} methods as far as it is known. */
    public static Origin synthetic(String generator) {
        return new Origin(Require.notBlank("generator", generator), null, null, null, List.of());
    }

    public boolean isSynthetic() {
        return generator != null;
    }

    public Origin withModel(String newModel) {
        return new Origin(generator, newModel, promptHash, runId, parents);
    }

    public Origin withPromptHash(String newPromptHash) {
        return new Origin(generator, model, newPromptHash, runId, parents);
    }

    public Origin withRunId(String newRunId) {
        return new Origin(generator, model, promptHash, newRunId, parents);
    }

    public Origin withParents(List<String> newParents) {
        return new Origin(generator, model, promptHash, runId, newParents);
    }
}
