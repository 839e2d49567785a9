package io.rapidfit.review;

import static io.rapidfit.review.Jobs.COST;
import static io.rapidfit.review.Jobs.JOB;
import static io.rapidfit.review.Jobs.LATE;
import static io.rapidfit.review.Jobs.NICE;
import static io.rapidfit.review.Jobs.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReviewJobTest {

    private static Feedback feedback(Map<String, Decision> decisions) {
        return new Feedback(JOB, "ana", decisions, null, "", NOON);
    }

    @Test
    void job_refusesItemsThatDoNotFitTogether() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReviewJob("a", "x", List.of()))
                .withMessage("job 'a' has no items to review");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReviewJob("a", "x", List.of(LATE, LATE)))
                .withMessage("job 'a' has two items with the id 'late'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReviewJob("a", "x", List.of(COST)))
                .withMessage("item 'cost' of job 'a' depends on 'late', which the job has not");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NICE.withDependsOn(List.of("nice")))
                .withMessage("item 'nice' cannot depend on itself");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JOB.item("other"))
                .withMessage("no item 'other' in job 'Q1/reviews'; it has [late, cost, nice]");
    }

    @Test
    void parse_readsWhatToJsonWrites() {
        assertThat(ReviewJob.parse(JOB.toJson())).isEqualTo(JOB);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> ReviewJob.parse("{\"id\":\"a\",\"input\":\"x\",\"items\":[{\"id\":\"b\",\"text\":1}]}"))
                .withMessage("field \"items.0.text\": expected a text");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReviewJob.parse("[]"))
                .withMessage("expected a JSON object");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReviewJob.parse("{"))
                .withMessageStartingWith("not valid JSON: ");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 6, -1})
    void approve_refusesOtherScores(int score) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Decision.approve(score))
                .withMessage("score must be in [1, 5] but was " + score);
    }

    @Test
    void decision_hasWhatItsKindHas() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Decision(Decision.Kind.SKIP, 3, null, "", ""))
                .withMessage("a score goes with APPROVE, and with no other decision than that");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Decision(Decision.Kind.APPROVE, 3, NICE, "", ""))
                .withMessage("an edited item goes with EDIT, and with no other decision than that");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Decision(Decision.Kind.SKIP, null, null, "why", ""))
                .withMessage("a reason goes with REJECT: say other things in the notes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Decision.reject(" "))
                .withMessage("reason must not be blank");
        assertThat(Decision.skip().withNotes("later").notes()).isEqualTo("later");
    }

    @Test
    void accepted_areTheItemsAsTheReviewerWantsThem() {
        ReviewItem edited = LATE.withText("Parcels of January arrive late.");
        Feedback feedback = feedback(
                Map.of("late", Decision.edit(edited), "cost", Decision.approve(3), "nice", Decision.approve(2)));

        assertThat(feedback.accepted(3)).containsExactly(edited, COST);
        assertThat(feedback.accepted(4)).containsExactly(edited);
        assertThat(feedback.accepted(1)).containsExactly(edited, COST, NICE);
    }

    @Test
    void accepted_leavesOutWhatDependsOnWhatIsNotWanted() {
        ReviewItem third = ReviewItem.of("third", "So do this.").withDependsOn(List.of("cost", "nice"));
        ReviewJob job = new ReviewJob("a", "x", List.of(third, COST, LATE, NICE));
        Decision good = Decision.approve(5);

        assertThat(new Feedback(
                                job,
                                "ana",
                                Map.of("late", Decision.reject("no"), "cost", good, "nice", good, "third", good),
                                null,
                                "",
                                NOON)
                        .accepted(3))
                .containsExactly(NICE); // cost needs late, and third needs cost
        assertThat(feedback(Map.of("cost", good)).accepted(3)).isEmpty(); // late is undecided
    }

    @Test
    void feedback_refusesWhatTheJobHasNot() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> feedback(Map.of("other", Decision.skip())))
                .withMessageContaining("no item 'other'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> feedback(Map.of("nice", Decision.edit(LATE))))
                .withMessage("an edit of item 'nice' must keep its id and what it depends on");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Feedback(JOB, "ana", Map.of(), 6, "", NOON))
                .withMessage("overallScore must be in [1, 5] but was 6");
    }
}
