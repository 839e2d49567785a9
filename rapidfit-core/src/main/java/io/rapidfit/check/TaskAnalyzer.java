package io.rapidfit.check;

import io.rapidfit.data.Sample;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Everything that a {@link DatasetAnalyzer} says of one task. */
final class TaskAnalyzer {

    /** With fewer samples, one script in all of them is chance. */
    private static final int LEAST_FOR_SCRIPT = 10;

    private static final double TIED = 0.9;
    private static final double SELDOM = 0.5;

    private final String task;
    private final List<Sample> samples;
    private final List<String> normalized; // in their order; empty for a blank text
    private final double minLabelRatio;
    private final double maxLengthDeviation;
    private final NearDuplicates nearDuplicates;
    private final List<DatasetIssue> issues = new ArrayList<>();

    TaskAnalyzer(
            String task,
            List<Sample> samples,
            double minLabelRatio,
            double maxLengthDeviation,
            NearDuplicates nearDuplicates) {
        this.task = task;
        this.samples = samples;
        this.normalized =
                samples.stream().map(s -> TextNormalizer.normalize(s.text())).toList();
        this.minLabelRatio = minLabelRatio;
        this.maxLengthDeviation = maxLengthDeviation;
        this.nearDuplicates = nearDuplicates;
    }

    TaskReport analyze(List<DatasetIssue> leaks, List<Check> checks) {
        Map<String, Integer> counts = counts();
        int[] lengthOf = samples.stream()
                .mapToInt(s -> s.text().codePointCount(0, s.text().length()))
                .toArray();
        LengthStatistics lengths = LengthStatistics.of(lengthOf);
        Map<String, Map<String, Integer>> scripts = scripts(counts);

        report(DatasetIssue.Type.EMPTY, DatasetIssue.Severity.ERROR, "texts are blank", TaskAnalyzer::isBlank);
        issues.addAll(leaks);
        conflicts();
        duplicates();
        lengths(lengthOf, lengths);
        imbalance(counts);
        scripts(counts, scripts);
        checks.forEach(this::check);
        issues.sort(Comparator.comparing(DatasetIssue::severity)); // stable
        return new TaskReport(task, samples.size(), counts, lengths, scripts, issues, score(counts));
    }

    private Map<String, Integer> counts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        samples.forEach(s -> counts.merge(s.label(), 1, Integer::sum));
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed()) // stable
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
    }

    private static boolean isBlank(Sample sample) {
        return TextNormalizer.isBlank(sample.text());
    }

    private void report(
            DatasetIssue.Type type, DatasetIssue.Severity severity, String what, Predicate<Sample> concerns) {
        report(type, severity, what, samples.stream().filter(concerns).toList());
    }

    private void report(DatasetIssue.Type type, DatasetIssue.Severity severity, String what, List<Sample> concerned) {
        if (!concerned.isEmpty()) {
            issues.add(new DatasetIssue(type, severity, task, concerned.size() + " " + what, concerned));
        }
    }

    private void conflicts() {
        Map<String, Set<String>> labels = new HashMap<>();
        for (int i = 0; i < samples.size(); i++) {
            labels.computeIfAbsent(normalized.get(i), t -> new HashSet<>())
                    .add(samples.get(i).label());
        }
        report(
                DatasetIssue.Type.CONFLICT,
                DatasetIssue.Severity.ERROR,
                "texts stand more than once, with different labels",
                IntStream.range(0, samples.size())
                        .filter(i -> !normalized.get(i).isEmpty()
                                && labels.getOrDefault(normalized.get(i), Set.of())
                                                .size()
                                        > 1)
                        .mapToObj(samples::get)
                        .toList());
    }

    private void duplicates() {
        Set<List<String>> seen = new HashSet<>();
        List<Sample> again = new ArrayList<>();
        List<Sample> first = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            if (!normalized.get(i).isEmpty()) {
                Sample sample = samples.get(i);
                boolean isNew = seen.add(List.of(sample.label(), normalized.get(i)));
                (isNew ? first : again).add(sample);
            }
        }
        report(
                DatasetIssue.Type.DUPLICATE,
                DatasetIssue.Severity.WARNING,
                "texts repeat an earlier one with the same label",
                again);
        Set<String> seconds = new HashSet<>();
        nearDuplicates.pairs(first).forEach(pair -> seconds.add(pair.secondId()));
        report(
                DatasetIssue.Type.NEAR_DUPLICATE,
                DatasetIssue.Severity.WARNING,
                "texts are nearly an earlier one",
                first.stream().filter(s -> seconds.contains(s.id())).toList());
    }

    private void lengths(int[] lengthOf, LengthStatistics lengths) {
        List<Sample> tooShort = new ArrayList<>();
        List<Sample> tooLong = new ArrayList<>();
        IntStream.range(0, lengthOf.length).forEach(i -> {
            double z = lengths.z(lengthOf[i]);
            if (z < -maxLengthDeviation && !isBlank(samples.get(i))) {
                tooShort.add(samples.get(i));
            } else if (z > maxLengthDeviation) {
                tooLong.add(samples.get(i));
            }
        });
        String mean = String.format(Locale.ROOT, " than the mean of %.0f characters", lengths.mean());
        report(DatasetIssue.Type.SHORT, DatasetIssue.Severity.WARNING, "texts are much shorter" + mean, tooShort);
        report(DatasetIssue.Type.LONG, DatasetIssue.Severity.INFO, "texts are much longer" + mean, tooLong);
    }

    private void imbalance(Map<String, Integer> counts) {
        Map.Entry<String, Integer> largest = counts.entrySet().iterator().next();
        List<String> rare = counts.entrySet().stream()
                .filter(e -> e.getValue() < minLabelRatio * largest.getValue())
                .map(e -> e.getKey() + " " + e.getValue())
                .toList();
        if (!rare.isEmpty()) {
            issues.add(new DatasetIssue(
                    DatasetIssue.Type.IMBALANCE,
                    DatasetIssue.Severity.WARNING,
                    task,
                    String.format(
                            Locale.ROOT,
                            "%d labels have less than %s of the samples of %s (%d): %s",
                            rare.size(),
                            minLabelRatio,
                            largest.getKey(),
                            largest.getValue(),
                            rare.stream().limit(10).collect(Collectors.joining(", "))
                                    + (rare.size() > 10 ? ", ..." : "")),
                    List.of()));
        }
    }

    private Map<String, Map<String, Integer>> scripts(Map<String, Integer> counts) {
        Map<String, Map<String, Integer>> scripts = new LinkedHashMap<>();
        counts.keySet().forEach(label -> scripts.put(label, new TreeMap<>()));
        samples.forEach(s -> Scripts.dominant(s.text())
                .ifPresent(script ->
                        scripts.getOrDefault(s.label(), new TreeMap<>()).merge(script.name(), 1, Integer::sum)));
        return scripts;
    }

    private void scripts(Map<String, Integer> counts, Map<String, Map<String, Integer>> scripts) {
        Map<String, Integer> all = new TreeMap<>();
        scripts.values().forEach(own -> own.forEach((script, count) -> all.merge(script, count, Integer::sum)));
        int written = all.values().stream().mapToInt(i -> i).sum();
        scripts.forEach((label, own) -> {
            int texts = own.values().stream().mapToInt(i -> i).sum();
            own.forEach((script, count) -> {
                int others = written - texts;
                double elsewhere = others == 0 ? 1 : (all.getOrDefault(script, 0) - count) / (double) others;
                if (texts >= LEAST_FOR_SCRIPT && count >= TIED * texts && elsewhere < SELDOM) {
                    report(
                            DatasetIssue.Type.SCRIPT,
                            DatasetIssue.Severity.WARNING,
                            String.format(
                                    Locale.ROOT,
                                    "of %d texts of %s are in %s script, of the other labels' %.0f%%: a classifier"
                                            + " may learn the language instead of the label",
                                    counts.getOrDefault(label, 0),
                                    label,
                                    script,
                                    100 * elsewhere),
                            s -> s.label().equals(label)
                                    && Scripts.dominant(s.text())
                                            .filter(d -> d.name().equals(script))
                                            .isPresent());
                }
            });
        });
    }

    private void check(Check check) {
        Map<String, List<Finding>> byVerdict = new TreeMap<>();
        check.check(samples).stream()
                .filter(f -> f.verdict() != Finding.Verdict.PASS)
                .forEach(f -> byVerdict
                        .computeIfAbsent(
                                f.check() + (f.verdict() == Finding.Verdict.ERROR ? " could not judge" : ""),
                                k -> new ArrayList<>())
                        .add(f));
        byVerdict.forEach((name, findings) -> {
            Set<String> ids = findings.stream().map(Finding::exampleId).collect(Collectors.toSet());
            report(
                    DatasetIssue.Type.CHECK,
                    DatasetIssue.Severity.WARNING,
                    "texts: " + name + ", such as " + findings.get(0).reason(),
                    s -> ids.contains(s.id()));
        });
    }

    private double score(Map<String, Integer> counts) {
        Set<Sample> wrong = concerned(DatasetIssue.Severity.ERROR);
        Set<Sample> doubtful = concerned(DatasetIssue.Severity.WARNING);
        doubtful.removeAll(wrong);
        double errors = wrong.size() / (double) samples.size();
        double warnings = doubtful.size() / (double) samples.size();
        return 100 * (1 - errors) * (1 - warnings / 2) * (1 + evenness(counts)) / 2;
    }

    private Set<Sample> concerned(DatasetIssue.Severity severity) {
        Set<Sample> concerned = Collections.newSetFromMap(new IdentityHashMap<>()); // equal samples, one by one
        issues.stream().filter(i -> i.severity() == severity).forEach(i -> concerned.addAll(i.samples()));
        return concerned;
    }

    private double evenness(Map<String, Integer> counts) {
        if (counts.size() == 1) {
            return 1;
        }
        double entropy = counts.values().stream()
                .mapToDouble(count -> count / (double) samples.size())
                .map(share -> -share * Math.log(share))
                .sum();
        return entropy / Math.log(counts.size());
    }
}
