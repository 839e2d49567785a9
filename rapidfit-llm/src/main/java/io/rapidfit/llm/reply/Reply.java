package io.rapidfit.llm.reply;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What could be read out of one answer of a model.
 *
 * @param rows the accepted records, in the order of the reply and each with its fields in the order of the shape: String,
 *     Long, Double, Boolean, {@code List<String>} or {@code List<Long>}; an optional string that was not given is absent. For
 *     {@link ReplyShape#object()} at most one
 * @param problems sentences for the model that say what was wrong, fit to be sent as they are; at most 10, each short.
 *     They quote the reply
 * @param isComplete whether nothing of what was asked for is missing: an accepted row for every expected id; for a list
 *     without ids, no problem at all; for an object, the object. Foreign ids leave a problem, but do not make a reply
 *     incomplete
 * @param repairs how often each kind of repair was made, such as {@code fence} or {@code trailing-comma}; empty for valid
 *     JSON of the right shape
 * @param missingIds the expected ids without an accepted row, in the order in which they were expected
 */
public record Reply(
        List<Map<String, Object>> rows,
        List<String> problems,
        boolean isComplete,
        Map<String, Integer> repairs,
        List<String> missingIds) {

    public Reply {
        rows = List.copyOf(rows);
        problems = List.copyOf(problems);
        repairs = Collections.unmodifiableMap(new LinkedHashMap<>(repairs));
        missingIds = List.copyOf(missingIds);
    }

    /** Counts only: neither the reply's text nor what quotes it. */
    @Override
    public String toString() {
        return "Reply[%d rows, %d problems, %s, repairs %s, %d missing ids]"
                .formatted(
                        rows.size(),
                        problems.size(),
                        isComplete ? "complete" : "incomplete",
                        repairs,
                        missingIds.size());
    }
}
