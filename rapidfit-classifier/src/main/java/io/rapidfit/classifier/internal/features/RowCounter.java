package io.rapidfit.classifier.internal.features;

import java.util.Arrays;

/** How often a text has each row, in order of first occurrence. Made for one text, thrown away after it. */
final class RowCounter {

    private int[] slots = {0, 0}; // an index into rows, plus 1; at most half of them are taken
    private int[] rows = {};
    private int[] counts = {};
    private int size;

    void add(int row) {
        int slot = slot(row);
        if (slots[slot] != 0) {
            counts[slots[slot] - 1]++;
            return;
        }
        if (size == rows.length) {
            grow(2 * size + 1);
            slot = slot(row);
        }
        rows[size] = row;
        counts[size] = 1;
        slots[slot] = ++size;
    }

    int size() {
        return size;
    }

    int row(int i) {
        return rows[i];
    }

    int count(int i) {
        return counts[i];
    }

    /** Makes room for so many more rows, if they are all different. */
    void reserve(int more) {
        if (size == 0 && more > 0) {
            grow(more);
        }
    }

    private int slot(int row) {
        int mask = slots.length - 1;
        int slot = ((row * 0x9e3779b9) >>> 7) & mask;
        while (slots[slot] != 0 && rows[slots[slot] - 1] != row) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow(int capacity) {
        rows = Arrays.copyOf(rows, capacity);
        counts = Arrays.copyOf(counts, capacity);
        slots = new int[4 * Integer.highestOneBit(capacity)];
        for (int i = 0; i < size; i++) {
            slots[slot(rows[i])] = i + 1;
        }
    }
}
