package io.rapidfit.classifier.internal.files;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Hugging Face's safetensors format, as far as a model here needs it (integers of 64 and 8 bits, floats of 32): the
 * length of a JSON header in eight bytes, the header with type, shape and place of each tensor, then the tensors one after
 * the other, little-endian throughout.
 */
final class Safetensors {

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
    private static final Map<String, Integer> WIDTHS = Map.of("F32", Float.BYTES, "I64", Long.BYTES, "I8", Byte.BYTES);

    private static final int BUFFER = 1 << 16;

    /** Where a tensor stands, counted from the end of the header. */
    private record Entry(String name, String type, List<Long> shape, long begin, long end) {}

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
            if (size < 8) {
                throw BadModelFile.damaged(file, "only " + size + " bytes");
            }
            long headerLength = Long.reverseBytes(in.readLong());
            if (headerLength < 2 || headerLength > Math.min(MAX_HEADER, size - 8)) {
                throw BadModelFile.damaged(file, "a header of %s bytes in a file of %s".formatted(headerLength, size));
            }
            byte[] header = new byte[(int) headerLength];
            in.readFully(header);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (Entry entry : entries(header, size - 8 - headerLength, file)) {
                tensors.put(entry.name(), readValues(entry, in));
            }
            return tensors;
        } catch (EOFException e) {
            throw BadModelFile.damaged(file, "it ends too early");
        }
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
        int width = width(entry.type());
        byte[] bytes = new byte[BUFFER];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (entry.type().equals("F32")) {
            float[] values = new float[count];
            for (int from = 0; from < count; from += BUFFER / width) {
                int some = Math.min(BUFFER / width, count - from);
                in.readFully(bytes, 0, some * width);
                buffer.asFloatBuffer().get(values, from, some);
            }
            return new Tensor(entry.shape(), values);
        }
        long[] values = new long[count];
        for (int from = 0; from < count; from += BUFFER / width) {
            int some = Math.min(BUFFER / width, count - from);
            in.readFully(bytes, 0, some * width);
            buffer.asLongBuffer().get(values, from, some);
        }
        return new Tensor(entry.shape(), values);
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
