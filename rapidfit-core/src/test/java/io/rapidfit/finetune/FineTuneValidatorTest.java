package io.rapidfit.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.check.DatasetIssue;
import io.rapidfit.check.NearDuplicates;
import io.rapidfit.check.PersonalData;
import io.rapidfit.finetune.ValidationReport.Band;
import io.rapidfit.finetune.ValidationReport.FileReport;
import io.rapidfit.finetune.ValidationReport.Problem;
import io.rapidfit.finetune.ValidationReport.Tokens;
import io.rapidfit.testing.DefaultLocale;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FineTuneValidatorTest {

    /** No two of them alike. */
    private static final List<String> TEXTS = List.of(
            "Where has my parcel gone?",
            "I was charged twice this month",
            "The kettle leaks from below",
            "Please close my account",
            "Does the lamp come in green?",
            "Nobody answers your telephone",
            "How long is the guarantee?",
            "My password no longer works",
            "The driver was very kind",
            "Send me another invoice");

    @TempDir
    Path directory;

    private static FineTuneValidator.Builder validator() {
        return FineTuneValidator.builder().minLines(1);
    }

    private static String json(String json) {
        return json.replace('\'', '"');
    }

    private static String line(String user, String label) {
        return Json.write(ChatLine.write(
                FineTuneFormat.OPENAI_CHAT,
                List.of(Turn.user(user), Turn.assistant("{\"label\":\"" + label + "\"}")),
                Json.object()));
    }

    private static List<String> good() {
        List<String> lines = new ArrayList<>();
        TEXTS.forEach(text -> lines.add(line(text, lines.size() % 2 == 0 ? "a" : "b")));
        return lines;
    }

    private Path file(String name, List<String> lines) throws IOException {
        return Files.writeString(directory.resolve(name), String.join("\n", lines) + (lines.isEmpty() ? "" : "\n"));
    }

    private FileReport validate(FineTuneValidator.Builder validator, String... lines) throws IOException {
        return validator
                .build()
                .validate(file("train.jsonl", List.of(lines)))
                .files()
                .get(0);
    }

    private static List<Problem> examples(FileReport report, ValidationCheck check) {
        return report.failures().get(check).examples();
    }

    @Test
    void validate_findsNothingWrongWithAGoodFile() throws IOException {
        Path train = file("train.jsonl", good());

        ValidationReport report = FineTuneValidator.builder().build().validate(train);

        assertThat(report.passed()).isTrue();
        assertThat(report.score()).isEqualTo(100);
        assertThat(report.band()).isEqualTo(Band.GOOD);
        FileReport file = report.files().get(0);
        assertThat(file.failures()).isEmpty();
        assertThat(file.bytes()).isEqualTo(Files.size(train));
        assertThat(file.labels()).isEqualTo(Map.of("a", 5, "b", 5));
        assertThat(List.of(file.lines(), file.wellFormed(), file.withoutPersonalData(), file.unique()))
                .containsOnly(10);
        // texts of 25, 30, 27, 23, 28, 29, 26, 27, 24 and 23 characters make 7, 8, 7, 6, 7, 8, 7, 7, 6 and 6 tokens,
        // 69;
        // {"label":"a"} makes 4, two messages 8, the line 3
        assertThat(file.tokens()).isEqualTo(new Tokens(69 + 10 * 15, 21, 22, 23));
    }

    @Test
    void validate_namesLinesThatCannotBeReadAndCountsThemAsFailures() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String line : good()) {
            bytes.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
        bytes.write("secret: ana@example.com\n\n \n".getBytes(StandardCharsets.UTF_8)); // two blank lines
        bytes.write(new byte[] {'"', (byte) 0xE9, '"', '\n'});
        bytes.write("{\"messages\":[{\"role\"".getBytes(StandardCharsets.UTF_8)); // cut off
        Path file = Files.write(directory.resolve("x.jsonl"), bytes.toByteArray());

        ValidationReport report = FineTuneValidator.builder().build().validate(file);

        FileReport found = report.files().get(0);
        assertThat(found.lines()).isEqualTo(13);
        assertThat(found.count(ValidationCheck.UNREADABLE)).isEqualTo(3);
        assertThat(examples(found, ValidationCheck.UNREADABLE))
                .extracting(Problem::line)
                .containsExactly(11, 14, 15);
        assertThat(examples(found, ValidationCheck.UNREADABLE).get(1).message()).isEqualTo("is not in UTF-8");
        assertThat(report.toJson()).doesNotContain("secret", "ana@");
        // ten lines of 13 are well-formed, without personal data, and unique
        assertThat(report.score()).isCloseTo(100 * 10 / 13.0, within(1e-9));
        assertThat(report.passed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OPENAI_CHAT | [] | is no JSON object",
                "OPENAI_CHAT | 1 | is no JSON object",
                "OPENAI_CHAT | {} | \"messages\" must be a list of at least one message",
                "OPENAI_CHAT | {'messages':{}} | \"messages\" must be a list of at least one message",
                "OPENAI_CHAT | {'messages':[]} | \"messages\" must be a list of at least one message",
                "OPENAI_CHAT | {'messages':[1]} | \"messages.0\" must be an object",
                "OPENAI_CHAT | {'messages':[{'role':'human','content':'x'}]} | \"messages.0.role\" must be one of [assistant, developer,",
                "OPENAI_CHAT | {'messages':[{'role':1,'content':'x'}]} | \"messages.0.role\" must be one of",
                "OPENAI_CHAT | {'messages':[{'role':'user','content':1}]} | \"messages.0.content\" must be a string, or a list of parts",
                "OPENAI_CHAT | {'messages':[{'role':'user'}]} | \"messages.0.content\" must be a string, or a list of parts",
                "OPENAI_CHAT | {'messages':[{'role':'user','content':[1]}]} | each part of \"messages.0.content\" must be an object",
                "OPENAI_CHAT | {'messages':[{'role':'user','content':[{'type':'text'}]}]} | each part of \"messages.0.content\"",
                "OPENAI_CHAT | {'messages':[{'role':'user','content':'x','mood':'y'}]} | \"messages.0\" has a member beside [content,",
                "OPENAI_CHAT | {'messages':[{'role':'user','content':'x'}],'id':1} | the line has a member beside [functions, messages,",
                "OPENAI_CHAT | {'messages':[{'role':'assistant','content':'x','weight':0.5}]} | \"messages.0.weight\" must be 0 or 1",
                "OPENAI_CHAT | {'messages':[{'role':'assistant','content':'x','weight':2}]} | \"messages.0.weight\" must be 0 or 1",
                "CHAT | {'text':'x'} | \"messages\" must be a list of at least one message",
                "ANTHROPIC_CHAT | {'messages':[{'role':'system','content':'x'}]} | \"messages.0.role\" must be one of [assistant, user]",
                "ANTHROPIC_CHAT | {'system':1,'messages':[{'role':'user','content':'x'}]} | \"system\" must be a string",
                "ANTHROPIC_CHAT | {'messages':[{'role':'user','content':[]}]} | \"messages.0.content\" must be a string",
                "ANTHROPIC_CHAT | {'messages':[{'role':'user','content':'x'}],'metadata':{}} | the line has a member beside [messages, system]",
                "PROMPT_COMPLETION | {'completion':'x'} | \"prompt\" must be a string, or a list of messages",
                "PROMPT_COMPLETION | {'prompt':'x','completion':null} | \"completion\" must be a string, or a list of messages"
            })
    void validate_findsLinesThatAreNotOfTheFormat(FineTuneFormat format, String line, String problem)
            throws IOException {
        FileReport found = validate(validator().format(format), json(line));

        assertThat(examples(found, ValidationCheck.SCHEMA).get(0).message()).startsWith(problem);
        assertThat(found.wellFormed()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OPENAI_CHAT | {'messages':[{'role':'developer','content':'s'},{'role':'user','content':'u','name':'n'},"
                        + "{'role':'user','content':'v'},{'role':'assistant','content':'a','weight':0}],'tools':[]}",
                "OPENAI_CHAT | {'messages':[{'role':'user','content':[{'type':'text','text':'u'},{'type':'image_url','image_url':{}}]},"
                        + "{'role':'assistant','content':null,'tool_calls':[{'id':'1'}]},"
                        + "{'role':'tool','tool_call_id':'1','content':'t'},{'role':'tool','tool_call_id':'2','content':'t'},"
                        + "{'role':'assistant','content':'a'}]}",
                "OPENAI_CHAT | {'messages':[{'role':'user','content':'u'},{'role':'assistant','function_call':{'name':'f'}}]}",
                "CHAT | {'messages':[{'role':'user','content':'u'},{'role':'assistant','content':'a','thinking':'t'}],'source':'s'}",
                "ANTHROPIC_CHAT | {'system':'s','messages':[{'role':'user','content':'u'},{'role':'assistant','content':'a'},"
                        + "{'role':'user','content':'u'},{'role':'assistant','content':'a'}]}",
                "PROMPT_COMPLETION | {'prompt':'u','completion':'a','metadata':{'any':1}}",
                "PROMPT_COMPLETION | {'prompt':[{'role':'system','content':'s'},{'role':'user','content':'u'}],"
                        + "'completion':[{'role':'assistant','content':'a'}]}"
            })
    void validate_acceptsWhatFormatsAllow(FineTuneFormat format, String line) throws IOException {
        FileReport found = validate(validator().format(format), json(line));

        assertThat(found.failures()).isEmpty();
        assertThat(found.score()).isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CHAT | s u | does not end with the assistant",
                "CHAT | s | does not start with the user",
                "CHAT | a | does not start with the user",
                "CHAT | s a u a | does not start with the user",
                "CHAT | s s u a | has more than one system prompt",
                "CHAT | u s a | has a system prompt that is not its first message",
                "CHAT | u u a | has two messages of the user in a row",
                "CHAT | u a a | has two messages of the assistant in a row",
                "CHAT | u a t a | has a tool's answer that nobody asked for",
                "OPENAI_CHAT | t u a | does not start with the user",
                "OPENAI_CHAT | u a u | does not end with the assistant",
                "ANTHROPIC_CHAT | u a u u a | has two messages of the user in a row"
            })
    void validate_findsWhoSpeaksOutOfTurn(FineTuneFormat format, String roles, String problem) throws IOException {
        List<String> messages = new ArrayList<>();
        Map<String, String> names = Map.of("s", "system", "u", "user", "a", "assistant", "t", "tool");
        for (String role : roles.split(" ", -1)) {
            messages.add("{'role':'" + names.get(role) + "','content':'x'}");
        }

        FileReport found =
                validate(validator().format(format), json("{'messages':[" + String.join(",", messages) + "]}"));

        assertThat(examples(found, ValidationCheck.ROLE_ORDER).get(0).message()).isEqualTo(problem);
        assertThat(found.wellFormed()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"'', x, user", "x, ' ', assistant", "\u00a0, x, user"})
    void validate_findsBlankMessages(String user, String assistant, String role) throws IOException {
        FileReport found = validate(
                validator().format(FineTuneFormat.PROMPT_COMPLETION),
                Json.write(Json.object().put("prompt", user).put("completion", assistant)));

        assertThat(examples(found, ValidationCheck.EMPTY_CONTENT).get(0).message())
                .isEqualTo("has a blank message of the " + role);
        assertThat(found.wellFormed()).isZero();
    }

    @Test
    void shape_isWhatCompletionsMustBe() throws IOException {
        FineTuneValidator.Builder validator = validator()
                .shape(CompletionShape.builder().choice("label", List.of("a")).build());
        String call = json("{'messages':[{'role':'user','content':'call'},"
                + "{'role':'assistant','content':null,'tool_calls':[{'id':'1'}]}]}");

        FileReport found = validate(validator, line("one", "a"), line("two", "b"), call);

        assertThat(examples(found, ValidationCheck.COMPLETION))
                .containsExactly(new Problem(2, "its completion \"label\" is none of [a]", "two"));
        assertThat(found.wellFormed()).isEqualTo(2);
    }

    @Test
    void maxTokens_findsLongLines() throws IOException {
        // 12345678 is 2 tokens, {"label":"a"} 4, and 11 around them
        FileReport found = validate(validator().maxTokens(17), line("12345678", "a"), line("123456789", "a"));

        assertThat(examples(found, ValidationCheck.TOO_LONG))
                .containsExactly(new Problem(2, "has 18 tokens, more than 17", "123456789"));
        assertThat(found.wellFormed()).isEqualTo(1);
        assertThat(validate(validator().maxTokens(11).tokenCounter(text -> 0), line("12345678", "a"))
                        .count(ValidationCheck.TOO_LONG))
                .isZero();
    }

    @Test
    void validate_findsPersonalDataInPromptsAndCompletionsAndQuotesNone() throws IOException {
        String inPrompt = line("Write to ana@example.com or bo@example.com today", "a");
        String inAnswer = json("{'messages':[{'role':'user','content':'Who rang?'},{'role':'assistant','content':"
                + "'{\\'label\\':\\'a\\',\\'phoneNumber\\':\\'7742081\\'}'}]}");
        String inMetadata = json("{'messages':[{'role':'user','content':'Fine'},{'role':'assistant','content':'ok'}],"
                + "'metadata':{'by':'cy@example.com'}}");
        String inLabel = line("Label me", "dee@example.com");
        Path file = file("x.jsonl", List.of(inPrompt, inAnswer, inMetadata, inLabel));

        ValidationReport report =
                validator().format(FineTuneFormat.CHAT).build().validate(file);

        FileReport found = report.files().get(0);
        assertThat(examples(found, ValidationCheck.PERSONAL_DATA))
                .containsExactly(
                        new Problem(1, "has 2 email", "Write to *** or *** today"),
                        new Problem(2, "has 1 phone", "Who rang?"),
                        new Problem(4, "has 1 email", "Label me"));
        assertThat(found.withoutPersonalData()).isEqualTo(1);
        assertThat(found.labels()).isEqualTo(Map.of("a", 2, "***", 1));
        // 40 + 30 / 4 + 30
        assertThat(report.score()).isCloseTo(77.5, within(1e-9));
        StringBuilder out = new StringBuilder();
        report.display(out);
        assertThat(out + report.toJson()).doesNotContain("ana@", "bo@", "cy@", "dee@", "7742081");
    }

    @Test
    void personalData_isTheCallersIdeaOfIt() throws IOException {
        PersonalData british = PersonalData.builder().region("GB").build();
        String line = line("The code is 02079460123", "a");

        assertThat(validate(validator(), line).count(ValidationCheck.PERSONAL_DATA))
                .isZero();
        assertThat(validate(validator().personalData(british), line).count(ValidationCheck.PERSONAL_DATA))
                .isEqualTo(1);
    }

    @Test
    void validate_findsLinesThatRepeatOthers() throws IOException {
        List<String> lines = good();
        lines.add(line("WHERE has my  parcel gone?", "a")); // line 11 repeats line 1
        lines.add(line("I was charged twice this month!", "b")); // line 12 nearly repeats line 2
        lines.add(line("The kettle leaks from below!", "b")); // a twin of line 3, with another label
        lines.add(line("Please close my account", "a")); // line 14 contradicts line 4, which says b
        lines.add(line("please close my account", "a")); // line 15 repeats line 14

        FileReport found =
                validator().build().validate(file("x.jsonl", lines)).files().get(0);

        assertThat(examples(found, ValidationCheck.DUPLICATE))
                .containsExactly(
                        new Problem(11, "has prompt and label of line 1", "WHERE has my  parcel gone?"),
                        new Problem(15, "has prompt and label of line 14", "please close my account"));
        // "i was charged twice this month" has 30 characters, 27 4-grams; with "!" there is one more: 27 / 28 = 0.96
        assertThat(examples(found, ValidationCheck.NEAR_DUPLICATE))
                .containsExactly(
                        new Problem(12, "has nearly the prompt of line 2 (0.96)", "I was charged twice this month!"));
        assertThat(examples(found, ValidationCheck.CONTRADICTION))
                .extracting(Problem::line, Problem::message)
                .containsExactly(
                        tuple(4, "has the prompt of line 14, and another label"),
                        tuple(14, "has the prompt of line 4, and another label"));
        // of 15 lines 11 and 15, 12, 4 and 14 are not unique: 40 + 30 + 30 * 10 / 15
        assertThat(found.unique()).isEqualTo(10);
        assertThat(found.score()).isCloseTo(90, within(1e-9));
        assertThat(Band.of(found.score())).isEqualTo(Band.GOOD);
    }

    @Test
    void validate_comparesPromptsWithOtherSystemPromptsNot() throws IOException {
        String one = json("{'messages':[{'role':'system','content':'Topic?'},{'role':'user','content':'late again'},"
                + "{'role':'assistant','content':'delivery'}]}");

        FileReport found =
                validate(validator(), one, one.replace("Topic?", "Mood?").replace("delivery", "angry"));

        assertThat(found.failures()).isEmpty();
        assertThat(validate(validator(), one, one.replace("delivery", "angry")).count(ValidationCheck.CONTRADICTION))
                .isEqualTo(2);
    }

    @Test
    void validate_takesInstructionsThatAllPromptsHaveForNoLikeness() throws IOException {
        List<String> lines = new ArrayList<>();
        String instructions = "Say which topic the following message of a customer has, and answer with JSON.\n\n";
        TEXTS.forEach(text -> lines.add(
                Json.write(Json.object().put("prompt", instructions + text).put("completion", "{\"label\":\"a\"}"))));

        FileReport found = validator()
                .format(FineTuneFormat.PROMPT_COMPLETION)
                .build()
                .validate(file("x.jsonl", lines))
                .files()
                .get(0);

        assertThat(found.failures()).isEmpty();
    }

    @Test
    void validate_findsWhatFilesShare() throws IOException {
        Path train = file("train.jsonl", good());
        Path validation = file(
                "validation.jsonl",
                List.of(line("Where has my parcel gone?", "a"), line("Something else entirely", "a")));
        Path test = file(
                "test.jsonl",
                List.of(line("I was charged twice this month!", "x"), line("something ELSE entirely", "a")));

        ValidationReport report = validator().build().validate(train, validation, test);

        assertThat(report.files().get(0).failures()).isEmpty();
        assertThat(examples(report.files().get(1), ValidationCheck.OVERLAP))
                .containsExactly(
                        new Problem(1, "has the prompt of line 1 of train.jsonl", "Where has my parcel gone?"));
        assertThat(examples(report.files().get(2), ValidationCheck.OVERLAP))
                .extracting(Problem::line, Problem::message)
                .containsExactly( // a near one whatever its label
                        tuple(1, "has nearly the prompt of line 2 of train.jsonl (0.96)"),
                        tuple(2, "has the prompt of line 2 of validation.jsonl"));
        // 14 lines, three of them not unique: 70 + 30 * 11 / 14
        assertThat(report.score()).isCloseTo(70 + 30 * 11 / 14.0, within(1e-9));
        assertThat(report.passed()).isFalse();
    }

    @Test
    void nearDuplicates_areTheCallersIdeaOfThem() throws IOException {
        String[] lines = {line("I was charged twice this month", "a"), line("I was charged twice this year", "a")};

        // 4-grams: 27 and 26, of which the first 22 are common ("i was charged twice this " has 25 characters): 22 / 31
        assertThat(validate(validator(), lines).count(ValidationCheck.NEAR_DUPLICATE))
                .isZero();
        assertThat(validate(
                                validator()
                                        .nearDuplicates(NearDuplicates.builder()
                                                .threshold(0.7)
                                                .build()),
                                lines)
                        .count(ValidationCheck.NEAR_DUPLICATE))
                .isEqualTo(1);
    }

    @Test
    void validate_tellsOfRareLabels() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            lines.add(line("text " + "abcdefghijk".charAt(i), "often"));
        }
        lines.add(line("else", "rare"));
        FineTuneValidator.Builder validator = validator();

        FileReport found =
                validator.build().validate(file("x.jsonl", lines)).files().get(0);

        // 1 is less than 0.1 * 11
        assertThat(examples(found, ValidationCheck.IMBALANCE))
                .containsExactly(new Problem(
                        0, "1 of 2 labels have less than 0.1 times the lines of the most frequent: rare", ""));
        assertThat(ValidationCheck.IMBALANCE.severity()).isEqualTo(DatasetIssue.Severity.WARNING);
        lines.remove(0); // 1 is not less than 0.1 * 10
        assertThat(validator
                        .build()
                        .validate(file("x.jsonl", lines))
                        .files()
                        .get(0)
                        .count(ValidationCheck.IMBALANCE))
                .isZero();
        assertThat(validator
                        .minLabelRatio(0.11)
                        .build()
                        .validate(file("x.jsonl", lines))
                        .files()
                        .get(0)
                        .count(ValidationCheck.IMBALANCE))
                .isEqualTo(1);
    }

    @Test
    void labelField_isWhereTheLabelIs() throws IOException {
        String one = line("text", "x").replace("label", "topic");
        String other = line("text", "x").replace("label", "topic").replace("}\"}", ",\\\"why\\\":1}\"}");

        assertThat(validate(validator(), one, other).count(ValidationCheck.CONTRADICTION))
                .isEqualTo(2);
        FileReport found = validate(validator().labelField("topic"), one, other);
        assertThat(found.count(ValidationCheck.DUPLICATE)).isEqualTo(1);
        assertThat(found.labels()).isEqualTo(Map.of("x", 2));
    }

    @ParameterizedTest
    @CsvSource({"OPENAI_CHAT, 10", "ANTHROPIC_CHAT, 1", "CHAT, 1", "PROMPT_COMPLETION, 1"})
    void minLines_isWhatTheServiceWants(FineTuneFormat format, int least) throws IOException {
        FineTuneValidator validator = FineTuneValidator.builder().format(format).build();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < least; i++) {
            lines.add("{}");
        }
        Path enough = file("enough.jsonl", lines);
        Path few = file("few.jsonl", lines.subList(0, least - 1));

        ValidationReport report = validator.validate(few, few);

        assertThat(validator.validate(enough).files().get(0).count(ValidationCheck.TOO_FEW))
                .isZero();
        assertThat(report.files().get(0).count(least == 1 ? ValidationCheck.EMPTY_FILE : ValidationCheck.TOO_FEW))
                .isEqualTo(1);
        assertThat(report.files().get(1).count(ValidationCheck.TOO_FEW)).isZero(); // not trained on
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "\uFEFF"})
    void validate_failsFilesWithoutLines(String content) throws IOException {
        Path file = Files.writeString(directory.resolve("x.jsonl"), content);

        ValidationReport report = FineTuneValidator.builder().build().validate(file);

        assertThat(report.score()).isZero();
        assertThat(report.band()).isEqualTo(Band.POOR);
        assertThat(report.passed()).isFalse();
        assertThat(report.files().get(0).failures()).containsOnlyKeys(ValidationCheck.EMPTY_FILE);
        assertThat(report.files().get(0).tokens()).isEqualTo(new Tokens(0, 0, 0, 0));
    }

    @ParameterizedTest
    @CsvSource({"100, GOOD", "90, GOOD", "89.999, FAIR", "70, FAIR", "69.999, POOR", "0, POOR"})
    void band_isAtNinetyAndSeventy(double score, Band band) {
        assertThat(Band.of(score)).isEqualTo(band);
    }

    @Test
    void score_isZeroForLinesThatHaveNoPrompt() throws IOException {
        assertThat(validate(validator(), "{}", "{\"other\":1}").score()).isZero();
    }

    @Test
    void maxExamples_limitsWhatIsNamedNotWhatIsCounted() throws IOException {
        String[] lines = {"1", "2", "3", "4", "5", "6", "7"};

        assertThat(examples(validate(validator(), lines), ValidationCheck.SCHEMA))
                .hasSize(5);
        FileReport found = validate(validator().maxExamples(0), lines);
        assertThat(found.count(ValidationCheck.SCHEMA)).isEqualTo(7);
        assertThat(examples(found, ValidationCheck.SCHEMA)).isEmpty();
    }

    @Test
    void toJson_hasEveryCheckAndNoLocale() throws Exception {
        Path file = file("x.jsonl", List.of(line("same", "a"), line("same", "a"), line("more", "b")));
        List<String> json = new ArrayList<>();

        DefaultLocale.with(
                "tr", () -> json.add(validator().build().validate(file).toJson()));

        // 40 + 30 + 30 * 2 / 3
        assertThat(json.get(0))
                .startsWith("{\"score\":90.0,\"band\":\"good\",\"passed\":true,\"files\":[{\"file\":")
                .contains(
                        "\"lines\":3,\"score\":90.0,\"band\":\"good\",\"well_formed\":3,\"without_personal_data\":3,\"unique\":2,",
                        "\"labels\":{\"a\":2,\"b\":1},",
                        // "same" and "more" are 1 token each, 4 for the answer, 11 around
                        "\"tokens\":{\"total\":48,\"min\":16,\"median\":16.0,\"max\":16}",
                        "\"duplicate\":{\"severity\":\"warning\",\"count\":1,\"examples\":[{\"line\":2,"
                                + "\"message\":\"has prompt and label of line 1\",\"excerpt\":\"same\"}]}",
                        "\"empty_file\":{\"severity\":\"error\",\"count\":0,\"examples\":[]}",
                        "\"imbalance\":");
        for (ValidationCheck check : ValidationCheck.values()) {
            assertThat(json.get(0)).contains("\"" + check.written() + "\":{");
        }
        assertThat(Json.parse(json.get(0)).isObject()).isTrue();
    }

    @Test
    void display_printsFilesAndWhatIsWrongWithThem() throws IOException {
        Path train = file("train.jsonl", List.of(line("same", "a"), line("same", "a"), line("more", "b"), "1"));
        Path empty = file("empty.jsonl", List.of());
        StringBuilder out = new StringBuilder();

        validator().build().validate(train, empty).display(out);

        // three of four lines are well-formed and without personal data, two are unique: 30 + 22.5 + 15
        assertThat(out.toString()).isEqualTo("""
                          file         score  band  lines  median tokens  most  errors  warnings
                          -----------  -----  ----  -----  -------------  ----  ------  --------
                          train.jsonl   67.5  poor      4             16    16       1         1
                          empty.jsonl    0.0  poor      0              0     0       1         0

                        train.jsonl
                          error: schema 1
                              line 4 is no JSON object
                          warning: duplicate 1
                              line 2 has prompt and label of line 1: same

                        empty.jsonl
                          error: empty file 1
                              has no line
                        """);
    }

    @Test
    void mask_copiesTheFileWithPlaceholdersAndSaysWhatItDid() throws IOException {
        String clean = json(
                " { 'messages' : [{'role':'user','content':'caf\\u00e9 1.50'},{'role':'assistant','content':'ok'}]} ");
        String prompt = line("Write to ana@example.com", "a");
        String inner = json("{'messages':[{'role':'user','content':'Who?'},{'role':'assistant','content':"
                + "'{\\'phone\\': \\'7742081\\', \\'n\\': 1.50}'}],'metadata':{'by':['bo@example.com']}}");
        Path file = file("x.jsonl", List.of(clean, prompt, "not JSON, cy@example.com", inner));
        Path copy = directory.resolve("copies").resolve("masked.jsonl");
        FineTuneValidator validator = validator().format(FineTuneFormat.CHAT).build();

        Mended mended = validator.mask(file, copy);

        assertThat(Files.readAllLines(copy))
                .containsExactly(
                        clean,
                        line("Write to [EMAIL]", "a"),
                        json("{'messages':[{'role':'user','content':'Who?'},{'role':'assistant','content':"
                                + "'{\\'phone\\': \\'[PHONE]\\', \\'n\\': 1.50}'}],'metadata':{'by':['[EMAIL]']}}"));
        assertThat(List.of(mended.linesBefore(), mended.linesAfter())).containsExactly(4, 3);
        assertThat(mended.source()).isEqualTo(file);
        assertThat(mended.copy()).isEqualTo(copy);
        assertThat(mended.changes())
                .extracting(Mended.Change::line, Mended.Change::action, Mended.Change::reason)
                .containsExactly(
                        tuple(2, Mended.Action.MASKED, "has 1 email"),
                        tuple(3, Mended.Action.REMOVED, "is not valid JSON at column 1"),
                        tuple(4, Mended.Action.MASKED, "has 1 email, 1 phone"));
        assertThat(mended.changes().get(0).before()).contains("Write to ***\"}");
        assertThat(mended.changes().get(0).after()).contains("Write to [EMAIL]\"}");
        StringBuilder out = new StringBuilder();
        mended.display(out);
        assertThat(out.toString()).contains("masked").doesNotContain("ana@", "bo@", "cy@", "7742081");
        assertThat(validator.validate(copy).files().get(0).count(ValidationCheck.PERSONAL_DATA))
                .isZero();
        assertThat(Files.readString(file)).contains("ana@example.com"); // the source stays
    }

    @Test
    void mask_usesTheCallersPlaceholder() throws IOException {
        Path file = file("x.jsonl", List.of(line("Write to ana@example.com", "a")));
        PersonalData stars = PersonalData.builder().placeholder(kind -> "***").build();

        Mended mended = validator().personalData(stars).build().mask(file, file); // in place

        assertThat(Files.readString(file)).isEqualTo(line("Write to ***", "a") + "\n");
        assertThat(mended.changes()).hasSize(1);
    }

    @Test
    void dedupe_keepsTheFirstOfAKindAndWhatIsNotHeldOut() throws IOException {
        List<String> lines = good();
        lines.add(line("WHERE has my  parcel gone?", "a"));
        lines.add(line("I was charged twice this month!", "b"));
        lines.add(line("Please close my account", "a")); // contradicts line 4
        lines.add("[");
        Path train = file("train.jsonl", lines);
        Path test = file("test.jsonl", List.of(line("Send me another invoice, ana@example.com", "z")));
        Path test2 = file("test2.jsonl", List.of(line("the driver was very kind", "z")));
        Path copy = directory.resolve("copy.jsonl");

        Mended mended = validator().build().dedupe(train, copy, test, test2);

        assertThat(mended.changes())
                .extracting(Mended.Change::line, Mended.Change::reason)
                .containsExactly(
                        tuple(9, "has the prompt of line 1 of test2.jsonl"),
                        tuple(11, "has prompt and label of line 1"),
                        tuple(12, "has nearly the prompt of line 2 (0.96)"),
                        tuple(14, "is not valid JSON at column 2"));
        assertThat(mended.changes()).allMatch(change -> change.action() == Mended.Action.REMOVED);
        assertThat(mended.changes().get(0).before()).isEqualTo("The driver was very kind");
        assertThat(mended.changes().get(0).after()).isEmpty();
        List<String> expected = new ArrayList<>(lines);
        List.of(13, 11, 10, 8).forEach(i -> expected.remove((int) i));
        assertThat(Files.readAllLines(copy)).isEqualTo(expected);
        FileReport again = validator().build().validate(copy, test2).files().get(0);
        assertThat(again.failures()).containsOnlyKeys(ValidationCheck.CONTRADICTION);
    }

    @Test
    void validate_refusesWhatIsNotThere() {
        Path none = directory.resolve("none.jsonl");

        assertThatThrownBy(() -> validator().build().validate(none))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("none.jsonl");
        assertThatThrownBy(() -> validator().build().mask(none, directory.resolve("copy")))
                .isInstanceOf(UncheckedIOException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> validator().build().validate())
                .withMessageContaining("number of files");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void builder_refusesWhatIsOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> validator().maxTokens(0))
                .withMessageContaining("maxTokens");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> validator().minLines(0))
                .withMessageContaining("minLines");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> validator().maxExamples(-1))
                .withMessageContaining("maxExamples");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> validator().minLabelRatio(1.1))
                .withMessageContaining("minLabelRatio");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> validator().labelField(" "))
                .withMessageContaining("labelField");
    }

    @Test
    void lines_withOtherPicturesOrCallsRepeatNothing() throws IOException {
        String picture =
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What is in this picture?\"},"
                        + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://example.org/%d.png\"}}]},"
                        + "{\"role\":\"assistant\",\"content\":\"{\\\"label\\\":\\\"%s\\\"}\"}]}";
        String call = "{\"messages\":[{\"role\":\"user\",\"content\":\"What is the weather where I live?\"},"
                + "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\","
                + "\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":%d}\"}}]}]}";
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            lines.add(picture.formatted(i, i % 2 == 0 ? "cat" : "dog"));
        }
        lines.add(call.formatted(1));
        lines.add(call.formatted(2));
        lines.add(call.formatted(2));

        FileReport report = validate(validator().format(FineTuneFormat.OPENAI_CHAT), lines.toArray(String[]::new));

        assertThat(report.count(ValidationCheck.NEAR_DUPLICATE)).isZero();
        assertThat(examples(report, ValidationCheck.CONTRADICTION))
                .extracting(Problem::line)
                .containsExactlyInAnyOrder(7, 8);
        assertThat(examples(report, ValidationCheck.DUPLICATE))
                .extracting(Problem::line)
                .containsExactly(9);
    }

    @Test
    void dedupe_keepsNearlyEqualPromptsWithOtherAnswersInPlainText() throws IOException {
        String line =
                "{\"prompt\":\"I must say that the battery life of this phone is really %svery good indeed\",\"completion\":\"%s\"}";
        Path file = file("plain.jsonl", List.of(line.formatted("", "positive"), line.formatted("not ", "negative")));
        Path copy = file.resolveSibling("copy.jsonl");

        FineTuneValidator.builder()
                .format(FineTuneFormat.PROMPT_COMPLETION)
                .build()
                .dedupe(file, copy);

        assertThat(copy).hasSameTextualContentAs(file);
    }
}
