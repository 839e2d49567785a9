package io.rapidfit.classifier.internal.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LongIntTableTest {

    @Test
    void get_givesMissingForAnAbsentKey() {
        LongIntTable table = new LongIntTable(0);
        table.put(5, 50);

        assertThat(table.get(5, -1)).isEqualTo(50);
        assertThat(table.get(6, -1)).isEqualTo(-1);
        assertThat(table.get(6, 7)).isEqualTo(7);
    }

    @Test
    void put_replacesTheValueOfAKnownKey() {
        LongIntTable table = new LongIntTable(4);
        table.put(5, 50);
        table.put(5, 51);

        assertThat(table.size()).isEqualTo(1);
        assertThat(table.get(5, -1)).isEqualTo(51);
    }

    @Test
    void put_keepsKeysApartWhoseLowBitsAreTheSame() {
        LongIntTable table = new LongIntTable(0);
        for (int i = 1; i <= 100; i++) {
            table.put((long) i << 32, i);
        }

        assertThat(table.size()).isEqualTo(100);
        for (int i = 1; i <= 100; i++) {
            assertThat(table.get((long) i << 32, -1)).isEqualTo(i);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 1000, 100_000})
    void table_behavesAsAHashMapWhateverSizeWasExpected(int expected) {
        Random random = new Random(expected);
        LongIntTable table = new LongIntTable(expected);
        Map<Long, Integer> map = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            long key = random.nextInt(3) == 0 ? 1 + random.nextInt(5000) : random.nextLong() | 1;
            table.put(key, i);
            map.put(key, i);
            long other = 1 + random.nextInt(10_000);
            assertThat(table.get(other, -1)).isEqualTo(map.getOrDefault(other, -1));
        }

        Map<Long, Integer> seen = new HashMap<>();
        table.forEach((key, value) -> assertThat(seen.put(key, value)).isNull());
        assertThat(seen).isEqualTo(map);
        assertThat(table.size()).isEqualTo(map.size());
        map.forEach((key, value) -> assertThat(table.get(key, -1)).isEqualTo(value));
    }
}
