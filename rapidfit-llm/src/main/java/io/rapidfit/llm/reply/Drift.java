package io.rapidfit.llm.reply;

import io.rapidfit.text.TextNormalizer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds a known name however its letters and white space are written, but never one of two that this would not tell apart. */
final class Drift {

    private final Set<String> exact;
    private final Map<String, String> byNormalForm = new HashMap<>();

    Drift(Collection<String> names) {
        this.exact = Set.copyOf(names);
        for (String name : exact) {
            byNormalForm.merge(TextNormalizer.normalize(name), name, (a, b) -> ""); // no name is blank
        }
    }

    /** The name as it is known; null if this is none, or may be one of several. */
    @Nullable String find(String written, Repair repair, RepairCount repairs) {
        if (exact.contains(written)) {
            return written;
        }
        String name = byNormalForm.getOrDefault(TextNormalizer.normalize(written), "");
        if (name.isEmpty()) {
            return null;
        }
        repairs.add(repair);
        return name;
    }

    static Drift none() {
        return new Drift(List.of());
    }
}
