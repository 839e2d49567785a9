package io.rapidfit.classifier.internal.features;

import io.rapidfit.text.TextNormalizer;

/**
 * Walks once over the n-grams of a text: of words, and of the characters of each word. An n-gram is known by a 64-bit
 * hash; among a million of them two collide with a probability of 3e-8. Saved models contain the hashes: they never
 * change.
 *
 * <p>A word is a run of letters, digits and marks, with apostrophes and underscores inside and perhaps {@code #} or
 * {@code @} in front; any other visible character is a word by itself, punctuation and emoji too. With {@link Segmentation#SCRIPTS}, so is a
 * letter of a script without spaces; the n-grams of characters run over the whole run all the same.
 */
final class NGrams {

    /**
     * Takes hashes, in portions so that a long text needs no more memory than a short one. The array is used again after
     * the call. Hashes come in the order of the n-grams' last elements, and of those that end with the same one the
     * longest first.
     */
    interface Sink {
        void words(long[] hashes, int count);

        void chars(long[] hashes, int count);

        /**
         * A word ends.
         *
         * @param end where, in the normalised text; the next word starts there, or after the space there
         * @param endsRun whether its run of characters ends too, over which their n-grams go
         */
        default void wordEnds(int end, boolean endsRun) {}
    }

    private static final int MAX_PORTION = 1024;

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /** The Thai block starts here; what comes before has spaces. */
    private static final int FIRST_UNSPACED = 0x0E00;

    /** Zero width joiner: what follows belongs to the same emoji. */
    private static final int JOINER = 0x200D;

    private final boolean splits;
    private final Sink sink;
    private final Chain words;
    private final Chain chars;

    private NGrams(NGramSizes sizes, Segmentation segmentation, int length, Sink sink) {
        this.splits = segmentation == Segmentation.SCRIPTS;
        this.sink = sink;
        this.words = new Chain(1, sizes.maxWords(), 0, Math.min(MAX_PORTION, length));
        this.chars = new Chain(sizes.minChars(), sizes.maxChars(), 100, Math.min(MAX_PORTION, 4 * length));
    }

    static void walk(String text, NGramSizes sizes, Segmentation segmentation, Sink sink) {
        String normalized = TextNormalizer.normalize(text);
        new NGrams(sizes, segmentation, normalized.length(), sink).walk(normalized);
    }

    private void walk(String text) {
        boolean inside = false; // of a run of characters that no space or symbol interrupts
        boolean letters = false; // whether that run is one of letters, digits and marks
        boolean alone = false; // whether the word so far is a letter that is a word of its own
        long word = FNV_OFFSET;
        int previous = 0;
        for (int i = 0, next; i < text.length(); i = next) {
            int c = text.codePointAt(i);
            next = i + Character.charCount(c);
            if (inside && (letters ? isInsideWord(c) : isAttached(c) || previous == JOINER)) {
                boolean own = splits && letters && isUnspaced(c);
                if ((alone || own) && !isAttached(c)) {
                    addWord(word, i, false);
                    word = FNV_OFFSET;
                    alone = own;
                }
                word = (word ^ c) * FNV_PRIME;
                addChar(c);
            } else {
                if (inside) {
                    addWord(word, i, true);
                    addChar('>');
                }
                inside = c != ' ';
                if (inside) {
                    letters = isWordPart(c) || c == '#' || c == '@';
                    alone = splits && isUnspaced(c);
                    word = (FNV_OFFSET ^ c) * FNV_PRIME;
                    chars.restart();
                    addChar('<');
                    addChar(c);
                }
            }
            previous = c;
        }
        if (inside) {
            addWord(word, text.length(), true);
            addChar('>');
        }
        sink.words(words.hashes, words.size);
        sink.chars(chars.hashes, chars.size);
    }

    private void addWord(long word, int end, boolean endsRun) {
        if (words.isFull()) {
            sink.words(words.hashes, words.size);
            words.size = 0;
        }
        words.add(word);
        sink.wordEnds(end, endsRun);
    }

    private void addChar(int c) {
        if (chars.isFull()) {
            sink.chars(chars.hashes, chars.size);
            chars.size = 0;
        }
        chars.add(c);
    }

    /** Hashes of all n-grams of a sequence, each as soon as its last element is known. */
    private static final class Chain {

        private final int min;
        private final int max;
        private final int kind;

        /** Of the last 0, 1, 2, ... elements, before finishing. */
        private final long[] last;

        private int length;
        private final long[] hashes;
        private int size;

        Chain(int min, int max, int kind, int portion) {
            this.min = min;
            this.max = max;
            this.kind = kind;
            this.last = new long[max + 1];
            this.last[0] = FNV_OFFSET;
            this.hashes = new long[portion + max];
        }

        void restart() {
            length = 0;
        }

        boolean isFull() {
            return size + max > hashes.length;
        }

        void add(long element) {
            length++;
            for (int n = Math.min(max, length); n >= 1; n--) {
                last[n] = (last[n - 1] ^ element) * FNV_PRIME;
                if (n >= min) {
                    hashes[size++] = finish(last[n], kind + n);
                }
            }
        }
    }

    private static boolean isWordPart(int c) {
        return Character.isLetterOrDigit(c) || isAttached(c);
    }

    private static boolean isInsideWord(int c) {
        return isWordPart(c) || c == '\'' || c == '\u2019' || c == '_';
    }

    /**
     * Letters of the scripts whose lines break inside a run of letters (classes ID and SA of UAX 14): after any, or where a
     * dictionary says so.
     */
    private static boolean isUnspaced(int c) {
        if (c < FIRST_UNSPACED || !Character.isLetter(c)) {
            return false;
        }
        return switch (Character.UnicodeScript.of(c)) {
            case HAN,
                    HIRAGANA,
                    KATAKANA,
                    BOPOMOFO,
                    YI,
                    TANGUT,
                    NUSHU,
                    KHITAN_SMALL_SCRIPT,
                    THAI,
                    LAO,
                    KHMER,
                    MYANMAR,
                    TAI_LE,
                    NEW_TAI_LUE,
                    TAI_THAM,
                    TAI_VIET,
                    AHOM -> true;
            default -> false;
        };
    }

    /** Marks and joiners belong to the character before them: accents, vowel signs, the parts of one emoji. */
    private static boolean isAttached(int c) {
        if (c < 0x80) {
            return false; // nearly all characters of most texts
        }
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.FORMAT -> true;
            default -> false;
        };
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
