package io.rapidfit.llm.grade;

import io.rapidfit.llm.grade.Expression.Constant;
import io.rapidfit.llm.grade.Expression.Product;
import io.rapidfit.llm.grade.Expression.Sum;
import io.rapidfit.llm.grade.Expression.Variable;
import io.rapidfit.llm.grade.MathAnswer.Alternatives;
import io.rapidfit.llm.grade.MathAnswer.Relation;
import io.rapidfit.llm.grade.MathAnswer.Scalar;
import io.rapidfit.llm.grade.MathAnswer.Sequence;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Whether two answers mean the same. */
final class MathComparison {

    /** Where rounding may have changed more than this share of a value, nothing is known of it. */
    private static final double MAX_UNCERTAINTY = 1e-9;

    private static final int POINTS = 24;

    /** At fewer points with a value on both sides, nothing is known. */
    private static final int MIN_POINTS = 4;

    private static final long SEED = 20_240_229;

    /** Points are fractions with this denominator: a prime, so that few things meet by chance. */
    private static final int GRID = 97;

    private static final Scalar INFINITE = new Scalar(Constant.INFINITY, "");
    private static final Scalar MINUS_INFINITE = new Scalar(Expression.negative(Constant.INFINITY), "");

    private final double tolerance;

    MathComparison(double tolerance) {
        this.tolerance = tolerance;
    }

    /** @throws UnreadableMathException if one has no value, or too large a one */
    boolean areEqual(MathAnswer first, MathAnswer second) throws UnreadableMathException {
        MathAnswer one = unwrapped(first);
        MathAnswer other = unwrapped(second);
        if (one instanceof Alternatives some && other instanceof Alternatives others) {
            return areSame(some.parts(), others.parts(), this::areEqual);
        }
        if (one instanceof Scalar scalar && other instanceof Scalar otherScalar) {
            return areEqual(scalar, otherScalar);
        }
        if (one instanceof Sequence sequence && other instanceof Sequence otherSequence) {
            return areEqual(sequence, otherSequence);
        }
        if (one instanceof Relation relation && other instanceof Relation otherRelation) {
            return areEqual(relation, otherRelation);
        }
        if (one instanceof Relation relation) {
            return means(relation, other);
        }
        if (other instanceof Relation relation) {
            return means(relation, one);
        }
        if (one instanceof Scalar scalar) {
            requireValue(scalar.value());
        }
        if (other instanceof Scalar scalar) {
            requireValue(scalar.value());
        }
        return false; // of different kinds
    }

    /** A set of one is as good as its element. */
    private static MathAnswer unwrapped(MathAnswer answer) {
        return answer instanceof Alternatives alternatives
                        && alternatives.parts().size() == 1
                ? alternatives.parts().get(0)
                : answer;
    }

    /** Compares it with itself, which fails where there is no value. */
    private void requireValue(Expression expression) throws UnreadableMathException {
        areEqual(expression, expression);
    }

    @FunctionalInterface
    private interface Equality<T> {
        boolean holds(T one, T other) throws UnreadableMathException;
    }

    /** Whether each has its like among the others. All are compared, so that a part without a value is always noticed. */
    private static <T> boolean areSame(List<T> some, List<T> others, Equality<T> equality)
            throws UnreadableMathException {
        boolean[] isFound = new boolean[others.size()];
        boolean areSame = true;
        for (T one : some) {
            boolean hasLike = false;
            for (int i = 0; i < isFound.length; i++) {
                boolean isLike = equality.holds(one, others.get(i));
                hasLike |= isLike;
                isFound[i] |= isLike;
            }
            areSame &= hasLike;
        }
        for (boolean found : isFound) {
            areSame &= found;
        }
        return areSame;
    }

    private boolean areEqual(Scalar one, Scalar other) throws UnreadableMathException {
        boolean sameUnit =
                one.unit().isEmpty() || other.unit().isEmpty() || one.unit().equals(other.unit());
        return areEqual(one.value(), other.value()) && sameUnit;
    }

    private boolean areEqual(Sequence one, Sequence other) throws UnreadableMathException {
        if (!one.open().equals(other.open())
                || !one.close().equals(other.close())
                || one.parts().size() != other.parts().size()) {
            return false;
        }
        for (int i = 0; i < one.parts().size(); i++) {
            if (!areEqual(one.parts().get(i), other.parts().get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether x = 5 means 5, or x > 3 the interval (3, infinity). */
    private boolean means(Relation relation, MathAnswer answer) throws UnreadableMathException {
        Expression value = solved(relation);
        if (value != null) {
            return areEqual(new Scalar(value, ""), answer);
        }
        Sequence interval = answer instanceof Sequence ? interval(relation) : null;
        if (interval == null) {
            throw new UnreadableMathException("an equation or inequality that is not solved is no value");
        }
        return areEqual(interval, answer);
    }

    /** The other side of a lone variable; null if it does not stand alone. */
    private static @Nullable Expression solved(Relation relation) {
        if (!relation.operators().equals(List.of("="))) {
            return null;
        }
        Expression left = relation.sides().get(0);
        Expression right = relation.sides().get(1);
        return left instanceof Variable ? right : right instanceof Variable ? left : null;
    }

    /** Null if the relation is none between a lone variable and numbers. */
    private static @Nullable Sequence interval(Relation relation) {
        List<Expression> sides = relation.sides();
        List<String> operators = relation.operators();
        int variable = IntStream.range(0, sides.size())
                .filter(i -> sides.get(i) instanceof Variable)
                .findFirst()
                .orElse(-1);
        boolean areNumbers =
                IntStream.range(0, sides.size()).allMatch(i -> i == variable || !MathParser.hasVariables(sides.get(i)));
        if (variable < 0 || !areNumbers || sides.size() > 3 || (sides.size() == 3 && variable != 1)) {
            return null;
        }
        Scalar low = MINUS_INFINITE;
        Scalar high = INFINITE;
        String open = "(";
        String close = ")";
        for (int i = 0; i < operators.size(); i++) {
            String operator = operators.get(i);
            Scalar bound = new Scalar(sides.get(i < variable ? i : i + 1), "");
            boolean isRising = operator.equals("<") || operator.equals("≤");
            if (!isRising && !operator.equals(">") && !operator.equals("≥")) {
                return null;
            }
            boolean isClosed = operator.equals("≤") || operator.equals("≥");
            if (isRising == (i < variable)) {
                low = bound;
                open = isClosed ? "[" : "(";
            } else {
                high = bound;
                close = isClosed ? "]" : ")";
            }
        }
        return new Sequence(open, close, List.of(low, high));
    }

    private boolean areEqual(Relation one, Relation other) throws UnreadableMathException {
        return areSame(differences(one), differences(other), MathComparison::areProportional);
    }

    /** The relation {@code value operator 0}, where the operator is =, ≠, < or ≤. */
    private record Difference(Expression value, String operator) {}

    private static List<Difference> differences(Relation relation) {
        List<Difference> differences = new ArrayList<>();
        for (int i = 0; i < relation.operators().size(); i++) {
            Expression left = relation.sides().get(i);
            Expression right = relation.sides().get(i + 1);
            String operator = relation.operators().get(i);
            differences.add(
                    switch (operator) {
                        case ">" -> new Difference(minus(right, left), "<");
                        case "≥" -> new Difference(minus(right, left), "≤");
                        default -> new Difference(minus(left, right), operator);
                    });
        }
        return differences;
    }

    private static Expression minus(Expression left, Expression right) {
        return new Sum(List.of(left, Expression.negative(right)));
    }

    /** 2x - 6 < 0 says what x - 3 < 0 does: they differ by a constant factor, a positive one in an inequality. */
    private static boolean areProportional(Difference one, Difference other) throws UnreadableMathException {
        if (!one.operator().equals(other.operator())) {
            return false;
        }
        Complex ratio = null;
        int decided = 0;
        for (Map<String, Rational> point : points(one.value(), other.value())) {
            Complex value = approximate(one.value(), point);
            Complex otherValue = approximate(other.value(), point);
            Complex here = value.dividedBy(otherValue);
            if (!here.isDefined() || here.mayBeZero()) {
                continue;
            }
            if (ratio == null) {
                ratio = here;
            }
            boolean isInequality =
                    !one.operator().equals("=") && !one.operator().equals("≠");
            if (!areClose(here, ratio, 0) || (isInequality && !(here.isReal() && here.real() > 0))) {
                return false;
            }
            decided++;
        }
        if (decided < MIN_POINTS) {
            throw noValue();
        }
        return true;
    }

    private static Complex approximate(Expression expression, Map<String, Rational> point) {
        Rational exact = expression.exact(point);
        return exact == null ? expression.approximate(point) : Expression.approximation(exact);
    }

    private boolean areEqual(Expression one, Expression other) throws UnreadableMathException {
        int infinite = infinity(one);
        int otherInfinite = infinity(other);
        if (infinite != 0 && otherInfinite != 0) {
            return infinite == otherInfinite;
        }
        if (infinite != 0 || otherInfinite != 0) {
            requireValue(infinite != 0 ? other : one);
            return false;
        }
        List<Map<String, Rational>> points = points(one, other);
        int decided = 0;
        for (Map<String, Rational> point : points) {
            Boolean equal = areEqual(one, other, point);
            if (equal != null) {
                if (!equal) {
                    return false;
                }
                decided++;
            }
        }
        if (decided < Math.min(MIN_POINTS, points.size())) {
            throw noValue();
        }
        return true;
    }

    private static UnreadableMathException noValue() {
        return new UnreadableMathException("has no value, or none that can be reckoned with");
    }

    /** 1 or -1 for the whole being infinite; else 0. */
    private static int infinity(Expression expression) {
        if (expression == Constant.INFINITY) {
            return 1;
        }
        return expression instanceof Product product && product.equals(MINUS_INFINITE.value()) ? -1 : 0;
    }

    /** Null if one of them has no value there. */
    private @Nullable Boolean areEqual(Expression one, Expression other, Map<String, Rational> point) {
        Rational exact = one.exact(point);
        Rational otherExact = other.exact(point);
        if (exact != null && otherExact != null) {
            boolean mayBeRounded =
                    stands(one, exact, otherExact.isDecimal()) || stands(other, otherExact, exact.isDecimal());
            return exact.equals(otherExact)
                    || (mayBeRounded
                            && areClose(
                                    Expression.approximation(exact), Expression.approximation(otherExact), tolerance));
        }
        Complex value = exact == null ? one.approximate(point) : Expression.approximation(exact);
        Complex otherValue = otherExact == null ? other.approximate(point) : Expression.approximation(otherExact);
        if (!value.isDefined() || !otherValue.isDefined()) {
            return null;
        }
        double larger = value.isZero() || otherValue.isZero() ? 1 : Math.max(value.size(), otherValue.size());
        if (value.maxError() + otherValue.maxError() > MAX_UNCERTAINTY * larger) {
            return null;
        }
        boolean isRounded = (exact != null && stands(one, exact, false))
                || (otherExact != null && stands(other, otherExact, false));
        return areClose(value, otherValue, isRounded ? tolerance : 0);
    }

    /** Whether a value is a rounded one that may stand for the other: written with a decimal point, for what digits cannot write. */
    private static boolean stands(Expression written, Rational value, boolean otherIsDecimal) {
        return !otherIsDecimal && written.hasDecimalPoint() && value.isDecimal();
    }

    private static boolean areClose(Complex one, Complex other, double share) {
        double rounding = one.maxError() + other.maxError();
        return one.minus(other).size() <= Math.max(rounding, share * Math.max(one.size(), other.size()));
    }

    /** One without coordinates if there are no variables. */
    private static List<Map<String, Rational>> points(Expression one, Expression other) {
        Set<String> names = new TreeSet<>();
        one.collectVariables(names);
        other.collectVariables(names);
        if (names.isEmpty()) {
            return List.of(Map.of());
        }
        Random random = new Random(SEED);
        List<Map<String, Rational>> points = new ArrayList<>();
        for (int i = 0; i < POINTS; i++) {
            Map<String, Rational> point = new LinkedHashMap<>();
            for (String name : names) {
                point.put(name, coordinate(i % 4, random));
            }
            points.add(point);
        }
        return points;
    }

    /** An integer for factorials, something below 1 for arcs, and larger and negative numbers. */
    private static Rational coordinate(int kind, Random random) {
        int grid = 1 + random.nextInt(GRID - 1);
        int whole = 1 + random.nextInt(12);
        return switch (kind) {
            case 0 -> Rational.of(whole);
            case 1 -> new Rational(BigInteger.valueOf(grid), BigInteger.valueOf(GRID));
            case 2 -> new Rational(BigInteger.valueOf(GRID * (whole % 5L) + grid), BigInteger.valueOf(GRID));
            default -> new Rational(BigInteger.valueOf(-GRID * (whole % 4L) - grid), BigInteger.valueOf(GRID));
        };
    }
}
