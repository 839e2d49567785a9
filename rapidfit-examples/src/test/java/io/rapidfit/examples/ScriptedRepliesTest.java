package io.rapidfit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidfit.check.NearDuplicates;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.generate.GenerationResult;
import io.rapidfit.llm.generate.LLMAugmenter;
import io.rapidfit.llm.generate.LLMRefiner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScriptedRepliesTest {

    private final ScriptedReplies replies = ScriptedReplies.load();

    @Test
    void answer_servesEachTextOnceInTheLanguagesOfTheWhole() throws IOException {
        List<String> served = new ArrayList<>();
        for (int call = 0; call < 4; call++) {
            served.addAll(texts(replies.answer(augmenting(8))));
        }

        assertThat(served).hasSize(30).doesNotHaveDuplicates(); // all that were written for billing
        // 18 of the 30 are English, 6 Spanish, 6 Arabic: of ten, two are Arabic
        assertThat(served.subList(0, 10).stream().filter(t -> t.matches(".*\\p{InArabic}.*")))
                .hasSize(2);
        assertThat(texts(replies.answer(augmenting(8)))).isEmpty();
    }

    @Test
    void answer_servesTextsThatTellFromTheShownLabelsFirst() throws IOException {
        List<String> first = texts(replies.answer(refining(6, "account")));
        List<String> rest = texts(replies.answer(refining(60, "account")));

        assertThat(first)
                .hasSize(6)
                .allSatisfy(text ->
                        assertThat(text).isIn(texts(ScriptedReplies.load().answer(refining(6, "account")))));
        assertThat(first)
                .doesNotContainAnyElementsOf(texts(ScriptedReplies.load().answer(refining(6, "returns"))));
        assertThat(rest).hasSize(6 + 30); // those that tell billing from returns, then those for the augmenter
    }

    @Test
    void answer_refusesWhatNobodyWroteFor() {
        assertThatThrownBy(() -> replies.answer(ChatRequest.of("Hello?")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the prompts of the augmenter and the refiner only");
        assertThatThrownBy(() -> replies.answer(ChatRequest.of("The classification task is called \"colour\".")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not for task 'colour'");
    }

    @Test
    void model_givesTheSameEveryTimeOneCallAtATime() {
        assertThat(augment(DemoData.start(2))).isEqualTo(augment(DemoData.start(2)));
    }

    /** Whoever wrote them looked at training samples only; what came out alike by chance would be refused by the gate. */
    @Test
    void texts_areLikeNoTestText() throws IOException {
        NearDuplicates.Index test = NearDuplicates.builder().build().index();
        Dataset start = DemoData.start(1);
        start.samples(Split.TEST).forEach(s -> test.add(s.id(), s.text()));

        List<String> all = new ArrayList<>();
        for (String task : start.tasks()) {
            for (String label : start.labels(task)) {
                all.addAll(texts(replies.answer(request(task, label, 1000, "[]"))));
            }
        }

        assertThat(all)
                .hasSize(252 + 156 + 156)
                .noneMatch(text -> test.nearest(text).isPresent());
    }

    private static List<Sample> augment(Dataset dataset) {
        GenerationResult result = LLMAugmenter.builder()
                .chatModel(ScriptedReplies.model())
                .maxSamplesPerTask(24)
                .concurrency(1)
                .build()
                .augment(dataset);
        assertThat(result.samples()).hasSize(3 * 24);
        return result.samples();
    }

    private static ChatRequest augmenting(int count) {
        return new ChatRequest(
                LLMAugmenter.SAMPLE_PROMPT.render(Map.of(
                        "task", "topic",
                        "labels", List.of("billing", "account"),
                        "label", "billing",
                        "count", count,
                        "instructions", Map.of(),
                        "examples", List.of(),
                        "known", List.of())),
                null,
                null,
                null);
    }

    private static ChatRequest refining(int count, String confusedWith) {
        return request("topic", "billing", count, "[{\"label\":\"%s\",\"text\":\"t\"}]".formatted(confusedWith));
    }

    private static ChatRequest request(String task, String label, int count, String contrast) {
        try {
            return new ChatRequest(
                    LLMRefiner.SAMPLE_PROMPT.render(Map.of(
                            "task", task,
                            "labels", List.of(label),
                            "label", label,
                            "count", count,
                            "instructions", Map.of(),
                            "errors", List.of(),
                            "examples", List.of(),
                            "contrast", new ObjectMapper().readValue(contrast, List.class),
                            "known", List.of())),
                    null,
                    null,
                    null);
        } catch (IOException e) {
            throw new IllegalArgumentException(contrast, e);
        }
    }

    private static List<String> texts(String answer) throws IOException {
        List<String> texts = new ArrayList<>();
        for (JsonNode row : new ObjectMapper().readTree(answer).path("samples")) {
            texts.add(row.path("text").textValue());
        }
        return texts;
    }
}
