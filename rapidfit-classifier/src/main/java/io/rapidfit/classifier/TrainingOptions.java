package io.rapidfit.classifier;

import io.rapidfit.data.Splitter;
import java.util.function.Consumer;

/** What the builder was told. */
record TrainingOptions(MultiheadConfig config, Splitter splitter, Consumer<TrainingProgress> onProgress) {

    TrainingOptions withConfig(MultiheadConfig newConfig) {
        return new TrainingOptions(newConfig, splitter, onProgress);
    }

    /** The same for one piece of work in which no text is embedded twice. */
    TrainingOptions remembering() {
        return config.encoder() instanceof EmbeddingEncoder embedding
                ? withConfig(config.withEncoder(embedding.remembering()))
                : this;
    }
}
