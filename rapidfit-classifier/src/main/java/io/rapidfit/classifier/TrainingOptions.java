package io.rapidfit.classifier;

import io.rapidfit.data.Splitter;
import java.util.function.Consumer;

/** What the builder was told. */
record TrainingOptions(MultiheadConfig config, Splitter splitter, Consumer<TrainingProgress> onProgress) {}
