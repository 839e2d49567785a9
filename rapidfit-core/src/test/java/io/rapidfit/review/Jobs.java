package io.rapidfit.review;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** Something to review. */
final class Jobs {

    static final Instant NOON = Instant.parse("2026-03-31T12:00:00Z");
    static final Clock AT_NOON = Clock.fixed(NOON, ZoneOffset.UTC);

    static final ReviewItem LATE =
            new ReviewItem("late", "Parcels arrive late.", List.of("row 3", "row 7"), "Change the carrier.", List.of());
    static final ReviewItem COST =
            new ReviewItem("cost", "That costs customers.", List.of(), "Tell sales.", List.of("late"));
    static final ReviewItem NICE = ReviewItem.of("nice", "The café is praised 😀.");

    static final ReviewJob JOB = new ReviewJob("Q1/reviews", "120 reviews of January", List.of(LATE, COST, NICE));

    private Jobs() {}
}
