package io.rapidfit.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CharGramsTest {

    @Test
    void of_isTheSetOfAllNGrams() {
        // "banana" has ba an na an na: three different pairs. Each of them is a text of one pair itself.
        assertThat(set("banana", 2)).hasSize(3).isEqualTo(union(set("ba", 2), set("an", 2), set("na", 2)));
    }

    @Test
    void of_ascendsWithoutRepeats() {
        long[] grams = CharGrams.of("the cat that sat at the mat that the cat sat at", 3);

        assertThat(grams).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void of_aShortTextIsOneGram() {
        assertThat(CharGrams.of("abc", 4)).hasSize(1);
        assertThat(CharGrams.of("abcd", 4)).hasSize(1);
        assertThat(CharGrams.of("abcde", 4)).hasSize(2);
        assertThat(CharGrams.of("", 4)).hasSize(1);
        assertThat(set("abc", 4)).doesNotContainAnyElementsOf(set("abcd", 4));
        assertThat(set("ab", 4)).doesNotContainAnyElementsOf(set("abc", 4));
        assertThat(set("", 4)).doesNotContainAnyElementsOf(set("a", 4));
    }

    @Test
    void of_normalises() {
        assertThat(CharGrams.of(" Caf\u00E9\u00A0 NOIR", 4)).isEqualTo(CharGrams.of("cafe\u0301 noir", 4));
    }

    @Test
    void of_takesCodePointsAsCharacters() {
        assertThat(CharGrams.of("\uD83D\uDE00\uD83D\uDE01\uD83D\uDE02", 2)).hasSize(2); // three emoji
        assertThat(CharGrams.of("\uD83D\uDE00", 1)).hasSize(1);
        assertThat(set("\uD83D\uDE00", 1)).doesNotContainAnyElementsOf(set("\uD83D\uDE01", 1));
        assertThat(CharGrams.of("a\uD83D b", 1)).hasSize(4); // an unpaired surrogate is one
    }

    /** All texts of up to four of these characters, some of which differ in one bit or one plane only. */
    @Test
    void of_differsForDifferentTexts() {
        String[] characters = {"a", "b", "\u0000", "\u0001", "\u0628", "\uFFFF", "\uD83D\uDE00", "\uDBFF\uDFFF"};
        Set<String> texts = new LinkedHashSet<>(Set.of(""));
        for (int length = 0; length < 4; length++) {
            Set<String> longer = new LinkedHashSet<>(texts);
            texts.forEach(text -> Arrays.stream(characters).forEach(c -> longer.add(text + c)));
            texts = longer;
        }
        Set<Long> grams = new HashSet<>();
        texts.forEach(text -> grams.addAll(set(text, 4)));

        assertThat(texts).hasSize(1 + 8 + 64 + 512 + 4096);
        assertThat(grams).hasSameSizeAs(texts);
    }

    private static Set<Long> set(String text, int n) {
        return Arrays.stream(CharGrams.of(text, n)).boxed().collect(Collectors.toSet());
    }

    @SafeVarargs
    private static Set<Long> union(Set<Long>... sets) {
        return Arrays.stream(sets).flatMap(Set::stream).collect(Collectors.toSet());
    }
}
