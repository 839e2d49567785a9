package io.rapidfit.classifier.internal.features;

import static io.rapidfit.classifier.internal.features.Segmentation.RUNS;
import static io.rapidfit.classifier.internal.features.Segmentation.SCRIPTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.classifier.internal.features.NamedNGrams.Kind;
import io.rapidfit.classifier.internal.features.NamedNGrams.Named;
import io.rapidfit.classifier.internal.features.NamedNGrams.Place;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NGramNamerTest {

    private static final NGramSizes ALL = new NGramSizes(2, 2, 4);

    @Test
    void name_tellsWordsAndWhereTheirNGramsStand() {
        NamedNGrams names = nameAll("No, NO!", new NGramSizes(2, 3, 3), SCRIPTS);

        assertThat(names.words()).containsExactly("no", ",", "no", "!");
        assertThat(names.known())
                .extracting(n -> n.kind() + " " + n.text() + " " + spans(n))
                .containsExactly( // in order of the last word, of equal ones the longest first
                        "WORDS no [0-0, 2-2]",
                        "WORDS no , [0-1]",
                        "WORDS , [1-1]",
                        "WORDS , no [1-2]",
                        "WORDS no ! [2-3]",
                        "WORDS ! [3-3]",
                        "CHARACTERS <no [0-0, 2-2]",
                        "CHARACTERS no> [0-0, 2-2]",
                        "CHARACTERS <,> [1-1]",
                        "CHARACTERS <!> [3-3]");
    }

    @Test
    void name_ofLettersThatAreWords_tellsWhichOfThemCharactersTouch() {
        NamedNGrams names = nameAll("\u4f60\u597d ok", new NGramSizes(1, 3, 4), SCRIPTS);

        assertThat(names.words()).containsExactly("\u4f60", "\u597d", "ok");
        assertThat(names.known().stream().filter(n -> n.kind() == Kind.CHARACTERS))
                .extracting(n -> n.text() + " " + spans(n))
                .containsExactly(
                        "<\u4f60\u597d [0-1]",
                        "<\u4f60\u597d> [0-1]",
                        "\u4f60\u597d> [0-1]",
                        "<ok [2-2]",
                        "<ok> [2-2]",
                        "ok> [2-2]");
        assertThat(nameAll("\u4f60\u597d ok", ALL, RUNS).words()).containsExactly("\u4f60\u597d", "ok");
    }

    @Test
    void name_leavesOutWhatIsNotKnown() {
        NamedNGrams names = NGramNamer.name("nothing known", ALL, SCRIPTS, hash -> -1);

        assertThat(names.words()).containsExactly("nothing", "known");
        assertThat(names.known()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a",
                "a a a b a a",
                "where is the parcel, I need it NOW!!!",
                "I don't know @you #tag snake_case 3.14 '_'",
                "Stra\u00dfe caf\u00e9 cafe\u0301 \ufb01ne",
                "\u0645\u064e\u0631\u0652\u062d\u064e\u0628\u064b\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645",
                "\ud83d\udc69\u200d\ud83d\udcbb 1\ufe0f\u20e3 \ud83d\ude00\ud83d\ude80 \ud83d\ude00\u200d x\u200d y",
                "\ud800 a\udc00b \u0000\u00ad",
                "\u6211\u7684iPhone\u5728\u54ea\u91cc\uff1f3\u67085\u65e5 #\u4f60\u597d \u4f60_'\u597d",
                "\u0e01\u0e33\u0e25\u0e31\u0e07\u0e44\u0e1b\u0e17\u0e35\u0e48 \u0e51\u0e52",
                "\ud840\udc00\ud840\udc01\ufe00x",
            })
    void name_namesEveryHash(String text) {
        assertEveryHashIsNamed(text, ALL);
        assertEveryHashIsNamed(text, new NGramSizes(1, 1, 1));
        assertEveryHashIsNamed(text, new NGramSizes(5, 8, 8));
        assertEveryHashIsNamed(text, new NGramSizes(3, 2, 0));
    }

    @Test
    void name_namesEveryHash_inRandomTexts() {
        Random random = new Random(7);
        String pieces = "  .,'_#@!ab1\u00e9\u0301\u200d\ufe0f\u0645\u064e\u0928\u094d\u00ad\u2019\u20e3";
        for (int i = 0; i < 5_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(30); length > 0; length--) {
                switch (random.nextInt(8)) {
                    case 0 -> text.appendCodePoint(random.nextInt(0x3200)); // alphabets, Thai to Khmer, kana
                    case 1 -> text.appendCodePoint(0x4e00 + random.nextInt(0x5200)); // Han
                    case 2 -> text.appendCodePoint(0x1F300 + random.nextInt(0x400));
                    case 3 -> text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
                    default -> text.append(pieces.charAt(random.nextInt(pieces.length())));
                }
            }
            assertEveryHashIsNamed(
                    text.toString(),
                    new NGramSizes(1 + random.nextInt(3), 1 + random.nextInt(2), 2 + random.nextInt(4)));
        }
    }

    /** Longer than a portion of hashes. */
    @Test
    void name_namesEveryHash_inALongText() {
        assertEveryHashIsNamed("the fox, jumps! ".repeat(300) + "x".repeat(3000) + " .".repeat(1000), ALL);
    }

    /** Hashes each name anew, and compares how often each hash is named with how often it is walked over. */
    private static void assertEveryHashIsNamed(String text, NGramSizes sizes) {
        for (Segmentation segmentation : Segmentation.values()) {
            Map<Long, Integer> walked = new HashMap<>();
            NGrams.walk(text, sizes, segmentation, new NGrams.Sink() {
                @Override
                public void words(long[] hashes, int count) {
                    chars(hashes, count);
                }

                @Override
                public void chars(long[] hashes, int count) {
                    Arrays.stream(hashes, 0, count).forEach(hash -> walked.merge(hash, 1, Integer::sum));
                }
            });
            Map<Long, Integer> named = new HashMap<>();
            NamedNGrams names = nameAll(text, sizes, segmentation);
            for (Named ngram : names.known()) {
                named.put(hash(ngram, names.words()), ngram.places().size());
                for (Place place : ngram.places()) {
                    List<String> touched = names.words().subList(place.first(), place.last() + 1);
                    boolean fits = ngram.kind() == Kind.WORDS
                            ? ngram.text().equals(String.join(" ", touched))
                            : ("<" + String.join("", touched) + ">").contains(ngram.text());
                    assertThat(fits).as("%s in %s", ngram, names.words()).isTrue();
                }
            }
            assertThat(named).as("%s in %s", segmentation, text).isEqualTo(walked);

            String normalized = TextNormalizer.normalize(text);
            int at = 0;
            for (String word : names.words()) {
                at = normalized.startsWith(" ", at) ? at + 1 : at;
                assertThat(normalized.startsWith(word, at)).isTrue();
                at += word.length();
            }
            assertThat(at).isEqualTo(normalized.length());
        }
    }

    private static NamedNGrams nameAll(String text, NGramSizes sizes, Segmentation segmentation) {
        Map<Long, Integer> rows = new HashMap<>();
        return NGramNamer.name(text, sizes, segmentation, hash -> rows.computeIfAbsent(hash, h -> rows.size()));
    }

    private static List<String> spans(Named ngram) {
        return ngram.places().stream().map(p -> p.first() + "-" + p.last()).toList();
    }

    private static long hash(Named ngram, List<String> words) {
        if (ngram.kind() == Kind.CHARACTERS) {
            int[] chars = ngram.text().codePoints().toArray();
            return finish(fnv(Arrays.stream(chars).asLongStream().toArray()), 100 + chars.length);
        }
        Place place = ngram.places().get(0);
        List<Long> hashes = new ArrayList<>();
        for (String word : words.subList(place.first(), place.last() + 1)) {
            hashes.add(fnv(word.codePoints().asLongStream().toArray()));
        }
        return finish(fnv(hashes.stream().mapToLong(h -> h).toArray()), hashes.size());
    }

    private static long fnv(long[] elements) {
        long hash = 0xcbf29ce484222325L;
        for (long element : elements) {
            hash = (hash ^ element) * 0x100000001b3L;
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
