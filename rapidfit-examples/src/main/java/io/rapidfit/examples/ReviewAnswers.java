package io.rapidfit.examples;

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
import java.util.Objects;

/**
 * Has a person judge, in the terminal, what a model wrote; what is decided is kept at once, and the next start goes on from
 * there. Takes the name of the reviewer and the directory to keep feedback in.
 */
public final class ReviewAnswers {

    private ReviewAnswers() {}

    /** Reads the answers from the terminal. */
    public static void main(String[] args) throws IOException {
        String reviewer = args.length > 0 ? args[0] : System.getProperty("user.name");
        Path directory = Path.of(args.length > 1 ? args[1] : "feedback");
        Reader in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        run(job(), reviewer, new FeedbackStore(directory), in, System.out);
    }

    static void run(ReviewJob job, String reviewer, FeedbackStore store, Reader in, PrintStream out) {
        ReviewSession session =
                ReviewSession.builder().job(job).reviewer(reviewer).store(store).build();
        if (session.run(in, out)) {
            out.println();
            ReviewTrend.of(store.list()).display(out);
            out.println();
            ReviewerAgreement.of(store.list()).display(out);
        }
    }

    /** A model's findings, as a service would hand them over. */
    static ReviewJob job() throws IOException {
        try (InputStream json = ReviewAnswers.class.getResourceAsStream("/review-jobs/january.json")) {
            return ReviewJob.parse(new String(Objects.requireNonNull(json).readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
