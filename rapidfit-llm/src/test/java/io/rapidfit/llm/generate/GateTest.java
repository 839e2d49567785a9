package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.rapidfit.check.Check;
import io.rapidfit.check.Finding;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Example;
import io.rapidfit.data.Origin;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.model.Prediction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which texts are kept, and why others are not. */
@Timeout(20)
class GateTest {

    private static final String SEED = "why was I charged twice this month";

    /** One call for as many texts as the model writes; what it takes away is not written anew. */
    private static LLMAugmenter.Builder writing(String... texts) {
        return LLMAugmenter.builder()
                .chatModel(Scripts.writing(texts))
                .maxSamplesPerTask(texts.length)
                .batchSize(texts.length)
                .maxCallsPerClass(1);
    }

    private static List<String> texts(GenerationResult result) {
        return result.samples().stream().map(Sample::text).toList();
    }

    @Test
    void seedsAndNearCopiesOfThemAreNotKept() {
        // equal; equal after normalising; one sign more: 31 of 32 n-grams are shared
        GenerationResult result = writing(
                        SEED,
                        "  WHY was I\u00A0charged  twice this month ",
                        "why was I charged twice this month?",
                        "new one here")
                .build()
                .augment(Seeds.oneClass());

        assertThat(texts(result)).containsExactly("new one here");
        assertThat(result.rejections()).containsExactly(Map.entry(Rejection.DUPLICATE, 3));
    }

    @Test
    void textsOfOtherLabelsAndTasksAreNotKeptEither() {
        Dataset seed = Dataset.of(List.of(
                Seeds.train("topic", SEED, "billing"), Seeds.train("mood", "I am so glad this worked out", "happy")));

        GenerationResult result =
                writing("I am so glad this worked out", SEED).build().augment(seed);

        assertThat(result.samples()).isEmpty();
        assertThat(result.rejections()).containsExactly(Map.entry(Rejection.DUPLICATE, 4));
    }

    @Test
    void validationAndTestTextsAndNearCopiesOfThemAreNotKept() {
        Dataset seed = Dataset.of(List.of(
                Seeds.train("topic", SEED, "billing"),
                Sample.of("topic", "how do I get my money back", "billing").withSplit(Split.VALIDATION),
                Sample.of("topic", "the courier left it with a neighbour", "billing")
                        .withSplit(Split.TEST)));

        GenerationResult result = writing(
                        "How do I get my money back",
                        "how do I get my money back?",
                        "the courier left it with a neighbour",
                        "the courier left it with a neighbour!",
                        "something else entirely")
                .build()
                .augment(seed);

        assertThat(texts(result)).containsExactly("something else entirely");
        assertThat(result.rejections()).containsExactly(Map.entry(Rejection.HELD_OUT, 4));
    }

    @Test
    void samplesSavedBeforeAreNotKeptAgain() {
        Dataset seed = Seeds.oneClass()
                .plus(List.of(Seeds.train("topic", "made in an earlier run", "billing")
                        .withOrigin(Origin.synthetic("LLMAugmenter"))));

        assertThat(texts(writing("made in an earlier run", "made in this run only")
                        .build()
                        .augment(seed)))
                .containsExactly("made in this run only");
    }

    @Test
    void maxSimilarity_of1RefusesOnlyEqualTexts() {
        GenerationResult result = writing(SEED + "?", SEED.toUpperCase(Locale.ROOT))
                .maxSimilarity(1)
                .build()
                .augment(Seeds.oneClass());

        assertThat(texts(result)).containsExactly(SEED + "?");
    }

    @Test
    void lengthRange_countsCodePoints() {
        String three = "\uD83D\uDE00\uD83D\uDE01\uD83D\uDE02"; // three faces, six chars

        GenerationResult result =
                writing(three, "ab", "abcd", "xyz").lengthRange(3, 3).build().augment(Seeds.oneClass());

        assertThat(texts(result)).containsExactly(three, "xyz");
        assertThat(result.rejections())
                .containsExactly(Map.entry(Rejection.TOO_SHORT, 1), Map.entry(Rejection.TOO_LONG, 1));
    }

    @Test
    void lengthRange_countsWithoutWhiteSpaceAtTheEnds() {
        assertThat(texts(writing("   x \n", "  kept  ").build().augment(Seeds.oneClass())))
                .containsExactly("kept");
    }

    @Test
    void aTextOfNoBreakSpacesIsEmpty() {
        // it would pass as three characters, and a classifier refuses it by an exception
        GenerationResult result = writing("\u00A0\u00A0\u00A0")
                .classifier(classifier(text -> new Prediction("billing", 1)))
                .build()
                .augment(Seeds.oneClass());

        assertThat(result.samples()).isEmpty();
        assertThat(result.rejections()).containsExactly(Map.entry(Rejection.TOO_SHORT, 1));
    }

    private static FakeClassifier classifier(Function<String, Prediction> predict) {
        return new FakeClassifier(Map.of("topic", List.of("billing", "delivery")), predict);
    }

    @Test
    void classifier_thatIsSureOfAnotherLabelContradicts() {
        GenerationResult result = writing("a delivery in truth", "rather a delivery", "billing without doubt")
                .classifier(classifier(text -> text.startsWith("a delivery")
                        ? new Prediction("delivery", 0.7)
                        : text.startsWith("rather")
                                ? new Prediction("delivery", 0.69)
                                : new Prediction("billing", 0.99)))
                .contradictionConfidence(0.7)
                .build()
                .augment(Seeds.oneClass());

        assertThat(texts(result)).containsExactly("rather a delivery", "billing without doubt");
        assertThat(result.rejections()).containsExactly(Map.entry(Rejection.CONTRADICTED, 1));
    }

    @Test
    void classifier_thatKnowsATextLearnsNothingFromIt() {
        GenerationResult result = writing("known by heart", "just about known", "a delivery at first glance")
                .classifier(classifier(text -> text.startsWith("known")
                        ? new Prediction("billing", 0.81)
                        : text.startsWith("just") ? new Prediction("billing", 0.8) : new Prediction("delivery", 0.85)))
                .maxKnownConfidence(0.8)
                .build()
                .augment(Seeds.oneClass());

        assertThat(texts(result)).containsExactly("just about known", "a delivery at first glance");
        assertThat(result.rejections()).containsExactly(Map.entry(Rejection.KNOWN, 1));
    }

    @Test
    void classifier_isNotAskedForTasksAndLabelsThatItDoesNotHave() {
        Function<String, Prediction> nobody = text -> {
            throw new AssertionError("asked for " + text);
        };

        assertThat(writing("one new text")
                        .classifier(new FakeClassifier(Map.of("mood", List.of("billing")), nobody))
                        .build()
                        .augment(Seeds.oneClass())
                        .samples())
                .hasSize(1);
        assertThat(writing("one new text")
                        .classifier(new FakeClassifier(Map.of("topic", List.of("delivery")), nobody))
                        .build()
                        .augment(Seeds.oneClass())
                        .samples())
                .hasSize(1);
    }

    /** Judges by the first word. */
    private static List<Finding> judge(Collection<? extends Example> examples) {
        return examples.stream()
                .map(Sample.class::cast)
                .filter(s -> !s.text().startsWith("unseen"))
                .map(s -> s.text().startsWith("bad")
                        ? Finding.fail("judge", s.id(), 0, "wrong label")
                        : s.text().startsWith("hard")
                                ? Finding.error("judge", s.id(), "no answer")
                                : Finding.pass("judge", s.id()))
                .toList();
    }

    @Test
    void check_keepsOnlyWhatPasses() {
        GenerationResult result = writing("bad label here", "hard to say", "unseen by the judge", "good as can be")
                .check(GateTest::judge)
                .build()
                .augment(Seeds.oneClass());

        assertThat(texts(result)).containsExactly("good as can be");
        // an error is not a pass, and no finding is no judgement
        assertThat(result.rejections())
                .containsExactly(Map.entry(Rejection.FAILED_CHECK, 1), Map.entry(Rejection.UNCHECKED, 2));
    }

    @Test
    void check_withSeveralFindingsForATextMustPassInAll() {
        Check twice = examples -> examples.stream()
                .flatMap(e -> List.of(
                        Finding.pass("first", e.id()),
                        ((Sample) e).text().startsWith("bad")
                                ? Finding.fail("second", e.id(), 0.2, "rude")
                                : Finding.error("second", e.id(), "timeout"))
                        .stream())
                .toList();

        GenerationResult result =
                writing("bad manners", "well behaved").check(twice).build().augment(Seeds.oneClass());

        assertThat(result.samples()).isEmpty();
        assertThat(result.rejections())
                .containsExactly(Map.entry(Rejection.FAILED_CHECK, 1), Map.entry(Rejection.UNCHECKED, 1));
    }

    @Test
    void checks_areAskedInOrderAndOnlyForWhatPassedBefore() {
        List<String> asked = new ArrayList<>();
        Check first = examples -> {
            examples.forEach(e -> asked.add("first " + ((Sample) e).text()));
            return judge(examples);
        };
        Check second = examples -> {
            examples.forEach(e -> {
                Sample sample = (Sample) e;
                asked.add("second " + sample.text());
                // as it is going to be kept
                assertThat(sample.label()).isEqualTo("billing");
                assertThat(sample.split()).isEqualTo(Split.TRAIN);
            });
            return judge(examples);
        };

        writing("bad one", "x", SEED, "good one")
                .check(first)
                .check(second)
                .build()
                .augment(Seeds.oneClass());

        assertThat(asked).containsExactly("first bad one", "first good one", "second good one");
    }

    @Test
    void check_isNotAskedForNothing() {
        Check never = examples -> {
            throw new AssertionError("asked for " + examples.size());
        };

        assertThat(writing(SEED).check(never).build().augment(Seeds.oneClass()).samples())
                .isEmpty();
    }

    @Test
    void check_thatThrowsEndsTheRun() {
        IllegalStateException bug = new IllegalStateException("a bug of the judge");

        assertThatThrownBy(() -> writing("one new text")
                        .check(examples -> {
                            throw bug;
                        })
                        .build()
                        .augment(Seeds.oneClass()))
                .isSameAs(bug);
    }

    @Test
    void moreThanWasAskedForIsIgnored() {
        GenerationResult result = LLMAugmenter.builder()
                .chatModel(Scripts.writing(Seeds.words(1), Seeds.words(2), Seeds.words(3), Seeds.words(4)))
                .maxSamplesPerTask(2)
                .build()
                .augment(Seeds.oneClass());

        assertThat(texts(result)).containsExactly(Seeds.words(1), Seeds.words(2));
        assertThat(result.rejections()).isEmpty();
    }

    @Test
    void ofTwoAlikeInOneReplyTheFirstIsKept() {
        GenerationResult result = writing("where is the invoice of last month", "where is the invoice of last month?")
                .build()
                .augment(Seeds.oneClass());

        assertThat(texts(result)).containsExactly("where is the invoice of last month");
    }

    @Test
    void ofTwoAlikeInOneWaveTheOneAskedForFirstIsKeptWhateverComesBackFirst() {
        Dataset seed = Seeds.twoClasses();
        // both classes write nearly the same; delivery is answered before billing
        Function<ChatRequest, ChatResponse> alike = request -> ChatResponse.of(
                !Writers.asksForSamples(request)
                        ? Writers.instructions(request)
                        : Scripts.reply(List.of(
                                Prompts.label(request).equals("billing")
                                        ? "nobody answers the phone any more"
                                        : "nobody answers the phone any more!")));
        Scripts.LastFirst model = new Scripts.LastFirst(
                List.of("delivery", "billing"),
                request -> Writers.asksForSamples(request) ? Prompts.label(request) : "",
                alike);

        GenerationResult result = LLMAugmenter.builder()
                .chatModel(model)
                .maxSamplesPerTask(2)
                .maxCallsPerClass(1)
                .concurrency(2)
                .build()
                .augment(seed);

        assertThat(model.finished()).containsExactly("delivery", "billing");
        assertThat(result.samples())
                .extracting(Sample::label, Sample::text)
                .containsExactly(tuple("billing", "nobody answers the phone any more"));
        assertThat(result.shortfalls()).singleElement().satisfies(s -> {
            assertThat(s.label()).isEqualTo("delivery");
            assertThat(s.rejections()).containsExactly(Map.entry(Rejection.DUPLICATE, 1));
        });
    }

    @Test
    void labelsNeverComeFromTheReply() {
        GenerationResult result = LLMAugmenter.builder()
                .chatModel(
                        Scripts.saying(
                                "{\"samples\":[{\"text\":\"one new text\",\"label\":\"delivery\",\"task\":\"mood\",\"split\":\"TEST\"}]}"))
                .maxSamplesPerTask(1)
                .build()
                .augment(Seeds.oneClass());

        assertThat(result.samples())
                .extracting(Sample::task, Sample::text, Sample::label, Sample::split)
                .containsExactly(tuple("topic", "one new text", "billing", Split.TRAIN));
    }
}
