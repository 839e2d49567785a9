package io.rapidfit.classifier;

import io.rapidfit.classifier.TrainingSet.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A task that another one decides: each of the finer task's labels belongs to one of this one's.
 *
 * @param finer name of the task that decides
 * @param groups for each label of {@code finer} the index of the label that it belongs to
 */
record Nesting(String finer, List<Integer> groups) {

    /** How probable it may be that texts fall into place so by chance. */
    private static final double MAX_CHANCE = 1e-6;

    /** The tasks that others decide, each with the finest that does; none of these decides another one. */
    static Map<String, Nesting> find(Map<String, List<String>> labels, List<Row> rows) {
        List<String> tasks = List.copyOf(labels.keySet());
        Map<String, Nesting> found = new LinkedHashMap<>();
        for (int coarse = 0; coarse < tasks.size(); coarse++) {
            Nesting best = null;
            int bestSize = 0;
            for (int fine = 0; fine < tasks.size(); fine++) {
                int size = labels.getOrDefault(tasks.get(fine), List.of()).size();
                int coarseSize =
                        labels.getOrDefault(tasks.get(coarse), List.of()).size();
                if (size > coarseSize && size > bestSize) {
                    List<Integer> groups = groups(rows, fine, size, coarse, coarseSize);
                    if (!groups.isEmpty()) {
                        best = new Nesting(tasks.get(fine), groups);
                        bestSize = size;
                    }
                }
            }
            if (best != null) {
                found.put(tasks.get(coarse), best);
            }
        }
        // With three in a row, a in b in c, both a and b are nested in c, the finest.
        found.values().removeIf(nesting -> found.containsKey(nesting.finer()));
        return found;
    }

    /** Empty if one of the fine labels has none or several coarse ones, or it may be by chance. */
    private static List<Integer> groups(List<Row> rows, int fine, int fineSize, int coarse, int coarseSize) {
        int[] groups = new int[fineSize];
        int[] counts = new int[coarseSize];
        Arrays.fill(groups, -1);
        int repetitions = 0;
        int texts = 0;
        for (Row row : rows) {
            int coarseLabel = row.targets().get(coarse);
            if (coarseLabel < 0) {
                continue;
            }
            int fineLabel = row.targets().get(fine);
            if (fineLabel < 0 || (groups[fineLabel] >= 0 && groups[fineLabel] != coarseLabel)) {
                return List.of();
            }
            repetitions += groups[fineLabel] == coarseLabel ? 1 : 0;
            groups[fineLabel] = coarseLabel;
            counts[coarseLabel]++;
            texts++;
        }
        List<Integer> found = new ArrayList<>();
        for (int group : groups) {
            found.add(group);
        }
        double commonest = Arrays.stream(counts).max().orElse(0) / (double) Math.max(1, texts);
        boolean byChance = Math.pow(commonest, repetitions) > MAX_CHANCE;
        return found.contains(-1) || byChance ? List.of() : found;
    }
}
