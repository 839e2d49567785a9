package io.rapidfit.llm.grade;

import io.rapidfit.check.Finding;
import io.rapidfit.data.Example;
import io.rapidfit.internal.Require;
import java.util.Optional;

/**
 * Verifies the answer of a mathematical solution against a reference.
 *
 * <pre>{@code
 * List<Finding> findings = MathematicsCheck.builder().build().check(List.of(
 *         Item.of(Map.of("response", "So the slope is \\boxed{\\frac{1}{2}}.", "reference", "0.5"))));   // passes
 * }</pre>
 *
 * <p>An answer is what is in the last {@code \boxed{}}, else what the last line says: the whole of it, what follows "the answer is",
 * "is", "hence" or the like, its only formula, or the only number of a conclusion ("So there are 12."). References are read in the
 * same way. The finding passes with 1, fails with 0, and is an ERROR where one of the two has no answer that can be read, or no value.
 *
 * <p>Understood are LaTeX and plain text: integers with thousands separators, decimals, fractions, mixed numbers, percentages,
 * scientific notation, ratios, roots, pi, e and i, powers, logarithms ({@code log} is natural), trigonometric functions, absolute
 * values, factorials, binomials; tuples, sets, intervals and their unions, ±, lists of solutions; equations and inequalities.
 *
 * <ul>
 *   <li>Rational numbers are reckoned exactly and must be equal. But a decimal may stand for a value that has no finite one, as
 *       0.333333 does for 1/3, if it is within {@link Builder#tolerance}.
 *   <li>Formulas are compared at 24 points that a fixed seed gives, positive and negative, integers among them (Schwartz 1980, Fast
 *       Probabilistic Algorithms for Verification of Polynomial Identities); those where one has no real value say nothing, so
 *       ln(x^2) and 2 ln(x) are equal. At least 4 must be left.
 *   <li>Equations and inequalities are equal if their differences are proportional; a solved one is its value or interval.
 *   <li>5% is 0.05, not 5. Dollar signs mean nothing. Units are compared as words, where both have one, and never converted.
 *   <li>A single letter is a variable, and an unknown word no mathematics. Out of scope are matrices, sums, integrals, other bases,
 *       repeating decimals and answers in words.
 * </ul>
 *
 * <p>An answer of any size is read in bounded time: it may have 2,000 characters and 64 levels of nesting, exact numbers some 2,500
 * digits, and what is beyond is an ERROR. Immutable and thread-safe.
 */
public final class MathematicsCheck extends ResponseCheck {

    private final String referenceField;
    private final MathComparison comparison;

    private MathematicsCheck(Builder builder) {
        super(builder);
        this.referenceField = builder.referenceField;
        this.comparison = new MathComparison(builder.tolerance);
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    Finding judge(Example example, String response) {
        Optional<String> reference = example.field(referenceField);
        if (reference.isEmpty()) {
            return missing(example, referenceField);
        }
        MathAnswer expected;
        try {
            expected = FinalAnswer.of(reference.get());
        } catch (UnreadableMathException e) {
            return error(example, "the reference cannot be read: " + e.getMessage());
        }
        try {
            return comparison.areEqual(FinalAnswer.of(response), expected)
                    ? pass(example)
                    : fail(example, 0, "the answer is not %s: %s".formatted(end(reference.get()), end(response)));
        } catch (UnreadableMathException e) {
            return error(example, "the answer cannot be read or compared: " + e.getMessage());
        }
    }

    /** Not thread-safe. */
    public static final class Builder extends ResponseCheck.Builder<Builder> {

        private String referenceField = "reference";
        private double tolerance = 5e-6;

        private Builder() {
            super("mathematics");
        }

        @Override
        Builder self() {
            return this;
        }

        /** The path of the field with the right answer. Defaults to {@code reference}. */
        public Builder referenceField(String path) {
            this.referenceField = Require.notBlank("referenceField", path);
            return this;
        }

        /**
         * How far a decimal may be from a value that no finite decimal has, as a share of the larger, from 0 to less than 1. Defaults
         * to 5e-6: about six significant digits.
         */
        public Builder tolerance(double tolerance) {
            this.tolerance = Require.fraction("tolerance", tolerance);
            return this;
        }

        public MathematicsCheck build() {
            return new MathematicsCheck(this);
        }
    }
}
