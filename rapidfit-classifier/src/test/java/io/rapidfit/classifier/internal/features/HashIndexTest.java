package io.rapidfit.classifier.internal.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashIndexTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 7, 8, 9, 1000, 65_536, 100_000})
    void find_findsWhatIsThereAndNothingElse(int size) {
        long[] hashes = new Random(size).longs(size).sorted().distinct().toArray();
        HashIndex index = new HashIndex(hashes);
        for (int i = 0; i < hashes.length; i++) {
            assertFound(index, hashes, hashes[i]);
            assertFound(index, hashes, hashes[i] + 1);
            assertFound(index, hashes, hashes[i] - 1);
        }
        for (long hash : new long[] {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE}) {
            assertFound(index, hashes, hash);
        }
    }

    @Test
    void find_worksAtBothEnds() {
        long[] hashes = {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE};
        HashIndex index = new HashIndex(hashes);
        for (long hash : hashes) {
            assertFound(index, hashes, hash);
        }
        assertThat(index.find(2)).isEqualTo(-1);
    }

    /** A file made up by somebody: as many hashes as you like that share their highest, or lowest, bits. */
    @ParameterizedTest
    @ValueSource(ints = {0, 20, 40})
    void find_takesNoLongTimeWhateverTheHashes(int lowZeros) {
        long[] hashes =
                LongStream.rangeClosed(1, 1_000_000).map(i -> i << lowZeros).toArray();
        Assertions.assertTimeout(Duration.ofSeconds(10), () -> {
            HashIndex index = new HashIndex(hashes);
            for (int i = 0; i < hashes.length; i++) {
                if (index.find(hashes[i]) != i || index.find(hashes[i] + 1) >= 0 && lowZeros > 0) {
                    assertFound(index, hashes, hashes[i]);
                }
            }
        });
    }

    @Test
    void index_refusesHashesThatDoNotAscend() {
        assertThatThrownBy(() -> new HashIndex(new long[] {3, 7, 7}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a hash comes twice");
        assertThatThrownBy(() -> new HashIndex(new long[] {1, -1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the hashes do not ascend");
    }

    private static void assertFound(HashIndex index, long[] hashes, long hash) {
        assertThat(index.find(hash)).isEqualTo(Math.max(-1, Arrays.binarySearch(hashes, hash)));
    }
}
