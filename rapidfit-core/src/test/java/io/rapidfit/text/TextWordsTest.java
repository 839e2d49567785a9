package io.rapidfit.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.testing.DefaultLocale;
import io.rapidfit.testing.RandomText;
import org.junit.jupiter.api.Test;

class TextWordsTest {

    @Test
    void of_takesRunsOfLettersAndDigits() {
        assertThat(TextWords.of("  Hello, WORLD! (room_12b)\n\u00a0\u00bfOK? "))
                .containsExactly("hello", "world", "room", "12b", "ok");
    }

    @Test
    void of_keepsApostrophesBetweenLetters() {
        assertThat(TextWords.of("'Here\u2019s' the boys' o'clock 5's"))
                .containsExactly("here's", "the", "boys", "o'clock", "5's");
    }

    @Test
    void of_keepsPointsAndCommasBetweenDigits() {
        assertThat(TextWords.of("1,000.50, 3. a.b .5")).containsExactly("1,000.50", "3", "a", "b", "5");
    }

    @Test
    void of_takesLettersOfScriptsWithoutSpacesOneByOne() {
        assertThat(TextWords.of("\u4F60\u597D\uFF0Cabc\u4F60'\u4F60"))
                .containsExactly("\u4F60", "\u597D", "abc", "\u4F60", "\u4F60");
        assertThat(TextWords.of("\uD840\uDC0B\uD840\uDC0B"))
                .containsExactly("\uD840\uDC0B", "\uD840\uDC0B"); // Han beyond 16 bits
        assertThat(TextWords.of("\u0E17\u0E35\u0E48\u0E19\u0E35\u0E48"))
                .containsExactly("\u0E17\u0E35\u0E48", "\u0E19\u0E35\u0E48"); // Thai with marks
        assertThat(TextWords.of("\uC548\uB155 \uD558\uC138\uC694"))
                .containsExactly("\uC548\uB155", "\uD558\uC138\uC694"); // Hangul has spaces
    }

    @Test
    void of_keepsMarksWithTheirLetters() {
        assertThat(TextWords.of("\u0928\u092E\u0938\u094D\u0924\u0947 \u0645\u064F\u062D\u0645\u062F"))
                .containsExactly("\u0928\u092E\u0938\u094D\u0924\u0947", "\u0645\u064F\u062D\u0645\u062F");
    }

    @Test
    void of_findsNoWordsInPunctuationAndEmoji() {
        assertThat(TextWords.of("")).isEmpty();
        assertThat(TextWords.of(" ?! \uD83D\uDE00 ... '")).isEmpty();
    }

    @Test
    void of_isTheSameUnderEveryLocale() throws Exception {
        DefaultLocale.with("tr-TR", () -> assertThat(TextWords.of("INFO I")).containsExactly("info", "i"));
    }

    @Test
    void of_findsTheSameWordsInWhatItFound() {
        RandomText random = new RandomText(5);
        for (int i = 0; i < 2_000; i++) {
            var words = TextWords.of(random.next(30));
            assertThat(TextWords.of(String.join(" ", words))).isEqualTo(words);
        }
    }

    @Test
    void isUnspaced_isSoOfHanKanaAndSomeOfSouthEastAsia() {
        assertThat("\u4F60\u3042\u30A2\u0E01\u0E81\u1780\u1000".codePoints()).allMatch(TextWords::isUnspaced);
        assertThat("az\u0416\u0905\u0627\uAC00".codePoints()).noneMatch(TextWords::isUnspaced);
    }
}
