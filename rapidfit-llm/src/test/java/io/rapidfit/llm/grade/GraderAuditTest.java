package io.rapidfit.llm.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.check.Finding;
import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.metrics.Estimate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class GraderAuditTest {

    /** What judge and people gave eight examples, from 1 to 5; 4 and 5 pass. */
    private static final int[] JUDGE = {5, 5, 4, 4, 3, 2, 1, 1};

    private static final int[] GOLD = {5, 4, 4, 2, 4, 2, 1, 2};

    private static Finding finding(String id, int score) {
        double normalised = Scale.ONE_TO_FIVE.normalize(score);
        return new Finding(
                "judge",
                id,
                normalised >= 0.7 ? Verdict.PASS : Verdict.FAIL,
                OptionalDouble.of(normalised),
                "because",
                Map.of());
    }

    private static List<Finding> findings(int... scores) {
        List<Finding> findings = new ArrayList<>();
        for (int score : scores) {
            findings.add(finding("e" + findings.size(), score));
        }
        return findings;
    }

    private static Map<String, Double> gold(int... scores) {
        Map<String, Double> gold = new LinkedHashMap<>();
        for (int score : scores) {
            gold.put("e" + gold.size(), Scale.ONE_TO_FIVE.normalize(score));
        }
        return gold;
    }

    private static double value(Optional<Estimate> estimate) {
        return estimate.orElseThrow().value();
    }

    // ---------------------------------------------------------------- by hand

    @Test
    void agreement_isTheShareOfEqualVerdicts() {
        GraderAudit audit = GraderAudit.of(findings(JUDGE), gold(GOLD));

        // judge PPPPFFFF, people PPPFPFFF: they differ on the fourth and the fifth
        assertThat(audit.check()).isEqualTo("judge");
        assertThat(audit.judged()).isEqualTo(8);
        assertThat(audit.falsePasses()).isEqualTo(1);
        assertThat(audit.falseFails()).isEqualTo(1);
        assertThat(value(audit.agreement())).isEqualTo(6.0 / 8);
        // Wilson, z = 1.959964, z^2 = 3.841459: centre (0.75 + z^2/16) / (1 + z^2/8) = 0.990091 / 1.480182 = 0.668898,
        // half of the width 1.959964 sqrt(0.75 * 0.25 / 8 + z^2/256) / 1.480182 = 1.959964 * 0.196070 / 1.480182 =
        // 0.259623
        assertThat(audit.agreement().orElseThrow().lower()).isCloseTo(0.668898 - 0.259623, within(2e-6));
        assertThat(audit.agreement().orElseThrow().upper()).isCloseTo(0.668898 + 0.259623, within(2e-6));
    }

    @Test
    void kappa_isWhatAgreementIsBeyondChance() {
        // both pass one half: by chance they agree on 0.5 * 0.5 + 0.5 * 0.5 = 0.5; (0.75 - 0.5) / (1 - 0.5)
        assertThat(value(GraderAudit.of(findings(JUDGE), gold(GOLD)).kappa())).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void kappa_ofAJudgeThatPassesAllIsNothing() {
        // people pass three of four, and so does it agree on three of four; by chance 1 * 0.75 + 0 * 0.25 as well
        GraderAudit audit = GraderAudit.of(findings(5, 5, 5, 5), gold(5, 4, 4, 1));

        assertThat(value(audit.agreement())).isEqualTo(0.75);
        assertThat(value(audit.kappa())).isCloseTo(0, within(1e-12));
    }

    @Test
    void quadraticKappa_weighsADisagreementByItsSquare() {
        // sum (x - y)^2 = 0 1 0 4 1 0 0 1 = 7
        // x: sum 25, squares 97, 97 - 625/8 = 18.875; y: sum 24, squares 86, 86 - 576/8 = 14; 8 (25/8 - 24/8)^2 = 0.125
        // 1 - 7 / (18.875 + 14 + 0.125) = 26/33
        assertThat(value(GraderAudit.of(findings(JUDGE), gold(GOLD)).quadraticKappa()))
                .isCloseTo(26.0 / 33, within(1e-12));
    }

    @Test
    void quadraticKappa_isThatOfTheTable() {
        // the definition: weights (i - j)^2 over the cells of observed and of expected counts
        double[][] observed = new double[6][6];
        double[] rows = new double[6];
        double[] columns = new double[6];
        for (int i = 0; i < JUDGE.length; i++) {
            observed[JUDGE[i]][GOLD[i]]++;
            rows[JUDGE[i]]++;
            columns[GOLD[i]]++;
        }
        double disagreement = 0;
        double byChance = 0;
        for (int i = 1; i <= 5; i++) {
            for (int j = 1; j <= 5; j++) {
                disagreement += (i - j) * (i - j) * observed[i][j];
                byChance += (i - j) * (i - j) * rows[i] * columns[j] / JUDGE.length;
            }
        }

        assertThat(value(GraderAudit.of(findings(JUDGE), gold(GOLD)).quadraticKappa()))
                .isCloseTo(1 - disagreement / byChance, within(1e-12));
    }

    @Test
    void spearman_correlatesRanksOfWhichEqualScoresShareTheMean() {
        // ranks of the judge 7.5 7.5 5.5 5.5 4 3 1.5 1.5, of people 8 6 6 3 6 3 1 3; both have the mean 4.5
        // products 60 45 33 16.5 24 9 1.5 4.5 = 193.5 - 8 * 20.25 = 31.5; squares 202.5 - 162 = 40.5 and 200 - 162 = 38
        assertThat(value(GraderAudit.of(findings(JUDGE), gold(GOLD)).spearman()))
                .isCloseTo(31.5 / Math.sqrt(40.5 * 38), within(1e-12));
    }

    @Test
    void kendall_countsPairsAndCorrectsForTies() {
        // 28 pairs, of which the judge ties 3 (5 5, 4 4, 1 1) and people 6 (three 4s, three 2s), none in both: 19 are
        // left
        // only (4, 2) and (3, 4) stand the other way round: (18 - 1) / sqrt((28 - 3) (28 - 6))
        assertThat(value(GraderAudit.of(findings(JUDGE), gold(GOLD)).kendall()))
                .isCloseTo(17 / Math.sqrt(25 * 22), within(1e-12));
    }

    @Test
    void correlations_ofTheOppositeAreMinusOne() {
        GraderAudit audit = GraderAudit.of(findings(5, 4, 3, 2, 1), gold(1, 2, 3, 4, 5));

        assertThat(value(audit.spearman())).isCloseTo(-1, within(1e-12));
        assertThat(value(audit.kendall())).isCloseTo(-1, within(1e-12));
        assertThat(value(audit.quadraticKappa())).isCloseTo(-1, within(1e-12));
        // verdicts PPFFF and FFFPP agree on one of five; by chance 0.4 * 0.4 + 0.6 * 0.6 = 0.52; (0.2 - 0.52) / 0.48
        assertThat(value(audit.kappa())).isCloseTo(-2.0 / 3, within(1e-12));
    }

    @Test
    void bands_sayHowOftenPeoplePassWhatTheJudgeGaveAScore() {
        List<GraderAudit.Band> bands =
                GraderAudit.of(findings(JUDGE), gold(GOLD)).bands();

        // 1 1 -> 0 of 2; 2 -> 0 of 1; 3 -> 1 of 1; 4 4 -> 1 of 2; 5 5 -> 2 of 2
        assertThat(bands).extracting(GraderAudit.Band::count).containsExactly(2, 1, 1, 2, 2);
        assertThat(bands).extracting(band -> value(band.goldPassShare())).containsExactly(0.0, 0.0, 1.0, 0.5, 1.0);
        assertThat(bands).extracting(GraderAudit.Band::lower).containsExactly(0.0, 0.2, 0.4, 0.6, 0.8);
        assertThat(bands).extracting(GraderAudit.Band::upper).containsExactly(0.2, 0.4, 0.6, 0.8, 1.0);
        // one of one: Wilson's lower end is 1 / (1 + z^2) = 0.206549, the upper is 1
        assertThat(bands.get(2).goldPassShare().orElseThrow().lower()).isCloseTo(0.206549, within(1e-6));
        assertThat(bands.get(2).goldPassShare().orElseThrow().upper()).isCloseTo(1, within(1e-12));
    }

    @Test
    void bands_takeTheirLowerEdge() {
        List<Finding> findings = List.of(
                Finding.fail("j", "a", 0.2, "r"),
                Finding.fail("j", "b", 0.6, "r"),
                Finding.pass("j", "c").withScore(0.8));

        GraderAudit audit = GraderAudit.of(findings, Map.of("a", 0.0, "b", 1.0, "c", 1.0));

        assertThat(audit.bands()).extracting(GraderAudit.Band::count).containsExactly(0, 1, 0, 1, 1);
        assertThat(audit.bands().get(0).goldPassShare()).isEmpty();
    }

    // ---------------------------------------------------------------- intervals

    @Test
    void intervals_holdTheValueAndShrinkWithMoreExamples() {
        GraderAudit few = GraderAudit.of(findings(JUDGE), gold(GOLD));
        GraderAudit many = GraderAudit.of(findings(repeat(JUDGE, 25)), gold(repeat(GOLD, 25)));

        for (GraderAudit audit : List.of(few, many)) {
            assertThat(List.of(
                            audit.agreement(),
                            audit.kappa(),
                            audit.quadraticKappa(),
                            audit.spearman(),
                            audit.kendall()))
                    .allSatisfy(figure -> assertThat(value(figure))
                            .isBetween(
                                    figure.orElseThrow().lower(),
                                    figure.orElseThrow().upper()));
        }
        assertThat(value(many.kappa())).isCloseTo(value(few.kappa()), within(1e-12));
        assertThat(width(many.kappa())).isLessThan(width(few.kappa()) / 3);
        assertThat(width(many.kendall())).isLessThan(width(few.kendall()) / 3);
        assertThat(width(many.agreement())).isLessThan(width(few.agreement()) / 3);
    }

    private static int[] repeat(int[] scores, int times) {
        int[] repeated = new int[scores.length * times];
        for (int i = 0; i < repeated.length; i++) {
            repeated[i] = scores[i % scores.length];
        }
        return repeated;
    }

    private static double width(Optional<Estimate> estimate) {
        return estimate.orElseThrow().upper() - estimate.orElseThrow().lower();
    }

    /** Of a share p among n the bootstrap has a standard deviation of sqrt(p (1 - p) / n), and kappa is 2 p - 1 where both pass half. */
    @Test
    void intervals_areAsWideAsTheyShouldBe() {
        GraderAudit audit = GraderAudit.of(findings(repeat(JUDGE, 50)), gold(repeat(GOLD, 50)));

        // n = 400, p = 0.75: 2 * 2 * 1.96 * sqrt(0.1875 / 400) = 0.1697, but for what the margins add
        assertThat(width(audit.kappa())).isCloseTo(0.17, within(0.015));
    }

    @Test
    void intervals_areTheSameForTheSameSeed() {
        GraderAudit.Builder builder = GraderAudit.builder();

        Optional<Estimate> first = builder.of(findings(JUDGE), gold(GOLD)).spearman();

        assertThat(GraderAudit.of(findings(JUDGE), gold(GOLD)).spearman()).isEqualTo(first);
        assertThat(builder.seed(42)
                        .resamples(2000)
                        .confidence(0.95)
                        .threshold(0.7)
                        .of(findings(JUDGE), gold(GOLD))
                        .spearman())
                .isEqualTo(first);
        assertThat(builder.seed(1).of(findings(JUDGE), gold(GOLD)).spearman()).isNotEqualTo(first);
        assertThat(width(builder.seed(42)
                        .confidence(0.5)
                        .of(findings(JUDGE), gold(GOLD))
                        .spearman()))
                .isLessThan(width(first));
    }

    @Test
    void intervals_ofFullAgreementAreAPointButForShares() {
        GraderAudit audit = GraderAudit.of(findings(5, 4, 2, 1), gold(5, 4, 2, 1));

        assertThat(audit.kappa()).hasValue(new Estimate(1, 1, 1));
        // four of four: Wilson's lower end is 4 / (4 + z^2) = 0.510109
        assertThat(audit.agreement().orElseThrow().lower()).isCloseTo(0.510109, within(1e-6));
    }

    // ---------------------------------------------------------------- what is not defined

    @Test
    void kappa_isAbsentWhereNobodyEverDisagreedWithAnything() {
        GraderAudit audit = GraderAudit.of(findings(5, 4, 5), gold(4, 5, 5));

        assertThat(value(audit.agreement())).isEqualTo(1);
        assertThat(audit.kappa()).isEmpty();
        assertThat(audit.quadraticKappa()).isPresent(); // the scores differ
    }

    @Test
    void correlations_areAbsentWhereOneSideHasASingleScore() {
        GraderAudit constantJudge = GraderAudit.of(findings(4, 4, 4), gold(1, 3, 5));
        GraderAudit constantGold = GraderAudit.of(findings(1, 3, 5), gold(4, 4, 4));

        assertThat(constantJudge.spearman()).isEmpty();
        assertThat(constantJudge.kendall()).isEmpty();
        assertThat(constantGold.spearman()).isEmpty();
        assertThat(constantGold.kendall()).isEmpty();
        // both are constant in their way: 1 - sum / sum, no agreement beyond chance
        assertThat(value(constantJudge.quadraticKappa())).isCloseTo(0, within(1e-12));
        assertThat(GraderAudit.of(findings(4, 4), gold(4, 4)).quadraticKappa()).isEmpty();
    }

    @Test
    void oneExample_hasAnAgreementAndNothingElse() {
        GraderAudit audit = GraderAudit.of(findings(4), gold(5));

        assertThat(value(audit.agreement())).isEqualTo(1);
        assertThat(audit.kappa()).isEmpty();
        assertThat(audit.spearman()).isEmpty();
        assertThat(audit.kendall()).isEmpty();
    }

    @Test
    void errors_areNoJudgementAndAreCounted() {
        List<Finding> findings = new ArrayList<>(findings(5, 1));
        findings.add(Finding.error("judge", "e2", "down"));

        GraderAudit audit = GraderAudit.of(findings, gold(5, 1, 5));
        GraderAudit onlyErrors = GraderAudit.of(findings.subList(2, 3), gold(5, 1, 5));

        assertThat(audit.judged()).isEqualTo(2);
        assertThat(audit.errors()).isEqualTo(1);
        assertThat(audit.missing()).isZero();
        assertThat(value(audit.agreement())).isEqualTo(1);
        assertThat(onlyErrors.judged()).isZero();
        assertThat(onlyErrors.missing()).isEqualTo(2);
        assertThat(onlyErrors.agreement()).isEmpty();
        assertThat(onlyErrors.quadraticKappa()).isEmpty();
    }

    @Test
    void findingsWithoutGold_areLeftAside() {
        GraderAudit audit = GraderAudit.of(findings(5, 1, 3, 3), gold(5, 1));

        assertThat(audit.judged()).isEqualTo(2);
        assertThat(audit.missing()).isZero();
    }

    @Test
    void threshold_saysWhatPeoplePass() {
        // 0.5 and 1 of people: at 0.5 both pass
        GraderAudit audit = GraderAudit.builder().threshold(0.5).of(findings(5, 5), gold(3, 5));

        assertThat(audit.falsePasses()).isZero();
        assertThat(GraderAudit.of(findings(5, 5), gold(3, 5)).falsePasses()).isEqualTo(1);
    }

    // ---------------------------------------------------------------- refusals

    @Test
    void of_refusesWhatCannotBeCompared() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GraderAudit.of(findings(5), Map.of("other", 1.0)))
                .withMessage("none of 1 findings is on one of the 1 examples with gold: are these the examples' ids?");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GraderAudit.of(List.of(), gold(5)))
                .withMessageStartingWith("none of 0 findings");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GraderAudit.of(List.of(finding("e0", 5), finding("e0", 5)), gold(5)))
                .withMessage("two findings on example e0: audit one judge, with each example once");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GraderAudit.of(List.of(finding("e0", 5), Finding.pass("another", "e1")), gold(5, 5)))
                .withMessage("findings of 'judge' and of 'another': audit one judge at a time");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GraderAudit.of(findings(5), Map.of("e0", 5.0)))
                .withMessage("gold of e0 must be in [0.0, 1.0] but was 5.0");
        assertThatIllegalArgumentException().isThrownBy(() -> GraderAudit.of(findings(5), Map.of("e0", Double.NaN)));
    }

    @Test
    void builder_refusesWhatMakesNoSense() {
        GraderAudit.Builder builder = GraderAudit.builder();

        assertThatIllegalArgumentException().isThrownBy(() -> builder.threshold(-0.1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.confidence(1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.confidence(0.4));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.resamples(999));
    }

    // ---------------------------------------------------------------- printing

    @Test
    void display_printsFiguresAndBands() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        StringBuilder out = new StringBuilder();
        try {
            GraderAudit.of(findings(5, 4, 2, 1), gold(5, 4, 2, 1, 3)).display(out);
        } finally {
            Locale.setDefault(before);
        }

        assertThat(out.toString())
                .isEqualTo(String.join(
                        "\n",
                        "  judge                                 interval",
                        "  -----------------------  -----  --------------",
                        "  judged                       4",
                        "  errors                       0",
                        "  without a finding            1",
                        "  passes that people fail      0",
                        "  fails that people pass       0",
                        "  agreement                1.000  0.510 to 1.000",
                        "  Cohen's kappa            1.000  1.000 to 1.000",
                        "  quadratic kappa          1.000  1.000 to 1.000",
                        "  Spearman                 1.000  1.000 to 1.000",
                        "  Kendall tau-b            1.000  1.000 to 1.000",
                        "",
                        "  score       examples  people pass        interval",
                        "  ----------  --------  -----------  --------------",
                        "  0.0 to 0.2         1        0.000  0.000 to 0.793",
                        "  0.2 to 0.4         1        0.000  0.000 to 0.793",
                        "  0.4 to 0.6         0            -               -",
                        "  0.6 to 0.8         1        1.000  0.207 to 1.000",
                        "  0.8 to 1.0         1        1.000  0.207 to 1.000",
                        ""));
    }
}
