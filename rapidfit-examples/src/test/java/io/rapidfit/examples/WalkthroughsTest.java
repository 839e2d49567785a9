package io.rapidfit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.classifier.MultiheadClassifier;
import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Item;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.generate.AnnotationResult;
import io.rapidfit.llm.generate.DataRefinementResult;
import io.rapidfit.llm.generate.GenerationResult;
import io.rapidfit.llm.generate.RefinedExample.Outcome;
import io.rapidfit.llm.generate.Refinement;
import io.rapidfit.llm.generate.Refinement.Stop;
import io.rapidfit.llm.generate.RefinementResult;
import io.rapidfit.llm.generate.Refinements;
import io.rapidfit.llm.generate.Rewrite;
import io.rapidfit.llm.grade.GraderAudit;
import io.rapidfit.llm.grade.GradingResult;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the examples do, not how good a classifier gets: this one learns for a moment only. */
class WalkthroughsTest {

    private final MultiheadClassifier classifier =
            MultiheadClassifier.builder().epochs(6).build();
    private final ScriptedChatModel script = ScriptedReplies.model();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @AfterEach
    void close() {
        classifier.close();
    }

    @Test
    void fixMostConfusedPair_writesForThisPairAlone() {
        Dataset start = DemoData.start(4).only("topic");

        GenerationResult refined = FixMostConfusedPair.run(start, classifier, script, out);

        Matcher pair = Pattern.compile("Most confused: (\\w+), taken for (\\w+) \\d+ times")
                .matcher(printed());
        assertThat(pair.find()).isTrue();
        assertThat(refined.samples().stream().map(Sample::label).distinct())
                .containsExactlyInAnyOrder(pair.group(1), pair.group(2));
        assertThat(refined.samples()).hasSize(2 * 16);
        assertTestIsTheSame(start, refined.dataset());
        assertThat(printed()).contains("On test samples");
    }

    @Test
    void fillMissingClasses_writesForLabelsWithoutAValidationSampleAlone() {
        Dataset start = FillMissingClasses.withRareLabels();
        assertThat(start.samples(Split.VALIDATION)).isNotEmpty().noneMatch(WalkthroughsTest::isRare);
        assertThat(start.samples(Split.TRAIN))
                .filteredOn(WalkthroughsTest::isRare)
                .hasSize(2);
        assertThat(start.samples(Split.TEST)).anyMatch(WalkthroughsTest::isRare);

        GenerationResult filled = FillMissingClasses.run(start, classifier, script, out);

        assertThat(filled.samples()).hasSize(2 * 16).allMatch(WalkthroughsTest::isRare);
        assertTestIsTheSame(start, filled.dataset());
        assertThat(printed()).contains("{topic=[returns, technical]}", "On test samples");
    }

    private static boolean isRare(Sample sample) {
        return sample.label().equals("returns") || sample.label().equals("technical");
    }

    @Test
    void iterateUntilGoodEnough_keepsTheBestRound() {
        Dataset start = DemoData.start(8).only("urgency");

        RefinementResult result = IterateUntilGoodEnough.run(start, classifier, script, out);

        assertThat(result.rounds()).hasSizeBetween(2, 4);
        assertThat(result.best().score())
                .isEqualTo(result.rounds().stream()
                        .mapToDouble(round -> round.score())
                        .max()
                        .orElseThrow());
        assertTestIsTheSame(start, result.dataset());
        assertThat(printed())
                .contains("round 0: still weak", "ended: " + result.stop().description(), "On test samples");
    }

    @Test
    void refineOneTask_leavesTheOthersAsTheyAre() {
        Dataset start = DemoData.start(4);

        GenerationResult refined = RefineOneTask.run(start, "urgency", classifier, script, out);

        assertThat(refined.samples()).isNotEmpty().allMatch(s -> s.task().equals("urgency"));
        assertThat(refined.dataset().only("topic", "sentiment")).isEqualTo(start.only("topic", "sentiment"));
        assertTestIsTheSame(start, refined.dataset());
        assertThat(printed()).contains("samples written, all for urgency");
    }

    @Test
    void productionSettings_savesEverythingAndAsksNothingTwice(@TempDir Path directory) {
        Dataset start = DemoData.start(4).only("topic");

        RefinementResult first = ProductionSettings.run(start, directory, classifier, script, out);

        assertThat(script.requests()).isNotEmpty();
        assertThat(DataSaver.builder()
                        .path(directory.resolve("data"))
                        .build()
                        .loadAll()
                        .samples())
                .containsExactlyInAnyOrderElementsOf(first.dataset().samples());
        try (MultiheadClassifier loaded = MultiheadClassifier.load(directory.resolve("model"))) {
            assertThat(loaded.predictAll("Where is my parcel?"))
                    .isEqualTo(classifier.predictAll("Where is my parcel?"));
        }
        assertTestIsTheSame(start, first.dataset());
        assertThat(printed()).contains("instructions 6 of 6, 1 calls so far");

        ScriptedChatModel again = ScriptedReplies.model();
        RefinementResult second = ProductionSettings.run(start, directory, classifier, again, out);

        assertThat(again.requests()).isEmpty();
        assertThat(second.dataset()).isEqualTo(first.dataset());
    }

    /** The gate of the example, asked by way of a model that writes such texts. */
    @Test
    void productionSettings_keepsNoTextWithAPlaceholder(@TempDir Path directory) {
        ScriptedChatModel careless = ScriptedChatModel.builder()
                .when(
                        request -> request.messages().get(0).content().contains("expert in the errors"),
                        "{\"classes\":[]}")
                .otherwise("{\"samples\":[{\"text\":\"Hello, my name is [NAME], where does order XXX stay?\"}]}")
                .build();

        RefinementResult result =
                ProductionSettings.run(DemoData.start(2).only("topic"), directory, classifier, careless, out);

        assertThat(result.dataset().samples()).noneMatch(s -> s.text().contains("[NAME]"));
        assertThat(result.stop()).isEqualTo(RefinementResult.Stop.NOTHING_WRITTEN);
    }

    @Test
    void annotateAndTrain_labelsTheTrainingTextsAlone() {
        Dataset demo = DemoData.start(8);
        Dataset people = demo.only("topic").filter(s -> s.split() == Split.TRAIN);
        ScriptedChatModel labels = ScriptedLabels.model(demo);

        AnnotationResult annotated = AnnotateAndTrain.run(demo, classifier, labels, out);

        assertThat(annotated.dataset().samples("topic"))
                .extracting(Sample::text, Sample::label)
                .containsExactlyElementsOf(people.samples().stream()
                        .map(s -> tuple(s.text(), s.label()))
                        .toList());
        assertThat(annotated.dataset().samples())
                .allMatch(s -> s.split() == Split.TRAIN && s.origin().isSynthetic());
        assertThat(labels.requests())
                .allSatisfy(request -> demo.samples(Split.TEST)
                        .forEach(tested -> assertThat(ScriptedChatModel.lastUserMessage(request))
                                .doesNotContain(tested.text())));
        assertThat(printed()).contains("topic: accuracy", "urgency: accuracy");
    }

    @Test
    void reports_areFilesThatNeedNothingElse(@TempDir Path directory) {
        Reports.run(DemoData.start(2), DemoData.start(8), directory, classifier, out);

        assertThat(directory)
                .isDirectoryContaining("glob:**/dataset.html")
                .isDirectoryContaining("glob:**/analysis.html")
                .isDirectoryContaining("glob:**/comparison.html");
        assertThat(directory.resolve("dataset.html")).content().contains("<h1><bdi>Dataset report</bdi></h1>");
        assertThat(directory.resolve("analysis.html")).content().contains("On validation samples.", "urgency");
        assertThat(directory.resolve("comparison.html"))
                .content()
                .contains("<h1><bdi>From few training messages to more</bdi></h1>", "On test samples")
                .doesNotContain("http://", "https://");
        assertThat(printed()).contains(directory.toString());
    }

    @Test
    void gradeAnswers_findsWhatIsGoodEnoughAndAsksNothingTwice(@TempDir Path directory) {
        List<Item> answers = ShopAnswers.load();
        ScriptedChatModel judge = ShopAnswers.judge();

        GradingResult result = GradeAnswers.run(answers, directory, judge, out);

        // 24 answers by two graders, one of them asked about twice
        assertThat(judge.requests()).hasSize(49);
        assertThat(result.graders().get("correctness-by-reference").errors()).isEqualTo(1);
        assertThat(result.clean()).hasSize(13).doesNotContain(answers.get(17)); // which has an address in it
        assertThat(result.findings("personal-data").get(17).verdict()).isEqualTo(Verdict.FAIL);
        // 1 of 5 for correctness, which counts twice, and 2 of 5: (2 * 0 + 0.25) / 3
        assertThat(result.examples().get(3).aggregate().orElseThrow()).isCloseTo(0.25 / 3, within(1e-12));
        assertThat(printed())
                .contains(
                        "answer-2b        0.08  correctness-by-reference: Iceland, time and price",
                        "13 of 24 answers are good enough to learn from.");

        ScriptedChatModel again = ShopAnswers.judge();
        GradingResult second = GradeAnswers.run(answers, directory, again, out);

        assertThat(again.requests()).isEmpty();
        assertThat(second.examples()).isEqualTo(result.examples());
    }

    @Test
    void auditAJudge_tellsAGoodJudgeFromALenientOneThatLooksAtPlaces() {
        GraderAudit audit = AuditAJudge.run(ShopAnswers.load(), ShopAnswers.judge(), out);

        // people and the judge differ on answer 10b alone, of the 23 that it could judge
        assertThat(audit.judged()).isEqualTo(23);
        assertThat(audit.errors()).isEqualTo(1);
        assertThat(audit.agreement().orElseThrow().value()).isEqualTo(22.0 / 23);
        assertThat(printed())
                .contains("correctness-by-reference", "completeness", "swaps that came out alike  0.583", "score");
    }

    @Test
    void refineAnswers_keepsTheBestOfEach() {
        List<Item> answers = RefineAnswers.poor();

        Refinements refined = RefineAnswers.run(answers, ShopWriter.model(), out);

        // of ten answers, the script has nothing for one, and worse ones come first for two
        assertThat(refined.best()).filteredOn(best -> !answers.contains(best)).hasSize(7);
        assertThat(refined.examples())
                .extracting(refinement -> refinement.original().id(), Refinement::stop)
                .contains(
                        tuple("answer-2b", Stop.REPEATED),
                        tuple("answer-5b", Stop.NOT_PREFERRED),
                        tuple("answer-10b", Stop.NOT_PREFERRED),
                        tuple("answer-11b", Stop.REPEATED));
        assertThat(printed())
                .contains(
                        "candidate: Yes, we ship to Iceland.", "best:      Yes, in 5 to 8 working days, for 12 euros.");
    }

    @Test
    void cleanADataset_keepsWhatIsBetterAndLeavesTheTestAlone(@TempDir Path directory) {
        List<Item> answers = CleanADataset.withTest();
        ScriptedChatModel script = ShopWriter.model();

        DataRefinementResult result = CleanADataset.run(answers, directory, script, out);

        assertThat(result.count(Outcome.HELD_OUT)).isEqualTo(2);
        assertThat(script.requests())
                .noneMatch(request -> request.messages().stream()
                        .anyMatch(message -> message.content().contains("guarantee for the bike")));
        // 24 answers, of which two are held out, twelve are good, one cannot be graded and one is not made better
        assertThat(result.count(Outcome.CLEAN)).isEqualTo(12);
        assertThat(result.count(Outcome.REFINED)).isEqualTo(8);
        assertThat(result.count(Outcome.UNIMPROVED)).isEqualTo(1);
        assertThat(result.count(Outcome.UNGRADED)).isEqualTo(1);
        assertThat(result.clean()).hasSize(20);
        // a wrong weight is worse, though more complete; no weight is no better
        assertThat(result.examples().get(19).rewrites())
                .extracting(Rewrite::kept, Rewrite::reason)
                .containsExactly(
                        tuple(false, "worse by correctness-by-reference (0.75 to 0.25)"),
                        tuple(false, "no better where the text fell short"));
        assertThat(printed())
                .contains("better by personal-data (0.00 to 1.00)", "20 of 24 answers are good enough to learn from.");

        ScriptedChatModel again = ShopWriter.model();
        DataRefinementResult second = CleanADataset.run(answers, directory, again, out);

        assertThat(again.requests()).isEmpty();
        assertThat(second.examples()).isEqualTo(result.examples());
    }

    private static void assertTestIsTheSame(Dataset before, Dataset after) {
        assertThat(before.samples(Split.TEST)).isNotEmpty();
        assertThat(after.samples(Split.TEST)).isEqualTo(before.samples(Split.TEST));
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
