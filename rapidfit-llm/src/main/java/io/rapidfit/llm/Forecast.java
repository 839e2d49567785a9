package io.rapidfit.llm;

import io.rapidfit.internal.Require;
import io.rapidfit.text.TextTable;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
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

    /** The least time that {@link #leastCalls} take at the rate that a policy allows; empty if it limits none. */
    public Optional<Duration> leastTime(CallPolicy policy) {
        return time(policy, leastCalls, leastTokens);
    }

    /** The least time that {@link #mostCalls} take at the rate that a policy allows; empty if it limits none. */
    public Optional<Duration> mostTime(CallPolicy policy) {
        return time(policy, mostCalls, mostTokens);
    }

    private static Optional<Duration> time(CallPolicy policy, long calls, Usage tokens) {
        Integer requestsPerMinute = policy.requestsPerMinute();
        Integer tokensPerMinute = policy.tokensPerMinute();
        if (requestsPerMinute == null && tokensPerMinute == null) {
            return Optional.empty();
        }
        double minutes = Math.max(
                requestsPerMinute == null ? 0 : (double) calls / requestsPerMinute,
                tokensPerMinute == null ? 0 : (double) tokens.totalTokens() / tokensPerMinute);
        return Optional.of(Duration.ofSeconds(Math.round(60 * minutes)));
    }

    /** Prints a table of three columns. */
    public void display(Appendable out) {
        table().print(out);
    }

    /** Prints the same, and how long the calls take at the rate that a policy allows, if it limits one. */
    public void display(CallPolicy policy, Appendable out) {
        TextTable table = table();
        leastTime(policy)
                .ifPresent(least ->
                        table.row("time", time(least), time(mostTime(policy).orElseThrow())));
        table.print(out);
    }

    private static String time(Duration time) {
        return String.format(Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
    }

    private TextTable table() {
        return new TextTable()
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
                .row("cost", dollars(leastCost), dollars(mostCost));
    }

    private static String dollars(OptionalDouble cost) {
        return cost.isPresent() ? String.format(Locale.ROOT, "$%.4f", cost.getAsDouble()) : "unknown";
    }
}
