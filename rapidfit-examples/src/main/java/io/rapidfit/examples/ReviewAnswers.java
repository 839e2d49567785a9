package io.rapidfit.examples;

import io.rapidfit.finetune.FeedbackExporter;
import io.rapidfit.review.Feedback;
import io.rapidfit.review.FeedbackStore;
import io.rapidfit.review.ReviewJob;
import io.rapidfit.review.ReviewSession;
import io.rapidfit.review.ReviewTrend;
import io.rapidfit.review.ReviewerAgreement;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Has a person judge, in the terminal, what a model wrote, and makes of it a file to learn from; what is decided is kept at once,
 * and the next start goes on from there. Takes the name of the reviewer and the directory to keep feedback in.
 */
public final class ReviewAnswers {

    private ReviewAnswers() {}

    /** Reads the answers from the terminal. */
    public static void main(String[] args) throws IOException {
        String reviewer = args.length > 0 ? args[0] : System.getProperty("user.name");
        Path directory = Path.of(args.length > 1 ? args[1] : "feedback");
        Reader in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        run(job(), reviewer, directory, in, System.out);
    }

    static void run(ReviewJob job, String reviewer, Path directory, Reader in, PrintStream out) {
        FeedbackStore store = new FeedbackStore(directory);
        ReviewSession session =
                ReviewSession.builder().job(job).reviewer(reviewer).store(store).build();
        if (session.run(in, out)) {
            out.println();
            ReviewTrend.of(store.list()).display(out);
            out.println();
            ReviewerAgreement.of(store.list()).display(out);
            export(store.list(), directory.resolve("tuning"), out);
        }
    }

    private static void export(List<Feedback> feedback, Path directory, PrintStream out) {
        out.println();
        if (feedback.stream()
                .noneMatch(one -> one.isComplete() && !one.accepted(3).isEmpty())) {
            out.println("Nothing to learn from: no item is wanted.");
            return;
        }
        FeedbackExporter.builder()
                .directory(directory)
                .holdoutFraction(0) // one job cannot be on both sides
                .build()
                .export(feedback)
                .display(out);
    }

    /** A model's findings, as a service would hand them over. */
    static ReviewJob job() throws IOException {
        try (InputStream json = ReviewAnswers.class.getResourceAsStream("/review-jobs/january.json")) {
            return ReviewJob.parse(new String(Objects.requireNonNull(json).readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
