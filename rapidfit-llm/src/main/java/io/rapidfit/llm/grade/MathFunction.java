package io.rapidfit.llm.grade;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions of one real number, but for the absolute value and the exponential function, which take complex ones. */
enum MathFunction {
    ABS,
    FLOOR,
    CEILING,
    EXP,
    LN,
    LG,
    SIN,
    COS,
    TAN,
    COT,
    SEC,
    CSC,
    ARCSIN,
    ARCCOS,
    ARCTAN,
    SINH,
    COSH,
    TANH;

    private static final Map<String, MathFunction> BY_NAME = Map.ofEntries(
            Map.entry("abs", ABS),
            Map.entry("floor", FLOOR),
            Map.entry("ceil", CEILING),
            Map.entry("exp", EXP),
            Map.entry("ln", LN),
            Map.entry("log", LN),
            Map.entry("lg", LG),
            Map.entry("sin", SIN),
            Map.entry("cos", COS),
            Map.entry("tan", TAN),
            Map.entry("cot", COT),
            Map.entry("sec", SEC),
            Map.entry("csc", CSC),
            Map.entry("arcsin", ARCSIN),
            Map.entry("arccos", ARCCOS),
            Map.entry("arctan", ARCTAN),
            Map.entry("asin", ARCSIN),
            Map.entry("acos", ARCCOS),
            Map.entry("atan", ARCTAN),
            Map.entry("sinh", SINH),
            Map.entry("cosh", COSH),
            Map.entry("tanh", TANH));

    static @Nullable MathFunction named(String name) {
        return BY_NAME.get(name);
    }

    /** What {@code \sin^{-1}} means; null where that is not customary. */
    @Nullable MathFunction inverse() {
        return switch (this) {
            case SIN -> ARCSIN;
            case COS -> ARCCOS;
            case TAN -> ARCTAN;
            default -> null;
        };
    }

    /** Null where the value is irrational or unknown. */
    @Nullable Rational exact(Rational argument) {
        return switch (this) {
            case ABS -> argument.abs();
            case FLOOR -> argument.floor();
            case CEILING -> argument.negate().floor().negate();
            default -> null;
        };
    }

    Complex approximate(Complex argument) {
        if (this == ABS) {
            return Complex.of(argument.size(), 0, argument.error());
        }
        if (this == EXP) {
            return argument.exp();
        }
        if (!argument.isReal()) {
            return Complex.UNDEFINED;
        }
        double value = of(argument.real());
        double change = Math.max(
                change(value, argument.real() + argument.error()), change(value, argument.real() - argument.error()));
        boolean isStep = this == FLOOR || this == CEILING;
        return isStep && change > 0 ? Complex.UNDEFINED : Complex.of(value, 0, change);
    }

    /** 0 if the function ends in between. */
    private double change(double value, double nearby) {
        double change = Math.abs(of(nearby) - value);
        return Double.isNaN(change) ? 0 : change;
    }

    /** NaN or infinite where there is no value. */
    private double of(double x) {
        return switch (this) {
            case ABS -> Math.abs(x);
            case FLOOR -> Math.floor(x);
            case CEILING -> Math.ceil(x);
            case EXP -> Math.exp(x);
            case LN -> Math.log(x);
            case LG -> Math.log10(x);
            case SIN -> Math.sin(x);
            case COS -> Math.cos(x);
            case TAN -> Math.tan(x);
            case COT -> 1 / Math.tan(x);
            case SEC -> 1 / Math.cos(x);
            case CSC -> 1 / Math.sin(x);
            case ARCSIN -> Math.asin(x);
            case ARCCOS -> Math.acos(x);
            case ARCTAN -> Math.atan(x);
            case SINH -> Math.sinh(x);
            case COSH -> Math.cosh(x);
            case TANH -> Math.tanh(x);
        };
    }
}
