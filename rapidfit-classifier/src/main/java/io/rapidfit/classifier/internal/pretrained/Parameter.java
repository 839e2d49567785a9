package io.rapidfit.classifier.internal.pretrained;

import java.util.List;

/** A tensor of floats: its values in row-major order, as many as its shape says. */
public final class Parameter {

    private final List<Long> shape;
    private final float[] values;

    public Parameter(List<Long> shape, float[] values) {
        long count = shape.stream().reduce(1L, Math::multiplyExact);
        if (count != values.length) {
            throw new IllegalArgumentException("%s values do not have shape %s".formatted(values.length, shape));
        }
        this.shape = List.copyOf(shape);
        this.values = values;
    }

    public List<Long> shape() {
        return shape;
    }

    /** The values themselves, since a copy of a large model's table takes a gigabyte: whoever changes them, changes this. */
    public float[] values() {
        return values;
    }
}
