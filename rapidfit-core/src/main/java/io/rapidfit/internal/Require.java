package io.rapidfit.internal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Checks of arguments whose messages say which value, what was expected and what came. */
public final class Require {

    private Require() {}

    public static <T> T nonNull(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " must not be null");
        }
        return value;
    }

    public static String notBlank(String name, @Nullable String value) {
        String given = nonNull(name, value);
        if (given.isBlank()) {
            throw new IllegalArgumentException(name + " must not be blank");
        }
        return given;
    }

    public static double inRange(String name, double value, double min, double max) {
        if (!(value >= min && value <= max)) { // written this way round, NaN fails too
            throw new IllegalArgumentException("%s must be in [%s, %s] but was %s".formatted(name, min, max, value));
        }
        return value;
    }

    public static int inRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("%s must be in [%s, %s] but was %s".formatted(name, min, max, value));
        }
        return value;
    }

    public static long atLeast(String name, long value, long min) {
        if (value < min) {
            throw new IllegalArgumentException("%s must be at least %s but was %s".formatted(name, min, value));
        }
        return value;
    }

    /** A share that leaves something over: in [0, 1). */
    public static double fraction(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(
                    "%s must be at least 0 and less than 1 but was %s".formatted(name, value));
        }
        return value;
    }

    public static double positive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("%s must be positive and finite but was %s".formatted(name, value));
        }
        return value;
    }

    public static Duration positive(String name, @Nullable Duration value) {
        Duration given = nonNull(name, value);
        if (given.isZero() || given.isNegative()) {
            throw new IllegalArgumentException("%s must be longer than zero but was %s".formatted(name, given));
        }
        return given;
    }
}
