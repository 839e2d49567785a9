package io.rapidfit.check;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the most similar of many sets of n-grams, exactly: nothing in the index has a higher Jaccard similarity than what
 * it finds, and where it finds nothing there is nothing at or above the threshold.
 *
 * <p>With all grams sorted by how rare they are, two sets that are similar enough share one among the first few of each:
 * only those are indexed (the prefix filter of Chaudhuri et al., "A Primitive Operator for Similarity Joins in Data
 * Cleaning", 2006, and Bayardo et al., "Scaling Up All Pairs Similarity Search", 2007). The further back the first shared
 * gram stands, the smaller the other set must be (the positional filter of Xiao et al., "Efficient Similarity Joins for
 * Near Duplicate Detection", 2008), so the sets of a gram are sorted by size. Bits say of a set whether an odd number of
 * its grams fall there: two sets differ in at least as many grams as bits (Sandes et al., "Bitmap Filter", 2020). What
 * remains is compared gram by gram, and each set that is found raises the bar for the next.
 *
 * <p>Not thread-safe.
 */
final class GramIndex {

    /** A set by its number, and how similar it is. */
    record Hit(int set, double similarity) {}

    /** So few postings are not worth a rebuild. */
    private static final int FEW = 1 << 12;

    private static final int WORDS = 4;

    /** Comes after every set. */
    private static final int NONE = Integer.MAX_VALUE;

    private static final int MAX_FREQUENCIES = 1 << 22;

    /** Much less than one gram, and more than what is lost by rounding sizes up to 2^31 in double. */
    private static final double ROUNDING = 1e-5;

    private final double threshold;

    private long[][] sets = new long[16][];

    /** For each set so many words of parities. The postings hold them folded into one. */
    private long[] parities = new long[16 * WORDS];

    private int size;

    /** The numbers of sets, plus 1, by their hash: finds equal ones. */
    private int[] slots = new int[32];

    /** How many sets had a gram at the last rebuild, by its lowest bits: the order of grams until the next. */
    private int[] frequencies = new int[1];

    private Postings postings = new Postings(0);
    private int indexed;

    /** The last search that compared a set. */
    private int[] seen = new int[16];

    private int searches;

    GramIndex(double threshold) {
        this.threshold = threshold;
    }

    /**
     * The number of the set: that of an equal one if there is one, else the next, from 0.
     *
     * @param grams ascending, each once, at least one; not copied
     */
    int add(long[] grams) {
        int slot = slot(grams);
        if (slots[slot] != 0) {
            return slots[slot] - 1;
        }
        if (size == sets.length) {
            sets = Arrays.copyOf(sets, 2 * size);
            parities = Arrays.copyOf(parities, Math.multiplyExact(2 * size, WORDS));
            seen = Arrays.copyOf(seen, 2 * size);
        }
        sets[size] = grams;
        System.arraycopy(parities(grams), 0, parities, size * WORDS, WORDS);
        size++;
        slots[slot] = size;
        if (2 * size > slots.length) {
            slots = new int[2 * slots.length];
            for (int i = 0; i < size; i++) {
                slots[slot(sets[i])] = i + 1;
            }
        }
        return size - 1;
    }

    /** Where an equal set stands, or the free slot where the set belongs. */
    private int slot(long[] grams) {
        int mask = slots.length - 1;
        int slot = (int) CharGrams.spread(Arrays.hashCode(grams)) & mask;
        while (slots[slot] != 0 && !Arrays.equals(sets[slots[slot] - 1], grams)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    int size() {
        return size;
    }

    /** The most similar set, of several the one with the lowest number; null if none reaches the threshold. */
    @Nullable Hit nearest(long[] grams) {
        int equal = slots[slot(grams)] - 1;
        return equal >= 0 ? new Hit(equal, 1) : new Search(grams, NONE).run();
    }

    /** The same for a set in the index, among all others. */
    @Nullable Hit nearestOther(int set) {
        return new Search(sets[set], set).run();
    }

    private final class Search {

        private final long[] grams;
        private final long[] parity;
        private final long folded;
        private final int except;
        private double best = threshold;
        private int found = NONE;

        Search(long[] grams, int except) {
            this.grams = grams;
            this.parity = parities(grams);
            this.folded = fold(parity, 0);
            this.except = except;
            prepare();
            if (++searches == 0) { // after four billion of them numbers come again
                Arrays.fill(seen, 0);
                searches = 1;
            }
        }

        @Nullable Hit run() {
            long[] rarest = prefix(grams);
            for (int i = 0; i < rarest.length && i < prefixLength(grams.length, best); i++) {
                scan(postings.bucket(rarest[i]), i);
            }
            return found == NONE ? null : new Hit(found, best);
        }

        /** Compares with the sets in a bucket that may be near, and share none of the grams before that place. */
        private void scan(int bucket, int place) {
            double bar = -1;
            int largest = 0;
            int differences = 0;
            int end = postings.end(bucket);
            for (int e = postings.firstOfSize(bucket, smallest(grams.length, best)); e < end; e++) {
                if (best != bar) {
                    bar = best;
                    largest = largest(place);
                    differences = differences(largest);
                }
                int size = postings.sizes[e];
                if (size >= largest && (size > largest || isTooLate(postings.sets[e], size, place))) {
                    break;
                }
                if (Long.bitCount(postings.parities[e] ^ folded) <= differences) {
                    compare(postings.sets[e]);
                }
            }
            int smallest = smallest(grams.length, best);
            largest = largest(place);
            differences = differences(largest);
            for (int e = postings.firstInChain(bucket); e >= 0; e = postings.next(e)) {
                if (postings.sizes[e] >= smallest
                        && postings.sizes[e] <= largest // as of now: no bar is lower than it was
                        && Long.bitCount(postings.parities[e] ^ folded) <= differences) {
                    compare(postings.sets[e]);
                }
            }
        }

        /** Larger sets have too many grams that are not shared, if none is before that place. */
        private int largest(int place) {
            double size = (grams.length - place) * (1 + best) / best - grams.length;
            return (int) Math.min(NONE, Math.floor(size + ROUNDING));
        }

        /** Whether the set could be as near as the one found but no nearer, and was added later, as all that follow. */
        private boolean isTooLate(int set, int size, int place) {
            return set > found && needed(size, set) > grams.length - place;
        }

        /** In how many grams a set of at most that size may differ. */
        private int differences(int size) {
            double both = (double) grams.length + size;
            return (int) Math.min(NONE, Math.floor((1 - best) / (1 + best) * both + ROUNDING));
        }

        private void compare(int set) {
            long[] other = sets[set];
            int both = grams.length + other.length;
            int needed = needed(other.length, set);
            if (needed > Math.min(grams.length, other.length)
                    || differentBits(set) > both - 2 * needed
                    || seen[set] == searches
                    || set == except) {
                return;
            }
            seen[set] = searches;
            int shared = shared(grams, other, needed);
            if (shared >= needed) {
                best = (double) shared / (both - shared);
                found = set;
            }
        }

        private int differentBits(int set) {
            int bits = 0;
            for (int i = 0; i < WORDS; i++) {
                bits += Long.bitCount(parities[set * WORDS + i] ^ parity[i]);
            }
            return bits;
        }

        /** How many grams a set of that size must share to be nearer than the one found, or as near and added before. */
        private int needed(int size, int set) {
            int both = grams.length + size;
            int shared = Math.max(1, (int) Math.ceil(best / (1 + best) * both - ROUNDING));
            while (isTooFar((double) shared / (both - shared), set)) {
                shared++;
            }
            return shared;
        }

        private boolean isTooFar(double similarity, int set) {
            return similarity < best || (similarity == best && set > found);
        }
    }

    /** A set of m grams with a similarity of at least s has so many grams, and shares so many: the union has m or more. */
    private static int smallest(int m, double s) {
        return Math.max(1, (int) Math.ceil(m * s - ROUNDING));
    }

    /** Sets that share {@link #smallest} grams share one of so many, whichever these are: fewer are left. */
    private static int prefixLength(int m, double s) {
        return m - smallest(m, s) + 1;
    }

    /** How many are in both; -1 perhaps, if fewer are than needed. */
    private static int shared(long[] one, long[] other, int needed) {
        int spareOne = one.length - needed; // so many may be missing in the other
        int spareOther = other.length - needed;
        int shared = 0;
        int i = 0;
        int j = 0;
        while (i < one.length && j < other.length) {
            if (one[i] == other[j]) {
                shared++;
                i++;
                j++;
            } else if (one[i] < other[j]) {
                i++;
                if (--spareOne < 0) {
                    return -1;
                }
            } else {
                j++;
                if (--spareOther < 0) {
                    return -1;
                }
            }
        }
        return shared;
    }

    /** One bit for each value of a gram's highest bits: whether it has an odd number of those grams. */
    private static long[] parities(long[] grams) {
        long[] bits = new long[WORDS];
        for (long gram : grams) {
            bits[(int) (gram >>> 62)] ^= 1L << (gram >>> 56);
        }
        return bits;
    }

    /** With a fourth of the bits: of four numbers whether their sum is odd. */
    private static long fold(long[] parities, int start) {
        return parities[start] ^ parities[start + 1] ^ parities[start + 2] ^ parities[start + 3];
    }

    /** The grams by which a set is found: the rarest first, of several the lowest first, which is one order for all. */
    private long[] prefix(long[] grams) {
        long[] keys = new long[grams.length];
        for (int i = 0; i < grams.length; i++) {
            keys[i] = (long) frequencies[(int) grams[i] & (frequencies.length - 1)] << 32 | i;
        }
        Arrays.sort(keys);
        long[] prefix = new long[prefixLength(grams.length, threshold)];
        for (int i = 0; i < prefix.length; i++) {
            prefix[i] = grams[(int) keys[i]];
        }
        return prefix;
    }

    /**
     * Indexes what was added since the last search. When the index has grown by a fourth it is laid out afresh, which a set
     * is some five times on average: long chains cost more. Counted are postings, not sets, for one set may have a million.
     */
    private void prepare() {
        long added = postings.inChains();
        for (int i = indexed; i < size; i++) {
            added += prefixLength(sets[i].length, threshold);
        }
        if (added > Math.max(FEW, postings.inBuckets / 4)) {
            rebuild();
        }
        for (; indexed < size; indexed++) {
            for (long gram : prefix(sets[indexed])) {
                postings.chain(postings.bucket(gram), indexed, sets[indexed].length, fold(parities, indexed * WORDS));
            }
        }
    }

    private void rebuild() {
        countGrams();
        int[] bySize = bySize();
        int count = 0;
        for (int set : bySize) {
            count = Math.addExact(count, prefixLength(sets[set].length, threshold));
        }
        postings = new Postings(count);
        int[] buckets = new int[count];
        int at = 0;
        for (int set : bySize) {
            for (long gram : prefix(sets[set])) {
                buckets[at++] = postings.bucket(gram);
            }
        }
        postings.reserve(buckets);
        at = 0;
        for (int set : bySize) {
            for (int n = prefixLength(sets[set].length, threshold); n > 0; n--) {
                postings.put(buckets[at++], set, sets[set].length, fold(parities, set * WORDS));
            }
        }
        indexed = size;
    }

    private void countGrams() {
        long grams = 0;
        for (int i = 0; i < size; i++) {
            grams += sets[i].length;
        }
        frequencies = new int[(int) Math.min(MAX_FREQUENCIES, 2 * Long.highestOneBit(grams))];
        for (int i = 0; i < size; i++) {
            for (long gram : sets[i]) {
                frequencies[(int) gram & (frequencies.length - 1)]++;
            }
        }
    }

    /** The smallest sets first, of several those first that were added first. */
    private int[] bySize() {
        long[] keys = new long[size];
        for (int i = 0; i < size; i++) {
            keys[i] = (long) sets[i].length << 32 | i;
        }
        Arrays.sort(keys);
        return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
    }

    /**
     * Which sets have a gram in their prefix. Those of the last rebuild stand in the order in which they were put, later
     * ones in chains. Grams whose hashes agree in the bits that count share a bucket.
     */
    private static final class Postings {

        private static final int MIN_BUCKETS = 1 << 10;
        private static final int MAX_BUCKETS = 1 << 28;

        /** Where each bucket ends. It starts where the one before ends. */
        private final int[] ends;

        // The entries: first those in buckets, then those in chains.
        int[] sets;
        int[] sizes;
        long[] parities;
        private int size;

        final int inBuckets;

        /** For each bucket the entry that was chained last, plus 1. */
        private int[] heads = new int[0];

        /** For each entry in a chain the one chained before it, plus 1. */
        private int[] next = new int[0];

        Postings(int capacity) {
            long buckets = 2L * Integer.highestOneBit(capacity);
            this.ends = new int[(int) Math.max(MIN_BUCKETS, Math.min(MAX_BUCKETS, buckets))];
            this.sets = new int[capacity];
            this.sizes = new int[capacity];
            this.parities = new long[capacity];
            this.size = capacity;
            this.inBuckets = capacity;
        }

        int inChains() {
            return size - inBuckets;
        }

        int bucket(long gram) {
            return (int) (gram >>> 24) & (ends.length - 1);
        }

        /** Makes room in each bucket for as many entries as it is named. */
        void reserve(int[] buckets) {
            for (int bucket : buckets) {
                ends[bucket]++;
            }
            int start = 0;
            for (int bucket = 0; bucket < ends.length; bucket++) {
                int entries = ends[bucket];
                ends[bucket] = start; // moves on with each entry that is put there
                start += entries;
            }
        }

        void put(int bucket, int set, int size, long parity) {
            int e = ends[bucket]++;
            sets[e] = set;
            sizes[e] = size;
            parities[e] = parity;
        }

        /** The first entry in the bucket whose set has at least so many grams; the bucket's end if none has. */
        int firstOfSize(int bucket, int size) {
            int from = bucket == 0 ? 0 : ends[bucket - 1];
            int to = ends[bucket];
            while (from < to) {
                int middle = (from + to) >>> 1;
                if (sizes[middle] < size) {
                    from = middle + 1;
                } else {
                    to = middle;
                }
            }
            return from;
        }

        int end(int bucket) {
            return ends[bucket];
        }

        /** The entry that was chained last; -1 if there is none. */
        int firstInChain(int bucket) {
            return heads.length == 0 ? -1 : heads[bucket] - 1;
        }

        /** The entry that was chained before; -1 if there is none. */
        int next(int e) {
            return next[e - inBuckets] - 1;
        }

        void chain(int bucket, int set, int size, long parity) {
            if (heads.length == 0) {
                heads = new int[ends.length];
            }
            int e = this.size++;
            if (e == sets.length) {
                int capacity = Math.addExact(e, Math.max(MIN_BUCKETS, e / 2));
                sets = Arrays.copyOf(sets, capacity);
                sizes = Arrays.copyOf(sizes, capacity);
                parities = Arrays.copyOf(parities, capacity);
                next = Arrays.copyOf(next, capacity - inBuckets);
            }
            sets[e] = set;
            sizes[e] = size;
            parities[e] = parity;
            next[e - inBuckets] = heads[bucket];
            heads[bucket] = e + 1;
        }
    }
}
