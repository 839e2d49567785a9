package io.rapidfit.review;

import io.rapidfit.text.DisplayWidth;
import io.rapidfit.text.TextNormalizer;
import java.io.BufferedReader;
import java.io.Flushable;
import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A {@link ReviewSession} by question and answer, a line each. */
final class ReviewDialog {

    /** So that input that is no person's does not ask for ever. */
    private static final int MAX_IDLE = 100;

    private static final String NONE = "-";
    private static final String CHOICES =
            "1-5 approve with that score, e edit, r reject, s skip, b back, i input, q quit";

    /** The end of the input, of the reviewer's patience, or of ours. */
    private static final class Ended extends Exception {

        private static final long serialVersionUID = 1L;
    }

    private final ReviewSession session;
    private final BufferedReader in;
    private final Appendable out;
    private int idle; // answers in a row that decided nothing

    ReviewDialog(ReviewSession session, Reader in, Appendable out) {
        this.session = session;
        this.in = new BufferedReader(in);
        this.out = out;
    }

    boolean run() throws IOException {
        try {
            say("Job " + job().id() + ", " + job().items().size() + " items, reviewed by "
                    + session.feedback().reviewer());
            sayInput();
            decideItems();
            judgeJob();
            say("Done: " + summary());
            return true;
        } catch (Ended e) {
            say("");
            say("Kept: " + summary() + ". The next session goes on from here.");
            return false;
        }
    }

    private ReviewJob job() {
        return session.feedback().job();
    }

    private String summary() {
        Feedback feedback = session.feedback();
        return feedback.decisions().size() + " of " + job().items().size() + " items decided"
                + (feedback.overallScore() == null ? "" : ", overall score " + feedback.overallScore());
    }

    private void decideItems() throws IOException, Ended {
        Optional<ReviewItem> next = session.next();
        while (next.isPresent()) {
            ReviewItem item = next.orElseThrow();
            show(item);
            boolean back = !decide(item);
            next = back ? before(item) : session.next();
        }
    }

    private Optional<ReviewItem> before(ReviewItem item) {
        return Optional.of(job().items().get(Math.max(0, job().items().indexOf(item) - 1)));
    }

    private void show(ReviewItem item) throws IOException {
        say("");
        say("[" + (job().items().indexOf(item) + 1) + "/" + job().items().size() + "] " + item.id());
        ReviewItem latest = asEdited(item);
        sayField("text", List.of(latest.text()));
        sayField("evidence", latest.evidence());
        sayField("recommendation", List.of(latest.recommendation()));
        sayField("depends on", item.dependsOn());
        Optional<Decision> decided = session.feedback().decision(item.id());
        if (decided.isPresent()) {
            sayField("decided", List.of(decided.orElseThrow().kind().name().toLowerCase(Locale.ROOT)));
        }
    }

    /** @return whether it was decided, or else the reviewer wants to go back */
    private boolean decide(ReviewItem item) throws IOException, Ended {
        while (true) {
            String answer = ask(CHOICES).toLowerCase(Locale.ROOT);
            Decision decision;
            switch (answer) {
                case "1", "2", "3", "4", "5" -> decision = Decision.approve(Integer.parseInt(answer));
                case "e", "edit" -> decision = edit(item);
                case "r", "reject" -> decision = Decision.reject(askForText("Why is it wrong?"));
                case "s", "skip" -> decision = Decision.skip();
                case "b", "back" -> {
                    return false;
                }
                case "i", "input" -> {
                    sayInput();
                    continue;
                }
                case "q", "quit" -> throw new Ended();
                default -> {
                    mistake("That is none of the choices.");
                    continue;
                }
            }
            if (decision != null) {
                keep(item, decision);
                return true;
            }
        }
    }

    /** First the decision itself: it is kept even if the input ends with the question for notes. */
    private void keep(ReviewItem item, Decision decision) throws IOException, Ended {
        session.decide(item.id(), decision);
        idle = 0;
        String notes = ask("Notes? Enter for none");
        if (!notes.isEmpty()) {
            session.decide(item.id(), decision.withNotes(notes));
        }
    }

    /** Null if nothing was changed. */
    private @Nullable Decision edit(ReviewItem item) throws IOException, Ended {
        String text = ask("New text? Enter keeps it");
        String evidence = ask("New evidence, with | between its parts? Enter keeps it, " + NONE + " takes it away");
        String recommendation = ask("New recommendation? Enter keeps it, " + NONE + " takes it away");
        ReviewItem edited = asEdited(item);
        if (!text.isEmpty()) {
            edited = edited.withText(text);
        }
        if (!evidence.isEmpty()) {
            edited = edited.withEvidence(evidence.equals(NONE) ? List.of() : parts(evidence));
        }
        if (!recommendation.isEmpty()) {
            edited = edited.withRecommendation(recommendation.equals(NONE) ? "" : recommendation);
        }
        if (edited.equals(item)) {
            mistake("Nothing was changed.");
            return null;
        }
        return Decision.edit(edited);
    }

    /** Who goes back finds what they wrote. */
    private ReviewItem asEdited(ReviewItem item) {
        return session.feedback().decision(item.id()).map(Decision::edited).orElse(item);
    }

    private static List<String> parts(String evidence) {
        return Arrays.stream(evidence.split("\\|"))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private void judgeJob() throws IOException, Ended {
        while (session.feedback().overallScore() == null) {
            String answer = ask("Overall score of the job, 1-5, or q to leave it open");
            if (answer.length() == 1 && answer.charAt(0) >= '1' && answer.charAt(0) <= '5') {
                int score = Integer.parseInt(answer);
                session.overall(score, "");
                session.overall(score, ask("Notes on the job? Enter for none"));
            } else if (answer.equalsIgnoreCase("q")) {
                throw new Ended();
            } else {
                mistake("That is no score from 1 to 5.");
            }
        }
    }

    private String askForText(String question) throws IOException, Ended {
        String answer = ask(question);
        while (answer.isEmpty()) {
            mistake("Some words are needed.");
            answer = ask(question);
        }
        return answer;
    }

    /** @return without blanks around; empty if there is nothing to read in it */
    private String ask(String question) throws IOException, Ended {
        out.append("  ").append(question).append(": ");
        if (out instanceof Flushable flushable) {
            flushable.flush();
        }
        String line = in.readLine();
        if (line == null || ++idle > MAX_IDLE) {
            throw new Ended();
        }
        return TextNormalizer.isBlank(line) ? "" : line.strip();
    }

    private void mistake(String message) throws IOException {
        say("  " + message);
    }

    private void sayInput() throws IOException {
        sayField("input", List.of(job().input()));
    }

    private void sayField(String name, List<String> values) throws IOException {
        String label = name;
        for (String value : values) {
            for (String line :
                    value.isEmpty() ? List.<String>of() : value.lines().toList()) {
                say(String.format(Locale.ROOT, "  %-15s %s", label, line));
                label = "";
            }
        }
    }

    /** What models write may hold characters that a terminal takes for commands. */
    private void say(String line) throws IOException {
        out.append(DisplayWidth.oneLine(line)).append('\n');
    }
}
