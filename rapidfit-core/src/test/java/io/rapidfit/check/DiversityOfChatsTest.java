package io.rapidfit.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.check.DiversityComparison.Pair;
import io.rapidfit.check.DiversityComparison.TemplateChange;
import io.rapidfit.check.DiversityReport.Phrase;
import io.rapidfit.check.DiversityReport.SampledText;
import io.rapidfit.check.DiversityReport.TemplateShare;
import io.rapidfit.data.Conversation;
import io.rapidfit.data.Item;
import io.rapidfit.data.Message;
import io.rapidfit.data.Sample;
import io.rapidfit.testing.DefaultLocale;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class DiversityOfChatsTest {

    private static final TemplateReport TEMPLATES = Templates.builder()
            .mine(false)
            .phrase("let me know")
            .phrase("never said")
            .phrase("here you are")
            .build()
            .find(List.of("whatever"));

    private static final Diversity BY_PERSONA =
            Diversity.builder().templates(TEMPLATES).groupBy("tags.persona").build();

    private static final List<Conversation> CHATS = List.of(
            chat("pirate", "Here you are: rain. Let me know!"),
            chat("pirate", "ARR the sky be clear"),
            chat("poet", "Let me know of sunshine"),
            chat("pirate", "arr the sky be clear"));

    private static Conversation chat(String persona, String answer) {
        return Conversation.of(Message.user("weather?"), Message.assistant(answer))
                .withTags(Map.of("persona", persona));
    }

    @Test
    void measureExamples_countsTemplates_givenOnesEvenIfNoneMatches() {
        DiversityReport report = BY_PERSONA.measureExamples(CHATS);

        // the first text has two, and counts once
        assertThat(report.templatedShare()).isEqualTo(2.0 / 4);
        assertThat(report.templates())
                .containsExactly(
                        new TemplateShare("let me know", Template.Source.PHRASE, 2, 2.0 / 4),
                        new TemplateShare("never said", Template.Source.PHRASE, 0, 0),
                        new TemplateShare("here you are", Template.Source.PHRASE, 1, 1.0 / 4));
        assertThat(Diversity.builder().build().measureExamples(CHATS).templates())
                .isEmpty();
        assertThat(Diversity.builder().build().measureExamples(CHATS).templatedShare())
                .isZero();
    }

    @Test
    void groupBy_measuresEachValueByItself() {
        DiversityReport report = BY_PERSONA.measureExamples(CHATS);

        assertThat(report.groups().keySet()).containsExactly("pirate", "poet");
        DiversityReport pirate = report.groups().get("pirate");
        assertThat(pirate.texts()).isEqualTo(3);
        assertThat(pirate.uniqueShare()).isEqualTo(2.0 / 3);
        assertThat(pirate.templatedShare()).isEqualTo(1.0 / 3);
        assertThat(pirate.templates()).extracting(TemplateShare::count).containsExactly(1, 0, 1);
        assertThat(pirate.openings()).containsExactly(new Phrase("arr the sky", 2));
        assertThat(pirate.groups()).isEmpty();
        // the 4 of "here you are rain let me know" stand nowhere else, the 2 of each other text do
        assertThat(pirate.repeatedFourGrams()).isCloseTo(4.0 / 8, within(1e-12));
        assertThat(report.groups().get("poet").score()).isEqualTo(100);
        assertThat(Diversity.builder().build().measureExamples(CHATS).groups()).isEmpty();
    }

    @Test
    void groupBy_hasTwentyGroups_andPutsTheOthersTogether() {
        List<Conversation> chats = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            chats.add(chat("p" + i, "text " + i));
        }
        chats.add(chat("p19", "more"));
        chats.add(chat("p20", "more"));
        chats.add(Conversation.of(Message.assistant("nobody's")));

        DiversityReport report = BY_PERSONA.measureExamples(chats);

        assertThat(report.groups().keySet())
                .containsExactlyElementsOf(IntStream.rangeClosed(0, 20)
                        .mapToObj(i -> i < 20 ? "p" + i : "(others)")
                        .toList());
        assertThat(report.groups().get("p19").texts()).isEqualTo(2);
        assertThat(report.groups().get("(others)").texts()).isEqualTo(5); // p20 twice, p21, p22, none
        assertThat(BY_PERSONA.measureExamples(chats.subList(25, 26)).groups().keySet())
                .containsExactly("(none)");
        assertThat(BY_PERSONA.measure(List.of("text")).groups().keySet()).containsExactly("(none)");
    }

    @Test
    void add_takesTheResponse_theTextOfASample_andLeavesOutWhatHasNone() {
        Diversity.Measurement measurement = Diversity.builder().build().start();
        measurement.add(Conversation.of(Message.user("question"), Message.assistant("of a chat")));
        measurement.add(Conversation.of(Message.user("question")));
        measurement.add(Item.of(Map.of("query", "question", "response", "of an item")));
        measurement.add(Item.of(Map.of("query", "question")));
        measurement.add(Sample.of("topic", "of a sample", "label"));
        measurement.add("plain");

        assertThat(measurement.report().samples())
                .containsExactly(
                        new SampledText(0, "", "of a chat", ""),
                        new SampledText(2, "", "of an item", ""),
                        new SampledText(4, "", "of a sample", ""),
                        new SampledText(5, "", "plain", ""));
        assertThat(measurement.report().texts()).isEqualTo(4);
    }

    @Test
    void start_measuresTheSameOneByOne() {
        Diversity.Measurement measurement = BY_PERSONA.start();
        CHATS.forEach(measurement::add);

        assertThat(measurement.report())
                .isEqualTo(BY_PERSONA.measureExamples(CHATS))
                .isEqualTo(measurement.report());
        assertThat(BY_PERSONA.start().report()).isEqualTo(BY_PERSONA.measure(List.of()));
    }

    @Test
    void sample_drawsBySeed_withGroupAndTemplate() {
        DiversityReport report = BY_PERSONA.measureExamples(CHATS);

        assertThat(report.samples())
                .containsExactly(
                        new SampledText(0, "pirate", "Here you are: rain. Let me know!", "let me know"),
                        new SampledText(1, "pirate", "ARR the sky be clear", ""),
                        new SampledText(2, "poet", "Let me know of sunshine", "let me know"),
                        new SampledText(3, "pirate", "arr the sky be clear", ""));
        assertThat(report.sample(9, 1)).containsExactlyInAnyOrderElementsOf(report.samples());
        assertThat(report.sample(2, 1)).hasSize(2).isEqualTo(report.sample(2, 1));
        assertThat(IntStream.range(0, 20).mapToObj(i -> report.sample(1, i * 1_000_003L)))
                .contains(report.sample(9, 1).subList(0, 1), report.samples().subList(2, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> report.sample(-1, 1))
                .withMessage("count must be at least 0 but was -1");
    }

    @Test
    void samples_holdNoMoreOfATextThanAPersonReads() {
        DiversityReport report = BY_PERSONA.measure(List.of("x".repeat(4_000), "y".repeat(4_001)));

        assertThat(report.samples())
                .extracting(SampledText::text)
                .containsExactly("x".repeat(4_000), "y".repeat(4_000) + "\u2026");
    }

    @Test
    void samples_areAnEvenChoiceOfTheRows() {
        DiversityReport report = Diversity.builder()
                .sampleSize(1_000)
                .build()
                .measure(IntStream.range(0, 10_000).mapToObj(i -> "text " + i).toList());

        // of 1,000 of 10,000 rows 500 come from each half: four standard deviations are 4 * sqrt(1,000 / 4 * 0.9) = 60
        assertThat(report.samples().stream().filter(text -> text.row() < 5_000).count())
                .isBetween(440L, 560L);
        assertThat(report.samples()).hasSize(1_000).isSortedAccordingTo((a, b) -> a.row() - b.row());
    }

    @Test
    void compare_pairsTheSameRows_evenIfTextsInBetweenAreBlankNow() {
        Diversity diversity = Diversity.builder().sampleSize(100).build();
        List<String> before =
                IntStream.range(0, 5_000).mapToObj(i -> "old " + i).toList();
        List<String> after = IntStream.range(0, 5_000)
                .mapToObj(i -> i % 10 == 0 ? " " : "new " + i)
                .toList();

        DiversityComparison comparison = DiversityReport.compare(diversity.measure(before), diversity.measure(after));

        // of 100 rows some ten are blank now, and as many others are sampled in their place
        List<Pair> pairs = comparison.sample(1_000, 3);
        assertThat(pairs).hasSizeBetween(75, 99).allSatisfy(pair -> {
            assertThat(pair.before().text()).isEqualTo("old " + pair.before().row());
            assertThat(pair.after().text()).isEqualTo("new " + pair.before().row());
        });
        assertThat(comparison.sample(5, 3)).isEqualTo(pairs.subList(0, 5));
        assertThat(comparison.sample(5, 4)).isNotEqualTo(pairs.subList(0, 5));
    }

    @Test
    void compare_hasTheTemplatesAndGroupsOfBoth() {
        TemplateReport other = Templates.builder()
                .mine(false)
                .phrase("let me know")
                .phrase("sky be")
                .build()
                .find(List.of());
        DiversityComparison comparison = DiversityReport.compare(
                BY_PERSONA.measureExamples(CHATS),
                Diversity.builder()
                        .templates(other)
                        .groupBy("tags.persona")
                        .build()
                        .measureExamples(List.of(chat("judge", "the sky be"), chat("poet", "let me know"))));

        assertThat(comparison.templates())
                .containsExactly(
                        new TemplateChange("let me know", Template.Source.PHRASE, 0.5, 0.5),
                        new TemplateChange("never said", Template.Source.PHRASE, 0, 0),
                        new TemplateChange("here you are", Template.Source.PHRASE, 0.25, 0),
                        new TemplateChange("sky be", Template.Source.PHRASE, 0, 0.5));
        assertThat(comparison.groups().keySet()).containsExactly("pirate", "poet", "judge");
        assertThat(comparison.groups().get("pirate").after().texts()).isZero();
        assertThat(comparison.groups().get("judge").before().texts()).isZero();
        assertThat(comparison.groups().get("poet").gain()).isZero();
    }

    @Test
    void openings_areCountedInBoundedMemory_andTheCommonOnesAreNotMissed() {
        PhraseCounts counts = new PhraseCounts();
        for (int i = 0; i < 100_000; i++) {
            counts.add(List.of(i % 50 == 0 ? "often" : "seldom" + i));
            if (i % 5_000 == 4_999) {
                counts.add(Collections.nCopies(3, "x".repeat(70))); // 212 chars with the spaces
            }
        }

        // 2,000, of which up to 100,000 / 10,000 may be missed
        assertThat(counts.mostCommon(5)).singleElement().satisfies(phrase -> {
            assertThat(phrase.text()).isEqualTo("often");
            assertThat(phrase.count()).isBetween(1_990, 2_000);
        });
        assertThat(counts)
                .extracting("counts")
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .hasSizeLessThan(10_001);
    }

    @Test
    void display_showsTemplatesAndGroups() throws Exception {
        DefaultLocale.with("ar-EG", () -> {
            StringBuilder out = new StringBuilder();
            BY_PERSONA.measureExamples(CHATS.subList(2, 4)).display(out);
            assertThat(out.toString())
                    .startsWith("""
                    diversity 100.0 of 100, diverse

                      measure                 value
                      ---------------------  ------
                      texts                       2
                      sampled                     2
                      templated               50.0%
                      unique                 100.0%
                    """)
                    .contains("""

                      template      source  texts  share
                      ------------  ------  -----  -----
                      let me know   phrase      1  50.0%
                      never said    phrase      0   0.0%
                      here you are  phrase      0   0.0%
                    """)
                    .contains("""

                      group   texts  score  templated  self-BLEU  4-grams
                      ------  -----  -----  ---------  ---------  -------
                      poet        1  100.0
                    """.stripTrailing())
                    .contains("\n  pirate      1  100.0");
        });
    }

    @Test
    void display_ofAComparisonShowsTemplatesAndGroups() {
        StringBuilder out = new StringBuilder();
        DiversityReport.compare(
                        BY_PERSONA.measureExamples(CHATS.subList(0, 1)),
                        BY_PERSONA.measureExamples(CHATS.subList(1, 2)))
                .display(out);

        assertThat(out.toString()).contains("""
                      templated              100.0%    0.0%
                    """).contains("""

                      template      source  before  after
                      ------------  ------  ------  -----
                      let me know   phrase  100.0%   0.0%
                      never said    phrase    0.0%   0.0%
                      here you are  phrase  100.0%   0.0%

                      group   texts  score before  templated before  self-BLEU before  4-grams before  score after  templated after  self-BLEU after  4-grams after
                      ------  -----  ------------  ----------------  ----------------  --------------  -----------  ---------------  ---------------  -------------
                      pirate      1         100.0            100.0%             0.000            0.0%        100.0             0.0%            0.000           0.0%
                    """);
    }

    @Test
    void builder_refusesWhatItCannotUse() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Diversity.builder().templates(null))
                .withMessage("templates must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Diversity.builder().groupBy(" "))
                .withMessage("field must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BY_PERSONA.measureExamples(null))
                .withMessage("examples must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BY_PERSONA.measureExamples(Collections.singletonList(null)))
                .withMessage("example must not be null");
    }
}
