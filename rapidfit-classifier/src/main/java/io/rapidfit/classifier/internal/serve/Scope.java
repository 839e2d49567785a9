package io.rapidfit.classifier.internal.serve;

/**
 * Tells how strange a text looks for the label that it was given: the cosine between its hidden layer and the mean one of
 * the label's training texts, against that of texts which belong but were not learnt from. Softmax alone is poor at it: it
 * compares labels with each other, not with something else.
 *
 * <p>The arrays are shared, not copied: nobody writes to them.
 */
public final class Scope {

    private final float[] means;
    private final int dimension;
    private final float[] familiar;

    /**
     * @param means one hidden layer a label, of shape (labels, dimension), each of length 1 or all 0
     * @param familiar cosines of texts that belong, ascending, at least one
     * @throws IllegalArgumentException if {@code familiar} is empty or not ascending numbers
     */
    public Scope(float[] means, int dimension, float[] familiar) {
        if (familiar.length == 0) {
            throw new IllegalArgumentException("no cosine of a familiar text");
        }
        for (int i = 0; i < familiar.length; i++) {
            if (!Float.isFinite(familiar[i]) || (i > 0 && familiar[i] < familiar[i - 1])) {
                throw new IllegalArgumentException("the cosines of familiar texts do not ascend");
            }
        }
        this.means = means;
        this.dimension = dimension;
        this.familiar = familiar;
    }

    public float[] means() {
        return means;
    }

    public float[] familiar() {
        return familiar;
    }

    /** Share of the familiar texts that look less strange, in [0, 1]; it tells apart the strangest ones too. */
    double strangeness(float[] hidden, int label) {
        double cosine = cosine(means, label * dimension, hidden);
        int below = below((float) cosine);
        double n = familiar.length + 1.0;
        if (below == 0) { // stranger than all: 0 is as strange as it gets: n-grams' hidden layers are not negative
            double lowest = Math.max(familiar[0], 1e-6);
            return 1 - Math.max(0, Math.min(1, cosine / lowest)) / n;
        }
        return 1 - below / n;
    }

    /** How many familiar texts look stranger: of those that look the same, none. */
    private int below(float cosine) {
        int low = 0;
        int high = familiar.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (familiar[middle] < cosine) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Cosine between a stretch of {@code units}, which has length 1 or 0, and a hidden layer; 0 if one of them is 0. */
    public static double cosine(float[] units, int from, float[] hidden) {
        double product = 0;
        double square = 0;
        for (int k = 0; k < hidden.length; k++) {
            product += (double) units[from + k] * hidden[k];
            square += (double) hidden[k] * hidden[k];
        }
        return square == 0 ? 0 : product / Math.sqrt(square);
    }
}
