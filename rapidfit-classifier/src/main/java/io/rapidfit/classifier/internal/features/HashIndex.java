package io.rapidfit.classifier.internal.features;

import java.util.Arrays;

/**
 * Finds hashes in a sorted array. The highest bits say where to look: half as many hashes as there are values of those
 * bits, so that a look-up touches one place of the array, or none for most hashes that are absent. Hashes that are not
 * spread evenly, as in a file made up by somebody, take the time of a binary search.
 */
final class HashIndex {

    /** Up to this many are looked at one after the other. */
    private static final int FEW = 8;

    private final long[] hashes;
    private final int shift;

    /** For each value of the highest bits, where its hashes start; one more for the end. */
    private final int[] starts;

    /** @throws IllegalArgumentException if the hashes do not ascend; the array is shared, not copied */
    HashIndex(long[] hashes) {
        int bits = Math.min(28, 33 - Integer.numberOfLeadingZeros(hashes.length));
        this.hashes = hashes;
        this.shift = 64 - bits;
        this.starts = new int[(1 << bits) + 1];
        for (int row = 0; row < hashes.length; row++) {
            if (row > 0 && hashes[row] <= hashes[row - 1]) {
                throw new IllegalArgumentException(
                        hashes[row] == hashes[row - 1] ? "a hash comes twice" : "the hashes do not ascend");
            }
            starts[bucket(hashes[row]) + 1] = row + 1;
        }
        for (int i = 1; i < starts.length; i++) { // what has no hashes starts where the one before ends
            starts[i] = Math.max(starts[i], starts[i - 1]);
        }
    }

    /** The place of the hash, or -1. */
    int find(long hash) {
        int bucket = bucket(hash);
        int at = starts[bucket];
        int end = starts[bucket + 1];
        if (end - at > FEW) {
            return Math.max(-1, Arrays.binarySearch(hashes, at, end, hash));
        }
        for (; at < end; at++) {
            if (hashes[at] == hash) {
                return at;
            }
        }
        return -1;
    }

    /** In the order of signed numbers, so the negative ones come first. */
    private int bucket(long hash) {
        return (int) ((hash ^ Long.MIN_VALUE) >>> shift);
    }
}
