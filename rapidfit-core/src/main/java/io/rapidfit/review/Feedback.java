package io.rapidfit.review;

import io.rapidfit.internal.Require;
import io.rapidfit.text.TextNormalizer;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one reviewer has said of one job so far.
 *
 * @param decisions by the item's id, in the order of the job's items; not all need be there
 * @param overallScore of the job as a whole, from 1 to 5, 5 is best; null if none was given
 * @param notes on the whole; may be empty
 * @param updatedAt when the last of it was said
 */
public record Feedback(
        ReviewJob job,
        String reviewer,
        Map<String, Decision> decisions,
        @Nullable Integer overallScore,
        String notes,
        Instant updatedAt) {

    /** @throws IllegalArgumentException if a decision is of an item that the job has not, or edits its id or dependencies */
    public Feedback {
        Require.nonNull("job", job);
        reviewer = TextNormalizer.wellFormed(Require.notBlank("reviewer", reviewer));
        notes = TextNormalizer.wellFormed(Require.nonNull("notes", notes));
        Require.nonNull("updatedAt", updatedAt);
        if (overallScore != null) {
            Require.inRange("overallScore", overallScore, Decision.MIN_SCORE, Decision.MAX_SCORE);
        }
        for (Map.Entry<String, Decision> entry : decisions.entrySet()) {
            ReviewItem item = job.item(entry.getKey());
            ReviewItem edited = entry.getValue().edited();
            if (edited != null
                    && !(edited.id().equals(item.id()) && edited.dependsOn().equals(item.dependsOn()))) {
                throw new IllegalArgumentException(
                        "an edit of item '%s' must keep its id and what it depends on".formatted(item.id()));
            }
        }
        Map<String, Decision> ordered = new LinkedHashMap<>();
        for (ReviewItem item : job.items()) {
            Decision decision = decisions.get(item.id());
            if (decision != null) {
                ordered.put(item.id(), decision);
            }
        }
        decisions = Collections.unmodifiableMap(ordered);
    }

    /** Nothing said yet. */
    static Feedback begin(ReviewJob job, String reviewer, Instant now) {
        return new Feedback(job, reviewer, Map.of(), null, "", now);
    }

    /** The items that nothing was said of, in order. */
    public List<ReviewItem> pending() {
        return job.items().stream()
                .filter(item -> !decisions.containsKey(item.id()))
                .toList();
    }

    public boolean isComplete() {
        return pending().isEmpty();
    }

    /** What was said of an item; empty if nothing was. */
    public Optional<Decision> decision(String itemId) {
        return Optional.ofNullable(decisions.get(job.item(itemId).id()));
    }

    /**
     * The items that the reviewer wants, as the reviewer wants them: edited, or approved with at least this score. Those that
     * depend on an item that is not among them are left out too.
     */
    public List<ReviewItem> accepted(int minScore) {
        Map<String, ReviewItem> accepted = new LinkedHashMap<>();
        decisions.forEach((id, decision) -> {
            Integer score = decision.score();
            if (decision.edited() != null) {
                accepted.put(id, decision.edited());
            } else if (score != null && score >= minScore) {
                accepted.put(id, job.item(id));
            }
        });
        while (accepted.values().removeIf(item -> !accepted.keySet().containsAll(item.dependsOn()))) {
            // what depended on one that goes now goes next; there is one less each time
        }
        return List.copyOf(accepted.values());
    }

    Feedback with(String itemId, Decision decision, Instant now) {
        Map<String, Decision> changed = new LinkedHashMap<>(decisions);
        changed.put(job.item(itemId).id(), decision);
        return new Feedback(job, reviewer, changed, overallScore, notes, later(now));
    }

    Feedback withOverall(int score, String newNotes, Instant now) {
        return new Feedback(job, reviewer, decisions, score, newNotes, later(now));
    }

    /** What is said last must be the latest, also if the clock is behind that of the machine where the rest was said. */
    private Instant later(Instant now) {
        return now.isBefore(updatedAt) ? updatedAt.plusNanos(1) : now;
    }
}
