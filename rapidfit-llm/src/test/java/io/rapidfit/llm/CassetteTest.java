package io.rapidfit.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class CassetteTest {

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("recording.jsonl");
    }

    private static final ChatRequest FULL = ChatRequest.builder()
            .system("be brief")
            .user("hi")
            .temperature(0.2)
            .maxTokens(50)
            .jsonSchema("{\"type\":\"object\"}")
            .build();

    private static final ChatResponse ANSWER = new ChatResponse(
            "{\"a\":\n1}",
            FinishReason.LENGTH,
            new Usage(12, 34, 5),
            "gpt-4.1-mini-2025-04-14",
            "r1",
            Duration.ofMillis(789),
            RateLimitStatus.UNKNOWN,
            1,
            0);

    /** Answers "1", "2", "3" and so on. */
    private static ChatModel counting() {
        AtomicInteger calls = new AtomicInteger();
        return request -> ChatResponse.of(String.valueOf(calls.incrementAndGet()));
    }

    private void record(ChatRequest... requests) {
        ChatModel recorder = Cassette.record(file, counting());
        for (ChatRequest request : requests) {
            recorder.chat(request);
        }
    }

    private String replayed(ChatRequest request) {
        return Cassette.replay(file).chat(request).text();
    }

    // ---------------------------------------------------------------- record and replay

    @Test
    void replay_givesTheRecordedResponses() {
        List<ChatResponse> answers = List.of(
                ANSWER,
                ChatResponse.of(""),
                ChatResponse.of("\u0645\u0631\u062d\u0628\u0627 \u4F60\u597D \uD83D\uDE00 \" \\ \r\n\t\u0000\u2028"));
        List<ChatRequest> requests =
                List.of(FULL, ChatRequest.of("empty"), ChatRequest.of("\u2028 \" \\ \n \uD83D\uDE00"));
        AtomicInteger next = new AtomicInteger();
        ChatModel recorder = Cassette.record(file, request -> answers.get(next.getAndIncrement()));

        for (int i = 0; i < answers.size(); i++) {
            assertThat(recorder.chat(requests.get(i))).isEqualTo(answers.get(i));
        }

        ChatModel replay = Cassette.replay(file);
        for (int i = answers.size() - 1; i >= 0; i--) { // order only matters among equal requests
            assertThat(replay.chat(requests.get(i))).isEqualTo(answers.get(i));
        }
    }

    @Test
    void record_writesOneReadableLineAnExchange() throws Exception {
        ChatModel model = new ChatModel() {
            @Override
            public ChatResponse chat(ChatRequest request) {
                return ANSWER;
            }

            @Override
            public String modelId() {
                return "gpt-4.1-mini";
            }
        };
        ChatModel recorder = Cassette.record(file, model);
        recorder.chat(FULL);
        recorder.chat(ChatRequest.of("\u0645"));

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .isEqualTo(
                        "{\"modelId\":\"gpt-4.1-mini\",\"request\":{\"messages\":[{\"role\":\"SYSTEM\",\"content\":\"be brief\"},"
                                + "{\"role\":\"USER\",\"content\":\"hi\"}],\"temperature\":0.2,\"maxTokens\":50,"
                                + "\"jsonSchema\":\"{\\\"type\\\":\\\"object\\\"}\"},"
                                + "\"response\":{\"text\":\"{\\\"a\\\":\\n1}\",\"finishReason\":\"LENGTH\",\"promptTokens\":12,"
                                + "\"completionTokens\":34,\"cachedTokens\":5,\"model\":\"gpt-4.1-mini-2025-04-14\","
                                + "\"requestId\":\"r1\",\"latencyMillis\":789}}");
        assertThat(lines.get(1)).contains("\"content\":\"\u0645\"", "\"temperature\":null"); // letters, not escapes
    }

    @Test
    void replay_answersARepeatedRequestInOrderAndThenFails() {
        ChatRequest a = ChatRequest.of("a");
        ChatRequest b = ChatRequest.of("b");
        record(a, b, a, a);

        ChatModel replay = Cassette.replay(file);

        assertThat(replay.chat(a).text()).isEqualTo("1");
        assertThat(replay.chat(a).text()).isEqualTo("3");
        assertThat(replay.chat(b).text()).isEqualTo("2");
        assertThat(replay.chat(a).text()).isEqualTo("4");
        assertThatThrownBy(() -> replay.chat(a))
                .isInstanceOf(CassetteMismatchException.class)
                .hasMessage(
                        file + " has no further answer to a request that it answered before: it was asked less often"
                                + " then. Record it again.");
    }

    @Test
    void replay_startsAnewEachTime() {
        record(ChatRequest.of("a"));

        assertThat(replayed(ChatRequest.of("a"))).isEqualTo("1");
        assertThat(replayed(ChatRequest.of("a"))).isEqualTo("1");
    }

    @Test
    void record_goesOnWithAnExistingFile() {
        record(ChatRequest.of("a"));
        record(ChatRequest.of("b"));

        assertThat(replayed(ChatRequest.of("a"))).isEqualTo("1");
        assertThat(replayed(ChatRequest.of("b"))).isEqualTo("1");
    }

    @Test
    void record_createsTheDirectoryWithTheFirstAnswer() {
        file = directory.resolve("a/b/c.jsonl");

        ChatModel recorder = Cassette.record(file, counting());
        assertThat(file).doesNotExist();
        recorder.chat(FULL);

        assertThat(replayed(FULL)).isEqualTo("1");
    }

    @Test
    void record_doesNotRecordAFailure() {
        LLMQuotaException failure = new LLMQuotaException("empty", Failure.UNKNOWN);
        ChatModel recorder = Cassette.record(file, request -> {
            throw failure;
        });

        assertThatThrownBy(() -> recorder.chat(FULL)).isSameAs(failure);
        assertThat(file).doesNotExist();
    }

    @Test
    void record_keepsTheModelsId() {
        ChatModel model =
                ScriptedChatModel.builder().otherwise("x").modelId("tiny").build();

        assertThat(Cassette.record(file, model).modelId()).isEqualTo("tiny");
    }

    /** Else what is generated from a recording names another model as its origin, and a price may be missing. */
    @Test
    void replay_hasTheIdOfTheRecordedModel() {
        ChatModel model = ScriptedChatModel.builder()
                .when(request -> true, request -> ANSWER)
                .modelId("gpt-4.1-mini")
                .build();
        Cassette.record(file, model).chat(FULL);

        assertThat(Cassette.replay(file).modelId()).isEqualTo("gpt-4.1-mini");
    }

    /** The parser's default bound on a string is 20 million characters. */
    @Test
    void replay_readsAnAnswerOfAnyLength() {
        String text = "x".repeat(20_000_001);
        Cassette.record(file, request -> ChatResponse.of(text)).chat(FULL);

        assertThat(replayed(FULL)).hasSameSizeAs(text);
    }

    @Test
    void replay_ofTwoRecordsGluedTogetherNamesTheLine() throws Exception {
        record(FULL);
        String line = Files.readString(file).strip();
        Files.writeString(file, line + line + "\n");

        assertThatThrownBy(() -> Cassette.replay(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(file + ":1: not a recorded exchange");
    }

    @Test
    void replay_givesTheSameTextWhereTheModelAnsweredHalfACharacter() {
        ChatModel recorder = Cassette.record(file, request -> ChatResponse.of("a\uD83D"));

        assertThat(recorder.chat(FULL)).isEqualTo(Cassette.replay(file).chat(FULL));
    }

    // ---------------------------------------------------------------- extend

    @Test
    void extend_asksTheModelOnlyForWhatIsNotRecorded() throws Exception {
        record(ChatRequest.of("a"), ChatRequest.of("a"));
        ScriptedChatModel model =
                ScriptedChatModel.builder().otherwise("new").modelId("tiny").build();
        ChatModel extended = Cassette.extend(file, model);

        assertThat(extended.modelId()).isEqualTo("tiny");
        assertThat(extended.chat(ChatRequest.of("a")).text()).isEqualTo("1");
        assertThat(extended.chat(ChatRequest.of("a")).text()).isEqualTo("2");
        assertThat(model.requests()).isEmpty();
        assertThat(extended.chat(ChatRequest.of("a")).text()).isEqualTo("new"); // asked more often than then
        assertThat(extended.chat(ChatRequest.of("b")).text()).isEqualTo("new");
        assertThat(model.requests()).containsExactly(ChatRequest.of("a"), ChatRequest.of("b"));

        ChatModel replay = Cassette.replay(file);
        assertThat(replay.chat(ChatRequest.of("a")).text()).isEqualTo("1");
        assertThat(replay.chat(ChatRequest.of("a")).text()).isEqualTo("2");
        assertThat(replay.chat(ChatRequest.of("a")).text()).isEqualTo("new");
        assertThat(replay.chat(ChatRequest.of("b")).text()).isEqualTo("new");
        assertThat(Files.readAllLines(file)).hasSize(4);
    }

    @Test
    void extend_ofAMissingFileRecords() {
        assertThat(Cassette.extend(file, counting()).chat(FULL).text()).isEqualTo("1");
        assertThat(Cassette.extend(file, counting()).chat(FULL).text()).isEqualTo("1"); // now from the file

        assertThat(replayed(FULL)).isEqualTo("1");
    }

    @Test
    void extend_goesOnAfterATornLine() throws Exception {
        record(ChatRequest.of("a"));
        Files.writeString(file, "{\"request\":{", StandardOpenOption.APPEND);

        ChatModel extended = Cassette.extend(file, counting());
        assertThat(extended.chat(ChatRequest.of("a")).text()).isEqualTo("1");
        assertThat(extended.chat(ChatRequest.of("b")).text()).isEqualTo("1");

        assertThat(replayed(ChatRequest.of("a"))).isEqualTo("1");
        assertThat(replayed(ChatRequest.of("b"))).isEqualTo("1");
    }

    // ---------------------------------------------------------------- files

    @Test
    void replay_ofAMissingFileSaysHowToMakeIt() {
        assertThatThrownBy(() -> Cassette.replay(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(file + " does not exist: record it with Cassette.record(file, model)");
    }

    @Test
    void replay_ofADirectoryFails() {
        assertThatThrownBy(() -> Cassette.replay(directory))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot read the recording " + directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\n \n", "\uFEFF"})
    void replay_ofAnEmptyFileHasNoAnswers(String content) throws Exception {
        Files.writeString(file, content);
        ChatModel replay = Cassette.replay(file);

        assertThat(replay.modelId()).isEqualTo("recorded");
        assertThatThrownBy(() -> replay.chat(FULL))
                .isInstanceOf(CassetteMismatchException.class)
                .hasMessage(file + " has no answer to this request. The recording is empty. Record it again.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "null",
                "5",
                "[]",
                "{}",
                "{\"request\":{\"messages\":[{\"role\":\"USER\",\"content\":\"hi\"}]}}",
                "{\"request\":{\"messages\":[{\"role\":\"KING\",\"content\":\"hi\"}]},"
                        + "\"response\":{\"text\":\"x\",\"finishReason\":\"STOP\",\"model\":\"m\"}}",
                "{\"request\":{\"messages\":[{\"role\":\"USER\",\"content\":\"hi\"}],\"temperature\":9},"
                        + "\"response\":{\"text\":\"x\",\"finishReason\":\"STOP\",\"model\":\"m\"}}",
                "{\"request\":{\"messages\":[{\"role\":\"USER\",\"content\":\"hi\"}]},"
                        + "\"response\":{\"text\":7,\"finishReason\":\"STOP\",\"model\":\"m\"}}",
                "{\"request\":{\"messages\":[{\"role\":\"USER\",\"content\":\"hi\"}]},"
                        + "\"response\":{\"text\":\"x\",\"finishReason\":\"WHY\",\"model\":\"m\"}}",
                "{\"request\":{\"messages\":[{\"role\":\"USER\",\"content\":\"hi\"}]},"
                        + "\"response\":{\"text\":\"x\",\"finishReason\":\"STOP\",\"model\":\"m\",\"promptTokens\":-1}}"
            })
    void replay_namesTheDamagedLine(String damaged) throws Exception {
        record(ChatRequest.of("a"), ChatRequest.of("b"));
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.add(1, damaged);
        Files.write(file, lines);

        String message = file + ":2: not a recorded exchange; delete the line or record again";
        assertThatThrownBy(() -> Cassette.replay(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> Cassette.record(file, counting())) // and nothing is added to such a file
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void replay_namesALineThatIsNotUtf8() throws Exception {
        Files.write(file, new byte[] {'{', (byte) 0xFF, '}', '\n'});

        assertThatThrownBy(() -> Cassette.replay(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(file + ":1: not a recorded exchange");
    }

    @Test
    void replay_skipsWhatAHandEditorLeaves() throws Exception {
        record(ChatRequest.of("a"), ChatRequest.of("b"));
        List<String> lines = Files.readAllLines(file);
        Files.writeString(file, "\uFEFF" + lines.get(0) + "\r\n\r\n" + lines.get(1)); // no line break at the end

        ChatModel replay = Cassette.replay(file);
        assertThat(replay.chat(ChatRequest.of("a")).text()).isEqualTo("1");
        assertThat(replay.chat(ChatRequest.of("b")).text()).isEqualTo("2");

        record(ChatRequest.of("c"));
        assertThat(replayed(ChatRequest.of("b"))).isEqualTo("2");
        assertThat(replayed(ChatRequest.of("c"))).isEqualTo("1");
    }

    @Test
    void record_setsATornLastLineAside() throws Exception {
        record(ChatRequest.of("a"), ChatRequest.of("b"));
        byte[] whole = Files.readAllBytes(file);
        int firstLine = Files.readAllLines(file).get(0).getBytes(StandardCharsets.UTF_8).length + 1;
        // torn within the second line, at its first byte, in its middle and before its last
        for (int end : List.of(firstLine + 1, (firstLine + whole.length) / 2, whole.length - 2)) {
            Files.write(file, java.util.Arrays.copyOf(whole, end));
            Files.deleteIfExists(directory.resolve("recording.jsonl.torn"));

            assertThat(replayed(ChatRequest.of("a"))).isEqualTo("1");
            ChatModel recorder = Cassette.record(file, counting());
            recorder.chat(ChatRequest.of("c"));
            recorder.chat(ChatRequest.of("d"));

            ChatModel replay = Cassette.replay(file);
            assertThat(replay.chat(ChatRequest.of("a")).text()).isEqualTo("1");
            assertThat(replay.chat(ChatRequest.of("c")).text()).isEqualTo("1");
            assertThat(replay.chat(ChatRequest.of("d")).text()).isEqualTo("2");
            assertThat(Files.size(directory.resolve("recording.jsonl.torn"))).isEqualTo(end - firstLine + 1);
        }
    }

    @Test
    void record_failsWhereItCannotWrite() throws Exception {
        Path notADirectory = Files.createFile(directory.resolve("plain"));
        Path inside = notADirectory.resolve("recording.jsonl");

        assertThatThrownBy(() -> Cassette.record(inside, counting()).chat(FULL))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(inside.toString());
    }

    @Test
    void arguments_mustNotBeNull() {
        assertThatThrownBy(() -> Cassette.replay(null)).hasMessage("file must not be null");
        assertThatThrownBy(() -> Cassette.record(null, counting())).hasMessage("file must not be null");
        assertThatThrownBy(() -> Cassette.record(file, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model must not be null");
    }

    // ---------------------------------------------------------------- threads

    @Test
    void record_fromManyThreadsLosesNothing() throws Exception {
        ChatModel recorder = Cassette.record(
                file, request -> ChatResponse.of("answer to " + ScriptedChatModel.lastUserMessage(request)));
        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (int thread = 0; thread < 6; thread++) {
            int first = thread * 20;
            tasks.add(Threads.start(() -> {
                for (int i = first; i < first + 20; i++) {
                    recorder.chat(ChatRequest.of("q" + i));
                }
                return null;
            }));
        }
        for (FutureTask<Void> task : tasks) {
            task.get();
        }

        ChatModel replay = Cassette.replay(file);
        assertThat(Files.readAllLines(file)).hasSize(120);
        for (int i = 0; i < 120; i++) {
            assertThat(replay.chat(ChatRequest.of("q" + i)).text()).isEqualTo("answer to q" + i);
        }
    }

    @Test
    void replay_givesEachAnswerToOneThreadOnly() throws Exception {
        String line;
        record(ChatRequest.of("a"));
        line = Files.readString(file);
        for (int i = 2; i <= 400; i++) {
            Files.writeString(
                    file, line.replace("\"text\":\"1\"", "\"text\":\"" + i + "\""), StandardOpenOption.APPEND);
        }
        ChatModel replay = Cassette.replay(file);
        List<FutureTask<List<String>>> tasks = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            tasks.add(Threads.start(() -> {
                List<String> texts = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    texts.add(replay.chat(ChatRequest.of("a")).text());
                }
                return texts;
            }));
        }

        List<String> all = new ArrayList<>();
        for (FutureTask<List<String>> task : tasks) {
            all.addAll(task.get());
        }
        assertThat(all).hasSize(400).doesNotHaveDuplicates();
    }

    // ---------------------------------------------------------------- what differs

    private void assertDifference(ChatRequest request, String difference) {
        assertThatThrownBy(() -> Cassette.replay(file).chat(request))
                .isInstanceOf(CassetteMismatchException.class)
                .hasMessage(file + " has no answer to this request. The nearest recorded request differs: " + difference
                        + " Record it again.");
    }

    @Test
    void mismatch_showsWhereATextDiffers() {
        record(FULL);

        assertDifference(
                new ChatRequest(List.of(ChatMessage.system("be brief"), ChatMessage.user("ho")), 0.2, 50, null),
                "message 2 (USER) at character 2, now \"o\", then \"i\".");
        assertDifference(
                new ChatRequest(List.of(ChatMessage.system("be briefer"), ChatMessage.user("hi")), 0.2, 50, null),
                "message 1 (SYSTEM) at character 9, now \"er\", then \"\".");
        assertDifference(
                new ChatRequest(List.of(ChatMessage.system(""), ChatMessage.user("hi")), 0.2, 50, null),
                "message 1 (SYSTEM) at character 1, now \"\", then \"be brief\".");
    }

    @Test
    void mismatch_showsOtherDifferences() {
        record(FULL);
        String schema = FULL.jsonSchema();

        assertDifference(
                new ChatRequest(List.of(ChatMessage.system("be brief"), ChatMessage.assistant("hi")), 0.2, 50, schema),
                "message 2 is of ASSISTANT, then of USER.");
        assertDifference(FULL.withMessages(ChatMessage.user("more")), "it has 3 messages, then 2.");
        assertDifference(
                new ChatRequest(List.of(ChatMessage.system("be brief")), 0.2, 50, schema),
                "it has 1 messages, then 2.");
        assertDifference(new ChatRequest(FULL.messages(), 0.7, 50, schema), "its temperature is 0.7, then 0.2.");
        assertDifference(new ChatRequest(FULL.messages(), null, 50, schema), "its temperature is null, then 0.2.");
        assertDifference(FULL.withMaxTokens(51), "its maxTokens is 51, then 50.");
        assertDifference(new ChatRequest(FULL.messages(), 0.2, null, schema), "its maxTokens is null, then 50.");
        assertDifference(new ChatRequest(FULL.messages(), 0.2, 50, "{}"), "its JSON Schema is another.");
        assertDifference(new ChatRequest(FULL.messages(), 0.2, 50, null), "its JSON Schema is another.");
    }

    @Test
    void mismatch_quotesNoMoreThanFortyColumnsOnOneLine() {
        record(ChatRequest.of("same " + "x".repeat(10_000)));

        assertDifference(
                ChatRequest.of("same y\n" + "\u4F60".repeat(1000)),
                "message 1 (USER) at character 6, now \"y " + "\u4F60".repeat(18) + "\u2026\", then \"" + "x".repeat(39)
                        + "\u2026\"."); // 2 + 18 wide ones of 2 + the ellipsis are 39: a nineteenth would make 41
    }

    @Test
    void mismatch_comparesWithTheMostSimilarRequest() {
        record(
                ChatRequest.of("Label this: tea"),
                ChatRequest.builder()
                        .system("You are a judge.")
                        .user("Label this: coffee")
                        .build(),
                ChatRequest.of("Write a poem"));

        assertDifference(
                ChatRequest.of("Label this: toast"), "message 1 (USER) at character 14, now \"oast\", then \"ea\".");
        assertDifference(
                ChatRequest.builder()
                        .system("You are a judge.")
                        .user("Label this: cocoa")
                        .build(),
                "message 2 (USER) at character 15, now \"coa\", then \"ffee\".");
        assertDifference(ChatRequest.of("Write a poet"), "message 1 (USER) at character 12, now \"t\", then \"m\".");
    }

    /** Two emoji that begin with the same half: the message once began with the other half. */
    @Test
    void mismatch_doesNotBreakACharacterInTwo() {
        record(ChatRequest.of("a\uD83D\uDE00"));

        assertDifference(
                ChatRequest.of("a\uD83D\uDE01"),
                "message 1 (USER) at character 2, now \"\uD83D\uDE01\", then \"\uD83D\uDE00\".");
    }

    @Test
    void maxConcurrency_isTheRecordedModels() {
        ChatModel three = CallPolicy.builder().maxConcurrency(3).build().wrap(request -> ChatResponse.of("ok"));
        Path file = Path.of("never-written.jsonl");

        assertThat(Cassette.record(file, three).maxConcurrency()).isEqualTo(3);
        assertThat(Cassette.extend(file, three).maxConcurrency()).isEqualTo(3);
    }
}
