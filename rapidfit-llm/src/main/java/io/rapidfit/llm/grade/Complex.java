package io.rapidfit.llm.grade;

/**
 * A value in floating point, and how far rounding may have moved it. What has no value, or overflows, or vanishes though no factor
 * is zero, is {@link #UNDEFINED}, and so is all that is reckoned from it.
 *
 * @param error a running estimate to first order, not a strict bound: see Higham, Accuracy and Stability of Numerical Algorithms
 *     (2nd ed.), section 3.3
 */
record Complex(double real, double imaginary, double error) {

    /** Twice the unit roundoff, since a library function may miss by a whole unit in the last place. */
    static final double EPSILON = Math.ulp(1.0);

    static final Complex UNDEFINED = new Complex(Double.NaN, Double.NaN, 0);
    static final Complex ONE = new Complex(1, 0, 0);
    static final Complex I = new Complex(0, 1, 0);

    /** How many times the estimate an error may be. */
    private static final int SLACK = 16;

    /** Beyond it a power of a complex number is not worth having. */
    private static final int MAX_POWER = 1000;

    /** Rounded to the nearest double. */
    static Complex rounded(double real) {
        return of(real, 0, 0);
    }

    /** With an error besides that of rounding the result. */
    static Complex of(double real, double imaginary, double error) {
        double whole = error + EPSILON * Math.hypot(real, imaginary);
        return Double.isFinite(real) && Double.isFinite(imaginary) && Double.isFinite(whole)
                ? new Complex(real, imaginary, whole)
                : UNDEFINED;
    }

    boolean isDefined() {
        return Double.isFinite(real);
    }

    /** Zero beyond doubt. */
    boolean isZero() {
        return real == 0 && imaginary == 0 && error == 0;
    }

    boolean mayBeZero() {
        return size() <= maxError();
    }

    boolean isReal() {
        return Math.abs(imaginary) <= maxError();
    }

    double size() {
        return Math.hypot(real, imaginary);
    }

    double maxError() {
        return SLACK * error;
    }

    Complex plus(Complex other) {
        return of(real + other.real, imaginary + other.imaginary, error + other.error);
    }

    Complex minus(Complex other) {
        return of(real - other.real, imaginary - other.imaginary, error + other.error);
    }

    Complex times(Complex other) {
        if (isZero() || other.isZero()) {
            return isZero() ? zeroIf(other) : zeroIf(this);
        }
        return of(
                        real * other.real - imaginary * other.imaginary,
                        real * other.imaginary + imaginary * other.real,
                        size() * other.error + other.size() * error)
                .unlessVanished();
    }

    private static Complex zeroIf(Complex other) {
        return other.isDefined() ? new Complex(0, 0, 0) : UNDEFINED;
    }

    Complex dividedBy(Complex other) {
        if (other.mayBeZero()) {
            return UNDEFINED;
        }
        if (isZero()) {
            return zeroIf(other);
        }
        double scale = other.size();
        double cos = other.real / scale;
        double sin = other.imaginary / scale;
        return of(
                        (real * cos + imaginary * sin) / scale,
                        (imaginary * cos - real * sin) / scale,
                        (error + size() / scale * other.error) / scale)
                .unlessVanished();
    }

    /** A negative or complex base has integer powers only. */
    Complex power(Complex exponent) {
        if (mayBeZero()) {
            return isZero() && exponent.isReal() && exponent.real > 0 ? this : UNDEFINED;
        }
        boolean isInteger = exponent.imaginary == 0 && exponent.real == Math.rint(exponent.real);
        if (imaginary == 0 && exponent.imaginary == 0 && (real > 0 || isInteger)) {
            double power = Math.pow(real, exponent.real);
            double relative = Math.abs(exponent.real) * error / Math.abs(real)
                    + Math.abs(Math.log(Math.abs(real))) * exponent.error;
            return of(power, 0, Math.abs(power) * relative).unlessVanished();
        }
        if (imaginary == 0 && real > 0) {
            return exponent.times(of(Math.log(real), 0, error / real)).exp();
        }
        if (isInteger && Math.abs(exponent.real) <= MAX_POWER) {
            Complex power = ONE;
            for (int i = 0; i < Math.abs(exponent.real); i++) {
                power = power.times(this);
            }
            return exponent.real < 0 ? ONE.dividedBy(power) : power;
        }
        return UNDEFINED;
    }

    Complex exp() {
        double size = Math.exp(real);
        double sin = imaginary == 0 ? 0 : Math.sin(imaginary);
        return of(size * Math.cos(imaginary), size * sin, size * error).unlessVanished();
    }

    private Complex unlessVanished() {
        return real == 0 && imaginary == 0 ? UNDEFINED : this;
    }
}
