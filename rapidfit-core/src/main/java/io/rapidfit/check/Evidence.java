package io.rapidfit.check;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashSet;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** The words and numbers of texts, to be looked up. Texts that are JSON, or have some for a string, are read as such. */
final class Evidence {

    /** How deep JSON in strings of JSON is read. */
    private static final int MAX_DEPTH = 4;

    /** A number of JSON such as 1.5e3. */
    private static final Pattern EXPONENTIAL = Pattern.compile("-?[0-9.]+[eE][+-]?[0-9]+");

    /** Larger or smaller ones are not reckoned with: they would take many digits. */
    private static final int MAX_EXPONENT = 400;

    private static final BigDecimal TWELVE = BigDecimal.valueOf(12);

    private final Set<String> words = new HashSet<>();
    private final NavigableSet<BigDecimal> numbers = new TreeSet<>(); // by value: 21.0 is 21
    private final Set<Integer> hours = new HashSet<>(); // of the 24

    Evidence(Collection<String> texts) {
        texts.forEach(text -> forEachLeaf(text, (leaf, isValue) -> add(leaf)));
    }

    /** Given each text that is no JSON, and of those that are each name of a member and, as a value, each string and number. */
    static void forEachLeaf(String text, BiConsumer<String, Boolean> action) {
        forEachLeaf(text, false, 0, action);
    }

    private static void forEachLeaf(String text, boolean isValue, int depth, BiConsumer<String, Boolean> action) {
        boolean isJson = depth < MAX_DEPTH
                && mayBeJson(text)
                && JsonLeaves.forEach(
                        text, name -> action.accept(name, false), value -> forEachLeaf(value, true, depth + 1, action));
        if (!isJson) {
            action.accept(text, isValue);
        }
    }

    private static boolean mayBeJson(String text) {
        String stripped = text.strip();
        return stripped.startsWith("{") || stripped.startsWith("[");
    }

    private void add(String text) {
        for (WrittenWord word : WrittenWord.of(text)) {
            word.parts().forEach(this::addWord);
            if (word.parts().size() > 1) {
                words.add(WrittenWord.key(String.join("", word.parts())));
            }
        }
        for (Numeral numeral : Numeral.of(text, false)) {
            numeral.parts().forEach(this::addNumbers);
        }
        if (text.length() <= MAX_EXPONENT && EXPONENTIAL.matcher(text).matches()) {
            addExponential(text);
        }
    }

    private void addWord(String word) {
        words.add(WrittenWord.key(word));
        int start = 0;
        for (int i = 1; i < word.length(); i++) {
            if (Character.isUpperCase(word.charAt(i)) && Character.isLowerCase(word.charAt(i - 1))) {
                words.add(WrittenWord.key(word.substring(start, i))); // "wind" and "Speed" of windSpeed
                start = i;
            }
        }
        words.add(WrittenWord.key(word.substring(start)));
    }

    private void addNumbers(Numeral.Part part) {
        if (part.isHour()) { // its 7 is of one half of the day only, but 13:45 may be minutes
            hours.addAll(part.hours());
            part.readings().stream()
                    .filter(value -> value.compareTo(TWELVE) > 0)
                    .forEach(numbers::add);
        } else {
            numbers.addAll(part.readings());
        }
        part.split().forEach(this::addNumbers);
    }

    private void addExponential(String number) {
        try {
            BigDecimal value = new BigDecimal(number);
            if (Math.abs(value.scale()) <= MAX_EXPONENT) {
                numbers.add(value);
            }
        } catch (NumberFormatException e) {
            // it has two points, or an exponent out of range
        }
    }

    /** Whether all the parts of a number are there. */
    boolean has(Numeral numeral) {
        return numeral.parts().stream().allMatch(this::has);
    }

    private boolean has(Numeral.Part part) {
        return part.readings().stream().anyMatch(value -> part.isTime() ? numbers.contains(value) : has(value))
                || part.hours().stream().anyMatch(hours::contains)
                || (!part.split().isEmpty() && part.split().stream().allMatch(this::has));
    }

    /** As it is, or more exactly: 21.4 for 21. */
    private boolean has(BigDecimal value) {
        if (value.scale() < 0) { // of too many digits to be a rounded one
            return numbers.contains(value);
        }
        BigDecimal half = BigDecimal.valueOf(5, value.scale() + 1);
        BigDecimal nearest = numbers.ceiling(value.subtract(half));
        return nearest != null && nearest.compareTo(value.add(half)) <= 0;
    }

    boolean hasWord(String key) {
        return words.contains(key);
    }
}
