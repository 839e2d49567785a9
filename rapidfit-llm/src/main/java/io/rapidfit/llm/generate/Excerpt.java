package io.rapidfit.llm.generate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps what goes into a prompt within bounds, so that no single text can make it endless. */
final class Excerpt {

    private static final int LONGEST_ADVICE = 500;
    private static final int MOST_ADVICE = 12;

    private Excerpt() {}

    /** The text, or its beginning and an ellipsis. */
    static String of(String text, int maxCodePoints) {
        if (text.length() <= maxCodePoints || text.codePointCount(0, text.length()) <= maxCodePoints) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, maxCodePoints)) + "…";
    }

    /** What a model said of a class, to go into another prompt. */
    static Map<String, Object> advice(Map<String, Object> row) {
        Map<String, Object> advice = new LinkedHashMap<>();
        row.forEach((name, value) -> {
            if (value instanceof List<?> list) {
                advice.put(
                        name,
                        list.stream()
                                .limit(MOST_ADVICE)
                                .map(v -> of(String.valueOf(v), LONGEST_ADVICE))
                                .toList());
            } else if (!name.equals("id")) {
                advice.put(name, value instanceof String text ? of(text, LONGEST_ADVICE) : value);
            }
        });
        return advice;
    }
}
