package io.rapidfit.llm.grade;

import java.util.List;

/** What an answer says, as it was written. */
sealed interface MathAnswer {

    /** @param unit empty if there is none */
    record Scalar(Expression value, String unit) implements MathAnswer {}

    /** A tuple, a vector or an interval: the brackets are compared as they stand. */
    record Sequence(String open, String close, List<MathAnswer> parts) implements MathAnswer {}

    /** A set, a list of solutions or a union: in any order, and it does not matter how often one is named. */
    record Alternatives(List<MathAnswer> parts) implements MathAnswer {}

    /**
     * An equation or inequality {@code sides[0] operators[0] sides[1] ...}.
     *
     * @param operators =, ≠, <, >, ≤ or ≥
     */
    record Relation(List<Expression> sides, List<String> operators) implements MathAnswer {}
}
