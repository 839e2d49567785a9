package io.rapidfit.classifier;

import io.rapidfit.internal.Require;

/**
 * What a training does with its validation samples.
 *
 * @param refit whether they are learnt from in the end: after a first training has shown on them how good and how sure
 *     it is, a second one learns with them too, and is what predicts. Analyses of the validation split are those of the
 *     first model. Takes twice as long. Defaults to true.
 * @param calibrate whether confidences are made to fit (Guo et al., 2017): a temperature for each task. Defaults to true.
 * @param patience a training ends after so many epochs in a row without a better macro-F1, mean over tasks, and goes
 *     back to the best; 0 for all epochs. Those before {@link FineTuning#freezeEpochs} end do not count. Defaults to 0:
 *     the learning rate falls to 0 anyway.
 * @param abstention when not to answer. Defaults to {@link Abstention#never()}.
 * @param folds for an analysis out of fold, where validation samples are too few, at least 2. Defaults to 5.
 */
public record EvaluationConfig(boolean refit, boolean calibrate, int patience, Abstention abstention, int folds) {

    private static final EvaluationConfig DEFAULT = new EvaluationConfig(true, true, 0, Abstention.never(), 5);

    public EvaluationConfig {
        Require.inRange("patience", patience, 0, 100_000);
        Require.nonNull("abstention", abstention);
        Require.inRange("folds", folds, 2, 1000);
    }

    /** Everything as the components' documentation says. */
    public static EvaluationConfig defaults() {
        return DEFAULT;
    }

    public EvaluationConfig withRefit(boolean newRefit) {
        return new EvaluationConfig(newRefit, calibrate, patience, abstention, folds);
    }

    public EvaluationConfig withCalibrate(boolean newCalibrate) {
        return new EvaluationConfig(refit, newCalibrate, patience, abstention, folds);
    }

    public EvaluationConfig withPatience(int newPatience) {
        return new EvaluationConfig(refit, calibrate, newPatience, abstention, folds);
    }

    public EvaluationConfig withAbstention(Abstention newAbstention) {
        return new EvaluationConfig(refit, calibrate, patience, newAbstention, folds);
    }

    public EvaluationConfig withFolds(int newFolds) {
        return new EvaluationConfig(refit, calibrate, patience, abstention, newFolds);
    }
}
