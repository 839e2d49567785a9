package io.rapidfit.classifier;

import java.nio.file.Path;
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

    /**
     * A pretrained encoder in a directory, as Hugging Face publishes it: {@code config.json}, {@code tokenizer.json} and
     * {@code model.safetensors}, and what sentence-transformers puts beside them. Nothing is asked of any server.
     *
     * @param directory is looked at when the encoder is first needed
     */
    public static HuggingFaceEncoder huggingFace(Path directory) {
        return HuggingFaceEncoder.of(directory);
    }

    /**
     * A pretrained encoder of the Hugging Face hub, which knows its languages already: where examples are few, nothing
     * learnt from scratch comes near. It computes in this process, without Python.
     *
     * <pre>{@code
     * Encoder minilm = Encoders.huggingFace("sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2");
     * MultiheadClassifier.builder().encoder(minilm).build();
     * }</pre>
     *
     * <p>The first training downloads its files to the cache that all of the hub's libraries share, unless they are there;
     * {@code HF_HOME}, {@code HF_ENDPOINT}, {@code HF_TOKEN} and {@code HF_HUB_OFFLINE} are heeded.
     *
     * @param name {@code organisation/name}, as the hub shows it
     */
    public static HuggingFaceEncoder huggingFace(String name) {
        return HuggingFaceEncoder.of(name);
    }
}
