package io.rapidfit.llm;

import io.rapidfit.text.TextTable;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What a run has spent.
 *
 * @param calls calls that were made, failed ones among them, retries not counted
 * @param failed calls that ended without an answer
 * @param journalled calls whose answers were taken from a {@link Journal}: they count as spent, in this process nobody paid
 *     for them
 * @param retries how often a request was sent again
 * @param maybeBilled how many attempts may have been billed though their answer was lost; what they cost is not known
 * @param tokens of all answered calls
 * @param cost of these in US dollars; empty if the price of a model is not known
 * @param medianLatency of the answered calls, within 2%; zero if there are none
 * @param p95Latency 95 of 100 were answered faster
 * @param maxLatency of the slowest
 */
public record RunUsage(
        long calls,
        long failed,
        long journalled,
        long retries,
        long maybeBilled,
        Usage tokens,
        OptionalDouble cost,
        Duration medianLatency,
        Duration p95Latency,
        Duration maxLatency) {

    /** No call was made. */
    public static final RunUsage NONE =
            new RunUsage(0, 0, 0, 0, 0, Usage.NONE, OptionalDouble.of(0), Duration.ZERO, Duration.ZERO, Duration.ZERO);

    /** Prints a table of two columns. */
    public void display(Appendable out) {
        new TextTable()
                .left("model calls")
                .right("")
                .row(
                        "calls",
                        calls
                                + (failed > 0 ? " (" + failed + " failed)" : "")
                                + (journalled > 0 ? " (" + journalled + " from the journal)" : ""))
                .row("retries", String.valueOf(retries))
                .row("perhaps billed, answer lost", String.valueOf(maybeBilled))
                .row(
                        "prompt tokens",
                        tokens.promptTokens()
                                + (tokens.cachedTokens() > 0 ? " (" + tokens.cachedTokens() + " cached)" : ""))
                .row("completion tokens", String.valueOf(tokens.completionTokens()))
                .row("cost", cost.isPresent() ? String.format(Locale.ROOT, "$%.4f", cost.getAsDouble()) : "unknown")
                .row(
                        "latency median / p95 / max",
                        seconds(medianLatency) + " / " + seconds(p95Latency) + " / " + seconds(maxLatency))
                .print(out);
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
    }
}
