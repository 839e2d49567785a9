package io.rapidfit.llm.generate;

import io.rapidfit.check.Diversity;
import io.rapidfit.check.Grounding;
import io.rapidfit.check.TemplateReport;
import io.rapidfit.check.Templates;
import io.rapidfit.data.Conversation;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.Cancellation;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.run.PromptTemplate;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What {@link LLMRegenerator.Builder} collects; see there. */
record RegenerationOptions(
        ChatModel chatModel,
        PromptTemplate prompt,
        Templates templates,
        int maxPerTemplate,
        LLMRegenerator.Kept kept,
        String personaField,
        Map<String, String> personas,
        @Nullable StyleCorpus corpus,
        int passagesPerPrompt,
        int outputWindow,
        double temperature,
        int maxAnswerTokens,
        int minLength,
        int maxLength,
        double duplicateThreshold,
        @Nullable Supplier<Grounding.Builder> grounding,
        int maxAttempts,
        double maxFailedShare,
        int rowsPerWave,
        long seed,
        @Nullable Path journal,
        Budget budget,
        Cancellation cancellation,
        InstantSource clock,
        Consumer<RegenerationProgress> onProgress) {

    /** Whose voice the response of a conversation is in; empty if nobody says. */
    String persona(Conversation conversation) {
        return conversation.field(personaField).map(String::strip).orElse("");
    }

    String instruction(String persona) {
        return personas.getOrDefault(persona, "");
    }

    /** Measures responses, by template and persona. */
    Diversity diversity(TemplateReport found) {
        return Diversity.builder()
                .templates(found)
                .groupBy(personaField)
                .seed(seed)
                .build();
    }

    /** What decides which questions are asked, apart from the files and the size of the waves. */
    List<Object> fingerprint() {
        return List.of(
                LLMRegenerator.class.getSimpleName(),
                chatModel.modelId(),
                prompt.text(),
                maxPerTemplate,
                kept,
                personaField,
                personas,
                corpus == null
                        ? ""
                        : corpus.personas().stream().map(corpus::passages).toList(),
                passagesPerPrompt,
                outputWindow,
                temperature,
                maxAnswerTokens,
                minLength,
                maxLength,
                duplicateThreshold,
                grounding != null,
                maxAttempts,
                seed);
    }
}
