package io.rapidfit.review;

import static io.rapidfit.review.Jobs.JOB;
import static io.rapidfit.review.Jobs.LATE;
import static io.rapidfit.review.Jobs.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedbackStoreTest {

    private static final Feedback FULL = new Feedback(
            JOB,
            "Ana",
            Map.of(
                    "late",
                    Decision.edit(LATE.withText("a \"quoted\"\ntext").withEvidence(List.of("x | y"))),
                    "cost",
                    Decision.reject("wrong").withNotes("see row 9"),
                    "nice",
                    Decision.approve(4)),
            5,
            "fine",
            NOON);

    @TempDir
    private Path directory;

    private FeedbackStore store;

    @BeforeEach
    void open() {
        store = new FeedbackStore(directory.resolve("new"));
    }

    @Test
    void load_givesWhatWasSaved() {
        store.save(FULL);

        assertThat(store.load("Q1/reviews", "Ana")).contains(FULL);
        assertThat(store.load("Q1/reviews", "ana")).isEmpty();
        assertThat(store.load("other", "Ana")).isEmpty();
        assertThat(directory.resolve("new/%511%2Freviews.%41na.json")).exists();
    }

    @Test
    void load_givesWhatWasSavedOfAnyText() {
        String odd = "half \uD83D \0 \u2028 \uFEFF \"\\";
        ReviewItem item = new ReviewItem(odd, odd, List.of(odd), odd, List.of());
        ReviewJob job = new ReviewJob(odd, "x".repeat(21_000_000), List.of(item)); // more than parsers take unasked
        Decision decision = Decision.reject(odd).withNotes(odd);
        Feedback feedback = new Feedback(job, odd, Map.of(item.id(), decision), 1, odd, NOON);

        store.save(feedback);

        assertThat(store.load(odd, odd)).contains(feedback);
        assertThat(store.list()).containsExactly(feedback);
        assertThat(feedback.job().id()).startsWith("half \uFFFD");
    }

    @Test
    void save_takesNamesThatAreTooLongForAFile() {
        ReviewJob job = new ReviewJob("https://example.org/" + "a/B?".repeat(50), "x", JOB.items());
        Feedback ana = Feedback.begin(job, "\u0410\u043D\u043D\u0430 ".repeat(20), NOON);
        Feedback bo = Feedback.begin(job, "bo".repeat(50), NOON);
        store.save(ana);
        store.save(bo);

        assertThat(store.list()).containsExactlyInAnyOrder(ana, bo);
        assertThat(store.load(job.id(), ana.reviewer())).contains(ana);
    }

    @Test
    void load_passesOverFilesOfOthersThatCannotBeRead() throws IOException {
        store.save(FULL);
        Files.writeString(directory.resolve("new/other.json"), "{");

        assertThat(store.load("Q1/reviews", "Ana")).contains(FULL);
        assertThatThrownBy(() -> store.list()).isInstanceOf(FeedbackFormatException.class);
        Files.writeString(directory.resolve("new/%511%2Freviews.%41na.json"), "{");
        assertThatThrownBy(() -> store.load("Q1/reviews", "Ana")).isInstanceOf(FeedbackFormatException.class);
    }

    @Test
    void list_readsFilesWithAByteOrderMark() throws IOException {
        store.save(FULL);
        Files.writeString(directory.resolve("new/%511%2Freviews.%41na.json"), "\uFEFF" + FeedbackCodec.write(FULL));

        assertThat(store.list()).containsExactly(FULL);
        assertThat(ReviewJob.parse("\uFEFF" + JOB.toJson())).isEqualTo(JOB);
    }

    @Test
    void with_isLaterAlsoWhereTheClockIsBehind() {
        assertThat(FULL.with("nice", Decision.skip(), NOON.minusSeconds(1)).updatedAt())
                .isAfter(NOON);
    }

    @Test
    void list_hasTheLatestOfEachReviewerOfEachJob() throws IOException {
        Feedback later = FULL.with("nice", Decision.skip(), NOON.plusSeconds(1));
        store.save(later);
        store.save(Feedback.begin(JOB, "bo", NOON));
        store.save(Feedback.begin(new ReviewJob("A", "x", JOB.items()), "zoe", NOON));
        Files.writeString(directory.resolve("new/copied from elsewhere.json"), FeedbackCodec.write(FULL));
        Files.writeString(directory.resolve("new/.half.json"), "{");
        Files.writeString(directory.resolve("new/notes.txt"), "{");

        assertThat(store.list())
                .containsExactly(
                        Feedback.begin(new ReviewJob("A", "x", JOB.items()), "zoe", NOON),
                        later,
                        Feedback.begin(JOB, "bo", NOON));
    }

    @Test
    void list_ofADirectoryThatIsNotThereIsEmpty() {
        assertThat(store.list()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            "kind" : "edit"       | "kind" : "change" | field "decisions.late.kind": expected approve, edit, reject or skip but was "change"
            "score" : 4           | "score" : 4.5     | field "decisions.nice.score": expected a whole number
            "score" : 4           | "score" : 9       | score must be in [1, 5] but was 9
            "reviewer" : "Ana"    | "reviewer" : 7    | field "reviewer": expected a text
            "reviewer" : "Ana"    | "by" : "Ana"      | reviewer must not be blank
            2026-03-31T           | yesterday         | field "updatedAt": expected a time such as 2026-01-31T12:00:00Z but was "yesterday12:00:00Z"
            "decisions" : {       | "decided" : {     | field "decisions": expected an object
            "evidence" : [ "row 3", "row 7" ] | "evidence" : "row 3" | field "job.items.0.evidence": expected a list of texts
            "dependsOn" : [       | "depends_on" : [  | field "job.items.1.depends_on" is not known; there are [id, text, evidence, recommendation, dependsOn]
            "row 3"               | null              | field "job.items.0.evidence": expected a list of texts
            "nice" : {            | "other" : {       | no item 'other' in job 'Q1/reviews'; it has [late, cost, nice]
            """)
    void list_saysWhatIsWrongWithAFile(String part, String broken, String message) throws IOException {
        String json = FeedbackCodec.write(FULL);
        assertThat(json).contains(part);
        int at = part.startsWith("\"nice") ? json.lastIndexOf(part) : json.indexOf(part);
        Path file = directory.resolve("broken.json");
        Files.writeString(file, json.substring(0, at) + broken + json.substring(at + part.length()));

        assertThatThrownBy(() -> new FeedbackStore(directory).list())
                .isInstanceOf(FeedbackFormatException.class)
                .hasMessage(file + ": " + message)
                .extracting(e -> ((FeedbackFormatException) e).file())
                .isEqualTo(file);
    }

    @Test
    void list_refusesWhatIsNoJson() throws IOException {
        Files.writeString(directory.resolve("a.json"), "{\"job\":");
        assertThatThrownBy(() -> new FeedbackStore(directory).list())
                .isInstanceOf(FeedbackFormatException.class)
                .hasMessageContaining("a.json: not valid JSON: ");

        Files.write(directory.resolve("a.json"), new byte[] {'"', (byte) 0xE9, '"'});
        assertThatThrownBy(() -> new FeedbackStore(directory).list())
                .isInstanceOf(FeedbackFormatException.class)
                .hasMessageEndingWith("a.json: not UTF-8: save the file in that encoding");
    }
}
