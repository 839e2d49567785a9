package io.rapidfit.classifier.internal.features;

/** From 64-bit hashes, none of them 0, to ints. Open addressing in two arrays: nothing is boxed. */
final class LongIntTable {

    /** Takes one entry. */
    interface Entry {
        void take(long key, int value);
    }

    private long[] keys;
    private int[] values;
    private int size;

    LongIntTable(int expected) {
        int capacity = Math.max(16, Integer.highestOneBit(Math.max(1, expected)) * 4);
        keys = new long[capacity];
        values = new int[capacity];
    }

    /** The value, or {@code missing}. */
    int get(long key, int missing) {
        int slot = slot(key);
        return keys[slot] == key ? values[slot] : missing;
    }

    void put(long key, int value) {
        int slot = slot(key);
        if (keys[slot] != key) {
            if (size * 2 >= keys.length) {
                grow();
                slot = slot(key);
            }
            keys[slot] = key;
            size++;
        }
        values[slot] = value;
    }

    int size() {
        return size;
    }

    void forEach(Entry entry) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != 0) {
                entry.take(keys[i], values[i]);
            }
        }
    }

    /** Where the key is, or the free slot where it belongs. */
    private int slot(long key) {
        int mask = keys.length - 1;
        int slot = (int) key & mask; // the hashes are mixed well enough
        while (keys[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        LongIntTable larger = new LongIntTable(keys.length);
        forEach(larger::put);
        keys = larger.keys;
        values = larger.values;
    }
}
