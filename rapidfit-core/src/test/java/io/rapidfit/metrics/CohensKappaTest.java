package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CohensKappaTest {

    @Test
    void of_isAgreementBeyondChance() {
        // A textbook's table of 50 items: both yes 20, both no 15, yes-no 5, no-yes 10.
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        add(first, second, "yes", "yes", 20);
        add(first, second, "no", "no", 15);
        add(first, second, "yes", "no", 5);
        add(first, second, "no", "yes", 10);

        // Agreement 35/50 = 0.7; by chance 25/50 * 30/50 + 25/50 * 20/50 = 0.5; (0.7 - 0.5) / (1 - 0.5) = 0.4.
        assertThat(CohensKappa.of(first, second).orElseThrow()).isCloseTo(0.4, within(1e-12));
    }

    private static void add(List<String> first, List<String> second, String a, String b, int times) {
        for (int i = 0; i < times; i++) {
            first.add(a);
            second.add(b);
        }
    }

    @Test
    void quadratic_forgivesNearMisses() {
        // Squares observed: 0 + 1 + 0 = 1. Expected: first has 1, 2, 3 and second 1, 3, 3, all nine combinations / 3:
        // 1: 0 + 4 + 4, 2: 1 + 1 + 1, 3: 4 + 0 + 0, together 15 / 3 = 5. So 1 - 1/5.
        assertThat(CohensKappa.quadratic(List.of(1, 2, 3), List.of(1, 3, 3)).orElseThrow())
                .isCloseTo(0.8, within(1e-12));
        assertThat(CohensKappa.quadratic(List.of(1, 5), List.of(5, 1)).orElseThrow())
                .isCloseTo(-1, within(1e-12)); // observed 32, expected (16 + 16) / 2
    }

    @Test
    void quadratic_takesAnyNumbers() {
        // The second says the same of all, so what is observed is what chance gives; in whole numbers the squares
        // overflow.
        assertThat(CohensKappa.quadratic(List.of(Integer.MAX_VALUE, 0), List.of(-1, -1))
                        .orElseThrow())
                .isZero();
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void of_takesManyCategories() {
        List<Integer> many = IntStream.range(0, 3_000).boxed().toList();

        assertThat(CohensKappa.of(many, many).orElseThrow()).isCloseTo(1, within(1e-9));
    }

    @Test
    void of_isEmptyWhereChanceAloneAgrees() {
        assertThat(CohensKappa.of(List.of("a", "a"), List.of("a", "a"))).isEmpty();
        assertThat(CohensKappa.of(List.of(), List.of())).isEmpty();
        assertThat(CohensKappa.of(List.of("a"), List.of("b")).orElseThrow()).isZero();
    }

    @Test
    void of_refusesListsOfDifferentLength() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CohensKappa.of(List.of("a"), List.of()))
                .withMessage("both judges must judge the same items but one has 1 and the other 0");
    }
}
