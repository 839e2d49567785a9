package io.rapidfit.review;

import io.rapidfit.internal.Require;
import io.rapidfit.text.TextTable;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What reviewers see from month to month, to notice that a model drifts.
 *
 * @param months those with a judged item, in order
 */
public record ReviewTrend(List<Month> months) {

    /**
     * A month, in UTC, by when feedback was last updated.
     *
     * @param items judged; those that were skipped do not count
     * @param approvalRate share of these that reviewers want, changed or not
     * @param schemaRate share of these that came complete, with evidence and a recommendation
     * @param evidenceRate share of these that came with evidence
     */
    public record Month(YearMonth month, int items, double approvalRate, double schemaRate, double evidenceRate) {}

    public ReviewTrend {
        months = List.copyOf(months);
    }

    public static ReviewTrend of(List<Feedback> feedback) {
        Map<YearMonth, Counts> byMonth = new TreeMap<>();
        for (Feedback one : Require.nonNull("feedback", feedback)) {
            YearMonth month = YearMonth.from(one.updatedAt().atZone(ZoneOffset.UTC));
            one.decisions().forEach((id, decision) -> {
                if (decision.kind() != Decision.Kind.SKIP) {
                    byMonth.computeIfAbsent(month, m -> new Counts())
                            .add(one.job().item(id), decision);
                }
            });
        }
        List<Month> months = new ArrayList<>();
        byMonth.forEach((month, counts) -> months.add(counts.month(month)));
        return new ReviewTrend(months);
    }

    private static final class Counts {

        private int items;
        private int approved;
        private int complete;
        private int evidenced;

        void add(ReviewItem item, Decision decision) {
            boolean hasEvidence = !item.evidence().isEmpty();
            items++;
            approved += decision.kind().isAccepted() ? 1 : 0;
            evidenced += hasEvidence ? 1 : 0;
            complete += hasEvidence && !item.recommendation().isBlank() ? 1 : 0;
        }

        Month month(YearMonth month) {
            double all = items;
            return new Month(month, items, approved / all, complete / all, evidenced / all);
        }
    }

    /** Prints a row for each month. */
    public void display(Appendable out) {
        TextTable table = new TextTable()
                .left("month")
                .right("items")
                .right("approved")
                .right("complete")
                .right("with evidence");
        for (Month month : months) {
            table.row(
                    month.month().toString(),
                    String.valueOf(month.items()),
                    percent(month.approvalRate()),
                    percent(month.schemaRate()),
                    percent(month.evidenceRate()));
        }
        table.print(out);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f%%", 100 * share);
    }
}
