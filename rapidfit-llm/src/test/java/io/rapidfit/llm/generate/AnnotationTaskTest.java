package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class AnnotationTaskTest {

    @Test
    void of_hasNoInstruction() {
        AnnotationTask task = AnnotationTask.of("topic", "billing", "delivery");

        assertThat(task.name()).isEqualTo("topic");
        assertThat(task.labels()).containsExactly("billing", "delivery");
        assertThat(task.instruction()).isEmpty();
        assertThat(task.withInstruction("Invoices are billing."))
                .isEqualTo(new AnnotationTask("topic", List.of("billing", "delivery"), "Invoices are billing."));
    }

    @Test
    void constructor_copiesLabelsAndMendsThem() {
        List<String> labels = new ArrayList<>(List.of("a\uD800", "b"));
        AnnotationTask task = new AnnotationTask("t", labels, "i\uDC00");
        labels.add("c");

        assertThat(task).isEqualTo(new AnnotationTask("t", List.of("a\uFFFD", "b"), "i\uFFFD"));
    }

    @Test
    void constructor_refusesWhatNobodyCanChooseFrom() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AnnotationTask.of(" ", "a", "b"))
                .withMessage("name must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AnnotationTask.of("topic", "a"))
                .withMessage("task 'topic' needs at least two labels to choose from but has [a]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AnnotationTask.of("topic", "a", " "))
                .withMessage("each of labels must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AnnotationTask.of("topic", "a b", "c", "A  B"))
                .withMessage(
                        "task 'topic': labels must differ by more than case and white space, 'a b' and 'A  B' do not");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AnnotationTask.of("topic", "a", "b").withInstruction(null))
                .withMessage("instruction must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AnnotationTask("topic", null, ""))
                .withMessage("labels must not be null");
    }

    @Test
    void constructor_refusesSkipInAnyCase_alsoInTurkish() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> AnnotationTask.of("topic", "a", "skip"))
                    .withMessage(
                            "task 'topic': a label must not be 'skip', which is what a model says of a text that it"
                                    + " cannot label");
            assertThatIllegalArgumentException().isThrownBy(() -> AnnotationTask.of("topic", "a", " SKIP"));
            assertThat(AnnotationTask.of("topic", "skipped", "s\u0131kip").labels())
                    .hasSize(2);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void copyOf_refusesNoTaskAndATaskTwice() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AnnotationTask.copyOf(List.of()))
                .withMessage("tasks must not be empty: AnnotationTask.of(\"sentiment\", \"positive\", \"negative\")");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AnnotationTask.copyOf(null))
                .withMessage("tasks must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AnnotationTask.copyOf(
                        List.of(AnnotationTask.of("topic", "a", "b"), AnnotationTask.of("topic", "c", "d"))))
                .withMessage("task 'topic' is there twice: give it all its labels at once");
    }

    @Test
    void fingerprint_tellsTasksApartThatReadAlike() {
        assertThat(AnnotationTask.fingerprint(List.of(AnnotationTask.of("t", "a, b", "c"))))
                .isNotEqualTo(AnnotationTask.fingerprint(List.of(AnnotationTask.of("t", "a", "b", "c"))))
                .isNotEqualTo(AnnotationTask.fingerprint(
                        List.of(AnnotationTask.of("t", "a, b", "c").withInstruction("x"))));
    }
}
