package io.rapidfit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.examples.Quickstart.Loop;
import io.rapidfit.llm.ChatMessage;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.LLMAuthenticationException;
import io.rapidfit.llm.ScriptedChatModel;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuickstartTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path work;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void demoData_isEnoughTextsInThreeTasksAndThreeLanguages() throws IOException {
        Dataset demo = DataSaver.builder()
                .path(DemoData.copyTo(work.resolve("data")))
                .build()
                .loadAll();

        assertThat(demo.tasks()).containsExactly("sentiment", "topic", "urgency");
        assertThat(demo.samples("topic")).hasSizeGreaterThanOrEqualTo(450);
        for (String task : demo.tasks()) {
            assertThat(demo.samples(task).stream().map(s -> s.text()))
                    .doesNotHaveDuplicates()
                    .hasSameElementsAs(
                            demo.samples("topic").stream().map(s -> s.text()).toList());
        }
        assertThat(new HashSet<>(demo.samples("topic").stream()
                        .map(s -> s.tags().get("language"))
                        .toList()))
                .containsExactlyInAnyOrder("en", "es", "ar");
    }

    @Test
    void start_isAFewTrainingSamplesOfEachLabelAndAllOthers() throws IOException {
        Dataset all = DataSaver.builder()
                .path(DemoData.copyTo(work.resolve("data")))
                .build()
                .loadAll()
                .split(Splitter.builder().build());

        Dataset start = DemoData.start(8);

        assertThat(start.samples(Split.TEST)).isEqualTo(all.samples(Split.TEST));
        assertThat(start.samples(Split.VALIDATION)).isEqualTo(all.samples(Split.VALIDATION));
        assertThat(all.samples()).containsAll(start.samples());
        Dataset train = Dataset.of(start.samples(Split.TRAIN));
        assertThat(train.tasks())
                .hasSize(3)
                .allSatisfy(task -> assertThat(train.labelCounts(task).values()).containsOnly(8));
    }

    /** One run of the whole for all that it must hold to: it takes half a minute. */
    @Test
    void run_doesTheWholeLoopOnAScriptAndShowsItNoTestText() {
        ScriptedChatModel script = ScriptedReplies.model();

        Loop loop = Objects.requireNonNull(run(List.of(), Map.of(), script, ""));

        assertThat(printed())
                .startsWith("No OPENAI_API_KEY is set, so no language model is called. A script stands in for it")
                .contains("write, set OPENAI_API_KEY", "prompt tokens", "288 texts written", "taken for")
                .contains("¿Dónde está mi paquete?")
                .contains("loaded again: the same predictions")
                .doesNotContain("[y/N]");
        assertThat(loop.comparisons()).hasSize(2).allSatisfy(comparison -> {
            StringBuilder verdict = new StringBuilder();
            comparison.display(verdict);
            assertThat(printed()).contains(verdict);
        });
        Dataset refined = Objects.requireNonNull(loop.refined());
        assertThat(DataSaver.builder()
                        .path(work.resolve("data"))
                        .build()
                        .loadAll()
                        .samples())
                .containsExactlyInAnyOrderElementsOf(refined.samples());

        assertThat(ids(loop.start(), Split.TEST)).hasSize(3 * 64);
        for (Dataset later : List.of(loop.augmented(), refined)) {
            assertThat(ids(later, Split.TEST)).isEqualTo(ids(loop.start(), Split.TEST));
            assertThat(ids(later, Split.VALIDATION)).isEqualTo(ids(loop.start(), Split.VALIDATION));
        }
        assertThat(loop.augmented().samples(Split.TRAIN)).hasSize(96 + 3 * 96);
        assertThat(refined.size()).isGreaterThan(loop.augmented().size());

        List<String> prompts =
                script.requests().stream().map(QuickstartTest::everythingSaidIn).toList();
        assertThat(prompts).hasSizeGreaterThan(39); // more than augmenting takes: the refiner's are among them
        assertThat(shown(loop.start().samples(Split.TRAIN), prompts)).isNotEmpty(); // training texts are found this way
        assertThat(shown(loop.start().samples(Split.TEST), prompts)).isEmpty();
    }

    @Test
    void run_trainsOnADirectoryOfTheUsersWithoutAModel() {
        Dataset.Builder own = Dataset.builder();
        for (int i = 0; i < 40; i++) {
            own.add("colour", "the sky is blue, note " + i, "blue").add("colour", "grass is green, note " + i, "green");
        }
        DataSaver.builder().path(work.resolve("own")).build().save(own.build());
        ScriptedChatModel script = ScriptedReplies.model();

        assertThat(run(List.of(work.resolve("own").toString()), Map.of(), script, ""))
                .isNull();

        assertThat(printed())
                .startsWith("No OPENAI_API_KEY is set")
                .contains("your data is trained on as it is")
                .contains("colour: accuracy 1.000")
                .endsWith("loaded again: the same predictions" + System.lineSeparator());
        assertThat(script.requests()).isEmpty();
    }

    @Test
    void run_refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> run(List.of("--yse"), Map.of(), ScriptedReplies.model(), ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("usage: Quickstart [DIRECTORY] [--yes], but was called with [--yse]");
        assertThatThrownBy(() -> run(List.of("a", "b"), Map.of(), ScriptedReplies.model(), ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** With a key, against a server that answers as OpenAI does, with the texts of the script. */
    @Nested
    class WithAKey {

        private static final String KEY = "sk-this-must-not-be-seen-4711";

        private final MockWebServer server = new MockWebServer();
        private final ScriptedReplies replies = ScriptedReplies.load();
        private int status = 200;

        @BeforeEach
        void start() throws IOException {
            server.setDispatcher(new Dispatcher() {
                @Override
                public MockResponse dispatch(RecordedRequest request) {
                    return new MockResponse.Builder()
                            .code(status)
                            .body(status == 200 ? answer(request) : "{\"error\":{\"message\":\"bad key " + KEY + "\"}}")
                            .build();
                }
            });
            server.start();
        }

        @AfterEach
        void stop() {
            server.close();
        }

        @ParameterizedTest
        @ValueSource(strings = {"n\n", "\n", "what?\n", ""}) // the last is the end of the input
        void run_spendsNothingUnlessToldTo(String answer) {
            assertThat(run(List.of(), environment(), ScriptedReplies.model(), answer))
                    .isNull();

            assertThat(printed())
                    .startsWith("OPENAI_API_KEY is set: the texts are written by gpt-4.1-nano, at OPENAI_BASE_URL.")
                    .containsPattern("cost +\\$0\\.\\d{4} +\\$0\\.\\d{4}")
                    .contains("Go on? [y/N]")
                    .contains("Nothing was asked, and nothing spent.")
                    .doesNotContain(KEY);
            assertThat(server.getRequestCount()).isZero();
        }

        @Test
        void run_doesTheWholeLoopOnDataOfTheUsersAndAsksTwice() throws InterruptedException {
            Loop loop =
                    Objects.requireNonNull(run(List.of(ownData()), environment(), ScriptedReplies.model(), "y\nYes\n"));

            assertThat(printed().split("Go on\\?", -1)).hasSize(1 + 2);
            assertThat(loop.comparisons()).hasSize(2);
            assertThat(loop.refined()).isNotNull();
            assertThat(printed()).contains("loaded again: the same predictions").doesNotContain(KEY);
            RecordedRequest request = server.takeRequest();
            assertThat(request.getTarget()).isEqualTo("/v1/chat/completions");
            assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer " + KEY);
            assertThat(body(request).path("model").textValue()).isEqualTo("gpt-4.1-nano");
        }

        @Test
        void run_measuresWhatThereIsWhereRefiningIsDeclined() {
            Loop loop =
                    Objects.requireNonNull(run(List.of(ownData()), environment(), ScriptedReplies.model(), "y\nn\n"));

            assertThat(loop.refined()).isNull();
            assertThat(loop.comparisons()).hasSize(1);
            assertThat(printed())
                    .contains("Nothing is refined, and nothing more spent.")
                    .contains("loaded again: the same predictions");
        }

        @Test
        void run_asksNothingIfToldYesBeforehand() {
            assertThat(run(List.of("--yes", ownData()), environment(), ScriptedReplies.model(), ""))
                    .isNotNull();

            assertThat(printed()).doesNotContain("Go on?").contains("prompt tokens");
            assertThat(server.getRequestCount()).isPositive();
        }

        @Test
        void run_neverShowsTheKeyEvenIfTheServerDoes() {
            status = 401;

            assertThatThrownBy(() -> run(List.of("--yes"), environment(), ScriptedReplies.model(), ""))
                    .isInstanceOf(LLMAuthenticationException.class)
                    .hasMessageNotContaining(KEY);

            assertThat(printed()).doesNotContain(KEY);
        }

        @Test
        void run_refusesDataThatNothingCanBeMeasuredOnBeforeItAsks() {
            DataSaver.builder()
                    .path(work.resolve("own"))
                    .build()
                    .save(Dataset.builder()
                            .add("topic", "Where is my parcel?", "delivery")
                            .add("topic", "I was charged twice", "billing")
                            .build());

            assertThatThrownBy(() -> run(
                            List.of("--yes", work.resolve("own").toString()),
                            environment(),
                            ScriptedReplies.model(),
                            ""))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no test sample");
            assertThat(server.getRequestCount()).isZero();
        }

        private Map<String, String> environment() {
            return Map.of(
                    "OPENAI_API_KEY",
                    KEY,
                    "OPENAI_BASE_URL",
                    server.url("/v1").toString(),
                    "OPENAI_MODEL",
                    "gpt-4.1-nano");
        }

        /** Two labels, few texts: the loop is what is tested, not the classifier. */
        private String ownData() {
            Dataset few = DemoData.start(3)
                    .filter(s -> s.task().equals("topic")
                            && Set.of("billing", "delivery").contains(s.label()));
            Path own = work.resolve("own");
            DataSaver.builder().path(own).build().save(few);
            return own.toString();
        }

        private String answer(RecordedRequest request) {
            JsonNode messages = body(request).path("messages");
            String prompt = messages.path(messages.size() - 1).path("content").textValue();
            ObjectNode answer = JSON.createObjectNode();
            answer.put("model", "gpt-4.1-nano");
            ObjectNode choice = answer.putArray("choices").addObject().put("finish_reason", "stop");
            choice.putObject("message").put("role", "assistant").put("content", atMostOneText(replies.answer(prompt)));
            answer.putObject("usage").put("prompt_tokens", 100).put("completion_tokens", 10);
            return answer.toString();
        }

        /** A batch of texts is enough for a loop, and learnt in an eighth of the time that all the script's take. */
        private static String atMostOneText(String reply) {
            JsonNode content = json(reply);
            if (content.path("samples") instanceof ArrayNode texts) {
                while (texts.size() > 1) {
                    texts.remove(1);
                }
            }
            return content.toString();
        }

        private static JsonNode body(RecordedRequest request) {
            return json(Objects.requireNonNull(request.getBody()).utf8());
        }

        private static JsonNode json(String value) {
            try {
                return JSON.readTree(value);
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private @Nullable Loop run(List<String> args, Map<String, String> environment, ChatModel script, String answers) {
        return Quickstart.run(
                args,
                environment,
                script,
                work,
                new BufferedReader(new StringReader(answers)),
                new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static List<String> ids(Dataset dataset, Split split) {
        return dataset.samples(split).stream().map(Sample::id).toList();
    }

    private static String everythingSaidIn(ChatRequest request) {
        return request.messages().stream().map(ChatMessage::content).collect(Collectors.joining("\n"));
    }

    /** The samples whose texts stand in a prompt, as they are or as JSON. */
    private static List<Sample> shown(List<Sample> samples, List<String> prompts) {
        return samples.stream()
                .filter(s -> prompts.stream()
                        .anyMatch(prompt -> prompt.contains(s.text()) || prompt.contains(json(s.text()))))
                .toList();
    }

    private static String json(String text) {
        return JSON.getNodeFactory().textNode(text).toString();
    }
}
