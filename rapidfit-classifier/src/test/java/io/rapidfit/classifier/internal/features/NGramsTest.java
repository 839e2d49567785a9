package io.rapidfit.classifier.internal.features;

import static io.rapidfit.classifier.internal.features.Segmentation.RUNS;
import static io.rapidfit.classifier.internal.features.Segmentation.SCRIPTS;
import static java.lang.Character.UnicodeScript.AHOM;
import static java.lang.Character.UnicodeScript.BOPOMOFO;
import static java.lang.Character.UnicodeScript.HAN;
import static java.lang.Character.UnicodeScript.HIRAGANA;
import static java.lang.Character.UnicodeScript.KATAKANA;
import static java.lang.Character.UnicodeScript.KHITAN_SMALL_SCRIPT;
import static java.lang.Character.UnicodeScript.KHMER;
import static java.lang.Character.UnicodeScript.LAO;
import static java.lang.Character.UnicodeScript.MYANMAR;
import static java.lang.Character.UnicodeScript.NEW_TAI_LUE;
import static java.lang.Character.UnicodeScript.NUSHU;
import static java.lang.Character.UnicodeScript.TAI_LE;
import static java.lang.Character.UnicodeScript.TAI_THAM;
import static java.lang.Character.UnicodeScript.TAI_VIET;
import static java.lang.Character.UnicodeScript.TANGUT;
import static java.lang.Character.UnicodeScript.THAI;
import static java.lang.Character.UnicodeScript.YI;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Saved models contain the hashes, so they are compared with a plain way to get them, and with some written down. */
class NGramsTest {

    private static final NGramSizes ALL = new NGramSizes(2, 2, 4);

    /** What the first version of this library gave. */
    @Test
    void walk_givesTheHashesOfTheFirstVersion() {
        Hashes english = Hashes.of("hi there", new NGramSizes(2, 3, 3), RUNS);
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

        Hashes others = Hashes.of("\u4f60 \ud83d\ude00", new NGramSizes(2, 3, 3), RUNS);
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
                "\u6211\u7684iPhone\u5728\u54ea\u91cc\uff1f3\u67085\u65e5 #\u4f60\u597d \u4f60_'\u597d",
                "\u30b3\u30fc\u30d2\u30fc\u3092\u98f2\u307f\u307e\u3059 \uff8a\uff9f\uff9d",
                "\u0e01\u0e33\u0e25\u0e31\u0e07\u0e44\u0e1b\u0e17\u0e35\u0e48 \u0e51\u0e52",
                "\u1781\u17d2\u1798\u17c2\u179a \u1019\u103c\u1014\u103a\u1019\u102c \u0ea5\u0eb2\u0ea7",
                "\ud55c\uad6d\uc5b4 \u0f56\u0f7c\u0f51\u0f0b\u0f61\u0f72\u0f42",
                "\ud840\udc00\ud840\udc01\ufe00x", // Han beyond 16 bits
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
                    text.appendCodePoint(random.nextInt(0x3200)); // alphabets, Thai to Khmer, kana, symbols
                } else if (random.nextInt(8) == 0) {
                    text.appendCodePoint(0x4e00 + random.nextInt(0x5200)); // Han
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
        NGrams.walk("all the words of a long text ".repeat(10_000), ALL, SCRIPTS, new NGrams.Sink() {
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
        for (Segmentation segmentation : Segmentation.values()) {
            Hashes actual = Hashes.of(text, sizes, segmentation);
            Hashes expected = plain(text, sizes, segmentation);
            if (!actual.sorted().equals(expected.sorted())) { // an assertion only here: it takes long
                assertThat(actual.words).as(text).containsExactlyInAnyOrderElementsOf(expected.words);
                assertThat(actual.chars).as(text).containsExactlyInAnyOrderElementsOf(expected.chars);
            }
        }
    }

    private record Hashes(List<Long> words, List<Long> chars) {

        static Hashes of(String text, NGramSizes sizes, Segmentation segmentation) {
            Hashes all = new Hashes(new ArrayList<>(), new ArrayList<>());
            NGrams.walk(text, sizes, segmentation, new NGrams.Sink() {
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
    private static Hashes plain(String text, NGramSizes sizes, Segmentation segmentation) {
        List<int[]> runs = runs(TextNormalizer.normalize(text).codePoints().toArray());
        long[] wordHashes = runs.stream()
                .flatMap(run -> segmentation == RUNS ? Stream.of(run) : words(run).stream())
                .mapToLong(w -> fnv(w, 0, w.length))
                .toArray();
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
        for (int[] word : runs) {
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

    /** A run of letters, cut before and after each letter of a script without spaces, marks included. */
    private static List<int[]> words(int[] run) {
        List<int[]> words = new ArrayList<>();
        if (!isWordPart(run[0]) && run[0] != '#' && run[0] != '@') {
            return List.of(run);
        }
        int start = 0;
        int base = run[0];
        for (int i = 1; i < run.length; i++) {
            if (!isAttached(run[i])) {
                if (isUnspaced(base) || isUnspaced(run[i])) {
                    words.add(Arrays.copyOfRange(run, start, i));
                    start = i;
                }
                base = run[i];
            }
        }
        words.add(Arrays.copyOfRange(run, start, run.length));
        return words;
    }

    private static boolean isUnspaced(int c) {
        return Character.isLetter(c) && UNSPACED.contains(Character.UnicodeScript.of(c));
    }

    private static final Set<Character.UnicodeScript> UNSPACED = Set.of(
            HAN,
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
            AHOM);

    private static List<int[]> runs(int[] chars) {
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
