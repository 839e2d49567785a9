package io.rapidfit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.rapidfit.check.Template;
import io.rapidfit.check.TemplateReport;
import io.rapidfit.check.Templates;
import io.rapidfit.data.Conversation;
import io.rapidfit.data.ExampleFile;
import io.rapidfit.llm.generate.RegeneratedFile;
import io.rapidfit.llm.generate.RegenerationResult;
import io.rapidfit.llm.generate.Rejection;
import io.rapidfit.llm.generate.StyleCorpus;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import mockwebserver3.MockWebServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegenerateChatsTest {

    @TempDir
    Path work;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** One run of the whole for all that it must hold to. */
    @Test
    void run_rewritesAllButTwoOfEachTemplateAndNothingElse() throws IOException {
        RegenerationResult result = Objects.requireNonNull(run(""));

        Path input = work.resolve("weather.jsonl");
        Path output = work.resolve("weather-diverse.jsonl");
        assertThat(input).hasSameBinaryContentAs(WeatherChats.write(work.resolve("untouched.jsonl")));
        assertThat(result.files()).singleElement().satisfies(file -> {
            assertThat(file.rows()).isEqualTo(400);
            assertThat(file.templated()).isEqualTo(236);
            assertThat(file.kept()).isEqualTo(10);
            assertThat(file.rewritten()).isEqualTo(226);
            assertThat(file.failedRows()).isZero();
        });
        List<String> before = Files.readAllLines(input);
        List<String> after = Files.readAllLines(output);
        assertThat(after).hasSameSizeAs(before);
        int changed = 0;
        for (int row = 0; row < before.size(); row++) {
            if (!after.get(row).equals(before.get(row))) {
                changed++;
                assertThat(withoutResponse(after.get(row))).isEqualTo(withoutResponse(before.get(row)));
            }
        }
        assertThat(changed).isEqualTo(226);
        assertThat(printed())
                .containsPattern("phrase +49")
                .containsPattern("the outlook for \u2026 is as follows \u2026 \\S.* +mined +40")
                .containsPattern("cost +\\$0\\.0\\d+ +\\$0\\.\\d+")
                .contains("Before, 59.0% of the answers followed a template. Now it is 2.5%.")
                .contains("Mined anew, they share no template that was not there before.")
                .contains("226 of 226, $0.0", "\n  before: ", "\n  after:  ")
                .doesNotContain("[y/N]");
    }

    @Test
    void run_leavesLessThanThreeOfAHundredTemplatedHoweverThatIsMeasured() throws IOException {
        run("");

        List<String> before = responses(work.resolve("weather.jsonl"));
        List<String> after = responses(work.resolve("weather-diverse.jsonl"));
        Templates.Builder phrases = Templates.builder();
        WeatherChats.PHRASES.forEach(phrases::phrase);
        TemplateReport found = phrases.build().find(before);
        assertThat(found.share()).isEqualTo(0.59);
        assertThat(after.stream().filter(text -> found.matching(text).isPresent()))
                .hasSize(10); // 2.5%
        assertThat(Templates.builder().build().find(after).share()).isLessThan(0.03);
        assertThat(phrases.build().find(after).templates())
                .allSatisfy(template -> assertThat(template.source()).isEqualTo(Template.Source.PHRASE));
    }

    @Test
    void run_tellsTheModelWhatWasWrongWithItsFirstAttempts() throws IOException {
        RegeneratedFile file = Objects.requireNonNull(run("")).files().get(0);

        assertThat(file.rejected())
                .containsOnlyKeys(Rejection.TEMPLATED, Rejection.UNGROUNDED, Rejection.TOO_SHORT, Rejection.LEAKED);
        // of 90 first attempts four are bad, and no second one
        assertThat(file.rejected().values().stream().mapToInt(Integer::intValue).sum())
                .isBetween(4, 15);
        assertThat(file.failed()).isEmpty();
    }

    @Test
    void run_takesFilesOfTheUsersAndKeepsAsManyAsItIsTold() throws IOException {
        Path input = WeatherChats.write(work.resolve("mine.jsonl"));
        Path corpus = WeatherChats.copyCorpusTo(work.resolve("voices"));
        byte[] bytes = Files.readAllBytes(input);

        RegenerationResult result = Objects.requireNonNull(run(
                "",
                "--input",
                input.toString(),
                "--output",
                work.resolve("out.jsonl").toString(),
                "--corpus",
                corpus.toString(),
                "--max-templates",
                "40"));

        assertThat(input).hasBinaryContent(bytes);
        // nobody gave the phrases, so all five are mined: 40 stay of each, of the last one all
        assertThat(result.files().get(0).templated()).isEqualTo(236);
        assertThat(result.files().get(0).kept()).isEqualTo(200);
        assertThat(ExampleFile.conversations(work.resolve("out.jsonl")).load()).hasSize(400);
        assertThat(printed())
                .contains("Rewrite all but 40 of each template")
                .containsPattern("i hope this helps you plan your day +mined +49");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --inptu f            | unknown option '--inptu'; usage: RegenerateChats [--input FILE]
            chats.jsonl          | unknown option 'chats.jsonl'; usage: RegenerateChats [--input FILE]
            --model              | --model needs a value; usage:
            --output --yes       | --output needs a value; usage:
            --max-templates two  | --max-templates must be a number, at least 0, but was 'two'
            --max-templates -1   | --max-templates must be a number, at least 0, but was '-1'
            --input none.jsonl   | --input: there is no file none.jsonl. Name a file of chats, or leave it out to see the demo
            --corpus none        | --corpus: there is no directory none. It holds a text for each persona, such as poet.txt
            --model gpt-4.1-mini | --model gpt-4.1-mini needs a key: set OPENAI_API_KEY, or leave --model out
            --model claude-x     | --model claude-x needs a key: set ANTHROPIC_API_KEY, or leave --model out
            --model gemini-x     | --model gemini-x needs a key: set GEMINI_API_KEY, or leave --model out
            """)
    void run_refusesWhatItCannotDoAndSaysWhatToDo(String args, String message) {
        assertThatThrownBy(() -> run("", args.split(" ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void run_hasNoScriptForOtherChats() throws IOException {
        String chat = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\",\"content\":"
                + "\"Thank you so much for reaching out to our support team, number %d\"}]}%n";
        Path input = work.resolve("others.jsonl");
        StringBuilder chats = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            chats.append(chat.formatted(i));
        }
        Files.writeString(input, chats);

        assertThatThrownBy(() -> run("", "--input", input.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the script can rewrite the answers of the weather chats only: name a model for others");
    }

    @Test
    void corpus_hasEnoughPassagesOfEachPersona() throws IOException {
        StyleCorpus corpus = StyleCorpus.builder()
                .directory(WeatherChats.copyCorpusTo(work.resolve("corpus")))
                .minLength(60)
                .build();

        assertThat(corpus.personas()).isEqualTo(WeatherChats.PERSONAS.keySet());
        for (String persona : corpus.personas()) {
            assertThat(corpus.passages(persona))
                    .hasSizeGreaterThanOrEqualTo(6)
                    .allSatisfy(passage -> assertThat(passage).hasSizeLessThanOrEqualTo(400));
        }
    }

    /** With a model, against a server that answers as OpenAI does, with the texts of the script. */
    @Nested
    class WithAModel {

        private final MockWebServer server = new MockWebServer();

        @BeforeEach
        void start() throws IOException {
            server.setDispatcher(new WeatherStub());
            server.start();
        }

        @AfterEach
        void stop() {
            server.close();
        }

        @ParameterizedTest
        @ValueSource(strings = {"n\n", "what?\n", ""}) // the last is the end of the input
        void run_spendsNothingUnlessToldTo(String answer) throws IOException {
            assertThat(run(answer, "--model", "gpt-4.1-nano")).isNull();

            assertThat(printed())
                    .containsPattern("cost +\\$0\\.0\\d+ +\\$0\\.\\d+")
                    .contains("Go on? [y/N]")
                    .contains("Nothing was asked, and nothing spent.");
            assertThat(server.getRequestCount()).isZero();
            assertThat(work.resolve("weather-diverse.jsonl")).doesNotExist();
        }

        @Test
        void run_asksNothingAgainIfItIsRunAgain() throws IOException {
            RegenerationResult first = Objects.requireNonNull(run("y\n", "--model", "gpt-4.1-nano"));
            int calls = server.getRequestCount();
            byte[] written = Files.readAllBytes(work.resolve("weather-diverse.jsonl"));

            RegenerationResult second = Objects.requireNonNull(run("", "--model", "gpt-4.1-nano", "--yes"));

            assertThat(calls).isGreaterThan(226).isEqualTo((int) first.usage().calls());
            assertThat(server.getRequestCount()).isEqualTo(calls);
            assertThat(second.usage().journalled()).isEqualTo(calls);
            assertThat(work.resolve("weather-diverse.jsonl")).hasBinaryContent(written);
        }

        private @Nullable RegenerationResult run(String answers, String... args) throws IOException {
            return RegenerateChatsTest.this.run(
                    Map.of("OPENAI_BASE_URL", server.url("/v1").toString(), "OPENAI_API_KEY", "sk-none"),
                    answers,
                    args);
        }
    }

    private @Nullable RegenerationResult run(String answers, String... args) throws IOException {
        return run(Map.of(), answers, args);
    }

    private @Nullable RegenerationResult run(Map<String, String> environment, String answers, String... args)
            throws IOException {
        return RegenerateChats.run(
                List.of(args),
                environment,
                work,
                new BufferedReader(new StringReader(answers)),
                new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static List<String> responses(Path file) {
        return ExampleFile.conversations(file).load().stream()
                .map(chat -> chat.response().orElseThrow())
                .toList();
    }

    /** The characters of a row but those of the text that may change, which a parser of no conversations finds. */
    private static String withoutResponse(String line) throws IOException {
        int response = Conversation.parse(line).context().size();
        String content = "/messages/" + response + "/content";
        try (JsonParser parser = new JsonFactory().createParser(line)) {
            while (parser.nextToken() != null) {
                String at = parser.getParsingContext().pathAsPointer().toString();
                if (parser.currentToken().isScalarValue() && (at.equals(content) || at.equals(content + "/0/text"))) {
                    int start = (int) parser.currentTokenLocation().getCharOffset();
                    parser.getText(); // reads to its end
                    int end = (int) parser.currentLocation().getCharOffset();
                    return line.substring(0, start) + line.substring(end);
                }
            }
        }
        throw new AssertionError("no response in " + line);
    }
}
