package io.rapidfit.llm.grade;

import io.rapidfit.internal.Require;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * An exact number: a fraction in lowest terms, its denominator positive. What has no such value, or one too long to reckon with,
 * is null, so that no power or factorial takes more than a moment.
 */
record Rational(BigInteger numerator, BigInteger denominator) {

    /** Some 2,500 digits. */
    static final int MAX_BITS = 1 << 13;

    /** Some 300 digits: to shorten a fraction of two large numbers takes milliseconds. */
    private static final int MAX_DENOMINATOR_BITS = 1 << 10;

    /** Larger ones are not looked at for exact roots. */
    private static final int MAX_ROOT_BITS = 1 << 11;

    /** What a double holds, and some more for rounding. */
    private static final int DOUBLE_BITS = 70;

    static final Rational ZERO = new Rational(BigInteger.ZERO, BigInteger.ONE);
    static final Rational ONE = new Rational(BigInteger.ONE, BigInteger.ONE);
    static final Rational MINUS_ONE = new Rational(BigInteger.ONE.negate(), BigInteger.ONE);

    static Rational of(long value) {
        return new Rational(BigInteger.valueOf(value), BigInteger.ONE);
    }

    static @Nullable Rational of(BigInteger numerator, BigInteger denominator) {
        if (denominator.signum() == 0 || denominator.bitLength() > MAX_BITS || numerator.bitLength() > 2 * MAX_BITS) {
            return null;
        }
        BigInteger shared = numerator.gcd(denominator);
        BigInteger divisor = denominator.signum() < 0 ? shared.negate() : shared;
        BigInteger over = numerator.divide(divisor);
        BigInteger under = denominator.divide(divisor);
        return over.bitLength() > MAX_BITS || under.bitLength() > MAX_DENOMINATOR_BITS
                ? null
                : new Rational(over, under);
    }

    @Nullable Rational plus(Rational other) {
        return of(
                numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
                denominator.multiply(other.denominator));
    }

    @Nullable Rational times(Rational other) {
        return of(numerator.multiply(other.numerator), denominator.multiply(other.denominator));
    }

    @Nullable Rational dividedBy(Rational other) {
        return of(numerator.multiply(other.denominator), denominator.multiply(other.numerator));
    }

    /** Null also for an irrational power, and for 0 to the power of 0 or less, which has no value. */
    @Nullable Rational power(Rational exponent) {
        if (signum() == 0) {
            return exponent.signum() > 0 ? ZERO : null;
        }
        if (exponent.denominator.bitLength() > 31 || exponent.numerator.bitLength() > 31) {
            return null;
        }
        Rational base = exponent.isInteger() ? this : root(exponent.denominator.intValue());
        return base == null ? null : base.power(exponent.numerator.intValue());
    }

    private @Nullable Rational power(int exponent) {
        int times = Math.abs(exponent); // no MIN_VALUE: the exponent has 31 bits at most besides its sign
        long bits = (long) times * Math.max(numerator.bitLength(), denominator.bitLength());
        boolean isUnit = numerator.abs().equals(BigInteger.ONE) && isInteger();
        if (times < 0 || (bits > MAX_BITS + (long) times && !isUnit)) {
            return null;
        }
        if (isUnit) {
            return times % 2 == 0 ? ONE : this;
        }
        BigInteger over = numerator.pow(times);
        BigInteger under = denominator.pow(times);
        return exponent < 0 ? of(under, over) : of(over, under);
    }

    /** The real root; null if it is irrational, or an even one of a negative number. */
    @Nullable Rational root(int degree) {
        Require.atLeast("degree", degree, 2);
        if (signum() < 0) {
            Rational positive = degree % 2 == 0 ? null : negate().root(degree);
            return positive == null ? null : positive.negate();
        }
        BigInteger over = root(numerator, degree);
        BigInteger under = root(denominator, degree);
        return over == null || under == null ? null : new Rational(over, under);
    }

    private static @Nullable BigInteger root(BigInteger value, int degree) {
        if (value.bitLength() > MAX_ROOT_BITS) {
            return null;
        }
        if (value.bitLength() <= 1) {
            return value;
        }
        BigInteger root = BigInteger.ZERO;
        for (int bit = value.bitLength() / degree; bit >= 0; bit--) {
            BigInteger larger = root.setBit(bit);
            if ((larger.bitLength() - 1L) * degree < value.bitLength()
                    && larger.pow(degree).compareTo(value) <= 0) {
                root = larger;
            }
        }
        return root.pow(degree).equals(value) ? root : null;
    }

    Rational negate() {
        return new Rational(numerator.negate(), denominator);
    }

    Rational abs() {
        return signum() < 0 ? negate() : this;
    }

    Rational floor() {
        BigInteger[] parts = numerator.divideAndRemainder(denominator);
        return new Rational(parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0], BigInteger.ONE);
    }

    int signum() {
        return numerator.signum();
    }

    boolean isInteger() {
        return denominator.equals(BigInteger.ONE);
    }

    /** Whether finitely many digits can write it: whether its denominator divides a power of ten. */
    boolean isDecimal() {
        return BigInteger.TEN
                        .modPow(BigInteger.valueOf(denominator.bitLength()), denominator)
                        .signum()
                == 0;
    }

    double toDouble() {
        int shift = DOUBLE_BITS - numerator.bitLength() + denominator.bitLength();
        BigInteger quotient = shift >= 0
                ? numerator.shiftLeft(shift).divide(denominator)
                : numerator.divide(denominator.shiftLeft(-shift));
        return Math.scalb(quotient.doubleValue(), -shift);
    }
}
