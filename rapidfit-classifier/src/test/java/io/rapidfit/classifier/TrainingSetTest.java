package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rapidfit.classifier.TrainingSet.Row;
import io.rapidfit.data.Sample;
import java.util.List;
import org.junit.jupiter.api.Test;

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
}
