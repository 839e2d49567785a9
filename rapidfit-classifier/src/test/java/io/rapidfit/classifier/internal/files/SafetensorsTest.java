package io.rapidfit.classifier.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.classifier.internal.files.Safetensors.Stored;
import io.rapidfit.classifier.internal.files.Safetensors.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {

    private static final Path FILE = Path.of("dir", "some.safetensors");

    @Test
    void write_givesTheFormatsBytes() throws IOException {
        byte[] bytes = written(Map.of("x", Tensor.of(new float[] {1, -2}, 2)));

        // 8 bytes of length, a header padded to a multiple of 8, then 1.0f and -2.0f
        String header = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        int padded = (header.length() + 7) / 8 * 8;
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(buffer.getLong()).isEqualTo(padded);
        assertThat(new String(bytes, 8, padded, StandardCharsets.UTF_8).strip()).isEqualTo(header);
        assertThat(buffer.getFloat(8 + padded)).isEqualTo(1f);
        assertThat(buffer.getFloat(12 + padded)).isEqualTo(-2f);
        assertThat(bytes).hasSize(16 + padded);
    }

    @Test
    void read_givesWhatWasWritten() throws Exception {
        float[] floats = new float[100_000]; // more than a buffer
        for (int i = 0; i < floats.length; i++) {
            floats[i] = i * 0.5f;
        }
        floats[7] = Float.NaN;
        floats[8] = -0f;
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("floats", Tensor.of(floats, 1000, 100));
        tensors.put("longs", Tensor.of(new long[] {Long.MIN_VALUE, 0, -1}, 3));
        tensors.put("none", Tensor.of(new float[0], 0, 7));
        tensors.put("one", Tensor.of(new float[] {3}));
        byte[] bytes = new byte[150_001]; // not a multiple of any other type's width
        new java.util.Random(1).nextBytes(bytes);
        tensors.put("bytes", Tensor.of(bytes, 150_001));
        tensors.put("after", Tensor.of(new long[] {7}, 1));

        Map<String, Tensor> read = read(written(tensors));

        assertThat(read.keySet()).containsExactlyInAnyOrder("floats", "longs", "none", "one", "bytes", "after");
        assertThat((byte[]) read.get("bytes").values()).isEqualTo(bytes);
        assertThat((long[]) read.get("after").values()).containsExactly(7);
        assertThat((float[]) read.get("floats").values()).isEqualTo(floats);
        assertThat(read.get("floats").shape()).containsExactly(1000L, 100L);
        assertThat((long[]) read.get("longs").values()).containsExactly(Long.MIN_VALUE, 0, -1);
        assertThat((float[]) read.get("none").values()).isEmpty();
        assertThat(read.get("none").shape()).containsExactly(0L, 7L);
        assertThat((float[]) read.get("one").values()).containsExactly(3);
    }

    @Test
    void read_acceptsMetadataAndAnyOrderOfTensors() throws Exception {
        Map<String, Tensor> read = read(file(
                "{\"__metadata__\":{\"by\":\"somebody\"},"
                        + "\"b\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[4,12]},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[0,4]}}",
                12));

        assertThat(read.keySet()).containsExactlyInAnyOrder("a", "b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "null",
                "1",
                "\"x\"",
                "{",
                "{} {}",
                "{\"x\":null}",
                "{\"x\":[]}",
                "{\"x\":{}}",
                "{\"x\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}",
                "{\"x\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}",
                "{\"x\":{\"dtype\":\"I8\",\"shape\":[9],\"data_offsets\":[0,8]}}",
                "{\"x\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"x\":{\"dtype\":\"I8\",\"shape\":[2147483647],\"data_offsets\":[0,2147483647]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[-1,-2],\"data_offsets\":[0,8]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,2],\"data_offsets\":[0,8]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[1e300],\"data_offsets\":[0,8]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[2147483647],\"data_offsets\":[0,8589934588]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                        + "\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                        + "\"y\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
            })
    void read_refusesAHeaderThatDoesNotFitEightBytesOfValues(String header) throws IOException {
        assertRefused(file(header, 8));
    }

    @Test
    void read_refusesDeepNesting() throws IOException {
        assertRefused(file("[".repeat(100_000), 0));
        assertRefused(file("{\"x\":".repeat(100_000), 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, 0, 1, 3, 100, 100_000_001, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE})
    void read_refusesALengthThatIsNotTheHeaders(long length) {
        byte[] bytes = ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put((byte) '{')
                .put((byte) '}')
                .array();
        assertRefused(bytes);
    }

    @Test
    void read_refusesAHeaderThatIsLongerThanTheFormatAllows() {
        byte[] bytes = ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(100_000_001)
                .array();

        assertThatThrownBy(() -> Safetensors.read(new ByteArrayInputStream(bytes), 200_000_000, FILE))
                .isInstanceOf(BadModelFile.class)
                .hasMessageContaining("a header of 100000001 bytes in a file of 200000000");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9})
    void read_refusesATinyFile(int size) {
        assertRefused(new byte[size]);
    }

    @Test
    void read_refusesEveryTruncation() throws IOException {
        byte[] bytes = written(Map.of("x", Tensor.of(new float[] {1, -2}, 2)));
        for (int length = 0; length < bytes.length; length++) {
            assertRefused(Arrays.copyOf(bytes, length));
        }
        // the file became shorter while it was read
        for (int length = 0; length < bytes.length; length++) {
            byte[] shorter = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Safetensors.read(new ByteArrayInputStream(shorter), bytes.length, FILE))
                    .isInstanceOf(BadModelFile.class);
        }
    }

    @Test
    void read_allocatesNothingHugeForWhatTheFileCannotHold() throws IOException {
        byte[] hugeTensor =
                file("{\"x\":{\"dtype\":\"F32\",\"shape\":[500000000],\"data_offsets\":[0,2000000000]}}", 8);
        byte[] hugeBytes = file("{\"x\":{\"dtype\":\"I8\",\"shape\":[2000000000],\"data_offsets\":[0,2000000000]}}", 8);
        byte[] hugeHeader = ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(99_999_999)
                .array();
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        assertRefused(hugeTensor);
        assertRefused(hugeBytes);
        assertRefused(hugeHeader);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(50_000_000);
    }

    @Test
    void readFloats_widensHalfFloats(@TempDir Path directory) throws Exception {
        // sign 1, exponent 5 with a bias of 15, fraction 10: 0x3555 is 2^(13 - 15) * (1 + 341 / 1024)
        short[] values = {0x3c00, (short) 0xc000, 0x3555, 0x7bff, 0x0400, 0x03ff, 0x0001, (short) 0x8000};

        float[] widened = floats(directory, "F16", values);

        assertThat(widened).containsExactly(1, -2, 0.333251953125f, 65504, 0x1p-14f, 1023 * 0x1p-24f, 0x1p-24f, -0f);
    }

    @Test
    void readFloats_widensBfloats(@TempDir Path directory) throws Exception {
        // sign 1, exponent 8 with a bias of 127, fraction 7: 0xc049 is -2^(128 - 127) * (1 + 73 / 128);
        // 0x0001 is 2^16 times the smallest float, 2^-149
        short[] values = {0x3f80, (short) 0xc049, 0x0001, (short) 0x8000, 0x7f7f};

        float[] widened = floats(directory, "BF16", values);

        assertThat(widened).containsExactly(1, -3.140625f, 0x1p-133f, -0f, 0x1.fep127f);
    }

    @ParameterizedTest
    @CsvSource({"F16, 7c00", "F16, fc00", "F16, 7e00", "F16, 7c01", "BF16, 7f80", "BF16, ff80", "BF16, 7fc0"})
    void readFloats_refusesWhatIsNoFiniteNumber(String type, String bits, @TempDir Path directory) {
        short[] values = {0, (short) Integer.parseInt(bits, 16), 0};

        assertThatThrownBy(() -> floats(directory, type, values))
                .isInstanceOf(BadModelFile.class)
                .hasMessageContaining("'x' has a value that is not a finite number");
    }

    @Test
    void readFloats_readsOnlyWhatIsWanted(@TempDir Path directory) throws Exception {
        String header = "{\"flag\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[0,3]},"
                + "\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[3,7]},"
                + "\"double\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[7,15]},"
                + "\"y\":{\"dtype\":\"BF16\",\"shape\":[1,1],\"data_offsets\":[15,17]}}";
        byte[] bytes = file(header, 17);
        ByteBuffer data = ByteBuffer.wrap(bytes, bytes.length - 17, 17).slice().order(ByteOrder.LITTLE_ENDIAN);
        data.putFloat(3, 1.5f).putShort(15, (short) 0x3f80);
        Path file = Files.write(directory.resolve("mixed.safetensors"), bytes);

        Map<String, Stored> tensors = Safetensors.readHeader(file);
        assertThat(tensors)
                .containsExactly(
                        Map.entry("flag", new Stored("BOOL", List.of(3L))),
                        Map.entry("x", new Stored("F32", List.of(1L))),
                        Map.entry("double", new Stored("F64", List.of(1L))),
                        Map.entry("y", new Stored("BF16", List.of(1L, 1L))));

        tensors.keySet().removeAll(List.of("flag", "double"));
        Map<String, float[]> floats = Safetensors.readFloats(file, tensors);
        assertThat(floats).containsOnlyKeys("x", "y");
        assertThat(floats.get("x")).containsExactly(1.5f);
        assertThat(floats.get("y")).containsExactly(1f);
    }

    @Test
    void readFloats_readsMoreThanABufferOfHalfFloats(@TempDir Path directory) throws Exception {
        short[] values = new short[100_001];
        Arrays.fill(values, (short) 0x3c00);
        values[100_000] = 0x4000;

        float[] widened = floats(directory, "F16", values);

        assertThat(widened[99_999]).isEqualTo(1);
        assertThat(widened[100_000]).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "[2,1]"})
    void readFloats_refusesAFileThatChangedSinceItsHeaderWasRead(String shape, @TempDir Path directory)
            throws Exception {
        Path file = directory.resolve("x.safetensors");
        Files.write(file, file("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8));
        Map<String, Stored> header = Safetensors.readHeader(file);
        String type = shape.equals("[1]") ? "F64" : "F32";
        String changed = "{\"x\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":[0,8]}}";
        Files.write(file, file(changed, 8));

        assertThatThrownBy(() -> Safetensors.readFloats(file, header))
                .isInstanceOf(BadModelFile.class)
                .hasMessageContaining("changed while it was read");
    }

    @Test
    void readFloats_refusesATypeThatIsNoFloat(@TempDir Path directory) {
        assertThatThrownBy(() -> floats(directory, "I16", new short[] {1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'x' is of type I16");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"x\":{\"dtype\":\"F128\",\"shape\":[1],\"data_offsets\":[0,8]}}",
                "{\"x\":{\"dtype\":\"f32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"x\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"x\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[4,12]}}",
                "{\"x\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}",
                "{\"x\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]},"
                        + "\"y\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[6,8]}}",
                "{\"x\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]},"
                        + "\"x\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]}}",
                "{\"x\":{\"dtype\":\"F16\",\"shape\":[9223372036854775807,4],\"data_offsets\":[0,8]}}",
            })
    void readHeader_refusesWhatDoesNotFitEightBytesOfValues(String header, @TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("x.safetensors"), file(header, 8));

        assertThatThrownBy(() -> Safetensors.readHeader(file))
                .isInstanceOf(BadModelFile.class)
                .hasMessageStartingWith(file + ": damaged");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 3, 100_000_001, Long.MAX_VALUE})
    void readHeader_refusesALengthThatIsNotTheHeaders(long length, @TempDir Path directory) throws IOException {
        byte[] bytes = file("{}", 0);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        Path file = Files.write(directory.resolve("x.safetensors"), bytes);

        assertThatThrownBy(() -> Safetensors.readHeader(file))
                .isInstanceOf(BadModelFile.class)
                .hasMessageContaining(length + " bytes in a file of 10");
    }

    /** The values of the one tensor of a file, as they are read again. */
    private static float[] floats(Path directory, String type, short... values) throws IOException, BadModelFile {
        int size = values.length * Short.BYTES;
        byte[] bytes = file(
                "{\"x\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[0,%s]}}"
                        .formatted(type, values.length, size),
                size);
        ByteBuffer.wrap(bytes, bytes.length - size, size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer()
                .put(values);
        Path file = Files.write(directory.resolve("floats.safetensors"), bytes);
        return Safetensors.readFloats(file, Safetensors.readHeader(file)).get("x");
    }

    private static void assertRefused(byte[] bytes) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(BadModelFile.class)
                .hasMessageStartingWith(FILE + ": damaged")
                .satisfies(e -> assertThat(((BadModelFile) e).file()).isEqualTo(FILE));
    }

    private static Map<String, Tensor> read(byte[] bytes) throws IOException, BadModelFile {
        return Safetensors.read(new ByteArrayInputStream(bytes), bytes.length, FILE);
    }

    private static byte[] written(Map<String, Tensor> tensors) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Safetensors.write(tensors, out);
        return out.toByteArray();
    }

    private static byte[] file(String header, int dataBytes) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }
}
