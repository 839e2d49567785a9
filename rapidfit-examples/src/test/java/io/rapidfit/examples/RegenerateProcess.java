package io.rapidfit.examples;

import io.rapidfit.check.Templates;
import io.rapidfit.llm.CallPolicy;
import io.rapidfit.llm.generate.LLMRegenerator;
import io.rapidfit.llm.provider.OpenAIChatModel;
import java.nio.file.Path;

/** Regenerates a file in a process that {@link KilledRegenerationTest} kills. */
final class RegenerateProcess {

    static final int CONCURRENCY = 4;

    private RegenerateProcess() {}

    /** Takes the input, the output and the address of the model. */
    public static void main(String[] args) {
        Templates.Builder templates = Templates.builder();
        WeatherChats.PHRASES.forEach(templates::phrase);
        LLMRegenerator.builder()
                .chatModel(OpenAIChatModel.builder()
                        .baseUrl(args[2])
                        .modelId("stub")
                        .policy(CallPolicy.builder().maxConcurrency(CONCURRENCY).build())
                        .build())
                .templates(templates.build())
                .maxPerTemplate(2)
                .rowsPerWave(16)
                .build()
                .regenerate(Path.of(args[0]), Path.of(args[1]));
    }
}
