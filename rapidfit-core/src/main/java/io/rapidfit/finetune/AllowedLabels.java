package io.rapidfit.finetune;

import io.rapidfit.text.TextNormalizer;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which labels a strategy lets a model answer, see {@link PromptStrategy}. */
final class AllowedLabels {

    /** Not an apostrophe inside a word. */
    private static final Pattern QUOTED = Pattern.compile(
            "(?<![\\p{L}\\p{N}])(?:\"([^\"\\n]+)\"|'([^'\\n]+)'|`([^`\\n]+)`"
                    + "|\u201C([^\u201D\\n]+)\u201D|\u2018([^\u2019\\n]+)\u2019|\u00AB([^\u00BB\\n]+)\u00BB)(?![\\p{L}\\p{N}])");

    private AllowedLabels() {}

    /**
     * @param member the name of the label in the answer
     * @param labels those of the data
     * @throws IllegalArgumentException naming label and strategy if there is one that is not allowed
     */
    static boolean require(PromptStrategy strategy, String member, Collection<String> labels) {
        Optional<Set<String>> allowed =
                strategy.labels().map(Set::copyOf).or(() -> alternatives(strategy.systemPrompt(), member));
        if (allowed.isEmpty() && !quotesOne(strategy.systemPrompt(), labels)) {
            return false;
        }
        for (String label : labels) {
            if (!allowed.map(set -> set.contains(label)).orElseGet(() -> names(strategy.systemPrompt(), label))) {
                throw new IllegalArgumentException(
                        "label '%s' is none that strategy '%s' allows; %s. Correct the labels, the system prompt, or the parameter \"labels\"."
                                .formatted(
                                        label,
                                        strategy.key(),
                                        allowed.map(set -> "it allows " + new TreeSet<>(set))
                                                .orElse(
                                                        "its system prompt has others of the data in quotes, not this")));
            }
        }
        return true;
    }

    /** Of {@code "member": "a|b"} or {@code "member": "a" | "b"}. A single value is an example and says nothing of others. */
    private static Optional<Set<String>> alternatives(String prompt, String member) {
        Matcher found = Pattern.compile(
                        Pattern.quote("\"" + member + "\"") + "\\s*:\\s*(\"[^\"\\n]*\"(?:\\s*\\|\\s*\"[^\"\\n]*\")*)")
                .matcher(prompt);
        Set<String> alternatives = new LinkedHashSet<>();
        while (found.find()) {
            List<String> values = Arrays.stream(found.group(1).replace("\"", "").split("\\|", -1))
                    .map(String::strip)
                    .toList();
            if (values.size() > 1) {
                alternatives.addAll(values);
            }
        }
        return alternatives.isEmpty() ? Optional.empty() : Optional.of(alternatives);
    }

    private static boolean quotesOne(String prompt, Collection<String> labels) {
        Set<String> quoted = new HashSet<>();
        Matcher found = QUOTED.matcher(prompt);
        while (found.find()) {
            quoted.add(TextNormalizer.normalize(
                    found.group().substring(1, found.group().length() - 1)));
        }
        return labels.stream().map(TextNormalizer::normalize).anyMatch(quoted::contains);
    }

    /** Whether the label stands there, letter by letter, and not as a part of a longer word. */
    private static boolean names(String prompt, String label) {
        return Pattern.compile("(?<![\\p{L}\\p{N}_])" + Pattern.quote(label) + "(?![\\p{L}\\p{N}_])")
                .matcher(prompt)
                .find();
    }
}
