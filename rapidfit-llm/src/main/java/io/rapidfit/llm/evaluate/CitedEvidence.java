package io.rapidfit.llm.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidfit.data.Example;
import io.rapidfit.internal.Require;
import io.rapidfit.text.TextNormalizer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Checks the evidence that JSON answers cite against what the input has: every reference must be one that is there, and every
 * number one that counting again gives.
 *
 * <pre>{@code
 * EvidenceCheck evidence = CitedEvidence.builder()
 *         .path("items.evidence")
 *         .references(example -> CitedEvidence.numbered("row", rows(example).size()))
 *         .recount((example, evidence) -> recount(rows(example), evidence)) // "17 of 41 reviews": 17.0, 41.0
 *         .build();
 * }</pre>
 *
 * <p>A piece of evidence is each string at a path, or any other value there as JSON. It is right if it
 *
 * <ul>
 *   <li>is one of the references of its example, after {@linkplain TextNormalizer#normalize normalising}, or
 *   <li>holds numbers that {@link Builder#recount} knows, and each is what it says: rounded to as many digits as are written, or
 *       within {@link Builder#tolerance} of it.
 * </ul>
 *
 * <p>Anything else is wrong: a reference out of range, a claim that nobody can count again. So is an answer that holds no JSON,
 * and one that cites nothing where the expected answer cites something. Numbers are written with digits of any script, a point
 * before decimals, commas between thousands or none; digits that follow a letter, as in {@code Q1}, are none.
 *
 * <p>Immutable; thread-safe if its functions are.
 */
public final class CitedEvidence implements EvidenceCheck {

    private static final Pattern NUMBER = Pattern.compile(
            "(?<![\\p{L}\\p{N}_.])-?(?:\\p{Nd}{1,3}(?:,\\p{Nd}{3})+(?![,\\p{Nd}])|\\p{Nd}+)(?:\\.\\p{Nd}+)?");

    private static final BigDecimal HALF = new BigDecimal("0.5");

    private final List<List<String>> paths;
    private final Function<? super Example, ? extends Collection<String>> references;
    private final BiFunction<? super Example, String, List<Double>> recount;
    private final double tolerance;

    private CitedEvidence(Builder builder) {
        this.paths = List.copyOf(builder.paths);
        this.references = builder.references;
        this.recount = builder.recount;
        this.tolerance = builder.tolerance;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The references "row 1" to "row 40", say. */
    public static List<String> numbered(String name, int count) {
        Require.notBlank("name", name);
        Require.atLeast("count", count, 0);
        return IntStream.rangeClosed(1, count).mapToObj(i -> name + " " + i).toList();
    }

    @Override
    public List<String> problems(Example example, String expected, String answer) {
        Optional<JsonNode> json = JsonValues.answered(answer);
        if (json.isEmpty()) {
            return List.of("the answer holds no JSON to cite evidence in");
        }
        List<String> cited = cited(json.get());
        if (cited.isEmpty()) {
            boolean none = JsonValues.expected(expected)
                    .filter(e -> cited(e).isEmpty())
                    .isPresent();
            return none ? List.of() : List.of("the answer cites no evidence");
        }
        Set<String> known = new HashSet<>();
        references.apply(example).forEach(reference -> known.add(TextNormalizer.normalize(reference)));
        List<String> problems = new ArrayList<>();
        for (String evidence : cited) {
            if (!known.contains(TextNormalizer.normalize(evidence))) {
                problems.addAll(claimProblems(example, evidence));
            }
        }
        return List.copyOf(problems);
    }

    private List<String> cited(JsonNode answer) {
        return paths.stream()
                .flatMap(path -> JsonValues.at(answer, path).stream())
                .toList();
    }

    private List<String> claimProblems(Example example, String evidence) {
        List<BigDecimal> claimed = numbers(evidence);
        List<Double> right = recount.apply(example, evidence);
        if (claimed.isEmpty() || right.isEmpty()) {
            return List.of("'%s' is not in the input".formatted(evidence));
        }
        if (claimed.size() != right.size()) {
            return List.of("'%s' has %s numbers, of which %s can be counted again"
                    .formatted(evidence, claimed.size(), right.size()));
        }
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < right.size(); i++) {
            if (!isRight(claimed.get(i), right.get(i))) {
                problems.add("'%s' says %s where the input gives %s"
                        .formatted(evidence, claimed.get(i).toPlainString(), right.get(i)));
            }
        }
        return problems;
    }

    private static List<BigDecimal> numbers(String evidence) {
        List<BigDecimal> numbers = new ArrayList<>();
        Matcher number = NUMBER.matcher(evidence);
        while (number.find()) {
            numbers.add(new BigDecimal(ascii(number.group().replace(",", ""))));
        }
        return numbers;
    }

    /** Digits of any script, also of those that are written as two chars. */
    private static String ascii(String number) {
        return number.codePoints()
                .map(c -> Character.isDigit(c) ? '0' + Character.digit(c, 10) : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private boolean isRight(BigDecimal claimed, double right) {
        if (!Double.isFinite(right)) {
            return false; // such as the share of none
        }
        BigDecimal exact = BigDecimal.valueOf(right);
        BigDecimal rounding = HALF.scaleByPowerOfTen(-claimed.scale());
        BigDecimal allowed = exact.abs().multiply(BigDecimal.valueOf(tolerance)).max(rounding);
        return claimed.subtract(exact).abs().compareTo(allowed) <= 0;
    }

    /** Not thread-safe. */
    public static final class Builder {

        private final List<List<String>> paths = new ArrayList<>();
        private Function<? super Example, ? extends Collection<String>> references = example -> List.of();
        private BiFunction<? super Example, String, List<Double>> recount = (example, evidence) -> List.of();
        private double tolerance;

        private Builder() {}

        /**
         * Where answers cite evidence: names of members, joined by dots; arrays on the way are gone through, element by element.
         * May be called again for another place; at least one is required.
         */
        public Builder path(String path) {
            paths.add(List.of(Require.notBlank("path", path).split("\\.")));
            return this;
        }

        /** The references that an example's input has, such as the numbers of its rows. By default none. */
        public Builder references(Function<? super Example, ? extends Collection<String>> references) {
            this.references = Require.nonNull("references", references);
            return this;
        }

        /**
         * Counts again what evidence claims: given the example and the piece of evidence, the right value for each number in it,
         * in order; an empty list where it is nothing that can be counted. A share in percent is 14, not 0.14, if the evidence
         * says 14%. By default nothing can be.
         */
        public Builder recount(BiFunction<? super Example, String, List<Double>> recount) {
            this.recount = Require.nonNull("recount", recount);
            return this;
        }

        /**
         * How far, as a share of the right value, in [0, 1), a number may be off where rounding does not explain it. Defaults to
         * 0.
         */
        public Builder tolerance(double tolerance) {
            this.tolerance = Require.fraction("tolerance", tolerance);
            return this;
        }

        /** @throws IllegalStateException if there is no path */
        public CitedEvidence build() {
            if (paths.isEmpty()) {
                throw new IllegalStateException("a path is required: CitedEvidence.builder().path(\"items.evidence\")");
            }
            return new CitedEvidence(this);
        }
    }
}
