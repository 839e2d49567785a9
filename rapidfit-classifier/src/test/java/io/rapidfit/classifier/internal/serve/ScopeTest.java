package io.rapidfit.classifier.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScopeTest {

    /** Two labels: the first looks along x, the second along y. Texts that belong have cosines of 0.6 to 0.9. */
    private static final Scope SCOPE = new Scope(new float[] {1, 0, 0, 1}, 2, new float[] {0.6f, 0.7f, 0.8f, 0.9f});

    @Test
    void cosine_isTheProductOfUnitVectors() {
        float[] units = {1, 0, 0.6f, 0.8f};

        assertThat(Scope.cosine(units, 0, new float[] {3, 4})).isCloseTo(0.6, within(1e-7));
        assertThat(Scope.cosine(units, 2, new float[] {3, 4})).isCloseTo(1, within(1e-7)); // 0.36 + 0.64
        assertThat(Scope.cosine(units, 0, new float[] {0, 0})).isZero();
        assertThat(Scope.cosine(new float[2], 0, new float[] {3, 4})).isZero();
    }

    @Test
    void strangeness_isTheShareOfFamiliarTextsThatLookLessStrange() {
        // of 4 texts and this one: 0.65 is above one of them, 0.85 above three, 0.95 above all
        assertThat(strangeness(0.65)).isCloseTo(1 - 1 / 5.0, within(1e-9));
        assertThat(strangeness(0.75)).isCloseTo(1 - 2 / 5.0, within(1e-9));
        assertThat(strangeness(0.85)).isCloseTo(1 - 3 / 5.0, within(1e-9));
        assertThat(strangeness(0.95)).isCloseTo(1 - 4 / 5.0, within(1e-9));
        assertThat(strangeness(1)).isCloseTo(1 - 4 / 5.0, within(1e-9));
    }

    @Test
    void strangeness_looksAtTheLabelThatWasGiven() {
        float[] alongX = {5, 0};

        assertThat(SCOPE.strangeness(alongX, 0)).isCloseTo(0.2, within(1e-9));
        assertThat(SCOPE.strangeness(alongX, 1)).isEqualTo(1); // a cosine of 0
    }

    @Test
    void strangeness_tellsTheStrangestApart() {
        // below all: from 1 - 1/5 at 0.6 to 1 at 0, in proportion
        assertThat(strangeness(0.3)).isCloseTo(1 - 0.5 / 5, within(1e-6));
        assertThat(strangeness(0.15)).isCloseTo(1 - 0.25 / 5, within(1e-6));
        assertThat(SCOPE.strangeness(new float[2], 0)).isEqualTo(1);
    }

    @Test
    void strangeness_neverRisesWithTheCosine() {
        double before = 1;
        for (int degree = 90 * 4; degree >= 0; degree--) {
            double now = strangeness(Math.cos(Math.toRadians(degree / 4.0)));
            assertThat(now).isBetween(0.0, before);
            before = now;
        }
    }

    @Test
    void strangeness_ofFamiliarTextsWithTheSameCosineIsThatOfTheStrangest() {
        Scope alike = new Scope(new float[] {1, 0}, 2, new float[] {0, 0, 0, 0, 0.5f, 0.5f, 0.5f, 1});

        // nothing is below 0, four are below 0.5, seven below 1
        assertThat(alike.strangeness(new float[] {0, 1}, 0)).isEqualTo(1);
        assertThat(alike.strangeness(new float[] {1, (float) Math.sqrt(3)}, 0)).isCloseTo(1 - 4 / 9.0, within(1e-9));
        assertThat(alike.strangeness(new float[] {1, 0}, 0)).isCloseTo(1 - 7 / 9.0, within(1e-9));
    }

    @Test
    void scope_refusesCosinesThatAreNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Scope(new float[2], 2, new float[0]))
                .withMessage("no cosine of a familiar text");
        for (float[] bad : new float[][] {{0.5f, 0.4f}, {Float.NaN}, {0.1f, Float.POSITIVE_INFINITY}}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Scope(new float[2], 2, bad))
                    .withMessage("the cosines of familiar texts do not ascend");
        }
    }

    private static double strangeness(double cosine) {
        return SCOPE.strangeness(new float[] {(float) cosine, (float) Math.sqrt(1 - cosine * cosine)}, 0);
    }
}
