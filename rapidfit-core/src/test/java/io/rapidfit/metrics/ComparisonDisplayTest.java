package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.metrics.AnalysisResult.Basis;
import io.rapidfit.testing.DefaultLocale;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonDisplayTest {

    private static final Judged[] TASKS = {
        Judged.counts("topic", 40, 14, 2, 8),
        Judged.counts("sentiment", 6, 0, 0, 2),
        Judged.counts("\u7D27\u6025", 20, 2, 12, 16)
    };

    @Test
    void display_showsATableAndASentenceOnEachTask() {
        assertThat(displayed(Judged.compared(TASKS))).isEqualTo(GOLDEN);
    }

    @Test
    void display_hasAsciiDigitsUnderEveryLocale() throws Exception {
        for (String locale : List.of("ar-EG", "tr-TR", "fa-IR", "de-DE")) {
            DefaultLocale.with(
                    locale,
                    () -> assertThat(displayed(Judged.compared(TASKS)))
                            .as(locale)
                            .isEqualTo(GOLDEN));
        }
    }

    @Test
    void display_ofOneTask_speaksOfNoCorrection_andWarnsOfWhatIsNoProof() {
        assertThat(displayed(compared(Basis.GIVEN, TASKS[0]))).isEqualTo("""
                On given samples, differences with their 95% intervals

                  task   samples  metric    before  after  difference               fixed  broken      p  verdict
                  -----  -------  --------  ------  -----  -----------------------  -----  ------  -----  -------
                  topic       64  accuracy   0.656  0.844  +0.188 [+0.078, +0.297]     14       2  0.004  better
                                  macro-F1   0.656  0.844  +0.188 [+0.077, +0.300]

                topic: better. 12 more of 64 given samples are right (14 fixed, 2 broken); p = 0.004.
                Given samples prove something only if nothing was learnt from them or chosen by them.

                """);
    }

    @Test
    void display_tellsOfAContradiction() {
        // as in ComparisonTest; P(at most 20 of 70) * 2 = 0.0004. Standard error of the accuracy's difference: sqrt((70
        // / 200 -
        // 0.15^2) / 200) = 0.0405
        Comparison comparison = Judged.compared(new Judged("t")
                .add(130, "common", "common", "common")
                .add(50, "common", "rare", "common")
                .add(20, "rare", "rare", "common"));

        assertThat(displayed(comparison)).isEqualTo("""
                On test samples, differences with their 95% intervals

                  task  samples  metric    before  after  difference               fixed  broken        p  verdict
                  ----  -------  --------  ------  -----  -----------------------  -----  ------  -------  -------------
                  t         200  accuracy   0.750  0.900  +0.150 [+0.070, +0.230]     50      20  < 0.001  contradictory
                                 macro-F1   0.642  0.474  -0.168 [-0.252, -0.079]

                t: no evidence either way. 30 more of 200 test samples are right (50 fixed, 20 broken); p < 0.001. But macro-F1, for which every label counts the same, fell: -0.168 [-0.252, -0.079].

                """);
    }

    @Test
    void summary_tellsOfAContradictionTheOtherWayRound() {
        Comparison comparison = Judged.compared(new Judged("t")
                .add(130, "common", "common", "common")
                .add(50, "common", "common", "rare")
                .add(20, "rare", "common", "rare"));

        assertThat(summary(comparison))
                .startsWith("t: no evidence either way. 30 fewer of 200 test samples are right (20 fixed, 50 broken);"
                        + " p < 0.001. But macro-F1, for which every label counts the same, rose: +0.168 [+0.");
    }

    @Test
    void summary_tellsWhereMacroF1AloneChanged() {
        Judged rises = new Judged("t")
                .add(160, "common", "common", "common")
                .add(20, "common", "common", "rare")
                .add(20, "rare", "common", "rare");
        Judged falls = new Judged("t")
                .add(160, "common", "common", "common")
                .add(20, "common", "rare", "common")
                .add(20, "rare", "rare", "common");

        assertThat(summary(Judged.compared(rises)))
                .startsWith("t: no evidence either way. As many of 200 test samples are right (20 fixed, 20 broken);"
                        + " p = 1.000. Macro-F1 alone rose, +0.330 [+0.")
                .endsWith("], not corrected: a hint, no proof.");
        assertThat(summary(Judged.compared(falls))).contains(" Macro-F1 alone fell, -0.330 [-0.");
    }

    @Test
    void summary_ofOneSampleMore() {
        assertThat(summary(Judged.compared(Judged.counts("t", 5, 2, 1, 2))))
                .isEqualTo("t: no evidence either way. 1 more of 10 test samples is right (2 fixed, 1 broken);"
                        + " p = 1.000.");
    }

    @Test
    void display_saysWhatGivenSamplesProve() {
        assertThat(lastLine(Basis.TEST)).startsWith("t: no evidence");
        assertThat(lastLine(Basis.GIVEN))
                .isEqualTo("Given samples prove something only if nothing was learnt from them or chosen by them.");
    }

    private static String lastLine(Basis basis) {
        List<String> lines = displayed(compared(basis, Judged.counts("t", 1, 1, 1, 1)))
                .lines()
                .toList();
        assertThat(lines.get(lines.size() - 1)).isEmpty();
        return lines.get(lines.size() - 2);
    }

    @Test
    void display_namesTheConfidence() {
        AnalysisResult result = Judged.before(Basis.TEST, Judged.counts("t", 1, 1, 1, 1));

        for (double confidence : new double[] {0.9, 0.995}) {
            assertThat(displayed(Comparison.builder().confidence(confidence).between(result, result)))
                    .startsWith("On test samples, differences with their " + (confidence == 0.9 ? "90" : "99.5")
                            + "% intervals\n");
        }
    }

    @Test
    void display_passesOnWhatTheOutputThrows() {
        Writer broken = new Writer() {
            @Override
            public void write(char[] text, int from, int length) throws IOException {
                throw new IOException("disk full");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };

        assertThatThrownBy(() -> Judged.compared(TASKS).display(broken))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("disk full");
    }

    private static Comparison compared(Basis basis, Judged... tasks) {
        return Comparison.between(Judged.before(basis, tasks), Judged.after(basis, tasks));
    }

    private static String summary(Comparison comparison) {
        return comparison.tasks().get("t").summary();
    }

    private static String displayed(Comparison comparison) {
        StringBuilder out = new StringBuilder();
        comparison.display(out);
        return out.toString();
    }

    // p, on its own and times what Holm leaves: topic 2 * (1 + 16 + 120) / 2^16 = 0.00418 * 3; the last 2 * (1 + 14 +
    // 91) /
    // 2^14 = 0.01294 * 2; sentiment 1. Macro-F1 is accuracy, as both labels are recognised equally well.
    // Standard errors of the differences: topic sqrt((16 / 64 - 0.1875^2) / 64) = 0.0579, the last sqrt((14 / 50 -
    // 0.2^2)
    // / 50) = 0.0693: about 1.96 of them to either side
    private static final String GOLDEN = """
            On test samples, differences with their 95% intervals

              task       samples  metric    before  after  difference               fixed  broken  p (Holm)  verdict
              ---------  -------  --------  ------  -----  -----------------------  -----  ------  --------  -----------
              topic           64  accuracy   0.656  0.844  +0.188 [+0.078, +0.297]     14       2     0.013  better
                                  macro-F1   0.656  0.844  +0.188 [+0.077, +0.300]
              sentiment        8  accuracy   0.750  0.750  +0.000 [+0.000, +0.000]      0       0     1.000  no evidence
                                  macro-F1   0.750  0.750  +0.000 [+0.000, +0.000]
              \u7D27\u6025            50  accuracy   0.640  0.440  -0.200 [-0.340, -0.060]      2      12     0.026  worse
                                  macro-F1   0.640  0.440  -0.200 [-0.340, -0.063]

            topic: better. 12 more of 64 test samples are right (14 fixed, 2 broken); p = 0.013 after Holm's correction over 3 tasks.
            sentiment: no evidence either way. The same 6 of 8 test samples are right; p = 1.000 after Holm's correction over 3 tasks.
            \u7D27\u6025: worse. 10 fewer of 50 test samples are right (2 fixed, 12 broken); p = 0.026 after Holm's correction over 3 tasks.

            """;
}
