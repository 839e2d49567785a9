package io.rapidfit.classifier.internal.files;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * Hugging Face's <a href="https://github.com/huggingface/safetensors#format">safetensors</a> format: the length of a JSON
 * header in eight bytes, the header with type, shape and place of each tensor, then the tensors one after the other,
 * little-endian throughout. Models of this library hold integers of 64 and 8 bits and floats of 32, and are read as a
 * whole; from others' files single tensors are read as floats.
 */
public final class Safetensors {

    /** What a header says of a tensor. The type is one of the format's: F32, BF16, I64, ... */
    public record Stored(String type, List<Long> shape) {
        public Stored {
            shape = List.copyOf(shape);
        }
    }

    /** A tensor: its values in the array of their type, a {@code float[]}, {@code long[]} or {@code byte[]}. */
    record Tensor(List<Long> shape, Object values) {

        static Tensor of(float[] values, long... shape) {
            return new Tensor(listOf(shape), values);
        }

        static Tensor of(long[] values, long... shape) {
            return new Tensor(listOf(shape), values);
        }

        static Tensor of(byte[] values, long... shape) {
            return new Tensor(listOf(shape), values);
        }

        /** Whether every value is a number and not infinite. */
        boolean isFinite() {
            float zero = 0;
            if (values instanceof float[] floats) {
                for (float value : floats) {
                    zero += value * 0; // not a number for what is none
                }
            }
            return zero == 0;
        }

        boolean hasShape(long... expected) {
            return shape.equals(listOf(expected));
        }

        private static List<Long> listOf(long... shape) {
            Long[] sizes = new Long[shape.length];
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = shape[i];
            }
            return List.of(sizes);
        }

        String type() {
            return values instanceof float[] ? "F32" : values instanceof byte[] ? "I8" : "I64";
        }

        long bytes() {
            return Math.multiplyExact(count(shape), (long) width(type()));
        }
    }

    /** The format's own limit. */
    private static final long MAX_HEADER = 100_000_000;

    /** Bytes a value of each type takes. */
    private static final Map<String, Integer> WIDTHS = Map.ofEntries(
            Map.entry("BOOL", 1),
            Map.entry("U8", 1),
            Map.entry("I8", 1),
            Map.entry("F8_E5M2", 1),
            Map.entry("F8_E4M3", 1),
            Map.entry("U16", 2),
            Map.entry("I16", 2),
            Map.entry("F16", 2),
            Map.entry("BF16", 2),
            Map.entry("U32", 4),
            Map.entry("I32", 4),
            Map.entry("F32", 4),
            Map.entry("U64", 8),
            Map.entry("I64", 8),
            Map.entry("F64", 8));

    /** The types that {@link #write} writes and {@link #read} reads. */
    private static final Set<String> OWN_TYPES = Set.of("F32", "I64", "I8");

    /** The types that {@link #readFloats} reads. */
    public static final List<String> FLOAT_TYPES = List.of("F32", "F16", "BF16");

    private static final int BUFFER = 1 << 16;

    /** Where a tensor stands, counted from the end of the header. */
    private record Entry(String name, String type, List<Long> shape, long begin, long end) {

        Stored stored() {
            return new Stored(type, shape);
        }
    }

    private Safetensors() {}

    static void write(Map<String, Tensor> tensors, OutputStream out) throws IOException {
        byte[] json = Json.compact(header -> {
            header.writeStartObject();
            long offset = 0;
            for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
                Tensor tensor = entry.getValue();
                header.writeObjectFieldStart(entry.getKey());
                header.writeStringField("dtype", tensor.type());
                header.writeFieldName("shape");
                Json.writeValue(header, tensor.shape());
                header.writeFieldName("data_offsets");
                Json.writeValue(header, List.of(offset, offset + tensor.bytes()));
                header.writeEndObject();
                offset += tensor.bytes();
            }
            header.writeEndObject();
        });
        byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8); // so that the tensors are aligned
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        out.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded.length)
                .array());
        out.write(padded);
        for (Tensor tensor : tensors.values()) {
            writeValues(tensor, out);
        }
    }

    /**
     * Writes tensors of floats, in the order of their names.
     *
     * @throws IllegalArgumentException if a value is infinite or not a number, which no reader would take
     */
    public static void writeFloats(Map<String, List<Long>> shapes, Function<String, float[]> values, OutputStream out)
            throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> {
            Tensor tensor = new Tensor(shape, values.apply(name));
            if (!tensor.isFinite()) {
                throw new IllegalArgumentException("'" + name + "' has a value that is not a finite number");
            }
            tensors.put(name, tensor);
        });
        write(tensors, out);
    }

    private static void writeValues(Tensor tensor, OutputStream out) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        if (tensor.values() instanceof float[] floats) {
            for (int from = 0; from < floats.length; from += BUFFER / Float.BYTES) {
                int count = Math.min(BUFFER / Float.BYTES, floats.length - from);
                buffer.asFloatBuffer().put(floats, from, count);
                out.write(buffer.array(), 0, count * Float.BYTES);
            }
        } else if (tensor.values() instanceof long[] longs) {
            for (int from = 0; from < longs.length; from += BUFFER / Long.BYTES) {
                int count = Math.min(BUFFER / Long.BYTES, longs.length - from);
                buffer.asLongBuffer().put(longs, from, count);
                out.write(buffer.array(), 0, count * Long.BYTES);
            }
        } else if (tensor.values() instanceof byte[] bytes) {
            out.write(bytes);
        }
    }

    /**
     * Reads all tensors. Nothing is allocated before it is known to fit into the file.
     *
     * @param file for messages
     * @param size of the stream in bytes
     */
    static Map<String, Tensor> read(InputStream stream, long size, Path file) throws IOException, BadModelFile {
        DataInputStream in = new DataInputStream(stream);
        try {
            List<Entry> entries = readEntries(in, size, file);
            for (Entry entry : entries) {
                if (!OWN_TYPES.contains(entry.type())) {
                    throw BadModelFile.damaged(file, "header: '" + entry.name() + "' is of type " + entry.type());
                }
            }
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (Entry entry : entries) {
                tensors.put(entry.name(), readValues(entry, in));
            }
            return tensors;
        } catch (EOFException e) {
            throw BadModelFile.damaged(file, "it ends too early");
        }
    }

    /** What the header of a file says, whose places were checked; nothing else is read. In the order of the places. */
    public static Map<String, Stored> readHeader(Path file) throws IOException, BadModelFile {
        try (InputStream stream = Files.newInputStream(file)) {
            Map<String, Stored> tensors = new LinkedHashMap<>();
            for (Entry entry : readEntries(new DataInputStream(stream), Files.size(file), file)) {
                tensors.put(entry.name(), entry.stored());
            }
            return tensors;
        } catch (EOFException e) {
            throw BadModelFile.damaged(file, "it ends too early");
        }
    }

    /**
     * Reads the tensors of these names and skips all others. Floats of 16 bits are widened, which loses nothing.
     *
     * @param wanted as {@link #readHeader(Path)} gave them, each of one of the {@link #FLOAT_TYPES}
     * @return the values by name
     * @throws BadModelFile also if a value is infinite or not a number, or the file has changed since its header was read
     */
    public static Map<String, float[]> readFloats(Path file, Map<String, Stored> wanted)
            throws IOException, BadModelFile {
        try (InputStream stream = Files.newInputStream(file)) {
            DataInputStream in = new DataInputStream(stream);
            Map<String, float[]> tensors = new LinkedHashMap<>();
            for (Entry entry : readEntries(in, Files.size(file), file)) {
                if (!wanted.containsKey(entry.name())) {
                    in.skipNBytes(entry.end() - entry.begin());
                } else if (entry.stored().equals(wanted.get(entry.name()))) {
                    tensors.put(entry.name(), readFinite(entry, in, file));
                }
            }
            if (tensors.size() != wanted.size()) {
                throw BadModelFile.damaged(file, "it changed while it was read");
            }
            return tensors;
        } catch (EOFException e) {
            throw BadModelFile.damaged(file, "it ends too early");
        }
    }

    private static List<Entry> readEntries(DataInputStream in, long size, Path file) throws IOException, BadModelFile {
        if (size < 8) {
            throw BadModelFile.damaged(file, "only " + size + " bytes");
        }
        long length = Long.reverseBytes(in.readLong());
        if (length < 2 || length > Math.min(MAX_HEADER, size - 8)) {
            throw BadModelFile.damaged(file, "a header of %s bytes in a file of %s".formatted(length, size));
        }
        byte[] header = new byte[(int) length];
        in.readFully(header);
        return entries(header, size - 8 - length, file);
    }

    /** In order of their places, which must cover the data without a gap or an overlap. */
    private static List<Entry> entries(byte[] header, long dataSize, Path file) throws BadModelFile {
        JsonObject root = Json.read(header, file, "header: ");
        List<Entry> entries = new ArrayList<>();
        for (String name : root.names()) {
            if (!name.equals("__metadata__")) {
                entries.add(entry(name, root.object(name), file));
            }
        }
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long at = 0;
        for (Entry entry : entries) {
            if (entry.begin() != at) {
                throw BadModelFile.damaged(file, "header: a gap or overlap before '" + entry.name() + "'");
            }
            at = entry.end();
        }
        if (at != dataSize) {
            throw BadModelFile.damaged(file, "%s bytes of values, %s expected".formatted(dataSize, at));
        }
        return entries;
    }

    private static Entry entry(String name, JsonObject json, Path file) throws BadModelFile {
        String type = json.string("dtype");
        List<Long> shape = json.longIntegers("shape");
        List<Long> offsets = json.longIntegers("data_offsets");
        try {
            boolean fits = offsets.size() == 2
                    && offsets.get(0) >= 0
                    && offsets.get(1) >= offsets.get(0)
                    && WIDTHS.containsKey(type)
                    && count(shape) <= Integer.MAX_VALUE - 8
                    && count(shape) * width(type) == offsets.get(1) - offsets.get(0);
            if (fits) {
                return new Entry(name, type, List.copyOf(shape), offsets.get(0), offsets.get(1));
            }
        } catch (ArithmeticException e) {
            // too many values to count: refused below
        }
        throw BadModelFile.damaged(file, "header: type, shape and place of '" + name + "' do not fit");
    }

    private static Tensor readValues(Entry entry, DataInputStream in) throws IOException {
        int count = (int) count(entry.shape());
        if (entry.type().equals("I8")) {
            byte[] values = new byte[count];
            in.readFully(values);
            return new Tensor(entry.shape(), values);
        }
        if (entry.type().equals("F32")) {
            return new Tensor(entry.shape(), readFloatValues(entry, in));
        }
        int width = width(entry.type());
        byte[] bytes = new byte[BUFFER];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long[] values = new long[count];
        for (int from = 0; from < count; from += BUFFER / width) {
            int some = Math.min(BUFFER / width, count - from);
            in.readFully(bytes, 0, some * width);
            buffer.asLongBuffer().get(values, from, some);
        }
        return new Tensor(entry.shape(), values);
    }

    private static float[] readFinite(Entry entry, DataInputStream in, Path file) throws IOException, BadModelFile {
        float[] values = readFloatValues(entry, in);
        if (!new Tensor(entry.shape(), values).isFinite()) { // otherwise a prediction would be the first to find out
            throw BadModelFile.damaged(file, "'" + entry.name() + "' has a value that is not a finite number");
        }
        return values;
    }

    private static float[] readFloatValues(Entry entry, DataInputStream in) throws IOException {
        float[] values = new float[(int) count(entry.shape())];
        int width = width(entry.type());
        byte[] bytes = new byte[BUFFER];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < values.length; from += BUFFER / width) {
            int some = Math.min(BUFFER / width, values.length - from);
            in.readFully(bytes, 0, some * width);
            switch (entry.type()) {
                case "F32" -> buffer.asFloatBuffer().get(values, from, some);
                case "F16" -> {
                    for (int i = 0; i < some; i++) {
                        values[from + i] = ofHalf(buffer.getShort(i * width));
                    }
                }
                case "BF16" -> { // the upper half of a float
                    for (int i = 0; i < some; i++) {
                        values[from + i] = Float.intBitsToFloat(buffer.getShort(i * width) << 16);
                    }
                }
                default -> throw new IllegalArgumentException("'" + entry.name() + "' is of type " + entry.type());
            }
        }
        return values;
    }

    /** Of the 16 bits of an IEEE 754 binary16: 1 of sign, 5 of exponent with a bias of 15, 10 of fraction. */
    private static float ofHalf(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = half >> 10 & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 0) { // no leading 1: fraction * 2^-10 * 2^-14
            return Float.intBitsToFloat(sign | Float.floatToRawIntBits(fraction * 0x1p-24f));
        }
        int widened = exponent == 0x1f ? 0xff : exponent - 15 + 127; // infinite and not a number stay so
        return Float.intBitsToFloat(sign | widened << 23 | fraction << 13);
    }

    /** @throws ArithmeticException if there are too many to count, or fewer than none in a direction */
    private static long count(List<Long> shape) {
        long count = 1;
        for (long size : shape) {
            if (size < 0) {
                throw new ArithmeticException("a size of " + size);
            }
            count = Math.multiplyExact(count, size);
        }
        return count;
    }

    private static int width(String type) {
        return Objects.requireNonNull(WIDTHS.get(type));
    }
}
