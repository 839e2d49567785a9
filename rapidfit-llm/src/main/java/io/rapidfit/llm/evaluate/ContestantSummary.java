package io.rapidfit.llm.evaluate;

import io.rapidfit.llm.Usage;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What one contestant's answers took, all together. What failed calls took is not known and not in it.
 *
 * @param errors examples that got no answer
 * @param cost in US dollars, 0 for a classifier; empty if the price of a model is not known
 * @param medianLatency half of the answers took as long or less; zero if there are none
 * @param p95Latency 95 of 100 answers took as long or less
 */
public record ContestantSummary(
        String name,
        int answers,
        int errors,
        Usage usage,
        OptionalDouble cost,
        Duration medianLatency,
        Duration p95Latency) {

    static ContestantSummary of(String name, List<ContestantAnswer> all) {
        List<ContestantAnswer> answered =
                all.stream().filter(answer -> !answer.isError()).toList();
        List<Duration> latencies =
                answered.stream().map(ContestantAnswer::latency).sorted().toList();
        boolean costKnown = answered.stream().allMatch(answer -> answer.cost().isPresent());
        return new ContestantSummary(
                name,
                answered.size(),
                all.size() - answered.size(),
                answered.stream().map(ContestantAnswer::usage).reduce(Usage.NONE, Usage::plus),
                costKnown
                        ? OptionalDouble.of(answered.stream()
                                .mapToDouble(answer -> answer.cost().orElse(0))
                                .sum())
                        : OptionalDouble.empty(),
                quantile(latencies, 50),
                quantile(latencies, 95));
    }

    /** By nearest rank: the least latency that so many of 100 are not above. */
    private static Duration quantile(List<Duration> ascending, int percent) {
        int rank = (ascending.size() * percent + 99) / 100;
        return rank == 0 ? Duration.ZERO : ascending.get(rank - 1);
    }
}
