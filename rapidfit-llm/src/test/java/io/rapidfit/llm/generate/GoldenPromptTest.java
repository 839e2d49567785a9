package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.check.Finding;
import io.rapidfit.check.Templates;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Item;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.llm.ChatMessage;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.ScriptedChatModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The prompts as they are sent. A change of wording changes what every user's model writes: look at the difference, and replace
 * the file in {@code src/test/resources}.
 */
class GoldenPromptTest {

    private static final Dataset DATASET = Dataset.of(List.of(
            Seeds.train("topic", "why was I charged \"twice\" this month", "billing"),
            Seeds.train("topic", "my parcel never came to the door", "delivery"),
            Sample.of("topic", "the courier left it with a neighbour", "delivery")
                    .withSplit(Split.TEST)));

    private static ScriptedChatModel model() {
        return Scripts.writing(request -> ChatResponse.of(Scripts.reply(List.of("written for " + Prompts.label(request)
                + " when " + Prompts.known(request).size() + " were known"))));
    }

    @Test
    void augmenter() {
        ScriptedChatModel model = model();

        LLMAugmenter.builder()
                .chatModel(model)
                .maxSamplesPerTask(3)
                .batchSize(1)
                .callsPerWave(2)
                .concurrency(1)
                .build()
                .augment(DATASET);

        // instructions; billing and delivery; billing again, which knows one text
        assertThat(model.requests()).hasSize(4);
        assertGolden("augment-instructions.txt", model.requests().get(0));
        assertGolden("augment-samples.txt", model.requests().get(3));
    }

    @Test
    void refiner() {
        ScriptedChatModel model = model();

        LLMRefiner.builder()
                .chatModel(model)
                .maxRefinedPerClass(2)
                .batchSize(1)
                .callsPerWave(1)
                .concurrency(1)
                .build()
                .refine(
                        Analyses.of("topic")
                                .outcome("I paid for a parcel {twice}", "billing", "delivery")
                                .outcomes(3, "billing", "billing")
                                .outcomes(4, "delivery", "delivery")
                                .outcomes(1, "delivery", "billing")
                                .validation(),
                        DATASET);

        // F1 of billing: 2*3 / (2*3 + 1 + 1) = 0.75, of delivery 2*4 / (2*4 + 2) = 0.8
        assertGolden("refine-instructions.txt", model.requests().get(0));
        assertGolden("refine-samples.txt", model.requests().get(3));
    }

    @Test
    void rewriting() {
        ScriptedChatModel model = ScriptedChatModel.builder()
                .otherwise("{\"changes\":\"shorter\",\"text\":\"4,806 m\"}")
                .build();

        DataRefinementPipeline.builder()
                .chatModel(model)
                .check(
                        "exact",
                        examples -> examples.stream()
                                .map(e -> Finding.fail("exact", e.id(), 0.5, "lacks \"decimals\", says {0}"))
                                .toList())
                .instruction("Keep it short.")
                .build()
                .refine(List.of(
                        Item.of(Map.of("query", "How high is \"Mont Blanc\"?")).with("response", "high {or so}")));

        assertThat(model.requests()).hasSize(2); // the second knows what came of the first
        assertGolden("rewrite.txt", model.requests().get(1));
    }

    @Test
    void regenerator_asksAsItAlwaysDid(@TempDir Path dir) throws IOException {
        Path corpus = Files.writeString(
                dir.resolve("sailor.txt"),
                "The wind has \"teeth\" tonight, so keep a hand on the rail {and} an eye aloft.");
        ScriptedChatModel model =
                Chats.writing(request -> switch (Chats.number(request) * 10 + Chats.attempts(request)) {
                    case 0 -> "Grand weather for a stroll along the harbour";
                    case 10 -> "Lima swelters at 97 degrees";
                    default -> "Lima is mild, and that is all there is to say";
                });

        LLMRegenerator.builder()
                .chatModel(model)
                .templates(Templates.builder().mine(false).phrase(Chats.PHRASE).build())
                .maxPerTemplate(0)
                .rowsPerWave(1)
                .persona("sailor", "Salty, {but} \"polite\".")
                .corpus(StyleCorpus.builder().file("sailor", corpus).build())
                .build()
                .regenerate(
                        Chats.write(dir.resolve("in.jsonl"), List.of(Chats.templated(0), Chats.templated(1))),
                        dir.resolve("out.jsonl"));

        assertThat(model.requests()).hasSize(3); // the third knows an output and an attempt that was refused
        assertGolden("regenerate.txt", model.requests().get(2));
    }

    private static void assertGolden(String name, ChatRequest request) {
        StringBuilder sent = new StringBuilder();
        sent.append("temperature ").append(request.temperature()).append('\n');
        sent.append("schema ").append(request.jsonSchema()).append('\n');
        for (ChatMessage message : request.messages()) {
            sent.append("=== ")
                    .append(message.role())
                    .append('\n')
                    .append(message.content())
                    .append('\n');
        }
        assertThat(sent.toString()).as(name).isEqualTo(golden(name));
    }

    private static String golden(String name) {
        try (InputStream in = GoldenPromptTest.class.getResourceAsStream("sent/" + name)) {
            return in == null ? "(no such file)" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
