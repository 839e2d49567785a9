package io.rapidfit.classifier;

import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.features.NGramSizes;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import io.rapidfit.classifier.internal.serve.TextEncoder;
import io.rapidfit.classifier.internal.serve.TextModel;
import io.rapidfit.classifier.internal.torch.EngineLoadException;
import io.rapidfit.classifier.internal.torch.NGramTrainer;
import io.rapidfit.classifier.internal.torch.PretrainedTextEncoder;
import io.rapidfit.classifier.internal.torch.Trainer;
import io.rapidfit.classifier.internal.torch.TrainingData;
import io.rapidfit.classifier.internal.torch.TrainingRecipe;
import io.rapidfit.classifier.internal.torch.TransformerTrainer;
import io.rapidfit.classifier.internal.torch.TunedTrainer;
import io.rapidfit.classifier.internal.torch.VectorTrainer;
import java.util.List;

/** Training texts as an encoder sees them, ready to be learnt from: all that a training knows of its encoder. */
sealed interface Features {

    /** In the order of the texts: for an embedding, the numbers of its vector. */
    List<FeatureBag> bags();

    /** @param data of these texts */
    TextModel train(TrainingData data, TrainingRecipe recipe, Trainer.Listener<TextModel> listener)
            throws EngineLoadException;

    /** Learnt from scratch. */
    record NGrams(NGramVocabulary vocabulary, List<FeatureBag> bags) implements Features {

        static NGrams of(NGramEncoder encoder, List<String> texts, int minCount) {
            NGramSizes sizes = new NGramSizes(encoder.maxWords(), encoder.minChars(), encoder.maxChars());
            NGramVocabulary vocabulary = NGramVocabulary.fit(texts, sizes, minCount);
            if (vocabulary.size() == 0) {
                throw new IllegalArgumentException(
                        "no n-gram is in %s texts or more: lower the encoder's minCount".formatted(minCount));
            }
            return new NGrams(
                    vocabulary, texts.stream().map(vocabulary::features).toList());
        }

        @Override
        public TextModel train(TrainingData data, TrainingRecipe recipe, Trainer.Listener<TextModel> listener)
                throws EngineLoadException {
            return NGramTrainer.train(vocabulary, data, recipe, listener);
        }
    }

    /** Made by a pretrained encoder, which is to learn, too. */
    record Tuned(TunedTrainer.Input input, FineTuning tuning, List<FeatureBag> bags) implements Features {

        static Tuned of(PretrainedTextEncoder encoder, TextEncoder remembering, FineTuning tuning, List<String> texts) {
            List<float[]> vectors = remembering.encode(texts);
            return new Tuned(
                    new TunedTrainer.Input(encoder, remembering, texts, vectors),
                    tuning,
                    FeatureBag.ofVectors(vectors));
        }

        @Override
        public TextModel train(TrainingData data, TrainingRecipe recipe, Trainer.Listener<TextModel> listener)
                throws EngineLoadException {
            return TunedTrainer.train(
                    input,
                    new TunedTrainer.Tuning(
                            tuning.freezeEpochs(),
                            tuning.microBatchSize(),
                            new TransformerTrainer.Recipe(
                                    tuning.unfreezeLayers(), tuning.lrMultiplier(), recipe.seed())),
                    data,
                    recipe,
                    listener);
        }
    }

    /** Made by somebody else's encoder. */
    record Vectors(TextEncoder encoder, List<float[]> vectors, List<FeatureBag> bags) implements Features {

        static Vectors of(TextEncoder encoder, List<String> texts) {
            List<float[]> vectors = encoder.encode(texts);
            return new Vectors(encoder, vectors, FeatureBag.ofVectors(vectors));
        }

        @Override
        public TextModel train(TrainingData data, TrainingRecipe recipe, Trainer.Listener<TextModel> listener)
                throws EngineLoadException {
            return VectorTrainer.train(encoder, vectors, data, recipe, listener);
        }
    }
}
