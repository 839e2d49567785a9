package io.rapidfit.classifier;

import io.rapidfit.classifier.MultiheadConfig.TaskSampling;
import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.files.ModelDirectory;
import io.rapidfit.classifier.internal.files.SavedModel;
import io.rapidfit.classifier.internal.serve.Answer;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.NGramModel;
import io.rapidfit.classifier.internal.serve.Precision;
import io.rapidfit.classifier.internal.serve.TextModel;
import io.rapidfit.classifier.internal.serve.VectorModel;
import io.rapidfit.classifier.internal.torch.PretrainedTextEncoder;
import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.internal.Require;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.model.Prediction;
import io.rapidfit.model.TrainableClassifier;
import io.rapidfit.model.TrainingReport;
import io.rapidfit.text.TextNormalizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A text classifier with one shared encoder and one head a task: it learns all tasks together and answers them from one
 * look at the text.
 *
 * <pre>{@code
 * try (MultiheadClassifier classifier = MultiheadClassifier.builder().build()) {
 *     classifier.train(dataset);
 *     classifier.analyze().display(System.out);
 *     Prediction p = classifier.predict("Great product!", "sentiment"); // .label() .confidence() .top(3)
 *     classifier.save(Path.of("model"));
 * }
 * MultiheadClassifier served = MultiheadClassifier.load(Path.of("model"));
 * }</pre>
 *
 * <p>Training needs PyTorch's native library; loading and predicting do not, except with a {@link HuggingFaceEncoder}.
 * Thread-safe: predictions go on with the old model while a new one is trained; trainings of one JVM take turns. A
 * training that fails leaves everything as it was.
 *
 * <p>Closing it drops the model and refuses later calls; calls already under way finish, and then a
 * {@link HuggingFaceEncoder}'s native memory is free.
 */
public final class MultiheadClassifier implements TrainableClassifier, AutoCloseable {

    /** How many texts a batch predicts between two events. */
    private static final int PROGRESS_STEP = 1000;

    /** Null if an n-gram model was loaded: most services never train, and start sooner without what that takes. */
    private final @Nullable TrainingOptions options;

    /** Null unless the encoder is one of Hugging Face's. */
    private final @Nullable NativeEncoder pretrained;

    /** What can be asked: swapped as a whole when a training succeeds. */
    private volatile @Nullable TrainedModel state;

    private volatile boolean closed;

    /** A training that ends while the classifier is closed must not bring a model back. */
    private final Object closing = new Object();

    private MultiheadClassifier(
            @Nullable TrainingOptions options, @Nullable NativeEncoder pretrained, @Nullable TrainedModel state) {
        this.options = options;
        this.pretrained = pretrained;
        this.state = state;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Loads a saved model. It can be trained anew on its encoder, otherwise with default options; but not on one that was
     * fine-tuned, which knows the labels of the texts that it would be measured on.
     *
     * @throws EncoderUnavailableException if it refers to an encoder of the hub, and neither the hub nor its cache has it
     * @throws EngineUnavailableException if it has a {@link HuggingFaceEncoder}, and a native library cannot be loaded
     * @throws IllegalArgumentException if the model was trained on embeddings: the function that made them has to be given
     * @throws ModelFormatException if a file is missing, damaged or written by a newer version; it names the file
     * @throws UncheckedIOException if a file cannot be read
     */
    public static MultiheadClassifier load(Path directory) {
        return load(directory, null, null);
    }

    /**
     * Loads a saved model, and is told where its encoder is: the function of an {@link EmbeddingEncoder}, which no
     * directory can hold, or a {@link HuggingFaceEncoder} whose files are elsewhere now. It can be trained anew on it,
     * otherwise with default options.
     *
     * @param encoder as it was in the training: the same function, by the same name, or the same files. Of a
     *     {@link HuggingFaceEncoder}'s options the model's own are used
     * @throws IllegalArgumentException if the model was trained with another encoder; the message names it
     * @throws ModelFormatException if a file is missing, damaged or written by a newer version, or those of the encoder
     *     are not what they were; it names the file
     * @throws UncheckedIOException if a file cannot be read
     */
    public static MultiheadClassifier load(Path directory, Encoder encoder) {
        Require.nonNull("encoder", encoder);
        if (encoder instanceof EmbeddingEncoder embedding) {
            return load(directory, embedding, null);
        }
        if (encoder instanceof HuggingFaceEncoder elsewhere) {
            return load(directory, null, elsewhere);
        }
        throw new IllegalArgumentException(
                "a model of n-grams has them with it: load it with MultiheadClassifier.load(directory)");
    }

    /**
     * @param embedding of a model of embeddings; null for any other
     * @param elsewhere where the model's pretrained encoder is; null if the model knows it
     */
    private static MultiheadClassifier load(
            Path directory, @Nullable EmbeddingEncoder embedding, @Nullable HuggingFaceEncoder elsewhere) {
        Require.nonNull("directory", directory);
        try {
            SavedModel saved = ModelDirectory.load(
                    directory,
                    embedding == null ? null : embedding.texts(),
                    (reference, model) -> (elsewhere == null
                                    ? HuggingFaceEncoder.of(reference, model)
                                    : elsewhere.as(reference))
                            .open(reference));
            TrainedModel state = TrainedModel.of(saved, null, Map.of());
            if (saved.model() instanceof VectorModel vectors
                    && vectors.encoder() instanceof PretrainedTextEncoder encoder) {
                HuggingFaceEncoder description = HuggingFaceEncoder.of(encoder);
                return new MultiheadClassifier(
                        builder().encoder(description).options(), new NativeEncoder(description, encoder), state);
            }
            if (elsewhere != null) {
                throw new IllegalArgumentException(
                        "the model in %s has its own n-grams, and takes no other: load it with MultiheadClassifier.load(directory)"
                                .formatted(directory));
            }
            return new MultiheadClassifier(
                    embedding == null ? null : builder().encoder(embedding).options(), null, state);
        } catch (BadModelFile e) {
            throw new ModelFormatException(e.file(), e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the model in " + directory, e);
        }
    }

    /**
     * Saves the model, and nothing of the data it was trained on. A model that the directory holds is replaced: whoever
     * reads it meanwhile finds the old one or the new one, whole. Of a {@link HuggingFaceEncoder} that has not learnt, it
     * holds what {@link HuggingFaceEncoder#savedWhole} says.
     *
     * @throws IllegalStateException if nothing was trained yet
     */
    public void save(Path directory) {
        SavedModel saved = state().saved();
        save(directory, saved, saved.model().precision());
    }

    /** The same with another precision than the model has, which itself stays as it is. */
    public void save(Path directory, WeightPrecision precision) {
        Require.nonNull("precision", precision);
        save(directory, state().saved(), Precision.valueOf(precision.name()));
    }

    private void save(Path directory, SavedModel saved, Precision precision) {
        begin();
        try {
            ModelDirectory.save(Require.nonNull("directory", directory), saved, precision);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot save the model to " + directory, e);
        } finally {
            end();
        }
    }

    /**
     * Learns from the training samples of {@code dataset}. Samples without a split get one from the builder's
     * {@linkplain Builder#splitter splitter} first; all of them are kept in memory, for {@link #analyze}.
     *
     * <p>Interrupting the thread ends the training with a {@link java.util.concurrent.CancellationException}.
     *
     * @throws EngineUnavailableException if PyTorch cannot be loaded
     * @throws IllegalStateException if the {@link HuggingFaceEncoder} is one that this library has fine-tuned; the message
     *     says what it was made of
     */
    @Override
    public TrainingReport train(Dataset dataset) {
        requireOpen();
        Require.nonNull("dataset", dataset);
        TrainingOptions options = options();
        Training trained;
        begin();
        try {
            trained = Training.run(dataset.split(options.splitter()), options, this::openEncoder);
            synchronized (closing) {
                requireOpen();
                state = TrainedModel.of(trained.saved(), trained.dataset(), trained.validated());
            }
        } finally {
            end();
        }
        trained.report().warnings().forEach(warning -> Training.log.warn("Training: {}", warning));
        Training.log.info(
                "Trained {}. Chosen for this data: {}", this, trained.saved().training());
        return trained.report();
    }

    /**
     * Learns from a directory of labelled data, as a {@link DataSaver} keeps it.
     *
     * @throws io.rapidfit.data.DataFormatException if a file cannot be read
     */
    public TrainingReport train(Path savedDirectory) {
        return train(DataSaver.builder().path(savedDirectory).build().loadAll());
    }

    /** None before the first training. */
    @Override
    public List<String> tasks() {
        TrainedModel current = state; // before the check, as in state()
        requireOpen();
        return current == null ? List.of() : current.tasks();
    }

    @Override
    public List<String> labels(String task) {
        return state().head(task).labels();
    }

    /** The most probable label of one text. */
    @Override
    public Prediction predict(String text, String task) {
        TrainedModel current = state();
        Head head = current.head(task);
        return predict(current.model(), head, requireText(text));
    }

    @Override
    public List<Prediction> predict(List<String> texts, String task) {
        TrainedModel current = state();
        Head head = current.head(task);
        for (int i = 0; i < Require.nonNull("texts", texts).size(); i++) {
            if (TextNormalizer.isBlank(Require.nonNull("text " + (i + 1) + " of " + texts.size(), texts.get(i)))) {
                throw new IllegalArgumentException(
                        "text %s of %s is blank: leave it out".formatted(i + 1, texts.size()));
            }
        }
        begin();
        try {
            return current.model().answers(texts, head).stream()
                    .map(answer -> Evaluation.prediction(head, answer))
                    .toList();
        } finally {
            end();
        }
    }

    @Override
    public Map<String, Prediction> predictAll(String text) {
        TrainedModel current = state();
        return predictAll(current, requireText(text));
    }

    /**
     * Predicts lazily, one text after the other: texts may be more than memory holds.
     *
     * <p>Order, parallelism and closing are those of {@code texts}; a blank text throws when its turn comes. The model
     * stays the same for the whole stream, whatever is trained meanwhile; with a {@link HuggingFaceEncoder}, until the
     * classifier is closed.
     *
     * @throws IllegalArgumentException if there is no such task
     */
    public Stream<Prediction> predict(Stream<String> texts, String task) {
        TrainedModel current = state();
        Head head = current.head(task);
        return Require.nonNull("texts", texts).map(text -> predict(current.model(), head, requireText(text)));
    }

    /**
     * Predicts lazily, each text when its prediction is asked for. Otherwise like {@link #predict(Stream, String)}.
     *
     * @param onProgress told after every {@value #PROGRESS_STEP} texts and after the last, how many are done; what it
     *     throws comes out of {@code next} or {@code hasNext}
     */
    public Iterator<Prediction> predict(Iterator<String> texts, String task, LongConsumer onProgress) {
        TrainedModel current = state();
        Head head = current.head(task);
        Require.nonNull("texts", texts);
        Require.nonNull("onProgress", onProgress);
        return new Iterator<>() {
            private long done;
            private boolean ended;

            @Override
            public boolean hasNext() {
                boolean more = texts.hasNext();
                if (!more && !ended) {
                    ended = true;
                    if (done % PROGRESS_STEP != 0) {
                        onProgress.accept(done);
                    }
                }
                return more;
            }

            @Override
            public Prediction next() {
                Prediction prediction = predict(current.model(), head, requireText(texts.next()));
                done++;
                if (done % PROGRESS_STEP == 0) {
                    onProgress.accept(done);
                }
                return prediction;
            }
        };
    }

    /** The same without progress. */
    public Iterator<Prediction> predict(Iterator<String> texts, String task) {
        return predict(texts, task, done -> {});
    }

    /** Every task of every text, in the way of {@link #predict(Stream, String)}. */
    public Stream<Map<String, Prediction>> predictAll(Stream<String> texts) {
        TrainedModel current = state();
        return Require.nonNull("texts", texts).map(text -> predictAll(current, requireText(text)));
    }

    /**
     * Which words and n-grams spoke for the most probable label. Some ten times slower than a prediction: for people to
     * read, not for every request.
     *
     * @throws IllegalArgumentException if the text is blank, or there is no such task
     */
    public Explanation explain(String text, String task) {
        TrainedModel current = state();
        Head head = current.head(task);
        return Explainer.explain(ngrams(current), head, requireText(text), null);
    }

    /**
     * Which words and n-grams spoke for or against any of the task's labels: why not this one?
     *
     * @throws IllegalArgumentException if the text is blank, or there is no such task or label
     */
    public Explanation explain(String text, String task, String label) {
        TrainedModel current = state();
        Head head = current.head(task);
        return Explainer.explain(ngrams(current), head, requireText(text), Require.nonNull("label", label));
    }

    private static NGramModel ngrams(TrainedModel current) {
        if (current.model() instanceof NGramModel ngrams) {
            return ngrams;
        }
        throw new IllegalStateException(
                "only a model of n-grams can be explained: it knows what each part of a text says,"
                        + " and this one is given vectors of whole texts. Train one with Encoders.ngrams() to look at the data");
    }

    private Prediction predict(TextModel model, Head head, String text) {
        begin();
        try {
            return Evaluation.prediction(head, model.answer(model.encode(text), head));
        } finally {
            end();
        }
    }

    private Map<String, Prediction> predictAll(TrainedModel current, String text) {
        List<Answer> answers;
        begin();
        try {
            answers = current.model().answers(current.model().encode(text));
        } finally {
            end();
        }
        Map<String, Prediction> all = new LinkedHashMap<>();
        int i = 0;
        for (Head head : current.model().heads()) {
            all.put(head.task(), Evaluation.prediction(head, answers.get(i++)));
        }
        return all;
    }

    private static String requireText(String text) {
        if (TextNormalizer.isBlank(Require.nonNull("text", text))) {
            throw new IllegalArgumentException("the text is blank: there is nothing to classify");
        }
        return text;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Out of fold means as many trainings as {@link EvaluationConfig#folds}. Validation samples are judged by a model
     * that did not learn from them, whatever the one that predicts did. Where there are too few training samples
     * for that, what validation samples there are decide.
     *
     * @throws IllegalStateException if there are too few samples for either, or the model was loaded
     */
    @Override
    public AnalysisResult analyze(String... tasks) {
        TrainedModel current = state();
        Dataset learntFrom = current.learntFrom();
        List<String> wanted = current.tasks(tasks);
        String gap = current.validationGap(wanted);
        if (gap == null) {
            return analyze(Split.VALIDATION, tasks);
        }
        int folds = options().config().evaluation().folds();
        Training.log.info("{}: analysing the training samples out of fold, {} folds", gap, folds);
        try {
            return crossValidate(learntFrom, folds, wanted).only(wanted.toArray(String[]::new));
        } catch (IllegalStateException e) {
            if (current.hasValidation(wanted)) {
                Training.log.warn("{}, and the training samples are too few to be judged out of fold", gap);
                return analyze(Split.VALIDATION, tasks);
            }
            throw e;
        }
    }

    @Override
    public AnalysisResult analyze(Split split, String... tasks) {
        TrainedModel current = state();
        Require.nonNull("split", split);
        begin();
        try {
            return current.analyze(split, current.tasks(tasks));
        } finally {
            end();
        }
    }

    @Override
    public AnalysisResult analyze(Dataset dataset) {
        TrainedModel current = state();
        if (Require.nonNull("dataset", dataset).isEmpty()) {
            throw new IllegalArgumentException("no data to analyse: the dataset has no samples");
        }
        TrainingSet.refuseBlankTexts(dataset.samples());
        begin();
        try {
            return current.analyze(dataset);
        } finally {
            end();
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>A text is in one fold, in whatever tasks it stands; synthetic samples made from a text that is held out are left
     * out with it. A text that is the only one of a label is never held out, and so not judged.
     *
     * @throws IllegalStateException as in {@link #train(Dataset)}
     */
    @Override
    public AnalysisResult crossValidate(Dataset dataset, int folds) {
        requireOpen();
        Require.inRange("folds", folds, 2, 1000);
        return crossValidate(Require.nonNull("dataset", dataset), folds, List.of());
    }

    private AnalysisResult crossValidate(Dataset dataset, int folds, List<String> wanted) {
        begin();
        try {
            return CrossValidation.run(
                    dataset.split(options().splitter()), folds, options().config(), this::openEncoder, wanted);
        } finally {
            end();
        }
    }

    private OpenedEncoder openEncoder() {
        return OpenedEncoder.of(options().config().encoder(), pretrained);
    }

    /** Keeps native memory from being freed while a call is under way; other encoders have none. */
    private void begin() {
        if (pretrained != null) {
            pretrained.begin();
        }
    }

    private void end() {
        if (pretrained != null) {
            pretrained.end();
        }
    }

    private TrainingOptions options() {
        return options == null ? new Builder().options() : options;
    }

    private TrainedModel state() {
        TrainedModel current = state; // before the check: a close between the two would look like a missing training
        requireOpen();
        if (current == null) {
            throw new IllegalStateException(
                    "nothing was trained yet: call train(dataset) first, or MultiheadClassifier.load(directory)");
        }
        return current;
    }

    private void requireOpen() {
        if (closed) {
            throw closedAlready();
        }
    }

    static IllegalStateException closedAlready() {
        return new IllegalStateException("this classifier is closed");
    }

    @Override
    public void close() {
        synchronized (closing) {
            closed = true;
            state = null;
        }
        if (pretrained != null) {
            pretrained.close();
        }
    }

    /** Tasks and numbers of labels. */
    @Override
    public String toString() {
        TrainedModel current = state;
        return current == null
                ? "MultiheadClassifier[not trained]"
                : "MultiheadClassifier["
                        + String.join(
                                ", ",
                                current.heads().values().stream()
                                        .map(h -> h.task() + ": " + h.labels().size() + " labels")
                                        .toList())
                        + "]";
    }

    /** Every option has a default. Not thread-safe; can build several times. */
    public static final class Builder {

        private MultiheadConfig config = MultiheadConfig.defaults();
        private Splitter splitter = Splitter.builder().build();
        private Consumer<TrainingProgress> onProgress = progress -> {};
        private Consumer<DownloadProgress> onDownload = progress -> {};

        private Builder() {}

        /** All of the options below at once, but for the splitter. Defaults to {@link MultiheadConfig#defaults}. */
        public Builder config(MultiheadConfig config) {
            this.config = Require.nonNull("config", config);
            return this;
        }

        /** How texts become numbers. Defaults to {@link Encoders#ngrams()}. */
        public Builder encoder(Encoder encoder) {
            config = config.withEncoder(encoder);
            return this;
        }

        /** How it learns. Defaults to {@link TrainingConfig#defaults}. */
        public Builder training(TrainingConfig training) {
            config = config.withTraining(training);
            return this;
        }

        /** What each task has on top of the encoder. Defaults to {@link HeadConfig#defaults}. */
        public Builder head(HeadConfig head) {
            config = config.withHead(head);
            return this;
        }

        /** What a training makes smaller. Defaults to {@link LossConfig#defaults}. */
        public Builder loss(LossConfig loss) {
            config = config.withLoss(loss);
            return this;
        }

        /** What it does with validation samples. Defaults to {@link EvaluationConfig#defaults}. */
        public Builder evaluation(EvaluationConfig evaluation) {
            config = config.withEvaluation(evaluation);
            return this;
        }

        /** How often an epoch has the texts of each task. Defaults to {@link TaskSampling#PROPORTIONAL}. */
        public Builder taskSampling(TaskSampling taskSampling) {
            config = config.withTaskSampling(taskSampling);
            return this;
        }

        /** When not to answer. See {@link EvaluationConfig#abstention}. */
        public Builder abstention(Abstention abstention) {
            config = config.withEvaluation(config.evaluation().withAbstention(abstention));
            return this;
        }

        /** Divides samples that have no split yet. Defaults to {@code Splitter.builder().build()}. */
        public Builder splitter(Splitter splitter) {
            this.splitter = Require.nonNull("splitter", splitter);
            return this;
        }

        /** See {@link TrainingConfig#seed}. */
        public Builder seed(long seed) {
            return training(config.training().withSeed(seed));
        }

        /** See {@link TrainingConfig#epochs}. */
        public Builder epochs(int epochs) {
            return training(config.training().withEpochs(epochs));
        }

        /** See {@link TrainingConfig#learningRate}. */
        public Builder learningRate(double learningRate) {
            return training(config.training().withLearningRate(learningRate));
        }

        /** See {@link TrainingConfig#batchSize}. */
        public Builder batchSize(int batchSize) {
            return training(config.training().withBatchSize(batchSize));
        }

        /** See {@link HeadConfig#dropout}. */
        public Builder dropout(double dropout) {
            return head(config.head().withDropout(dropout));
        }

        /** See {@link LossConfig#labelSmoothing}. */
        public Builder labelSmoothing(double labelSmoothing) {
            return loss(config.loss().withLabelSmoothing(labelSmoothing));
        }

        /** Called on the training thread; what it throws ends the training. By default nothing is called. */
        public Builder onProgress(Consumer<TrainingProgress> onProgress) {
            this.onProgress = Require.nonNull("onProgress", onProgress);
            return this;
        }

        /**
         * Called while the files of a {@link HuggingFaceEncoder} are downloaded, on the thread that trains; what it throws
         * ends the training, and the next one goes on with the download. By default nothing is called.
         */
        public Builder onDownload(Consumer<DownloadProgress> onDownload) {
            this.onDownload = Require.nonNull("onDownload", onDownload);
            return this;
        }

        public MultiheadClassifier build() {
            if (!(config.encoder() instanceof NGramEncoder) && config.training().featureDropout() != null) {
                throw new IllegalArgumentException(
                        "featureDropout leaves out n-grams, and %s has none: set the head's dropout"
                                .formatted(
                                        config.encoder() instanceof EmbeddingEncoder embedding
                                                ? "embedding '" + embedding.name() + "'"
                                                : "a Hugging Face encoder"));
            }
            NativeEncoder pretrained = config.encoder() instanceof HuggingFaceEncoder encoder
                    ? new NativeEncoder(encoder, onDownload)
                    : null;
            return new MultiheadClassifier(options(), pretrained, null);
        }

        private TrainingOptions options() {
            return new TrainingOptions(config, splitter, onProgress);
        }
    }
}
