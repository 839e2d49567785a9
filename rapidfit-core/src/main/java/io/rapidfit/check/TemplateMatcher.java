package io.rapidfit.check;

import io.rapidfit.text.TextNormalizer;
import io.rapidfit.text.TextWords;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells which rules a text matches, without trying each: a phrase is tried where the text has its longest word. */
final class TemplateMatcher {

    static final String GAP = "\u2026";

    /** What a gap is after normalising; people write more points, too. */
    private static final Pattern POINTS = Pattern.compile("\\.{3,}");

    /**
     * What to look for.
     *
     * @param phrases stand in a text in this order, with or without words between them; none for an expression
     * @param expression is found somewhere in the text as it is written; null for phrases
     */
    record Rule(
            Template.Source source,
            String form,
            List<List<String>> phrases,
            @Nullable Pattern expression) {

        /** @throws IllegalArgumentException if the phrase has no word */
        static Rule phrase(String form) {
            List<List<String>> phrases = POINTS.splitAsStream(TextNormalizer.normalize(form))
                    .map(TextWords::of)
                    .filter(words -> !words.isEmpty())
                    .toList();
            if (phrases.isEmpty()) {
                throw new IllegalArgumentException("phrase must have a word but was \"" + form + "\"");
            }
            return new Rule(Template.Source.PHRASE, form, phrases, null);
        }

        static Rule expression(Pattern pattern) {
            return new Rule(Template.Source.EXPRESSION, pattern.pattern(), List.of(), pattern);
        }

        static Rule mined(List<List<String>> phrases) {
            String form = phrases.stream().map(Rule::written).collect(Collectors.joining(" " + GAP + " "));
            return new Rule(Template.Source.MINED, form, phrases, null);
        }

        private static String written(List<String> words) {
            StringBuilder out = new StringBuilder(words.get(0));
            for (int i = 1; i < words.size(); i++) {
                boolean spaced = !TextWords.isUnspaced(words.get(i - 1).codePointAt(0))
                        || !TextWords.isUnspaced(words.get(i).codePointAt(0));
                out.append(spaced ? " " : "").append(words.get(i));
            }
            return out.toString();
        }

        boolean isIn(List<String> words) {
            int from = 0;
            for (List<String> phrase : phrases) {
                int at = Collections.indexOfSubList(words.subList(from, words.size()), phrase);
                if (at < 0) {
                    return false;
                }
                from += at + phrase.size();
            }
            return true;
        }
    }

    private final List<Rule> rules;
    private final Map<String, List<Integer>> byWord = new HashMap<>();
    private final List<Integer> expressions = new ArrayList<>();

    TemplateMatcher(List<Rule> rules) {
        this.rules = List.copyOf(rules);
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).expression() != null) {
                expressions.add(i);
                continue;
            }
            String longest = rules.get(i).phrases().stream()
                    .flatMap(List::stream)
                    .max(Comparator.comparingInt(String::length))
                    .orElseThrow();
            byWord.computeIfAbsent(longest, word -> new ArrayList<>()).add(i);
        }
    }

    /** The indices of the rules that the text matches. */
    BitSet matching(String text) {
        BitSet matching = new BitSet();
        for (int i : expressions) {
            Pattern expression = rules.get(i).expression();
            matching.set(i, expression != null && expression.matcher(text).find());
        }
        List<String> words = byWord.isEmpty() ? List.of() : TextWords.of(text);
        BitSet tried = new BitSet();
        for (String word : words) {
            for (int i : byWord.getOrDefault(word, List.of())) {
                if (!tried.get(i)) {
                    tried.set(i);
                    matching.set(i, rules.get(i).isIn(words));
                }
            }
        }
        return matching;
    }
}
