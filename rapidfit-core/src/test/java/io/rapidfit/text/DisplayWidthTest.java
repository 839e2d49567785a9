package io.rapidfit.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisplayWidthTest {

    @ParameterizedTest
    @CsvSource({
        "abc, 3",
        "'', 0",
        "\u00E9, 1",
        "e\u0301, 1", // combining acute
        "\u4F60\u597D, 4", // Chinese
        "\u3053\u3093, 4", // Japanese
        "\uD55C\uAE00, 4", // Korean syllables
        "\u1112\u1161\u11AB, 2", // one Korean syllable in three parts
        "\uFF21, 2", // full width
        "\uFF71, 1", // half width
        "\u0645\u0631\u062D\u0628\u0627, 5", // Arabic
        "\u0645\u064E\u0631\u0652, 2", // Arabic with vowel signs
        "\u05E9\u05C1, 1", // Hebrew with a dot
        "\u0E01\u0E34, 1", // Thai with a vowel above
        "a\u200Bb, 2", // zero width space
        "\u200Fa, 1", // a direction mark
        "\uD840\uDC0B, 2", // CJK outside the basic plane
    })
    void of_countsColumnsOfScripts(String text, int columns) {
        assertThat(DisplayWidth.of(text)).isEqualTo(columns);
    }

    @ParameterizedTest
    @CsvSource({
        "\uD83D\uDE00, 2", // a face
        "\u2764, 1", // a heart as text
        "\u2764\uFE0F, 2", // and as an emoji
        "1\uFE0F\u20E3, 2", // a keycap
        "\uD83D\uDC4D\uD83C\uDFFD, 2", // thumb with skin tone
        "\uD83C\uDFFD, 2", // skin tone on its own
        "\u261D\uFE0F, 2", // finger
        "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67, 2", // family: three joined
        "\uD83D\uDC69\uD83C\uDFFE\u200D\uD83D\uDCBB, 2", // woman, skin tone, joined computer
        "\uD83C\uDFF3\uFE0F\u200D\uD83C\uDF08, 2", // rainbow flag
        "\uD83C\uDFF4\uDB40\uDC67\uDB40\uDC62\uDB40\uDC65\uDB40\uDC6E\uDB40\uDC67\uDB40\uDC7F, 2", // England
        "\uD83C\uDDF8\uD83C\uDDE6, 2", // a flag is two letters
        "\uD83C\uDDF8\uD83C\uDDE6\uD83C\uDDEA\uD83C\uDDEC, 4", // two flags
        "\uD83D\uDE00\uD83D\uDE00, 4",
        "a\uD83D\uDE00b, 4",
    })
    void of_countsAnEmojiSequenceAsOne(String text, int columns) {
        assertThat(DisplayWidth.of(text)).isEqualTo(columns);
    }

    @ParameterizedTest
    @CsvSource({
        "\uD83E\uDD37\u200D\u2642\uFE0F, 2", // man shrugging
        "\uD83E\uDD26\uD83C\uDFFC\u200D\u2640\uFE0F, 2", // woman facepalming, with skin tone
        "\uD83D\uDC68\u200D\u2695\uFE0F, 2", // man, joined medical sign
        "\u2764\uFE0F\u200D\uD83D\uDD25, 2", // heart on fire
    })
    void of_countsAJoinedTextSignAsPartOfTheEmoji(String text, int columns) {
        assertThat(DisplayWidth.of(text)).isEqualTo(columns);
    }

    @Test
    void of_joinerBetweenLetters_onlyShapesThem() {
        assertThat(DisplayWidth.of("\u0646\u200D\u0645")).isEqualTo(2); // Arabic
        assertThat(DisplayWidth.of("\u0915\u094D\u200D\u0937")).isEqualTo(2); // Devanagari: the virama takes none
    }

    @Test
    void of_controlCharactersCountAsNone() {
        assertThat(DisplayWidth.of("a\n\t\u0000b")).isEqualTo(2);
    }

    @Test
    void of_unpairedSurrogateIsOneColumn() {
        assertThat(DisplayWidth.of("a\uD800")).isEqualTo(2);
    }

    @Test
    void fit_keepsWhatFits() {
        assertThat(DisplayWidth.fit("abcde", 5)).isEqualTo("abcde");
        assertThat(DisplayWidth.fit("\u4F60\u597D", 4)).isEqualTo("\u4F60\u597D");
    }

    @Test
    void fit_cutsAndEndsWithAnEllipsis() {
        assertThat(DisplayWidth.fit("abcdef", 5)).isEqualTo("abcd\u2026");
        // two columns each: the second would end in column 4, and the ellipsis needs one of 4
        assertThat(DisplayWidth.fit("\u4F60\u597D\u4F60", 4)).isEqualTo("\u4F60\u2026");
        assertThat(DisplayWidth.fit("abcdef", 1)).isEqualTo("\u2026");
    }

    @Test
    void fit_leavesNoSpaceBeforeTheEllipsis() {
        assertThat(DisplayWidth.fit("good morning", 6)).isEqualTo("good\u2026");
    }

    @Test
    void fit_neverCutsACharacterOrASequenceInTwo() {
        assertThat(DisplayWidth.fit("\uD83D\uDE00\uD83D\uDE00", 3)).isEqualTo("\uD83D\uDE00\u2026");
        assertThat(DisplayWidth.fit("e\u0301xyz", 2)).isEqualTo("e\u0301\u2026");
        String family = "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67";
        assertThat(DisplayWidth.fit(family + "abc", 3)).isEqualTo(family + "\u2026");
        String flag = "\uD83C\uDDF8\uD83C\uDDE6";
        assertThat(DisplayWidth.fit(flag + "abc", 3)).isEqualTo(flag + "\u2026");
    }

    @Test
    void fit_putsEverythingOnOneLine() {
        assertThat(DisplayWidth.fit("a\nb\tc\u2028d\u0085e", 20)).isEqualTo("a b c d e");
    }

    @Test
    void fit_neverTakesMoreColumnsThanGiven() {
        String text =
                "\u4F60a\uD83D\uDC4D\uD83C\uDFFDe\u0301\uD83C\uDDF8\uD83C\uDDE6\u2764\uFE0F\u0645\u064E\u0631 \u597D";
        for (int columns = 1; columns <= 20; columns++) {
            assertThat(DisplayWidth.of(DisplayWidth.fit(text, columns))).isLessThanOrEqualTo(columns);
        }
    }

    @Test
    void fit_refusesFewerThanOneColumn() {
        assertThatThrownBy(() -> DisplayWidth.fit("abc", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("columns must be at least 1 but was 0");
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void fit_ofMarksHeapedOnOneLetter_isNotQuadratic() {
        String shown = DisplayWidth.fit("a" + "\u0301".repeat(200_000) + "bbbbbbbb", 4);

        assertThat(shown).startsWith("a\u0301").endsWith("\u2026");
        assertThat(DisplayWidth.of(shown)).isLessThanOrEqualTo(4);
    }
}
