package io.rapidfit.classifier;

import java.util.List;
import java.util.function.Function;

/** The encoders to choose from. */
public final class Encoders {

    private Encoders() {}

    /** N-grams of words and characters, learnt from scratch: needs no download and answers in microseconds. */
    public static NGramEncoder ngrams() {
        return NGramEncoder.DEFAULT;
    }

    /**
     * An embedding function of yours, such as LangChain4j's or Spring AI's embedding models or a remote API: only what
     * comes after its vectors is learnt. A saved model does not contain the function, and asks for it when it is loaded.
     *
     * <pre>{@code
     * Encoder minilm = Encoders.embedding("all-minilm-l6-v2", 384, texts -> myModel.embed(texts));
     * MultiheadClassifier.builder().encoder(minilm).build();
     * MultiheadClassifier.load(Path.of("model"), minilm);
     * }</pre>
     *
     * @param name of the model behind the function: a saved model is only loaded with an embedding of the same name and
     *     dimension
     * @param dimension length of its vectors, in [1, 65536]
     * @param function from texts to a vector for each, in their order, whose numbers are finite; the same text must always
     *     have the same vector. It is called on the threads that train and predict, several at once where those are
     *     several, and at least with one text. What it throws comes out of what was called; nothing is tried again.
     */
    public static EmbeddingEncoder embedding(
            String name, int dimension, Function<List<String>, List<float[]>> function) {
        return EmbeddingEncoder.of(name, dimension, function);
    }
}
