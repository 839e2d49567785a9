package io.rapidfit.classifier.internal.torch;

import ai.djl.ndarray.NDArray;
import io.rapidfit.classifier.internal.pretrained.Parameter;
import io.rapidfit.classifier.internal.serve.Centering;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.TextEncoder;
import io.rapidfit.classifier.internal.serve.VectorModel;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Learns a {@link VectorModel} together with the upper layers of the encoder below it. In the first epochs the heads learn
 * alone, as in {@link VectorTrainer}: what they would send back before they know anything would only do harm.
 */
public final class TunedTrainer implements Trunk<VectorModel> {

    /**
     * The texts of a training, and what makes their vectors.
     *
     * @param remembering the same encoder, which knows these texts' vectors already
     * @param vectors in the order of the texts
     */
    public record Input(
            PretrainedTextEncoder encoder, TextEncoder remembering, List<String> texts, List<float[]> vectors) {}

    /**
     * How the encoder learns.
     *
     * @param freezeEpochs in which the heads learn alone
     * @param microBatchSize texts that pass the encoder at once, at most
     */
    public record Tuning(int freezeEpochs, int microBatchSize, TransformerTrainer.Recipe recipe) {}

    /** What exists from the epoch on in which the encoder learns. */
    private record Unfrozen(TunedEncoder encoder, TransformerTrainer trainer, List<long[]> tokens) {}

    private final Input input;
    private final Tuning tuning;
    private final VectorTrainer frozen;

    private @Nullable Unfrozen unfrozen;

    /** The encoder's values as they were kept; null if it was frozen then. */
    private @Nullable Map<String, Parameter> kept;

    private TunedTrainer(Input input, Tuning tuning) {
        this.input = input;
        this.tuning = tuning;
        this.frozen = new VectorTrainer(input.remembering(), input.vectors());
    }

    /**
     * See {@link Trainer#train}. The given encoder stays as it is; the model that comes out has one of its own, unless it
     * is of an epoch in which the encoder was frozen.
     */
    public static VectorModel train(
            Input input,
            Tuning tuning,
            TrainingData data,
            TrainingRecipe recipe,
            Trainer.Listener<? super VectorModel> listener)
            throws EngineLoadException {
        return Trainer.train(random -> new TunedTrainer(input, tuning), data, recipe, listener);
    }

    @Override
    public boolean beginEpoch(int epoch) {
        if (epoch == tuning.freezeEpochs() + 1) {
            List<long[]> tokens = input.encoder().tokenizer().encode(input.texts());
            TunedEncoder encoder =
                    new TunedEncoder(input.encoder(), tuning.recipe().unfreezeLayers());
            unfrozen = new Unfrozen(encoder, new TransformerTrainer(encoder.encoder(), tuning.recipe()), tokens);
        }
        return unfrozen != null;
    }

    /** {@inheritDoc} Texts of similar length are together, since shorter ones are padded. */
    @Override
    public List<int[]> parts(int[] batch) {
        return unfrozen == null ? List.of(batch) : parts(batch, tuning.microBatchSize(), unfrozen.tokens());
    }

    /** As few parts as there can be, of sizes as even as they can be. Package-private for tests. */
    static List<int[]> parts(int[] batch, int size, List<long[]> tokens) {
        int count = (batch.length + size - 1) / size;
        if (count == 1) {
            return List.of(batch);
        }
        int[] sorted = Arrays.stream(batch)
                .boxed()
                .sorted(Comparator.comparing(text -> tokens.get(text).length))
                .mapToInt(Integer::intValue)
                .toArray();
        return IntStream.range(0, count)
                .mapToObj(i ->
                        Arrays.copyOfRange(sorted, begin(i, sorted.length, count), begin(i + 1, sorted.length, count)))
                .toList();
    }

    /** Of a part of so many. */
    private static int begin(int part, int texts, int count) {
        return (int) ((long) part * texts / count); // the product of two sizes that can be 65,536 each is no int
    }

    @Override
    public NDArray hidden(TrainingStep step, int[] part) {
        if (unfrozen == null) {
            return frozen.hidden(step, part);
        }
        TransformerTrainer trainer = unfrozen.trainer();
        Centering centering = frozen.centering();
        int dimension = input.encoder().dimension();
        float[] values = trainer.forward(
                Arrays.stream(part).mapToObj(unfrozen.tokens()::get).toList());
        for (int i = 0; i < values.length; i++) {
            values[i] = (values[i] - centering.mean()[i % dimension]) * centering.scale();
        }
        return step.input(
                values,
                gradients -> {
                    for (int i = 0; i < gradients.length; i++) {
                        gradients[i] *= centering.scale();
                    }
                    trainer.backward(gradients);
                },
                part.length,
                dimension);
    }

    @Override
    public double sumOfSquares() {
        return unfrozen == null ? 0 : unfrozen.trainer().sumOfSquares();
    }

    @Override
    public void step(float scale, double rate, double decay) {
        if (unfrozen != null) {
            unfrozen.trainer().step(scale, rate, decay);
        }
    }

    /** {@inheritDoc} Its encoder is the one that goes on learning: it is good until the next step. */
    @Override
    public VectorModel model(List<Head> heads) {
        return unfrozen == null ? frozen.model(heads) : new VectorModel(unfrozen.encoder(), frozen.centering(), heads);
    }

    @Override
    public void keep() {
        kept = unfrozen == null ? null : unfrozen.trainer().export();
    }

    @Override
    public void restore() {
        if (unfrozen != null && kept != null) {
            unfrozen.encoder().encoder().assign(kept);
        }
    }

    @Override
    public void end(@Nullable VectorModel model) {
        if (unfrozen != null) {
            unfrozen.trainer().close();
            if (model == null || !model.encoder().equals(unfrozen.encoder())) {
                unfrozen.encoder().close();
            }
        }
    }
}
