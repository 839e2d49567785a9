package io.rapidfit.llm;

import io.rapidfit.internal.Require;
import io.rapidfit.text.TextTable;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What a run is going to spend, as a range. Least: every answer can be used as it is. Most: as many calls as the run's bounds
 * allow, each made a second time because its answer cannot be read. Calls are counted by making the run's own prompts; tokens
 * are estimated from their length, so that only a {@link Budget} is a cap. What a journal has is not subtracted.
 *
 * @param leastCost in US dollars; empty if the price of the model is not known
 * @param mostCost in US dollars; empty if the price of the model is not known
 */
public record Forecast(
        long leastCalls,
        long mostCalls,
        Usage leastTokens,
        Usage mostTokens,
        OptionalDouble leastCost,
        OptionalDouble mostCost) {

    /** Nothing is going to be asked. */
    public static final Forecast NONE =
            new Forecast(0, 0, Usage.NONE, Usage.NONE, OptionalDouble.of(0), OptionalDouble.of(0));

    public Forecast {
        Require.atLeast("leastCalls", leastCalls, 0);
        Require.atLeast("mostCalls", mostCalls, leastCalls);
    }

    /** Of both runs together. */
    public Forecast plus(Forecast other) {
        return new Forecast(
                leastCalls + other.leastCalls,
                mostCalls + other.mostCalls,
                leastTokens.plus(other.leastTokens),
                mostTokens.plus(other.mostTokens),
                sum(leastCost, other.leastCost),
                sum(mostCost, other.mostCost));
    }

    private static OptionalDouble sum(OptionalDouble a, OptionalDouble b) {
        return a.isPresent() && b.isPresent()
                ? OptionalDouble.of(a.getAsDouble() + b.getAsDouble())
                : OptionalDouble.empty();
    }

    /** Prints a table of three columns. */
    public void display(Appendable out) {
        new TextTable()
                .left("forecast")
                .right("least")
                .right("most")
                .row("calls", String.valueOf(leastCalls), String.valueOf(mostCalls))
                .row(
                        "prompt tokens",
                        String.valueOf(leastTokens.promptTokens()),
                        String.valueOf(mostTokens.promptTokens()))
                .row(
                        "completion tokens",
                        String.valueOf(leastTokens.completionTokens()),
                        String.valueOf(mostTokens.completionTokens()))
                .row("cost", dollars(leastCost), dollars(mostCost))
                .print(out);
    }

    private static String dollars(OptionalDouble cost) {
        return cost.isPresent() ? String.format(Locale.ROOT, "$%.4f", cost.getAsDouble()) : "unknown";
    }
}
