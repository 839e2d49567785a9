package io.rapidfit.llm.generate;

import io.rapidfit.data.Dataset;
import io.rapidfit.metrics.AnalysisResult;
import org.jspecify.annotations.Nullable;

/**
 * One round of a {@link RefinementLoop}.
 *
 * @param number 0 for the round before any refinement
 * @param dataset what was trained on
 * @param refined what was written for this round; null in round 0
 * @param analysis of the classifier trained in it
 * @param score mean over the analysed tasks of macro-F1, in [0, 1]
 */
public record RefinementRound(
        int number, Dataset dataset, @Nullable GenerationResult refined, AnalysisResult analysis, double score) {}
