package io.rapidfit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.testing.DefaultLocale;
import io.rapidfit.testing.RandomText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DataSaverTest {

    private static final Dataset DATASET = Dataset.builder()
            .add("sentiment", "good", "positive")
            .add("topic", "my bill", "billing")
            .add("sentiment", "bad", "negative")
            .build();

    @TempDir
    Path dir;

    @Test
    void build_requiresAPath() {
        assertThatThrownBy(() -> DataSaver.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("path is required: DataSaver.builder().path(Path.of(\"saved\"))");
    }

    @Test
    @SuppressWarnings("NullAway")
    void builder_refusesNull() {
        assertThatThrownBy(() -> DataSaver.builder().path(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("path must not be null");
        assertThatThrownBy(() -> DataSaver.builder().format(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("format must not be null");
    }

    @Test
    void format_defaultsToJsonLines_andModeToOverwrite() throws IOException {
        DataSaver saver = DataSaver.builder().path(dir).build();
        saver.save(DATASET);
        saver.save(DATASET);

        assertThat(saver.path()).isEqualTo(dir);
        assertThat(dir.resolve("topic.jsonl")).hasContent("{\"text\":\"my bill\",\"label\":\"billing\"}\n");
    }

    @Test
    void save_writesOneFileATask_readableByPeople() throws IOException {
        Dataset dataset = Dataset.of(List.of(
                Sample.of("t", "caf\u00E9, \"good\"", "a").withSplit(Split.VALIDATION),
                Sample.of("t", "=1+1", "b").withId("7").withTags(Map.of("source", "web"))));

        assertThat(saver(SaveFormat.JSONL).save(dataset)).containsExactly(dir.resolve("t.jsonl"));
        assertThat(dir.resolve("t.jsonl")).hasContent("""
                {"text":"caf\u00E9, \\"good\\"","label":"a","split":"validation"}
                {"text":"=1+1","label":"b","id":"7","tags":{"source":"web"}}
                """);

        Path json = dir.resolve("json");
        DataSaver.builder().path(json).format(SaveFormat.JSON).build().save(dataset);
        assertThat(json.resolve("t.json")).hasContent("""
                [
                  {"text":"caf\u00E9, \\"good\\"","label":"a","split":"validation"},
                  {"text":"=1+1","label":"b","id":"7","tags":{"source":"web"}}
                ]
                """);

        Path csv = dir.resolve("csv");
        DataSaver.builder().path(csv).format(SaveFormat.CSV).build().save(dataset);
        assertThat(csv.resolve("t.csv")).hasContent("""
                text,label,id,split,tags
                "caf\u00E9, ""good""\",a,,validation,
                '=1+1,b,7,,"{""source"":""web""}"
                """);
    }

    @ParameterizedTest
    @EnumSource
    void load_readsWhatWasSaved(SaveFormat format) {
        DataSaver saver = saver(format);
        saver.save(DATASET);

        assertThat(saver.tasks()).containsExactly("sentiment", "topic");
        assertThat(saver.load("sentiment")).isEqualTo(DATASET.only("sentiment"));
        assertThat(saver.loadAll()).isEqualTo(DATASET.only("sentiment").plus(DATASET.only("topic")));
    }

    @ParameterizedTest
    @EnumSource
    void load_readsEverythingASampleHas(SaveFormat format) {
        Origin origin = Origin.synthetic("LLMAugmenter")
                .withModel("m")
                .withPromptHash("h")
                .withRunId("r")
                .withParents(List.of("p1", "p2"));
        Sample full = Sample.of("t", "x", "a").withSplit(Split.TRAIN).withOrigin(origin);
        Dataset dataset = Dataset.of(List.of(
                full.withTags(Map.of("lang", "en")),
                full.withId("own id").withLabel("corrected"),
                Sample.of("t", "x", "a").withLabel("b").withSplit(Split.TEST),
                Sample.of("t", "", "a")));

        DataSaver saver = saver(format);
        saver.save(dataset);

        assertThat(saver.load("t")).isEqualTo(dataset);
    }

    @ParameterizedTest
    @EnumSource
    void load_readsBackRandomDatasets(SaveFormat format) {
        RandomText texts = new RandomText(2024);
        for (int run = 0; run < 25; run++) {
            DataSaver saver = DataSaver.builder()
                    .path(dir.resolve("run " + run))
                    .format(format)
                    .build();
            Dataset dataset = randomDataset(texts);
            saver.save(dataset);

            assertThat(saver.tasks()).containsExactlyInAnyOrderElementsOf(dataset.tasks());
            dataset.tasks()
                    .forEach(task -> assertThat(saver.load(task).samples()).isEqualTo(dataset.samples(task)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void append_readsBackRandomDatasetsInOrder(SaveFormat format) {
        RandomText texts = new RandomText(77);
        Dataset dataset = randomDataset(texts);
        DataSaver saver = saver(format);
        for (int from = 0; from < dataset.size(); from += 7) {
            saver.save(
                    Dataset.of(dataset.samples().subList(from, Math.min(from + 7, dataset.size()))), WriteMode.APPEND);
        }

        dataset.tasks().forEach(task -> assertThat(saver.load(task).samples()).isEqualTo(dataset.samples(task)));
    }

    @ParameterizedTest
    @EnumSource
    void load_readsTrickyTexts(SaveFormat format) {
        List<String> tricky = List.of(
                "line\nbreak",
                "carriage\rreturn",
                "both\r\n",
                "\n",
                "\r",
                "\"",
                "\"\"",
                "a,b",
                ",",
                "'",
                "'quoted'",
                "=1+1",
                "+1",
                "-1",
                "@x",
                "\tx",
                "\rx",
                "\nx",
                "'=1",
                "''=1",
                "\uFF1D1",
                " leading",
                "trailing ",
                "{\"text\":\"a\"}",
                "[1]",
                "null",
                "NULL",
                "\\N",
                "#comment",
                "\uFEFFbom",
                "\u0000",
                "\u001B[0m",
                "\u2028",
                "\u0085",
                "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67",
                "\uD840\uDC0B",
                "\u0645\u0631\u062D\u0628\u0627 \u202Eabc\u202C",
                "e\u0301",
                "\u00E9",
                "");
        Dataset.Builder builder = Dataset.builder();
        tricky.forEach(text -> builder.add("t", text, "label"));
        tricky.stream().filter(t -> !t.isBlank()).forEach(label -> builder.add("t", "text", label));
        Dataset dataset = builder.build();

        DataSaver saver = saver(format);
        saver.save(dataset);

        assertThat(saver.load("t")).isEqualTo(dataset);
    }

    @Test
    void load_readsBackALongText() {
        String text = "0123456789".repeat(500_000);
        for (SaveFormat format : SaveFormat.values()) {
            DataSaver saver = DataSaver.builder()
                    .path(dir.resolve(format.name()))
                    .format(format)
                    .build();
            saver.save(Dataset.builder().add("t", text, "a").build());

            assertThat(saver.load("t").samples().get(0).text()).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @EnumSource
    void save_writesTheSameUnderTheTurkishLocale(SaveFormat format) throws Exception {
        Dataset dataset = DATASET.split(Splitter.builder().build());
        List<Path> expected = saver(format).save(dataset);
        byte[] bytes = Files.readAllBytes(expected.get(0));

        DefaultLocale.with("tr-TR", () -> {
            assertThat(saver(format).save(dataset)).isEqualTo(expected);
            assertThat(expected.get(0)).hasBinaryContent(bytes);
            assertThat(saver(format).load("sentiment")).isEqualTo(dataset.only("sentiment"));
        });
    }

    @Test
    void load_acceptsFilesWithOnlyTextAndLabel() throws IOException {
        write("a.jsonl", "{\"text\":\"x\",\"label\":\"y\"}\n");
        write("b.json", "[{\"text\":\"x\",\"label\":\"y\"}]");
        write("c.csv", "text,label\nx,y\n");

        assertThat(saver(SaveFormat.JSON).loadAll())
                .isEqualTo(Dataset.builder()
                        .add("a", "x", "y")
                        .add("b", "x", "y")
                        .add("c", "x", "y")
                        .build());
    }

    @Test
    void load_readsEveryNameOfASplit() throws IOException {
        write("a.jsonl", """
                {"text":"1","label":"y","split":"val"}
                {"text":"2","label":"y","split":"dev"}
                {"text":"3","label":"y","split":"validation"}
                {"text":"4","label":"y","split":"Test"}
                {"text":"5","label":"y","split":null}
                """);
        write("b.csv", "text,label,split\n1,y,val\n2,y,dev\n3,y,validation\n4,y,Test\n5,y,\n");

        for (String task : List.of("a", "b")) {
            assertThat(saver(SaveFormat.JSONL).load(task).samples())
                    .extracting(Sample::split)
                    .containsExactly(Split.VALIDATION, Split.VALIDATION, Split.VALIDATION, Split.TEST, null);
        }
    }

    @Test
    void load_takesNumbersAndBooleansAsText() throws IOException {
        write("a.jsonl", "{\"text\":12345678901234567890,\"label\":0}\n{\"text\":\"x\",\"label\":true,\"id\":-3}\n");
        write("b.json", "[{\"text\":1.5,\"label\":0,\"tags\":{\"year\":2024}}]");

        List<Sample> samples = saver(SaveFormat.JSONL).load("a").samples();
        assertThat(samples).extracting(Sample::text).containsExactly("12345678901234567890", "x");
        assertThat(samples).extracting(Sample::label).containsExactly("0", "true");
        assertThat(samples.get(1).id()).isEqualTo("-3");
        Sample sample = saver(SaveFormat.JSONL).load("b").samples().get(0);
        assertThat(sample.text()).isEqualTo("1.5");
        assertThat(sample.label()).isEqualTo("0");
        assertThat(sample.tags()).containsExactly(Map.entry("year", "2024"));
    }

    @Test
    void load_skipsAByteOrderMark() throws IOException {
        write("a.jsonl", "\uFEFF{\"text\":\"x\",\"label\":\"y\"}\n");
        write("b.json", "\uFEFF[{\"text\":\"x\",\"label\":\"y\"}]");
        write("c.csv", "\uFEFFtext,label\nx,y\n");

        for (String task : List.of("a", "b", "c")) {
            assertThat(saver(SaveFormat.JSONL).load(task))
                    .isEqualTo(Dataset.builder().add(task, "x", "y").build());
        }
    }

    @Test
    void load_acceptsWindowsLineEndsAndBlankLines() throws IOException {
        write("a.jsonl", "{\"text\":\"x\",\"label\":\"y\"}\r\n\r\n  \n{\"text\":\"z\",\"label\":\"y\"}\r\n");
        write("c.csv", "text,label\r\nx,y\r\n\r\nz,y\r\n");

        for (String task : List.of("a", "c")) {
            assertThat(saver(SaveFormat.JSONL).load(task).samples())
                    .extracting(Sample::text)
                    .containsExactly("x", "z");
        }
    }

    @Test
    void load_acceptsColumnsInAnyOrder_andIgnoresOthers() throws IOException {
        write("c.csv", "number,label,text\n1,y,x\n");
        write("a.jsonl", "{\"number\":1,\"label\":\"y\",\"nested\":{},\"text\":\"x\"}\n");

        for (String task : List.of("a", "c")) {
            assertThat(saver(SaveFormat.JSONL).load(task))
                    .isEqualTo(Dataset.builder().add(task, "x", "y").build());
        }
    }

    @Test
    void load_ofEmptyFiles_isEmpty() throws IOException {
        write("a.jsonl", "");
        write("b.json", "[]");
        write("c.csv", "text,label\n");

        assertThat(saver(SaveFormat.JSONL).loadAll().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void save_overwrite_replacesOnlyTheTasksOfTheDataset(SaveFormat format) {
        DataSaver saver = saver(format);
        saver.save(DATASET);
        Dataset other = Dataset.builder().add("topic", "hello", "greeting").build();
        saver.save(other, WriteMode.OVERWRITE);

        assertThat(saver.load("topic")).isEqualTo(other);
        assertThat(saver.load("sentiment")).isEqualTo(DATASET.only("sentiment"));
    }

    @ParameterizedTest
    @EnumSource
    void save_append_addsAtTheEnd(SaveFormat format) {
        DataSaver saver = saver(format);
        Sample more = Sample.of("topic", "hello", "greeting").withTags(Map.of("a", "1")); // a column that CSV lacks
        saver.save(DATASET, WriteMode.APPEND); // no file yet
        saver.save(Dataset.of(List.of(more)), WriteMode.APPEND);

        assertThat(saver.load("topic")).isEqualTo(DATASET.only("topic").plus(List.of(more)));
    }

    @Test
    void save_append_toAFileWithoutFinalLineBreak() throws IOException {
        write("a.jsonl", "{\"text\":\"x\",\"label\":\"y\"}");
        write("c.csv", "text,label\nx,y");
        saver(SaveFormat.JSONL).save(Dataset.builder().add("a", "new", "y").build(), WriteMode.APPEND);
        saver(SaveFormat.CSV).save(Dataset.builder().add("c", "new", "y").build(), WriteMode.APPEND);

        for (String task : List.of("a", "c")) {
            assertThat(saver(SaveFormat.JSONL).load(task).samples())
                    .extracting(Sample::text)
                    .containsExactly("x", "new");
        }
        assertThat(dir.resolve("a.jsonl"))
                .hasContent("{\"text\":\"x\",\"label\":\"y\"}\n{\"text\":\"new\",\"label\":\"y\"}\n");
    }

    @Test
    void save_append_keepsWhatItDoesNotKnow_inJsonLines() throws IOException {
        String line = "{\"text\":\"x\",  \"label\":\"y\",\"annotator\":7}\n";
        write("a.jsonl", line);
        saver(SaveFormat.JSONL).save(Dataset.builder().add("a", "new", "y").build(), WriteMode.APPEND);

        assertThat(Files.readString(dir.resolve("a.jsonl"))).startsWith(line);
    }

    @ParameterizedTest
    @EnumSource
    void save_ofNothingWritesNothing(SaveFormat format) {
        assertThat(saver(format).save(Dataset.builder().build())).isEmpty();
        assertThat(dir).isEmptyDirectory();
    }

    @ParameterizedTest
    @EnumSource
    void save_createsTheDirectory_andLeavesNoTemporaryFile(SaveFormat format) throws IOException {
        Path deep = dir.resolve("a/b");
        DataSaver saver = DataSaver.builder().path(deep).format(format).build();
        saver.save(DATASET);
        saver.save(DATASET);
        saver.save(DATASET, WriteMode.APPEND);

        try (Stream<Path> files = Files.list(deep)) {
            assertThat(files)
                    .containsExactlyInAnyOrder(
                            deep.resolve("sentiment." + format.extension()),
                            deep.resolve("topic." + format.extension()));
        }
    }

    @Test
    void save_refusesAnotherFormatBeside_beforeAnythingIsWritten() {
        saver(SaveFormat.CSV).save(DATASET.only("topic"));

        for (WriteMode mode : WriteMode.values()) {
            assertThatThrownBy(() -> saver(SaveFormat.JSONL).save(DATASET, mode))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("task 'topic' is already saved as %s: save JSONL to another directory"
                            .formatted(dir.resolve("topic.csv")));
        }
        assertThat(dir.resolve("sentiment.jsonl")).doesNotExist();
    }

    @Test
    void load_refusesTwoFilesForOneTask() throws IOException {
        write("a.jsonl", "{\"text\":\"x\",\"label\":\"y\"}\n");
        write("a.csv", "text,label\nx,y\n");

        for (Runnable use : List.<Runnable>of(
                () -> saver(SaveFormat.JSONL).load("a"),
                () -> saver(SaveFormat.JSONL).loadAll(),
                () -> saver(SaveFormat.JSONL).tasks(),
                () -> saver(SaveFormat.JSONL).save(DATASET))) {
            assertThatThrownBy(use::run)
                    .isInstanceOf(DataFormatException.class)
                    .hasMessage(dir + ": task 'a' has two files, a.csv and a.jsonl: keep one of them here");
        }
    }

    @Test
    void load_ofAnUnknownTask_listsThoseThereAre() {
        saver(SaveFormat.JSON).save(DATASET);

        assertThatThrownBy(() -> saver(SaveFormat.JSON).load("urgency"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no file for task 'urgency' in %s; it has [sentiment, topic]".formatted(dir));
    }

    @Test
    void loadAll_ofAMissingOrEmptyDirectory_saysWhatWasExpected() throws IOException {
        Path missing = dir.resolve("missing");
        DataSaver saver = DataSaver.builder().path(missing).build();

        assertThat(saver.tasks()).isEmpty();
        assertThatThrownBy(saver::loadAll)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no directory " + missing
                        + ": expected one file a task, such as sentiment.jsonl, .json or .csv, whose rows have"
                        + " \"text\" and \"label\"");

        Files.createDirectory(missing);
        Files.writeString(missing.resolve("README.txt"), "not data");
        assertThatThrownBy(saver::loadAll)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no labelled data in " + missing);
    }

    @Test
    void list_ignoresOtherFiles() throws IOException {
        write("a.jsonl", "{\"text\":\"x\",\"label\":\"y\"}\n");
        write("a.jsonl.torn", "{\"te\n");
        write(".hidden.jsonl", "junk");
        write("notes.md", "junk");
        Files.createDirectory(dir.resolve("folder.jsonl"));

        assertThat(saver(SaveFormat.JSONL).tasks()).containsExactly("a");
    }

    @Test
    void save_whereTheDirectoryIsAFile_failsAndNamesIt() throws IOException {
        Path file = Files.writeString(dir.resolve("saved"), "precious");

        assertThatThrownBy(() -> DataSaver.builder().path(file).build().save(DATASET))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot save task 'sentiment' to " + file);
        assertThat(file).hasContent("precious");
    }

    @ParameterizedTest
    @EnumSource
    void save_thatFailsLeavesTheOldFile(SaveFormat format) throws IOException {
        DataSaver saver = saver(format);
        Path file = saver.save(DATASET.only("topic")).get(0);
        byte[] before = Files.readAllBytes(file);
        String name = "x".repeat(300); // refused: longer than a file name may be
        Dataset withBadTask = DATASET.plus(List.of(Sample.of(name, "x", "y")));

        for (WriteMode mode : WriteMode.values()) {
            assertThatThrownBy(() -> saver.save(withBadTask, mode)).isInstanceOf(IllegalArgumentException.class);
            assertThat(file).hasBinaryContent(before);
        }
        assertThat(saver.tasks()).containsExactly("topic");
    }

    @Test
    void toString_namesDirectoryAndFormat() {
        assertThat(saver(SaveFormat.CSV)).hasToString("DataSaver[" + dir + ", CSV]");
    }

    private DataSaver saver(SaveFormat format) {
        return DataSaver.builder().path(dir).format(format).build();
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(dir.resolve(name), content);
    }

    private static Dataset randomDataset(RandomText texts) {
        Random random = texts.random();
        List<String> tasks = List.of(texts.nextNotBlank(6), texts.nextNotBlank(6), "plain");
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Sample sample = Sample.of(tasks.get(random.nextInt(3)), texts.next(30), texts.nextNotBlank(8));
            if (random.nextInt(3) == 0) {
                sample = sample.withId(texts.nextNotBlank(6));
            }
            if (random.nextInt(3) == 0) {
                sample = sample.withTags(randomTags(texts));
            }
            if (random.nextInt(3) == 0) {
                sample = sample.withOrigin(randomOrigin(texts));
            }
            List<Split> possible = sample.origin().isSynthetic() ? List.of(Split.TRAIN) : List.of(Split.values());
            samples.add(
                    random.nextBoolean() ? sample : sample.withSplit(possible.get(random.nextInt(possible.size()))));
        }
        return Dataset.of(samples);
    }

    private static Map<String, String> randomTags(RandomText texts) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (int i = texts.random().nextInt(4); i >= 0; i--) {
            tags.put(texts.nextNotBlank(5), texts.next(10));
        }
        return tags;
    }

    private static Origin randomOrigin(RandomText texts) {
        Random random = texts.random();
        Origin origin = Origin.synthetic(texts.nextNotBlank(4));
        origin = random.nextBoolean() ? origin : origin.withModel(texts.next(4));
        origin = random.nextBoolean() ? origin : origin.withPromptHash(texts.next(4));
        origin = random.nextBoolean() ? origin : origin.withRunId(texts.next(4));
        return random.nextBoolean() ? origin : origin.withParents(List.of(texts.next(4), texts.next(4)));
    }

    @Test
    void load_takesNumbersAsTheyAreWritten() throws IOException {
        write("a.jsonl", "{\"text\":1.10,\"label\":0.30000000000000000001}\n");
        write("b.json", "[{\"text\":1.10,\"label\":0.30000000000000000001}]");

        for (String task : List.of("a", "b")) {
            Sample sample = saver(SaveFormat.JSONL).load(task).samples().get(0);
            assertThat(sample.text()).isEqualTo("1.10");
            assertThat(sample.label()).isEqualTo("0.30000000000000000001");
        }
    }

    @Test
    void load_readsBackWhatIsLongerThanJacksonsLimits() {
        Sample sample = Sample.of("t", "x".repeat(20_100_000), "a").withTags(Map.of("n".repeat(60_000), "1"));
        for (SaveFormat format : SaveFormat.values()) {
            DataSaver saver = DataSaver.builder()
                    .path(dir.resolve(format.name()))
                    .format(format)
                    .build();
            saver.save(Dataset.of(List.of(sample)));

            assertThat(saver.load("t").samples().get(0).equals(sample)).isTrue(); // no 20 MB message
        }
    }
}
