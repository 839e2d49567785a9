package io.rapidfit.llm.generate;

import io.rapidfit.data.ExampleFile;
import io.rapidfit.internal.Require;
import io.rapidfit.internal.Utf8;
import io.rapidfit.text.TextNormalizer;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Passages that show how somebody writes, by persona: for {@link LLMRegenerator}, which has a model write in their voice.
 *
 * <pre>{@code
 * StyleCorpus corpus = StyleCorpus.builder()
 *         .file("sailor", Path.of("corpus/sailor.txt"))                 // paragraphs
 *         .file("teacher", Path.of("corpus/lessons.jsonl"), "answer")   // that field of each line
 *         .file(Path.of("corpus/letters.json"), "writer", "body")       // who wrote it, and what
 *         .build();
 * }</pre>
 *
 * <p>A file that ends in {@code .json} or {@code .jsonl} holds JSON objects, in an array or one a line; a dot in the name of a field leads
 * into an object. Any other file is text in UTF-8, of which each paragraph is a passage. White space of a passage is folded. What is
 * too short is left out, what is too long is cut after a word, and of a persona with too many passages some are drawn by seed.
 *
 * <p>Immutable and thread-safe.
 */
public final class StyleCorpus {

    private static final Pattern PARAGRAPHS = Pattern.compile("\\R[\\h]*\\R\\s*");
    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

    private final Map<String, List<String>> passages;

    private StyleCorpus(Map<String, List<String>> passages) {
        this.passages = passages;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The personas that have passages, sorted. */
    public Set<String> personas() {
        return passages.keySet();
    }

    /** The passages of a persona, in the order of the files; none of one that has none. */
    public List<String> passages(String persona) {
        return passages.getOrDefault(Require.nonNull("persona", persona), List.of());
    }

    /** Counts, no texts. */
    @Override
    public String toString() {
        return "StyleCorpus[%d passages of %s]"
                .formatted(passages.values().stream().mapToInt(List::size).sum(), personas());
    }

    /** Not thread-safe. Files are read by {@link #build}. */
    public static final class Builder {

        /** Reads a file and tells of each text in it and whose it is. */
        private record Source(Path file, Reading reading) {}

        @FunctionalInterface
        private interface Reading {
            void forEach(BiConsumer<String, String> action) throws IOException;
        }

        private final List<Source> sources = new ArrayList<>();
        private int minLength = 50;
        private int maxLength = 500;
        private int maxPassages = 20;
        private long seed = 42;

        private Builder() {}

        /** A text of which each paragraph is a passage. */
        public Builder file(String persona, Path file) {
            Require.notBlank("persona", persona);
            if (isJson(Require.nonNull("file", file))) {
                throw new IllegalArgumentException(
                        "%s is JSON: name the field that has the passages, file(persona, file, \"text\")"
                                .formatted(file));
            }
            return add(file, action -> {
                PARAGRAPHS.splitAsStream(read(file)).forEach(paragraph -> action.accept(persona, paragraph));
            });
        }

        /** JSON objects, of each of which a field is a passage. Objects without it are left out. */
        public Builder file(String persona, Path file, String field) {
            Require.notBlank("persona", persona);
            Require.notBlank("field", field);
            return add(
                    file,
                    action -> ExampleFile.items(file)
                            .forEach(item -> item.field(field).ifPresent(text -> action.accept(persona, text))));
        }

        /** JSON objects that say whose they are. Objects without either field are left out. */
        public Builder file(Path file, String personaField, String field) {
            Require.notBlank("personaField", personaField);
            Require.notBlank("field", field);
            return add(
                    file,
                    action -> ExampleFile.items(file)
                            .forEach(item -> item.field(personaField)
                                    .ifPresent(persona ->
                                            item.field(field).ifPresent(text -> action.accept(persona, text)))));
        }

        /**
         * A file for each persona, which bears its name: {@code sailor.txt}, or {@code sailor.jsonl} or {@code sailor.json} with the
         * field {@code text}. Hidden files and directories are left out.
         *
         * @throws IllegalStateException if it has no files
         * @throws UncheckedIOException if the directory cannot be read
         */
        public Builder directory(Path directory) {
            int before = sources.size();
            try (Stream<Path> files = Files.list(Require.nonNull("directory", directory))) {
                files.filter(file -> Files.isRegularFile(file) && !name(file).startsWith("."))
                        .sorted()
                        .forEach(file -> {
                            if (isJson(file)) {
                                file(persona(file), file, "text");
                            } else {
                                file(persona(file), file);
                            }
                        });
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read the style corpus " + directory, e);
            }
            if (sources.size() == before) {
                throw new IllegalStateException(
                        "%s has no files: it needs one for each persona, such as sailor.txt".formatted(directory));
            }
            return this;
        }

        private static String persona(Path file) {
            int dot = name(file).lastIndexOf('.');
            return dot < 0 ? name(file) : name(file).substring(0, dot);
        }

        private static String name(Path file) {
            return String.valueOf(file.getFileName());
        }

        private static boolean isJson(Path file) {
            String name = name(file).toLowerCase(Locale.ROOT);
            return name.endsWith(".json") || name.endsWith(".jsonl");
        }

        private Builder add(Path file, Reading reading) {
            sources.add(new Source(Require.nonNull("file", file), reading));
            return this;
        }

        /** Shorter passages are left out; in characters (code points), at least 1. Defaults to 50. */
        public Builder minLength(int minLength) {
            this.minLength = (int) Require.atLeast("minLength", minLength, 1);
            return this;
        }

        /** Longer passages are cut; in characters (code points), at least 1. Defaults to 500. */
        public Builder maxLength(int maxLength) {
            this.maxLength = (int) Require.atLeast("maxLength", maxLength, 1);
            return this;
        }

        /** The most passages of a persona, at least 1. Defaults to 20. */
        public Builder maxPassages(int maxPassages) {
            this.maxPassages = (int) Require.atLeast("maxPassages", maxPassages, 1);
            return this;
        }

        /** Decides which passages are drawn where there are too many. Defaults to 42. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Reads the files.
         *
         * @throws IllegalStateException if there are none, lengths contradict each other, or a file has no passage that is long
         *     enough
         * @throws UncheckedIOException if a file cannot be read
         * @throws io.rapidfit.data.DataFormatException if a line is no JSON object
         */
        public StyleCorpus build() {
            if (sources.isEmpty()) {
                throw new IllegalStateException(
                        "a style corpus needs files: StyleCorpus.builder().file(persona, file)");
            }
            if (minLength > maxLength) {
                throw new IllegalStateException(
                        "minLength must be at most maxLength but was %d > %d".formatted(minLength, maxLength));
            }
            Map<String, Set<String>> found = new TreeMap<>();
            sources.forEach(source -> addPassages(found, source));
            Map<String, List<String>> passages = new LinkedHashMap<>();
            found.forEach((persona, texts) -> passages.put(persona, some(persona, List.copyOf(texts))));
            return new StyleCorpus(Collections.unmodifiableMap(passages));
        }

        private void addPassages(Map<String, Set<String>> found, Source source) {
            int[] usable = {0};
            try {
                source.reading().forEach((persona, text) -> {
                    String passage = WHITE_SPACE.matcher(text).replaceAll(" ").strip();
                    if (!TextNormalizer.isBlank(persona) && passage.codePointCount(0, passage.length()) >= minLength) {
                        usable[0]++;
                        found.computeIfAbsent(persona.strip(), p -> new LinkedHashSet<>())
                                .add(cut(passage));
                    }
                });
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read the style corpus " + source.file(), e);
            }
            if (usable[0] == 0) {
                throw new IllegalStateException(
                        "%s has no passage of at least %d characters: check the file, the names of its fields, or set minLength"
                                .formatted(source.file(), minLength));
            }
        }

        private String cut(String passage) {
            if (passage.codePointCount(0, passage.length()) <= maxLength) {
                return passage;
            }
            String start = passage.substring(0, passage.offsetByCodePoints(0, maxLength));
            int space = start.lastIndexOf(' ');
            boolean isLongEnough = space > 0 && start.codePointCount(0, space) >= minLength;
            return isLongEnough ? start.substring(0, space) : start;
        }

        /** In their order. */
        private List<String> some(String persona, List<String> texts) {
            List<String> drawn = new Draw(seed, "corpus/" + persona).some(maxPassages, texts);
            return texts.stream().filter(Set.copyOf(drawn)::contains).toList();
        }

        private static String read(Path file) throws IOException {
            try (Reader in = Utf8.reader(file)) {
                StringWriter text = new StringWriter();
                in.transferTo(text);
                return text.toString();
            }
        }
    }
}
