package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Origin;
import io.rapidfit.data.Sample;
import io.rapidfit.data.SaveFormat;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.data.WriteMode;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.Cancellation;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Failure;
import io.rapidfit.llm.LLMUnavailableException;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.run.PromptTemplate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(20)
class LLMAugmenterTest {

    @TempDir
    Path dir;

    private static LLMAugmenter.Builder augmenter(ChatModel model) {
        return LLMAugmenter.builder().chatModel(model).maxSamplesPerTask(8);
    }

    private DataSaver saver() {
        return DataSaver.builder().path(dir).build();
    }

    @Test
    void augment_saysWhereEachSampleComesFrom() {
        ScriptedChatModel model = Scripts.writing(
                request -> ChatResponse.of(Writers.samples(request)).withModel("scripted-2026-01-01"));
        Dataset seed = Seeds.twoClasses();

        GenerationResult result =
                augmenter(model).batchSize(4).concurrency(1).build().augment(seed);

        List<ChatRequest> requests = Scripts.forSamples(model.requests());
        assertThat(requests).hasSize(2);
        assertThat(result.samples()).hasSize(8);
        for (ChatRequest request : requests) {
            String label = Prompts.label(request);
            List<String> shown = Prompts.examples(request).stream()
                    .map(text -> seed.samples().stream()
                            .filter(s -> s.text().equals(text))
                            .findFirst()
                            .orElseThrow()
                            .id())
                    .toList();
            // the hash is that of the request without the schema, which is the same for all
            String hash = new ChatRequest(request.messages(), request.temperature(), request.maxTokens(), null).hash();
            assertThat(shown).hasSize(2);
            assertThat(result.samples())
                    .filteredOn(s -> s.label().equals(label))
                    .hasSize(4)
                    .allSatisfy(s -> {
                        assertThat(s.origin())
                                .isEqualTo(new Origin(
                                        "LLMAugmenter",
                                        "scripted-2026-01-01",
                                        hash.substring(0, 16),
                                        result.runId(),
                                        shown));
                        assertThat(s.split()).isEqualTo(Split.TRAIN);
                    });
        }
        assertThat(result.runId()).matches("[0-9a-f]{16}");
    }

    @Test
    void augment_keepsTheSeedAsItIsAndFirst() {
        Dataset seed = Dataset.of(List.of(
                Seeds.train("topic", "a text with everything", "billing")
                        .withId("given")
                        .withTags(Map.of("source", "mail")),
                Seeds.train("mood", "this made me really furious", "angry"),
                Sample.of("topic", "how do I get my money back", "billing").withSplit(Split.TEST),
                Seeds.train("topic", "", "billing"))); // blank ones are for checks to find, not for prompts
        ScriptedChatModel model = Writers.inventive();

        GenerationResult result = augmenter(model).build().augment(seed);

        assertThat(result.dataset().samples().subList(0, 4)).isEqualTo(seed.samples());
        assertThat(result.dataset().samples().subList(4, 20)).isEqualTo(result.samples());
        assertThat(Scripts.forSamples(model.requests()))
                .allSatisfy(r -> assertThat(Prompts.examples(r)).hasSize(1).doesNotContain(""));
    }

    @Test
    void augment_showsTrainingTextsOnly() {
        ScriptedChatModel model = Writers.inventive();

        GenerationResult result = augmenter(model).maxSamplesPerTask(40).build().augment(Seeds.unsplit());

        List<String> hidden = result.dataset().samples().stream()
                .filter(s -> s.split() != Split.TRAIN)
                .map(Sample::text)
                .toList();
        // the minimum rule: one test and one validation sample a label at least
        assertThat(hidden).hasSizeGreaterThanOrEqualTo(4);
        for (ChatRequest request : model.requests()) {
            assertThat(hidden).noneMatch(text -> Prompts.text(request).contains(text));
        }
        assertThat(result.samples()).allMatch(s -> s.split() == Split.TRAIN);
    }

    @Test
    void augment_doesNotShowATrainingTextThatIsHeldOutInAnotherTask() {
        // splits given by a caller may contradict each other
        Dataset seed = Dataset.of(List.of(
                Seeds.train("topic", "I want my money back today", "refund"),
                Seeds.train("topic", "please send the money back", "refund"),
                Seeds.train("mood", "this made me really furious", "angry"),
                Sample.of("mood", "i want my MONEY back today", "angry").withSplit(Split.TEST)));
        ScriptedChatModel model = Writers.inventive();

        augmenter(model).build().augment(seed);

        assertThat(model.requests())
                .allSatisfy(r -> assertThat(Prompts.text(r)).doesNotContain("I want my money back today"));
    }

    @Test
    void augment_showsTextsOfPeopleWhereThereAreAny() {
        Dataset seed = Seeds.oneClass("written by a person")
                .plus(List.of(
                        Seeds.train("topic", "written by a machine", "billing")
                                .withOrigin(Origin.synthetic("LLMAugmenter")),
                        Seeds.train("topic", "only machines wrote this", "delivery")
                                .withOrigin(Origin.synthetic("LLMAugmenter"))));
        ScriptedChatModel model = Writers.inventive();

        augmenter(model).build().augment(seed);

        assertThat(Scripts.forSamples(model.requests()))
                .extracting(Prompts::label, Prompts::examples)
                .contains(
                        tuple("billing", List.of("written by a person")),
                        tuple("delivery", List.of("only machines wrote this")));
    }

    @Test
    void augment_refusesASeedWithoutTrainingSamples() {
        Dataset tests = Seeds.oneClass().withSplit(Split.TEST);

        for (Dataset seed : List.of(tests, Dataset.of(List.of()))) {
            assertThatThrownBy(() -> augmenter(Writers.inventive()).build().augment(seed))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the seed has no training sample");
            assertThatThrownBy(() -> augmenter(Writers.inventive()).build().forecast(seed))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void augment_describesTenClassesACall() {
        ScriptedChatModel model = Writers.inventive();
        Dataset.Builder seed = Dataset.builder();
        for (int i = 0; i < 11; i++) {
            seed.add(Seeds.train("topic", Seeds.words(i), "label " + i));
        }
        seed.add(Seeds.train("mood", Seeds.words(11), "happy"));

        augmenter(model).maxSamplesPerTask(11).concurrency(1).build().augment(seed.build());

        // a call is about one task
        assertThat(model.requests().subList(0, 3))
                .extracting(r -> Prompts.classes(r).size())
                .containsExactly(10, 1, 1);
        // a text for each of eleven classes, and 8 and 3 for the one of the other task
        assertThat(Scripts.forSamples(model.requests())).hasSize(13);
    }

    @ParameterizedTest
    @EnumSource(SaveFormat.class)
    void augment_savesWhatItReturnsInEveryFormat(SaveFormat format) {
        Dataset seed = Seeds.oneClass("a seed, with \"quotes\"; and\nlines\r\n", "\u4F60\u597D \uD83D\uDE00", "=1+1");
        DataSaver saver = DataSaver.builder().path(dir).format(format).build();
        ScriptedChatModel model = Scripts.writing(request -> ChatResponse.of(Scripts.reply(
                List.of("new,\"quoted\"\nand in two lines", "\u0645\u0631\u062D\u0628\u0627 new", "'@cell"))));

        GenerationResult result =
                augmenter(model).maxSamplesPerTask(3).saver(saver).build().augment(seed);

        assertThat(result.samples()).hasSize(3);
        assertThat(saver.loadAll()).isEqualTo(result.dataset());
        assertThat(result.paths())
                .containsExactly(dir.resolve("topic." + format.name().toLowerCase(Locale.ROOT)));
    }

    @ParameterizedTest
    @EnumSource(SaveFormat.class)
    void append_addsToWhatIsSavedInEveryFormat(SaveFormat format) {
        DataSaver saver = DataSaver.builder().path(dir).format(format).build();
        Dataset seed = Seeds.plenty("topic", "billing").plus(Seeds.plenty("mood", "happy"));
        LLMAugmenter appending = augmenter(Writers.inventive())
                .saver(saver)
                .writeMode(WriteMode.APPEND)
                .build();

        GenerationResult first = appending.augment(seed);
        GenerationResult second = appending.augment(seed);

        assertThat(first.samples()).hasSize(16);
        assertThat(second.samples()).hasSize(16).doesNotContainAnyElementsOf(first.samples());
        assertThat(second.runId()).isNotEqualTo(first.runId());
        // as the saver loads it: by task, in each what there was and then what was added
        assertThat(second.dataset().samples("topic"))
                .containsExactlyElementsOf(concat(first.dataset().samples("topic"), second.samples(), "topic"));
        assertThat(saver.loadAll().samples("topic")).isEqualTo(second.dataset().samples("topic"));
        assertThat(saver.loadAll().samples("mood")).isEqualTo(second.dataset().samples("mood"));
        assertThat(second.dataset().size()).isEqualTo(16 + 32);
    }

    private static List<Sample> concat(List<Sample> before, List<Sample> made, String task) {
        List<Sample> all = new ArrayList<>(before);
        made.stream().filter(s -> s.task().equals(task)).forEach(all::add);
        return all;
    }

    @Test
    void append_neverKeepsASavedTextAgain() {
        DataSaver saver = saver();
        LLMAugmenter.Builder appending = augmenter(Scripts.writing("first of all", "second to none", "third and last"))
                .saver(saver)
                .writeMode(WriteMode.APPEND)
                .maxCallsPerClass(1)
                .maxSamplesPerTask(2);
        appending.build().augment(Seeds.oneClass());

        GenerationResult second = appending.maxSamplesPerTask(3).build().augment(Seeds.oneClass());

        assertThat(second.samples()).extracting(Sample::text).containsExactly("third and last");
        assertThat(second.rejections()).isEqualTo(Map.of(Rejection.DUPLICATE, 2));
    }

    @Test
    void append_keepsTheSavedSplitsAndTasks() {
        DataSaver saver = saver();
        saver.save(Dataset.of(List.of(
                Sample.of("topic", "how do I get my money back", "billing").withSplit(Split.TEST),
                Seeds.train("mood", "this made me really furious", "angry"))));

        GenerationResult result = augmenter(Writers.inventive())
                .saver(saver)
                .writeMode(WriteMode.APPEND)
                .build()
                .augment(Dataset.of(List.of(
                        Sample.of("topic", "How do I get my money back", "billing"),
                        Seeds.train("topic", "why was I charged twice this month", "billing"))));

        // the seed's other spelling is the saved sample; the task that was not asked for stays as it was
        assertThat(result.dataset().samples("topic").subList(0, 2))
                .extracting(Sample::text, Sample::split)
                .containsExactly(
                        tuple("how do I get my money back", Split.TEST),
                        tuple("why was I charged twice this month", Split.TRAIN));
        assertThat(result.dataset().samples("mood")).hasSize(1);
        assertThat(result.samples()).hasSize(8).allMatch(s -> s.task().equals("topic"));
    }

    @Test
    void append_countsWhatIsSavedWhenItDividesNewSamples() {
        DataSaver saver = saver();
        saver.save(Seeds.plenty("topic", "billing")); // eight

        GenerationResult result = augmenter(Writers.inventive())
                .saver(saver)
                .writeMode(WriteMode.APPEND)
                .maxSamplesPerTask(6)
                .build()
                .augment(Seeds.twoClasses());

        // billing has 8 + 2, delivery 2
        assertThat(result.samples()).hasSize(6).allMatch(s -> s.label().equals("delivery"));
    }

    @Test
    void append_keepsSamplesOfARunWhoseJournalIsGone() throws Exception {
        DataSaver saver = saver();
        LLMAugmenter appending = augmenter(Writers.inventive())
                .saver(saver)
                .writeMode(WriteMode.APPEND)
                .build();
        GenerationResult first = appending.augment(Seeds.plenty("topic", "billing"));
        for (Path journal : SavedFiles.journals(dir)) {
            Files.delete(journal); // whoever copies data need not copy what lies beside
        }

        GenerationResult second = appending.augment(Seeds.plenty("topic", "billing"));

        assertThat(second.dataset().samples()).containsAll(first.samples());
        assertThat(second.samples()).hasSize(8).doesNotContainAnyElementsOf(first.samples());
    }

    @Test
    void withdraw_removesARunOrAGenerator() {
        DataSaver saver = saver();
        Dataset seed = Seeds.plenty("topic", "billing");
        LLMAugmenter appending = augmenter(Writers.inventive())
                .saver(saver)
                .writeMode(WriteMode.APPEND)
                .build();
        GenerationResult first = appending.augment(seed);
        GenerationResult second = appending.augment(seed);

        assertThat(saver.loadAll().withdraw(second.runId())).isEqualTo(first.dataset());
        assertThat(saver.loadAll().withdraw("LLMAugmenter")).isEqualTo(seed);
        assertThat(saver.loadAll().withdraw("LLMRefiner")).isEqualTo(saver.loadAll());
    }

    @Test
    void result_displaysCountsAndWhyTextsAreMissing() {
        StringBuilder out = new StringBuilder();
        GenerationResult result = augmenter(Scripts.writing("only this one", "x", "only this one!"))
                .maxSamplesPerTask(3)
                .maxCallsPerClass(1)
                .build()
                .augment(Seeds.twoClasses());

        result.display(out);

        // 2 and 2: two of three are for billing; delivery gets a text that is there already
        assertThat(out.toString().lines().map(String::strip))
                .contains(
                        "fewer than wanted: topic/billing: 1 of 2 after 1 calls; as many calls as maxCallsPerClass allows;"
                                + " not kept: shorter than the least length 1",
                        "fewer than wanted: topic/delivery: 0 of 1 after 1 calls; as many calls as maxCallsPerClass"
                                + " allows; not kept: equal or too similar to another text 1");
        assertThat(out.toString())
                .containsPattern("topic +billing +2 +1\\R")
                .containsPattern("topic +delivery +2 +0\\R");
        assertThat(result)
                .hasToString("GenerationResult[1 samples made, 5 in all, 2 shortfalls, run " + result.runId() + "]");
    }

    @Test
    void augment_givesTheSameUnderTheTurkishLocale() {
        Dataset seed = Dataset.of(List.of(
                Seeds.train("TITLE", "I AM INSIDE, where is it", "I"),
                Seeds.train("TITLE", "istanbul ISPARTA ilik", "i")));
        List<Object> made = new ArrayList<>();
        Locale before = Locale.getDefault();
        for (String tag : List.of("en", "tr", "ar-EG-u-nu-arab")) {
            Locale.setDefault(Locale.forLanguageTag(tag));
            try {
                Path own = dir.resolve(tag);
                GenerationResult result = augmenter(Writers.inventive())
                        .saver(DataSaver.builder().path(own).build())
                        .maxCallsPerClass(1)
                        .batchSize(3)
                        .build()
                        .augment(seed);
                StringBuilder shown = new StringBuilder();
                result.display(shown);
                made.add(List.of(result.dataset(), result.runId(), shown.toString(), SavedFiles.of(own)));
            } finally {
                Locale.setDefault(before);
            }
        }
        assertThat(made.get(1)).isEqualTo(made.get(0));
        assertThat(made.get(2)).isEqualTo(made.get(0));
    }

    @Test
    void augment_givesTheSameWhateverTheConcurrency() {
        List<Object> made = new ArrayList<>();
        for (int concurrency : List.of(1, 3, 16)) {
            GenerationResult result = augmenter(Writers.inventive())
                    .maxSamplesPerTask(60)
                    .concurrency(concurrency)
                    .build()
                    .augment(Seeds.plenty("topic", "billing", "delivery", "refund"));
            made.add(List.of(result.runId(), result.dataset(), result.rejections()));
        }
        assertThat(made.get(1)).isEqualTo(made.get(0));
        assertThat(made.get(2)).isEqualTo(made.get(0));
    }

    @Test
    void runId_changesWithWhateverDecidesWhatIsAsked() {
        AtomicInteger checks = new AtomicInteger();
        Map<String, LLMAugmenter.Builder> same = new LinkedHashMap<>();
        same.put("concurrency", augmenter(Writers.inventive()).concurrency(3));
        same.put("saver", augmenter(Writers.inventive()).saver(saver()).incrementalSaving(false));
        same.put("journal", augmenter(Writers.inventive()).journal(dir.resolve("journal")));
        same.put(
                "budget",
                augmenter(Writers.inventive())
                        .budget(Budget.builder().maxCalls(1000).build()));
        same.put("cancellation", augmenter(Writers.inventive()).cancellation(new Cancellation()));
        same.put("onProgress", augmenter(Writers.inventive()).onProgress(p -> checks.incrementAndGet()));
        Map<String, LLMAugmenter.Builder> other = new LinkedHashMap<>();
        other.put("model", augmenter(Scripts.writing(r -> ChatResponse.of(Writers.samples(r)))));
        other.put("seed", augmenter(Writers.inventive()).seed(7));
        other.put("maxSamplesPerTask", augmenter(Writers.inventive()).maxSamplesPerTask(9));
        other.put("batchSize", augmenter(Writers.inventive()).batchSize(4));
        other.put("callsPerWave", augmenter(Writers.inventive()).callsPerWave(4));
        other.put("maxTemperature", augmenter(Writers.inventive()).maxTemperature(1));
        other.put("maxCallsPerClass", augmenter(Writers.inventive()).maxCallsPerClass(50));
        other.put("maxTextLength", augmenter(Writers.inventive()).maxTextLength(100));
        other.put("maxAnswerTokens", augmenter(Writers.inventive()).maxAnswerTokens(100));
        other.put("lengthRange", augmenter(Writers.inventive()).lengthRange(3, 2000));
        other.put("maxSimilarity", augmenter(Writers.inventive()).maxSimilarity(0.7));
        other.put("contradictionConfidence", augmenter(Writers.inventive()).contradictionConfidence(0.8));
        other.put("maxKnownConfidence", augmenter(Writers.inventive()).maxKnownConfidence(0.99));
        other.put(
                "splitter",
                augmenter(Writers.inventive())
                        .splitter(Splitter.builder().seed(1).build()));
        other.put(
                "samplePrompt",
                augmenter(Writers.inventive()).samplePrompt(PromptTemplate.of("Write {count} new texts of {label}.")));
        other.put(
                "instructionPrompt",
                augmenter(Writers.inventive()).instructionPrompt(PromptTemplate.of("Look at\n{classes}")));

        String id = augmenter(Writers.inventive())
                .build()
                .augment(Seeds.twoClasses())
                .runId();
        same.forEach((option, builder) -> assertThat(
                        builder.build().augment(Seeds.twoClasses()).runId())
                .as(option)
                .isEqualTo(id));
        Set<String> ids = new HashSet<>(Set.of(id));
        other.forEach((option, builder) -> assertThat(
                        ids.add(builder.build().augment(Seeds.twoClasses()).runId()))
                .as(option)
                .isTrue());
        assertThat(ids.add(augmenter(Writers.inventive())
                        .build()
                        .augment(Dataset.of(Seeds.twoClasses().samples().subList(0, 3)))
                        .runId()))
                .as("input")
                .isTrue();
    }

    @Test
    void augment_refusesASaverOfAnotherFormatBeforeACallIsPaidFor(@TempDir Path saved) {
        Dataset seed = Seeds.plenty("topic", "billing", "delivery");
        DataSaver.builder().path(saved).format(SaveFormat.CSV).build().save(seed);
        ScriptedChatModel model = Writers.inventive();
        LLMAugmenter augmenter = LLMAugmenter.builder()
                .chatModel(model)
                .saver(DataSaver.builder().path(saved).build())
                .build();

        assertThatThrownBy(() -> augmenter.augment(seed))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("already saved as");
        assertThat(model.requests()).isEmpty();
    }

    @Test
    void augment_asksNothingAgainOfAFinishedRunWhoseLastCallFailed(@TempDir Path saved) {
        // 10 of each of two classes in batches of 8: one call for instructions, then four, of which the last fails
        AtomicInteger calls = new AtomicInteger();
        ChatModel model = request -> {
            if (calls.incrementAndGet() == 5) {
                throw new LLMUnavailableException("down", Failure.UNKNOWN, null);
            }
            return Writers.inventive().chat(request);
        };
        LLMAugmenter augmenter = LLMAugmenter.builder()
                .chatModel(model)
                .maxSamplesPerTask(20)
                .maxCallsPerClass(2)
                .concurrency(1)
                .saver(DataSaver.builder().path(saved).build())
                .build();
        Dataset seed = Seeds.plenty("topic", "billing", "delivery");

        GenerationResult first = augmenter.augment(seed);
        GenerationResult again = augmenter.augment(seed);

        assertThat(first.samples()).hasSize(18);
        assertThat(calls).hasValue(5);
        assertThat(again.dataset()).isEqualTo(first.dataset());
        assertThat(again.usage().journalled()).isEqualTo(4);
    }
}
