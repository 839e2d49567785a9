package io.rapidfit.llm.evaluate;

import io.rapidfit.llm.Usage;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What one contestant answered to one example, and how good that is.
 *
 * @param text empty if there is no answer
 * @param error why there is no answer; null if there is one
 * @param scores in [0, 1], by each metric that was measured, in order of the metrics; all 0 if there is no answer
 * @param evidenceProblems what the evidence check found
 * @param cost in US dollars, 0 for a classifier; empty if there is no answer, or the price of the model is not known
 * @param latency zero if there is no answer
 */
public record ContestantAnswer(
        String text,
        @Nullable String error,
        Map<ModelMetric, Double> scores,
        List<String> evidenceProblems,
        Usage usage,
        OptionalDouble cost,
        Duration latency) {

    public ContestantAnswer {
        Map<ModelMetric, Double> ordered = new EnumMap<>(ModelMetric.class);
        ordered.putAll(scores);
        scores = Collections.unmodifiableMap(ordered);
        evidenceProblems = List.copyOf(evidenceProblems);
    }

    public boolean isError() {
        return error != null;
    }

    /** Scores and figures, no text. */
    @Override
    public String toString() {
        return "ContestantAnswer[%s characters, %s%s]".formatted(text.length(), scores, isError() ? ", failed" : "");
    }
}
