package io.rapidfit.llm.generate;

import io.rapidfit.check.Check;
import io.rapidfit.check.Finding;
import io.rapidfit.check.NearDuplicates;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.model.Prediction;
import io.rapidfit.model.TextClassifier;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a text must pass before it is kept. Texts are judged in the order in which they were asked for, so that which of two
 * alike is kept depends on no timing.
 */
final class Gate {

    /** A text that somebody wants to keep. */
    record Candidate(ClassDemand demand, Sample sample) {}

    private final SampleOptions options;
    private final NearDuplicates.Index heldOut;
    private final NearDuplicates.Index others;

    Gate(SampleOptions options, Dataset base) {
        this.options = options;
        NearDuplicates similar =
                NearDuplicates.builder().threshold(options.maxSimilarity()).build();
        this.heldOut = similar.index();
        this.others = similar.index();
        for (Sample sample : base.samples()) {
            (sample.split() == Split.TRAIN ? others : heldOut).add(sample.id(), sample.text());
        }
    }

    /** Nothing like this sample is kept. */
    void holdOut(Sample sample) {
        heldOut.add(sample.id(), sample.text());
    }

    /** Adds to each demand what it may keep, and counts what it may not. */
    void pass(List<Candidate> candidates) {
        List<Candidate> left = new ArrayList<>();
        Map<ClassDemand, Integer> taken = new HashMap<>();
        for (Candidate candidate : candidates) {
            ClassDemand demand = candidate.demand();
            if (taken.getOrDefault(demand, 0) >= demand.missing()) {
                continue; // more than was asked for
            }
            Rejection reason = reject(candidate.sample());
            if (reason != null) {
                demand.reject(reason);
            } else {
                others.add(candidate.sample().id(), candidate.sample().text());
                taken.merge(demand, 1, Integer::sum);
                left.add(candidate);
            }
        }
        for (Check check : options.checks()) {
            left = passing(check, left);
        }
        left.forEach(candidate -> candidate.demand().kept.add(candidate.sample()));
    }

    private @Nullable Rejection reject(Sample sample) {
        int length = sample.text().codePointCount(0, sample.text().length());
        if (length < options.minLength() || TextNormalizer.isBlank(sample.text())) { // a no-break space is not stripped
            return Rejection.TOO_SHORT;
        }
        if (length > options.maxLength()) {
            return Rejection.TOO_LONG;
        }
        if (heldOut.nearest(sample.text()).isPresent()) {
            return Rejection.HELD_OUT;
        }
        if (others.nearest(sample.text()).isPresent()) {
            return Rejection.DUPLICATE;
        }
        return judged(sample);
    }

    private @Nullable Rejection judged(Sample sample) {
        TextClassifier classifier = options.classifier();
        if (classifier == null
                || !classifier.tasks().contains(sample.task())
                || !classifier.labels(sample.task()).contains(sample.label())) {
            return null;
        }
        Prediction predicted = classifier.predict(sample.text(), sample.task());
        if (predicted.label().equals(sample.label())) {
            return predicted.confidence() > options.maxKnownConfidence() ? Rejection.KNOWN : null;
        }
        return predicted.confidence() >= options.contradictionConfidence() ? Rejection.CONTRADICTED : null;
    }

    private static List<Candidate> passing(Check check, List<Candidate> candidates) {
        if (candidates.isEmpty()) {
            return candidates;
        }
        Map<String, List<Finding>> findings = check
                .check(candidates.stream().map(Candidate::sample).toList())
                .stream()
                .collect(Collectors.groupingBy(Finding::exampleId));
        List<Candidate> passed = new ArrayList<>();
        for (Candidate candidate : candidates) {
            Rejection reason = judge(findings.getOrDefault(candidate.sample().id(), List.of()));
            if (reason == null) {
                passed.add(candidate);
            } else {
                candidate.demand().reject(reason);
            }
        }
        return passed;
    }

    /** No finding is no judgement, and an error is not a pass. */
    private static @Nullable Rejection judge(List<Finding> findings) {
        Function<Finding.Verdict, Boolean> has =
                verdict -> findings.stream().anyMatch(finding -> finding.verdict() == verdict);
        if (has.apply(Finding.Verdict.FAIL)) {
            return Rejection.FAILED_CHECK;
        }
        return findings.isEmpty() || has.apply(Finding.Verdict.ERROR) ? Rejection.UNCHECKED : null;
    }
}
