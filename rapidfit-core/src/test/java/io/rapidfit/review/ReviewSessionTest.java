package io.rapidfit.review;

import static io.rapidfit.review.Jobs.AT_NOON;
import static io.rapidfit.review.Jobs.COST;
import static io.rapidfit.review.Jobs.JOB;
import static io.rapidfit.review.Jobs.LATE;
import static io.rapidfit.review.Jobs.NICE;
import static io.rapidfit.review.Jobs.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReviewSessionTest {

    /** Every kind of decision, a change of mind, and much that means nothing. */
    private static final String ANSWERS = """
            x
            6
            4
            fine
            e



            edit
            That costs many customers.
            row 3 |  | row 4
            -

            b
            r

            not in the data

            s
            tomorrow
            0
            3

            """;

    @TempDir
    private Path directory;

    private FeedbackStore store;

    @BeforeEach
    void open() {
        store = new FeedbackStore(directory);
    }

    private ReviewSession session() {
        return ReviewSession.builder()
                .job(JOB)
                .reviewer("ana")
                .store(store)
                .clock(AT_NOON)
                .build();
    }

    private boolean run(String answers, Appendable out) {
        return session().run(new StringReader(answers), out);
    }

    @Test
    void decide_isOnDiskAtOnce() {
        ReviewSession session = session();
        assertThat(session.next()).contains(LATE);

        session.decide("late", Decision.approve(5));

        assertThat(store.load(JOB.id(), "ana"))
                .contains(new Feedback(JOB, "ana", Map.of("late", Decision.approve(5)), null, "", NOON));
        assertThat(session.next()).contains(COST);
        session.decide("late", Decision.skip());
        session.decide("cost", Decision.skip());
        session.decide("nice", Decision.skip());
        session.overall(2, "odd");
        assertThat(session.next()).isEmpty();
        assertThat(session.feedback().isComplete()).isTrue();
        assertThat(store.load(JOB.id(), "ana")).contains(session.feedback());
        assertThat(session.feedback().overallScore()).isEqualTo(2);
        assertThat(session.feedback().notes()).isEqualTo("odd");
    }

    @Test
    void decide_thatCannotBeSavedWasNotSaid() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        ReviewSession session = ReviewSession.builder()
                .job(JOB)
                .reviewer("ana")
                .store(new FeedbackStore(file))
                .build();

        assertThatThrownBy(() -> session.decide("late", Decision.skip())).isInstanceOf(UncheckedIOException.class);

        assertThat(session.feedback().decisions()).isEmpty();
    }

    @Test
    void decide_refusesWhatTheJobHasNot() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> session().decide("other", Decision.skip()))
                .withMessageContaining("no item 'other'");
    }

    @Test
    void build_namesWhatIsMissing() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ReviewSession.builder().build())
                .withMessage("job is required: ReviewSession.builder().job(...)");
        assertThatIllegalStateException()
                .isThrownBy(() -> ReviewSession.builder().job(JOB).build())
                .withMessage("reviewer is required: ReviewSession.builder().reviewer(...)");
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> ReviewSession.builder().job(JOB).reviewer("ana").build())
                .withMessage("store is required: ReviewSession.builder().store(...)");
    }

    @Test
    void build_refusesAnotherJobWithTheSameId() {
        session().decide("late", Decision.skip());

        assertThatIllegalStateException()
                .isThrownBy(() -> ReviewSession.builder()
                        .job(new ReviewJob(JOB.id(), "other", JOB.items()))
                        .reviewer("ana")
                        .store(store)
                        .build())
                .withMessageStartingWith("'ana' has reviewed another job with the id 'Q1/reviews'");
    }

    @Test
    void run_asksUntilAllIsSaid() {
        StringBuilder out = new StringBuilder();

        boolean complete = run(ANSWERS, out);

        assertThat(complete).isTrue();
        assertThat(session().feedback())
                .isEqualTo(new Feedback(
                        JOB,
                        "ana",
                        Map.of(
                                "late",
                                Decision.approve(4).withNotes("fine"),
                                "cost",
                                Decision.reject("not in the data"),
                                "nice",
                                Decision.skip().withNotes("tomorrow")),
                        3,
                        "",
                        NOON));
        assertThat(out.toString())
                .contains("[2/3] cost\n  text            That costs customers.\n  recommendation  Tell sales.\n")
                .contains("evidence        row 3\n                  row 7\n")
                .contains("decided         edit\n") // on the way back
                .contains("That is none of the choices.")
                .contains("Nothing was changed.")
                .contains("Some words are needed.")
                .contains("That is no score from 1 to 5.")
                .endsWith("Done: 3 of 3 items decided, overall score 3\n");
    }

    @Test
    void run_keepsAnEdit() {
        run("q\n", new StringBuilder());
        run("1\n\ne\nNew.\n a | b \n-\n\n", new StringBuilder());

        assertThat(session().feedback().decision("cost"))
                .contains(Decision.edit(
                        COST.withText("New.").withEvidence(List.of("a", "b")).withRecommendation("")));
    }

    @Test
    void run_thatIsCutOffAnywhereGoesOnAndEndsTheSame() {
        run(ANSWERS, new StringBuilder());
        Feedback whole = session().feedback();
        List<String> lines = ANSWERS.lines().toList();

        for (int cut = 1; cut <= lines.size(); cut++) {
            store = new FeedbackStore(directory.resolve("cut " + cut));
            boolean complete = run(String.join("\n", lines.subList(0, cut)) + "\n", new StringBuilder());
            Feedback kept = session().feedback();
            assertThat(complete).isEqualTo(cut == lines.size());
            kept.decisions()
                    .forEach((id, decision) -> assertThat(decision.kind())
                            .isIn(
                                    whole.decision(id).orElseThrow().kind(),
                                    Decision.Kind.EDIT)); // which was changed later

            ReviewSession resumed = session();
            whole.decisions().forEach(resumed::decide);
            resumed.overall(3, "");
            assertThat(session().feedback()).isEqualTo(whole);
        }
    }

    @Test
    void run_goesOnWhereTheLastSessionEnded() {
        assertThat(run("4\n\nq\n", new StringBuilder())).isFalse();
        StringBuilder out = new StringBuilder();

        assertThat(run("s\n\n5\n\nq\n", out)).isFalse();

        assertThat(out.toString())
                .doesNotContain("[1/3]")
                .contains("[2/3] cost")
                .endsWith("Kept: 3 of 3 items decided. The next session goes on from here.\n");
        assertThat(run("2\nwhole\n", new StringBuilder())).isTrue();
        assertThat(session().feedback().overallScore()).isEqualTo(2);
        assertThat(session().feedback().notes()).isEqualTo("whole");
    }

    @Test
    void run_endsWhenTheInputMeansNothingForEver() {
        StringBuilder out = new StringBuilder();

        assertThat(session().run(endless('x'), out)).isFalse();

        assertThat(out.toString().split("none of the choices", -1)).hasSize(101);
        for (char choice : new char[] {'b', 'i'}) {
            assertThat(session().run(endless(choice), new StringBuilder())).isFalse();
        }
    }

    private static Reader endless(char answer) {
        return new Reader() {
            @Override
            public int read(char[] buffer, int offset, int length) {
                for (int i = 0; i < length; i++) {
                    buffer[offset + i] = i % 2 == 0 ? answer : '\n';
                }
                return length;
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void run_showsAndKeepsAnEarlierEdit() {
        StringBuilder out = new StringBuilder();

        run("e\nFirst edit.\n\n\n\nb\ne\n\n\nThen this.\n\nq\n", out);

        assertThat(out.toString()).contains("text            First edit.");
        assertThat(session().feedback().decision("late"))
                .contains(Decision.edit(LATE.withText("First edit.").withRecommendation("Then this.")));
    }

    @Test
    void run_showsLongTextsWhole() {
        ReviewJob job = new ReviewJob(
                "long", "x".repeat(5000) + "end of input", List.of(NICE.withText("y".repeat(5000) + "end")));
        StringBuilder out = new StringBuilder();

        ReviewSession.builder().job(job).reviewer("ana").store(store).build().run(new StringReader(""), out);

        assertThat(out.toString()).contains("xend of input\n", "yend\n");
    }

    @Test
    void run_goesOnWithTextsThatWereCutInACharacter() {
        ReviewJob job = new ReviewJob("cut", "half \uD83D", List.of(NICE));
        for (int score = 1; score <= 2; score++) {
            ReviewSession session = ReviewSession.builder()
                    .job(job)
                    .reviewer("ana")
                    .store(store)
                    .build();
            session.decide("nice", Decision.approve(score));
        }

        assertThat(store.load("cut", "ana").orElseThrow().decision("nice")).contains(Decision.approve(2));
    }

    @Test
    void run_showsNothingThatATerminalWouldTakeForACommand() {
        ReviewJob job =
                new ReviewJob("j", "in\u001B[2Jput", List.of(NICE.withText("\u001B]0;title\u0007 text\rover\u009B1m")));
        StringBuilder out = new StringBuilder();

        ReviewSession.builder().job(job).reviewer("ana").store(store).build().run(new StringReader("i\n"), out);

        assertThat(out.toString())
                .doesNotContain("\u001B", "\u0007", "\r", "\u009B")
                .contains("in [2Jput");
    }

    @Test
    void run_throwsIfItCannotTalk() {
        Reader broken = new Reader() {
            @Override
            public int read(char[] buffer, int offset, int length) throws IOException {
                throw new IOException("gone");
            }

            @Override
            public void close() {}
        };

        assertThatThrownBy(() -> session().run(broken, new StringBuilder()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot talk to the reviewer");
    }
}
