package io.rapidfit.model;

import io.rapidfit.data.Dataset;
import io.rapidfit.data.Split;
import io.rapidfit.metrics.AnalysisResult;

/** A classifier that can learn, and tell what it gets wrong. */
public interface TrainableClassifier extends TextClassifier {

    /**
     * Learns from the dataset's training samples, in place of whatever was learnt before. Samples without a split get
     * one first.
     *
     * @throws IllegalArgumentException if nothing can be learnt from the dataset; the message says what to change
     */
    TrainingReport train(Dataset dataset);

    /**
     * Analyses what may be looked at while improving: the validation split of the data trained on. Where it is empty or
     * lacks a label, the training samples of people instead, {@linkplain #crossValidate out of fold}.
     *
     * @param tasks those to analyse; none means all
     */
    AnalysisResult analyze(String... tasks);

    /**
     * Analyses one split of the data trained on.
     *
     * @param tasks those to analyse; none means all
     * @throws IllegalStateException if the split is empty; the message says what to add
     */
    AnalysisResult analyze(Split split, String... tasks);

    /**
     * Analyses labelled data that the caller brings, whatever its splits. Tasks that the classifier does not have are
     * refused.
     */
    AnalysisResult analyze(Dataset dataset);

    /**
     * Judges each human training sample by a model trained without it: the samples are divided into folds, and each fold
     * is predicted by a model trained on all the rest. The classifier itself stays as it is.
     *
     * @param folds how many models are trained; at least 2
     */
    AnalysisResult crossValidate(Dataset dataset, int folds);
}
