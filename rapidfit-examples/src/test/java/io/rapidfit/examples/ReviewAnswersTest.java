package io.rapidfit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.review.Feedback;
import io.rapidfit.review.FeedbackStore;
import io.rapidfit.review.ReviewItem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReviewAnswersTest {

    @Test
    void run_keepsWhatTheReviewerSays(@TempDir Path directory) throws IOException {
        FeedbackStore store = new FeedbackStore(directory);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

        ReviewAnswers.run(ReviewAnswers.job(), "ana", directory, new StringReader("5\n\nr\nno evidence\n\nq\n"), out);
        ReviewAnswers.run(
                ReviewAnswers.job(),
                "ana",
                directory,
                new StringReader("e\nNine reviews praise the packaging.\n\n-\n\n4\n\n4\n\n"),
                out);

        Feedback feedback = store.load("january-reviews", "ana").orElseThrow();
        assertThat(feedback.isComplete()).isTrue();
        assertThat(feedback.accepted(3))
                .extracting(ReviewItem::text)
                .containsExactly(
                        "Late parcels are the most frequent complaint.",
                        "Nine reviews praise the packaging.",
                        "Three invoices were wrong.");
        assertThat(directory.resolve("tuning/feedback.jsonl")).content().contains("Nine reviews praise the packaging.");
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("with evidence")
                .contains(" 75%");
    }
}
