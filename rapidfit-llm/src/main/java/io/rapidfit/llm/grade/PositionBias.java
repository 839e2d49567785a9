package io.rapidfit.llm.grade;

import io.rapidfit.internal.Require;
import io.rapidfit.metrics.Estimate;
import io.rapidfit.text.TextTable;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * How far a judge that puts candidates in order is led by the places where they stand, after Zheng et al., "Judging LLM-as-a-Judge
 * with MT-Bench and Chatbot Arena" (2023): two candidates that are shown once this way round and once the other should come out
 * alike. Takes rankings of several passes, see {@link LLMRanker.Builder#shuffles}.
 *
 * <pre>{@code
 * LLMRanker ranker = Graders.preference(model).shuffles(2).build();
 * PositionBias.of(lists.stream().map(ranker::rank).toList()).display(System.out);
 * }</pre>
 *
 * <p>Intervals take all comparisons for independent: with many candidates a ranking, or more than two passes, they are too narrow.
 *
 * @param rankings that have an order; those that are errors are left out
 * @param swaps how often two candidates were shown in one order in one pass and in the other in another pass of a ranking
 * @param consistent how many of these came out alike
 * @param comparisons how often one candidate was shown before another
 * @param firstPreferred how many of these preferred the one that was shown first
 */
public record PositionBias(int rankings, int swaps, int consistent, int comparisons, int firstPreferred) {

    private static final double CONFIDENCE = 0.95;

    /** Whatever the number of candidates and passes of each. */
    public static PositionBias of(Collection<Ranking> rankings) {
        List<Ranking> ordered = Require.nonNull("rankings", rankings).stream()
                .filter(ranking -> !ranking.isError())
                .toList();
        int swaps = 0;
        int consistent = 0;
        int comparisons = 0;
        int firstPreferred = 0;
        for (Ranking ranking : ordered) {
            for (int a = 0; a < ranking.candidates().size(); a++) {
                for (int b = a + 1; b < ranking.candidates().size(); b++) {
                    for (int p = 0; p < ranking.passes().size(); p++) {
                        Ranking.Pass pass = ranking.passes().get(p);
                        comparisons++;
                        firstPreferred += isFirst(pass.shown(), a, b) == isFirst(pass.order(), a, b) ? 1 : 0;
                        for (Ranking.Pass other : ranking.passes().subList(0, p)) {
                            if (isFirst(pass.shown(), a, b) != isFirst(other.shown(), a, b)) {
                                swaps++;
                                consistent += isFirst(pass.order(), a, b) == isFirst(other.order(), a, b) ? 1 : 0;
                            }
                        }
                    }
                }
            }
        }
        return new PositionBias(ordered.size(), swaps, consistent, comparisons, firstPreferred);
    }

    private static boolean isFirst(List<Integer> order, int a, int b) {
        return order.indexOf(a) < order.indexOf(b);
    }

    /**
     * The share of swaps that came out alike: 1 for a judge that looks at the candidates alone, 0.5 for one that throws a coin, 0 for
     * one that looks at places alone. Empty if nothing was swapped.
     */
    public Optional<Estimate> consistency() {
        return Estimates.share(consistent, swaps, CONFIDENCE);
    }

    /**
     * The share of comparisons that the candidate shown first won: 0.5 without bias, if each two were shown equally often either way
     * round. Empty if there are none.
     */
    public Optional<Estimate> firstShare() {
        return Estimates.share(firstPreferred, comparisons, CONFIDENCE);
    }

    /** Prints a table of three columns. */
    public void display(Appendable out) {
        new TextTable()
                .left("position bias")
                .right("")
                .right("interval")
                .row("rankings", String.valueOf(rankings), "")
                .row("swaps", String.valueOf(swaps), "")
                .row("swaps that came out alike", Estimates.value(consistency()), Estimates.interval(consistency()))
                .row("first preferred", Estimates.value(firstShare()), Estimates.interval(firstShare()))
                .print(out);
    }
}
