package io.rapidfit.llm.generate;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * A class that got fewer samples than it should have.
 *
 * @param wanted how many samples it should have got
 * @param kept how many it got
 * @param calls how many calls were made for it
 * @param failedCalls how many of these got no answer
 * @param rejections why texts were not kept, and how many
 * @param reason why the run did not go on, in words
 */
public record Shortfall(
        String task,
        String label,
        int wanted,
        int kept,
        int calls,
        int failedCalls,
        Map<Rejection, Integer> rejections,
        String reason) {

    public Shortfall {
        rejections = Rejection.copy(rejections);
    }

    /** One sentence, such as "topic/billing: 3 of 16 after 4 calls; ..." */
    @Override
    public String toString() {
        String why = rejections.entrySet().stream()
                .map(e -> e.getKey().description() + " " + e.getValue())
                .collect(Collectors.joining(", "));
        return "%s/%s: %s of %s after %s calls%s; %s%s"
                .formatted(
                        task,
                        label,
                        kept,
                        wanted,
                        calls,
                        failedCalls > 0 ? " (" + failedCalls + " failed)" : "",
                        reason,
                        why.isEmpty() ? "" : "; not kept: " + why);
    }
}
