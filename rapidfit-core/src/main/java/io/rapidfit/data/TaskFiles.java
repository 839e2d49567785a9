package io.rapidfit.data;

import io.rapidfit.internal.Require;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which file of a directory holds which task. A name is percent-encoded so that different tasks have different files on
 * any disk, case-insensitive ones too, and none leaves the directory; a file that somebody named by hand is found under
 * the name it has.
 */
final class TaskFiles {

    /** Windows gives these to devices, whatever the extension. */
    private static final Set<String> RESERVED = Set.of(
            "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
            "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9");

    /** Common file systems take 255 bytes; this leaves room for extensions. */
    private static final int MAX_NAME_BYTES = 240;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final Path directory;

    TaskFiles(Path directory) {
        this.directory = directory;
    }

    /** One file of a task. */
    record TaskFile(Path path, SaveFormat format) {}

    /**
     * The tasks that have a file, sorted by name.
     *
     * @throws DataFormatException if a task has two files: nobody could tell which of them counts
     */
    Map<String, TaskFile> list() {
        Map<String, TaskFile> found = new TreeMap<>();
        if (!Files.isDirectory(directory)) {
            return found;
        }
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(Files::isRegularFile)
                    .sorted()
                    .forEach(path ->
                            formatOf(path).ifPresent(format -> add(found, taskOf(path), new TaskFile(path, format))));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
        return found;
    }

    private void add(Map<String, TaskFile> found, String task, TaskFile file) {
        TaskFile other = found.putIfAbsent(task, file);
        if (other != null) {
            throw new DataFormatException(
                    directory,
                    0,
                    "task '%s' has two files, %s and %s: keep one of them here"
                            .formatted(
                                    task,
                                    other.path().getFileName(),
                                    file.path().getFileName()));
        }
    }

    /** The file to write a task to: the one it has, else a new one. */
    Path forWriting(String task, SaveFormat format) {
        TaskFile existing = list().get(task);
        if (existing != null) {
            if (existing.format() != format) {
                throw new IllegalStateException("task '%s' is already saved as %s: save %s to another directory"
                        .formatted(task, existing.path(), format));
            }
            return existing.path();
        }
        Path path = directory.resolve(encode(task) + "." + format.extension());
        if (Files.exists(
                path)) { // a hand-made "Topic.jsonl" where "topic.jsonl" is wanted and the disk sees no difference
            throw new IllegalStateException(
                    "cannot save task '%s': %s holds another task. Rename that file".formatted(task, path));
        }
        return path;
    }

    private static Optional<SaveFormat> formatOf(Path path) {
        String name = path.getFileName().toString();
        int dot = name.lastIndexOf('.');
        if (dot <= 0 || name.startsWith(".")) {
            return Optional.empty();
        }
        String extension = name.substring(dot + 1).toLowerCase(Locale.ROOT);
        return Stream.of(SaveFormat.values())
                .filter(f -> f.extension().equals(extension))
                .findFirst();
    }

    private static String taskOf(Path path) {
        String name = path.getFileName().toString();
        return decode(name.substring(0, name.lastIndexOf('.')));
    }

    static String encode(String task) {
        Require.notBlank("task", task);
        StringBuilder out = new StringBuilder();
        task.codePoints().forEach(c -> {
            if (isPlain(c)) {
                out.appendCodePoint(c);
            } else {
                appendEncoded(out, Character.toString(c));
            }
        });
        if (RESERVED.contains(out.toString())) {
            String rest = out.substring(1);
            String first = out.substring(0, 1);
            out.setLength(0);
            appendEncoded(out, first);
            out.append(rest);
        }
        if (out.toString().getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException(
                    "task name is too long for a file name, %d characters: use a shorter one".formatted(task.length()));
        }
        return out.toString();
    }

    /** What every file system keeps as it is and none takes for something else: no upper case, no accents, no signs. */
    private static boolean isPlain(int c) {
        if (c < 0x80) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        }
        String text = Character.toString(c);
        return Character.isLetter(c)
                && Character.toLowerCase(c) == Character.toUpperCase(c)
                && text.toUpperCase(Locale.ROOT).equals(text)
                && Normalizer.isNormalized(text, Normalizer.Form.NFKD)
                && Normalizer.isNormalized(text, Normalizer.Form.NFKC);
    }

    private static void appendEncoded(StringBuilder out, String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            out.append('%').append(HEX.toHexDigits(b));
        }
    }

    /** Reverses {@link #encode}; a name that it would not have written stands for itself. */
    private static String decode(String name) {
        byte[] in = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(in.length);
        for (int i = 0; i < in.length; i++) {
            if (in[i] != '%') {
                out.put(in[i]);
            } else if (i + 2 < in.length && HexFormat.isHexDigit(in[i + 1]) && HexFormat.isHexDigit(in[i + 2])) {
                out.put((byte) (HexFormat.fromHexDigit(in[i + 1]) << 4 | HexFormat.fromHexDigit(in[i + 2])));
                i += 2;
            } else {
                return name;
            }
        }
        try {
            String decoded =
                    StandardCharsets.UTF_8.newDecoder().decode(out.flip()).toString();
            return decoded.isBlank() ? name : decoded;
        } catch (CharacterCodingException e) {
            return name;
        }
    }
}
