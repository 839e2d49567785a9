package io.rapidfit.classifier.internal.serve;

import java.util.List;

/**
 * A trained classifier of vectors that an encoder makes: hidden = (vector - mean) * scale, then
 * one {@link Head} a task.
 *
 * <p>Immutable and as thread-safe as its encoder; the arrays it is made of are shared, not copied.
 */
public final class VectorModel extends TextModel {

    private final TextEncoder encoder;
    private final Centering centering;

    /** @throws IllegalArgumentException if the sizes do not fit */
    public VectorModel(TextEncoder encoder, Centering centering, List<Head> heads) {
        super(encoder.dimension(), heads);
        if (centering.mean().length != encoder.dimension()) {
            throw new IllegalArgumentException(
                    "a mean of %s numbers for vectors of %s".formatted(centering.mean().length, encoder.dimension()));
        }
        this.encoder = encoder;
        this.centering = centering;
    }

    public TextEncoder encoder() {
        return encoder;
    }

    public Centering centering() {
        return centering;
    }

    /** The same model, its vectors made by another: which must be the same vectors. */
    public VectorModel withEncoder(TextEncoder newEncoder) {
        return new VectorModel(newEncoder, centering, heads());
    }

    @Override
    public VectorModel withHeads(List<Head> newHeads) {
        return new VectorModel(encoder, centering, newHeads);
    }

    @Override
    public Precision precision() {
        return Precision.FLOAT32;
    }

    /** This model: all it holds itself is its heads. */
    @Override
    public VectorModel withPrecision(Precision precision) {
        return this;
    }

    @Override
    public VectorModel remembering() {
        return encoder instanceof CachingEncoder caching && caching.forgetsNothing()
                ? this
                : withEncoder(CachingEncoder.remembering(encoder));
    }

    @Override
    public VectorModel forgetting() {
        return encoder instanceof CachingEncoder caching ? withEncoder(caching.source()) : this;
    }

    @Override
    public float[] encode(String text) {
        return encode(List.of(text)).get(0);
    }

    @Override
    public List<float[]> encode(List<String> texts) {
        return encoder.encode(texts).stream().map(centering::apply).toList();
    }
}
