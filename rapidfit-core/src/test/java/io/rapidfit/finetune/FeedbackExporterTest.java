package io.rapidfit.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidfit.review.Decision;
import io.rapidfit.review.Feedback;
import io.rapidfit.review.ReviewItem;
import io.rapidfit.review.ReviewJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedbackExporterTest {

    private static final ReviewItem LATE =
            new ReviewItem("late", "Parcels \"late\"\n😀", List.of("row 3"), "Ask the carrier.", List.of());
    private static final ReviewItem COST =
            new ReviewItem("cost", "That costs customers.", List.of(), "", List.of("late"));

    @TempDir
    private Path directory;

    private FeedbackExporter.Builder exporter() {
        return FeedbackExporter.builder().directory(directory).holdoutFraction(0);
    }

    private static Feedback feedback(String job, String input, String reviewer, Decision late, Decision cost) {
        return new Feedback(
                new ReviewJob(job, input, List.of(LATE, COST)),
                reviewer,
                Map.of("late", late, "cost", cost),
                4,
                "",
                Instant.EPOCH);
    }

    private static Feedback good(String job, String input) {
        return feedback(job, input, "ana", Decision.approve(5), Decision.approve(3));
    }

    private List<JsonNode> lines(String file) throws IOException {
        return Files.readAllLines(directory.resolve(file)).stream()
                .map(Json::parse)
                .toList();
    }

    @Test
    void export_writesPromptCompletionAndMetadata() throws IOException {
        FeedbackExport export = exporter()
                .systemPrompt("Summarise.")
                .build()
                .export(List.of(
                        good("a", "parcels of January"),
                        feedback(
                                "b",
                                "parcels of May",
                                "bo",
                                Decision.edit(LATE.withText("Late.")),
                                Decision.reject("no"))));

        assertThat(export)
                .isEqualTo(new FeedbackExport(
                        directory.resolve("feedback.jsonl"),
                        directory.resolve("feedback_holdout.jsonl"),
                        2,
                        0,
                        0,
                        0,
                        0,
                        0));
        JsonNode first = lines("feedback.jsonl").get(0);
        String completion = """
                {"items":[{"id":"late","text":"Parcels \\"late\\"\\n😀","evidence":["row 3"],"recommendation":"Ask the carrier."},{"id":"cost","text":"That costs customers.","depends_on":["late"]}]}""";
        String shot = """
                {"items":[{"id":"late","text":"Late.","evidence":["row 3"],"recommendation":"Ask the carrier."}]}""";
        String prompt = "Summarise.\n\nInput:\nparcels of May\n\nOutput:\n" + shot
                + "\n\nInput:\nparcels of January\n\nOutput:\n";
        assertThat(first.path("completion").asText()).isEqualTo(completion);
        assertThat(first.path("prompt").asText()).isEqualTo(prompt);
        assertThat(first.path("metadata").toString())
                .isEqualTo(
                        "{\"job_id\":\"a\",\"reviewer_id\":\"ana\",\"overall_score\":4,\"approved_item_count\":2,\"prompt_length\":%d,\"completion_length\":%d}"
                                .formatted(prompt.length(), completion.length() - 1)); // the smiley has two chars
        assertThat(directory.resolve("feedback_holdout.jsonl")).doesNotExist();
    }

    @Test
    void export_passesItsOwnValidator() {
        List<Feedback> feedback = new ArrayList<>();
        for (int i = 0; i < 40; i++) { // alike enough to be shown as examples, and yet of their own
            feedback.add(good(
                    "job " + i, "row 1: " + i * 7919 + " parcels\nrow 2: " + i * 104729 + " late\nrow 3: depot " + i));
        }
        FeedbackExport export = exporter()
                .holdoutFraction(0.3)
                .systemPrompt("Summarise.")
                .build()
                .export(feedback);

        ValidationReport report = FineTuneValidator.builder()
                .format(FineTuneFormat.PROMPT_COMPLETION)
                .build()
                .validate(export.trainFile(), export.holdoutFile());

        assertThat(report.passed()).isTrue();
        assertThat(report.files())
                .allSatisfy(
                        file -> assertThat(file.count(ValidationCheck.OVERLAP)).isZero());
    }

    @Test
    void shots_areTheMostSimilarInputs() throws IOException {
        exporter()
                .shotCount(2)
                .build()
                .export(List.of(
                        good("a", "parcels came late in May"),
                        good("b", "invoices were wrong"),
                        good("c", "parcels came late in June"),
                        good("d", "parcels came late"),
                        good("e", "other")));

        // To a: c shares 4 of 6 words, d 3 of 5, b and e none.
        assertThat(lines("feedback.jsonl").get(0).path("prompt").asText())
                .containsSubsequence("Input:\nparcels came late in June\n", "Input:\nparcels came late\n", "in May\n")
                .doesNotContain("invoices", "other");
    }

    @Test
    void shots_areNeverHeldOutNorTheSameInput() throws IOException {
        List<Feedback> feedback = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            feedback.add(good("job " + i, "input number " + i));
            feedback.add(good("again " + i, "Input  number " + i)); // the same but for space and case
        }
        FeedbackExport export =
                exporter().holdoutFraction(0.4).shotCount(8).build().export(feedback);

        assertThat(export.repeated()).isEqualTo(60);
        assertThat(export.train() + export.holdout()).isEqualTo(60);
        assertThat(export.holdout()).isBetween(12, 36); // 24 expected, with a standard deviation of 3.8
        List<String> heldOut = lines("feedback_holdout.jsonl").stream()
                .map(line -> line.path("metadata").path("job_id").asText().substring(4))
                .toList();
        for (String file : List.of("feedback.jsonl", "feedback_holdout.jsonl")) {
            for (JsonNode line : lines(file)) {
                String prompt = line.path("prompt").asText();
                String own = line.path("metadata").path("job_id").asText().substring(4);
                assertThat(prompt.split("Input:\n", -1)).hasSize(1 + 9);
                assertThat(prompt.split("nput {1,2}number " + own + "\n", -1)).hasSize(2);
                heldOut.stream()
                        .filter(other -> !other.equals(own))
                        .forEach(other -> assertThat(prompt).doesNotContain("number " + other + "\n"));
            }
        }
    }

    @Test
    void holdout_staysWhereItIsWhenFeedbackComes() throws IOException {
        List<Feedback> feedback = IntStream.range(0, 40)
                .mapToObj(i -> good("job " + i, "input number " + i))
                .toList();
        FeedbackExporter exporter = exporter().holdoutFraction(0.15).build();
        exporter.export(feedback.subList(0, 20));
        Map<String, Boolean> before = new HashMap<>();
        lines("feedback.jsonl")
                .forEach(line -> before.put(line.path("metadata").path("job_id").asText(), false));
        lines("feedback_holdout.jsonl")
                .forEach(line -> before.put(line.path("metadata").path("job_id").asText(), true));

        exporter.export(feedback);

        assertThat(before).hasSize(20).containsValue(true);
        Map<String, Boolean> after = new HashMap<>();
        lines("feedback.jsonl")
                .forEach(line -> after.put(line.path("metadata").path("job_id").asText(), false));
        lines("feedback_holdout.jsonl")
                .forEach(line -> after.put(line.path("metadata").path("job_id").asText(), true));
        assertThat(after).hasSize(40).containsAllEntriesOf(before);
    }

    @Test
    void export_leavesOutWhatNobodyShouldLearn() {
        Feedback unfinished = new Feedback(
                good("c", "third").job(), "ana", Map.of("late", Decision.approve(5)), null, "", Instant.EPOCH);
        Feedback low = feedback("d", "fourth", "ana", Decision.approve(2), Decision.approve(5)); // cost needs late
        Feedback skipped = feedback("e", "fifth", "ana", Decision.skip(), Decision.skip());
        Feedback same = feedback("a", "first", "bo", Decision.approve(3), Decision.approve(4));
        Feedback other = feedback("a", "first", "cy", Decision.approve(3), Decision.reject("no"));

        FeedbackExport export =
                exporter().build().export(List.of(good("a", "first"), unfinished, low, skipped, same, other));

        assertThat(export.train()).isEqualTo(2);
        assertThat(export.incomplete()).isEqualTo(1);
        assertThat(export.unwanted()).isEqualTo(2);
        assertThat(export.repeated()).isEqualTo(1);
        assertThat(export.contradictory()).isEqualTo(1);
        StringBuilder out = new StringBuilder();
        export.display(out);
        assertThat(out.toString()).isEqualTo("""
                        2 records in feedback.jsonl, 0 held out in feedback_holdout.jsonl
                        left out: 1 reviews not complete, 2 that want no item, 1 that repeat another
                        warning: reviewers want different answers to 1 inputs; ReviewerAgreement says where
                        """);
    }

    @Test
    void export_ofNothingFailsAndLeavesTheFileAsItIs() throws IOException {
        Files.writeString(directory.resolve("feedback.jsonl"), "old");
        Feedback rejected = feedback("a", "x", "ana", Decision.reject("no"), Decision.approve(5));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> exporter().build().export(List.of(rejected)))
                .withMessage(
                        "nothing to export of 1 reviews: 0 are not complete, in 1 no item is edited or has a score of 3");
        assertThat(directory.resolve("feedback.jsonl")).hasContent("old");
    }

    @Test
    void sample_isASeededChoice() throws IOException {
        List<Feedback> feedback = IntStream.range(0, 20)
                .mapToObj(i -> good("job " + i, "input number " + i))
                .toList();
        exporter().sample(5).name("once").build().export(feedback);
        exporter().sample(5).name("again").build().export(feedback);
        exporter().sample(5).seed(1).name("other").build().export(feedback);

        assertThat(lines("once.jsonl")).hasSize(5).isEqualTo(lines("again.jsonl"));
        assertThat(lines("other.jsonl")).hasSize(5).isNotEqualTo(lines("once.jsonl"));
    }

    @Test
    void defaults_areAsDocumented() throws IOException {
        List<Feedback> feedback = IntStream.range(0, 200)
                .mapToObj(i -> good("job " + i, "input number " + i))
                .toList();

        FeedbackExport export =
                FeedbackExporter.builder().directory(directory).build().export(feedback);

        assertThat(export.holdout()).isBetween(15, 45); // 30 expected, with a standard deviation of 5
        assertThat(lines("feedback.jsonl").get(0).path("prompt").asText()).startsWith("Input:\n");
        assertThat(lines("feedback.jsonl").get(0).path("prompt").asText().split("Input:\n", -1))
                .hasSize(1 + 4);
    }

    @Test
    void builder_refusesWhatCannotBe() {
        assertThatIllegalStateException()
                .isThrownBy(() -> FeedbackExporter.builder().build())
                .withMessage("directory is required: FeedbackExporter.builder().directory(Path.of(\"tuning\"))");
        assertThatIllegalArgumentException().isThrownBy(() -> exporter().minScore(0));
        assertThatIllegalArgumentException().isThrownBy(() -> exporter().minScore(6));
        assertThatIllegalArgumentException().isThrownBy(() -> exporter().shotCount(9));
        assertThatIllegalArgumentException().isThrownBy(() -> exporter().shotCount(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> exporter().sample(0));
        assertThatIllegalArgumentException().isThrownBy(() -> exporter().holdoutFraction(1.1));
        assertThatIllegalArgumentException().isThrownBy(() -> exporter().name("../x"));
    }
}
