package io.rapidfit.llm.provider;

import java.util.Comparator;
import java.util.List;

/** Values that must not be seen: takes them out of every text that came from outside. Never prints them itself. */
final class Secrets {

    private static final String HIDDEN = "***";

    /** Shorter ones hide nothing and would take words out of texts. */
    private static final int SHORTEST = 8;

    private final List<String> values;

    Secrets(List<String> values) {
        this.values = values.stream()
                .filter(v -> v.length() >= SHORTEST)
                .sorted(Comparator.comparingInt(String::length).reversed()) // one may be a part of another
                .toList();
    }

    /** The text without any of the values. */
    String redact(String text) {
        String redacted = text;
        for (String value : values) {
            redacted = redacted.replace(value, HIDDEN);
        }
        return redacted;
    }

    /** Refuses what cannot travel in a header, without showing it. */
    static String requireHeaderValue(String name, String value) {
        String stripped = value.strip(); // keys from files end in a line break
        if (stripped.isEmpty()) {
            throw new IllegalArgumentException(name + " must not be blank");
        }
        if (!stripped.chars().allMatch(c -> c >= 0x20 && c < 0x7F)) {
            throw new IllegalArgumentException(
                    name + " has a character that cannot travel in a header: was more than the value copied?");
        }
        return stripped;
    }

    @Override
    public String toString() {
        return "Secrets[" + values.size() + "]";
    }
}
