package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Splitter;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.model.Prediction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What both generators do if nobody says anything else; the refiner shares all but its own options. */
@Timeout(20)
class GeneratorDefaultsTest {

    @TempDir
    Path dir;

    private final List<GenerationProgress> progress = new ArrayList<>();

    private LLMAugmenter.Builder augmenter(ChatModel model) {
        return LLMAugmenter.builder().chatModel(model).onProgress(progress::add);
    }

    @Test
    void augment_writes128SamplesATaskInBatchesOf8() {
        ScriptedChatModel model = Writers.inventive();

        GenerationResult result = augmenter(model)
                .build()
                .augment(Seeds.plenty("topic", "billing", "delivery").plus(Seeds.plenty("mood", "happy", "angry")));

        assertThat(result.samples()).hasSize(256);
        for (String task : List.of("topic", "mood")) {
            assertThat(result.samples()).filteredOn(s -> s.task().equals(task)).hasSize(128);
        }
        assertThat(Scripts.forSamples(model.requests()))
                .hasSize(32)
                .allSatisfy(request -> assertThat(Writers.count(request)).isEqualTo(8));
    }

    @Test
    void augment_plansSixteenCallsAtOnce() {
        ScriptedChatModel model = Writers.inventive();

        // 17 calls of 8 for one class
        augmenter(model).maxSamplesPerTask(136).concurrency(1).build().augment(Seeds.plenty("topic", "billing"));

        List<ChatRequest> requests = Scripts.forSamples(model.requests());
        assertThat(requests).hasSize(17);
        assertThat(requests.subList(0, 16))
                .allSatisfy(r -> assertThat(Prompts.known(r)).isEmpty());
        // the most recent 15 of what the first wave gave
        assertThat(Prompts.known(requests.get(16))).hasSize(15);
        assertThat(progress)
                .extracting(GenerationProgress::stage, GenerationProgress::done, GenerationProgress::total)
                .containsExactly(tuple("instructions", 1, 1), tuple("samples", 128, 136), tuple("samples", 136, 136));
        assertThat(progress.get(2).usage().calls()).isEqualTo(18);
    }

    @Test
    void augment_makesEightCallsAtOnce() {
        AtomicInteger active = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch eight = new CountDownLatch(8);
        ScriptedChatModel model = Scripts.writing(request -> {
            most.accumulateAndGet(active.incrementAndGet(), Math::max);
            eight.countDown();
            try {
                eight.await(); // would wait for ever with fewer than eight at once
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            ChatResponse response = ChatResponse.of(Writers.samples(request));
            active.decrementAndGet();
            return response;
        });

        assertThat(augmenter(model)
                        .build()
                        .augment(Seeds.plenty("topic", "billing"))
                        .samples())
                .hasSize(128);
        assertThat(most).hasValue(8);
    }

    @Test
    void augment_drawsTemperaturesBetweenAHalfAnd9Tenths() {
        ScriptedChatModel model = Writers.inventive();

        augmenter(model).build().augment(Seeds.twoTasks());

        List<Double> drawn = Scripts.forSamples(model.requests()).stream()
                .map(ChatRequest::temperature)
                .toList();
        assertThat(drawn).allSatisfy(t -> assertThat(t).isBetween(0.5, 0.9));
        assertThat(new HashSet<>(drawn)).hasSizeGreaterThan(10);
        assertThat(drawn).anyMatch(t -> t < 0.6).anyMatch(t -> t > 0.8);
        assertThat(model.requests())
                .filteredOn(r -> !Writers.asksForSamples(r))
                .allSatisfy(r -> assertThat(r.temperature()).isEqualTo(0.3));
    }

    @Test
    void augment_asksForAnswersOf4096Tokens() {
        ScriptedChatModel model = Writers.inventive();

        augmenter(model).maxSamplesPerTask(8).build().augment(Seeds.oneClass());

        assertThat(model.requests())
                .hasSize(2)
                .allSatisfy(r -> assertThat(r.maxTokens()).isEqualTo(4096));
    }

    @Test
    void augment_cutsTextsInPromptsAfter2000CodePoints() {
        ScriptedChatModel model = Writers.inventive();
        String character = "\uD83D\uDE00"; // one code point, two chars
        String fits = character.repeat(2000);

        augmenter(model).maxSamplesPerTask(8).build().augment(Seeds.oneClass(fits, "b" + fits));

        assertThat(Prompts.examples(model.requests().get(1)))
                .containsExactlyInAnyOrder(fits, "b" + character.repeat(1999) + "\u2026");
    }

    @Test
    void augment_keepsTextsOf2To2000CodePoints() {
        String longest = Seeds.words(1).repeat(100).substring(0, 1999) + "\uD83D\uDE00";
        ScriptedChatModel model = Scripts.writing(
                "x", "yy", longest, "z" + Seeds.words(2).repeat(100).substring(0, 2000));

        GenerationResult result = augmenter(model)
                .maxSamplesPerTask(8)
                .maxCallsPerClass(1)
                .build()
                .augment(Seeds.oneClass());

        assertThat(result.samples()).extracting(Sample::text).containsExactly("yy", longest);
        assertThat(result.rejections())
                .containsExactly(Map.entry(Rejection.TOO_SHORT, 1), Map.entry(Rejection.TOO_LONG, 1));
    }

    @Test
    void augment_refusesASimilarityOf8Tenths() {
        // n-grams of four letters: abcd bcde cdef defg, and one more or one less
        ScriptedChatModel model = Scripts.writing("abcdefg", "abcdefgh", "pqrst", "pqrstu");

        GenerationResult result = augmenter(model)
                .maxSamplesPerTask(4)
                .maxCallsPerClass(1)
                .build()
                .augment(Seeds.oneClass());

        // 4 of 5 are 0.8 and too much, 2 of 3 are not
        assertThat(result.samples()).extracting(Sample::text).containsExactly("abcdefg", "pqrst", "pqrstu");
        assertThat(result.rejections()).containsExactly(Map.entry(Rejection.DUPLICATE, 1));
    }

    @Test
    void augment_refusesWhatTheClassifierContradictsWithAConfidenceOf9Tenths() {
        FakeClassifier classifier = new FakeClassifier(
                Map.of("topic", List.of("billing", "delivery")),
                text -> text.startsWith("sure")
                        ? new Prediction("delivery", 0.9)
                        : text.startsWith("unsure") ? new Prediction("delivery", 0.89) : new Prediction("billing", 1));
        ScriptedChatModel model =
                Scripts.writing("sure that this is wrong", "unsure whether it is", "right without any doubt");

        GenerationResult result = augmenter(model)
                .maxSamplesPerTask(3)
                .maxCallsPerClass(1)
                .classifier(classifier)
                .build()
                .augment(Seeds.oneClass());

        // by default nothing is refused for being known too well
        assertThat(result.samples())
                .extracting(Sample::text)
                .containsExactly("unsure whether it is", "right without any doubt");
        assertThat(result.rejections()).containsExactly(Map.entry(Rejection.CONTRADICTED, 1));
    }

    @Test
    void augment_drawsWithTheSeed42() {
        assertThat(requests(augmenter(Writers.inventive())))
                .isEqualTo(requests(augmenter(Writers.inventive()).seed(42)));
        assertThat(requests(augmenter(Writers.inventive())))
                .isNotEqualTo(requests(augmenter(Writers.inventive()).seed(43)));
    }

    private static List<ChatRequest> requests(LLMAugmenter.Builder builder) {
        ScriptedChatModel model = Writers.inventive();
        builder.chatModel(model).concurrency(1).maxSamplesPerTask(24).build().augment(Seeds.twoClasses());
        return model.requests();
    }

    @Test
    void augment_splitsWithTheDefaultSplitter() {
        GenerationResult result =
                augmenter(Writers.inventive()).maxSamplesPerTask(1).build().augment(Seeds.unsplit());

        assertThat(result.dataset().samples().subList(0, 20))
                .isEqualTo(Seeds.unsplit().split(Splitter.builder().build()).samples());
    }

    @Test
    void augment_savesNothingWithoutASaver() {
        GenerationResult result =
                augmenter(Writers.inventive()).maxSamplesPerTask(1).build().augment(Seeds.oneClass());

        assertThat(result.paths()).isEmpty();
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void augment_overwritesAndKeepsAJournalBesideTheData() {
        DataSaver saver = DataSaver.builder().path(dir).build();
        saver.save(Seeds.oneClass("something older that goes away"));

        GenerationResult result = augmenter(Writers.inventive())
                .saver(saver)
                .maxSamplesPerTask(1)
                .build()
                .augment(Seeds.oneClass());

        assertThat(saver.loadAll()).isEqualTo(result.dataset());
        assertThat(SavedFiles.journals(dir))
                .containsExactly(dir.resolve(".journal").resolve(result.runId() + ".jsonl"));
    }

    @Test
    void augment_savesAfterEachWave() {
        List<Map<String, String>> seen = new ArrayList<>();
        ScriptedChatModel model = Scripts.writing(request -> {
            seen.add(SavedFiles.of(dir));
            return ChatResponse.of(Writers.samples(request));
        });

        augmenter(model)
                .saver(DataSaver.builder().path(dir).build())
                .callsPerWave(1)
                .maxSamplesPerTask(16)
                .build()
                .augment(Seeds.oneClass());

        // two calls, two waves: the second finds the seed and what the first gave
        assertThat(seen).hasSize(2);
        assertThat(seen.get(0)).isEmpty();
        assertThat(seen.get(1).get("topic.jsonl").lines()).hasSize(1 + 8);
    }

    @Test
    void augment_withoutIncrementalSavingSavesAtTheEndOnly() {
        List<Map<String, String>> seen = new ArrayList<>();
        ScriptedChatModel model = Scripts.writing(request -> {
            seen.add(SavedFiles.of(dir));
            return ChatResponse.of(Writers.samples(request));
        });

        augmenter(model)
                .saver(DataSaver.builder().path(dir).build())
                .incrementalSaving(false)
                .callsPerWave(1)
                .maxSamplesPerTask(16)
                .build()
                .augment(Seeds.oneClass());

        assertThat(seen).hasSize(2).allSatisfy(files -> assertThat(files).isEmpty());
        assertThat(SavedFiles.of(dir).get("topic.jsonl").lines()).hasSize(1 + 16);
    }

    @Test
    void augment_asksForAClassFiveTimesAtLeastAndTwiceAsOftenAsNeeded() {
        // always the seed itself, so nothing is ever kept
        for (int[] wantedAndCalls : new int[][] {{1, 5}, {8, 5}, {16, 5}, {17, 6}, {24, 6}, {25, 8}, {80, 20}}) {
            ScriptedChatModel model = Scripts.writing("why was I charged twice this month");

            GenerationResult result = augmenter(model)
                    .maxSamplesPerTask(wantedAndCalls[0])
                    .build()
                    .augment(Seeds.oneClass());

            assertThat(result.shortfalls()).singleElement().satisfies(s -> {
                assertThat(s.wanted()).isEqualTo(wantedAndCalls[0]);
                assertThat(s.calls()).as("calls for %s", s.wanted()).isEqualTo(wantedAndCalls[1]);
            });
            assertThat(Scripts.forSamples(model.requests())).hasSize(wantedAndCalls[1]);
        }
    }

    @Test
    void refine_writes16SamplesForEachClassBelowAnF1Of9Tenths() {
        ScriptedChatModel model = Writers.inventive();
        // billing and delivery: 9 hits and 1 error each, F1 = 2*9 / (2*9 + 2) = 0.9, which is not below it;
        // refund: 8 hits, 1 taken for complaint, F1 = 16/17; complaint: 4 hits, 1 false alarm, F1 = 8/9 < 0.9
        LLMRefiner refiner = LLMRefiner.builder().chatModel(model).build();
        Dataset dataset = Dataset.of(List.of(
                Seeds.train("topic", "an invoice nobody understands", "billing"),
                Seeds.train("topic", "a parcel that is late again", "delivery"),
                Seeds.train("topic", "give me my money back now", "refund"),
                Seeds.train("topic", "worst service I ever had", "complaint")));

        GenerationResult result = refiner.refine(
                Analyses.of("topic")
                        .outcomes(9, "billing", "billing")
                        .outcomes(1, "billing", "delivery")
                        .outcomes(9, "delivery", "delivery")
                        .outcomes(1, "delivery", "billing")
                        .outcomes(8, "refund", "refund")
                        .outcomes(1, "refund", "complaint")
                        .outcomes(4, "complaint", "complaint")
                        .validation("nobody-has-this"),
                dataset);

        // a label without support is not weak
        assertThat(result.samples()).hasSize(16).allMatch(s -> s.label().equals("complaint"));
        assertThat(Scripts.forSamples(model.requests()))
                .hasSize(2)
                .allSatisfy(r -> assertThat(Writers.count(r)).isEqualTo(8))
                .allSatisfy(r -> assertThat(r.temperature()).isBetween(0.5, 0.9));
    }
}
