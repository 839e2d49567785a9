package io.rapidfit.data;

import io.rapidfit.internal.AtomicFile;
import io.rapidfit.internal.LineFile;
import io.rapidfit.internal.Require;
import io.rapidfit.internal.Utf8;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A file of {@link Conversation}s or {@link Item}s in UTF-8: JSONL, one object a line, or, to read only, a JSON array of
 * objects. Labelled data has a {@link DataSaver} of its own.
 *
 * <pre>{@code
 * ExampleFile<Conversation> file = ExampleFile.conversations(Path.of("chats.jsonl"));
 * List<Conversation> chats = file.load();
 * ExampleFile.conversations(Path.of("other.jsonl")).save(chats);
 * }</pre>
 *
 * <p>Blank lines and a byte order mark are skipped, and so is, with a warning, a last line that a crash cut off. Anything else
 * that is no such example throws a {@link DataFormatException} that names its line. Immutable.
 */
public final class ExampleFile<E extends Example> {

    private final Path path;
    private final Function<String, E> parser;
    private final Function<E, String> writer;

    private ExampleFile(Path path, Function<String, E> parser, Function<E, String> writer) {
        this.path = Require.nonNull("path", path);
        this.parser = parser;
        this.writer = writer;
    }

    public static ExampleFile<Conversation> conversations(Path path) {
        return new ExampleFile<>(path, Conversation::parse, Conversation::toJson);
    }

    public static ExampleFile<Item> items(Path path) {
        return new ExampleFile<>(path, Item::parse, Item::toJson);
    }

    public Path path() {
        return path;
    }

    /** All examples, in the order of the file. */
    public List<E> load() {
        List<E> examples = new ArrayList<>();
        forEach(examples::add);
        return examples;
    }

    /** Reads one example after the other: the file may be larger than memory. What {@code action} throws ends it. */
    public void forEach(Consumer<? super E> action) {
        Require.nonNull("action", action);
        try {
            if (isArray()) {
                JsonFile.forEach(path, "objects", row -> parser.apply(RowCodec.toJson(row)), action);
            } else {
                LineFile.forEach(path, this::parse, action);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    private boolean isArray() throws IOException {
        try (Reader reader = Utf8.reader(path)) {
            int first = reader.read();
            while (first >= 0 && Character.isWhitespace(first)) {
                first = reader.read();
            }
            return first == '[';
        } catch (CharacterCodingException e) {
            return false; // the reader of lines says which line it is
        }
    }

    private E parse(@Nullable String line, int number) {
        if (line == null) {
            throw new DataFormatException(path, number, "not UTF-8: save the file in that encoding");
        }
        try {
            return parser.apply(line);
        } catch (IllegalArgumentException e) {
            throw new DataFormatException(path, number, e.getMessage());
        }
    }

    /** Writes the file anew, atomically: a crash leaves the old content or the new one. */
    public void save(Iterable<? extends E> examples) {
        Require.nonNull("examples", examples);
        try {
            AtomicFile.replace(path, out -> {
                for (E example : examples) {
                    out.write((oneLine(writer.apply(example)) + "\n").getBytes(StandardCharsets.UTF_8));
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path, e);
        }
    }

    /** Line breaks in JSON stand between its tokens only, where a blank means the same. */
    private static String oneLine(String json) {
        return json.indexOf('\n') < 0 && json.indexOf('\r') < 0 ? json : json.replaceAll("[\r\n]+", " ");
    }
}
