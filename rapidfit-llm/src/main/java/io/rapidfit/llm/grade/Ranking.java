package io.rapidfit.llm.grade;

import io.rapidfit.internal.Require;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An order of candidates, the best first, by one pass of a judge over all of them or by the mean of several. Candidates are known
 * by their place in the list that was given, from 0.
 *
 * <p>Within a pass no two have the same rank, but their means may be equal: then neither is preferred, and {@link #order} has them
 * as they were given.
 *
 * @param candidates their ids, in the order in which they were given
 * @param passes each over all candidates; none if all failed
 * @param errors why passes failed, one reason a pass
 */
public record Ranking(List<String> candidates, List<Pass> passes, List<String> errors) {

    /**
     * One order.
     *
     * @param shown the candidates in the order in which the judge saw them
     * @param order the candidates, the best first
     * @param reason in the judge's words
     */
    public record Pass(List<Integer> shown, List<Integer> order, String reason) {
        public Pass {
            shown = requirePermutation("shown", shown);
            order = requirePermutation("order", order);
            Require.nonNull("reason", reason);
        }

        private static List<Integer> requirePermutation(String name, List<Integer> given) {
            List<Integer> copy = List.copyOf(given);
            List<Integer> sorted = copy.stream().sorted().toList();
            if (!sorted.equals(IntStream.range(0, copy.size()).boxed().toList())) {
                throw new IllegalArgumentException(
                        "%s must have each of 0 to %d once but was %s".formatted(name, copy.size() - 1, copy));
            }
            return copy;
        }
    }

    public Ranking {
        candidates = List.copyOf(candidates);
        passes = List.copyOf(passes);
        errors = List.copyOf(errors);
        Require.atLeast("number of candidates", candidates.size(), 1);
        if (passes.isEmpty() && errors.isEmpty()) {
            throw new IllegalArgumentException("a ranking needs a pass, or a reason why there is none");
        }
        for (Pass pass : passes) {
            if (pass.shown().size() != candidates.size() || pass.order().size() != candidates.size()) {
                throw new IllegalArgumentException("a pass must be over all %d candidates but was over %s"
                        .formatted(candidates.size(), pass.order()));
            }
        }
    }

    /** Whether there is no order at all: then nothing is preferred to anything. */
    public boolean isError() {
        return passes.isEmpty();
    }

    /**
     * The mean rank of each candidate over all passes, in the order in which they were given; 1 is best.
     *
     * @throws IllegalStateException if this {@link #isError}
     */
    public List<Double> meanRanks() {
        requireOrder();
        return IntStream.range(0, candidates.size())
                .mapToObj(candidate -> (double) rankSum(candidate) / passes.size())
                .toList();
    }

    /**
     * The candidates, the best first; of equals the one that was given first.
     *
     * @throws IllegalStateException if this {@link #isError}
     */
    public List<Integer> order() {
        requireOrder();
        return IntStream.range(0, candidates.size())
                .boxed()
                .sorted(Comparator.comparingInt(this::rankSum)) // stable
                .toList();
    }

    /** Whether one candidate is better than another, not merely as good; never if this {@link #isError}. */
    public boolean prefers(int candidate, int other) {
        return rankSum(Require.inRange("candidate", candidate, 0, candidates.size() - 1))
                < rankSum(Require.inRange("other", other, 0, candidates.size() - 1));
    }

    /** The judge's words of every pass, or why there are none; each a line. */
    public String reason() {
        return isError()
                ? String.join("\n", errors)
                : passes.stream().map(Pass::reason).collect(Collectors.joining("\n"));
    }

    /** Whole numbers: no rounding makes a tie, or hides one. */
    private int rankSum(int candidate) {
        return passes.stream()
                .mapToInt(pass -> pass.order().indexOf(candidate) + 1)
                .sum();
    }

    private void requireOrder() {
        if (isError()) {
            throw new IllegalStateException("there is no order: " + reason());
        }
    }
}
