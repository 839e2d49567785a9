package io.rapidfit.classifier.internal.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An embedding function of somebody else's: what it returns is checked, and copied. */
public final class FunctionEncoder implements TextEncoder {

    private final String name;
    private final int dimension;
    private final Function<List<String>, List<float[]>> function;

    public FunctionEncoder(String name, int dimension, Function<List<String>, List<float[]>> function) {
        this.name = name;
        this.dimension = dimension;
        this.function = function;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    /**
     * Calls the function once, however many texts there are.
     *
     * @throws IllegalStateException if it does not return what it should
     */
    @Override
    public List<float[]> encode(List<String> texts) {
        List<float[]> vectors = function.apply(List.copyOf(texts));
        if (vectors == null) {
            throw refused("null");
        }
        if (vectors.size() != texts.size()) {
            throw refused("%s vectors for %s texts".formatted(vectors.size(), texts.size()));
        }
        List<float[]> checked = new ArrayList<>(vectors.size());
        for (float[] vector : vectors) {
            String wrong = wrong(vector);
            if (wrong != null) {
                throw refused("%s for text %s of %s".formatted(wrong, checked.size() + 1, texts.size()));
            }
            checked.add(vector.clone());
        }
        return checked;
    }

    /** What is wrong with a vector; null if nothing is. */
    private @Nullable String wrong(float @Nullable [] vector) {
        if (vector == null) {
            return "null";
        }
        if (vector.length != dimension) {
            return "a vector of length " + vector.length;
        }
        for (float value : vector) {
            if (!Float.isFinite(value)) {
                return String.valueOf(value);
            }
        }
        return null;
    }

    private IllegalStateException refused(String what) {
        return new IllegalStateException(
                "embedding '%s' returned %s. It must return %s finite numbers for each text, in their order"
                        .formatted(name, what, dimension));
    }
}
