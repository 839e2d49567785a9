package io.rapidfit.classifier.internal.files;

import io.rapidfit.classifier.internal.serve.TextModel;
import java.util.Map;

/**
 * What a model directory keeps.
 *
 * @param minCount how many texts had to have an n-gram for it to be learnt; 0 for a model without any
 * @param training how the model was trained, for people
 */
public record SavedModel(TextModel model, int minCount, Map<String, Object> training) {}
