package io.rapidfit.llm.generate;

import io.rapidfit.internal.Sha256;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Random choices of one call. They depend on the seed and the name of the call alone, not on the order of calls. */
final class Draw {

    private final SplittableRandom random;

    Draw(long seed, String call) {
        this.random = new SplittableRandom(
                ByteBuffer.wrap(Sha256.hash(seed + ":" + call)).getLong());
    }

    /** Between 0.5 and {@code max}; {@code max} itself where that is lower. */
    double temperature(double max) {
        if (max <= 0.5) {
            return max;
        }
        return Math.floor(random.nextDouble(0.5, max) * 100) / 100; // as a person would write it, and not above max
    }

    /** That many of them, or all if there are fewer, in random order. */
    <T> List<T> some(int count, List<T> of) {
        List<T> left = new ArrayList<>(of);
        List<T> drawn = new ArrayList<>();
        while (drawn.size() < count && !left.isEmpty()) {
            int i = random.nextInt(left.size());
            drawn.add(left.get(i));
            left.set(i, left.get(left.size() - 1));
            left.remove(left.size() - 1);
        }
        return drawn;
    }
}
