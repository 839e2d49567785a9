package io.rapidfit.classifier.internal.torch;

import ai.djl.ndarray.NDArray;
import io.rapidfit.classifier.internal.serve.Centering;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.TextEncoder;
import io.rapidfit.classifier.internal.serve.VectorModel;
import java.util.List;

/** Learns a {@link VectorModel}: heads on top of vectors that stay as they are. */
public final class VectorTrainer implements Trunk<VectorModel> {

    private final TextEncoder encoder;
    private final Centering centering;
    private final List<float[]> hidden;

    VectorTrainer(TextEncoder encoder, List<float[]> vectors) {
        this.encoder = encoder;
        this.centering = Centering.of(vectors);
        this.hidden = vectors.stream().map(centering::apply).toList();
    }

    /**
     * See {@link Trainer#train}.
     *
     * @param encoder of the model that comes out; not used here
     * @param vectors that it made of the texts, in the order of the targets
     */
    public static VectorModel train(
            TextEncoder encoder,
            List<float[]> vectors,
            TrainingData data,
            TrainingRecipe recipe,
            Trainer.Listener<? super VectorModel> listener)
            throws EngineLoadException {
        return Trainer.train(random -> new VectorTrainer(encoder, vectors), data, recipe, listener);
    }

    Centering centering() {
        return centering;
    }

    @Override
    public NDArray hidden(TrainingStep step, int[] part) {
        int dimension = encoder.dimension();
        float[] values = new float[part.length * dimension];
        for (int i = 0; i < part.length; i++) {
            System.arraycopy(hidden.get(part[i]), 0, values, i * dimension, dimension);
        }
        return step.array(values, part.length, dimension);
    }

    @Override
    public double sumOfSquares() {
        return 0;
    }

    @Override
    public void step(float scale, double rate, double decay) {
        // the vectors stay as they are
    }

    @Override
    public VectorModel model(List<Head> heads) {
        return new VectorModel(encoder, centering, heads);
    }
}
