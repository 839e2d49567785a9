package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rapidfit.classifier.TrainingSet.Row;
import io.rapidfit.data.Sample;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingSetTest {

    @Test
    void rows_joinTheTasksOfAText() {
        TrainingSet set = TrainingSet.of(List.of(
                Sample.of("b", "one", "y"),
                Sample.of("a", "one", "p"),
                Sample.of("a", "two", "q"),
                Sample.of("b", "three", "x")));

        // tasks in order of first appearance, b before a; labels sorted: x 0, y 1; p 0, q 1
        assertThat(set.labels().keySet()).containsExactly("b", "a");
        assertThat(set.labels()).containsEntry("b", List.of("x", "y")).containsEntry("a", List.of("p", "q"));
        assertThat(set.rows())
                .containsExactly(
                        new Row("one", List.of(1, 0)),
                        new Row("two", List.of(-1, 1)),
                        new Row("three", List.of(0, -1)));
    }

    @Test
    void rows_keepSamplesOfTheSameTextInOneTaskApart() {
        TrainingSet set = TrainingSet.of(List.of(
                Sample.of("a", "one", "p"),
                Sample.of("a", "one", "q"),
                Sample.of("b", "one", "x"),
                Sample.of("b", "two", "y")));

        assertThat(set.rows())
                .containsExactly(
                        new Row("one", List.of(0, 0)), new Row("one", List.of(1, -1)), new Row("two", List.of(-1, 1)));
    }

    @Test
    void warnings_nameLabelsWithOneSample() {
        TrainingSet set = TrainingSet.of(
                List.of(Sample.of("a", "one", "p"), Sample.of("a", "two", "p"), Sample.of("a", "three", "q")));

        assertThat(set.warnings())
                .containsExactly("label 'q' of task 'a' has one training sample: add more, or it will rarely be right");
    }

    @Test
    void of_refusesWhatTeachesNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingSet.of(List.of()))
                .withMessageStartingWith("no training samples: add some with Dataset.builder()");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingSet.of(List.of(Sample.of("a", "one", "p"), Sample.of("a", "two", "p"))))
                .withMessage("task 'a' has training samples of one label only, 'p': add samples of another label, or"
                        + " leave the task out with dataset.only(...)");
    }

    @ParameterizedTest
    @CsvSource({
        "lost_card, lost card",
        "lostCard, lost Card",
        "LOST-CARD, LOST CARD",
        "lost.card/now, lost card now",
        "__lost  card__, lost card",
        "card 2 card, card 2 card",
        "don't know, don't know",
        "\u0628\u0637\u0627\u0642\u0629_\u0645\u0641\u0642\u0648\u062f\u0629, \u0628\u0637\u0627\u0642\u0629 \u0645\u0641\u0642\u0648\u062f\u0629",
        "\u0915\u093e\u0930\u094d\u0921_\u0916\u094b\u092f\u093e, \u0915\u093e\u0930\u094d\u0921 \u0916\u094b\u092f\u093e", // with marks
        "happy \ud83d\ude00, happy",
        "\u00e9tatCivil, \u00e9tat Civil",
    })
    void labelNames_areTheirWords(String name, String words) {
        TrainingSet set = TrainingSet.of(List.of(Sample.of("a", "one", name), Sample.of("a", "two", "42")));
        int label = set.labels().get("a").indexOf(name);

        List<Row> rows = set.rowsWithLabelNames(3);
        assertThat(rows.subList(0, 2)).isEqualTo(set.rows());
        assertThat(rows.subList(2, rows.size())) // and none of 42, which says nothing
                .hasSize(3)
                .allSatisfy(row -> {
                    assertThat(row.text()).isEqualTo(words);
                    assertThat(row.targets()).containsExactly(label);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"42", "1.5", "\ud83d\ude00", "-", "_", "'"})
    void labelNames_withoutALetterAreLeftOut(String name) {
        TrainingSet set = TrainingSet.of(List.of(Sample.of("a", "one", name), Sample.of("a", "two", "7")));

        assertThat(set.rowsWithLabelNames(2)).isEqualTo(set.rows());
    }

    @Test
    void labelNames_belongToTheirTaskAlone() {
        TrainingSet set = TrainingSet.of(List.of(
                Sample.of("a", "one", "no"),
                Sample.of("a", "two", "yes"),
                Sample.of("b", "one", "no"),
                Sample.of("b", "two", "other")));

        List<Row> rows = set.rowsWithLabelNames(1);
        assertThat(rows.subList(2, 6))
                .containsExactly(
                        new Row("no", List.of(0, -1)),
                        new Row("yes", List.of(1, -1)),
                        new Row("no", List.of(-1, 0)),
                        new Row("other", List.of(-1, 1)));
        assertThat(set.rows()).hasSize(2); // unchanged
    }
}
