package io.rapidfit.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoilerplateTest {

    private static List<String> prompts(int count, String before, String after) {
        List<String> prompts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            prompts.add(before + "text " + i + after);
        }
        return prompts;
    }

    @Test
    void removeFrom_takesAwayWholeLinesThatAllShare() {
        Boilerplate boilerplate = Boilerplate.of(prompts(10, "Do this.\n\nText: ", "\nAnswer with JSON.\nNow:"));

        assertThat(boilerplate.removeFrom("Do this.\n\nText: text 3\nAnswer with JSON.\nNow:"))
                .isEqualTo("Text: text 3");
        assertThat(boilerplate.removeFrom("Do that.\n\nText: text 3\nAnswer."))
                .isEqualTo("Do that.\n\nText: text 3\nAnswer.");
    }

    @Test
    void of_leavesAloneWhatIsOnOneLine() {
        List<String> prompts = prompts(20, "My parcel number ", " has not arrived");

        assertThat(Boilerplate.of(prompts).removeFrom(prompts.get(3))).isEqualTo(prompts.get(3));
    }

    @Test
    void of_endsNotWhereOneInTenIsAnother() {
        List<String> prompts = prompts(38, "Do this.\n", "");
        prompts.add("another");
        prompts.add("~ another");

        assertThat(Boilerplate.of(prompts).removeFrom("Do this.\ntext 3")).isEqualTo("text 3");
    }

    @Test
    void of_knowsNothingOfFewPrompts() {
        assertThat(Boilerplate.of(prompts(9, "Do this.\n", "")).removeFrom("Do this.\ntext 3"))
                .isEqualTo("Do this.\ntext 3");
        assertThat(Boilerplate.of(List.of()).removeFrom("x")).isEqualTo("x");
    }

    @Test
    void removeFrom_leavesSomething() {
        List<String> prompts = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            prompts.add("all\nthe\nsame");
        }

        assertThat(Boilerplate.of(prompts).removeFrom("all\nthe\nsame")).isEqualTo("all\nthe\nsame");
    }
}
