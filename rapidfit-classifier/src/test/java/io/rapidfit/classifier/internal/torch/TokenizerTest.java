package io.rapidfit.classifier.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rapidfit.classifier.internal.files.BadModelFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With a vocabulary of [PAD] [UNK] [CLS] [SEP] good bad play ##ing ##ed the film caf ##e ! . is ##s, whose ids are 0 to 16.
 * Its file asks for texts of 4 tokens, padded to 32.
 */
class TokenizerTest {

    private static final Path WORD_PIECE = Path.of("src/test/resources/wordpiece/tokenizer.json");

    @Test
    void encode_putsSpecialTokensAroundPiecesOfWords() throws Exception {
        assertThat(encode(128, "The film is good!", "playing played plays", "caf\u00e9"))
                .containsExactly(
                        new long[] {2, 9, 10, 15, 4, 13, 3}, // no padding
                        new long[] {2, 6, 7, 6, 8, 6, 16, 3},
                        new long[] {2, 11, 12, 3}); // without its accent
    }

    @Test
    void encode_knowsUnknownWordsAndTextsWithoutAny() throws Exception {
        assertThat(encode(128, "good grief", "", " ", "\u4f60\u597d"))
                .containsExactly(
                        new long[] {2, 4, 1, 3}, new long[] {2, 3}, new long[] {2, 3}, new long[] {2, 1, 1, 3});
    }

    @Test
    void encode_shortensTextsAndKeepsTheSpecialTokens() throws Exception {
        String longText = "good ".repeat(1000);
        assertThat(encode(5, longText, "good bad good", "good bad good bad"))
                .containsExactly(new long[] {2, 4, 4, 4, 3}, new long[] {2, 4, 5, 4, 3}, new long[] {2, 4, 5, 4, 3});
        assertThat(encode(1000, longText).get(0)).hasSize(1000).startsWith(2, 4).endsWith(4, 3);
    }

    @Test
    void encode_isTheSameUnderTheTurkishLocale() throws Exception {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertThat(encode(128, "IS FILM")).containsExactly(new long[] {2, 15, 10, 3});
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void encode_worksFromManyThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Tokenizer tokenizer = Tokenizer.load(WORD_PIECE, 128, false)) {
            List<Future<List<long[]>>> results = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                results.add(threads.submit(() -> tokenizer.encode(Collections.nCopies(10, "the film is bad"))));
            }
            for (Future<List<long[]>> result : results) {
                assertThat(result.get(60, TimeUnit.SECONDS))
                        .hasSize(10)
                        .allSatisfy(ids -> assertThat(ids).containsExactly(2, 9, 10, 15, 5, 3));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "tr"})
    void encode_lowersTheCaseIfTold(String locale, @TempDir Path directory) throws Exception {
        String json = Files.readString(WORD_PIECE);
        Path cased = Files.writeString(
                directory.resolve("tokenizer.json"), json.replace("\"lowercase\": true", "\"lowercase\": false"));
        Locale before = Locale.getDefault();
        try (Tokenizer asTheyAre = Tokenizer.load(cased, 128, false);
                Tokenizer lowered = Tokenizer.load(cased, 128, true)) {
            Locale.setDefault(Locale.forLanguageTag(locale));
            assertThat(asTheyAre.encode(List.of("IS FILM"))).containsExactly(new long[] {2, 1, 1, 3});
            assertThat(lowered.encode(List.of("IS FILM"))).containsExactly(new long[] {2, 15, 10, 3});
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void close_waitsForThoseWhoEncode() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 20; round++) {
                Tokenizer tokenizer = Tokenizer.load(WORD_PIECE, 128, false);
                Future<Integer> encoding = threads.submit(() -> encodeUntilClosed(tokenizer));
                threads.submit(tokenizer::close).get(60, TimeUnit.SECONDS);
                assertThat(encoding.get(60, TimeUnit.SECONDS)).isNotNegative();
                tokenizer.close();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** How often it went well. */
    private static int encodeUntilClosed(Tokenizer tokenizer) {
        for (int calls = 0; ; calls++) {
            try {
                assertThat(tokenizer.encode(Collections.nCopies(100, "the film is bad")))
                        .hasSize(100);
            } catch (IllegalStateException e) {
                return calls;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no JSON", "{}", "{\"version\":\"1.0\",\"model\":{\"type\":\"Unheard\"}}"})
    void load_refusesWhatIsNoTokenizer(String content, @TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("tokenizer.json"), content);

        assertThatExceptionOfType(BadModelFile.class)
                .isThrownBy(() -> Tokenizer.load(file, 128, false))
                .withMessageStartingWith(file + ": no tokenizer that can be read: ");
    }

    @Test
    void load_ofAFileThatIsNotThereSaysSo(@TempDir Path directory) {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> Tokenizer.load(directory.resolve("tokenizer.json"), 128, false));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void load_refusesLengthsThatLeaveNoRoomForText(int maxLength) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tokenizer.load(WORD_PIECE, maxLength, false))
                .withMessage("maxLength must be at least 3 but was " + maxLength);
    }

    @Test
    void load_asksNobody(@TempDir Path directory) throws Exception {
        assertThat(probe(directory)).containsExactly("[2, 9, 10, 3]", "true true");
    }

    @Test
    void load_saysThatTheNativeLibraryIsMissing(@TempDir Path directory) throws Exception {
        assertThat(probe(directory, "-DRUST_LIBRARY_PATH=" + directory).get(0))
                .startsWith("EngineLoadException: Hugging Face's tokenizers cannot be loaded. Cause: ");
    }

    /** What {@link TokenizerProbe} prints in a JVM of its own. */
    private static List<String> probe(Path directory, String... options) throws Exception {
        Path output = directory.resolve("output.txt");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=off");
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), TokenizerProbe.class.getName(), WORD_PIECE.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(output);
    }

    private static List<long[]> encode(int maxLength, String... texts) throws Exception {
        try (Tokenizer tokenizer = Tokenizer.load(WORD_PIECE, maxLength, false)) {
            return tokenizer.encode(Arrays.asList(texts));
        }
    }
}
