package io.rapidfit.examples.benchmark;

import io.rapidfit.data.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Texts for programs that measure time and memory: like language, or as awkward as can be. */
final class MadeUpTexts {

    private static final int WORDS = 12;
    private static final int VOCABULARY = 30_000;

    private MadeUpTexts() {}

    static List<Sample> samples(int count, IntFunction<String> text) {
        return IntStream.range(0, count)
                .mapToObj(i -> Sample.of("task", text.apply(i), "label").withId(Integer.toString(i)))
                .toList();
    }

    /**
     * Of twelve words, made of syllables and as frequent as Zipf's law has it; a tenth are copies of others with up to three
     * characters changed.
     */
    static List<Sample> sentences(int count, long seed) {
        Random random = new Random(seed);
        String[] words = new String[VOCABULARY];
        double[] sums = new double[VOCABULARY];
        double sum = 0;
        for (int i = 0; i < VOCABULARY; i++) {
            StringBuilder word = new StringBuilder();
            for (int syllables = 1 + (int) (Math.log(i + 1) / 3.2 + random.nextDouble()); syllables > 0; syllables--) {
                word.append("bcdfghjklmnprstvwz".charAt(random.nextInt(18)));
                word.append("aeiou".charAt(random.nextInt(5)));
                word.append(
                        random.nextInt(3) == 0
                                ? "lmnrst".substring(random.nextInt(6)).substring(0, 1)
                                : "");
            }
            words[i] = word.toString();
            sum += 1.0 / (i + 3);
            sums[i] = sum;
        }
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            if (i > 0 && random.nextInt(10) == 0) {
                texts.add(changed(texts.get(random.nextInt(i)), 1 + random.nextInt(3), random));
            } else {
                List<String> chosen = new ArrayList<>();
                while (chosen.size() < WORDS) {
                    int at = Arrays.binarySearch(sums, random.nextDouble() * sum);
                    chosen.add(words[at >= 0 ? at : -at - 1]);
                }
                texts.add(String.join(" ", chosen));
            }
        }
        return samples(count, texts::get);
    }

    /** With so many characters replaced, by any of 20,000. */
    static String changed(String text, int changes, Random random) {
        StringBuilder changed = new StringBuilder(text);
        for (int i = 0; i < changes; i++) {
            changed.setCharAt(random.nextInt(text.length()), (char) (0x4E00 + random.nextInt(20_000)));
        }
        return changed.toString();
    }

    static String letters(Random random, int length, int first, int different) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(first + random.nextInt(different));
        }
        return text.toString();
    }
}
