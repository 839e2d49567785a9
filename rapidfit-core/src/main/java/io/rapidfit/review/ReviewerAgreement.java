package io.rapidfit.review;

import io.rapidfit.internal.Require;
import io.rapidfit.metrics.CohensKappa;
import io.rapidfit.text.DisplayWidth;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Whether reviewers who judged the same items agree.
 *
 * @param pairs every two reviewers who judged an item in common, sorted by their names
 * @param conflicts items that one reviewer wants and another does not, by job and in the order of its items
 */
public record ReviewerAgreement(List<Pair> pairs, List<Conflict> conflicts) {

    /**
     * Two reviewers.
     *
     * @param items that both judged; those that one of them skipped do not count
     * @param agreement share of these that both want, or both reject
     * @param kappa Cohen's, of wanting or rejecting; empty if it is not defined
     * @param scoreKappa quadratically weighted, of the scores that both gave; empty if it is not defined
     */
    public record Pair(
            String first,
            String second,
            int items,
            double agreement,
            OptionalDouble kappa,
            OptionalDouble scoreKappa) {}

    /**
     * An item that is disputed.
     *
     * @param decisions by reviewer, sorted by name
     */
    public record Conflict(String jobId, ReviewItem item, Map<String, Decision> decisions) {

        public Conflict {
            decisions = Collections.unmodifiableMap(new LinkedHashMap<>(decisions));
        }
    }

    private static final int TEXT_COLUMNS = 80;

    public ReviewerAgreement {
        pairs = List.copyOf(pairs);
        conflicts = List.copyOf(conflicts);
    }

    /**
     * @param feedback of any jobs, at most one of each reviewer on each job, as {@link FeedbackStore#list} gives it
     * @throws IllegalArgumentException if two of one job differ in the job itself
     */
    public static ReviewerAgreement of(List<Feedback> feedback) {
        Map<String, Map<String, Feedback>> byJob = new TreeMap<>();
        for (Feedback one : Require.nonNull("feedback", feedback)) {
            Map<String, Feedback> ofJob = byJob.computeIfAbsent(one.job().id(), id -> new TreeMap<>());
            ofJob.values().stream().findAny().ifPresent(other -> {
                if (!other.job().equals(one.job())) {
                    throw new IllegalArgumentException("'%s' and '%s' reviewed different jobs with the id '%s'"
                            .formatted(
                                    other.reviewer(), one.reviewer(), one.job().id()));
                }
            });
            ofJob.put(one.reviewer(), one);
        }
        Map<List<String>, Judged> judged = new LinkedHashMap<>();
        List<Conflict> conflicts = new ArrayList<>();
        byJob.values().forEach(reviewers -> collect(List.copyOf(reviewers.values()), judged, conflicts));
        List<Pair> pairs = new ArrayList<>();
        judged.forEach((names, both) -> pairs.add(both.pair(names.get(0), names.get(1))));
        pairs.sort(Comparator.comparing(Pair::first).thenComparing(Pair::second));
        return new ReviewerAgreement(pairs, conflicts);
    }

    private static void collect(List<Feedback> reviewers, Map<List<String>, Judged> judged, List<Conflict> conflicts) {
        for (ReviewItem item : reviewers.get(0).job().items()) {
            Map<String, Decision> decisions = new LinkedHashMap<>();
            for (Feedback feedback : reviewers) {
                Decision decision = feedback.decisions().get(item.id());
                if (decision != null && decision.kind() != Decision.Kind.SKIP) {
                    decisions.put(feedback.reviewer(), decision);
                }
            }
            if (decisions.values().stream()
                            .map(d -> d.kind().isAccepted())
                            .distinct()
                            .count()
                    > 1) {
                conflicts.add(new Conflict(reviewers.get(0).job().id(), item, decisions));
            }
            List<Map.Entry<String, Decision>> said = List.copyOf(decisions.entrySet());
            for (int i = 0; i < said.size(); i++) {
                for (int j = i + 1; j < said.size(); j++) {
                    judged.computeIfAbsent(
                                    List.of(said.get(i).getKey(), said.get(j).getKey()), n -> new Judged())
                            .add(said.get(i).getValue(), said.get(j).getValue());
                }
            }
        }
    }

    /** What two reviewers said of the items that both judged. */
    private static final class Judged {

        private final List<Boolean> first = new ArrayList<>();
        private final List<Boolean> second = new ArrayList<>();
        private final List<Integer> firstScores = new ArrayList<>();
        private final List<Integer> secondScores = new ArrayList<>();

        void add(Decision a, Decision b) {
            first.add(a.kind().isAccepted());
            second.add(b.kind().isAccepted());
            if (a.score() != null && b.score() != null) {
                firstScores.add(a.score());
                secondScores.add(b.score());
            }
        }

        Pair pair(String a, String b) {
            long same = IntStream.range(0, first.size())
                    .filter(i -> first.get(i).equals(second.get(i)))
                    .count();
            return new Pair(
                    a,
                    b,
                    first.size(),
                    same / (double) first.size(),
                    CohensKappa.of(first, second),
                    CohensKappa.quadratic(firstScores, secondScores));
        }
    }

    /** Prints a table of the pairs, and the disputed items. */
    public void display(Appendable out) {
        TextTable table = new TextTable()
                .left("reviewer")
                .left("and")
                .right("items")
                .right("agreement")
                .right("kappa")
                .right("kappa of scores");
        for (Pair pair : pairs) {
            table.row(
                    pair.first(),
                    pair.second(),
                    String.valueOf(pair.items()),
                    String.format(Locale.ROOT, "%.2f", pair.agreement()),
                    written(pair.kappa()),
                    written(pair.scoreKappa()));
        }
        table.print(out);
        try {
            for (Conflict conflict : conflicts) {
                out.append("\n%s, %s: %s\n"
                        .formatted(
                                DisplayWidth.fit(conflict.jobId(), TEXT_COLUMNS),
                                DisplayWidth.fit(conflict.item().id(), TEXT_COLUMNS),
                                DisplayWidth.fit(conflict.item().text(), TEXT_COLUMNS)));
                for (Map.Entry<String, Decision> entry : conflict.decisions().entrySet()) {
                    Decision decision = entry.getValue();
                    String why = decision.reason().isEmpty() ? "" : ": " + decision.reason();
                    out.append("    %s: %s\n"
                            .formatted(
                                    DisplayWidth.fit(entry.getKey(), TEXT_COLUMNS),
                                    DisplayWidth.fit(
                                            decision.kind().name().toLowerCase(Locale.ROOT) + why, TEXT_COLUMNS)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String written(OptionalDouble kappa) {
        return kappa.isEmpty() ? "-" : String.format(Locale.ROOT, "%.2f", kappa.getAsDouble());
    }
}
