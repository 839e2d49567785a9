package io.rapidfit.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidfit.data.Conversation;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Example;
import io.rapidfit.data.ExampleFile;
import io.rapidfit.data.Item;
import io.rapidfit.data.Message;
import io.rapidfit.data.Origin;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.finetune.ExportResult.ExportedFile;
import io.rapidfit.testing.CapturedLog;
import io.rapidfit.testing.DefaultLocale;
import io.rapidfit.testing.RandomText;
import io.rapidfit.text.TextNormalizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FineTuneExporterTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private FineTuneExporter.Builder exporter() {
        return FineTuneExporter.builder().directory(directory);
    }

    private static Item item(String json) {
        return Item.parse(json.replace('\'', '"'));
    }

    private static Sample sample(String text, String label, Split split) {
        return Sample.of("topic", text, label).withSplit(split);
    }

    private List<JsonNode> lines(String file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(directory.resolve(file))) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private static String user(JsonNode line) {
        for (JsonNode message : line.path("messages")) {
            if (message.path("role").asText().equals("user")) {
                return message.path("content").asText();
            }
        }
        return line.path("prompt").asText();
    }

    private static JsonNode answer(JsonNode line) throws IOException {
        JsonNode messages = line.path("messages");
        return JSON.readTree(
                messages.isEmpty()
                        ? line.path("completion").asText()
                        : messages.path(messages.size() - 1).path("content").asText());
    }

    @Test
    void export_writesDatasetsByTheirOwnSplits() throws IOException {
        Dataset dataset = Dataset.of(List.of(
                sample("where is it", "delivery", Split.TRAIN),
                sample("I paid twice", "billing", Split.TRAIN),
                sample("still waiting", "delivery", Split.VALIDATION),
                sample("held out", "billing", Split.TEST)));

        ExportResult result = exporter().build().export(dataset);

        assertThat(Files.readString(directory.resolve("train.jsonl"))).isEqualTo("""
                        {"messages":[{"role":"user","content":"where is it"},{"role":"assistant","content":"{\\"label\\":\\"delivery\\"}"}]}
                        {"messages":[{"role":"user","content":"I paid twice"},{"role":"assistant","content":"{\\"label\\":\\"billing\\"}"}]}
                        """);
        assertThat(lines("validation.jsonl"))
                .extracting(FineTuneExporterTest::user)
                .containsExactly("still waiting");
        assertThat(directory.resolve("test.jsonl")).doesNotExist();
        assertThat(result.paths())
                .containsExactly(directory.resolve("train.jsonl"), directory.resolve("validation.jsonl"));
        assertThat(result.warnings()).isEmpty();
        // "where is it" 11 characters, {"label":"delivery"} 20: 3 + 5 tokens, and 2 * 4 + 3 around them;
        // "I paid twice" 12, {"label":"billing"} 19: 3 + 5, and 11
        assertThat(result.files().get(0))
                .isEqualTo(new ExportedFile(
                        directory.resolve("train.jsonl"), "simple", Split.TRAIN, 2, 19 + 19, 19, 0, 0));
    }

    @Test
    void export_writesEachStrategyBesideTheSimpleFormat() throws IOException {
        Item record = item("{'split':'train','persona':'a nurse','text':'say \\'hi\\' {now}','label':'neutral',"
                + "'confidence':0.90,'certain':true,'why':'because','group':null}");
        PromptStrategy optimized = PromptStrategy.of("optimized", "Be brief.", "T={text}");

        ExportResult result = exporter()
                .systemPrompt("Classify {\"as\": \"JSON\"}.")
                .userTemplate("Persona: {persona}\nText: \"{text}\"")
                .assistantField("reasoning", "why")
                .assistantLabel("classification", "label")
                .assistantField("confidence", "confidence")
                .assistantField("certain", "certain")
                .assistantField("protected_group", "group")
                .strategies(List.of(optimized))
                .build()
                .export(List.of(record));

        assertThat(result.files()).extracting(ExportedFile::strategy).containsExactly("simple", "optimized");
        JsonNode simple = lines("train.jsonl").get(0).path("messages");
        assertThat(simple.path(0).path("content").asText()).isEqualTo("Classify {\"as\": \"JSON\"}.");
        assertThat(simple.path(1).path("content").asText()).isEqualTo("Persona: a nurse\nText: \"say \"hi\" {now}\"");
        JsonNode tuned = lines("train_optimized.jsonl").get(0).path("messages");
        assertThat(tuned.path(0).path("content").asText()).isEqualTo("Be brief.");
        assertThat(tuned.path(1).path("content").asText()).isEqualTo("T=say \"hi\" {now}");
        // numbers and booleans are what they were, in the order of the calls; null is not there
        assertThat(simple.path(2).path("content").asText())
                .isEqualTo(
                        "{\"reasoning\":\"because\",\"classification\":\"neutral\",\"confidence\":0.90,\"certain\":true}")
                .isEqualTo(tuned.path(2).path("content").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'why':null}", "{'why':''}", "{'why':' \u00a0 '}"})
    void export_leavesOutWhatARecordDoesNotSay(String more) throws IOException {
        Item record =
                item(more.replace("{", "{'split':'train','text':'t','label':'x'" + (more.equals("{}") ? "" : ",")));

        exporter()
                .assistantField("reasoning", "why")
                .assistantNumber("confidence", "confidence")
                .build()
                .export(List.of(record));

        assertThat(answer(lines("train.jsonl").get(0)).toString()).isEqualTo("{\"label\":\"x\"}");
    }

    @Test
    void assistantNumber_readsStringsAndRefusesWhatIsNone() throws IOException {
        Sample sample = sample("t", "x", Split.TRAIN).withTags(Map.of("confidence", "0.250"));
        FineTuneExporter exporter =
                exporter().assistantNumber("confidence", "tags.confidence").build();

        exporter.export(List.of(sample));

        assertThat(Files.readString(directory.resolve("train.jsonl")))
                .contains("{\\\"label\\\":\\\"x\\\",\\\"confidence\\\":0.250}");
        for (String no : List.of("high", "1,5", "NaN", "true", "\"1\"")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> exporter.export(List.of(sample.withTags(Map.of("confidence", no)))))
                    .withMessageContaining("record " + sample.id())
                    .withMessageContaining("'tags.confidence' must be a number");
        }
    }

    @Test
    void export_findsFieldsWithinFields() throws IOException {
        Item record = item("{'split':'dev','a.b':7,'input':{'text':'deep','list':[1.0,{'x':false}]},'label':'x'}");

        exporter()
                .userTemplate("{input.text} {input.list}")
                .assistantField("dotted", "a.b")
                .assistantField("inner", "input.list.1.x")
                .assistantField("whole", "input.list")
                .build()
                .export(List.of(record));

        JsonNode line = lines("validation.jsonl").get(0);
        assertThat(user(line)).isEqualTo("deep [1.0,{\"x\":false}]");
        assertThat(answer(line).toString())
                .isEqualTo("{\"label\":\"x\",\"dotted\":7,\"inner\":false,\"whole\":[1.0,{\"x\":false}]}");
    }

    @Test
    void export_takesConversationsToo() throws IOException {
        Conversation chat = Conversation.of(Message.user("2 + 2?"), Message.assistant("4"))
                .withSplit(Split.TRAIN)
                .withTags(Map.of("subject", "sums"));

        exporter()
                .userTemplate("{query}")
                .assistantLabel("subject", "tags.subject")
                .assistantField("response", "response")
                .build()
                .export(List.of(chat));

        JsonNode line = lines("train.jsonl").get(0);
        assertThat(user(line)).isEqualTo("2 + 2?");
        assertThat(answer(line).toString()).isEqualTo("{\"subject\":\"sums\",\"response\":\"4\"}");
    }

    @Test
    void export_readsJsonArraysAndJsonl() throws IOException {
        Path array = Files.writeString(
                directory.resolve("in.json"), "[{\"text\":\"a\",\"label\":\"x\",\"split\":\"train\"}]");
        Path jsonl = Files.writeString(
                directory.resolve("in.jsonl"), "{\"text\":\"a\",\"label\":\"x\",\"split\":\"train\"}\n");

        exporter().build().export(ExampleFile.items(array).load());
        byte[] first = Files.readAllBytes(directory.resolve("train.jsonl"));
        exporter().build().export(ExampleFile.items(jsonl).load());

        assertThat(Files.readAllBytes(directory.resolve("train.jsonl"))).isEqualTo(first);
    }

    @Test
    void export_refusesRecordsThatLackWhatIsAskedFor() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> exporter()
                        .userTemplate("{persona} {text}")
                        .build()
                        .export(List.of(item("{'id':'r7','split':'train','text':'t','label':'x'}"))))
                .withMessageContaining("record r7 has no field 'persona'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> exporter().build().export(List.of(item("{'id':'r8','split':'train','text':'t'}"))))
                .withMessageContaining("record r8 has no field 'label'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> exporter().build().export(List.of(sample(" ", "x", Split.TRAIN))))
                .withMessageContaining("no field 'text', or a blank one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> exporter().build().export(List.of()))
                .withMessageContaining("no records");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void export_refusesLabelsThatAPromptDoesNotAllow() {
        Dataset dataset = Dataset.of(List.of(sample("a", "x", Split.TRAIN), sample("b", "y", Split.VALIDATION)));
        PromptStrategy strict = PromptStrategy.of("strict", "Answer {\"label\": \"x|z\"}.", "{text}");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> exporter().strategies(List.of(strict)).build().export(dataset))
                .withMessageContaining("label 'y'")
                .withMessageContaining("strategy 'strict'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> exporter().labels(List.of("x")).build().export(dataset))
                .withMessageContaining("label 'y'")
                .withMessageContaining("strategy 'simple'");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void export_refusesDataOfWhichNothingIsForTheFiles() {
        List<Example> records = List.of(sample("a", "x", Split.TEST), sample("b", "x", null));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> exporter().build().export(records))
                .withMessageContaining("none of 2 records is in [TRAIN, VALIDATION]: 1 have no split, 1 are held out")
                .withMessageContaining("useAll()");
    }

    @Test
    void export_leavesOutAndCountsRecordsWithoutASplit() throws IOException {
        ExportResult result = exporter().build().export(List.of(sample("a", "x", Split.TRAIN), sample("b", "x", null)));

        assertThat(lines("train.jsonl")).hasSize(1);
        assertThat(result.warnings())
                .containsExactly(
                        "1 of 2 records have no split and are left out",
                        "there is nothing to write to validation.jsonl");
    }

    @Test
    void includeTest_writesTestRecordsToo() throws IOException {
        exporter()
                .includeTest(true)
                .build()
                .export(List.of(sample("a", "x", Split.TRAIN), sample("b", "x", Split.TEST)));

        assertThat(lines("test.jsonl")).extracting(FineTuneExporterTest::user).containsExactly("b");
    }

    @Test
    void useAll_placesEveryRecordAndNoPromptTwice() throws IOException {
        List<Item> records = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) { // 60 texts, each with up to five personas, in two spellings
            records.add(Item.of(Map.of(
                    "text", (random.nextBoolean() ? "Text " : "text  ") + random.nextInt(60),
                    "persona", "p" + random.nextInt(5),
                    "label", "x" + random.nextInt(2))));
        }
        FineTuneExporter exporter = exporter()
                .userTemplate("{persona}: {text}")
                .strategies(List.of(PromptStrategy.of("text", "", "{text}")))
                .useAll()
                .build();

        ExportResult result = exporter.export(records);

        assertThat(result.files().stream().mapToInt(ExportedFile::lines))
                .containsOnly(
                        result.files().get(0).lines(), result.files().get(1).lines());
        assertThat(result.files().get(0).lines() + result.files().get(1).lines())
                .isEqualTo(300);
        assertThat(result.files()).allMatch(file -> file.leaking() == 0).hasSize(4);
        for (String files : List.of("", "_text")) {
            assertThat(normalized("train" + files)).doesNotContainAnyElementsOf(normalized("validation" + files));
        }
        // about a tenth: 60 texts, 0.1 each, so 6 are expected, standard deviation 2.3
        assertThat(normalized("validation_text")).hasSizeBetween(1, 13);

        Collections.shuffle(records, random);
        Set<String> before = normalized("validation_text");
        exporter.export(records);
        assertThat(normalized("validation_text")).isEqualTo(before);
    }

    private Set<String> normalized(String name) throws IOException {
        Set<String> users = new HashSet<>();
        for (JsonNode line : lines(name + ".jsonl")) {
            users.add(user(line).toLowerCase(Locale.ROOT).replace("  ", " "));
        }
        return users;
    }

    @Test
    void useAll_keepsTheSplitsThatRecordsHave() throws IOException {
        List<Example> records = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            records.add(sample("own " + i, "x", i % 2 == 0 ? Split.VALIDATION : Split.TEST));
            records.add(sample("none " + i, "x", null));
        }
        records.add(sample("OWN 0", "y", null)); // goes where its text is

        exporter().useAll().build().export(records);

        assertThat(lines("validation.jsonl"))
                .extracting(FineTuneExporterTest::user)
                .contains("own 0", "own 18", "OWN 0");
        assertThat(lines("train.jsonl"))
                .extracting(FineTuneExporterTest::user)
                .isNotEmpty()
                .allMatch(text -> text.startsWith("none"));
    }

    @Test
    void useAll_dividesAnewWhatIsAllHeldOut() throws IOException {
        List<Example> records = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            records.add(sample("text " + i, "x", Split.TEST));
        }

        ExportResult result = exporter().useAll().build().export(records);

        assertThat(lines("train.jsonl").size() + lines("validation.jsonl").size())
                .isEqualTo(20);
        assertThat(result.warnings())
                .containsExactly("all 20 records with a split are held out: all are divided anew, measure on others");
    }

    @Test
    void useAll_setsTestRecordsAsideIfTheyAreWrittenOrTheSplitterSaysSo() throws IOException {
        List<Example> records = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            records.add(sample("text " + i, "x", null));
        }

        exporter().useAll().build().export(records);
        assertThat(lines("train.jsonl").size() + lines("validation.jsonl").size())
                .isEqualTo(100);

        exporter().useAll().includeTest(true).build().export(records);
        assertThat(lines("test.jsonl")).hasSizeBetween(1, 30); // 10 expected, standard deviation 3
        assertThat(lines("train.jsonl").size()
                        + lines("validation.jsonl").size()
                        + lines("test.jsonl").size())
                .isEqualTo(100);

        Splitter halves =
                Splitter.builder().testFraction(0.5).validationFraction(0).build();
        exporter().useAll(halves).build().export(records);
        assertThat(lines("train.jsonl")).hasSizeBetween(30, 70);
        assertThat(directory.resolve("validation.jsonl")).doesNotExist(); // the one from before is taken away
    }

    @Test
    void export_leavesOutPromptsThatAreHeldOut() throws IOException {
        Sample synthetic = sample("Same text", "x", Split.TRAIN).withOrigin(Origin.synthetic("LLMAugmenter"));

        ExportResult result = exporter()
                .build()
                .export(List.of(
                        synthetic,
                        sample("kept", "x", Split.TRAIN),
                        sample("same  TEXT", "x", Split.VALIDATION),
                        sample("Tested", "x", Split.VALIDATION),
                        sample("tested", "x", Split.TEST)));

        assertThat(lines("train.jsonl")).extracting(FineTuneExporterTest::user).containsExactly("kept");
        assertThat(lines("validation.jsonl"))
                .extracting(FineTuneExporterTest::user)
                .containsExactly("same  TEXT");
        assertThat(result.files()).extracting(ExportedFile::leaking).containsExactly(1, 1);
        assertThat(result.warnings())
                .containsExactly(
                        "1 records are not in train.jsonl: their prompts are held out",
                        "1 records are not in validation.jsonl: their prompts are held out");
    }

    @Test
    void export_warnsOfPromptsWithSeveralLabels() {
        Dataset dataset = Dataset.of(List.of(
                Sample.of("topic", "t", "x").withSplit(Split.TRAIN),
                Sample.of("mood", "t", "y").withSplit(Split.TRAIN),
                sample("v", "x", Split.VALIDATION)));

        assertThat(exporter().build().export(dataset).warnings())
                .containsExactly("1 prompts of the format 'simple' have several labels");
        assertThat(exporter()
                        .userTemplate("{task}: {text}")
                        .build()
                        .export(dataset)
                        .warnings())
                .isEmpty();
    }

    @Test
    void strategyNames_choosesAndWarnsOfUnknownOnes() throws IOException {
        List<Example> records = List.of(sample("a", "x", Split.TRAIN), sample("b", "x", Split.VALIDATION));
        List<PromptStrategy> both =
                List.of(PromptStrategy.of("one", "", "1 {text}"), PromptStrategy.of("two", "", "2 {text}"));
        FineTuneExporter exporter =
                exporter().strategies(both).strategyNames("two", "three").build();
        List<ExportResult> result = new ArrayList<>();

        String logged = CapturedLog.of(() -> result.add(exporter.export(records)));

        String warning = "there is no strategy 'three', there are [two]: the simple format has to do";
        assertThat(logged).contains("WARN").contains(warning);
        assertThat(result.get(0).warnings()).containsExactly(warning);
        assertThat(result.get(0).files())
                .extracting(ExportedFile::strategy)
                .containsExactly("simple", "simple", "two", "two");
        assertThat(directory.resolve("train_one.jsonl")).doesNotExist();
    }

    @Test
    void simpleOnly_writesNoStrategy() {
        ExportResult result = exporter()
                .strategies(List.of(PromptStrategy.of("one", "", "{text}")))
                .simpleOnly()
                .build()
                .export(List.of(sample("a", "x", Split.TRAIN), sample("b", "x", Split.VALIDATION)));

        assertThat(result.files()).extracting(ExportedFile::strategy).containsOnly("simple");
        assertThat(result.warnings()).isEmpty();
    }

    @Test
    void fileNames_areTheCallersAndMustBePlain() throws IOException {
        List<Example> records = List.of(sample("a", "x", Split.TRAIN), sample("b", "x", Split.VALIDATION));

        exporter()
                .fileNames((split, strategy) -> strategy + "-" + split + ".txt")
                .build()
                .export(records);

        assertThat(lines("simple-TRAIN.txt")).hasSize(1);
        for (String name : List.of("../x", "a/b", "a\\b", "..", ".", " ")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> exporter()
                            .fileNames((split, strategy) -> name)
                            .build()
                            .export(records))
                    .withMessageContaining("name");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> exporter()
                        .fileNames((split, strategy) -> split == Split.TRAIN ? "X" : "x")
                        .build()
                        .export(records))
                .withMessageContaining("two files would be called 'x'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> exporter()
                        .strategies(List.of(PromptStrategy.of("../up", "", "{text}")))
                        .build()
                        .export(records))
                .withMessageContaining("plain name");
    }

    @Test
    void maxTokens_leavesLongLinesOutOrFails() throws IOException {
        // {"label":"x"} has 13 characters, 4 tokens; 8 around two messages and 3 for the line; so 15 and the text
        List<Example> records = List.of(
                sample("12345678", "x", Split.TRAIN), // 2: 17
                sample("123456789", "x", Split.TRAIN), // 3: 18
                sample("v", "x", Split.VALIDATION));

        ExportResult result = exporter().maxTokens(17).build().export(records);

        assertThat(lines("train.jsonl")).extracting(FineTuneExporterTest::user).containsExactly("12345678");
        assertThat(result.files().get(0).tooLong()).isEqualTo(1);
        assertThat(result.warnings()).containsExactly("1 records are not in train.jsonl: more than 17 tokens");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> exporter()
                        .maxTokens(17)
                        .longLines(FineTuneExporter.LongLines.FAIL)
                        .build()
                        .export(records))
                .withMessageContaining("makes a line of 18 tokens in the format 'simple', maxTokens is 17");
        assertThat(exporter()
                        .maxTokens(17)
                        .tokenCounter(text -> 0)
                        .build()
                        .export(records)
                        .files()
                        .get(0)
                        .lines())
                .isEqualTo(2);
    }

    @Test
    void format_promptCompletionSaysWhereALineComesFrom() throws IOException {
        exporter()
                .format(FineTuneFormat.PROMPT_COMPLETION)
                .systemPrompt("Be brief.")
                .strategies(List.of(PromptStrategy.of("s", "", "{text}")))
                .build()
                .export(List.of(item("{'id':'r1','split':'train','text':'hi','label':'x'}")));

        // "Be brief.", a blank line and "hi" are 9 + 2 + 2; {"label":"x"} is 13
        assertThat(Files.readString(directory.resolve("train.jsonl")))
                .isEqualTo("{\"prompt\":\"Be brief.\\n\\nhi\",\"completion\":\"{\\\"label\\\":\\\"x\\\"}\","
                        + "\"metadata\":{\"id\":\"r1\",\"prompt_length\":13,\"completion_length\":13}}\n");
        assertThat(lines("train_s.jsonl").get(0).path("metadata").toString())
                .isEqualTo("{\"id\":\"r1\",\"strategy\":\"s\",\"prompt_length\":2,\"completion_length\":13}");
    }

    @Test
    void format_chatHasMetadataAndAnthropicTheSystemPromptBeside() throws IOException {
        List<Item> records = List.of(item("{'id':'r1','split':'train','text':'hi','label':'x'}"));

        exporter().format(FineTuneFormat.CHAT).systemPrompt("S").build().export(records);
        assertThat(lines("train.jsonl").get(0).fieldNames()).toIterable().containsExactly("messages", "metadata");
        assertThat(lines("train.jsonl").get(0).path("messages")).hasSize(3);

        exporter()
                .format(FineTuneFormat.ANTHROPIC_CHAT)
                .systemPrompt("S")
                .build()
                .export(records);
        assertThat(Files.readString(directory.resolve("train.jsonl")))
                .isEqualTo("{\"system\":\"S\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},"
                        + "{\"role\":\"assistant\",\"content\":\"{\\\"label\\\":\\\"x\\\"}\"}]}\n");
    }

    /** Every line of every file says what its record says, whatever that is. */
    @ParameterizedTest
    @EnumSource(FineTuneFormat.class)
    void export_writesLinesThatReadBack(FineTuneFormat format) throws Exception {
        RandomText random = new RandomText(11);
        Map<String, List<String>> byText = new HashMap<>();
        List<Example> records = new ArrayList<>();
        List<Split> splits = List.of(Split.TRAIN, Split.VALIDATION, Split.TEST);
        for (int i = 0; i < 300; i++) {
            String text = i + random.nextNotBlank(12);
            Sample sample = Sample.of("t", text, "l" + random.next(4))
                    .withTags(Map.of("why", random.next(6)))
                    .withSplit(splits.get(i % 3));
            records.add(sample);
            byText.put(sample.text(), List.of(sample.label(), sample.tags().getOrDefault("why", "")));
        }
        String system = TextNormalizer.wellFormed(random.nextNotBlank(10));
        ExportResult[] result = new ExportResult[1];

        DefaultLocale.with(
                "tr",
                () -> result[0] = exporter()
                        .format(format)
                        .systemPrompt(system)
                        .assistantField("why", "tags.why")
                        .strategies(List.of(PromptStrategy.of("plain", "", "{text}")))
                        .includeTest(true)
                        .labels(byText.values().stream()
                                .map(values -> values.get(0))
                                .toList())
                        .build()
                        .export(records));

        int read = 0;
        for (ExportedFile file : result[0].files()) {
            List<JsonNode> lines = lines(String.valueOf(file.path().getFileName()));
            assertThat(lines).hasSize(file.lines());
            for (JsonNode line : lines) {
                String text = user(line);
                if (format == FineTuneFormat.PROMPT_COMPLETION
                        && file.strategy().equals("simple")) {
                    assertThat(text).startsWith(system + "\n\n");
                    text = text.substring(system.length() + 2);
                }
                List<String> expected = byText.get(text);
                assertThat(answer(line).path("label").asText()).isEqualTo(expected.get(0));
                assertThat(answer(line).path("why").asText())
                        .isEqualTo(TextNormalizer.isBlank(expected.get(1)) ? "" : expected.get(1));
                read++;
            }
        }
        assertThat(read).isEqualTo(600);
    }

    @Test
    void export_leavesOldFilesIfItFails() throws IOException {
        Files.writeString(directory.resolve("train.jsonl"), "old\n");
        Files.createDirectories(directory.resolve("validation.jsonl").resolve("in the way"));

        assertThatThrownBy(() -> exporter()
                        .build()
                        .export(List.of(sample("a", "x", Split.TRAIN), sample("b", "x", Split.VALIDATION))))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot write to " + directory);

        assertThat(directory.resolve("train.jsonl")).hasContent("old\n");
    }

    @Test
    void requireSame_findsALineThatReadsOtherwise() throws IOException {
        List<List<Turn>> expected = List.of(List.of(Turn.user("a"), Turn.assistant("b")));
        String good =
                "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}]}\n";
        Path file = directory.resolve("x.jsonl");

        Files.writeString(file, good);
        FineTuneExporter.requireSame(FineTuneFormat.OPENAI_CHAT, expected, file);

        for (String bad :
                List.of("", good + good, good.replace("\"b\"", "\"c\""), good.replace("}]}", "}],\"x\":1}"))) {
            Files.writeString(file, bad);
            assertThatIllegalStateException()
                    .isThrownBy(() -> FineTuneExporter.requireSame(FineTuneFormat.OPENAI_CHAT, expected, file))
                    .withMessageContaining("of x.jsonl does not read back as it was written");
        }
    }

    @Test
    void build_refusesWhatDoesNotFit() {
        PromptStrategy strategy = PromptStrategy.of("s", "", "{text}");

        assertThatIllegalStateException()
                .isThrownBy(() -> FineTuneExporter.builder().build())
                .withMessageContaining("directory is required");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> exporter().strategies(List.of(strategy, strategy)).build())
                .withMessageContaining("two formats with the key 's'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> exporter()
                        .strategies(List.of(PromptStrategy.of("simple", "", "{text}")))
                        .build())
                .withMessageContaining("two formats with the key 'simple'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> exporter().assistantField("label", "text").build())
                .withMessageContaining("assistantLabel(...)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> exporter().assistantLabel("a", "label").assistantLabel("b", "label"))
                .withMessageContaining("has a label already: \"a\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> exporter().assistantField("a", "x").assistantNumber("a", "y"))
                .withMessageContaining("has \"a\" already");
        assertThatIllegalArgumentException().isThrownBy(() -> exporter().userTemplate("no place"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> exporter().maxTokens(0))
                .withMessageContaining("maxTokens");
        assertThatIllegalArgumentException().isThrownBy(() -> exporter().assistantField(" ", "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> exporter().assistantField("x", " "));
    }

    @Test
    void display_printsFilesAndWarnings() {
        ExportResult result = new ExportResult(
                List.of(new ExportedFile(directory.resolve("train.jsonl"), "simple", Split.TRAIN, 12, 345, 67, 8, 9)),
                List.of("something"));
        StringBuilder out = new StringBuilder();

        result.display(out);

        assertThat(out.toString()).isEqualTo("""
                          file         format  split  lines  tokens  longest  too long  leaking
                          -----------  ------  -----  -----  ------  -------  --------  -------
                          train.jsonl  simple  train     12     345       67         8        9
                          warning: something
                        """);
    }

    @Test
    void export_warnsOfATestFileThatMayNowBeTrainedOn(@TempDir Path old) {
        List<Item> records = IntStream.range(0, 50)
                .mapToObj(i -> Item.of(Map.of("text", "text number " + i, "label", i % 2 == 0 ? "a" : "b")))
                .toList();
        FineTuneExporter.Builder exporter =
                FineTuneExporter.builder().directory(old).useAll();
        exporter.includeTest(true).build().export(records);

        ExportResult result = exporter.includeTest(false).build().export(records);

        assertThat(result.warnings())
                .containsExactly("test.jsonl is from before and may hold what is now trained on:"
                        + " measure on other records, or includeTest()");
    }

    @Test
    void export_warnsWhereItCannotTellWhichLabelsAPromptAllows() {
        ExportResult result = exporter()
                .strategies(List.of(
                        PromptStrategy.of("vague", "Answer with one of: u, v", "{text}"),
                        PromptStrategy.of("plain", "Answer with one of: u, v", "{text}")
                                .withLabels(List.of("x"))))
                .build()
                .export(List.of(sample("a", "x", Split.TRAIN), sample("b", "x", Split.VALIDATION)));

        assertThat(result.warnings())
                .containsExactly("which labels the prompt of strategy 'vague' allows cannot be read from it:"
                        + " name them in parameters.labels");
    }
}
