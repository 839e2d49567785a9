package io.rapidfit.llm.generate;

import io.rapidfit.internal.Require;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Texts by number, in a temporary file: there may be more of them than memory holds. They are gone when it is closed, and after a
 * crash too where a file can be deleted while it is open, as on Linux. An interrupt ends nothing here.
 */
final class TextSpool implements AutoCloseable {

    private record Place(long offset, int length) {}

    private final Path path;
    private final RandomAccessFile file;
    private final Map<Integer, Place> places = new HashMap<>();
    private long end;

    /** @throws UncheckedIOException if there can be no temporary file */
    TextSpool() {
        try {
            this.path = Files.createTempFile("rapidfit-texts-", ".tmp");
            this.file = new RandomAccessFile(path.toFile(), "rw");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temporary file", e);
        }
        deleteIfPossible();
    }

    private void deleteIfPossible() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) { // as on Windows, where an open file stays
            path.toFile().deleteOnExit();
        }
    }

    void put(int number, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            file.seek(end);
            file.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path, e);
        }
        places.put(number, new Place(end, bytes.length));
        end += bytes.length;
    }

    boolean has(int number) {
        return places.containsKey(number);
    }

    /** The text that was put under the number. */
    String get(int number) {
        Place place = Require.nonNull("text " + number, places.get(number));
        byte[] bytes = new byte[place.length()];
        try {
            file.seek(place.offset());
            file.readFully(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            file.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + path, e);
        }
    }
}
