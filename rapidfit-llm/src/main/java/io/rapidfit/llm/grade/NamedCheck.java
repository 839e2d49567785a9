package io.rapidfit.llm.grade;

import io.rapidfit.check.Check;
import io.rapidfit.internal.Require;

/** A check as a {@link GradingRunner} has it. */
record NamedCheck(String name, Check check, double weight) {
    NamedCheck {
        Require.notBlank("name", name);
        Require.nonNull("check", check);
        Require.inRange("weight", weight, 0, Double.MAX_VALUE);
    }
}
