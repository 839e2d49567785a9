package io.rapidfit.classifier.internal.features;

import io.rapidfit.text.TextNormalizer;

/**
 * Walks over the n-grams of a text: of words, and of the characters of each word. An n-gram is known by a 64-bit hash;
 * among a million of them two collide with a probability of 3e-8.
 *
 * <p>A word is a run of letters, digits and marks, with apostrophes and underscores inside and perhaps {@code #} or
 * {@code @} in front; any other visible character is a word by itself, punctuation and emoji too.
 */
final class NGrams {

    /** Takes the hashes: all word n-grams of a text, then all its character n-grams. */
    interface Sink {
        void word(long hash);

        void chars(long hash);
    }

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    /** Zero width joiner: what follows belongs to the same emoji. */
    private static final int JOINER = 0x200D;

    private static final long FNV_PRIME = 0x100000001b3L;

    private NGrams() {}

    static void walk(String text, NGramSizes sizes, Sink sink) {
        int[] chars = TextNormalizer.normalize(text).codePoints().toArray();
        int[] bounds = new int[2 * chars.length]; // start and end of each word
        int words = findWords(chars, bounds);
        long[] hashes = new long[words];
        for (int w = 0; w < words; w++) {
            hashes[w] = hash(chars, bounds[2 * w], bounds[2 * w + 1]);
        }
        for (int w = 0; w < words; w++) {
            long hash = FNV_OFFSET;
            for (int n = 1; n <= sizes.maxWords() && w + n <= words; n++) {
                hash = (hash ^ hashes[w + n - 1]) * FNV_PRIME;
                sink.word(finish(hash, n));
            }
        }
        if (sizes.maxChars() > 0) {
            for (int w = 0; w < words; w++) {
                walkChars(chars, bounds[2 * w] - 1, bounds[2 * w + 1], sizes, sink);
            }
        }
    }

    /** Positions {@code before} and {@code end} are those of the marks for the word's ends. */
    private static void walkChars(int[] chars, int before, int end, NGramSizes sizes, Sink sink) {
        for (int start = before; start <= end; start++) {
            long hash = FNV_OFFSET;
            for (int n = 1; n <= sizes.maxChars() && start + n - 1 <= end; n++) {
                int at = start + n - 1;
                int c = at == before ? '<' : at == end ? '>' : chars[at];
                hash = (hash ^ c) * FNV_PRIME;
                if (n >= sizes.minChars()) {
                    sink.chars(finish(hash, 100 + n));
                }
            }
        }
    }

    private static int findWords(int[] chars, int[] bounds) {
        int words = 0;
        int i = 0;
        while (i < chars.length) {
            if (chars[i] == ' ') {
                i++;
                continue;
            }
            int start = i++;
            boolean word = isWordPart(chars[start]) || chars[start] == '#' || chars[start] == '@';
            while (i < chars.length
                    && (word ? isInsideWord(chars[i]) : isAttached(chars[i]) || chars[i - 1] == JOINER)) {
                i++;
            }
            bounds[2 * words] = start;
            bounds[2 * words + 1] = i;
            words++;
        }
        return words;
    }

    private static boolean isWordPart(int c) {
        return Character.isLetterOrDigit(c) || isAttached(c);
    }

    private static boolean isInsideWord(int c) {
        return isWordPart(c) || c == '\'' || c == '\u2019' || c == '_';
    }

    /** Marks and joiners belong to the character before them: accents, vowel signs, the parts of one emoji. */
    private static boolean isAttached(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.FORMAT -> true;
            default -> false;
        };
    }

    private static long hash(int[] chars, int start, int end) {
        long hash = FNV_OFFSET;
        for (int i = start; i < end; i++) {
            hash = (hash ^ chars[i]) * FNV_PRIME;
        }
        return hash;
    }

    /** Spreads the bits (the finaliser of MurmurHash3) and keeps n-grams of different kinds apart. Never 0. */
    private static long finish(long hash, int kind) {
        long h = hash ^ kind * 0x9e3779b97f4a7c15L;
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        h ^= h >>> 33;
        return h == 0 ? 1 : h;
    }
}
