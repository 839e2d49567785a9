package io.rapidfit.check;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a {@link DatasetAnalyzer} found in one task.
 *
 * @param labelCounts how many samples each label has, most frequent first
 * @param lengths of its texts, blank ones included
 * @param scripts by label, how many texts are mostly in each Unicode script, such as {@code LATIN} or {@code ARABIC}; texts without
 *     letters are in none
 * @param issues the worst first
 * @param score quality from 0 to 100, see {@link DatasetAnalyzer}
 */
public record TaskReport(
        String task,
        int samples,
        Map<String, Integer> labelCounts,
        LengthStatistics lengths,
        Map<String, Map<String, Integer>> scripts,
        List<DatasetIssue> issues,
        double score) {

    public TaskReport {
        labelCounts = Collections.unmodifiableMap(new LinkedHashMap<>(labelCounts));
        scripts = Collections.unmodifiableMap(new LinkedHashMap<>(scripts));
        issues = List.copyOf(issues);
    }

    /** The share of samples that a label has, in [0, 1]. */
    public double share(String label) {
        return labelCounts.getOrDefault(label, 0) / (double) samples;
    }
}
