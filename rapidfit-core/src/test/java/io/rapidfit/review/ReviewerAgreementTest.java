package io.rapidfit.review;

import static io.rapidfit.review.Jobs.COST;
import static io.rapidfit.review.Jobs.JOB;
import static io.rapidfit.review.Jobs.LATE;
import static io.rapidfit.review.Jobs.NICE;
import static io.rapidfit.review.Jobs.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.review.ReviewerAgreement.Conflict;
import io.rapidfit.review.ReviewerAgreement.Pair;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReviewerAgreementTest {

    private static final Decision NO = Decision.reject("not so");

    private static Feedback feedback(ReviewJob job, String reviewer, Decision late, Decision cost, Decision nice) {
        return new Feedback(job, reviewer, Map.of("late", late, "cost", cost, "nice", nice), null, "", NOON);
    }

    @Test
    void of_comparesWhatBothJudged() {
        ReviewJob second = new ReviewJob("second", "x", JOB.items());
        ReviewerAgreement agreement = ReviewerAgreement.of(List.of(
                feedback(second, "bo", Decision.approve(2), NO, NO),
                feedback(JOB, "bo", Decision.approve(5), Decision.skip(), NO),
                feedback(JOB, "ana", Decision.approve(4), Decision.approve(1), Decision.approve(3)),
                feedback(second, "ana", Decision.approve(1), NO, Decision.edit(NICE.withText("x")))));

        // Both judged late and nice of the first job, and all of the second: they agree on 3 of 5. ana wants 4 of 5, bo
        // 2 of 5,
        // so by chance they would agree on 4/5 * 2/5 + 1/5 * 3/5 = 11/25; kappa = (15/25 - 11/25) / (14/25) = 2/7.
        Pair pair = agreement.pairs().get(0);
        assertThat(agreement.pairs()).hasSize(1);
        assertThat(pair.first()).isEqualTo("ana");
        assertThat(pair.second()).isEqualTo("bo");
        assertThat(pair.items()).isEqualTo(5);
        assertThat(pair.agreement()).isEqualTo(0.6);
        assertThat(pair.kappa().orElseThrow()).isCloseTo(2 / 7.0, within(1e-12));
        // Scores 4, 1 and 5, 2: squares observed 1 + 1; expected, of all four combinations / 2: (1 + 4 + 16 + 1) / 2 =
        // 11.
        assertThat(pair.scoreKappa().orElseThrow()).isCloseTo(1 - 2 / 11.0, within(1e-12));
        assertThat(agreement.conflicts())
                .extracting(Conflict::jobId, Conflict::item)
                .containsExactly(tuple(JOB.id(), NICE), tuple("second", NICE));
        assertThat(agreement.conflicts().get(0).decisions().keySet()).containsExactly("ana", "bo");
    }

    @Test
    void of_comparesEveryTwo() {
        Decision yes = Decision.approve(3);
        ReviewerAgreement agreement = ReviewerAgreement.of(List.of(
                feedback(JOB, "c", yes, yes, yes), feedback(JOB, "b", yes, yes, yes), feedback(JOB, "a", NO, NO, NO)));

        assertThat(agreement.pairs())
                .extracting(Pair::first, Pair::second, Pair::agreement)
                .containsExactly(tuple("a", "b", 0.0), tuple("a", "c", 0.0), tuple("b", "c", 1.0));
        assertThat(agreement.pairs().get(2).kappa())
                .isEmpty(); // both always say the same: nothing to compare with chance
        assertThat(agreement.conflicts()).extracting(Conflict::item).containsExactly(LATE, COST, NICE);
    }

    @Test
    void of_oneReviewerHasNobodyToAgreeWith() {
        ReviewerAgreement agreement = ReviewerAgreement.of(List.of(feedback(JOB, "ana", NO, NO, NO)));

        assertThat(agreement.pairs()).isEmpty();
        assertThat(agreement.conflicts()).isEmpty();
        assertThat(ReviewerAgreement.of(List.of()).pairs()).isEmpty();
    }

    @Test
    void of_refusesDifferentJobsWithOneId() {
        ReviewJob other = new ReviewJob(JOB.id(), "other", JOB.items());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReviewerAgreement.of(
                        List.of(feedback(JOB, "ana", NO, NO, NO), feedback(other, "bo", NO, NO, NO))))
                .withMessage("'ana' and 'bo' reviewed different jobs with the id 'Q1/reviews'");
    }

    @Test
    void display_printsPairsAndConflicts() {
        StringBuilder out = new StringBuilder();

        ReviewerAgreement.of(
                        List.of(feedback(JOB, "ana", Decision.approve(4), NO, NO), feedback(JOB, "bo", NO, NO, NO)))
                .display(out);

        assertThat(out.toString()).isEqualTo("""
                          reviewer  and  items  agreement  kappa  kappa of scores
                          --------  ---  -----  ---------  -----  ---------------
                          ana       bo       3       0.67   0.00                -

                        Q1/reviews, late: Parcels arrive late.
                            ana: approve
                            bo: reject: not so
                        """);
    }

    @Test
    void display_printsNothingThatATerminalWouldTakeForACommand() {
        ReviewItem item = ReviewItem.of("i\33[2J", "t\33[2J");
        ReviewJob job = new ReviewJob("j\33[2J\n", "x", List.of(item));
        StringBuilder out = new StringBuilder();

        ReviewerAgreement.of(List.of(
                        new Feedback(job, "a\33", Map.of(item.id(), NO), null, "", NOON),
                        new Feedback(job, "b\33", Map.of(item.id(), Decision.approve(1)), null, "", NOON)))
                .display(out);

        assertThat(out.toString()).doesNotContain("\33").contains("j [2J , i [2J: t [2J");
    }

    @Test
    void trend_countsByMonthInUtc() {
        Feedback march = feedback(JOB, "ana", Decision.approve(4), NO, Decision.skip());
        Feedback april = new Feedback(
                JOB,
                "bo",
                Map.of("nice", Decision.edit(NICE.withText("x")), "late", NO),
                null,
                "",
                Instant.parse("2026-04-01T00:00:00Z"));

        ReviewTrend trend = ReviewTrend.of(List.of(april, march));

        assertThat(trend.months())
                .containsExactly( // only late has both evidence and a recommendation
                        new ReviewTrend.Month(YearMonth.of(2026, 3), 2, 0.5, 0.5, 0.5),
                        new ReviewTrend.Month(YearMonth.of(2026, 4), 2, 0.5, 0.5, 0.5));
        StringBuilder out = new StringBuilder();
        trend.display(out);
        assertThat(out.toString()).isEqualTo("""
                          month    items  approved  complete  with evidence
                          -------  -----  --------  --------  -------------
                          2026-03      2       50%       50%            50%
                          2026-04      2       50%       50%            50%
                        """);
        assertThat(ReviewTrend.of(List.of(feedback(JOB, "c", Decision.skip(), Decision.skip(), Decision.skip())))
                        .months())
                .isEmpty();
    }
}
