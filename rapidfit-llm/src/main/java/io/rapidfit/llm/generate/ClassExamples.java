package io.rapidfit.llm.generate;

import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What prompts may show of each class: training samples, and none whose text is held out in any task. A class with samples of
 * people shows only these.
 */
final class ClassExamples {

    /** A sample as a prompt shows it. */
    record Shown(String id, String text) {}

    private final int maxTextLength;
    private final Set<String> heldOut = new HashSet<>();
    private final Map<List<String>, List<Sample>> human = new HashMap<>();
    private final Map<List<String>, List<Sample>> synthetic = new HashMap<>();

    ClassExamples(Dataset base, int maxTextLength) {
        this.maxTextLength = maxTextLength;
        base.samples().stream()
                .filter(s -> s.split() != Split.TRAIN)
                .forEach(s -> heldOut.add(TextNormalizer.normalize(s.text())));
        for (Sample sample : base.samples()) {
            if (sample.split() == Split.TRAIN && !TextNormalizer.isBlank(sample.text()) && !isHeldOut(sample.text())) {
                (sample.origin().isSynthetic() ? synthetic : human)
                        .computeIfAbsent(List.of(sample.task(), sample.label()), k -> new ArrayList<>())
                        .add(sample);
            }
        }
    }

    private boolean isHeldOut(String text) {
        return heldOut.contains(TextNormalizer.normalize(text));
    }

    /** That many of a class, or all if there are fewer. */
    List<Shown> some(String task, String label, int count, Draw draw) {
        List<String> key = List.of(task, label);
        List<Sample> from = human.getOrDefault(key, synthetic.getOrDefault(key, List.of()));
        return draw.some(count, from).stream()
                .map(s -> new Shown(s.id(), Excerpt.of(s.text(), maxTextLength)))
                .toList();
    }

    static List<String> texts(List<Shown> shown) {
        return shown.stream().map(Shown::text).toList();
    }

    static List<String> ids(List<Shown> shown) {
        return shown.stream().map(Shown::id).toList();
    }
}
