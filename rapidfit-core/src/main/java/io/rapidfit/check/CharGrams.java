package io.rapidfit.check;

import io.rapidfit.text.TextNormalizer;
import java.util.Arrays;

/**
 * The set of a text's character n-grams, each known by a 64-bit hash: among ten million of them two collide with a
 * probability of 3e-6.
 */
final class CharGrams {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private CharGrams() {}

    /**
     * Of the {@linkplain TextNormalizer#normalize normalised} text. A text of fewer than {@code n} code points is one gram
     * as a whole, the empty one too.
     *
     * @return ascending, each once, at least one
     */
    static long[] of(String text, int n) {
        int[] chars = TextNormalizer.normalize(text).codePoints().toArray();
        int length = Math.min(n, chars.length);
        long[] grams = new long[chars.length - length + 1];
        if (chars.length == 0) {
            grams[0] = spread(FNV_OFFSET);
            return grams;
        }
        for (int start = 0; start < grams.length; start++) {
            long hash = FNV_OFFSET;
            for (int i = start; i < start + length; i++) {
                hash = (hash ^ chars[i]) * FNV_PRIME;
            }
            grams[start] = spread(hash);
        }
        return distinct(grams);
    }

    private static long[] distinct(long[] grams) {
        Arrays.sort(grams);
        int size = 1;
        for (int i = 1; i < grams.length; i++) {
            if (grams[i] != grams[size - 1]) {
                grams[size++] = grams[i];
            }
        }
        return size == grams.length ? grams : Arrays.copyOf(grams, size);
    }

    /** The finaliser of MurmurHash3: every bit of the result depends on every bit of the hash. */
    static long spread(long hash) {
        long h = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}
