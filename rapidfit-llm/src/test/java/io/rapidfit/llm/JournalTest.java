package io.rapidfit.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class JournalTest {

    private static final ChatRequest REQUEST = ChatRequest.of("Where is my parcel? It is a secret.");

    @TempDir
    Path dir;

    private Path file;

    @BeforeEach
    void chooseFile() {
        file = dir.resolve("runs").resolve("run.jsonl");
    }

    private Journal open() {
        return Journal.open(file, () -> Instant.parse("2026-01-02T03:04:05Z"));
    }

    private static ChatResponse answer(String text) {
        return new ChatResponse(
                text,
                FinishReason.LENGTH,
                new Usage(7, 5, 3),
                "model-1",
                "req-1",
                Duration.ofMillis(1234),
                RateLimitStatus.UNKNOWN,
                1,
                0);
    }

    @Test
    void open_leavesNoFileUntilSomethingIsKept() {
        Journal journal = open();

        assertThat(journal.file()).isEqualTo(file);
        assertThat(journal.find("a", REQUEST)).isNull();
        assertThat(journal.isGivenUp("a", REQUEST)).isFalse();
        assertThat(journal.isFinished()).isFalse();
        assertThat(file.getParent()).doesNotExist();
    }

    @Test
    void add_keepsAnAnswerForTheNextTry() {
        ChatResponse answer = answer("on its way, \u4F60\u597D \uD83D\uDE00\n\"quoted\"");
        Journal journal = open();
        journal.add("samples/topic/a\"b/1", REQUEST, answer);

        assertThat(journal.find("samples/topic/a\"b/1", REQUEST)).isEqualTo(answer);
        assertThat(open().find("samples/topic/a\"b/1", REQUEST)).isEqualTo(answer);
    }

    @Test
    void add_writesALineWithoutThePrompt() throws IOException {
        open().add("a", REQUEST, answer("on its way"));

        assertThat(Files.readString(file))
                .isEqualTo("{\"call\":\"a\",\"request\":\"" + REQUEST.hash()
                        + "\",\"response\":{\"text\":\"on its way\",\"finishReason\":\"LENGTH\",\"promptTokens\":7,"
                        + "\"completionTokens\":5,\"cachedTokens\":3,\"model\":\"model-1\",\"requestId\":\"req-1\","
                        + "\"latencyMillis\":1234},\"time\":\"2026-01-02T03:04:05Z\"}\n");
    }

    @Test
    void find_knowsAnAnswerByCallAndRequest() {
        Journal journal = open();
        journal.add("a", REQUEST, answer("one"));

        assertThat(journal.find("b", REQUEST)).isNull();
        assertThat(journal.find("a", REQUEST.withMaxTokens(5))).isNull();
        journal.add("a", REQUEST.withMaxTokens(5), answer("two"));
        assertThat(open().find("a", REQUEST).text()).isEqualTo("one");
        assertThat(open().find("a", REQUEST.withMaxTokens(5)).text()).isEqualTo("two");
    }

    @Test
    void giveUp_isKeptForTheNextTry() {
        Journal journal = open();
        journal.giveUp("a", REQUEST);

        for (Journal each : List.of(journal, open())) {
            assertThat(each.isGivenUp("a", REQUEST)).isTrue();
            assertThat(each.isGivenUp("b", REQUEST)).isFalse();
            assertThat(each.isGivenUp("a", REQUEST.withMaxTokens(5))).isFalse();
            assertThat(each.find("a", REQUEST)).isNull();
        }
    }

    @Test
    void finish_isSaidOnce() throws IOException {
        Journal journal = open();
        journal.finish();
        journal.finish();

        assertThat(journal.isFinished()).isTrue();
        assertThat(open().isFinished()).isTrue();
        open().finish();
        assertThat(Files.readAllLines(file)).containsExactly("{\"finished\":true,\"time\":\"2026-01-02T03:04:05Z\"}");
    }

    @Test
    void add_refusesACallWithoutAName() {
        assertThatThrownBy(() -> open().add(" ", REQUEST, answer("one")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("call must not be blank");
        assertThatThrownBy(() -> open().giveUp("", REQUEST)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Journal.open(null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Journal.open(file, null)).isInstanceOf(IllegalArgumentException.class);
        assertThat(file).doesNotExist();
    }

    @Test
    void open_setsATornTailAside() throws IOException {
        Journal journal = open();
        journal.add("a", REQUEST, answer("one"));
        byte[] whole = Files.readAllBytes(file);
        journal.add("b", REQUEST, answer("two"));
        byte[] both = Files.readAllBytes(file);

        for (int length = whole.length + 1; length < both.length - 1; length += 29) {
            Files.write(file, Arrays.copyOf(both, length));
            Journal torn = open();
            assertThat(torn.find("a", REQUEST)).isNotNull();
            assertThat(torn.find("b", REQUEST)).isNull();

            torn.add("c", REQUEST, answer("three"));

            Journal mended = open();
            assertThat(mended.find("a", REQUEST)).isNotNull();
            assertThat(mended.find("b", REQUEST)).isNull();
            assertThat(mended.find("c", REQUEST).text()).isEqualTo("three");
        }
        assertThat(file.resolveSibling("run.jsonl.torn")).exists();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "[]",
                "7",
                "null",
                "{}",
                "{\"call\":\"a\"}",
                "{\"call\":\"a\",\"request\":7,\"response\":{}}",
                "{\"call\":\"a\",\"request\":\"r\"}",
                "{\"call\":\"a\",\"request\":\"r\",\"response\":{\"text\":\"t\",\"model\":\"m\"}}",
                "{\"call\":\"a\",\"request\":\"r\",\"response\":{\"text\":\"t\",\"model\":\"m\",\"finishReason\":\"OTHERWISE\"}}",
                "{\"call\":\"a\",\"request\":\"r\",\"givenUp\":true} {\"finished\":true}"
            })
    void open_namesALineThatIsNoRecord(String line) throws IOException {
        open().add("a", REQUEST, answer("one"));
        Files.writeString(file, line + "\n", StandardOpenOption.APPEND);

        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(file + ":2: not an answer of a journal; delete the line, and its call is made again");
    }

    @Test
    void open_namesALineThatIsNotUtf8() throws IOException {
        open().add("a", REQUEST, answer("one"));
        Files.write(file, new byte[] {'{', (byte) 0xFF, '}', '\n'}, StandardOpenOption.APPEND);

        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file + ":2: not an answer of a journal");
    }

    @Test
    void open_skipsBlankLinesAndAnEndWithoutLineBreak() throws IOException {
        Journal journal = open();
        journal.add("a", REQUEST, answer("one"));
        String line = Files.readString(file).strip();
        Files.writeString(file, "\n" + line); // as an editor may leave it

        Journal edited = open();
        edited.giveUp("b", REQUEST);

        assertThat(open().find("a", REQUEST).text()).isEqualTo("one");
        assertThat(open().isGivenUp("b", REQUEST)).isTrue();
    }

    @Test
    void add_keepsWhatManyThreadsAddAlsoWhenTheyAreInterrupted() throws Exception {
        Journal journal = open();
        List<FutureTask<Void>> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int thread = t;
            threads.add(Threads.start(() -> {
                for (int i = 0; i < 5; i++) {
                    if (i % 2 == thread % 2) {
                        Thread.currentThread().interrupt(); // as a cancellation does while a call is under way
                    }
                    journal.add(thread + "/" + i, REQUEST, answer("answer " + i));
                }
                return null;
            }));
        }
        for (FutureTask<Void> thread : threads) {
            thread.get();
        }

        Journal again = open();
        for (int t = 0; t < 8; t++) {
            for (int i = 0; i < 5; i++) {
                assertThat(again.find(t + "/" + i, REQUEST).text()).isEqualTo("answer " + i);
            }
        }
        assertThat(Files.readAllLines(file, StandardCharsets.UTF_8)).hasSize(40);
    }

    @Test
    void add_returnsWhenItsAnswerIsOnDiskWhoeverWroteIt() throws Exception {
        Journal journal = open();
        List<FutureTask<Void>> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int thread = t;
            threads.add(Threads.start(() -> {
                for (int i = 0; i < 10; i++) {
                    String call = "call " + thread + "/" + i;
                    journal.add(call, REQUEST, answer("x"));
                    assertThat(Files.readString(file)).contains("{\"call\":\"" + call + "\"");
                }
                return null;
            }));
        }
        for (FutureTask<Void> thread : threads) {
            thread.get();
        }
    }

    @Test
    void add_tellsEachWhoseAnswerCouldNotBeKept() throws Exception {
        Files.writeString(dir.resolve("runs"), "where the directory should be");
        Journal journal = open();
        List<FutureTask<Void>> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            String call = "call " + t;
            threads.add(Threads.start(() -> {
                assertThatThrownBy(() -> journal.add(call, REQUEST, answer("x")))
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessageContaining("cannot add to the journal");
                return null;
            }));
        }
        for (FutureTask<Void> thread : threads) {
            thread.get();
        }

        assertThat(journal.find("call 0", REQUEST)).isNull();
        Files.delete(dir.resolve("runs"));
        journal.add("call 9", REQUEST, answer("x"));
        assertThat(open().find("call 9", REQUEST)).isNotNull();
    }

    @Test
    void find_givesEachCallItsOwnAnswerWhoeverWroteItAndWhereverItStands() throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "\uFEFF\n"); // as an editor leaves it
        Journal journal = open();
        List<FutureTask<Void>> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int thread = t;
            threads.add(Threads.start(() -> {
                for (int i = 0; i < 10; i++) {
                    String call = "caf\u00e9 " + thread + "/" + i;
                    journal.add(call, REQUEST, answer("\uD83D\uDE00".repeat(i) + call));
                }
                return null;
            }));
        }
        for (FutureTask<Void> thread : threads) {
            thread.get();
        }

        Journal again = open();
        for (int t = 0; t < 4; t++) {
            for (int i = 0; i < 10; i++) {
                String call = "caf\u00e9 " + t + "/" + i;
                ChatResponse answer = answer("\uD83D\uDE00".repeat(i) + call);
                assertThat(journal.find(call, REQUEST)).isEqualTo(answer);
                assertThat(again.find(call, REQUEST)).isEqualTo(answer);
            }
        }
    }

    @Test
    void find_saysThatTheFileIsGoneOrShorterThanItWas() throws IOException {
        Journal journal = open();
        journal.add("a", REQUEST, answer("on its way"));
        String whole = Files.readString(file);

        Files.writeString(file, whole.substring(0, 20));
        assertThatThrownBy(() -> journal.find("a", REQUEST))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file.toString())
                .hasRootCauseMessage(file + " has become shorter than " + (whole.length() - 1) + " bytes");
        Files.delete(file);
        assertThatThrownBy(() -> journal.find("a", REQUEST)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void setting_isDecidedOnce() throws IOException {
        Journal journal = open();

        assertThat(journal.setting("rowsPerWave", "64")).isEqualTo("64");
        assertThat(journal.setting("rowsPerWave", "16")).isEqualTo("64");
        assertThat(journal.setting("other", "16")).isEqualTo("16");
        assertThat(open().setting("rowsPerWave", "16")).isEqualTo("64");
        assertThat(Files.readAllLines(file))
                .hasSize(2)
                .first()
                .isEqualTo("{\"setting\":\"rowsPerWave\",\"value\":\"64\",\"time\":\"2026-01-02T03:04:05Z\"}");
    }
}
