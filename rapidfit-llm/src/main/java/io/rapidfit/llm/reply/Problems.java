package io.rapidfit.llm.reply;

import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.List;

/** Sentences for the model. Only the first few are kept: a reply that is wrong throughout need not be told so 1,000 times. */
final class Problems {

    private static final int MAX = 10;
    private static final int MAX_LENGTH = 400;

    private final List<String> first = new ArrayList<>();
    private int count;

    void add(String sentence) {
        String clipped = clip(sentence, MAX_LENGTH);
        if (!first.contains(clipped) && count++ < MAX) {
            first.add(clipped);
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    List<String> toList() {
        if (count <= MAX) {
            return List.copyOf(first);
        }
        List<String> listed = new ArrayList<>(first.subList(0, MAX - 1));
        listed.add("There are %d more problems like these.".formatted(count - listed.size()));
        return List.copyOf(listed);
    }

    /** In quotation marks, on one line, not too long. */
    static String quote(String text) {
        return '"' + clip(text, 60) + '"';
    }

    static String clip(String text, int max) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), max) + 1);
        for (int i = 0; i < text.length() && i < max; i++) {
            char c = text.charAt(i);
            out.append(Character.isISOControl(c) ? ' ' : c);
        }
        if (text.length() > max) {
            if (Character.isHighSurrogate(out.charAt(max - 1))) {
                out.setLength(max - 1); // not half of a character
            }
            out.append('\u2026');
        }
        return TextNormalizer.wellFormed(out.toString());
    }
}
