package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidfit.check.Grounding;
import io.rapidfit.check.Template;
import io.rapidfit.check.Templates;
import io.rapidfit.data.DataFormatException;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Failure;
import io.rapidfit.llm.InMemory;
import io.rapidfit.llm.LLMContentFilteredException;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.LLMInvalidRequestException;
import io.rapidfit.llm.LLMUnavailableException;
import io.rapidfit.llm.Pricing;
import io.rapidfit.llm.RunUsage;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.run.PromptTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LLMRegeneratorTest {

    @TempDir(factory = InMemory.class)
    Path dir;

    private Path input;
    private Path output;
    private int journals;

    @BeforeEach
    void chooseFiles() {
        input = dir.resolve("chats.jsonl");
        output = dir.resolve("diverse.jsonl");
    }

    private static Templates phrase() {
        return Templates.builder().mine(false).phrase(Chats.PHRASE).build();
    }

    private static LLMRegenerator.Builder builder(ChatModel model) {
        return LLMRegenerator.builder().chatModel(model).templates(phrase()).maxPerTemplate(2);
    }

    private RegenerationResult regenerate(LLMRegenerator.Builder builder) {
        return builder.build().regenerate(input, output);
    }

    /** One row that is to be rewritten, by a writer who says these things one after the other, the last of them for ever. */
    private RegeneratedFile regenerateOne(LLMRegenerator.Builder options, String... responses) {
        Chats.write(input, List.of(Chats.templated(3)));
        return regenerate(options.chatModel(Chats.writing(
                                request -> responses[Math.min(Chats.attempts(request), responses.length - 1)]))
                        .journal(dir.resolve("journal" + journals++)) // else it would know the answer
                        .maxPerTemplate(0))
                .files()
                .get(0);
    }

    private static LLMRegenerator.Builder options() {
        return builder(Chats.good());
    }

    private static String content(String row) {
        int start = row.lastIndexOf("\"content\":\"") + "\"content\":\"".length();
        return row.substring(start, row.indexOf("\", \"weight\""));
    }

    private static String withContent(String row, String content) {
        return row.replace("\"content\":\"" + content(row) + "\"", "\"content\":\"" + content + "\"");
    }

    // What is rewritten, and what stays

    @Test
    void regenerate_rewritesAllButAFewOfATemplateAndLeavesEverythingElse() throws IOException {
        List<String> rows = Chats.rows(30, 3);
        Chats.write(input, rows);
        byte[] before = Files.readAllBytes(input);

        RegenerationResult result = regenerate(options());

        List<String> written = Chats.read(output);
        assertThat(written).hasSize(30);
        int rewritten = 0;
        for (int i = 0; i < 30; i++) {
            if (!written.get(i).equals(rows.get(i))) {
                rewritten++;
                assertThat(i % 3).isNotZero();
                assertThat(content(written.get(i))).doesNotContain(Chats.PHRASE);
                assertThat(written.get(i)).isEqualTo(withContent(rows.get(i), content(written.get(i))));
            }
        }
        assertThat(rewritten).isEqualTo(18); // of 20 that are templated 2 may stay
        assertThat(Files.readAllBytes(input)).isEqualTo(before);
        RegeneratedFile file = result.files().get(0);
        assertThat(file.rows()).isEqualTo(30);
        assertThat(file.templated()).isEqualTo(20);
        assertThat(file.kept()).isEqualTo(2);
        assertThat(file.rewritten()).isEqualTo(18);
        assertThat(file.failed()).isEmpty();
        assertThat(file.rejected()).isEmpty();
        assertThat(result.isComplete()).isTrue();
        assertThat(result.failedShare()).isZero();
        assertThat(result).hasToString("RegenerationResult[1 files, 18 rewritten, run " + result.runId() + "]");
    }

    @Test
    void regenerate_keepsTheFirstOnesIfAsked_andNoneIfNoneMayStay() {
        List<String> rows = IntStream.range(0, 9).mapToObj(Chats::templated).toList();
        Chats.write(input, rows);

        regenerate(options().kept(LLMRegenerator.Kept.FIRST));
        assertThat(Chats.read(output).subList(0, 2)).isEqualTo(rows.subList(0, 2));
        assertThat(Chats.read(output)).filteredOn(rows::contains).hasSize(2);

        regenerate(options().maxPerTemplate(0));
        assertThat(Chats.read(output)).noneMatch(rows::contains);
    }

    @Test
    void regenerate_keepsThoseThatAreUnlikeEachOtherByDefault() {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            rows.add(Chats.row(i, Chats.PHRASE + ": the same for all of them, word for word"));
        }
        rows.add(Chats.row(8, "Zebras and quizzes! " + Chats.PHRASE + ", with jolly fog"));
        Chats.write(input, rows);

        regenerate(options());

        assertThat(Chats.read(output)).filteredOn(rows::contains).hasSize(2).contains(rows.get(8));
    }

    @Test
    void regenerate_keepsNoMoreOfAnyTemplateWhereResponsesMatchSeveral() {
        Templates both = Templates.builder()
                .mine(false)
                .phrase("warm greetings friend")
                .phrase(Chats.PHRASE)
                .build();
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            rows.add(Chats.row(i, "Warm greetings, friend " + i + "! " + Chats.PHRASE + "."));
        }
        for (int i = 6; i < 12; i++) {
            rows.add(Chats.templated(i));
        }
        Chats.write(input, rows);

        for (LLMRegenerator.Kept kept : LLMRegenerator.Kept.values()) {
            regenerate(options().templates(both).kept(kept));
            // two that match both leave no room for one that matches the second only
            assertThat(Chats.read(output)).filteredOn(rows::contains).hasSize(2);
        }
    }

    @Test
    void regenerate_leavesHalfAThousandOfFiveTemplatesByDefault() {
        RegenerationForecast forecast = LLMRegenerator.builder()
                .chatModel(Chats.good())
                .templates(phrase())
                .build()
                .forecast(Chats.write(input, Chats.rows(150, 1000)));

        assertThat(forecast.files().get(0).kept()).isEqualTo(100);
    }

    @Test
    void regenerate_findsTemplatesThatNobodyNamed() {
        Chats.write(input, Chats.rows(40, 2));

        RegenerationForecast forecast = LLMRegenerator.builder()
                .chatModel(Chats.good())
                .maxPerTemplate(0)
                .build()
                .forecast(input);

        assertThat(forecast.templates()).hasSize(1);
        assertThat(forecast.templates().get(0).source()).isEqualTo(Template.Source.MINED);
        assertThat(forecast.templates().get(0).form()).contains(Chats.PHRASE);
        assertThat(forecast.templates().get(0).responses()).isEqualTo(20);
    }

    @Test
    void regenerate_leavesTheTestSplitAloneAndShowsItToNobody() {
        String test = Chats.templated(0).replace("{\"id\"", "{\"split\":\"test\",\"id\"");
        String validation = Chats.templated(1).replace("{\"id\"", "{\"split\":\"validation\",\"id\"");
        Chats.write(input, List.of(test, validation));
        ScriptedChatModel model = Chats.good();

        RegenerationResult result = regenerate(builder(model).maxPerTemplate(0));

        assertThat(Chats.read(output).get(0)).isEqualTo(test);
        assertThat(Chats.read(output).get(1)).isNotEqualTo(validation);
        assertThat(result.files().get(0).templated()).isEqualTo(1);
        assertThat(model.requests()).hasSize(1);
        assertThat(Prompts.text(model.requests().get(0))).doesNotContain("Oslo");
    }

    @Test
    void regenerate_leavesRowsWithoutAResponseAndFilesWithoutTemplates() {
        String silent = "{\"messages\":[{\"role\":\"user\",\"content\":\"" + Chats.PHRASE + "\"}]}";
        Chats.write(input, List.of(silent, Chats.row(1, " ")));

        RegenerationResult result = regenerate(builder(Chats.writing(request -> "nobody is asked")));

        assertThat(Chats.read(output)).containsExactlyElementsOf(Chats.read(input));
        assertThat(result.usage().calls()).isZero();
        assertThat(result.isComplete()).isTrue();
    }

    @Test
    void regenerate_rewritesTheTextAmongPartsAndBeforeLaterToolCalls() {
        String row = """
                {"messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]},{"role":"assistant","content":\
                [{"type":"image_url","image_url":{"url":"x"}},{"type":"text","text":"%s!"}]},{"role":"assistant","content":\
                null,"tool_calls":[{"id":"c9","type":"function","function":{"name":"f","arguments":"{}"}}]}]}""".formatted(Chats.PHRASE);
        Chats.write(input, List.of(row));

        regenerate(
                builder(Chats.writing(request -> "something else altogether")).maxPerTemplate(0));

        assertThat(Chats.read(output)).containsExactly(row.replace(Chats.PHRASE + "!", "something else altogether"));
    }

    // Prompts

    @Test
    void prompt_hasTheConversationWithAllCallsAndResultsButNotTheResponse() {
        Chats.write(input, List.of(Chats.templated(3)));
        ScriptedChatModel model = Chats.good();

        regenerate(builder(model).maxPerTemplate(0).persona("sailor", "Salty, but polite."));

        ChatRequest request = model.requests().get(0);
        assertThat(request.temperature()).isEqualTo(0.9);
        assertThat(request.maxTokens()).isEqualTo(500);
        JsonNode messages = Prompts.below(request, "The conversation so far");
        assertThat(messages).hasSize(4);
        assertThat(messages.path(2).path("tool_calls").path(0).path("arguments").asText())
                .isEqualTo("{\"city\": \"Quito\"}");
        assertThat(messages.path(3).path("content").asText()).isEqualTo("{\"temp\": 14.4}");
        assertThat(messages.path(3).path("tool_call_id").asText()).isEqualTo("c3");
        assertThat(Prompts.below(request, "Phrases that have been written")).hasToString("[\"" + Chats.PHRASE + "\"]");
        String text = Prompts.text(request);
        assertThat(text).contains("may be empty: \"sailor\"").contains("\"Salty, but polite.\"");
        assertThat(text).contains("with 20 to 2000 characters");
        assertThat(text).doesNotContain("Well, " + Chats.PHRASE);
    }

    @Test
    void prompt_hasThreePassagesOfThePersonaDrawnBySeed() throws IOException {
        Path corpus = Files.writeString(
                dir.resolve("sailor.txt"),
                String.join(
                        "\n\n",
                        IntStream.range(0, 12)
                                .mapToObj(i -> Seeds.words(i) + Seeds.words(-i))
                                .toList()));
        Chats.write(input, IntStream.range(0, 6).mapToObj(Chats::templated).toList());
        List<JsonNode> passages = new ArrayList<>();
        for (long seed : new long[] {1, 1, 2}) {
            ScriptedChatModel model = Chats.good();
            regenerate(builder(model)
                    .maxPerTemplate(0)
                    .seed(seed)
                    .journal(dir.resolve("journal" + passages.size()))
                    .corpus(StyleCorpus.builder().file("sailor", corpus).build()));
            model.requests().stream()
                    .sorted(Comparator.comparing(Chats::number))
                    .forEach(request -> passages.add(Prompts.below(request, "Passages that sound like it")));
        }

        assertThat(passages).hasSize(18).allMatch(some -> some.size() == 3);
        assertThat(passages.subList(0, 6)).isEqualTo(passages.subList(6, 12)).doesNotHaveDuplicates();
        assertThat(passages.subList(0, 6)).isNotEqualTo(passages.subList(12, 18));
    }

    @Test
    void regenerate_refusesAPersonaThatTheCorpusLacks() throws IOException {
        Path corpus = Files.writeString(dir.resolve("poet.txt"), Seeds.words(1) + Seeds.words(2));
        LLMRegenerator.Builder builder = options()
                .corpus(StyleCorpus.builder().file("poet", corpus).build())
                .maxPerTemplate(0);
        Chats.write(
                input,
                List.of(Chats.templated(3), Chats.templated(4).replace(",\"tags\":{\"persona\":\"sailor\"}", "")));

        assertThatThrownBy(() -> regenerate(builder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "%s: the style corpus has passages of [poet], but not of [(none), sailor], as tags.persona of a"
                                + " conversation names them",
                        input);

        Chats.write(input, List.of(Chats.row(3, "nothing to rewrite")));
        assertThat(regenerate(builder).isComplete()).isTrue();
    }

    @Test
    void prompt_seesWhatEarlierWavesWroteTheLatestAndTheMostAlike() {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            rows.add(Chats.templated(i));
        }
        rows.add(Chats.row(40, Chats.PHRASE + ": " + Seeds.words(7_000_003L * 2))); // like what row 2 becomes
        Chats.write(input, rows);
        ScriptedChatModel model = Chats.good();

        regenerate(builder(model).maxPerTemplate(0).rowsPerWave(10));

        for (ChatRequest request : model.requests()) {
            int number = Chats.number(request);
            JsonNode outputs = Prompts.below(request, "Messages that were written");
            assertThat(outputs).hasSize(Math.min(10, number / 10 * 10));
            if (number >= 10 && number < 20) { // rows 0 to 9, the latest first
                assertThat(outputs.path(0).asText()).startsWith(Seeds.words(7_000_003L * 9));
                assertThat(outputs.path(4).asText()).startsWith(Seeds.words(7_000_003L * 5));
            }
            if (number == 40) {
                assertThat(outputs.path(5).asText()).startsWith(Seeds.words(7_000_003L * 2));
            }
        }
        ScriptedChatModel forgetful = Chats.good();
        regenerate(builder(forgetful).maxPerTemplate(0).rowsPerWave(10).outputWindow(3));
        assertThat(forgetful.requests())
                .filteredOn(request -> Chats.number(request) >= 10)
                .allMatch(request ->
                        Prompts.below(request, "Messages that were written").size() == 3);
    }

    @Test
    void prompt_canBeReplaced() {
        Chats.write(input, List.of(Chats.templated(3)));
        ScriptedChatModel model = Chats.writing(request -> "an answer of enough characters");

        regenerate(builder(model).maxPerTemplate(0).prompt(PromptTemplate.of("Only {conversation} counts")));

        assertThat(ScriptedChatModel.lastUserMessage(model.requests().get(0))).startsWith("Only [{\"role\":\"system\"");
        assertThatThrownBy(() -> options().prompt(PromptTemplate.of("{persona}")))
                .hasMessageContaining("the prompt must have {conversation}");
        assertThatThrownBy(() -> options().prompt(PromptTemplate.of("{conversation}{original}")))
                .hasMessageContaining("{original}");
    }

    // The gate

    @Test
    void gate_tellsTheModelWhatIsWrongUntilItIsRight() {
        Chats.write(input, List.of(Chats.templated(3)));
        ScriptedChatModel model = Chats.writing(request -> switch (Chats.attempts(request)) {
            case 0 -> "Surely, " + Chats.PHRASE + "!";
            case 1 -> "It feels like 31 in Paris and Quito";
            default -> "Quito sits at 14 degrees, nothing to write home about";
        });

        RegenerationResult result = regenerate(builder(model).maxPerTemplate(0));

        assertThat(content(Chats.read(output).get(0))).startsWith("Quito sits");
        assertThat(result.files().get(0).rejected())
                .containsExactly(entry(Rejection.TEMPLATED, 1), entry(Rejection.UNGROUNDED, 1));
        assertThat(result.files().get(0).failed()).isEmpty();
        JsonNode attempts = Prompts.below(model.requests().get(2), "Attempts before yours");
        assertThat(attempts.path(0).path("response").asText()).startsWith("Surely");
        assertThat(attempts.path(0).path("refused").asText()).isEqualTo("it follows \"" + Chats.PHRASE + "\"");
        assertThat(attempts.path(1).path("refused").asText())
                .isEqualTo("the conversation does not say \"31\", \"Paris\"");
    }

    @Test
    void gate_keepsTheOriginalAfterThreeAttempts() {
        RegeneratedFile file = regenerateOne(options(), Chats.PHRASE + ", at length");

        assertThat(Chats.read(output)).isEqualTo(Chats.read(input));
        assertThat(file.rewritten()).isZero();
        assertThat(file.failed()).containsExactly(entry(Rejection.TEMPLATED, 1));
        assertThat(file.rejected()).containsExactly(entry(Rejection.TEMPLATED, 3));
        assertThat(file.failedRows()).isEqualTo(1);
        assertThat(regenerateOne(options().maxAttempts(1), Chats.PHRASE + ", at length")
                        .rejected())
                .containsExactly(entry(Rejection.TEMPLATED, 1));
    }

    @Test
    void gate_refusesWhatIsTooShortOrTooLong() {
        assertThat(regenerateOne(options(), "nineteen characters").failed()).containsOnlyKeys(Rejection.TOO_SHORT);
        assertThat(regenerateOne(options(), "exactly long enough!").failed()).isEmpty();
        assertThat(regenerateOne(options(), "x".repeat(2001)).failed()).containsOnlyKeys(Rejection.TOO_LONG);
        assertThat(regenerateOne(options(), "\uD801\uDC00".repeat(2000)).failed())
                .isEmpty();
        assertThat(regenerateOne(options().minLength(1).maxLength(3), "four").failed())
                .containsOnlyKeys(Rejection.TOO_LONG);
    }

    @Test
    void gate_refusesWhatIsMadeUpUnlessItMay() {
        String madeUp = "Expect 99 knots of wind around here tonight";
        assertThat(regenerateOne(options(), madeUp).failed()).containsOnlyKeys(Rejection.UNGROUNDED);
        assertThat(regenerateOne(options().withoutGrounding(), madeUp).failed()).isEmpty();
        assertThat(regenerateOne(options().grounding(() -> Grounding.builder().allow("99 knots")), madeUp)
                        .failed())
                .isEmpty();
        // what the caller says of the persona may be said
        assertThat(regenerateOne(options().persona("sailor", "Born in Bergen"), "A child of Bergen says it is fine")
                        .failed())
                .isEmpty();
        // 14.4 is what the tool said, and 14 rounds it
        assertThat(regenerateOne(options(), "A gentle 14 degrees, that is what it has")
                        .failed())
                .isEmpty();
    }

    @Test
    void gate_knowsNamesOfOtherRowsWhereTheyOpenASentence() {
        Chats.write(input, List.of(Chats.templated(3), Chats.row(0, "Lima it is, in Oslo. I like Oslo.")));

        RegenerationResult result =
                regenerate(builder(Chats.writing(request -> "Oslo is lovely at this hour of the day"))
                        .maxPerTemplate(0));

        assertThat(result.files().get(0).failed()).containsOnlyKeys(Rejection.UNGROUNDED);
    }

    @Test
    void gate_refusesWhatRepeatsInstructionsOrPassages() throws IOException {
        String passage = "The gulls know before we do, and they never once send a bill for it, lad.";
        StyleCorpus corpus = StyleCorpus.builder()
                .file("sailor", Files.writeString(dir.resolve("sailor.txt"), passage))
                .build();
        LLMRegenerator.Builder builder = options().corpus(corpus);

        assertThat(regenerateOne(builder, "So: it must say what this conversation calls for, friend")
                        .failed())
                .containsOnlyKeys(Rejection.LEAKED);
        assertThat(regenerateOne(builder, "Aye, the gulls know before we do, and they never sleep")
                        .failed())
                .containsOnlyKeys(Rejection.LEAKED);
        assertThat(regenerateOne(builder, "Aye, the gulls know before we do, and there you are")
                        .failed())
                .isEmpty(); // seven words in a row
        String system = "I am a helpful assistant who tells people about the weather where they";
        assertThat(regenerateOne(builder, system).failed()).isEmpty(); // eleven words of the system prompt
        assertThat(regenerateOne(builder, system + " are").failed()).containsOnlyKeys(Rejection.LEAKED);
    }

    @Test
    void gate_letsStandWhatTheOriginalRepeatedToo() {
        String system = "a helpful assistant who tells people about the weather where they are";
        Chats.write(input, List.of(Chats.row(3, Chats.PHRASE + ", from " + system)));

        RegenerationResult result =
                regenerate(builder(Chats.writing(request -> "Yours truly, " + system + ", says hello"))
                        .maxPerTemplate(0));

        assertThat(result.files().get(0).failed()).isEmpty();
    }

    @Test
    void gate_refusesWhatIsTooMuchLikeAnotherResponse() {
        String same = "Nothing special is going on outside, so wear whatever you like";
        Chats.write(
                input,
                List.of(Chats.templated(1), Chats.templated(2), Chats.row(3, "Quite calm, nothing to report here")));

        RegenerationResult result = regenerate(builder(Chats.writing(request -> Chats.number(request) == 1
                        ? same
                        : List.of("quite calm, nothing  to report here", same, same + "!")
                                .get(Chats.attempts(request))))
                .maxPerTemplate(0)
                .rowsPerWave(1));

        assertThat(result.files().get(0).rejected()).containsExactly(entry(Rejection.DUPLICATE, 3));
        assertThat(result.files().get(0).rewritten()).isEqualTo(1);
    }

    @Test
    void gate_takesNoAnswerThatWasCutOffOrCannotBeRead() {
        int[] calls = {0};
        Chats.write(input, List.of(Chats.templated(3)));
        ScriptedChatModel model = ScriptedChatModel.builder()
                .modelId("writer")
                .when(request -> calls[0]++ < 2, "no")
                .otherwise(Chats.reply("something that is long enough"))
                .build();

        RegenerationResult result = regenerate(builder(model).maxPerTemplate(0));

        assertThat(result.files().get(0).rejected()).containsExactly(entry(Rejection.UNREADABLE, 1));
        assertThat(result.files().get(0).rewritten()).isEqualTo(1);
        assertThat(model.requests()).hasSize(3); // what could not be read was asked for once more at once
    }

    // Files

    @Test
    void regenerate_goesThroughSeveralFilesInProportion() {
        Path validation = Chats.write(
                dir.resolve("validation.jsonl"),
                IntStream.range(100, 110).mapToObj(Chats::templated).toList());
        Chats.write(input, IntStream.range(0, 40).mapToObj(Chats::templated).toList());
        Path other = dir.resolve("validation-diverse.jsonl");

        RegenerationResult result = options()
                .maxPerTemplate(8)
                .build()
                .regenerate(List.of(
                        new LLMRegenerator.FilePair(input, output), new LLMRegenerator.FilePair(validation, other)));

        assertThat(result.files()).extracting(RegeneratedFile::kept).containsExactly(8, 2); // 8 * 10 / 40
        assertThat(Chats.read(output)).hasSize(40);
        assertThat(Chats.read(other)).hasSize(10).allMatch(row -> row.contains("\"id\":\"r10"));
        // few rows keep one all the same, and none where none may stay
        Chats.write(validation, List.of(Chats.templated(200)));
        RegenerationForecast few = options().build().forecast(input, validation);
        assertThat(few.files().get(1).kept()).isEqualTo(1);
        assertThat(options()
                        .maxPerTemplate(0)
                        .build()
                        .forecast(input, validation)
                        .files()
                        .get(1)
                        .kept())
                .isZero();
    }

    @Test
    void regenerate_letsNoFileRepeatAnother() {
        Path validation = Chats.write(dir.resolve("validation.jsonl"), List.of(Chats.templated(2)));
        Chats.write(input, List.of(Chats.templated(1)));

        RegenerationResult result = builder(Chats.writing(request -> "the same for both of the two files"))
                .maxPerTemplate(0)
                .build()
                .regenerate(List.of(
                        new LLMRegenerator.FilePair(input, output),
                        new LLMRegenerator.FilePair(validation, dir.resolve("b.jsonl"))));

        assertThat(result.files()).extracting(RegeneratedFile::rewritten).containsExactly(1, 0);
    }

    @Test
    void regenerate_refusesToOverwriteAnInput() throws IOException {
        Chats.write(input, List.of(Chats.templated(1)));
        Path link = Files.createSymbolicLink(dir.resolve("link.jsonl"), input);
        for (Path same : List.of(input, dir.resolve("x/../chats.jsonl"), link)) {
            assertThatThrownBy(() -> options().build().regenerate(input, same))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(same + " is an input, or the output of two files: inputs stay as they are");
        }
        Path missing = dir.resolve("missing.jsonl");
        assertThatThrownBy(() -> options().build().regenerate(missing, output))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no file " + missing);
        assertThatThrownBy(() -> options().build().regenerate(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no file to regenerate");
        Files.writeString(input, "{}\n");
        assertThatThrownBy(() -> options().build().forecast(input)).isInstanceOf(DataFormatException.class);
    }

    @Test
    void regenerate_writesNothingIfAnInputChangesMeanwhile() {
        Chats.write(input, List.of(Chats.templated(1)));
        ChatModel meddling = request -> {
            Chats.write(input, List.of(Chats.templated(1), Chats.templated(2)));
            return ChatResponse.of(Chats.reply(Chats.good(request)));
        };

        assertThatThrownBy(() -> regenerate(builder(meddling).maxPerTemplate(0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("%s has changed since the run began, and nothing was written: start the run again", input);
        assertThat(output).doesNotExist();
    }

    @Test
    void regenerate_leavesNoTemporaryFiles() throws IOException {
        Chats.write(input, Chats.rows(10, 3));

        regenerate(options());

        try (var files = Files.list(dir)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("chats.jsonl", "diverse.jsonl", ".journal");
        }
    }

    // How a run ends

    @Test
    void regenerate_stopsWhereTooManyFail() {
        Chats.write(input, Chats.rows(60, 1000));
        ChatModel hopeless = Chats.writing(request -> Chats.number(request) < 12 ? Chats.good(request) : "no");

        RegenerationResult result = regenerate(builder(hopeless).maxAttempts(1).rowsPerWave(10));

        assertThat(result.isComplete()).isFalse();
        // 10 good; 2 good and 8 bad of the second wave, 10 bad of the third: 18 of 30 are more than half
        assertThat(result.endedEarly())
                .matches(
                        "1[6-9] of 30 responses could not be rewritten, more than maxFailedShare 0.5 allows; most often:"
                                + " shorter than the least length");
        assertThat(output).doesNotExist();
        assertThat(result.files().get(0).diversity()).isNull();
        assertThat(regenerate(builder(hopeless).maxAttempts(1).rowsPerWave(10).maxFailedShare(1))
                        .isComplete())
                .isTrue();
    }

    @Test
    void regenerate_goesOnAfterItsBudgetWasSpent() {
        Chats.write(input, Chats.rows(30, 3));
        regenerate(options());
        List<String> expected = Chats.read(output);
        Path parts = dir.resolve("parts.jsonl");
        LLMRegenerator.Builder builder = options().journal(dir.resolve("parts"));

        RegenerationResult first =
                builder.budget(Budget.builder().maxCalls(7).build()).build().regenerate(input, parts);
        assertThat(first.isComplete()).isFalse();
        assertThat(first.endedEarly()).startsWith("the run ended: The budget does not cover another call");
        assertThat(parts).doesNotExist();

        ScriptedChatModel rest = Chats.good();
        RegenerationResult second =
                builder.chatModel(rest).budget(Budget.UNLIMITED).build().regenerate(input, parts);
        assertThat(second.isComplete()).isTrue();
        assertThat(rest.requests()).hasSize(18 - 7);
        assertThat(Chats.read(parts)).isEqualTo(expected);
    }

    @Test
    void regenerate_throwsWhereNobodyAnswers() {
        Chats.write(input, Chats.rows(4, 1000));
        ChatModel down = request -> {
            throw Scripts.unavailable();
        };

        assertThatThrownBy(() -> regenerate(builder(down))).isInstanceOf(LLMUnavailableException.class);
        assertThat(output).doesNotExist();
    }

    @Test
    void regenerate_asksNobodyASecondTime() {
        Chats.write(input, Chats.rows(30, 3));
        RegenerationResult first = regenerate(options());
        List<String> written = Chats.read(output);
        ScriptedChatModel nobody = ScriptedChatModel.builder().modelId("writer").build();

        RegenerationResult second = regenerate(builder(nobody));

        assertThat(Chats.read(output)).isEqualTo(written);
        assertThat(second.runId()).isEqualTo(first.runId());
        assertThat(second.usage().journalled()).isEqualTo(18);
        assertThat(second.files()).isEqualTo(first.files());
    }

    @Test
    void regenerate_keepsTheSizeOfItsWavesWhenItGoesOn() {
        Chats.write(input, Chats.rows(30, 1000));
        regenerate(options().rowsPerWave(4));
        List<String> expected = Chats.read(output);
        ScriptedChatModel nobody = ScriptedChatModel.builder().modelId("writer").build();

        regenerate(builder(nobody).rowsPerWave(9));

        assertThat(Chats.read(output)).isEqualTo(expected);
    }

    @Test
    void aRunKilledAtAnyCallGoesOnAsIfItHadNotBeen() {
        Chats.write(input, Chats.rows(24, 4));
        LLMRegenerator.Builder whole = builder(Chats.moody()).rowsPerWave(5).journal(dir.resolve("whole"));
        Scripts.Mortal counting = Scripts.Mortal.immortal(Chats.moody());
        RegenerationResult expected = regenerate(whole.chatModel(counting));
        List<String> written = Chats.read(output);
        assertThat(expected.files().get(0).rejected())
                .containsKeys(
                        Rejection.TOO_SHORT,
                        Rejection.TEMPLATED,
                        Rejection.UNGROUNDED,
                        Rejection.UNREADABLE,
                        Rejection.UNANSWERED);

        for (int k = 1; k <= counting.asked(); k++) {
            Path out = dir.resolve("out-" + k + ".jsonl");
            LLMRegenerator.Builder killed = whole.journal(dir.resolve("killed-" + k));
            Scripts.Mortal first = new Scripts.Mortal(Chats.moody(), k);
            assertThatThrownBy(() -> killed.chatModel(first).build().regenerate(input, out))
                    .isInstanceOf(Scripts.Killed.class);
            assertThat(out).doesNotExist();

            Scripts.Mortal second = Scripts.Mortal.immortal(Chats.moody());
            RegenerationResult result = killed.chatModel(second).build().regenerate(input, out);

            assertThat(Chats.read(out)).as("killed at %s", k).isEqualTo(written);
            assertThat(result.files().get(0).rejected())
                    .isEqualTo(expected.files().get(0).rejected());
            // calls that failed are in no journal unless the run went on without them
            assertThat(second.answered()).as("killed at %s", k).isEqualTo(counting.answered() - first.answered());
        }
    }

    @Test
    void theOrderInWhichAnswersComeChangesNothing() {
        Chats.write(input, Chats.rows(24, 4));
        regenerate(builder(Chats.moody()).rowsPerWave(5));
        List<String> expected = Chats.read(output);
        ChatModel moody = Chats.moody();
        for (long seed = 0; seed < 3; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ChatModel uneven = new ChatModel() {
                @Override
                public ChatResponse chat(ChatRequest request) {
                    long wait;
                    synchronized (random) {
                        wait = random.nextInt(4);
                    }
                    try {
                        Thread.sleep(wait);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return moody.chat(request);
                }

                @Override
                public String modelId() {
                    return "writer";
                }
            };
            regenerate(builder(uneven).rowsPerWave(5).journal(dir.resolve("order" + seed)));
            assertThat(Chats.read(output)).isEqualTo(expected);
        }
    }

    // Forecast, progress, result

    @Test
    void forecast_namesRowsTemplatesCallsAndMoney() {
        Chats.write(input, Chats.rows(30, 3));
        Pricing pricing = Pricing.builtIn().with("writer", 1, 1, 10);
        ScriptedChatModel model = Chats.good();

        RegenerationForecast forecast = builder(model)
                .budget(Budget.builder().pricing(pricing).build())
                .build()
                .forecast(input);

        assertThat(model.requests()).isEmpty();
        assertThat(forecast.files()).containsExactly(new RegenerationForecast.FilePlan(input, 30, 20, 2));
        assertThat(forecast.files().get(0).rewritten()).isEqualTo(18);
        assertThat(forecast.templates())
                .containsExactly(new RegenerationForecast.TemplatePlan(Template.Source.PHRASE, Chats.PHRASE, 20));
        assertThat(forecast.calls().leastCalls()).isEqualTo(18);
        assertThat(forecast.calls().mostCalls()).isEqualTo(18 * 3 * 2); // three attempts, each asked twice
        assertThat(forecast.calls().leastCost()).isPresent();
        assertThat(forecast.calls().mostCost().getAsDouble())
                .isGreaterThan(3 * forecast.calls().leastCost().getAsDouble());

        regenerate(builder(model));
        assertThat(model.requests()).hasSize(18);
        StringBuilder out = new StringBuilder();
        forecast.display(out);
        assertThat(out.toString()).contains("to rewrite", Chats.PHRASE, "phrase", "calls", "18", "108", "cost");
    }

    @Test
    void onProgress_tellsOfEachWaveWithMoneyAndTimeLeft() {
        Chats.write(input, Chats.rows(25, 1000)); // one is like no other, two of 24 stay
        List<RegenerationProgress> seen = new ArrayList<>();
        int[] seconds = {0};

        regenerate(
                options().rowsPerWave(11).onProgress(seen::add).clock(() -> Instant.ofEpochSecond(10L * seconds[0]++)));

        assertThat(seen).extracting(RegenerationProgress::done).containsExactly(11, 22);
        assertThat(seen).allMatch(progress -> progress.total() == 22 && progress.failed() == 0);
        assertThat(seen).allMatch(progress -> progress.input().equals(input));
        // half is done after ten seconds, all after twenty
        assertThat(seen)
                .extracting(RegenerationProgress::timeLeft)
                .containsExactly(Optional.of(Duration.ofSeconds(10)), Optional.of(Duration.ZERO));
        assertThat(seen.get(1).usage().calls()).isEqualTo(22);
    }

    @Test
    void result_comparesDiversityAndPrintsWhatHappened() {
        Chats.write(input, Chats.rows(24, 4));

        RegenerationResult result = regenerate(builder(Chats.moody()));

        RegeneratedFile file = result.files().get(0);
        assertThat(file.diversity().after().score())
                .isGreaterThan(file.diversity().before().score());
        StringBuilder out = new StringBuilder();
        result.display(out);
        assertThat(out.toString())
                .contains("diverse.jsonl", "templated", "attempts refused", "follows a template", "diversity", "calls");
    }

    @Test
    void result_warnsAboveFivePercent() {
        Map<Rejection, Integer> one = Map.of(Rejection.TEMPLATED, 1);
        StringBuilder out = new StringBuilder();
        result(19, one).display(out);
        assertThat(out.toString()).doesNotContain("warning");
        result(18, one).display(out);
        assertThat(out.toString()).contains("warning: 5.3% could not be rewritten and stayed as they were"); // 1 of 19
    }

    private RegenerationResult result(int rewritten, Map<Rejection, Integer> failed) {
        RegeneratedFile file = new RegeneratedFile(input, output, 30, 20, 0, rewritten, failed, failed, null);
        return new RegenerationResult(List.of(file), RunUsage.NONE, null, "run");
    }

    // Options

    @Test
    void build_refusesWhatCannotBe() {
        assertThatThrownBy(() -> LLMRegenerator.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("chatModel is required: LLMRegenerator.builder().chatModel(model)");
        assertThatThrownBy(() -> options().minLength(30).maxLength(20).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("minLength must be at most maxLength but was 30 > 20");
        assertThatThrownBy(() ->
                        options().budget(Budget.builder().maxCost(1).build()).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("writer");
        assertThatThrownBy(() -> options().maxPerTemplate(-1))
                .hasMessageContaining("maxPerTemplate must be at least 0");
        assertThatThrownBy(() -> options().passagesPerPrompt(0)).hasMessageContaining("passagesPerPrompt");
        assertThatThrownBy(() -> options().outputWindow(-1)).hasMessageContaining("outputWindow");
        assertThatThrownBy(() -> options().temperature(2.1)).hasMessageContaining("temperature");
        assertThatThrownBy(() -> options().maxAnswerTokens(0)).hasMessageContaining("maxAnswerTokens");
        assertThatThrownBy(() -> options().minLength(0)).hasMessageContaining("minLength");
        assertThatThrownBy(() -> options().maxLength(0)).hasMessageContaining("maxLength");
        assertThatThrownBy(() -> options().duplicateThreshold(0)).hasMessageContaining("duplicateThreshold");
        assertThatThrownBy(() -> options().maxAttempts(0)).hasMessageContaining("maxAttempts");
        assertThatThrownBy(() -> options().rowsPerWave(0)).hasMessageContaining("rowsPerWave");
        assertThatThrownBy(() -> options().personaField(" ")).hasMessageContaining("personaField");
        assertThatThrownBy(() -> options().persona("a", " ")).hasMessageContaining("instruction");
        assertThatThrownBy(() -> options().persona(" ", "a")).hasMessageContaining("persona");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void maxFailedShare_isAShare(double share) {
        assertThatThrownBy(() -> options().maxFailedShare(share)).hasMessageContaining("maxFailedShare must be in [0");
    }

    // What a review found

    /** Always the same failure for some rows. */
    private static ChatModel failingFor(LLMException failure, Integer... numbers) {
        List<Integer> failing = List.of(numbers);
        return ScriptedChatModel.builder()
                .modelId("writer")
                .when(request -> failing.contains(Chats.number(request)), request -> {
                    throw failure;
                })
                .when(request -> true, request -> ChatResponse.of(Chats.reply(Chats.good(request))))
                .build();
    }

    @Test
    void regenerate_keepsTheOriginalOfRowsThatNeverGetAnAnswer_andSaysSoEachTime() {
        Chats.write(input, Chats.rows(40, 1000));
        for (LLMException failure : List.of(
                new LLMContentFilteredException("refused", Failure.UNKNOWN),
                new LLMInvalidRequestException("too long", Failure.UNKNOWN),
                Scripts.unavailable())) {
            LLMRegenerator.Builder builder = builder(failingFor(failure, 30, 39))
                    .rowsPerWave(16)
                    .journal(dir.resolve(failure.getClass().getSimpleName()));
            for (int time = 0; time < 2; time++) {
                RegenerationResult result = regenerate(builder);

                assertThat(result.endedEarly()).isNull();
                assertThat(result.files().get(0).failed()).containsExactly(entry(Rejection.UNANSWERED, 2));
                assertThat(result.files().get(0).rejected()).containsExactly(entry(Rejection.UNANSWERED, 6));
            }
        }
    }

    @Test
    void regenerate_holdsWavesToTheirSize() {
        Chats.write(input, Chats.rows(23, 1000));
        List<Integer> done = new ArrayList<>();
        List<Integer> asked = new ArrayList<>();
        ScriptedChatModel model = Chats.writing(
                request -> Chats.attempts(request) < Chats.number(request) % 3 ? "no" : Chats.good(request));

        regenerate(builder(model).maxPerTemplate(0).rowsPerWave(4).onProgress(progress -> {
            done.add(progress.done());
            asked.add(model.requests().size());
        }));

        for (int wave = 0; wave < asked.size(); wave++) {
            int size = asked.get(wave) - (wave == 0 ? 0 : asked.get(wave - 1));
            assertThat(size).isLessThanOrEqualTo(4);
            if (done.get(wave) < 18) { // later there are no other rows to fill it with
                assertThat(size).isEqualTo(4);
            }
        }
    }

    @Test
    void result_pairsTheSameRowsWhereSomeHaveNoResponse() {
        List<String> rows = new ArrayList<>(Chats.rows(12, 3));
        rows.set(0, "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello?\"}]}");
        Chats.write(input, rows);

        regenerate(options()).files().get(0).diversity().sample(100, 1).forEach(pair -> {
            assertThat(pair.after().row()).isEqualTo(pair.before().row());
            String original = content(rows.get(pair.before().row()));
            assertThat(pair.before().text()).isEqualTo(original);
        });
    }

    @Test
    void maxPerTemplate_mayBeAsLargeAsItCan() {
        Chats.write(input, Chats.rows(9, 1000));

        RegenerationForecast forecast =
                options().maxPerTemplate(Integer.MAX_VALUE).build().forecast(input);

        assertThat(forecast.files().get(0).rewritten()).isZero();
    }

    @Test
    void gate_refusesTheOriginalInOtherWords_andWhatIsMuchLikeAResponseThatStays() {
        assertThat(regenerateOne(
                                options(),
                                "Well, here's the weather you asked for: 14 degrees in Quito.",
                                "Well, here is weather you asked for: 14 degrees in Quito.")
                        .rejected())
                .containsOnlyKeys(Rejection.DUPLICATE);
        Chats.write(
                input,
                List.of(Chats.templated(3), Chats.row(4, "Mild and grey all day, nothing that calls for a coat")));
        RegenerationResult result =
                regenerate(builder(Chats.writing(request -> "Mild and grey all day, nothing that calls for a cloak"))
                        .maxPerTemplate(0));
        assertThat(result.files().get(0).failed()).containsOnlyKeys(Rejection.DUPLICATE);
    }

    @Test
    void gate_refusesWhatIsNoMessage() {
        for (String response :
                List.of("{'response': 'it is mild out there'}", "<tool_call>look it up again</tool_call>")) {
            assertThat(regenerateOne(options(), response).failed()).containsOnlyKeys(Rejection.LEAKED);
        }
        assertThat(regenerateOne(options(), "\u200B.".repeat(25)).failed()).containsOnlyKeys(Rejection.TOO_SHORT);
    }

    @Test
    void gate_knowsInstructionsOfFewWordsToo() {
        LLMRegenerator.Builder builder = options().persona("sailor", "A drunken sailor, at most 40 words");
        assertThat(regenerateOne(builder, "As a drunken sailor, at most 40 words, I say hello")
                        .failed())
                .containsOnlyKeys(Rejection.LEAKED);
        // numbers of an instruction are no facts
        assertThat(regenerateOne(builder, "It might get to 40 degrees before the evening")
                        .failed())
                .containsOnlyKeys(Rejection.UNGROUNDED);
        assertThat(regenerateOne(options(), "State no number and no name, they told me")
                        .failed())
                .containsOnlyKeys(Rejection.LEAKED);
    }

    @Test
    void gate_letsPassWhatASystemPromptSaysToPassOn() {
        String address = "https://www.example.com/help/en/weather/alerts/norway/today/now/more/and/more";
        Chats.write(
                input,
                List.of(Chats.templated(3).replace("where they are.", "where they are. Send them to " + address)));

        RegenerationResult result =
                regenerate(builder(Chats.writing(request -> "Grey skies; see " + address + " for alerts"))
                        .maxPerTemplate(0));

        assertThat(result.files().get(0).failed()).isEmpty();
    }

    @Test
    void forecast_countsTheLongestAnswersThereMayBe() {
        Chats.write(input, Chats.rows(10, 1000));

        RegenerationForecast forecast = options().build().forecast(input);

        // 7 rows, 3 attempts each, each asked twice, 500 tokens each; one row of ten is like no other, two stay
        assertThat(forecast.calls().mostTokens().completionTokens()).isEqualTo(7 * 3 * 2 * 500);
    }

    @Test
    void onProgress_countsTheTimeOfThisTryOnly() {
        Chats.write(input, Chats.rows(41, 1000)); // 38 are to be rewritten
        LLMRegenerator.Builder builder = options().rowsPerWave(19);
        regenerate(builder.budget(Budget.builder().maxCalls(19).build()));
        List<RegenerationProgress> seen = new ArrayList<>();
        int[] seconds = {0};

        regenerate(builder.budget(Budget.UNLIMITED)
                .onProgress(seen::add)
                .clock(() -> Instant.ofEpochSecond(10L * seconds[0]++)));

        assertThat(seen)
                .extracting(RegenerationProgress::timeLeft)
                .containsExactly(Optional.empty(), Optional.of(Duration.ZERO));
    }

    @Test
    void regenerate_paysNothingTwiceForAFileThatWasAddedTo() {
        List<String> rows = new ArrayList<>(Chats.rows(20, 1000));
        Chats.write(input, rows);
        regenerate(options().kept(LLMRegenerator.Kept.FIRST));
        rows.add(Chats.row(99, "one more, and it is like no other"));
        Chats.write(input, rows);
        ScriptedChatModel nobody = ScriptedChatModel.builder().modelId("writer").build();

        RegenerationResult result = regenerate(builder(nobody).kept(LLMRegenerator.Kept.FIRST));

        assertThat(result.isComplete()).isTrue();
        assertThat(Chats.read(output)).hasSize(21);
    }

    @Test
    void regenerate_asksForEachOfEqualRows() {
        String row = Chats.templated(3);
        Chats.write(input, List.of(row, row, row));
        int[] calls = {0};
        ChatModel model = request -> {
            synchronized (calls) {
                return ChatResponse.of(Chats.reply(Seeds.words(calls[0]++)));
            }
        };

        regenerate(builder(model).maxPerTemplate(0));

        assertThat(Chats.read(output)).doesNotHaveDuplicates();
        List<String> written = Chats.read(output);
        regenerate(builder(model).maxPerTemplate(0));
        assertThat(Chats.read(output)).isEqualTo(written);
        assertThat(calls[0]).isEqualTo(3);
    }

    @Test
    void prompt_alwaysHasTheTemplateThatTheOriginalFollows() {
        Templates.Builder many = Templates.builder().mine(false);
        for (int i = 0; i < 30; i++) {
            many.phrase(Seeds.words(i));
        }
        Chats.write(input, List.of(Chats.templated(3)));
        ScriptedChatModel model = Chats.good();

        regenerate(builder(model).templates(many.phrase(Chats.PHRASE).build()).maxPerTemplate(0));

        JsonNode forms = Prompts.below(model.requests().get(0), "Phrases that have been written");
        assertThat(forms).hasSize(20);
        assertThat(forms.path(0).asText()).isEqualTo(Chats.PHRASE);
    }

    @Test
    void regenerate_refusesADirectoryForAnOutput() {
        Chats.write(input, List.of(Chats.templated(1)));

        assertThatThrownBy(() -> options().build().regenerate(input, dir))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(dir + " is a directory: name a file to write");
    }

    @Test
    void corpus_needsPassagesOnlyForWhatIsRewritten() throws IOException {
        Path corpus = Files.writeString(dir.resolve("poet.txt"), Seeds.words(1) + Seeds.words(2));
        LLMRegenerator.Builder builder =
                options().corpus(StyleCorpus.builder().file("poet", corpus).build());
        Chats.write(input, List.of(Chats.templated(3), Chats.templated(4)));
        assertThat(regenerate(builder).isComplete()).isTrue(); // both stay

        String poet = Chats.templated(3).replace("\"sailor\"", "\"poet\"");
        String nobody = Chats.templated(4).replace(",\"tags\":{\"persona\":\"sailor\"}", "");
        Chats.write(input, List.of(poet, nobody));
        assertThat(regenerate(builder.maxPerTemplate(0)).files().get(0).rewritten())
                .isEqualTo(2);
    }

    @Test
    void regenerate_writesWhatWasJudgedWhereAReplyHasHalfACharacter() {
        Chats.write(input, List.of(Chats.templated(3)));

        regenerate(builder(Chats.writing(request -> "A broken sign \\ud83c amid the message, sorry"))
                .maxPerTemplate(0));

        assertThat(content(Chats.read(output).get(0))).isEqualTo("A broken sign \uFFFD amid the message, sorry");
    }
}
