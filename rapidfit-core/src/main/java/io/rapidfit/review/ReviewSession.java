package io.rapidfit.review;

import io.rapidfit.internal.Require;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Leads one reviewer through one job. Whatever is decided is on disk before the next question; a session for the same job and
 * reviewer goes on where the last one ended.
 *
 * <pre>{@code
 * ReviewSession session = ReviewSession.builder()
 *         .job(job)
 *         .reviewer("ana")
 *         .store(new FeedbackStore(Path.of("feedback")))
 *         .build();
 * session.run(new InputStreamReader(System.in, UTF_8), System.out); // or: session.decide("item-1", Decision.approve(4))
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class ReviewSession {

    private final FeedbackStore store;
    private final Clock clock;
    private Feedback feedback;

    private ReviewSession(FeedbackStore store, Clock clock, Feedback feedback) {
        this.store = store;
        this.clock = clock;
        this.feedback = feedback;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** What was said so far. */
    public synchronized Feedback feedback() {
        return feedback;
    }

    /** The first item that nothing was said of; empty if all are decided. */
    public synchronized Optional<ReviewItem> next() {
        return feedback.pending().stream().findFirst();
    }

    /**
     * Decides an item, for the first time or anew, and saves that.
     *
     * @throws IllegalArgumentException if the job has no such item, or an edit has another id or other dependencies
     */
    public synchronized void decide(String itemId, Decision decision) {
        keep(feedback.with(itemId, Require.nonNull("decision", decision), clock.instant()));
    }

    /**
     * Judges the job as a whole, for the first time or anew, and saves that.
     *
     * @param score from 1 to 5, 5 is best
     * @param notes may be empty
     */
    public synchronized void overall(int score, String notes) {
        keep(feedback.withOverall(score, Require.nonNull("notes", notes), clock.instant()));
    }

    /** First to disk: what is only in memory was not said. */
    private void keep(Feedback changed) {
        store.save(changed);
        feedback = changed;
    }

    /**
     * Asks for every decision that is missing, one after the other, then for the overall score. Ends when all is said, when the
     * reviewer quits, at the end of the input, or after a hundred lines in a row that decide nothing; what was decided until
     * then is kept.
     *
     * @return whether all is said
     */
    public boolean run(Reader in, Appendable out) {
        Require.nonNull("in", in);
        Require.nonNull("out", out);
        try {
            return new ReviewDialog(this, in, out).run();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot talk to the reviewer", e);
        }
    }

    /** Not thread-safe. */
    public static final class Builder {

        private @Nullable ReviewJob job;
        private @Nullable String reviewer;
        private @Nullable FeedbackStore store;
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /** What is to be judged. Required. */
        public Builder job(ReviewJob job) {
            this.job = Require.nonNull("job", job);
            return this;
        }

        /** Who judges. Required. */
        public Builder reviewer(String reviewer) {
            this.reviewer = Require.notBlank("reviewer", reviewer);
            return this;
        }

        /** Where decisions are kept, and found again. Required. */
        public Builder store(FeedbackStore store) {
            this.store = Require.nonNull("store", store);
            return this;
        }

        /** Says when a decision was made. Defaults to the system's clock. */
        public Builder clock(Clock clock) {
            this.clock = Require.nonNull("clock", clock);
            return this;
        }

        /**
         * @throws IllegalStateException if job, reviewer or store are missing, or the store has feedback of this reviewer on a job
         *     of that id that says something else
         */
        public ReviewSession build() {
            ReviewJob wanted = required("job", job);
            String who = required("reviewer", reviewer);
            FeedbackStore kept = required("store", store);
            Feedback feedback =
                    kept.load(wanted.id(), who).orElseGet(() -> Feedback.begin(wanted, who, clock.instant()));
            if (!feedback.job().equals(wanted)) {
                throw new IllegalStateException(
                        "'%s' has reviewed another job with the id '%s', with other input or items: give this one an id of its own"
                                .formatted(who, wanted.id()));
            }
            return new ReviewSession(kept, clock, feedback);
        }

        private static <T> T required(String name, @Nullable T value) {
            if (value == null) {
                throw new IllegalStateException(
                        "%s is required: ReviewSession.builder().%s(...)".formatted(name, name));
            }
            return value;
        }
    }
}
