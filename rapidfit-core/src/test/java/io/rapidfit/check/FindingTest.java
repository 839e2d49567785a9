package io.rapidfit.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.check.Finding.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FindingTest {

    private static final OptionalDouble HALF = OptionalDouble.of(0.5);

    @Test
    void pass_hasTheBestScoreAndNoReason() {
        assertThat(Finding.pass("c", "e"))
                .isEqualTo(new Finding("c", "e", Verdict.PASS, OptionalDouble.of(1), "", Map.of()));
    }

    @Test
    void fail_hasTheScoreAndTheReason() {
        assertThat(Finding.fail("c", "e", 0.5, "why"))
                .isEqualTo(new Finding("c", "e", Verdict.FAIL, HALF, "why", Map.of()));
    }

    @Test
    void error_hasNoScore() {
        assertThat(Finding.error("c", "e", "why"))
                .isEqualTo(new Finding("c", "e", Verdict.ERROR, OptionalDouble.empty(), "why", Map.of()));
    }

    @Test
    void new_refusesAScoreWithAnError() {
        assertThatThrownBy(() -> new Finding("c", "e", Verdict.ERROR, HALF, "why", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("score must be empty with the verdict ERROR but was 0.5");
    }

    @ParameterizedTest
    @EnumSource(names = {"PASS", "FAIL"})
    void new_refusesAVerdictWithoutAScore(Verdict verdict) {
        assertThatThrownBy(() -> new Finding("c", "e", verdict, OptionalDouble.empty(), "why", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("score must not be empty with the verdict " + verdict);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 1.01, Double.NaN, Double.POSITIVE_INFINITY})
    void new_refusesAScoreOutOfRange(double score) {
        assertThatThrownBy(() -> Finding.fail("c", "e", score, "why"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("score must be in [0.0, 1.0] but was " + score);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1})
    void new_takesTheScoresAtTheEnds(double score) {
        assertThat(Finding.fail("c", "e", score, "why").score()).hasValue(score);
    }

    @Test
    void new_refusesBlankNamesAndReasons() {
        assertThatThrownBy(() -> Finding.pass(" ", "e")).hasMessage("check must not be blank");
        assertThatThrownBy(() -> Finding.pass("c", "")).hasMessage("exampleId must not be blank");
        assertThatThrownBy(() -> Finding.fail("c", "e", 0, " ")).hasMessage("reason must not be blank");
        assertThatThrownBy(() -> Finding.error("c", "e", "")).hasMessage("reason must not be blank");
    }

    @Test
    void new_refusesNull() {
        assertThatThrownBy(() -> new Finding("c", "e", null, HALF, "", Map.of()))
                .hasMessage("verdict must not be null");
        assertThatThrownBy(() -> new Finding("c", "e", Verdict.PASS, null, "", Map.of()))
                .hasMessage("score must not be null");
        assertThatThrownBy(() -> new Finding("c", "e", Verdict.PASS, HALF, null, Map.of()))
                .hasMessage("reason must not be null");
        assertThatThrownBy(() -> new Finding("c", "e", Verdict.PASS, HALF, "", null))
                .hasMessage("metadata must not be null");
    }

    @Test
    void withScore_changesNothingElse() {
        Finding finding = Finding.pass("c", "e").withMetadata(Map.of("a", "b"));

        assertThat(finding.withScore(0.5)).isEqualTo(new Finding("c", "e", Verdict.PASS, HALF, "", Map.of("a", "b")));
    }

    @Test
    void withScore_refusesAnError() {
        assertThatThrownBy(() -> Finding.error("c", "e", "why").withScore(1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void withMetadata_copiesInOrder() {
        Map<String, String> metadata = new LinkedHashMap<>();
        for (String name : new String[] {"z", "a", "m", "b", "y"}) {
            metadata.put(name, name + "!");
        }
        Finding finding = Finding.fail("c", "e", 0.5, "why").withMetadata(metadata);
        metadata.clear();

        assertThat(finding.metadata().keySet()).containsExactly("z", "a", "m", "b", "y");
        assertThat(finding.withMetadata(Map.of())).isEqualTo(Finding.fail("c", "e", 0.5, "why"));
    }

    @Test
    void metadata_cannotBeChanged() {
        Finding finding = Finding.pass("c", "e");

        assertThatThrownBy(() -> finding.metadata().put("a", "b")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(
                        () -> finding.withMetadata(Map.of("a", "b")).metadata().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void withMetadata_refusesBlankNamesAndNull() {
        Map<String, String> withNull = new LinkedHashMap<>();
        withNull.put("a", null);

        assertThatThrownBy(() -> Finding.pass("c", "e").withMetadata(Map.of(" ", "b")))
                .hasMessage("metadata name must not be blank");
        assertThatThrownBy(() -> Finding.pass("c", "e").withMetadata(withNull))
                .hasMessage("metadata a must not be null");
    }
}
