package io.rapidfit.classifier.internal.serve;

import io.rapidfit.classifier.internal.features.FeatureBag;
import java.util.Arrays;

/**
 * A table of whole numbers from -127 to 127, times a scale a row.
 *
 * <p>Kept and summed in a way that Java 17's compiler turns into vector instructions, which it does not for arithmetic
 * on bytes: four numbers in an int, an array a row, and sums of ints. A row's weight, times its scale, is a fixed-point
 * number of at most 24 bits, in units that fit the features at hand: sums err about as much as those of floats do. More
 * than twice as fast as a plain loop over bytes, and not much slower than floats.
 */
public final class Int8Table implements EmbeddingTable {

    private static final int LANES = 4;

    /** How many rows are summed in one unit; a multiple of 4. */
    private static final int BLOCK = 128;

    /** What the weights of a block may come to: times 128, with all of them rounded up, still an int. */
    private static final int MAX_WEIGHT = (1 << 24) - BLOCK;

    /** By row: int {@code j} holds the numbers {@code j}, {@code j + width}, {@code j + 2 * width}, ... from low to high. */
    private final int[][] packed;

    private final float[] scales;
    private final int dimension;

    /** Ints a row. */
    private final int width;

    /**
     * @param values of shape (rows, dimension), row by row; copied
     * @param scales one a row, finite and not negative; shared, not copied
     * @throws IllegalArgumentException if the sizes do not fit, or a scale does not
     */
    public Int8Table(byte[] values, float[] scales, int dimension) {
        if (values.length != (long) scales.length * dimension) {
            throw new IllegalArgumentException(
                    "a table of %s values for %s rows of %s".formatted(values.length, scales.length, dimension));
        }
        for (float scale : scales) {
            if (!(scale >= 0 && scale <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException("a row's scale is " + scale);
            }
        }
        this.scales = scales;
        this.dimension = dimension;
        this.width = (dimension + LANES - 1) / LANES;
        this.packed = new int[scales.length][width];
        for (int row = 0; row < packed.length; row++) {
            for (int k = 0; k < dimension; k++) {
                packed[row][k % width] |= (values[row * dimension + k] & 0xFF) << (8 * (k / width));
            }
        }
    }

    /** The nearest such table: each row's scale is its largest magnitude / 127. */
    static Int8Table quantize(float[] table, int rows, int dimension) {
        byte[] values = new byte[table.length];
        float[] scales = new float[rows];
        for (int row = 0; row < rows; row++) {
            float max = 0;
            for (int i = row * dimension; i < (row + 1) * dimension; i++) {
                max = Math.max(max, Math.abs(table[i]));
            }
            scales[row] = max / 127;
            for (int i = row * dimension; i < (row + 1) * dimension; i++) {
                values[i] = (byte) (max == 0 ? 0 : Math.round(table[i] * (127.0 / max)));
            }
        }
        return new Int8Table(values, scales, dimension);
    }

    @Override
    public int rows() {
        return packed.length;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public Precision precision() {
        return Precision.INT8;
    }

    /** One a row. A copy. */
    public float[] scales() {
        return scales.clone();
    }

    /** A copy: of shape (rows, dimension), row by row. */
    public byte[] toBytes() {
        byte[] values = new byte[packed.length * dimension];
        for (int row = 0; row < packed.length; row++) {
            for (int k = 0; k < dimension; k++) {
                values[row * dimension + k] = value(row, k);
            }
        }
        return values;
    }

    private byte value(int row, int k) {
        return (byte) (packed[row][k % width] >> (8 * (k / width)));
    }

    @Override
    public double dot(int row, double[] vector) {
        double sum = 0;
        for (int k = 0; k < dimension; k++) {
            sum += value(row, k) * vector[k];
        }
        return sum * scales[row];
    }

    @Override
    public float[] toFloats() {
        byte[] values = toBytes();
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = values[i] * scales[i / dimension];
        }
        return floats;
    }

    @Override
    public void add(FeatureBag features, float[] sum) {
        int[] weights = new int[Math.min(BLOCK, features.size() + 3)];
        for (int from = 0; from < features.size(); from += BLOCK) {
            addBlock(features, from, Math.min(features.size(), from + BLOCK), weights, sum);
        }
    }

    private void addBlock(FeatureBag features, int from, int to, int[] weights, float[] sum) {
        double total = 0;
        for (int i = from; i < to; i++) {
            total += Math.abs(features.weight(i) * (double) scales[features.row(i)]);
        }
        if (total == 0) {
            return;
        }
        double units = MAX_WEIGHT / total;
        for (int i = from; i < to; i++) {
            weights[i - from] = (int) Math.rint(features.weight(i) * (double) scales[features.row(i)] * units);
        }
        Arrays.fill(weights, to - from, Math.min(weights.length, to - from + 3), 0); // to a multiple of 4
        int[][] lanes = new int[LANES][width];
        for (int i = from; i < to; i += 4) {
            int[] a = packed[features.row(i)];
            int[] b = packed[features.row(Math.min(i + 1, to - 1))];
            int[] c = packed[features.row(Math.min(i + 2, to - 1))];
            int[] d = packed[features.row(Math.min(i + 3, to - 1))];
            int at = i - from;
            int v = weights[at];
            int w = weights[at + 1];
            int x = weights[at + 2];
            int y = weights[at + 3];
            addFour(v, a, w, b, x, c, y, d, 24, lanes[0]); // moves the lane's byte to the top, and its sign with it
            addFour(v, a, w, b, x, c, y, d, 16, lanes[1]);
            addFour(v, a, w, b, x, c, y, d, 8, lanes[2]);
            addFour(v, a, w, b, x, c, y, d, 0, lanes[3]);
        }
        double unit = 1 / units;
        for (int lane = 0; lane < LANES; lane++) {
            int first = lane * width;
            for (int k = first; k < Math.min(dimension, first + width); k++) {
                sum[k] += (float) (lanes[lane][k - first] * unit);
            }
        }
    }

    private static void addFour(int v, int[] a, int w, int[] b, int x, int[] c, int y, int[] d, int left, int[] sum) {
        for (int k = 0; k < sum.length; k++) {
            sum[k] += v * ((a[k] << left) >> 24)
                    + w * ((b[k] << left) >> 24)
                    + (x * ((c[k] << left) >> 24) + y * ((d[k] << left) >> 24));
        }
    }
}
