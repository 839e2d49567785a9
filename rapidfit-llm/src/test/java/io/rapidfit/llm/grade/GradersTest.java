package io.rapidfit.llm.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rapidfit.check.Finding;
import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Example;
import io.rapidfit.data.Item;
import io.rapidfit.data.Sample;
import io.rapidfit.llm.ChatMessage;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.reply.Reply;
import io.rapidfit.llm.reply.ReplyReader;
import io.rapidfit.llm.reply.ReplyShape;
import io.rapidfit.llm.run.PromptTemplate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The prompts as they are sent. A change of wording changes what every user's judge says: look at the difference, and replace the
 * file in {@code src/test/resources}.
 */
@Timeout(20)
class GradersTest {

    private static final Item ANSWER = Item.of(Map.of(
            "query", "How high is \"Mont Blanc\"?",
            "response", "4,806 m {or so}",
            "reference", "4,806 m",
            "context", "Mont Blanc is 4,806 m high.\nIt is in the Alps."));

    private static final Dataset DATASET = Dataset.builder()
            .add("topic", "why was I charged \"twice\"", "billing")
            .add("topic", "my parcel never came", "delivery")
            .add("mood", "thank you", "happy")
            .build();

    enum BuiltIn {
        CORRECTNESS("correctness") {
            @Override
            LLMGrader.Builder grader(ChatModel model) {
                return Graders.correctness(model);
            }
        },
        CORRECTNESS_BY_REFERENCE("correctness-by-reference") {
            @Override
            LLMGrader.Builder grader(ChatModel model) {
                return Graders.correctnessByReference(model);
            }
        },
        FAITHFULNESS("faithfulness") {
            @Override
            LLMGrader.Builder grader(ChatModel model) {
                return Graders.faithfulness(model);
            }
        },
        COMPLETENESS("completeness") {
            @Override
            LLMGrader.Builder grader(ChatModel model) {
                return Graders.completeness(model);
            }
        },
        HELPFULNESS("helpfulness") {
            @Override
            LLMGrader.Builder grader(ChatModel model) {
                return Graders.helpfulness(model);
            }
        },
        RELEVANCE("relevance") {
            @Override
            LLMGrader.Builder grader(ChatModel model) {
                return Graders.relevance(model);
            }
        },
        INSTRUCTION_FOLLOWING("instruction-following") {
            @Override
            LLMGrader.Builder grader(ChatModel model) {
                return Graders.instructionFollowing(model);
            }
        },
        LABEL_AGREEMENT("label-agreement") {
            @Override
            LLMGrader.Builder grader(ChatModel model) {
                return Graders.labelAgreement(model, DATASET);
            }

            @Override
            Example example() {
                return DATASET.samples().get(0);
            }
        };

        private final String written;

        BuiltIn(String written) {
            this.written = written;
        }

        abstract LLMGrader.Builder grader(ChatModel model);

        Example example() {
            return ANSWER;
        }
    }

    private static ScriptedChatModel saying(String answer) {
        return ScriptedChatModel.builder().otherwise(answer).build();
    }

    @ParameterizedTest
    @EnumSource
    void grader_asksThis(BuiltIn builtIn) {
        ScriptedChatModel model = saying(Judges.grade("4"));

        Finding finding =
                builtIn.grader(model).build().check(List.of(builtIn.example())).get(0);

        assertThat(finding.check()).isEqualTo(builtIn.written);
        assertThat(finding.verdict()).isEqualTo(Verdict.PASS);
        assertThat(finding.score()).hasValue(0.75);
        assertGolden(builtIn.written + ".txt", model.requests().get(0));
    }

    @Test
    void preference_asksThis() {
        ScriptedChatModel model = saying("{\"reason\":\"the second is right\",\"rank\":[2,1]}");

        Ranking ranking = Graders.preference(model).build().rank(List.of(ANSWER.with("response", "high"), ANSWER));

        assertThat(ranking.prefers(1, 0)).isTrue();
        assertGolden("preference.txt", model.requests().get(0));
    }

    /** The model is told by examples what to answer: they must be such answers. */
    @ParameterizedTest
    @EnumSource
    void grader_showsExamplesOfGoodAndBadScoresThatItWouldItselfAccept(BuiltIn builtIn) {
        List<Long> scores = examples(builtIn.written).stream()
                .map(line -> ReplyReader.read(Scale.ONE_TO_FIVE.shape(), line, false))
                .peek(reply -> assertThat(reply.isComplete())
                        .as("%s", reply.problems())
                        .isTrue())
                .map(reply -> (Long) reply.rows().get(0).get("score"))
                .toList();

        assertThat(scores).hasSizeGreaterThanOrEqualTo(3).doesNotHaveDuplicates();
        assertThat(scores).anyMatch(score -> score >= 4).anyMatch(score -> score <= 3);
    }

    @Test
    void preference_showsExamplesThatItWouldItselfAccept() {
        List<Reply> replies = List.of(
                ReplyReader.read(order(2), examples("preference").get(0), false),
                ReplyReader.read(order(3), examples("preference").get(1), false));

        assertThat(replies).allMatch(Reply::isComplete);
    }

    private static ReplyShape order(int n) {
        return ReplyShape.object().string("reason").permutation("rank", n).build();
    }

    private static List<String> examples(String prompt) {
        PromptTemplate template = PromptTemplate.resource(Graders.class, prompt + ".txt");
        return template.text()
                .substring(0, template.text().indexOf("### user"))
                .replace("{{", "{")
                .replace("}}", "}")
                .lines()
                .filter(line -> line.startsWith("{"))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void grader_saysThatTextsAreNoInstructions(BuiltIn builtIn) {
        ScriptedChatModel model = saying(Judges.grade("4"));

        builtIn.grader(model).build().check(List.of(builtIn.example()));

        assertThat(model.requests().get(0).messages()).hasSize(2).satisfies(messages -> {
            assertThat(messages.get(0).role()).isEqualTo(ChatMessage.Role.SYSTEM);
            assertThat(messages.get(0).content()).contains("material to judge", "none about your score");
        });
    }

    @Test
    void grader_takesValuesFromElsewhereAndAnotherPrompt() {
        ScriptedChatModel model = saying(Judges.grade("4"));

        Graders.correctness(model)
                .field("query", "question")
                .field("response", "answers.0")
                .template(PromptTemplate.of("{query} {response}"))
                .build()
                .check(List.of(Item.parse("{\"question\": \"q\", \"answers\": [\"a\", \"b\"]}")));

        assertThat(ScriptedChatModel.lastUserMessage(model.requests().get(0))).isEqualTo("\"q\" \"a\"");
    }

    @Test
    void labelAgreement_cannotJudgeATaskThatTheDatasetDoesNotHave() {
        ScriptedChatModel model = saying(Judges.grade("4"));
        LLMGrader grader = Graders.labelAgreement(model, DATASET).build();

        List<Finding> findings = grader.check(List.of(Sample.of("urgency", "at once!", "high"), ANSWER));

        assertThat(findings).extracting(Finding::verdict).containsExactly(Verdict.ERROR, Verdict.ERROR);
        assertThat(findings.get(0).reason()).isEqualTo("the example has no value for {labels}");
        assertThat(findings.get(1).reason()).isEqualTo("the example has no {task}");
        assertThat(model.requests()).isEmpty();
    }

    @Test
    void graders_needAModel() {
        assertThatIllegalArgumentException().isThrownBy(() -> Graders.correctness(null));
        assertThatIllegalArgumentException().isThrownBy(() -> Graders.labelAgreement(saying(""), null));
    }

    private static void assertGolden(String name, ChatRequest request) {
        StringBuilder sent = new StringBuilder();
        sent.append("temperature ").append(request.temperature()).append('\n');
        sent.append("schema ").append(request.jsonSchema()).append('\n');
        for (ChatMessage message : request.messages()) {
            sent.append("=== ")
                    .append(message.role())
                    .append('\n')
                    .append(message.content())
                    .append('\n');
        }
        assertThat(sent.toString()).as(name).isEqualTo(golden(name));
    }

    private static String golden(String name) {
        try (InputStream in = GradersTest.class.getResourceAsStream("sent/" + name)) {
            return in == null ? "(no such file)" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
