package io.rapidfit.classifier.internal.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowCounterTest {

    @Test
    void counter_isEmptyAtFirst() {
        assertThat(new RowCounter().size()).isZero();
    }

    @Test
    void add_keepsTheOrderOfFirstOccurrence() {
        RowCounter counter = new RowCounter();
        for (int row : new int[] {9, 0, 9, 3, 0, 9}) {
            counter.add(row);
        }

        assertThat(contents(counter)).containsExactly(Map.entry(9, 3), Map.entry(0, 2), Map.entry(3, 1));
    }

    @Test
    void reserve_keepsWhatIsThere() {
        RowCounter counter = new RowCounter();
        counter.reserve(0);
        counter.reserve(2);
        for (int row : new int[] {4, 5, 4}) {
            counter.add(row);
        }
        counter.reserve(1000);
        counter.add(6);
        counter.add(5);

        assertThat(contents(counter)).containsExactly(Map.entry(4, 2), Map.entry(5, 2), Map.entry(6, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 127, 128, 129, 500, 100_000, Integer.MAX_VALUE})
    void counter_behavesAsALinkedHashMap(int rows) {
        Random random = new Random(rows);
        RowCounter counter = new RowCounter();
        counter.reserve(random.nextInt(300));
        Map<Integer, Integer> map = new LinkedHashMap<>();
        for (int i = 0; i < 20_000; i++) {
            int row = random.nextInt(rows);
            counter.add(row);
            map.merge(row, 1, Integer::sum);
        }

        assertThat(contents(counter)).containsExactlyEntriesOf(map);
    }

    private static Map<Integer, Integer> contents(RowCounter counter) {
        Map<Integer, Integer> contents = new LinkedHashMap<>();
        for (int i = 0; i < counter.size(); i++) {
            assertThat(contents.put(counter.row(i), counter.count(i))).isNull();
        }
        return contents;
    }
}
