package io.rapidfit.check;

import io.rapidfit.check.TemplateMatcher.Rule;
import io.rapidfit.data.Conversation;
import io.rapidfit.data.Example;
import io.rapidfit.data.Item;
import io.rapidfit.internal.Require;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * Finds texts that follow a template: phrases and regular expressions that are given, and phrases with gaps that many of the
 * texts share, which nobody has to name.
 *
 * <pre>{@code
 * Templates templates = Templates.builder().phrase("let me know if you need anything else").build();
 * TemplateReport report = templates.find(answers);
 * report.display(System.out);                      // "here's the information you requested for ... from", mined, 120 texts
 * Optional<Template> again = report.matching(newAnswer);
 * }</pre>
 *
 * <p>Phrases are compared in the words that {@link io.rapidfit.text.TextWords} finds: case, white space and punctuation do not
 * count. A phrase stands anywhere in a text, and where it has a gap, any number of words may stand.
 *
 * <p>What is mined are words in one order, some of them neighbours, such that
 * <ul>
 *   <li>enough texts have them: {@code minCount}, and {@code minShare} of all;
 *   <li>they are at least {@code minWords};
 *   <li>they belong together: of the texts that have some two neighbouring words of it, nine tenths have each of the others, and
 *       three quarters have all. Of those with "how do", few go on alike;
 *   <li>they are no common words: the surprisal of the different ones comes to 25 bits. That of a word is {@code log2((n + 50) /
 *       (k + 1))} where {@code k} of the {@code n} texts without those two neighbours have it, so the openings of ordinary
 *       questions stay below.
 * </ul>
 *
 * <p>How much of a text a template covers does not matter: the opening of a long answer is one too. In scripts without spaces a
 * letter is half a word. Of a text with more than 256 words the first and the last 128 are mined. A template is not named if
 * fewer than a tenth of its texts, or fewer than it needs, match no other that was named before: so one of the same texts'
 * shorter and longer forms is named.
 *
 * <p>Time grows with the length of the texts. The same texts in the same order give the same templates. Immutable and
 * thread-safe.
 */
public final class Templates implements Check {

    private static final String NAME = "templates";

    /** Share of a template's texts that match no other. */
    private static final double MIN_FRESH = 0.1;

    private static final int EXAMPLES = 3;

    private final List<Rule> given;
    private final boolean mine;
    private final int minCount;
    private final double minShare;
    private final int minWords;

    private Templates(Builder builder) {
        this.given = new ArrayList<>(builder.phrases);
        this.given.addAll(builder.expressions);
        this.mine = builder.mine;
        this.minCount = builder.minCount;
        this.minShare = builder.minShare;
        this.minWords = builder.minWords;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Finds templates in texts; blank ones match none. */
    public TemplateReport find(List<String> texts) {
        Require.nonNull("texts", texts).forEach(text -> Require.nonNull("text", text));
        Map<Rule, BitSet> found = new LinkedHashMap<>(matches(given, texts));
        if (mine) {
            addMined(found, texts);
        }
        List<Template> templates = new ArrayList<>();
        found.forEach((rule, matching) -> templates.add(template(rule, matching, texts)));
        return new TemplateReport(texts.size(), templates, new TemplateMatcher(List.copyOf(found.keySet())));
    }

    private void addMined(Map<Rule, BitSet> found, List<String> texts) {
        int needed = Math.max(minCount, (int) Math.ceil(minShare * texts.size()));
        List<Rule> candidates = new TemplateMiner(texts, needed, minWords)
                .candidates().stream().map(Rule::mined).toList();
        BitSet explained = new BitSet();
        found.values().forEach(explained::or);
        matches(candidates, texts).entrySet().stream()
                .sorted(Comparator.comparingDouble(Templates::wordsExplained)
                        .reversed()
                        .thenComparing(e -> e.getKey().form()))
                .forEach(e -> {
                    BitSet fresh = (BitSet) e.getValue().clone();
                    fresh.andNot(explained);
                    if (fresh.cardinality()
                            >= Math.max(needed, MIN_FRESH * e.getValue().cardinality())) {
                        explained.or(fresh);
                        found.put(e.getKey(), e.getValue());
                    }
                });
    }

    private static double wordsExplained(Map.Entry<Rule, BitSet> e) {
        double words = e.getKey().phrases().stream()
                .flatMap(List::stream)
                .mapToDouble(TemplateMiner::weight)
                .sum();
        return words * e.getValue().cardinality();
    }

    private static Map<Rule, BitSet> matches(List<Rule> rules, List<String> texts) {
        Map<Rule, BitSet> matches = new LinkedHashMap<>();
        List<BitSet> byRule = rules.stream()
                .map(rule -> matches.computeIfAbsent(rule, r -> new BitSet()))
                .toList();
        TemplateMatcher matcher = new TemplateMatcher(rules);
        for (int i = 0; i < texts.size() && !rules.isEmpty(); i++) {
            int text = i;
            matcher.matching(texts.get(i)).stream()
                    .forEach(rule -> byRule.get(rule).set(text));
        }
        return matches;
    }

    private static Template template(Rule rule, BitSet matching, List<String> texts) {
        return new Template(
                rule.source(),
                rule.form(),
                matching.stream().boxed().toList(),
                texts.isEmpty() ? 0 : (double) matching.cardinality() / texts.size(),
                matching.stream()
                        .mapToObj(texts::get)
                        .distinct()
                        .limit(EXAMPLES)
                        .toList());
    }

    /**
     * One finding for each example, in their order. A {@link Conversation} is judged by its response, an {@link Item} by its
     * {@code response} if it has one, and any other by all of its text. All are searched together, whatever their task or kind.
     * An example that matches a template fails with a score of 0; the first that it matches stands in the reason, and in the
     * metadata as {@code template}, with its {@code source} in lower case and its {@code count}.
     */
    @Override
    public List<Finding> check(Collection<? extends Example> examples) {
        List<String> ids = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (Example example : Require.nonNull("examples", examples)) {
            ids.add(Require.nonNull("example", example).id());
            texts.add(example.field("response").orElseGet(() -> written(example)));
        }
        List<Template> templates = find(texts).templates();
        List<Finding> findings = new ArrayList<>();
        ids.forEach(id -> findings.add(Finding.pass(NAME, id)));
        for (int t = templates.size() - 1; t >= 0; t--) { // backwards: the first that a text matches is set last
            Template template = templates.get(t);
            template.texts().forEach(i -> findings.set(i, finding(ids.get(i), template)));
        }
        return findings;
    }

    /** What is the same in all chats is what the people and tools in them say, and no template of the model's. */
    private static String written(Example example) {
        return example instanceof Conversation ? "" : example.text();
    }

    private static Finding finding(String id, Template template) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("template", template.form());
        metadata.put("source", template.source().name().toLowerCase(Locale.ROOT));
        metadata.put("count", String.valueOf(template.count()));
        return new Finding(
                NAME,
                id,
                Finding.Verdict.FAIL,
                OptionalDouble.of(0),
                "matches the template \"%s\", as %s texts do".formatted(template.form(), template.count()),
                metadata);
    }

    /** Not thread-safe. */
    public static final class Builder {

        private final List<Rule> phrases = new ArrayList<>();
        private final List<Rule> expressions = new ArrayList<>();
        private boolean mine = true;
        private int minCount = 5;
        private double minShare = 0.005;
        private int minWords = 5;

        private Builder() {}

        /**
         * Words to look for, side by side; call it again for others. An ellipsis between them, or three points, is a gap. Adding
         * one twice is the same as adding it once.
         *
         * @throws IllegalArgumentException if it has no word
         */
        public Builder phrase(String phrase) {
            phrases.add(Rule.phrase(Require.notBlank("phrase", phrase)));
            return this;
        }

        /**
         * An expression to be found somewhere in the text as it is written, so that case counts unless it says otherwise; call
         * it again for others. How long it takes to match is up to the expression.
         */
        public Builder expression(Pattern expression) {
            expressions.add(Rule.expression(Require.nonNull("expression", expression)));
            return this;
        }

        /** Whether to look for what texts share, besides what is given. Defaults to true. */
        public Builder mine(boolean mine) {
            this.mine = mine;
            return this;
        }

        /** The least number of texts that share a mined template, at least 2. Defaults to 5. */
        public Builder minCount(int minCount) {
            this.minCount = (int) Require.atLeast("minCount", minCount, 2);
            return this;
        }

        /** The least share of the texts that share a mined template, from 0 to 1. Defaults to 0.005. */
        public Builder minShare(double minShare) {
            this.minShare = Require.inRange("minShare", minShare, 0, 1);
            return this;
        }

        /** The least number of words in a mined template, gaps left out; at least 2. Defaults to 5. */
        public Builder minWords(int minWords) {
            this.minWords = (int) Require.atLeast("minWords", minWords, 2);
            return this;
        }

        /** @throws IllegalStateException if there is nothing to look for */
        public Templates build() {
            if (!mine && phrases.isEmpty() && expressions.isEmpty()) {
                throw new IllegalStateException(
                        "nothing to look for: give a phrase or an expression, or do not turn mining off");
            }
            return new Templates(this);
        }
    }
}
