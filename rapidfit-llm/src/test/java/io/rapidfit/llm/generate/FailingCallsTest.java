package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Sample;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.Cancellation;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Failure;
import io.rapidfit.llm.LLMAuthenticationException;
import io.rapidfit.llm.LLMQuotaException;
import io.rapidfit.llm.LLMUnavailableException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls that fail, budgets that end, and runs that somebody breaks off. */
@Timeout(20)
class FailingCallsTest {

    @TempDir
    Path dir;

    @AfterEach
    void noInterruptIsLeft() {
        assertThat(Thread.interrupted()).isFalse();
    }

    private LLMAugmenter.Builder augmenter(ChatModel model) {
        return LLMAugmenter.builder()
                .chatModel(model)
                .saver(DataSaver.builder().path(dir).build())
                .concurrency(1);
    }

    /** Fails where the number of a call for samples, counted from 1, is such. */
    private static ChatModel failingAt(Predicate<Integer> fails, RuntimeException failure) {
        AtomicInteger number = new AtomicInteger();
        return Scripts.writing(request -> {
            if (fails.test(number.incrementAndGet())) {
                throw failure;
            }
            return ChatResponse.of(Scripts.reply(List.of(Seeds.words(number.get()))));
        });
    }

    private void assertSaved(GenerationResult result) {
        assertThat(DataSaver.builder().path(dir).build().loadAll()).isEqualTo(result.dataset());
        assertThat(result.dataset().samples()).endsWith(result.samples().toArray(Sample[]::new));
    }

    @Test
    void augment_goesOnWhereSomeCallsFail() {
        // four calls a wave, each for one text; the second of each wave fails, and is made up for in the next
        ChatModel model = failingAt(n -> n % 4 == 2, Scripts.unavailable());

        GenerationResult result = augmenter(model)
                .batchSize(1)
                .callsPerWave(4)
                .maxSamplesPerTask(6)
                .build()
                .augment(Seeds.oneClass());

        // waves of 4, 3 (one of them fails), 1: 3 + 2 + 1
        assertThat(result.samples()).hasSize(6);
        assertThat(result.shortfalls()).isEmpty();
        assertThat(result.usage().failed()).isEqualTo(2);
        assertSaved(result);
    }

    @Test
    void augment_countsFailedCallsAgainstTheBound() {
        // every call fails but the first of each wave
        ChatModel model = failingAt(n -> n % 2 == 0, Scripts.unavailable());

        GenerationResult result = augmenter(model)
                .batchSize(1)
                .callsPerWave(2)
                .maxSamplesPerTask(8)
                .maxCallsPerClass(6)
                .build()
                .augment(Seeds.oneClass());

        assertThat(result.shortfalls())
                .containsExactly(new Shortfall(
                        "topic", "billing", 8, 3, 6, 3, Map.of(), "as many calls as maxCallsPerClass allows"));
        assertThat(result.shortfalls().get(0).toString())
                .startsWith("topic/billing: 3 of 8 after 6 calls (3 failed); ");
    }

    @Test
    void augment_endsWhenAllCallsOfAWaveFail() {
        // the first wave of two is answered, the second is not, and a third is not tried
        ChatModel model = failingAt(n -> n > 2, Scripts.unavailable());

        GenerationResult result = augmenter(model)
                .batchSize(1)
                .callsPerWave(2)
                .maxSamplesPerTask(10)
                .build()
                .augment(Seeds.oneClass());

        assertThat(result.samples()).hasSize(2);
        assertThat(result.shortfalls()).singleElement().satisfies(s -> {
            assertThat(s.calls()).isEqualTo(4);
            assertThat(s.failedCalls()).isEqualTo(2);
            assertThat(s.reason()).startsWith("the run ended when no call of a wave was answered: down");
        });
        assertSaved(result);
    }

    @Test
    void augment_throwsWhatTheFirstCallThrowsIfNoneIsAnswered() {
        LLMAuthenticationException refused =
                new LLMAuthenticationException("wrong key", Failure.answered(401, "", null));
        AtomicInteger calls = new AtomicInteger();

        assertThatThrownBy(() -> augmenter(request -> {
                            calls.incrementAndGet();
                            throw refused;
                        })
                        .build()
                        .augment(Seeds.twoTasks()))
                .isSameAs(refused);
        // of the two first calls one was made, and nothing was saved
        assertThat(calls).hasValue(1);
        assertThat(SavedFiles.of(dir)).isEmpty();
    }

    @Test
    void augment_throwsIfTheServerIsDownFromTheStart() {
        assertThatThrownBy(() -> augmenter(request -> {
                            throw Scripts.unavailable();
                        })
                        .build()
                        .augment(Seeds.oneClass()))
                .isInstanceOf(LLMUnavailableException.class);
        assertThat(SavedFiles.of(dir)).isEmpty();
    }

    @Test
    void augment_keepsWhatItHasWhenTheAccountIsEmpty() {
        LLMQuotaException empty = new LLMQuotaException("no credit", Failure.answered(429, "", null));
        ChatModel model = failingAt(n -> n == 3, empty);

        GenerationResult result = augmenter(model)
                .batchSize(1)
                .callsPerWave(8)
                .maxSamplesPerTask(8)
                .build()
                .augment(Seeds.oneClass());

        assertThat(result.samples()).hasSize(2);
        assertThat(result.shortfalls())
                .singleElement()
                .satisfies(s -> assertThat(s.reason()).startsWith("the run ended: no credit"));
        assertSaved(result);
    }

    @Test
    void augment_keepsWhatItHasWhenTheBudgetIsSpent() {
        // one call for instructions, three for samples
        GenerationResult result = augmenter(failingAt(n -> false, Scripts.unavailable()))
                .budget(Budget.builder().maxCalls(4).build())
                .batchSize(1)
                .callsPerWave(2)
                .maxSamplesPerTask(10)
                .build()
                .augment(Seeds.oneClass());

        assertThat(result.samples()).hasSize(3);
        assertThat(result.usage().calls()).isEqualTo(4);
        assertThat(result.shortfalls()).singleElement().satisfies(s -> {
            assertThat(s.kept()).isEqualTo(3);
            // two waves of two were planned, and no third is counted
            assertThat(s.calls()).isEqualTo(4);
            assertThat(s.reason()).startsWith("the run ended: The budget does not cover another call");
        });
        assertSaved(result);
    }

    @Test
    void augment_keepsWhatItHasWhenCancelledFromOnProgress() {
        Cancellation cancellation = new Cancellation();

        GenerationResult result = augmenter(failingAt(n -> false, Scripts.unavailable()))
                .cancellation(cancellation)
                .onProgress(p -> {
                    if (p.stage().equals("samples") && p.done() == 2) {
                        cancellation.cancel();
                    }
                })
                .batchSize(1)
                .callsPerWave(2)
                .maxSamplesPerTask(10)
                .build()
                .augment(Seeds.oneClass());

        assertThat(result.samples()).hasSize(2);
        assertThat(result.shortfalls())
                .singleElement()
                .satisfies(s -> assertThat(s.reason()).startsWith("the run ended: the run was cancelled"));
        assertSaved(result);
    }

    @Test
    void augment_keepsWhatItHasWhenCancelledDuringACall() {
        Cancellation cancellation = new Cancellation();
        AtomicInteger number = new AtomicInteger();
        ChatModel model = Scripts.writing(request -> {
            if (number.incrementAndGet() == 3) {
                cancellation.cancel(); // the answer comes all the same, and is paid for
            }
            return ChatResponse.of(Scripts.reply(List.of(Seeds.words(number.get()))));
        });

        GenerationResult result = augmenter(model)
                .cancellation(cancellation)
                .batchSize(1)
                .callsPerWave(2)
                .maxSamplesPerTask(10)
                .build()
                .augment(Seeds.oneClass());

        // interrupted while it writes its journal, the thread writes it all the same
        assertThat(result.samples()).hasSize(3);
        assertThat(SavedFiles.journalled(dir)).isEqualTo(1 + 3);
        assertSaved(result);
    }

    @Test
    void augment_keepsAndSavesWhatItHasWhenInterrupted() {
        Thread run = Thread.currentThread();
        AtomicInteger number = new AtomicInteger();
        ChatModel model = Scripts.writing(request -> {
            if (number.incrementAndGet() == 3) {
                run.interrupt();
            }
            return ChatResponse.of(Scripts.reply(List.of(Seeds.words(number.get()))));
        });

        GenerationResult result = augmenter(model)
                .batchSize(1)
                .callsPerWave(2)
                .maxSamplesPerTask(10)
                .build()
                .augment(Seeds.oneClass());

        assertThat(Thread.interrupted()).as("the status stays set").isTrue();
        // the third answer may have come before the interrupt was seen, or not; the fourth is not asked for twice
        assertThat(result.samples()).hasSizeBetween(2, 4);
        assertThat(result.shortfalls()).hasSize(1);
        assertSaved(result);
    }

    @Test
    void augment_goesOnAfterABudgetThatWasSpentAsIfItHadNotEnded() {
        ChatModel model = Writers.inventive();
        Path whole = dir.resolve("whole");
        Path parts = dir.resolve("parts");
        augmenter(model)
                .saver(DataSaver.builder().path(whole).build())
                .maxSamplesPerTask(40)
                .build()
                .augment(Seeds.plenty("topic", "a", "b"));
        long calls = 0;
        for (int budget = 1; budget <= 12; budget++) {
            Scripts.Mortal counting = Scripts.Mortal.immortal(model);
            augmenter(counting)
                    .saver(DataSaver.builder().path(parts).build())
                    .budget(Budget.builder().maxCalls(budget).build())
                    .maxSamplesPerTask(40)
                    .build()
                    .augment(Seeds.plenty("topic", "a", "b"));
            calls += counting.asked();
        }

        // instructions, and 20 texts of each class in batches of 8 8 4: seven calls, none made twice
        assertThat(calls).isEqualTo(7);
        assertThat(SavedFiles.of(parts)).isEqualTo(SavedFiles.of(whole));
    }

    @Test
    void onProgress_thatThrowsEndsTheRunAndWhatWasSavedStays() {
        IllegalStateException bug = new IllegalStateException("no more screen");

        assertThatThrownBy(() -> augmenter(failingAt(n -> false, Scripts.unavailable()))
                        .onProgress(p -> {
                            if (p.done() == 2) {
                                throw bug;
                            }
                        })
                        .batchSize(1)
                        .callsPerWave(2)
                        .maxSamplesPerTask(10)
                        .build()
                        .augment(Seeds.oneClass()))
                .isSameAs(bug);
        assertThat(SavedFiles.of(dir).get("topic.jsonl").lines()).hasSize(1 + 2);
    }
}
