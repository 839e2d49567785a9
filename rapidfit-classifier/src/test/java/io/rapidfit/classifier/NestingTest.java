package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.classifier.TrainingSet.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NestingTest {

    /** Scenario a has intents 0 and 1, b has 2. */
    private static final Map<String, List<String>> TASKS =
            labels("scenario", List.of("a", "b"), "intent", List.of("a1", "a2", "b1"));

    private static final List<Integer> GROUPS = List.of(0, 0, 1);

    @Test
    void find_knowsATaskThatAnotherDecides() {
        assertThat(Nesting.find(TASKS, rows(60))).containsOnly(Map.entry("scenario", new Nesting("intent", GROUPS)));
    }

    @Test
    void find_doesNotMindTheOrderOfTasks() {
        Map<String, List<String>> swapped = labels("intent", List.of("a1", "a2", "b1"), "scenario", List.of("a", "b"));
        List<Row> rows = rows(60).stream()
                .map(r -> row(r.targets().get(1), r.targets().get(0)))
                .toList();

        assertThat(Nesting.find(swapped, rows)).containsOnly(Map.entry("scenario", new Nesting("intent", GROUPS)));
    }

    @Test
    void find_isRefutedByOneText() {
        List<Row> rows = new ArrayList<>(rows(600));
        rows.add(row(1, 0)); // intent a1 with scenario b

        assertThat(Nesting.find(TASKS, rows)).isEmpty();
    }

    @Test
    void find_doesNotTrustFewTexts() {
        // Of n texts n - 3 repeat what was seen of their intent; the commonest scenario has two thirds of them.
        // (2/3)^34 = 1.03e-6 is too much, (2/3)^35 = 6.9e-7 is not: 37 texts, where it has 25, are 0.6757^34 = 1.6e-6;
        // 39, where it has 26, are (2/3)^36 = 4.6e-7
        assertThat(Nesting.find(TASKS, rows(36))).isEmpty();
        assertThat(Nesting.find(TASKS, rows(39))).containsKey("scenario");
    }

    @Test
    void find_isNotImpressedByAScenarioThatNearlyAllTextsHave() {
        // 97 of 100 texts are in a: 0.97^97 = 0.05 is what chance gives
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 97; i++) {
            rows.add(row(0, i % 2));
        }
        for (int i = 0; i < 3; i++) {
            rows.add(row(1, 2));
        }

        assertThat(Nesting.find(TASKS, rows)).isEmpty();
    }

    @Test
    void find_needsALabelOfTheFinerTaskForEveryText() {
        List<Row> rows = new ArrayList<>(rows(600));
        rows.add(row(0, -1)); // its scenario would never be learnt

        assertThat(Nesting.find(TASKS, rows)).isEmpty();
    }

    @Test
    void find_doesNotMindTextsWithoutTheCoarserLabel() {
        List<Row> rows = new ArrayList<>(rows(60));
        rows.add(row(-1, 2));

        assertThat(Nesting.find(TASKS, rows)).containsEntry("scenario", new Nesting("intent", GROUPS));
    }

    @Test
    void find_needsACoarserLabelForEachFinerOne() {
        List<Row> rows = new ArrayList<>(rows(60).stream()
                .map(r -> r.targets().get(1) == 2 ? row(-1, 2) : r)
                .toList());
        for (int i = 0; i < 60; i++) {
            rows.add(row(1, 1)); // a2 is b's here, and nobody knows whose b1 is
            rows.removeIf(r -> r.targets().equals(List.of(0, 1)));
        }

        assertThat(Nesting.find(TASKS, rows)).isEmpty();
    }

    @Test
    void find_ofTwoTasksThatSayTheSameIsNone() {
        Map<String, List<String>> same = labels("one", List.of("a", "b"), "other", List.of("x", "y"));
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            rows.add(row(i % 2, i % 2));
        }

        assertThat(Nesting.find(same, rows)).isEmpty();
    }

    @Test
    void find_ofThreeInARowNestsBothInTheFinest() {
        Map<String, List<String>> three = labels("part", List.of("p", "q"), "scenario", List.of("a", "b", "c"));
        three.put("intent", List.of("a1", "b1", "b2", "c1"));
        int[] scenarios = {0, 1, 1, 2};
        int[] parts = {0, 0, 1}; // of each scenario
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int scenario = scenarios[i % 4];
            rows.add(row(parts[scenario], scenario, i % 4));
        }

        assertThat(Nesting.find(three, rows))
                .containsOnly(
                        Map.entry("part", new Nesting("intent", List.of(0, 0, 0, 1))),
                        Map.entry("scenario", new Nesting("intent", List.of(0, 1, 1, 2))));
    }

    @Test
    void find_nestsInATaskThatHasItsOwnHead() {
        // part is decided by scenario, which intent does not decide: one text contradicts
        Map<String, List<String>> three = labels("part", List.of("p", "q"), "scenario", List.of("a", "b", "c"));
        three.put("intent", List.of("1", "2", "3", "4"));
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            rows.add(row(i % 3 / 2, i % 3, i % 4));
        }

        assertThat(Nesting.find(three, rows))
                .containsOnly(Map.entry("part", new Nesting("scenario", List.of(0, 0, 1))));
    }

    /** Intents in turn. */
    private static List<Row> rows(int count) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(row(GROUPS.get(i % 3), i % 3));
        }
        return rows;
    }

    private static Row row(Integer... targets) {
        return new Row("text", List.of(targets));
    }

    private static Map<String, List<String>> labels(
            String one, List<String> labels, String other, List<String> otherLabels) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        all.put(one, labels);
        all.put(other, otherLabels);
        return all;
    }
}
