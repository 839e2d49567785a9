package io.rapidfit.classifier.internal.torch;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Numbers with a shape, outside of PyTorch: how parameters come in and go out. The array is shared, not copied. */
public final class FloatTensor {

    private final List<Long> shape;
    private final float[] values;

    private FloatTensor(List<Long> shape, float[] values) {
        this.shape = shape;
        this.values = values;
    }

    /**
     * @param values row by row, the last dimension fastest
     * @throws IllegalArgumentException if the shape has another number of values
     */
    public static FloatTensor of(float[] values, long... shape) {
        List<Long> sizes = Arrays.stream(shape).boxed().collect(Collectors.toUnmodifiableList());
        long count = 1;
        for (long size : shape) {
            count = Math.multiplyExact(count, size);
        }
        if (count != values.length) {
            throw new IllegalArgumentException("%s values do not fill the shape %s".formatted(values.length, sizes));
        }
        return new FloatTensor(sizes, values);
    }

    public List<Long> shape() {
        return shape;
    }

    public float[] values() {
        return values;
    }
}
