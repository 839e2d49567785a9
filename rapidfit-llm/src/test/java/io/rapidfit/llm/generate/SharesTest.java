package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SharesTest {

    private static Map<String, Integer> level(int total, Object... labelsAndCounts) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (int i = 0; i < labelsAndCounts.length; i += 2) {
            counts.put((String) labelsAndCounts[i], (Integer) labelsAndCounts[i + 1]);
        }
        return Shares.level(counts, total);
    }

    @Test
    void level_givesMostToTheClassesThatLackMost() {
        // 5 1 3: b is filled to 3 with 2, b and c to 5 with 2 each; 6 in all
        assertThat(level(6, "a", 5, "b", 1, "c", 3))
                .containsExactly(Map.entry("a", 0), Map.entry("b", 4), Map.entry("c", 2));
    }

    @Test
    void level_givesNothingWhileAnotherHasFewer() {
        // 5 1 3: the first two go to b, which has then 3 as c has
        assertThat(level(2, "a", 5, "b", 1, "c", 3))
                .containsExactly(Map.entry("a", 0), Map.entry("b", 2), Map.entry("c", 0));
    }

    @Test
    void level_givesWhatIsLeftOverToTheFirst() {
        // 2 2 2: one each makes 3, the fourth goes to a
        assertThat(level(4, "a", 2, "b", 2, "c", 2))
                .containsExactly(Map.entry("a", 2), Map.entry("b", 1), Map.entry("c", 1));
    }

    @Test
    void level_fillsAClassWithoutAny() {
        assertThat(level(3, "a", 2, "b", 0)).containsExactly(Map.entry("a", 1), Map.entry("b", 2));
    }

    @Test
    void level_ofNoClassIsNothing() {
        assertThat(level(3)).isEmpty();
    }

    @Test
    void augment_countsTrainingSamplesOnly() {
        // billing has 1 to train from, delivery 3; validation and test samples do not count
        Dataset seed = Dataset.of(List.of(
                Seeds.train("topic", Seeds.words(1), "billing"),
                Sample.of("topic", Seeds.words(2), "billing").withSplit(Split.VALIDATION),
                Sample.of("topic", Seeds.words(3), "billing").withSplit(Split.TEST),
                Sample.of("topic", Seeds.words(4), "billing").withSplit(Split.TEST),
                Seeds.train("topic", Seeds.words(5), "delivery"),
                Seeds.train("topic", Seeds.words(6), "delivery"),
                Seeds.train("topic", Seeds.words(7), "delivery"),
                // of this label there is nothing to train from: it is filled from 0
                Sample.of("topic", Seeds.words(8), "refund").withSplit(Split.TEST)));

        GenerationResult result = LLMAugmenter.builder()
                .chatModel(Writers.inventive())
                .maxSamplesPerTask(5)
                .build()
                .augment(seed);

        // 1 3 0: refund 1, then billing and refund in turn until both have 3: 1+2+2
        assertThat(result.samples())
                .extracting(Sample::label)
                .filteredOn("billing"::equals)
                .hasSize(2);
        assertThat(result.samples())
                .extracting(Sample::label)
                .filteredOn("refund"::equals)
                .hasSize(3);
        assertThat(result.samples()).hasSize(5);
    }
}
