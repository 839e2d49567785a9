package io.rapidfit.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.testing.DefaultLocale;
import io.rapidfit.testing.RandomText;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextNormalizerTest {

    @ParameterizedTest
    @CsvSource({
        "Cafe\u0301, caf\u00E9", // composed
        "\uFB01ne, fine", // the ligature fi
        "\uFF21\uFF22\uFF11, ab1", // full width
        "\u2460, 1", // circled
        "\u212B, \u00E5", // the sign for Angstrom is the letter
        "\uFE8F, \u0628", // an Arabic presentation form is the letter
    })
    void normalize_appliesNfkc(String text, String expected) {
        assertThat(TextNormalizer.normalize(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "HELLO, hello",
        "STRASSE, stra\u00DFe",
        "STRA\u1E9EE, strasse", // the capital sharp s
        "\u039F\u0394\u039F\u03A3, \u03BF\u03B4\u03BF\u03C2", // final sigma
        "\u039F\u0394\u039F\u03A3, \u03BF\u03B4\u03BF\u03C3", // the same with a medial one
        "\u00C9T\u00C9, \u00E9t\u00E9",
        "\u01C6, \u01C5", // a title case digraph
        "\u0130stanbul, i\u0307stanbul",
    })
    void normalize_foldsCase(String one, String other) {
        assertThat(TextNormalizer.normalize(one)).isEqualTo(TextNormalizer.normalize(other));
    }

    @Test
    void normalize_keepsDifferentTextsApart() {
        assertThat(TextNormalizer.normalize("resume")).isNotEqualTo(TextNormalizer.normalize("r\u00E9sum\u00E9"));
        assertThat(TextNormalizer.normalize("good!")).isNotEqualTo(TextNormalizer.normalize("good"));
        assertThat(TextNormalizer.normalize("a b")).isNotEqualTo(TextNormalizer.normalize("ab"));
    }

    @Test
    void normalize_doesNotDependOnTheDefaultLocale() throws Exception {
        String text = "TITLE I \u0130 \u0131 i";
        String expected = TextNormalizer.normalize(text);

        DefaultLocale.with("tr-TR", () -> {
            assertThat(TextNormalizer.normalize(text)).isEqualTo(expected);
            assertThat(TextNormalizer.normalize("TITLE")).isEqualTo("title");
        });
        DefaultLocale.with(
                "ar-EG", () -> assertThat(TextNormalizer.normalize(text)).isEqualTo(expected));
    }

    /** Everything that Unicode calls White_Space. */
    @ParameterizedTest
    @ValueSource(
            ints = {
                0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005,
                0x2006, 0x2007, 0x2008, 0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000
            })
    void normalize_takesEveryWhiteSpaceAsOneSpace(int space) {
        String s = Character.toString(space);

        assertThat(TextNormalizer.normalize(s + "a" + s + s + " b" + s)).isEqualTo("a b");
        assertThat(TextNormalizer.normalize(s + s)).isEmpty();
    }

    @Test
    void normalize_ofNothingIsNothing() {
        assertThat(TextNormalizer.normalize("")).isEmpty();
        assertThat(TextNormalizer.normalize(" \n ")).isEmpty();
    }

    @Test
    void normalize_twiceChangesNothing_forEveryCharacter() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (Character.isDefined(c) && Character.getType(c) != Character.PRIVATE_USE) {
                assertIdempotent(Character.toString(c));
                assertIdempotent("A" + Character.toString(c) + "\u0301s");
            }
        }
    }

    @Test
    void normalize_twiceChangesNothing_forRandomTexts() {
        RandomText texts = new RandomText(11);
        for (int i = 0; i < 20_000; i++) {
            assertIdempotent(texts.next(12));
        }
    }

    private static void assertIdempotent(String text) {
        String once = TextNormalizer.normalize(text);
        String twice = TextNormalizer.normalize(once);
        if (!twice.equals(once)) { // an assertion only here: a million of them take long
            assertThat(twice)
                    .as(
                            "normalised again: %s",
                            text.codePoints().mapToObj(Integer::toHexString).toList())
                    .isEqualTo(once);
        }
    }

    /** There is a short way for ASCII: it must lead to the same place. */
    @Test
    void normalize_ofAsciiIsThatOfAnyText() {
        for (char a = 0; a < 0x80; a++) {
            assertShortWay("" + a);
            for (char b = 0; b < 0x82; b++) { // two that are not ASCII as well
                assertShortWay("" + a + b);
                assertShortWay(" " + a + "  " + b + " ");
            }
        }
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(40); length > 0; length--) {
                text.append((char) random.nextInt(random.nextInt(3) == 0 ? 0x21 : 0x80));
            }
            assertShortWay(text.toString());
        }
    }

    private static void assertShortWay(String text) {
        assertThat(TextNormalizer.normalize(text)).isEqualTo(TextNormalizer.normalizeUnicode(text));
    }

    @Test
    void isBlank_isTrueForWhiteSpaceOnly() {
        assertThat(TextNormalizer.isBlank("")).isTrue();
        assertThat(TextNormalizer.isBlank(" \t\u00A0\u3000\u0085")).isTrue();
        assertThat(TextNormalizer.isBlank(" \u200B")).isFalse(); // invisible, but no white space
        assertThat(TextNormalizer.isBlank("  x")).isFalse();
    }

    @Test
    void normalize_takesUnpairedSurrogatesAsTheyAre() {
        assertThat(TextNormalizer.normalize("A\uD800 B")).isEqualTo("a\uD800 b");
    }

    @Test
    void wellFormed_replacesUnpairedSurrogatesOnly() {
        assertThat(TextNormalizer.wellFormed("a\uD83D")).isEqualTo("a\uFFFD");
        assertThat(TextNormalizer.wellFormed("\uDE00b")).isEqualTo("\uFFFDb");
        assertThat(TextNormalizer.wellFormed("\uDE00\uD83D")).isEqualTo("\uFFFD\uFFFD"); // the wrong way round
        assertThat(TextNormalizer.wellFormed("\uD83D\uDE00")).isEqualTo("\uD83D\uDE00");
        assertThat(TextNormalizer.wellFormed("plain")).isEqualTo("plain");
    }
}
