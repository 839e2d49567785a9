package io.rapidfit.llm.run;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A question, and what a perfect answer to it might look like.
 *
 * @param specimen rows that a forecast takes for the answer
 * @param persistent whether another question follows where the answer is of no use
 */
public record Ask(Question question, Supplier<List<Map<String, Object>>> specimen, boolean persistent) {}
