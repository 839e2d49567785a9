package io.rapidfit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.testing.CapturedLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A crash while a record is appended leaves a part of it at the end of the file. */
class JsonLinesTornTailTest {

    private static final List<Sample> EARLIER =
            List.of(Sample.of("t", "first", "a"), Sample.of("t", "second \u00E9", "b"));
    /** Characters of one to four bytes, an escape, nested braces. */
    private static final Sample LAST = Sample.of("t", "a\u00E9\u4F60\uD83D\uDE00\n\u0001\"}", "c")
            .withId("7")
            .withSplit(Split.TEST)
            .withTags(Map.of("k", "{}"));

    private static final Sample NEW = Sample.of("t", "new", "a");

    @TempDir
    Path dir;

    private Path file;
    private Path torn;
    private byte[] earlierBytes;
    private byte[] lastBytes;
    private DataSaver saver;

    @BeforeEach
    void saveWhole() throws IOException {
        saver = DataSaver.builder().path(dir).build();
        file = dir.resolve("t.jsonl");
        torn = dir.resolve("t.jsonl.torn");
        saver.save(Dataset.of(EARLIER));
        earlierBytes = Files.readAllBytes(file);
        saver.save(Dataset.of(List.of(LAST)), WriteMode.APPEND);
        byte[] all = Files.readAllBytes(file);
        lastBytes = Arrays.copyOfRange(all, earlierBytes.length, all.length);
    }

    @Test
    void load_ofAFileCutAnywhereInItsLastRecord_givesTheEarlierOnes() throws IOException {
        for (int kept = 1; kept < lastBytes.length - 1; kept++) {
            cutTo(kept);

            String log =
                    CapturedLog.of(() -> assertThat(saver.load("t").samples()).isEqualTo(EARLIER));

            assertThat(log).contains("WARN", file + ":3: ", kept + " bytes");
            assertThat(Files.size(file)).isEqualTo(earlierBytes.length + kept); // reading changes nothing
        }
    }

    @Test
    void append_toAFileCutAnywhereInItsLastRecord_keepsTheEarlierOnesAndSetsTheTailAside() throws IOException {
        for (int kept = 1; kept < lastBytes.length - 1; kept++) {
            Files.deleteIfExists(torn);
            cutTo(kept);

            String log = CapturedLog.of(() -> saver.save(Dataset.of(List.of(NEW)), WriteMode.APPEND));

            assertThat(log).contains("WARN", file + ":3: ", torn.toString());
            assertThat(torn).hasBinaryContent(concat(Arrays.copyOf(lastBytes, kept), "\n"));
            assertThat(file).hasBinaryContent(concat(earlierBytes, "{\"text\":\"new\",\"label\":\"a\"}\n"));
            assertThat(CapturedLog.of(() ->
                            assertThat(saver.loadAll().samples()).containsExactly(EARLIER.get(0), EARLIER.get(1), NEW)))
                    .isEmpty();
        }
    }

    @Test
    void load_ofAFileCutBetweenRecords_isQuiet() throws IOException {
        cutTo(0);
        assertThat(CapturedLog.of(() -> assertThat(saver.load("t").samples()).isEqualTo(EARLIER)))
                .isEmpty();

        cutTo(lastBytes.length - 1); // only the line break is missing
        assertThat(CapturedLog.of(() ->
                        assertThat(saver.load("t").samples()).containsExactly(EARLIER.get(0), EARLIER.get(1), LAST)))
                .isEmpty();
    }

    @Test
    void append_toAFileThatLacksOnlyItsLastLineBreak_keepsTheLastRecord() throws IOException {
        cutTo(lastBytes.length - 1);
        saver.save(Dataset.of(List.of(NEW)), WriteMode.APPEND);

        assertThat(saver.load("t").samples()).containsExactly(EARLIER.get(0), EARLIER.get(1), LAST, NEW);
        assertThat(torn).doesNotExist();
    }

    @Test
    void append_afterASecondCrash_keepsBothTails() throws IOException {
        cutTo(5);
        saver.save(Dataset.of(List.of(NEW)), WriteMode.APPEND);
        Files.write(file, concat(Files.readAllBytes(file), "{\"tex"));
        saver.save(Dataset.of(List.of(NEW)), WriteMode.APPEND);

        assertThat(torn).hasContent("{\"tex\n{\"tex\n");
        assertThat(saver.load("t").samples()).containsExactly(EARLIER.get(0), EARLIER.get(1), NEW, NEW);
    }

    @Test
    void append_whereTheOnlyRecordIsTorn_startsAgain() throws IOException {
        Files.write(file, Arrays.copyOf(lastBytes, 9));
        assertThat(saver.load("t").isEmpty()).isTrue();

        saver.save(Dataset.of(List.of(NEW)), WriteMode.APPEND);

        assertThat(saver.load("t").samples()).containsExactly(NEW);
        assertThat(torn).exists();
    }

    @Test
    void overwrite_ofATornFile_replacesIt() throws IOException {
        cutTo(5);
        saver.save(Dataset.of(List.of(NEW)), WriteMode.OVERWRITE);

        assertThat(saver.load("t").samples()).containsExactly(NEW);
        assertThat(torn).doesNotExist();
    }

    @Test
    void load_ofABadRowThatIsNotTheLast_isNoTornTail() throws IOException {
        Files.write(file, concat(earlierBytes, "{\"tex\n{\"text\":\"x\",\"label\":\"y\"}\n"));

        assertThatThrownBy(() -> saver.load("t"))
                .isInstanceOf(DataFormatException.class)
                .hasMessageStartingWith(file + ":3: not valid JSON");
    }

    @Test
    void load_ofABadLastRowWithItsLineBreak_isNoTornTail() throws IOException {
        Files.write(file, concat(earlierBytes, "{\"tex\n"));

        assertThatThrownBy(() -> saver.load("t")).isInstanceOf(DataFormatException.class);
        assertThatThrownBy(() -> saver.save(Dataset.of(List.of(NEW)), WriteMode.APPEND))
                .isInstanceOf(DataFormatException.class)
                .hasMessageStartingWith(file + ":3: not valid JSON");
        assertThat(file).hasBinaryContent(concat(earlierBytes, "{\"tex\n")); // nothing was added
    }

    private void cutTo(int keptOfLast) throws IOException {
        byte[] start = Arrays.copyOf(earlierBytes, earlierBytes.length + keptOfLast);
        System.arraycopy(lastBytes, 0, start, earlierBytes.length, keptOfLast);
        Files.write(file, start);
    }

    private static byte[] concat(byte[] first, String second) {
        byte[] more = second.getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }

    /** None of these is the beginning of a record: somebody wrote them so, and must hear of it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\":\"x\",\"lable\":\"y\"}",
                "{\"text\":\"x\",\"label\":\"y\",\"split\":\"eval\"}",
                "{\"text\":\"x\",\"label\":\"y\"},",
                "{\"text\":\"x\",\"label\":\"y\"}\r{\"text\":\"x\",\"label\":\"y\"}",
                "[{\"text\":\"x\",\"label\":\"y\"}]",
                "{'text':'x','label':'y'}",
                "text,label"
            })
    void load_ofABadLastRowThatIsWhole_isNoTornTail(String row) throws IOException {
        Files.write(file, concat(earlierBytes, row)); // no line break, as many editors leave it

        assertThatThrownBy(() -> saver.load("t"))
                .isInstanceOf(DataFormatException.class)
                .hasMessageStartingWith(file + ":3: ");
    }

    @Test
    void load_ofALastRowThatIsNotUtf8_isNoTornTail() throws IOException {
        Files.writeString(file, "{\"text\":\"caf\u00E9\",\"label\":\"y\"}", StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> saver.load("t"))
                .isInstanceOf(DataFormatException.class)
                .hasMessage(file + ":1: not UTF-8: save the file in that encoding");
    }

    @Test
    void load_ofATailOfZeros_skipsIt() throws IOException {
        Files.write(file, concat(earlierBytes, "{\"te\0\0\0\0")); // what a power failure leaves

        assertThat(saver.load("t").samples()).isEqualTo(EARLIER);
    }
}
