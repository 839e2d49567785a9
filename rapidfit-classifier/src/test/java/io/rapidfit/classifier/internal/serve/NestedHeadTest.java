package io.rapidfit.classifier.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NestedHeadTest {

    /** Probabilities are rounded, so a group's may sum to a little more than 1, which no probability is. */
    @Test
    void answer_ofANestedHeadIsNeverMoreThanOne() {
        Random random = new Random(5);
        double largest = 0;
        for (int i = 0; i < 10_000; i++) {
            float[] logits = new float[20];
            for (int k = 0; k < logits.length; k++) {
                logits[k] = k == 0 ? -900 : (float) random.nextGaussian();
            }
            List<String> labels =
                    IntStream.range(0, logits.length).mapToObj(k -> "l" + k).toList();
            Head finer = Head.linear("fine", labels, new float[logits.length], logits);
            List<Integer> groups = IntStream.range(0, logits.length)
                    .mapToObj(k -> k == 0 ? 1 : 0)
                    .toList();
            Head nested = Head.nested("coarse", List.of("x", "y"), finer, groups);
            largest = Math.max(largest, nested.answer(new float[1]).probabilities()[0]);
        }
        assertThat(largest).isEqualTo(1);
    }
}
