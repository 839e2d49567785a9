package io.rapidfit.finetune;

import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.internal.Require;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives records a split that have none, by the rules of a {@link Splitter}, such that no prompt is in two: records that any of the
 * formats puts in equal words are placed together.
 */
final class Placement {

    private final List<Rendered> records;
    private final int[] parent;

    private Placement(List<Rendered> records) {
        this.records = records;
        this.parent = new int[records.size()];
    }

    /** @param records with the splits that they have */
    static List<Split> of(List<Rendered> records, List<? extends @Nullable Split> splits, Splitter splitter) {
        return new Placement(records).place(splits, splitter);
    }

    private List<Split> place(List<? extends @Nullable Split> splits, Splitter splitter) {
        join();
        Map<Integer, String> texts = new HashMap<>();
        for (int i = 0; i < parent.length; i++) { // the least of a group: the order of the records must not decide
            String text = TextNormalizer.normalize(records.get(i).users().get(0));
            texts.merge(root(i), text, (a, b) -> a.compareTo(b) <= 0 ? a : b);
        }
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < parent.length; i++) {
            Rendered rendered = records.get(i);
            samples.add(Sample.of("fine-tuning", texts.getOrDefault(root(i), ""), rendered.label())
                    .withOrigin(rendered.example().origin())
                    .withSplit(splits.get(i)));
        }
        return Dataset.of(samples).split(splitter).samples().stream()
                .map(sample -> Require.nonNull("split", sample.split()))
                .toList();
    }

    private void join() {
        for (int i = 0; i < parent.length; i++) {
            parent[i] = i;
        }
        int formats = records.isEmpty() ? 0 : records.get(0).users().size();
        for (int format = 0; format < formats; format++) {
            Map<String, Integer> first = new HashMap<>();
            for (int i = 0; i < parent.length; i++) {
                String prompt = TextNormalizer.normalize(records.get(i).users().get(format));
                Integer other = first.putIfAbsent(prompt, i);
                if (other != null) {
                    parent[root(i)] = root(other);
                }
            }
        }
    }

    private int root(int i) {
        int root = i;
        while (parent[root] != root) {
            parent[root] = parent[parent[root]];
            root = parent[root];
        }
        return root;
    }
}
