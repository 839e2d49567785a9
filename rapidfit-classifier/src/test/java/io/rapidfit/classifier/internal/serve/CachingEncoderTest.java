package io.rapidfit.classifier.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CachingEncoderTest {

    private final List<List<String>> asked = new ArrayList<>();

    private final TextEncoder lengths = new FunctionEncoder("lengths", 1, texts -> {
        asked.add(texts);
        return texts.stream().map(text -> new float[] {text.length()}).toList();
    });

    @Test
    void encode_asksOnlyForWhatIsNotKnown() {
        CachingEncoder encoder = new CachingEncoder(lengths, 10, 10);

        assertThat(encode(encoder, "a", "bb", "a")).containsExactly(1f, 2f, 1f);
        assertThat(encode(encoder, "ccc", "bb")).containsExactly(3f, 2f);
        assertThat(asked).containsExactly(List.of("a", "bb"), List.of("ccc"));
        assertThat(encoder.name()).isEqualTo("lengths");
        assertThat(encoder.dimension()).isEqualTo(1);
    }

    @Test
    void encode_forgetsWhatWasNotUsedForLongest() {
        CachingEncoder encoder = new CachingEncoder(lengths, 10, 2);
        encode(encoder, "a", "bb");
        encode(encoder, "a"); // used again
        encode(encoder, "ccc"); // takes the place of bb
        asked.clear();

        encode(encoder, "a", "ccc");
        assertThat(asked).isEmpty();
        encode(encoder, "bb");
        assertThat(asked).containsExactly(List.of("bb"));
    }

    @Test
    void encode_answersMoreThanItKeeps() {
        CachingEncoder encoder = new CachingEncoder(lengths, 2, 1);

        assertThat(encode(encoder, "a", "bb", "ccc", "bb", "a")).containsExactly(1f, 2f, 3f, 2f, 1f);
        assertThat(asked).containsExactly(List.of("a", "bb"), List.of("ccc"));
    }

    @Test
    void encode_withoutACacheAsksEachTime() {
        CachingEncoder encoder = new CachingEncoder(lengths, 2, 0);
        encode(encoder, "a");
        encode(encoder, "a");

        assertThat(asked).hasSize(2);
        assertThat(encode(encoder)).isEmpty();
        assertThat(asked).hasSize(2);
    }

    @Test
    void remembering_forgetsNothingAndLeavesBatchesToTheSource() {
        CachingEncoder encoder = CachingEncoder.remembering(new CachingEncoder(lengths, 2, 0));
        encode(encoder, "a", "bb", "ccc");
        encode(encoder, "ccc", "bb", "a");

        assertThat(asked).containsExactly(List.of("a", "bb"), List.of("ccc"));
    }

    private static List<Float> encode(TextEncoder encoder, String... texts) {
        return encoder.encode(List.of(texts)).stream().map(vector -> vector[0]).toList();
    }
}
