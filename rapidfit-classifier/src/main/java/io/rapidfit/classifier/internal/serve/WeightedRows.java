package io.rapidfit.classifier.internal.serve;

/**
 * Adds rows of a matrix, each times a weight: nearly all of a prediction's arithmetic.
 *
 * <p>Written for HotSpot's compiler, which turns a loop into vector instructions only where every array is read from the
 * loop's own index on (hence an array a row), and never a sum of products. Four rows at once read and write the sum a
 * quarter as often, and wait for four rows from memory at once. About five times as fast as the plain loop over one flat
 * array when the rows are in cache, two and a half times when they are not.
 */
final class WeightedRows {

    private WeightedRows() {}

    /** {@code sum += weights[i] * rows[indices[i]]}, for {@code i} from 0 to {@code count}, exclusive. */
    static void add(float[][] rows, int[] indices, float[] weights, int count, float[] sum) {
        int i = 0;
        for (; i + 3 < count; i += 4) {
            addFour(
                    weights[i],
                    rows[indices[i]],
                    weights[i + 1],
                    rows[indices[i + 1]],
                    weights[i + 2],
                    rows[indices[i + 2]],
                    weights[i + 3],
                    rows[indices[i + 3]],
                    sum);
        }
        for (; i < count; i++) {
            addOne(weights[i], rows[indices[i]], sum);
        }
    }

    private static void addFour(
            float v, float[] a, float w, float[] b, float x, float[] c, float y, float[] d, float[] sum) {
        for (int k = 0; k < sum.length; k++) {
            sum[k] += v * a[k] + w * b[k] + (x * c[k] + y * d[k]);
        }
    }

    private static void addOne(float weight, float[] row, float[] sum) {
        for (int k = 0; k < sum.length; k++) {
            sum[k] += weight * row[k];
        }
    }
}
