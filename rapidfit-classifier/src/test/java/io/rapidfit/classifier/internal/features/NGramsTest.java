package io.rapidfit.classifier.internal.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Saved models contain the hashes, so they are compared with a plain way to get them, and with some written down. */
class NGramsTest {

    private static final NGramSizes ALL = new NGramSizes(2, 2, 4);

    /** What the first version of this library gave. */
    @Test
    void walk_givesTheHashesOfTheFirstVersion() {
        Hashes english = Hashes.of("hi there", new NGramSizes(2, 3, 3));
        assertThat(english.words)
                .containsExactlyInAnyOrder(7539130014601137618L, -5893460590997757660L, 2982832418521059755L);
        assertThat(english.chars) // <hi hi> <th the her ere re>
                .containsExactlyInAnyOrder(
                        5310242176758288545L,
                        -2113376297138501802L,
                        -5536822193437841768L,
                        -1512254645804381233L,
                        2216162079745653665L,
                        -5077749728149916603L,
                        1440174404451223217L);

        Hashes others = Hashes.of("\u4f60 \ud83d\ude00", new NGramSizes(2, 3, 3));
        assertThat(others.words)
                .containsExactlyInAnyOrder(-6927208707827685111L, 2323775047189689456L, 1534866003701751142L);
        assertThat(others.chars).containsExactlyInAnyOrder(8666458653644516643L, -996462757404159409L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a",
                "where is the parcel, I need it NOW!!!",
                "I don't know @you #tag snake_case 3.14 '_'",
                "Stra\u00dfe caf\u00e9 cafe\u0301 \ufb01ne",
                "\u0645\u064e\u0631\u0652\u062d\u064e\u0628\u064b\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645",
                "\u0928\u092e\u0938\u094d\u0924\u0947",
                "\ud83d\udc69\u200d\ud83d\udcbb 1\ufe0f\u20e3 \ud83d\ude00\ud83d\ude80 \u200d x\u200d y",
                "\ud800 a\udc00b \u0000\u00ad",
            })
    void walk_findsTheNGramsOfThePlainWay(String text) {
        assertSameAsPlain(text, ALL);
        assertSameAsPlain(text, new NGramSizes(1, 1, 1));
        assertSameAsPlain(text, new NGramSizes(5, 8, 8));
        assertSameAsPlain(text, new NGramSizes(3, 2, 0));
    }

    @Test
    void walk_findsTheNGramsOfThePlainWay_inRandomTexts() {
        Random random = new Random(3);
        String pieces = " .,'_#@!ab1\u00e9\u0301\u200d\ufe0f\u0645\u064e\u0928\u094d\u00ad\u2019\u20e3";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(30); length > 0; length--) {
                if (random.nextInt(4) == 0) {
                    text.appendCodePoint(random.nextInt(0x2000)); // alphabets with spaces, and symbols
                } else if (random.nextInt(8) == 0) {
                    text.appendCodePoint(0x1F300 + random.nextInt(0x400));
                } else {
                    text.append(pieces.charAt(random.nextInt(pieces.length())));
                }
            }
            assertSameAsPlain(
                    text.toString(),
                    new NGramSizes(1 + random.nextInt(3), 1 + random.nextInt(2), 2 + random.nextInt(4)));
        }
    }

    @Test
    void walk_findsTheNGramsOfThePlainWay_inALongText() {
        String text = "the quick brown fox, jumps! ".repeat(1000) + "x".repeat(20_000) + " .".repeat(5000);
        assertSameAsPlain(text, ALL);
        assertSameAsPlain(text, new NGramSizes(5, 1, 8));
    }

    /** A text of any length is handed on in pieces of the same few kilobytes. */
    @Test
    void walk_handsOnSmallPortions() {
        int[] largest = new int[1];
        NGrams.walk("all the words of a long text ".repeat(10_000), ALL, new NGrams.Sink() {
            @Override
            public void words(long[] hashes, int count) {
                largest[0] = Math.max(largest[0], hashes.length);
            }

            @Override
            public void chars(long[] hashes, int count) {
                largest[0] = Math.max(largest[0], hashes.length);
            }
        });
        assertThat(largest[0]).isBetween(1, 2000);
    }

    private static void assertSameAsPlain(String text, NGramSizes sizes) {
        Hashes actual = Hashes.of(text, sizes);
        Hashes expected = plain(text, sizes);
        if (!actual.sorted().equals(expected.sorted())) { // an assertion only here: it takes long
            assertThat(actual.words).as(text).containsExactlyInAnyOrderElementsOf(expected.words);
            assertThat(actual.chars).as(text).containsExactlyInAnyOrderElementsOf(expected.chars);
        }
    }

    private record Hashes(List<Long> words, List<Long> chars) {

        static Hashes of(String text, NGramSizes sizes) {
            Hashes all = new Hashes(new ArrayList<>(), new ArrayList<>());
            NGrams.walk(text, sizes, new NGrams.Sink() {
                @Override
                public void words(long[] hashes, int count) {
                    Arrays.stream(hashes, 0, count).forEach(all.words::add);
                }

                @Override
                public void chars(long[] hashes, int count) {
                    Arrays.stream(hashes, 0, count).forEach(all.chars::add);
                }
            });
            return all;
        }

        List<List<Long>> sorted() {
            return List.of(
                    words.stream().sorted().toList(), chars.stream().sorted().toList());
        }
    }

    /** All words first, then all n-grams of each, each hashed from its start. */
    private static Hashes plain(String text, NGramSizes sizes) {
        List<int[]> words = words(TextNormalizer.normalize(text).codePoints().toArray());
        long[] wordHashes = words.stream().mapToLong(w -> fnv(w, 0, w.length)).toArray();
        Hashes all = new Hashes(new ArrayList<>(), new ArrayList<>());
        for (int w = 0; w < wordHashes.length; w++) {
            for (int n = 1; n <= sizes.maxWords() && w + n <= wordHashes.length; n++) {
                long hash = FNV_OFFSET;
                for (int i = w; i < w + n; i++) {
                    hash = (hash ^ wordHashes[i]) * FNV_PRIME;
                }
                all.words.add(finish(hash, n));
            }
        }
        for (int[] word : words) {
            int[] marked = new int[word.length + 2];
            marked[0] = '<';
            System.arraycopy(word, 0, marked, 1, word.length);
            marked[word.length + 1] = '>';
            for (int start = 0; start < marked.length; start++) {
                for (int n = sizes.minChars(); n <= sizes.maxChars() && start + n <= marked.length; n++) {
                    all.chars.add(finish(fnv(marked, start, start + n), 100 + n));
                }
            }
        }
        return all;
    }

    private static List<int[]> words(int[] chars) {
        List<int[]> words = new ArrayList<>();
        for (int i = 0; i < chars.length; ) {
            int start = i++;
            if (chars[start] == ' ') {
                continue;
            }
            boolean word = isWordPart(chars[start]) || chars[start] == '#' || chars[start] == '@';
            while (i < chars.length && (word ? isInside(chars[i]) : isAttached(chars[i]) || chars[i - 1] == 0x200D)) {
                i++;
            }
            words.add(Arrays.copyOfRange(chars, start, i));
        }
        return words;
    }

    private static boolean isWordPart(int c) {
        return Character.isLetterOrDigit(c) || isAttached(c);
    }

    private static boolean isInside(int c) {
        return isWordPart(c) || c == '\'' || c == '\u2019' || c == '_';
    }

    private static boolean isAttached(int c) {
        return List.of(
                        (int) Character.NON_SPACING_MARK,
                        (int) Character.COMBINING_SPACING_MARK,
                        (int) Character.ENCLOSING_MARK,
                        (int) Character.FORMAT)
                .contains(Character.getType(c));
    }

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private static long fnv(int[] elements, int start, int end) {
        long hash = FNV_OFFSET;
        for (int i = start; i < end; i++) {
            hash = (hash ^ elements[i]) * FNV_PRIME;
        }
        return hash;
    }

    private static long finish(long hash, int kind) {
        long h = hash ^ kind * 0x9e3779b97f4a7c15L;
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        h ^= h >>> 33;
        return h == 0 ? 1 : h;
    }
}
