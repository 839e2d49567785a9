package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.WriteMode;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.InMemory;
import io.rapidfit.llm.ScriptedChatModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A run that was killed, made again, ends as if nothing had happened: the same files, byte for byte, and no answer that was
 * journalled is asked for again.
 */
@Timeout(60)
class ResumeTest {

    @TempDir(factory = InMemory.class)
    Path dir;

    private static final Dataset SEED =
            Seeds.plenty("topic", "billing", "delivery").plus(Seeds.plenty("mood", "happy"));

    /** Fails for some requests, always for the same. */
    private static ChatModel unreliable() {
        ScriptedChatModel inventive = Writers.inventive();
        return ScriptedChatModel.builder()
                .modelId("unreliable")
                .when(r -> Writers.asksForSamples(r) && Math.floorMod(r.hash().hashCode(), 3) == 0, r -> {
                    throw Scripts.unavailable();
                })
                // and says useless things to others, so that they are asked for a second time
                .when(
                        r -> Writers.asksForSamples(r)
                                && r.messages().size() == 2
                                && Math.floorMod(r.hash().hashCode(), 3) == 1,
                        "no idea")
                .when(
                        r -> r.messages().size() > 2,
                        r -> ChatResponse.of(
                                Scripts.reply(List.of(Seeds.words(r.hash().hashCode())))))
                .when(r -> true, inventive::chat)
                .build();
    }

    /** What is run, and killed, and run again. */
    enum Scenario {
        ONE_AFTER_ANOTHER {
            @Override
            void run(ChatModel model, Path directory) {
                augmenter(model, directory).concurrency(1).build().augment(SEED);
            }
        },
        EIGHT_AT_ONCE {
            @Override
            void run(ChatModel model, Path directory) {
                augmenter(model, directory).concurrency(8).build().augment(SEED);
            }
        },
        WITHOUT_INCREMENTAL_SAVING {
            @Override
            void run(ChatModel model, Path directory) {
                augmenter(model, directory).incrementalSaving(false).build().augment(SEED);
            }
        },
        UNRELIABLE_ONE_AFTER_ANOTHER {
            @Override
            ChatModel model() {
                return unreliable();
            }

            @Override
            void run(ChatModel model, Path directory) {
                augmenter(model, directory)
                        .concurrency(1)
                        .callsPerWave(6)
                        .seed(2)
                        .build()
                        .augment(SEED);
            }
        },
        UNRELIABLE_EIGHT_AT_ONCE {
            @Override
            ChatModel model() {
                return unreliable();
            }

            @Override
            void run(ChatModel model, Path directory) {
                augmenter(model, directory).callsPerWave(6).seed(2).build().augment(SEED);
            }
        },
        REFINED {
            @Override
            void run(ChatModel model, Path directory) {
                LLMRefiner.builder()
                        .chatModel(model)
                        .maxRefinedPerClass(12)
                        .callsPerWave(2)
                        .concurrency(2)
                        .saver(DataSaver.builder().path(directory).build())
                        .build()
                        .refine(
                                Analyses.of("topic")
                                        .outcomes(3, "billing", "delivery")
                                        .outcomes(2, "delivery", "billing")
                                        .validation(),
                                SEED);
            }
        },
        APPENDED {
            @Override
            void run(ChatModel model, Path directory) {
                augmenter(model, directory).writeMode(WriteMode.APPEND).build().augment(SEED);
            }
        };

        ChatModel model() {
            return Writers.inventive();
        }

        abstract void run(ChatModel model, Path directory);
    }

    /** Two calls for instructions, then in waves of three: 12 texts of each class of topic, and 24 of mood. */
    private static LLMAugmenter.Builder augmenter(ChatModel model, Path directory) {
        return LLMAugmenter.builder()
                .chatModel(model)
                .maxSamplesPerTask(24)
                .callsPerWave(3)
                .saver(DataSaver.builder().path(directory).build());
    }

    private static String journal(Path directory) {
        return SavedFiles.read(SavedFiles.journals(directory).get(0));
    }

    @ParameterizedTest
    @EnumSource
    void aRunKilledAtAnyCallGoesOnAsIfItHadNotBeen(Scenario scenario) {
        Path whole = dir.resolve("whole");
        Scripts.Mortal counting = Scripts.Mortal.immortal(scenario.model());
        scenario.run(counting, whole);
        Map<String, String> expected = SavedFiles.of(whole);
        int total = counting.asked();
        assertThat(total).isGreaterThanOrEqualTo(5);

        for (int k = 1; k <= total; k++) {
            Path killed = dir.resolve("killed-" + k);
            Scripts.Mortal first = new Scripts.Mortal(scenario.model(), k);
            assertThatThrownBy(() -> scenario.run(first, killed)).isInstanceOf(Scripts.Killed.class);
            int journalled = SavedFiles.journalled(killed);
            // each answer that came is there, also those that came while the run was dying
            assertThat(journalled).as("journalled at %s", k).isGreaterThanOrEqualTo(first.answered());

            Scripts.Mortal second = Scripts.Mortal.immortal(scenario.model());
            scenario.run(second, killed);

            assertThat(SavedFiles.of(killed))
                    .as("killed at call %s of %s", k, total)
                    .isEqualTo(expected);
            assertThat(second.asked()).as("calls after %s", k).isEqualTo(total - journalled);
        }
    }

    @Test
    void aRunKilledAgainAndAgainEnds() {
        Path whole = dir.resolve("whole");
        Scripts.Mortal counting = Scripts.Mortal.immortal(Writers.inventive());
        Scenario.ONE_AFTER_ANOTHER.run(counting, whole);
        Path killed = dir.resolve("killed");

        // each try gets one answer and dies at the next call
        for (int i = 0; i < counting.asked() - 1; i++) {
            assertThatThrownBy(() -> Scenario.ONE_AFTER_ANOTHER.run(new Scripts.Mortal(Writers.inventive(), 2), killed))
                    .isInstanceOf(Scripts.Killed.class);
        }
        Scripts.Mortal last = new Scripts.Mortal(Writers.inventive(), 2);
        Scenario.ONE_AFTER_ANOTHER.run(last, killed);

        assertThat(last.asked()).isEqualTo(1);
        assertThat(SavedFiles.of(killed)).isEqualTo(SavedFiles.of(whole));
    }

    /** As a kill between journal and save leaves it, or one in the middle of a line. */
    @Test
    void aRunGoesOnFromEveryStateOfItsJournal() throws IOException {
        Path whole = dir.resolve("whole");
        Scripts.Mortal counting = Scripts.Mortal.immortal(unreliable());
        Scenario.UNRELIABLE_ONE_AFTER_ANOTHER.run(counting, whole);
        List<String> lines = journal(whole).lines().toList();
        // an answer, or giving it up, for each call; and the end
        assertThat(lines).hasSize(counting.asked() + 1);
        assertThat(lines).anyMatch(line -> line.contains("\"givenUp\":true"));
        assertThat(lines.get(lines.size() - 1)).startsWith("{\"finished\":true");
        String name = SavedFiles.journals(whole).get(0).getFileName().toString();

        for (int k = 0; k <= lines.size(); k++) {
            for (boolean torn : k == lines.size() ? new boolean[] {false} : new boolean[] {false, true}) {
                Path left = dir.resolve("left-" + k + torn);
                Files.createDirectories(left.resolve(".journal"));
                String kept =
                        lines.subList(0, k).stream().map(line -> line + "\n").reduce("", String::concat);
                String half = torn ? lines.get(k).substring(0, lines.get(k).length() / 2) : "";
                Files.writeString(left.resolve(".journal").resolve(name), kept + half);

                Scripts.Mortal again = Scripts.Mortal.immortal(unreliable());
                Scenario.UNRELIABLE_ONE_AFTER_ANOTHER.run(again, left);

                assertThat(SavedFiles.of(left)).as("%s lines", k).isEqualTo(SavedFiles.of(whole));
                assertThat(again.asked()).as("calls after %s lines", k).isEqualTo(Math.max(0, counting.asked() - k));
            }
        }
    }

    @Test
    void aFinishedRunMadeAgainAsksNobody() {
        GenerationResult first = augmenter(Writers.inventive(), dir).build().augment(SEED);
        Map<String, String> saved = SavedFiles.of(dir);
        ScriptedChatModel nobody =
                ScriptedChatModel.builder().modelId("inventive").build();

        GenerationResult second = augmenter(nobody, dir).build().augment(SEED);

        assertThat(second.dataset()).isEqualTo(first.dataset());
        assertThat(SavedFiles.of(dir)).isEqualTo(saved);
        assertThat(second.usage().calls()).isEqualTo(first.usage().calls());
        assertThat(second.usage().journalled()).isEqualTo(first.usage().calls());
    }

    @Test
    void anAppendKilledAtAnyCallGoesOnAndAThirdWritesMore() {
        Path whole = dir.resolve("whole");
        Scenario.APPENDED.run(Writers.inventive(), whole);
        Map<String, String> afterFirst = SavedFiles.of(whole);
        Scripts.Mortal counting = Scripts.Mortal.immortal(Writers.inventive());
        Scenario.APPENDED.run(counting, whole);
        Map<String, String> afterSecond = SavedFiles.of(whole);
        Scenario.APPENDED.run(Writers.inventive(), whole);
        Map<String, String> afterThird = SavedFiles.of(whole);
        assertThat(afterFirst.get("topic.jsonl").lines()).hasSize(16 + 24);
        assertThat(afterSecond.get("topic.jsonl").lines()).hasSize(16 + 48);
        assertThat(afterThird.get("topic.jsonl").lines()).hasSize(16 + 72);
        // what is there stays
        assertThat(afterSecond.get("topic.jsonl")).startsWith(afterFirst.get("topic.jsonl"));
        assertThat(afterThird.get("topic.jsonl")).startsWith(afterSecond.get("topic.jsonl"));

        for (int k = 1; k <= counting.asked(); k++) {
            Path killed = dir.resolve("killed-" + k);
            Scenario.APPENDED.run(Writers.inventive(), killed);
            int before = SavedFiles.journalled(killed);
            int at = k;
            assertThatThrownBy(() -> Scenario.APPENDED.run(new Scripts.Mortal(Writers.inventive(), at), killed))
                    .isInstanceOf(Scripts.Killed.class);
            int journalled = SavedFiles.journalled(killed) - before;

            Scripts.Mortal second = Scripts.Mortal.immortal(Writers.inventive());
            Scenario.APPENDED.run(second, killed);
            assertThat(SavedFiles.of(killed)).as("killed at %s", k).isEqualTo(afterSecond);
            assertThat(second.asked()).isEqualTo(counting.asked() - journalled);

            Scenario.APPENDED.run(Writers.inventive(), killed);
            assertThat(SavedFiles.of(killed)).as("third after %s", k).isEqualTo(afterThird);
        }
    }

    @Test
    void anAppendWhoseBudgetWasSpentGoesOnInsteadOfAddingMore() {
        Path whole = dir.resolve("whole");
        Scenario.APPENDED.run(Writers.inventive(), whole);
        Path parts = dir.resolve("parts");
        LLMAugmenter.Builder appending = augmenter(Writers.inventive(), parts)
                .writeMode(WriteMode.APPEND)
                .concurrency(1);

        appending.budget(Budget.builder().maxCalls(6).build()).build().augment(SEED);
        assertThat(SavedFiles.of(parts)).isNotEmpty().isNotEqualTo(SavedFiles.of(whole));
        appending.budget(Budget.UNLIMITED).build().augment(SEED);

        assertThat(SavedFiles.of(parts)).isEqualTo(SavedFiles.of(whole));
    }

    @Test
    void anAppendKilledBetweenTwoFilesGoesOn() throws IOException {
        Path whole = dir.resolve("whole");
        Scenario.APPENDED.run(Writers.inventive(), whole);
        Path killed = dir.resolve("killed");
        // two calls for instructions and a wave of three: the sixth call finds the first save done
        assertThatThrownBy(() -> LLMAugmenter.builder()
                        .chatModel(new Scripts.Mortal(Writers.inventive(), 6))
                        .maxSamplesPerTask(24)
                        .callsPerWave(3)
                        .concurrency(1)
                        .writeMode(WriteMode.APPEND)
                        .saver(DataSaver.builder().path(killed).build())
                        .build()
                        .augment(SEED))
                .isInstanceOf(Scripts.Killed.class);
        assertThat(SavedFiles.of(killed)).containsOnlyKeys("mood.jsonl", "topic.jsonl");
        assertThat(SavedFiles.of(killed).get("mood.jsonl")).contains("LLMAugmenter");
        Files.delete(killed.resolve("topic.jsonl"));

        Scenario.APPENDED.run(Writers.inventive(), killed);

        assertThat(SavedFiles.of(killed)).isEqualTo(SavedFiles.of(whole));
    }

    @Test
    void aRunWithOtherOptionsTakesNothingFromTheJournal() {
        augmenter(Writers.inventive(), dir).build().augment(SEED);
        Scripts.Mortal same = Scripts.Mortal.immortal(Writers.inventive());
        Scripts.Mortal other = Scripts.Mortal.immortal(Writers.inventive());

        augmenter(same, dir).concurrency(2).build().augment(SEED);
        augmenter(other, dir).seed(7).build().augment(SEED);

        assertThat(same.asked()).isZero();
        assertThat(other.asked()).isGreaterThan(5);
        assertThat(SavedFiles.journals(dir)).hasSize(2);
    }

    @Test
    void aJournalHoldsNoPrompts() {
        augmenter(Writers.inventive(), dir).build().augment(SEED);

        for (Sample sample : SEED.samples()) {
            assertThat(journal(dir)).doesNotContain(sample.text());
        }
        assertThat(journal(dir)).doesNotContain("linguist");
    }

    @Test
    void aDamagedJournalIsNamedBeforeAnythingIsAsked() throws IOException {
        augmenter(Writers.inventive(), dir).build().augment(SEED);
        Path file = SavedFiles.journals(dir).get(0);
        List<String> lines = new ArrayList<>(journal(dir).lines().toList());
        lines.set(2, "{\"call\":\"samples/topic/billing/1\"}");
        Files.write(file, lines, StandardCharsets.UTF_8);
        Scripts.Mortal model = Scripts.Mortal.immortal(Writers.inventive());

        assertThatThrownBy(() -> augmenter(model, dir).build().augment(SEED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file + ":3: not an answer of a journal; delete the line");
        assertThat(model.asked()).isZero();
    }

    @Test
    void withoutASaverAJournalCanBeKeptElsewhere() {
        Path journals = dir.resolve("journals");
        GenerationResult first = LLMAugmenter.builder()
                .chatModel(Writers.inventive())
                .journal(journals)
                .maxSamplesPerTask(8)
                .build()
                .augment(SEED);

        assertThat(journals.resolve(first.runId() + ".jsonl")).exists();
        Scripts.Mortal again = Scripts.Mortal.immortal(Writers.inventive());
        assertThat(LLMAugmenter.builder()
                        .chatModel(again)
                        .journal(journals)
                        .maxSamplesPerTask(8)
                        .build()
                        .augment(SEED)
                        .dataset())
                .isEqualTo(first.dataset());
        assertThat(again.asked()).isZero();
    }

    @Test
    void aBudgetSpentBeforeASecondQuestionDoesNotChangeWhatComesOfTheRun() {
        // the only call for samples is answered in part, and the budget does not cover asking again
        ScriptedChatModel model = ScriptedChatModel.builder()
                .when(
                        r -> Writers.asksForSamples(r) && r.messages().size() == 2,
                        r -> ChatResponse.of("{\"samples\":[{\"text\":\""
                                + Seeds.words(r.hash().hashCode()) + "\"},{\"text\":"))
                .when(
                        r -> r.messages().size() > 2,
                        r -> ChatResponse.of(Scripts.reply(List.of(
                                Seeds.words(r.hash().hashCode()),
                                Seeds.words(r.hash().hashCode() + 1)))))
                .when(r -> true, r -> ChatResponse.of(Writers.instructions(r)))
                .build();
        LLMAugmenter.Builder builder = LLMAugmenter.builder()
                .chatModel(model)
                .batchSize(2)
                .callsPerWave(1)
                .maxSamplesPerTask(4);
        Path whole = dir.resolve("whole");
        Path parts = dir.resolve("parts");
        builder.saver(DataSaver.builder().path(whole).build()).build().augment(Seeds.oneClass());
        // instructions, samples, again, samples, again
        for (int budget = 1; budget <= 6; budget++) {
            builder.saver(DataSaver.builder().path(parts).build())
                    .budget(Budget.builder().maxCalls(budget).build())
                    .build()
                    .augment(Seeds.oneClass());
        }

        assertThat(SavedFiles.of(parts)).isEqualTo(SavedFiles.of(whole));
        assertThat(journal(parts)).doesNotContain("givenUp");
    }
}
