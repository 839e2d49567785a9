package io.rapidfit.internal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A UTF-8 file of one JSON object a line, to which whole records are added and forced to disk. A crash in the middle of that
 * leaves a torn tail: a last line without its line break that is no record. Reading skips it with a warning; the next
 * append moves it to a file beside, so that no good record is glued to it.
 *
 * @param records what the good lines hold
 * @param tornBytes length of a torn tail; 0 if there is none
 * @param endsOpen whether the last good record lacks its line break, as in files edited by hand
 */
public record LineFile<T>(List<T> records, int tornBytes, boolean endsOpen) {

    private static final Logger log = LoggerFactory.getLogger(LineFile.class);

    /** Makes a record of a line. */
    @FunctionalInterface
    public interface Parser<T> {
        /**
         * @param line without its line break, never blank; null if its bytes are not UTF-8
         * @param number counted from 1
         * @throws RuntimeException if the line is no record
         */
        T parse(@Nullable String line, int number);
    }

    /** Where the bytes of a line are, without its line break. */
    public record Place(long offset, int length) {}

    /** A {@link Parser} that comes back to the line by {@link LineFile#readAt}. */
    @FunctionalInterface
    public interface PlaceParser<T> {
        T parse(@Nullable String line, int number, Place place);
    }

    public LineFile {
        records = List.copyOf(records);
    }

    /** A file that is empty, or not there yet. */
    public static <T> LineFile<T> empty() {
        return new LineFile<>(List.of(), 0, false);
    }

    /** Reads all records; blank lines and a byte order mark are skipped. What the parser throws ends the reading. */
    public static <T> LineFile<T> read(Path file, Parser<T> parser) throws IOException {
        List<T> records = new ArrayList<>();
        LineFile<T> rest = forEach(file, parser, records::add);
        return new LineFile<>(records, rest.tornBytes(), rest.endsOpen());
    }

    /**
     * The same for one record after the other: the file may be larger than memory.
     *
     * @return what there is to know of the file, without the records
     */
    public static <T> LineFile<T> forEach(Path file, Parser<T> parser, Consumer<? super T> action) throws IOException {
        return forEachPlace(file, (line, number, place) -> parser.parse(line, number), action);
    }

    /** The same, and the parser is told where each line is. */
    public static <T> LineFile<T> forEachPlace(Path file, PlaceParser<T> parser, Consumer<? super T> action)
            throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int number = 1;
            long offset = 0;
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b == '\n') {
                    byte[] bytes = line.toByteArray();
                    parse(bytes, number++, offset, parser).ifPresent(action);
                    offset += bytes.length + 1;
                    line.reset();
                } else {
                    line.write(b);
                }
            }
            byte[] tail = line.toByteArray();
            Optional<T> last;
            try {
                last = parse(tail, number, offset, parser);
            } catch (RuntimeException e) {
                if (!isTorn(tail)) {
                    throw e;
                }
                log.warn("{}:{}: skipped a torn last line of {} bytes, left by a crash", file, number, tail.length);
                return new LineFile<>(List.of(), tail.length, false);
            }
            last.ifPresent(action);
            return new LineFile<>(List.of(), 0, tail.length > 0);
        }
    }

    /** Whether the bytes are a JSON object without its end: a whole one that is wrong was not left by a crash. */
    private static boolean isTorn(byte[] tail) {
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < tail.length; i++) { // in UTF-8 these signs are never part of another character
            switch (tail[i]) {
                case '\\' -> i++;
                case '"' -> quoted = !quoted;
                case '{' -> depth += quoted ? 0 : 1;
                case '}' -> {
                    depth -= quoted ? 0 : 1;
                    if (depth == 0 && !quoted) {
                        return tail[tail.length - 1] == 0; // where the power failed, file systems leave zeros
                    }
                }
                default -> {}
            }
        }
        return tail[0] == '{' || tail[0] == 0;
    }

    /** Empty for a blank line. */
    private static <T> Optional<T> parse(byte[] bytes, int number, long offset, PlaceParser<T> parser) {
        Place place = new Place(offset, bytes.length);
        String line;
        try {
            line = decode(bytes, place);
        } catch (CharacterCodingException e) {
            return Optional.of(parser.parse(null, number, place));
        }
        return line.isBlank() ? Optional.empty() : Optional.of(parser.parse(line, number, place));
    }

    private static String decode(byte[] bytes, Place place) throws CharacterCodingException {
        return place.offset() == 0 ? Utf8.decodeStart(bytes) : Utf8.decode(bytes, 0);
    }

    /** One line, as it was parsed or appended. An interrupt does not end it. */
    public static String readAt(Path file, Place place) throws IOException {
        byte[] bytes = new byte[place.length()];
        Uninterrupted.run(() -> {
            try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                if (!fill(buffer, in, place.offset())) {
                    throw new EOFException(
                            "%s has become shorter than %d bytes".formatted(file, place.offset() + place.length()));
                }
            }
        });
        return decode(bytes, place);
    }

    /** Whether the file went on far enough. One read need not take all. */
    private static boolean fill(ByteBuffer buffer, FileChannel in, long start) throws IOException {
        int from = buffer.position();
        while (buffer.hasRemaining()) {
            if (in.read(buffer, start + buffer.position() - from) < 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Adds lines to the file that this was read from, and forces them to disk. The file is created if it is missing. An
     * interrupt does not end it.
     *
     * @param lines each without a line break
     * @return where they are now
     */
    public List<Place> append(Path file, List<String> lines) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (endsOpen) {
            bytes.write('\n');
        }
        long end = Files.exists(file) ? Files.size(file) - tornBytes : 0;
        List<Place> places = new ArrayList<>();
        for (String line : lines) {
            byte[] written = line.getBytes(StandardCharsets.UTF_8);
            places.add(new Place(end + bytes.size(), written.length));
            bytes.write(written);
            bytes.write('\n');
        }
        if (tornBytes > 0) {
            Uninterrupted.run(() -> setAside(file, end, file.resolveSibling(file.getFileName() + ".torn")));
        }
        Uninterrupted.run(() -> {
            try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                out.truncate(end); // the torn tail, or what an interrupt left of these lines
                out.position(end);
                write(out, ByteBuffer.wrap(bytes.toByteArray()));
                out.force(true);
            }
        });
        return places;
    }

    private void setAside(Path file, long start, Path beside) throws IOException {
        ByteBuffer torn = ByteBuffer.allocate(tornBytes + 1);
        torn.limit(tornBytes);
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            fill(torn, in, start);
        }
        torn.limit(tornBytes + 1).position(tornBytes);
        torn.put((byte) '\n').flip();
        try (FileChannel out = FileChannel.open(
                beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            write(out, torn);
            out.force(true);
        }
        log.warn("Moved a torn tail of {} bytes to {}", tornBytes, beside);
    }

    private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
