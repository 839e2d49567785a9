package io.rapidfit.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rapidfit.data.Conversation;
import io.rapidfit.data.Message;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DiverseChoiceTest {

    private static List<String> choose(int count, long seed, String... texts) {
        return DiverseChoice.of(List.of(texts), Function.identity(), count, seed);
    }

    @Test
    void of_takesWhatHasTheRarestGrams() {
        Set<String> first = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            // At first all are worth 1. After abcd, its twin is worth sqrt 2 - 1 = 0.41, abcde the mean of that and 1,
            // 0.71,
            // wxyz 1; after abcde, abcd and its twin are worth 0.41; after wxyz all others 1.
            List<String> chosen = choose(2, i * 1_000_003L, "abcd", "abcde", "ABCD", "wxyz");

            assertThat(chosen).contains("wxyz");
            first.add(chosen.get(0));
        }
        assertThat(first).containsExactlyInAnyOrder("abcd", "abcde", "ABCD", "wxyz"); // as the seed would have it
    }

    @Test
    void of_givesAll_ifThereAreNoMore() {
        assertThat(choose(9, 1, "one text", "two", "")).containsExactlyInAnyOrder("one text", "two", "");
        assertThat(choose(0, 1, "one text")).isEmpty();
        assertThat(choose(3, 1)).isEmpty();
    }

    @Test
    void of_beginsWithWhatItChoosesOfFewer() {
        String[] texts = IntStream.range(0, 200)
                .mapToObj(i -> "the number of it is " + i * 7919 % 1_000)
                .toArray(String[]::new);

        assertThat(choose(50, 7, texts)).startsWith(choose(20, 7, texts).toArray(String[]::new));
        assertThat(choose(50, 7, texts))
                .isEqualTo(choose(50, 7, texts))
                .doesNotHaveDuplicates()
                .isNotEqualTo(choose(50, 8, texts));
    }

    @Test
    void of_choosesWhateverHasAText() {
        Conversation plain = Conversation.of(Message.user("Rain?"), Message.assistant("It is dry in Oslo."));
        Conversation same = Conversation.of(Message.user("Sun?"), Message.assistant("It is dry in Oslo."));
        Conversation other = Conversation.of(Message.user("Wind?"), Message.assistant("Hold on to your hat!"));

        assertThat(DiverseChoice.of(
                        List.of(plain, same, other), chat -> chat.response().orElseThrow(), 2, 42))
                .contains(other);
    }

    @Test
    void of_refusesWhatItCannotChooseFrom() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> choose(-1, 1, "a"))
                .withMessage("count must be at least 0 but was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DiverseChoice.of(null, Function.<String>identity(), 1, 1))
                .withMessage("candidates must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DiverseChoice.of(List.of("a"), null, 1, 1))
                .withMessage("text must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DiverseChoice.of(Arrays.asList("a", null), Function.identity(), 1, 1))
                .withMessage("candidate must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DiverseChoice.of(Collections.singletonList("a"), text -> null, 1, 1))
                .withMessage("text must not be null");
    }
}
