package io.rapidfit.classifier;

import io.rapidfit.internal.AtomicFile;
import io.rapidfit.internal.Require;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Every option that decides how a {@link MultiheadClassifier} comes out, as one value that can be kept as a JSON document.
 *
 * <pre>{@code
 * MultiheadConfig config = MultiheadConfig.defaults().withTraining(TrainingConfig.defaults().withEpochs(20));
 * config.write(Path.of("classifier.json"));
 * MultiheadClassifier.builder().config(MultiheadConfig.read(Path.of("classifier.json"))).build();
 * }</pre>
 *
 * <p>A document may leave out anything: what is missing has its default. A name that is not known is refused.
 *
 * @param taskSampling how often an epoch has the texts of each task
 */
public record MultiheadConfig(
        Encoder encoder,
        TrainingConfig training,
        HeadConfig head,
        LossConfig loss,
        EvaluationConfig evaluation,
        TaskSampling taskSampling) {

    /** How often an epoch has the texts of each task, while its length stays. A text of several tasks has their mean. */
    public enum TaskSampling {
        /** Each text once: a task counts by its texts. */
        PROPORTIONAL,
        /** All tasks as often. */
        EQUAL,
        /** By the square root of the number of its texts. */
        SQRT
    }

    private static final MultiheadConfig DEFAULT = new MultiheadConfig(
            Encoders.ngrams(),
            TrainingConfig.defaults(),
            HeadConfig.defaults(),
            LossConfig.defaults(),
            EvaluationConfig.defaults(),
            TaskSampling.PROPORTIONAL);

    public MultiheadConfig {
        Require.nonNull("encoder", encoder);
        Require.nonNull("training", training);
        Require.nonNull("head", head);
        Require.nonNull("loss", loss);
        Require.nonNull("evaluation", evaluation);
        Require.nonNull("taskSampling", taskSampling);
    }

    /** What a builder without options uses. */
    public static MultiheadConfig defaults() {
        return DEFAULT;
    }

    public MultiheadConfig withEncoder(Encoder newEncoder) {
        return new MultiheadConfig(newEncoder, training, head, loss, evaluation, taskSampling);
    }

    public MultiheadConfig withTraining(TrainingConfig newTraining) {
        return new MultiheadConfig(encoder, newTraining, head, loss, evaluation, taskSampling);
    }

    public MultiheadConfig withHead(HeadConfig newHead) {
        return new MultiheadConfig(encoder, training, newHead, loss, evaluation, taskSampling);
    }

    public MultiheadConfig withLoss(LossConfig newLoss) {
        return new MultiheadConfig(encoder, training, head, newLoss, evaluation, taskSampling);
    }

    public MultiheadConfig withEvaluation(EvaluationConfig newEvaluation) {
        return new MultiheadConfig(encoder, training, head, loss, newEvaluation, taskSampling);
    }

    public MultiheadConfig withTaskSampling(TaskSampling newTaskSampling) {
        return new MultiheadConfig(encoder, training, head, loss, evaluation, newTaskSampling);
    }

    /**
     * All options, those that the data decides left out.
     *
     * @throws IllegalStateException if the encoder is a function, which no document can hold
     */
    public String toJson() {
        return ConfigJson.write(this);
    }

    /**
     * Reads what {@link #toJson} writes, or a part of it.
     *
     * @throws IllegalArgumentException if it is no JSON object, or a name or value in it is not known; the message says
     *     which and where
     */
    public static MultiheadConfig fromJson(String json) {
        return ConfigJson.read(Require.nonNull("json", json));
    }

    /** Writes {@link #toJson} to a file, in place of what it holds. */
    public void write(Path file) {
        try {
            AtomicFile.replace(
                    Require.nonNull("file", file), out -> out.write(toJson().getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /**
     * Reads a file in UTF-8, as {@link #fromJson} does.
     *
     * @throws IllegalArgumentException if it is not such a document; the message names the file
     */
    public static MultiheadConfig read(Path file) {
        try {
            return fromJson(Files.readString(Require.nonNull("file", file)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
