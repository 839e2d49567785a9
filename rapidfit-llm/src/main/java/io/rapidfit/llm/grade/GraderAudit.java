package io.rapidfit.llm.grade;

import io.rapidfit.check.Finding;
import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.internal.Require;
import io.rapidfit.metrics.Estimate;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * How far a judge agrees with people: to be known before it filters anything.
 *
 * <pre>{@code
 * Map<String, Double> gold = ...;                        // example id to what people gave, normalised: Scale.ONE_TO_FIVE.normalize(4)
 * GraderAudit audit = GraderAudit.of(result.findings("correctness"), gold);
 * audit.display(System.out);
 * }</pre>
 *
 * <p>Agreement alone flatters a judge: where people pass nine of ten, one that passes all agrees nine times in ten. Kappa is what is
 * left beyond chance, 0 for that judge. The rank correlations tell whether its order is people's, whatever its level; {@link #bands}
 * whether a score means the same as people's.
 *
 * <p><b>The intervals</b> of shares are Wilson's; those of the other figures are percentiles of a bootstrap over examples (Efron and
 * Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13). With few examples they are wide, and the bootstrap's still too
 * narrow: below some thirty examples, or where hardly any are failed, take them for a hint. Where all agree, a bootstrap shows a single
 * point. A figure is absent where it is not defined: kappa where judge and people always give one and the same verdict, a correlation
 * where one of them gives all the same score; draws in which it is not are left out of its interval.
 *
 * <p>How a judge that puts candidates in order is led by their place, {@link PositionBias} tells. Immutable.
 */
public final class GraderAudit {

    private static final int BANDS = 5;

    /**
     * The examples whose score is at least {@code lower} and below {@code upper}; the last band has 1 too.
     *
     * @param count may be 0
     * @param goldPassShare of these, what people pass; empty if there are none
     */
    public record Band(double lower, double upper, int count, Optional<Estimate> goldPassShare) {}

    private final String check;
    private final int judged;
    private final int errors;
    private final int missing;
    private final int falsePasses;
    private final int falseFails;
    private final Optional<Estimate> agreement;
    private final Optional<Estimate> kappa;
    private final Optional<Estimate> quadraticKappa;
    private final Optional<Estimate> spearman;
    private final Optional<Estimate> kendall;
    private final List<Band> bands;

    private GraderAudit(Builder options, List<Finding> withGold, int missing, Map<String, Double> gold) {
        List<Finding> scored = withGold.stream()
                .filter(finding -> finding.verdict() != Verdict.ERROR)
                .toList();
        double[] judgeScores =
                scored.stream().mapToDouble(f -> f.score().orElseThrow()).toArray();
        double[] goldScores = scored.stream()
                .mapToDouble(f -> Require.nonNull("gold", gold.get(f.exampleId())))
                .toArray();
        boolean[] judgePasses = new boolean[scored.size()];
        boolean[] goldPasses = new boolean[scored.size()];
        for (int i = 0; i < scored.size(); i++) {
            judgePasses[i] = scored.get(i).verdict() == Verdict.PASS;
            goldPasses[i] = goldScores[i] >= options.threshold;
        }
        PairedScores pairs = new PairedScores(judgeScores, goldScores, judgePasses, goldPasses);
        this.check = withGold.get(0).check();
        this.judged = scored.size();
        this.errors = withGold.size() - scored.size();
        this.missing = missing;
        this.falsePasses = pairs.count(true, false);
        this.falseFails = pairs.count(false, true);
        this.agreement = Estimates.share(judged - falsePasses - falseFails, judged, options.confidence);
        this.kappa = options.bootstrap(pairs, PairedScores::kappa);
        this.quadraticKappa = options.bootstrap(pairs, PairedScores::quadraticKappa);
        this.spearman = options.bootstrap(pairs, PairedScores::spearman);
        this.kendall = options.bootstrap(pairs, PairedScores::kendall);
        this.bands = bands(judgeScores, goldPasses, options.confidence);
    }

    private static List<Band> bands(double[] scores, boolean[] goldPasses, double confidence) {
        List<Band> bands = new ArrayList<>();
        for (int b = 0; b < BANDS; b++) {
            double lower = (double) b / BANDS;
            double upper = (double) (b + 1) / BANDS;
            int count = 0;
            int passed = 0;
            for (int i = 0; i < scores.length; i++) {
                if (scores[i] >= lower && (scores[i] < upper || b == BANDS - 1)) {
                    count++;
                    passed += goldPasses[i] ? 1 : 0;
                }
            }
            bands.add(new Band(lower, upper, count, Estimates.share(passed, count, confidence)));
        }
        return List.copyOf(bands);
    }

    /**
     * Audits with the defaults of {@link #builder()}.
     *
     * @param findings of one judge
     * @param gold what people gave, by example id: in [0, 1], 1 is best; for a plain yes or no, 1 or 0. Findings on other examples
     *     are left aside
     * @throws IllegalArgumentException if no finding has gold, two are on one example, findings are of several judges, or a gold
     *     score is not in [0, 1]
     */
    public static GraderAudit of(Collection<Finding> findings, Map<String, Double> gold) {
        return builder().of(findings, gold);
    }

    /** For other options than the usual: {@code GraderAudit.builder().threshold(0.5).of(findings, gold)}. */
    public static Builder builder() {
        return new Builder();
    }

    /** The name of the judge. */
    public String check() {
        return check;
    }

    /** How many examples both judge and people gave a score: what all figures but {@link #errors} and {@link #missing} are about. */
    public int judged() {
        return judged;
    }

    /** How many examples with gold the judge could not judge. */
    public int errors() {
        return errors;
    }

    /** How many examples with gold there is no finding on. */
    public int missing() {
        return missing;
    }

    /** What the judge passes and people fail: what would slip through. */
    public int falsePasses() {
        return falsePasses;
    }

    /** What the judge fails and people pass: what would be lost. */
    public int falseFails() {
        return falseFails;
    }

    /** The share of examples on which judge and people give the same verdict. */
    public Optional<Estimate> agreement() {
        return agreement;
    }

    /** Cohen's kappa of the verdicts: 1 is full agreement, 0 what chance would give, below 0 less than that. */
    public Optional<Estimate> kappa() {
        return kappa;
    }

    /**
     * Cohen's kappa of the scores, by the squared distance between them, so that a 4 for a 5 counts less than a 1 for a 5. For scores
     * without steps it is Lin's concordance correlation coefficient (1989).
     */
    public Optional<Estimate> quadraticKappa() {
        return quadraticKappa;
    }

    /** Spearman's rank correlation of the scores, in [-1, 1]. */
    public Optional<Estimate> spearman() {
        return spearman;
    }

    /** Kendall's tau-b of the scores, in [-1, 1]. */
    public Optional<Estimate> kendall() {
        return kendall;
    }

    /** Five of equal width from 0 to 1; each step of {@link Scale#ONE_TO_FIVE} is in one of its own. */
    public List<Band> bands() {
        return bands;
    }

    /** Prints two tables: the figures with their intervals, and the bands. */
    public void display(Appendable out) {
        TextTable figures = new TextTable().left(check).right("").right("interval");
        figures.row("judged", String.valueOf(judged), "");
        figures.row("errors", String.valueOf(errors), "");
        figures.row("without a finding", String.valueOf(missing), "");
        figures.row("passes that people fail", String.valueOf(falsePasses), "");
        figures.row("fails that people pass", String.valueOf(falseFails), "");
        row(figures, "agreement", agreement);
        row(figures, "Cohen's kappa", kappa);
        row(figures, "quadratic kappa", quadraticKappa);
        row(figures, "Spearman", spearman);
        row(figures, "Kendall tau-b", kendall);
        figures.print(out);
        try {
            out.append('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TextTable table = new TextTable()
                .left("score")
                .right("examples")
                .right("people pass")
                .right("interval");
        for (Band band : bands) {
            table.row(
                    String.format(Locale.ROOT, "%.1f to %.1f", band.lower(), band.upper()),
                    String.valueOf(band.count()),
                    Estimates.value(band.goldPassShare()),
                    Estimates.interval(band.goldPassShare()));
        }
        table.print(out);
    }

    private static void row(TextTable table, String name, Optional<Estimate> figure) {
        table.row(name, Estimates.value(figure), Estimates.interval(figure));
    }

    /** Not thread-safe. */
    public static final class Builder {

        private double threshold = 0.7;
        private double confidence = 0.95;
        private int resamples = 2000;
        private long seed = 42;

        private Builder() {}

        /** The least gold score that passes, in [0, 1]. Defaults to 0.7, as an {@link LLMGrader}'s. */
        public Builder threshold(double threshold) {
            this.threshold = Require.inRange("threshold", threshold, 0, 1);
            return this;
        }

        /** Of the intervals, from 0.5 to 0.99. Defaults to 0.95. */
        public Builder confidence(double confidence) {
            this.confidence = Require.inRange("confidence", confidence, 0.5, 0.99);
            return this;
        }

        /** Draws of the bootstrap, at least 1000. Defaults to 2000. */
        public Builder resamples(int resamples) {
            this.resamples = Require.inRange("resamples", resamples, 1000, 1_000_000);
            return this;
        }

        /** Of the bootstrap. Defaults to 42. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /** See {@link GraderAudit#of}. */
        public GraderAudit of(Collection<Finding> findings, Map<String, Double> gold) {
            Require.nonNull("gold", gold)
                    .forEach((id, score) ->
                            Require.inRange("gold of " + id, Require.nonNull("gold of " + id, score), 0, 1));
            Map<String, Finding> byId = new HashMap<>();
            List<Finding> withGold = new ArrayList<>();
            for (Finding finding : Require.nonNull("findings", findings)) {
                if (!gold.containsKey(finding.exampleId())) {
                    continue;
                }
                if (byId.put(finding.exampleId(), finding) != null) {
                    throw new IllegalArgumentException(
                            "two findings on example %s: audit one judge, with each example once"
                                    .formatted(finding.exampleId()));
                }
                withGold.add(finding);
                if (!finding.check().equals(withGold.get(0).check())) {
                    throw new IllegalArgumentException("findings of '%s' and of '%s': audit one judge at a time"
                            .formatted(withGold.get(0).check(), finding.check()));
                }
            }
            if (withGold.isEmpty()) {
                throw new IllegalArgumentException(
                        "none of %d findings is on one of the %d examples with gold: are these the examples' ids?"
                                .formatted(findings.size(), gold.size()));
            }
            return new GraderAudit(this, withGold, gold.size() - withGold.size(), gold);
        }

        private Optional<Estimate> bootstrap(PairedScores pairs, ToDoubleFunction<PairedScores> figure) {
            return pairs.bootstrap(figure, confidence, resamples, seed);
        }
    }
}
