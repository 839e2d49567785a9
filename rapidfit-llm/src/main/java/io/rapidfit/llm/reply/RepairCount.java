package io.rapidfit.llm.reply;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How often each repair was made. */
final class RepairCount {

    private @Nullable Map<Repair, Integer> counts; // null while there is none: every record has a count of its own

    void add(Repair repair) {
        add(repair, 1);
    }

    void addAll(RepairCount more) {
        if (more.counts != null) {
            more.counts.forEach(this::add);
        }
    }

    private void add(Repair repair, int times) {
        if (counts == null) {
            counts = new EnumMap<>(Repair.class);
        }
        counts.merge(repair, times, Integer::sum);
    }

    boolean isEmpty() {
        return counts == null;
    }

    Map<String, Integer> toMap() {
        Map<String, Integer> named = new LinkedHashMap<>();
        if (counts != null) {
            counts.forEach((repair, count) -> named.put(repair.kind(), count));
        }
        return named;
    }
}
