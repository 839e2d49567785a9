package io.rapidfit.llm.grade;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was parsed. It is evaluated exactly where its value is rational, else in floating point; {@code point} says what its
 * variables stand for and must name them all.
 *
 * <p>Sums and products are flat, so a long expression is not a deep one: only the parser's limit on nesting bounds the stack.
 */
sealed interface Expression {

    /** A square root is taken of a negative number only where there are no variables, whose sign could not be told. */
    int SQUARE = 2;

    /** Doubles have all integers below it. */
    double MAX_EXACT = 1L << 53;

    List<Expression> operands();

    /** Null if the value is irrational, or there is none. */
    @Nullable Rational exact(Map<String, Rational> point);

    Complex approximate(Map<String, Rational> point);

    default void collectVariables(Set<String> names) {
        operands().forEach(operand -> operand.collectVariables(names));
    }

    /** Whether a part was written with a decimal point. */
    default boolean hasDecimalPoint() {
        return operands().stream().anyMatch(Expression::hasDecimalPoint);
    }

    static Expression number(Rational value) {
        return new Numeral(value, false);
    }

    static Expression negative(Expression value) {
        return new Product(List.of(number(Rational.MINUS_ONE), value), List.of());
    }

    static Complex approximation(Rational value) {
        double approximate = value.toDouble();
        if (approximate == 0 && value.signum() != 0) {
            return Complex.UNDEFINED;
        }
        return value.isInteger() && Math.abs(approximate) < MAX_EXACT
                ? new Complex(approximate, 0, 0)
                : Complex.rounded(approximate);
    }

    private static Complex approximation(@Nullable Rational value, Complex otherwise) {
        return value == null ? otherwise : approximation(value);
    }

    static Expression quotient(Expression over, Expression under) {
        return new Product(List.of(over), List.of(under));
    }

    record Numeral(Rational value, boolean hasDecimalPoint) implements Expression {

        @Override
        public List<Expression> operands() {
            return List.of();
        }

        @Override
        public Rational exact(Map<String, Rational> point) {
            return value;
        }

        @Override
        public Complex approximate(Map<String, Rational> point) {
            return approximation(value);
        }
    }

    record Variable(String name) implements Expression {

        @Override
        public List<Expression> operands() {
            return List.of();
        }

        @Override
        public void collectVariables(Set<String> names) {
            names.add(name);
        }

        @Override
        public @Nullable Rational exact(Map<String, Rational> point) {
            return point.get(name);
        }

        @Override
        public Complex approximate(Map<String, Rational> point) {
            return approximation(point.get(name), Complex.UNDEFINED);
        }
    }

    enum Constant implements Expression {
        PI,
        E,
        I,
        /** Has no value to reckon with: it is compared as a whole. */
        INFINITY;

        @Override
        public List<Expression> operands() {
            return List.of();
        }

        @Override
        public @Nullable Rational exact(Map<String, Rational> point) {
            return null;
        }

        @Override
        public Complex approximate(Map<String, Rational> point) {
            return switch (this) {
                case PI -> Complex.rounded(Math.PI);
                case E -> Complex.rounded(Math.E);
                case I -> Complex.I;
                case INFINITY -> Complex.UNDEFINED;
            };
        }
    }

    record Sum(List<Expression> operands) implements Expression {

        @Override
        public @Nullable Rational exact(Map<String, Rational> point) {
            Rational sum = Rational.ZERO;
            for (Expression operand : operands) {
                Rational value = operand.exact(point);
                sum = value == null ? null : sum.plus(value);
                if (sum == null) {
                    return null;
                }
            }
            return sum;
        }

        @Override
        public Complex approximate(Map<String, Rational> point) {
            return operands.stream()
                    .map(operand -> operand.approximate(point))
                    .reduce(new Complex(0, 0, 0), Complex::plus);
        }
    }

    record Product(List<Expression> factors, List<Expression> divisors) implements Expression {

        @Override
        public List<Expression> operands() {
            return Stream.concat(factors.stream(), divisors.stream()).toList();
        }

        @Override
        public @Nullable Rational exact(Map<String, Rational> point) {
            Rational over = product(factors, point);
            Rational under = product(divisors, point);
            return over == null || under == null ? null : over.dividedBy(under);
        }

        private static @Nullable Rational product(List<Expression> factors, Map<String, Rational> point) {
            Rational product = Rational.ONE;
            for (Expression factor : factors) {
                Rational value = factor.exact(point);
                product = value == null ? null : product.times(value);
                if (product == null) {
                    return null;
                }
            }
            return product;
        }

        @Override
        public Complex approximate(Map<String, Rational> point) {
            Complex value = Complex.ONE;
            for (Expression factor : factors) {
                value = value.times(factor.approximate(point));
            }
            for (Expression divisor : divisors) {
                value = value.dividedBy(divisor.approximate(point));
            }
            return value;
        }
    }

    record Power(Expression base, Expression exponent) implements Expression {

        @Override
        public List<Expression> operands() {
            return List.of(base, exponent);
        }

        @Override
        public @Nullable Rational exact(Map<String, Rational> point) {
            Rational raised = base.exact(point);
            Rational to = raised == null ? null : exponent.exact(point);
            return raised == null || to == null ? null : raised.power(to);
        }

        @Override
        public Complex approximate(Map<String, Rational> point) {
            Complex to = exponent.approximate(point);
            return base.equals(Constant.E) ? to.exp() : base.approximate(point).power(to);
        }
    }

    record Root(int degree, Expression radicand) implements Expression {

        @Override
        public List<Expression> operands() {
            return List.of(radicand);
        }

        @Override
        public @Nullable Rational exact(Map<String, Rational> point) {
            Rational value = radicand.exact(point);
            return value == null ? null : value.root(degree);
        }

        @Override
        public Complex approximate(Map<String, Rational> point) {
            Complex value = radicand.approximate(point);
            if (!value.isReal()) {
                return Complex.UNDEFINED;
            }
            double size = Math.abs(value.real());
            double root = degree == SQUARE ? Math.sqrt(size) : Math.pow(size, 1.0 / degree);
            double error = size == 0 ? value.error() : root / size * value.error() / degree;
            if (value.real() >= 0) {
                return Complex.of(root, 0, error);
            }
            if (degree % 2 == 1) {
                return Complex.of(-root, 0, error);
            }
            return degree == SQUARE && point.isEmpty() ? Complex.of(0, root, error) : Complex.UNDEFINED;
        }
    }

    record Call(MathFunction function, Expression argument) implements Expression {

        @Override
        public List<Expression> operands() {
            return List.of(argument);
        }

        @Override
        public @Nullable Rational exact(Map<String, Rational> point) {
            Rational value = argument.exact(point);
            return value == null ? null : function.exact(value);
        }

        @Override
        public Complex approximate(Map<String, Rational> point) {
            Complex value = argument.approximate(point);
            return value.isDefined() ? function.approximate(value) : Complex.UNDEFINED;
        }
    }

    /** How many ways there are to choose {@code chosen}, an integer from 0, of {@code all}, which is any number. */
    record Binomial(Expression all, Expression chosen) implements Expression {

        /** The product of so many integers is soon made. */
        private static final int MAX_FACTORS = 1000;

        /** Of fractions, whose product grows faster. */
        private static final int MAX_FRACTIONS = 20;

        @Override
        public List<Expression> operands() {
            return List.of(all, chosen);
        }

        @Override
        public @Nullable Rational exact(Map<String, Rational> point) {
            Rational from = all.exact(point);
            Rational take = chosen.exact(point);
            if (from == null
                    || take == null
                    || !take.isInteger()
                    || take.signum() < 0
                    || take.toDouble() > (from.isInteger() ? MAX_FACTORS : MAX_FRACTIONS)) {
                return null;
            }
            Rational ways = Rational.ONE;
            for (int i = 0; i < take.numerator().intValue(); i++) { // from * (from - 1) * ... / (1 * 2 * ...)
                Rational factor = from.plus(Rational.of(-i));
                Rational product = factor == null ? null : ways.times(factor);
                ways = product == null ? null : product.dividedBy(Rational.of(i + 1));
                if (ways == null) {
                    return null;
                }
            }
            return ways;
        }

        @Override
        public Complex approximate(Map<String, Rational> point) {
            return approximation(exact(point), Complex.UNDEFINED);
        }
    }

    /** Of integers from 0. */
    record Factorial(Expression of) implements Expression {

        /** 900! is about as long as a {@link Rational} may be. */
        private static final int MAX = 900;

        @Override
        public List<Expression> operands() {
            return List.of(of);
        }

        @Override
        public @Nullable Rational exact(Map<String, Rational> point) {
            Rational last = of.exact(point);
            if (last == null || !last.isInteger() || last.signum() < 0 || last.toDouble() > MAX) {
                return null;
            }
            BigInteger product = BigInteger.ONE;
            for (int i = 2; i <= last.numerator().intValue(); i++) {
                product = product.multiply(BigInteger.valueOf(i));
            }
            return Rational.of(product, BigInteger.ONE);
        }

        @Override
        public Complex approximate(Map<String, Rational> point) {
            return approximation(exact(point), Complex.UNDEFINED);
        }
    }

    /** An angle in degrees; as a whole answer, a number with that unit. */
    record Degrees(Expression value) implements Expression {

        @Override
        public List<Expression> operands() {
            return List.of(value);
        }

        @Override
        public @Nullable Rational exact(Map<String, Rational> point) {
            Rational degrees = value.exact(point);
            return degrees != null && degrees.signum() == 0 ? degrees : null;
        }

        @Override
        public Complex approximate(Map<String, Rational> point) {
            return value.approximate(point).times(Complex.rounded(Math.PI / 180));
        }
    }
}
