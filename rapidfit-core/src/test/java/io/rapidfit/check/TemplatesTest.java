package io.rapidfit.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.check.Template.Source;
import io.rapidfit.data.Conversation;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Example;
import io.rapidfit.data.Item;
import io.rapidfit.data.Message;
import io.rapidfit.data.Sample;
import io.rapidfit.testing.DefaultLocale;
import io.rapidfit.testing.RandomText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplatesTest {

    private static final Templates DEFAULT = Templates.builder().build();

    private static Templates.Builder given() {
        return Templates.builder().mine(false);
    }

    /** Texts of words that no two share but by chance, of which there are 400. */
    private static List<String> plain(int count, int words, Random random) {
        return texts(count, i -> words(words, random));
    }

    private static String words(int count, Random random) {
        return random.ints(count, 0, 400).mapToObj(word -> "word" + word).collect(Collectors.joining(" "));
    }

    private static List<String> texts(int count, IntFunction<String> text) {
        return IntStream.range(0, count).mapToObj(text).toList();
    }

    private static List<String> mixed(List<String> some, List<String> others) {
        List<String> all = new ArrayList<>(some);
        all.addAll(others);
        Collections.shuffle(all, new Random(7));
        return all;
    }

    private static List<String> forms(TemplateReport report) {
        return report.templates().stream().map(Template::form).toList();
    }

    @Test
    void find_findsAPhraseWhateverItsCaseSpaceAndPunctuation() {
        TemplateReport report = given().phrase("Here's the forecast!")
                .build()
                .find(List.of(
                        "Well, HERE\u2019S the\n forecast: sun",
                        "here's a forecast",
                        "here's the forecaster",
                        "Here's the forecast"));

        assertThat(report.templates())
                .containsExactly(new Template(
                        Source.PHRASE,
                        "Here's the forecast!",
                        List.of(0, 3),
                        0.5,
                        List.of("Well, HERE\u2019S the\n forecast: sun", "Here's the forecast")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"here is \u2026 for you \u2026 today", "Here is...for you.....today \u2026"})
    void find_takesAnEllipsisForAnyNumberOfWords(String phrase) {
        List<String> texts = List.of(
                "Here is the news for you and all of today",
                "here is for you today",
                "for you today here is",
                "here is something for her today",
                "here is something for you");

        assertThat(given().phrase(phrase).build().find(texts).templates().get(0).texts())
                .containsExactly(0, 1);
    }

    @Test
    void find_looksForTheNextPhraseBehindTheOneBefore() {
        // "a b" stands twice, but the two overlap
        assertThat(given().phrase("a b a \u2026 a b")
                        .build()
                        .find(List.of("a b a b", "a b a b a b"))
                        .templates()
                        .get(0)
                        .texts())
                .containsExactly(1);
    }

    @Test
    void find_matchesExpressionsWithTheTextAsItIs() {
        TemplateReport report = given().expression(Pattern.compile("^Sure[,!]"))
                .build()
                .find(List.of("Sure, here", "sure, here", "Sure here", "I am. Sure!"));

        assertThat(report.templates())
                .containsExactly(new Template(Source.EXPRESSION, "^Sure[,!]", List.of(0), 0.25, List.of("Sure, here")));
    }

    @Test
    void find_namesGivenOnesInTheirOrder_evenWithoutATextThatMatches() {
        Templates templates = given().expression(Pattern.compile("x"))
                .phrase("not there")
                .phrase("is there")
                .build();
        TemplateReport report = templates.find(List.of("it is there"));

        assertThat(forms(report)).containsExactly("not there", "is there", "x");
        assertThat(report.templates()).extracting(Template::count).containsExactly(0, 1, 0);
        assertThat(templates.find(List.of()).templates())
                .extracting(Template::share)
                .containsExactly(0.0, 0.0, 0.0);
    }

    @Test
    void find_takesWhatIsGivenTwiceOnce() {
        assertThat(given().phrase("a b")
                        .phrase("a b")
                        .build()
                        .find(List.of("a b", "c"))
                        .templates())
                .containsExactly(new Template(Source.PHRASE, "a b", List.of(0), 0.5, List.of("a b")));
    }

    @Test
    void find_showsThreeDifferentExamples() {
        assertThat(given().phrase("a")
                        .build()
                        .find(List.of("a 1", "a 1", "a 2", "a 3", "a 4"))
                        .templates())
                .extracting(Template::examples)
                .containsExactly(List.of("a 1", "a 2", "a 3"));
    }

    @Test
    void find_minesAPhraseWithGaps() {
        Random random = new Random(1);
        List<String> instances = texts(
                40,
                i -> "Here's the information you requested for %s, from %s."
                        .formatted(words(1 + i % 3, random), words(2, random)));
        List<String> texts = mixed(plain(300, 10, random), instances);

        TemplateReport report = DEFAULT.find(texts);

        assertThat(forms(report)).containsExactly("here's the information you requested for \u2026 from");
        Template template = report.templates().get(0);
        assertThat(template.source()).isEqualTo(Source.MINED);
        assertThat(template.texts())
                .containsExactlyElementsOf(IntStream.range(0, texts.size())
                        .filter(i -> texts.get(i).startsWith("Here"))
                        .boxed()
                        .toList());
        assertThat(report.share()).isEqualTo(template.share()).isCloseTo(40.0 / 340, within(1e-12));
        assertThat(given().phrase(template.form())
                        .build()
                        .find(texts)
                        .templates()
                        .get(0)
                        .texts())
                .isEqualTo(template.texts());
    }

    /** Asked for in every text, none would be left of it. */
    @Test
    void find_minesWhatMostInstancesShare_ifEachMayHaveAWordOfItsOwn() {
        Random random = new Random(17);
        List<String> fixed =
                List.of("your request was received and will be answered within two working days".split(" "));
        List<String> instances = texts(60, i -> {
            List<String> words = new ArrayList<>(fixed);
            if (i % 3 == 0) {
                words.set(i / 3 % fixed.size(), words(1, random)); // each of the 12 words in 1 or 2 of 60
            }
            return words(3, random) + " " + String.join(" ", words) + " " + words(3, random);
        });
        TemplateReport report = DEFAULT.find(mixed(plain(300, 10, random), instances));

        assertThat(report.templates()).hasSize(1);
        assertThat(report.templates().get(0).count())
                .isBetween(40, 60); // three quarters of those with an anchor, 55 or more
        assertThat(List.of(report.templates().get(0).form().split(" ")))
                .hasSizeGreaterThanOrEqualTo(5)
                .isSubsetOf(with(fixed, "\u2026"));
    }

    private static List<String> with(List<String> words, String another) {
        List<String> all = new ArrayList<>(words);
        all.add(another);
        return all;
    }

    @Test
    void find_minesSeveralTemplates_thoseOfMostWordsFirst() {
        Random random = new Random(2);
        List<String> texts = new ArrayList<>(plain(300, 10, random));
        texts.addAll(texts(20, i -> "thank you for calling about " + words(2, random) + " goodbye now"));
        texts.addAll(texts(
                20, i -> "we are very sorry about the delay of " + words(2, random) + " and of " + words(2, random)));
        texts.addAll(texts(50, i -> words(2, random) + " can be found on our website"));

        // 6 * 50, 10 * 20 and 7 * 20 words
        assertThat(forms(DEFAULT.find(mixed(texts, List.of()))))
                .containsExactly(
                        "can be found on our website",
                        "we are very sorry about the delay of \u2026 and of",
                        "thank you for calling about \u2026 goodbye now");
    }

    @Test
    void find_minesWordsOfAnyScript() {
        Random random = new Random(3);
        IntFunction<String> letters = count -> random.ints(count, 0x4E00, 0x4E00 + 500)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        // "the information on ... that you asked for is as follows", 11 letters: 5.5 words
        List<String> instances = texts(
                30,
                i -> "\u60A8\u8981\u6C42\u7684" + letters.apply(4) + "\u4FE1\u606F\u5982\u4E0B\u6240\u793A\uFF1A"
                        + letters.apply(5));
        TemplateReport report = DEFAULT.find(mixed(texts(200, i -> letters.apply(12)), instances));

        assertThat(forms(report))
                .containsExactly("\u60A8\u8981\u6C42\u7684 \u2026 \u4FE1\u606F\u5982\u4E0B\u6240\u793A");
        // without one letter, 5 words are left, without three, 4
        assertThat(report.templates().get(0).count()).isEqualTo(30);
        List<String> shorter = texts(
                30, i -> "\u60A8\u8981\u6C42\u7684" + letters.apply(4) + "\u4FE1\u606F\u5982\u4E0B" + letters.apply(5));
        assertThat(DEFAULT.find(mixed(texts(200, i -> letters.apply(12)), shorter))
                        .templates())
                .isEmpty();
    }

    @Test
    void find_minesTextsThatAreAllEqual() {
        TemplateReport report = DEFAULT.find(Collections.nCopies(10, "I am sorry, I cannot help with that."));

        assertThat(forms(report)).containsExactly("i am sorry i cannot help with that");
        assertThat(report.share()).isEqualTo(1);
    }

    @Test
    void find_minesTheOpeningOfLongTexts_andTheEnd() {
        Random random = new Random(4);
        List<String> texts = texts(
                60,
                i -> i % 3 == 0
                        ? words(400, random)
                        : i % 3 == 1
                                ? "certainly let me walk you through this " + words(400, random)
                                : words(400, random) + " feel free to reach out with further questions");

        assertThat(forms(DEFAULT.find(texts)))
                .containsExactly(
                        "feel free to reach out with further questions", "certainly let me walk you through this");
    }

    @Test
    void find_doesNotNameAShorterFormOfTheSameTexts() {
        Random random = new Random(5);
        // a third of the slots say the same: a longer form, of texts that the shorter one explains
        List<String> instances = texts(
                60,
                i -> "the weather that was forecast for " + (i % 3 == 0 ? "lovely paris" : words(2, random))
                        + " is bright and sunny");

        assertThat(forms(DEFAULT.find(mixed(plain(300, 10, random), instances))))
                .containsExactly("the weather that was forecast for \u2026 is bright and sunny");
    }

    @Test
    void find_doesNotMineAgainWhatIsGiven() {
        Random random = new Random(6);
        List<String> texts = mixed(
                plain(300, 10, random), texts(40, i -> "here's the information you requested for " + words(3, random)));

        assertThat(forms(Templates.builder()
                        .phrase("information you requested")
                        .build()
                        .find(texts)))
                .containsExactly("information you requested");
        assertThat(forms(Templates.builder().phrase("something else").build().find(texts)))
                .containsExactly("something else", "here's the information you requested for");
    }

    @Test
    void find_minesOnlyIfItMay() {
        List<String> texts = Collections.nCopies(10, "i am sorry i cannot help with that");

        assertThat(forms(given().phrase("no").build().find(texts))).containsExactly("no");
    }

    @Test
    void find_doesNotMineCommonOpenings() {
        Random random = new Random(8);
        // in half of the texts, but made of words that the others have too
        List<String> common = List.of("how", "do", "i", "get", "my");
        List<String> texts = texts(400, i -> {
            List<String> words = new ArrayList<>(List.of(words(6, random).split(" ")));
            if (i % 2 == 0) {
                words.addAll(0, common);
            } else {
                words.addAll(common);
                Collections.shuffle(words, random);
            }
            return String.join(" ", words);
        });

        assertThat(DEFAULT.find(texts).templates()).isEmpty();
    }

    @Test
    void find_doesNotMineWordsThatSeldomGoTogether() {
        Random random = new Random(9);
        // each pair of neighbours stands in 40 texts, of which only 10 have all of them
        List<String> words = List.of("amber", "birch", "cedar", "dune", "ember", "fjord");
        List<String> texts = new ArrayList<>(plain(400, 10, random));
        texts.addAll(texts(10, i -> String.join(" ", words) + " " + words(3, random)));
        for (int pair = 0; pair + 1 < words.size(); pair++) {
            String both = words.get(pair) + " " + words.get(pair + 1);
            texts.addAll(texts(30, i -> words(4, random) + " " + both + " " + words(4, random)));
        }

        assertThat(DEFAULT.find(texts).templates()).isEmpty();
    }

    @Test
    void minCount_isFiveByDefault() {
        assertThat(DEFAULT.find(instances(5, 100)).templates()).hasSize(1);
        assertThat(DEFAULT.find(instances(4, 100)).templates()).isEmpty();
        assertThat(Templates.builder()
                        .minCount(4)
                        .build()
                        .find(instances(4, 100))
                        .templates())
                .hasSize(1);
        assertThat(Templates.builder()
                        .minCount(6)
                        .build()
                        .find(instances(5, 100))
                        .templates())
                .isEmpty();
    }

    @Test
    void minShare_isAHalfPercentByDefault() {
        assertThat(DEFAULT.find(instances(10, 2_000)).templates()).hasSize(1);
        assertThat(DEFAULT.find(instances(10, 2_001)).templates()).isEmpty(); // 10.005 are needed
        assertThat(Templates.builder()
                        .minShare(0)
                        .build()
                        .find(instances(10, 2_001))
                        .templates())
                .hasSize(1);
        assertThat(Templates.builder()
                        .minShare(0.01)
                        .build()
                        .find(instances(10, 2_000))
                        .templates())
                .isEmpty();
    }

    @Test
    void minWords_isFiveByDefault() {
        assertThat(DEFAULT.find(ofWords("kindly await further written notice")).templates())
                .hasSize(1);
        assertThat(DEFAULT.find(ofWords("kindly await further notice")).templates())
                .isEmpty();
        assertThat(Templates.builder()
                        .minWords(4)
                        .build()
                        .find(ofWords("kindly await further notice"))
                        .templates())
                .hasSize(1);
        assertThat(Templates.builder()
                        .minWords(6)
                        .build()
                        .find(ofWords("kindly await further written notice"))
                        .templates())
                .isEmpty();
    }

    private static List<String> ofWords(String template) {
        Random random = new Random(10);
        return mixed(plain(280, 10, random), texts(20, i -> template + " " + words(3, random)));
    }

    private static List<String> instances(int count, int texts) {
        Random random = new Random(11);
        return mixed(
                plain(texts - count, 10, random),
                texts(count, i -> "kindly await further written notice from our office " + words(3, random)));
    }

    @Test
    void find_isTheSameUnderEveryLocale() throws Exception {
        List<String> texts = ofWords("INFORMATION IS IN THE FILE");
        DefaultLocale.with(
                "tr-TR", () -> assertThat(forms(DEFAULT.find(texts))).containsExactly("information is in the file"));
    }

    @Test
    void find_ofNoTexts_andOfBlankOnes_isEmpty() {
        assertThat(DEFAULT.find(List.of()).templates()).isEmpty();
        assertThat(DEFAULT.find(List.of()).share()).isZero();
        assertThat(DEFAULT.find(Collections.nCopies(10, " ")).templates()).isEmpty();
    }

    @Test
    void share_countsEachTextOnce() {
        // "a b" in 0 and 1, "b c" in 1 and 2
        TemplateReport report = given().phrase("a b").phrase("b c").build().find(List.of("a b", "a b c", "b c", "c"));

        assertThat(report.share()).isEqualTo(0.75);
        assertThat(report.texts()).isEqualTo(4);
        assertThat(report).hasToString("TemplateReport[2 templates in 3 of 4 texts]");
        assertThat(report.templates().get(0)).hasToString("Template[PHRASE \"a b\", 2 texts]");
    }

    @Test
    void matching_takesTheFirstOfSeveral_forNewTextsToo() {
        TemplateReport report = given().phrase("b c")
                .phrase("a \u2026 b")
                .expression(Pattern.compile("[!?]$"))
                .build()
                .find(List.of("a b"));

        assertThat(report.matching("a b c!").map(Template::form)).hasValue("b c");
        assertThat(report.matching("a or b!").map(Template::form)).hasValue("a \u2026 b");
        assertThat(report.matching("b or c!").map(Template::form)).hasValue("[!?]$");
        assertThat(report.matching("b or c")).isEmpty();
        assertThat(report.matching("")).isEmpty();
        assertThat(report.allMatching("a b c!").stream()).containsExactly(0, 1, 2);
        assertThat(report.allMatching("a b c").stream()).containsExactly(0, 1);
        assertThat(report.allMatching("b or c").stream()).isEmpty();
    }

    @Test
    void matching_knowsMinedTemplates() {
        TemplateReport report = DEFAULT.find(instances(10, 100));

        assertThat(report.matching("Well: KINDLY await further written notice from our OFFICE!"))
                .hasValue(report.templates().get(0));
        assertThat(report.matching("kindly await further notice from our office"))
                .isEmpty();
    }

    @Test
    void check_failsWhatMatches_andNamesTheTemplate() {
        List<Finding> findings = given().phrase("a b")
                .phrase("b c")
                .build()
                .check(List.of(sample("s0", "a b"), sample("s1", "c"), sample("s2", "b c"), sample("s3", "a b c")));

        assertThat(findings).extracting(Finding::exampleId).containsExactly("s0", "s1", "s2", "s3");
        assertThat(findings)
                .extracting(Finding::verdict)
                .containsExactly(Verdict.FAIL, Verdict.PASS, Verdict.FAIL, Verdict.FAIL);
        assertThat(findings.get(0).check()).isEqualTo("templates");
        assertThat(findings.get(2).score()).hasValue(0);
        assertThat(findings.get(2).reason()).isEqualTo("matches the template \"b c\", as 2 texts do");
        assertThat(findings.get(2).metadata()).isEqualTo(Map.of("template", "b c", "source", "phrase", "count", "2"));
        assertThat(findings.get(3).metadata()).containsEntry("template", "a b");
    }

    @Test
    void check_minesInAllTasksTogether() {
        List<Sample> samples = IntStream.range(0, 6)
                .mapToObj(i -> Sample.of("task" + i, "i am sorry i cannot help with that", "a"))
                .toList();

        assertThat(DEFAULT.check(samples))
                .allMatch(f -> "mined".equals(f.metadata().get("source")));
    }

    @Test
    void analyzer_reportsTemplatesAsAWarning() throws Exception {
        Dataset.Builder data = Dataset.builder();
        instances(10, 100).forEach(text -> data.add("topic", text, "a"));
        DatasetReport report = DatasetAnalyzer.builder().check(DEFAULT).build().analyze(data.build());

        DatasetIssue issue = report.issue("topic", DatasetIssue.Type.CHECK).orElseThrow();
        assertThat(issue.samples()).hasSize(10);
        assertThat(issue.message())
                .isEqualTo("10 texts: templates, such as matches the template"
                        + " \"kindly await further written notice from our office\", as 10 texts do");
        StringBuilder out = new StringBuilder();
        report.display(out);
        assertThat(out).contains("  warning: " + issue.message() + "\n      a: ");
    }

    @Test
    void display_showsTemplatesAndExamples() throws Exception {
        TemplateReport report = given().phrase("here is")
                .phrase("not there")
                .expression(Pattern.compile("day$"))
                .build()
                .find(List.of("Here is the news of the day", "Here is\nmore", "other"));
        DefaultLocale.with("ar-EG", () -> {
            StringBuilder out = new StringBuilder();
            report.display(out);
            assertThat(out.toString()).isEqualTo("""
                    66.7% of 3 texts match a template

                      template   source      texts  share
                      ---------  ----------  -----  -----
                      here is    phrase          2  66.7%
                      not there  phrase          0   0.0%
                      day$       expression      1  33.3%

                    here is
                          Here is the news of the day
                          Here is more

                    day$
                          Here is the news of the day
                    """);
        });
    }

    @Test
    void display_ofNoneIsOneLine() {
        StringBuilder out = new StringBuilder();
        DEFAULT.find(List.of("one text")).display(out);
        assertThat(out).hasToString("0.0% of 1 texts match a template\n");
    }

    @Test
    void builder_refusesWhatMakesNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Templates.builder().phrase(" "))
                .withMessage("phrase must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Templates.builder().phrase("?! ..."))
                .withMessage("phrase must have a word but was \"?! ...\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Templates.builder().minCount(1))
                .withMessage("minCount must be at least 2 but was 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Templates.builder().minShare(1.1))
                .withMessage("minShare must be in [0.0, 1.0] but was 1.1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Templates.builder().minWords(1))
                .withMessage("minWords must be at least 2 but was 1");
        assertThatIllegalStateException()
                .isThrownBy(() -> given().build())
                .withMessage("nothing to look for: give a phrase or an expression, or do not turn mining off");
        assertThatThrownBy(() -> DEFAULT.find(null)).hasMessage("texts must not be null");
        assertThatThrownBy(() -> DEFAULT.find(Collections.singletonList(null))).hasMessage("text must not be null");
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void find_takesManyTexts() {
        Random random = new Random(12);
        List<String> texts = mixed(
                plain(45_000, 30, random),
                texts(5_000, i -> "kindly await further written notice from " + words(24, random)));

        assertThat(forms(DEFAULT.find(texts))).containsExactly("kindly await further written notice from");
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void find_takesManyEqualTexts() {
        String text = words(30, new Random(13));

        assertThat(DEFAULT.find(Collections.nCopies(50_000, text)).templates())
                .extracting(Template::count)
                .containsExactly(50_000);
    }

    /** All have long phrases in common, so that there is much to align. */
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void find_takesManyLongTextsOfAFewWords() {
        Random random = new Random(14);
        List<String> texts = texts(
                2_000, i -> random.ints(400, 0, 20).mapToObj(word -> "w" + word).collect(Collectors.joining(" ")));

        assertThat(DEFAULT.find(texts).texts()).isEqualTo(2_000); // in time
        List<String> alike = texts(2_000, i -> {
            List<String> words = new ArrayList<>(
                    IntStream.range(0, 400).mapToObj(w -> "w" + w).toList());
            words.set(random.nextInt(400), "other");
            return String.join(" ", words);
        });
        assertThat(DEFAULT.find(alike).share()).isGreaterThan(0.3);
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void find_takesManyTextsOfTheSamePairsInAnyOrder() {
        Random random = new Random(16);
        List<String> texts = texts(
                2_000,
                i -> { // each of 190 groups has 128 pairs of its own; took a minute once
                    List<String> pairs = new ArrayList<>(IntStream.range(0, 128)
                            .mapToObj(p -> "a" + i % 190 + "x" + p + " b" + i % 190 + "x" + p)
                            .toList());
                    Collections.shuffle(pairs, random);
                    return String.join(" ", pairs);
                });

        assertThat(DEFAULT.find(texts).templates()).isEmpty();
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void find_takesALongText() {
        String text = words(400_000, new Random(15));

        assertThat(DEFAULT.find(List.of(text, "short", text + "!")).templates()).isEmpty();
        assertThat(Templates.builder()
                        .minCount(2)
                        .build()
                        .find(List.of(text, text))
                        .share())
                .isEqualTo(1);
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void find_takesAnyUnicode() {
        RandomText random = new RandomText(16);
        List<String> texts = texts(20_000, i -> random.next(40));

        assertThat(DEFAULT.find(texts).texts()).isEqualTo(20_000);
    }

    private static Sample sample(String id, String text) {
        return Sample.of("t", text, "a").withId(id);
    }

    @Test
    void check_judgesWhatAModelWrote() {
        String answer = "Here is the information you asked for about Oslo.";
        List<Example> examples = List.of(
                Conversation.of(Message.user("Oslo?"), Message.assistant(answer)),
                Conversation.of(Message.user(answer), Message.assistant("Thanks.")),
                Conversation.of(Message.user(answer)),
                Item.of(Map.of("query", "Oslo?", "response", answer)),
                Item.of(Map.of("query", answer, "response", "Thanks.")),
                Item.of(Map.of("text", answer)));

        List<Finding> findings = Templates.builder()
                .phrase("here is the information you asked for")
                .mine(false)
                .build()
                .check(examples);

        assertThat(findings)
                .extracting(Finding::verdict)
                .containsExactly(
                        Finding.Verdict.FAIL,
                        Finding.Verdict.PASS,
                        Finding.Verdict.PASS,
                        Finding.Verdict.FAIL,
                        Finding.Verdict.PASS,
                        Finding.Verdict.FAIL);
    }
}
