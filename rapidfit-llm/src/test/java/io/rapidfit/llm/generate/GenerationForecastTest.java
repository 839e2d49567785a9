package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.WriteMode;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Forecast;
import io.rapidfit.llm.Pricing;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.Usage;
import io.rapidfit.metrics.AnalysisResult;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run is going to spend, before it spends it. */
@Timeout(20)
class GenerationForecastTest {

    @TempDir
    Path dir;

    private static final Dataset SEED =
            Seeds.plenty("topic", "billing", "delivery", "refund").plus(Seeds.plenty("mood", "happy"));

    /** Samples that the real model must not take from another: as many calls as a perfect one makes. */
    private static long callsOf(LLMAugmenter.Builder builder, ChatModel model, Dataset seed) {
        Scripts.Mortal counting = Scripts.Mortal.immortal(model);
        builder.chatModel(counting).build().augment(seed);
        return counting.asked();
    }

    /** Writes what nobody else wrote, whatever it is asked, as long as calls come one after another. */
    private static ScriptedChatModel perfect() {
        int[] written = {0};
        return Scripts.writing(request -> {
            List<String> texts = new ArrayList<>();
            while (texts.size() < Writers.count(request)) {
                texts.add(Seeds.words(1_000_000 + written[0]++));
            }
            return ChatResponse.of(Scripts.reply(texts));
        });
    }

    /** Answers so that it must be asked a second time, and as uselessly then. */
    private static ScriptedChatModel useless() {
        return ScriptedChatModel.builder().otherwise("I had rather not.").build();
    }

    @ParameterizedTest
    @CsvSource({"1,8,16", "8,8,16", "100,8,16", "128,8,3", "31,3,1", "200,64,16", "150,100,2"})
    void forecast_isWhatAPerfectAndAUselessModelTake(int maxSamplesPerTask, int batchSize, int callsPerWave) {
        LLMAugmenter.Builder builder = LLMAugmenter.builder()
                .maxSamplesPerTask(maxSamplesPerTask)
                .batchSize(batchSize)
                .callsPerWave(callsPerWave)
                .concurrency(1);

        Forecast forecast = builder.chatModel(perfect()).build().forecast(SEED);

        assertThat(forecast.leastCalls()).isEqualTo(callsOf(builder, perfect(), SEED));
        assertThat(forecast.mostCalls()).isEqualTo(callsOf(builder, useless(), SEED));
    }

    @Test
    void forecast_countsByHand() {
        // two calls for instructions, one a task; 128 of one class in batches of 8: 16, at most 32
        // 128 of three classes: 43 43 42 are 6 calls each, at most 12
        Forecast forecast =
                LLMAugmenter.builder().chatModel(Writers.inventive()).build().forecast(SEED);

        assertThat(forecast.leastCalls()).isEqualTo(2 + 16 + 3 * 6);
        assertThat(forecast.mostCalls()).isEqualTo(2 * (2 + 32 + 3 * 12)); // each asked a second time
    }

    @Test
    void forecast_isNotMisledByLabelsWithEqualHashCodes() {
        assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());

        Forecast forecast = LLMAugmenter.builder()
                .chatModel(Writers.inventive())
                .maxSamplesPerTask(16)
                .build()
                .forecast(Seeds.plenty("topic", "Aa", "BB"));

        assertThat(forecast.leastCalls()).isEqualTo(1 + 2);
    }

    @Test
    void forecast_ofARefinerIsWhatAPerfectAndAUselessModelTake() {
        AnalysisResult analysis = Analyses.of("topic")
                .outcomes(3, "billing", "delivery")
                .outcomes(2, "delivery", "billing")
                .outcomes(2, "refund", "refund")
                .validation();
        // two weak classes, 16 each: 1 + 2 * 2, at most 1 + 2 * 5, each asked a second time
        Forecast forecast =
                LLMRefiner.builder().chatModel(Writers.inventive()).build().forecast(analysis, SEED);

        assertThat(forecast.leastCalls()).isEqualTo(5);
        assertThat(forecast.mostCalls()).isEqualTo(22);
        for (boolean perfect : List.of(true, false)) {
            Scripts.Mortal counting = Scripts.Mortal.immortal(perfect ? perfect() : useless());
            LLMRefiner.builder().chatModel(counting).concurrency(1).build().refine(analysis, SEED);
            assertThat(counting.asked()).isEqualTo(perfect ? 5 : 22);
        }
    }

    @Test
    void forecast_ofARefinerWithNothingToDoIsNothing() {
        Forecast forecast = LLMRefiner.builder()
                .chatModel(Writers.inventive())
                .build()
                .forecast(Analyses.of("topic").outcomes(2, "refund", "refund").validation(), SEED);

        assertThat(forecast.leastCalls()).isZero();
        assertThat(forecast.mostCalls()).isZero();
        assertThat(forecast.mostTokens()).isEqualTo(Usage.NONE);
    }

    @Test
    void forecast_ofARefinerRefusesWhatTheRefinerRefuses() {
        LLMRefiner refiner = LLMRefiner.builder().chatModel(Writers.inventive()).build();
        AnalysisResult test =
                Analyses.of("topic").outcomes(1, "billing", "refund").basis(AnalysisResult.Basis.TEST);

        assertThatThrownBy(() -> refiner.forecast(test, SEED)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void forecast_asksNobodyAndLeavesNothingBehind() {
        ChatModel nobody = request -> {
            throw new AssertionError("asked");
        };
        FakeClassifier classifier = new FakeClassifier(Map.of("topic", List.of("billing", "delivery")), text -> {
            throw new AssertionError("asked");
        });
        LLMAugmenter.Builder builder = LLMAugmenter.builder()
                .chatModel(nobody)
                .classifier(classifier)
                .check(examples -> {
                    throw new AssertionError("asked");
                })
                .onProgress(p -> {
                    throw new AssertionError("told");
                })
                .budget(Budget.builder().maxCalls(1).build())
                .lengthRange(5, 6)
                .saver(DataSaver.builder().path(dir).build());

        Forecast overwriting = builder.build().forecast(SEED);
        Forecast appending = builder.writeMode(WriteMode.APPEND).build().forecast(SEED);

        // what the gates will refuse nobody can know: at best it is nothing
        assertThat(overwriting.leastCalls()).isEqualTo(2 + 16 + 3 * 6);
        assertThat(appending).isEqualTo(overwriting);
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void forecast_ofAnAppendSeesWhatIsSaved() {
        DataSaver saver = DataSaver.builder().path(dir).build();
        saver.save(Seeds.plenty("topic", "billing")); // eight, and as many are wanted: all for delivery and refund
        Map<String, String> before = SavedFiles.of(dir);

        Forecast forecast = LLMAugmenter.builder()
                .chatModel(Writers.inventive())
                .saver(saver)
                .writeMode(WriteMode.APPEND)
                .maxSamplesPerTask(16)
                .build()
                .forecast(Dataset.of(List.of(
                        Seeds.train("topic", Seeds.words(77), "delivery"),
                        Seeds.train("topic", Seeds.words(78), "refund"))));

        // 8 1 1: 7 each for two classes, and 2 more; 8 and 7 are a call each, 1 for billing is another
        assertThat(forecast.leastCalls()).isEqualTo(1 + 3);
        assertThat(SavedFiles.of(dir)).isEqualTo(before);
    }

    @Test
    void forecast_hasAPriceWhereTheModelHas() {
        Pricing pricing = Pricing.empty(LocalDate.of(2026, 1, 1)).with("inventive", 2, 1, 10);
        LLMAugmenter.Builder builder = LLMAugmenter.builder().chatModel(Writers.inventive());

        Forecast unknown = builder.build().forecast(SEED);
        Forecast known = builder.budget(
                        Budget.builder().maxCost(0.01).pricing(pricing).build())
                .build()
                .forecast(SEED);

        assertThat(unknown.leastCost()).isEmpty();
        assertThat(unknown.mostCost()).isEmpty();
        // in dollars per million tokens
        assertThat(known.leastCost())
                .hasValue((known.leastTokens().promptTokens() * 2.0
                                + known.leastTokens().completionTokens() * 10.0)
                        / 1e6);
        assertThat(known.mostCost())
                .hasValue((known.mostTokens().promptTokens() * 2.0
                                + known.mostTokens().completionTokens() * 10.0)
                        / 1e6);
        assertThat(known.mostTokens().totalTokens())
                .isGreaterThan(known.leastTokens().totalTokens());
    }

    @Test
    void forecast_estimatesPromptTokensFromTheRealPrompts() {
        ScriptedChatModel model = perfect();
        LLMAugmenter.Builder builder = LLMAugmenter.builder().chatModel(model).concurrency(1);
        Forecast forecast = builder.build().forecast(SEED);

        builder.build().augment(SEED);

        long bytes = model.requests().stream()
                .mapToLong(ChatRequest::maxPromptTokens)
                .sum();
        // a token is between 2.5 and 5 bytes; what stands in the prompts differs a little from what was imagined
        assertThat((double) forecast.leastTokens().promptTokens()).isBetween(bytes / 5.0 * 0.8, bytes / 5.0 * 1.25);
        assertThat((double) forecast.mostTokens().promptTokens()).isGreaterThan(bytes / 2.5);
    }
}
