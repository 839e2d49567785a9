package io.rapidfit.review;

import io.rapidfit.internal.Require;
import io.rapidfit.text.TextNormalizer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a model was given and what it made of it.
 *
 * @param id names the job among all jobs
 * @param input what the model was given
 * @param items what it wrote, at least one, in the order in which they are to be judged
 */
public record ReviewJob(String id, String input, List<ReviewItem> items) {

    /** @throws IllegalArgumentException if two items have one id, or an item depends on one that the job has not */
    public ReviewJob {
        id = TextNormalizer.wellFormed(Require.notBlank("id", id));
        input = TextNormalizer.wellFormed(Require.notBlank("input", input));
        items = List.copyOf(items);
        if (items.isEmpty()) {
            throw new IllegalArgumentException("job '%s' has no items to review".formatted(id));
        }
        Set<String> ids = new HashSet<>();
        for (ReviewItem item : items) {
            if (!ids.add(item.id())) {
                throw new IllegalArgumentException("job '%s' has two items with the id '%s'".formatted(id, item.id()));
            }
        }
        for (ReviewItem item : items) {
            for (String needed : item.dependsOn()) {
                if (!ids.contains(needed)) {
                    throw new IllegalArgumentException("item '%s' of job '%s' depends on '%s', which the job has not"
                            .formatted(item.id(), id, needed));
                }
            }
        }
    }

    /**
     * Reads {@code {"id", "input", "items": [{"id", "text", "evidence"?, "recommendation"?, "dependsOn"?}]}}.
     *
     * @throws IllegalArgumentException if it is no such JSON; the message names the field
     */
    public static ReviewJob parse(String json) {
        return FeedbackCodec.readJob(Require.nonNull("json", json));
    }

    /** What {@link #parse} reads. */
    public String toJson() {
        return FeedbackCodec.write(this);
    }

    /** @throws IllegalArgumentException if there is no such item; the message lists those there are */
    public ReviewItem item(String itemId) {
        return items.stream()
                .filter(item -> item.id().equals(itemId))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no item '%s' in job '%s'; it has %s"
                        .formatted(
                                itemId, id, items.stream().map(ReviewItem::id).toList())));
    }
}
