package io.rapidfit.llm.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidfit.data.Item;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Journal;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.run.CallRun;
import io.rapidfit.llm.run.PromptTemplate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class LLMRankerTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final PromptTemplate TEMPLATE = PromptTemplate.of("Query {query}\n{candidates}");

    private static LLMRanker.Builder ranker(ChatModel model) {
        return LLMRanker.builder()
                .name("better")
                .chatModel(model)
                .template(TEMPLATE)
                .fields("query")
                .candidate("response");
    }

    private static List<Item> answers(String... responses) {
        return List.of(responses).stream()
                .map(response -> Item.of(Map.of("query", "q", "response", response)))
                .toList();
    }

    /** The responses in the order in which they are shown. */
    private static List<String> shown(ChatRequest request) {
        try {
            JsonNode candidates = JSON.readTree(
                    ScriptedChatModel.lastUserMessage(request).lines().toList().get(1));
            List<String> responses = new ArrayList<>();
            for (JsonNode candidate : candidates) {
                assertThat(candidate.path("number").asInt()).isEqualTo(responses.size() + 1);
                responses.add(candidate.path("response").asText());
            }
            return responses;
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static ChatResponse rank(List<Integer> numbers) {
        return ChatResponse.of("{\"reason\":\"because\",\"rank\":" + numbers + "}");
    }

    /** Prefers what comes first in the alphabet, wherever it stands. */
    private static ScriptedChatModel alphabetical() {
        return ScriptedChatModel.builder()
                .when(r -> true, request -> {
                    List<String> shown = shown(request);
                    return rank(IntStream.rangeClosed(1, shown.size())
                            .boxed()
                            .sorted(Comparator.comparing(number -> shown.get(number - 1)))
                            .toList());
                })
                .build();
    }

    /** Prefers what stands first, whatever it is. */
    private static ScriptedChatModel lazy() {
        return ScriptedChatModel.builder()
                .when(
                        r -> true,
                        request -> rank(IntStream.rangeClosed(1, shown(request).size())
                                .boxed()
                                .toList()))
                .build();
    }

    private static ScriptedChatModel saying(String answer) {
        return ScriptedChatModel.builder().otherwise(answer).build();
    }

    // ---------------------------------------------------------------- one pass

    @Test
    void rank_showsTheCandidatesAsTheyWereGivenAndReadsTheirNumbers() {
        ScriptedChatModel model = alphabetical();

        Ranking ranking = ranker(model).build().rank(answers("cherry", "apple", "banana"));

        assertThat(model.requests()).hasSize(1);
        assertThat(ScriptedChatModel.lastUserMessage(model.requests().get(0)))
                .isEqualTo("Query \"q\"\n[{\"number\":1,\"response\":\"cherry\"},{\"number\":2,\"response\":\"apple\"},"
                        + "{\"number\":3,\"response\":\"banana\"}]");
        assertThat(model.requests().get(0).temperature()).isEqualTo(0);
        assertThat(ranking.order()).containsExactly(1, 2, 0);
        assertThat(ranking.candidates()).isEqualTo(Judges.ids(answers("cherry", "apple", "banana")));
        assertThat(ranking.passes().get(0).shown()).containsExactly(0, 1, 2);
        assertThat(ranking.reason()).isEqualTo("because");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "[1, 1]", "[0, 1]", "[1, 3]", "[1, 2, 3]", "[]", "null", "\"1 > 2\"", "[1.5, 2]"})
    void rank_ofWhatIsNoPermutationIsAnError(String rank) {
        ScriptedChatModel model = saying("{\"reason\":\"r\",\"rank\":" + rank + "}");

        Ranking ranking = ranker(model).build().rank(answers("a", "b"));

        assertThat(ranking.isError()).isTrue();
        assertThat(ranking.errors())
                .singleElement()
                .asString()
                .startsWith("the model's answer cannot be used: ")
                .contains("the whole numbers from 1 to 2, each once");
        assertThat(model.requests()).hasSize(2); // and was asked a second time
    }

    @Test
    void rank_isAnErrorWhereTheCallFails() {
        ChatModel down = request -> {
            throw Judges.unavailable();
        };

        assertThat(ranker(down).build().rank(answers("a", "b")).errors()).containsExactly("the call failed: down");
    }

    @Test
    void rank_isAnErrorWhereACandidateLacksAField() {
        ScriptedChatModel model = alphabetical();
        List<Item> candidates =
                List.of(Item.of(Map.of("query", "q", "response", "a")), Item.of(Map.of("query", "q", "answer", "b")));

        Ranking ranking = ranker(model).build().rank(candidates);

        assertThat(ranking.isError()).isTrue();
        assertThat(ranking.errors()).containsExactly("the example has no {response}");
        assertThat(model.requests()).isEmpty();
    }

    @Test
    void rank_refusesCandidatesOfDifferentQuestions() {
        LLMRanker ranker = ranker(alphabetical()).build();
        Item first = Item.of(Map.of("query", "q", "response", "a")).withId("1");
        Item second = Item.of(Map.of("query", "another", "response", "b")).withId("2");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ranker.rank(List.of(first, second)))
                .withMessage("candidates 1 and 2 differ in {query}: rank those of one question together");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ranker.rank(List.of(first)))
                .withMessage("number of candidates must be at least 2 but was 1");
    }

    @Test
    void candidate_showsSeveralFieldsInTheirOrder() {
        ScriptedChatModel model = alphabetical();

        ranker(model)
                .candidate("length", e -> e.field("response").map(String::length))
                .build()
                .rank(answers("bb", "a"));

        assertThat(ScriptedChatModel.lastUserMessage(model.requests().get(0)))
                .endsWith(
                        "[{\"number\":1,\"response\":\"bb\",\"length\":2},{\"number\":2,\"response\":\"a\",\"length\":1}]");
    }

    // ---------------------------------------------------------------- several orders

    @Test
    void shuffles_showsEverySecondOrderReversed() {
        ScriptedChatModel model = alphabetical();
        List<Item> candidates = answers("a", "b", "c", "d", "e");

        Ranking ranking = ranker(model).shuffles(4).build().rank(candidates);

        List<List<Integer>> shown =
                ranking.passes().stream().map(Ranking.Pass::shown).toList();
        assertThat(shown).hasSize(4);
        for (int i = 0; i < 4; i += 2) {
            List<Integer> reversed = new ArrayList<>(shown.get(i));
            Collections.reverse(reversed);
            assertThat(shown.get(i + 1)).isEqualTo(reversed);
        }
        assertThat(new HashSet<>(shown)).hasSize(4); // the second pair is another
        // a judge who looks at the candidates alone says the same each time
        assertThat(ranking.order()).containsExactly(0, 1, 2, 3, 4);
        assertThat(ranking.meanRanks()).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0);
    }

    @Test
    void shuffles_inPairsLeaveNothingOfAJudgeWhoLooksAtPlacesAlone() {
        Ranking once = ranker(lazy()).build().rank(answers("a", "b", "c"));
        Ranking twice = ranker(lazy()).shuffles(2).build().rank(answers("a", "b", "c"));

        assertThat(once.order()).containsExactly(0, 1, 2);
        assertThat(once.prefers(0, 2)).isTrue();
        // each stands at place p once and at 4 - p once: 2 on average
        assertThat(twice.meanRanks()).containsExactly(2.0, 2.0, 2.0);
        assertThat(twice.prefers(0, 2)).isFalse();
    }

    @Test
    void shuffles_areTheSameForTheSameSeedAndCandidates() {
        LLMRanker.Builder builder = ranker(alphabetical()).shuffles(2);
        List<Item> candidates = answers("a", "b", "c", "d", "e", "f", "g");

        Ranking ranking = builder.build().rank(candidates);

        assertThat(builder.seed(42).build().rank(candidates)).isEqualTo(ranking);
        assertThat(builder.seed(43).build().rank(candidates)).isNotEqualTo(ranking);
        // other candidates, another order: the last one is not always in the same place
        assertThat(builder.seed(42)
                        .build()
                        .rank(answers("h", "i", "j", "k", "l", "m", "n"))
                        .passes()
                        .get(0)
                        .shown())
                .isNotEqualTo(ranking.passes().get(0).shown());
    }

    @Test
    void rank_isTheMeanOfThePassesThatGaveAnOrder() {
        ScriptedChatModel good = alphabetical();
        ChatModel halfBroken = request -> {
            if (shown(request).get(0).equals("b")) {
                throw Judges.unavailable();
            }
            return good.chat(request);
        };

        Ranking ranking = ranker(halfBroken).shuffles(2).build().rank(answers("b", "a"));

        assertThat(ranking.isError()).isFalse();
        assertThat(ranking.passes()).hasSize(1);
        assertThat(ranking.errors()).containsExactly("the call failed: down");
        assertThat(ranking.order()).containsExactly(1, 0);
    }

    /** Each of two candidates comes first about as often: 100 draws of a fair coin are between 35 and 65 in 998 of 1,000 cases. */
    @Test
    void shuffles_favourNoPlaceOverManyLists() {
        LLMRanker ranker = ranker(alphabetical()).shuffles(1).build();
        int firstFirst = 0;
        for (int i = 0; i < 100; i++) {
            Ranking ranking = ranker.rank(List.of(
                    Item.of(Map.of("query", "q", "response", "a")).withId(i + "-old"),
                    Item.of(Map.of("query", "q", "response", "b")).withId(i + "-new")));
            firstFirst += ranking.passes().get(0).shown().get(0) == 0 ? 1 : 0;
        }

        assertThat(firstFirst).isBetween(35, 65);
    }

    // ---------------------------------------------------------------- within another run

    @Test
    void rank_withinARunSharesItsBudgetAndJournal(@TempDir Path dir) {
        ScriptedChatModel model = alphabetical();
        Journal journal = Journal.open(dir.resolve("run.jsonl"));
        CallRun run = CallRun.builder()
                .chatModel(saying("never asked"))
                .budget(Budget.builder().maxCalls(3).build())
                .journal(journal)
                .build();
        LLMRanker ranker = ranker(model).shuffles(2).build();

        Ranking first = ranker.rank(answers("b", "a"), run);
        Ranking second = ranker.rank(answers("c", "a"), run);
        Ranking again = ranker.rank(
                answers("b", "a"),
                CallRun.builder()
                        .chatModel(saying("never asked"))
                        .journal(Journal.open(dir.resolve("run.jsonl")))
                        .build());

        assertThat(first.passes()).hasSize(2);
        assertThat(second.passes()).hasSize(1);
        assertThat(second.errors()).singleElement().asString().contains("The budget does not cover another call");
        assertThat(again).isEqualTo(first);
        assertThat(model.requests()).hasSize(3);
    }

    // ---------------------------------------------------------------- building

    @Test
    void build_refusesWhatDoesNotFit() {
        LLMRanker.Builder noCandidates = LLMRanker.builder()
                .name("better")
                .chatModel(saying(""))
                .template(TEMPLATE)
                .fields("query");

        assertThatThrownBy(noCandidates::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a field of the candidates is required: LLMRanker.builder().candidate(\"response\")");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ranker(saying(""))
                        .template(PromptTemplate.of("{query}"))
                        .build())
                .withMessageContaining("must have {candidates}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ranker(saying(""))
                        .template(PromptTemplate.of("{candidates} {context}"))
                        .build())
                .withMessageContaining("{context}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ranker(saying("")).fields("candidates").build())
                .withMessage("{candidates} is not a field of an example: LLMRanker fills it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LLMRanker.builder().shuffles(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LLMRanker.builder().candidate(" "));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LLMRanker.builder().candidate(" ", e -> Optional.empty()));
    }

    @Test
    void toString_saysWhoJudges() {
        assertThat(ranker(saying("")).build()).hasToString("LLMRanker[better, scripted]");
    }
}
