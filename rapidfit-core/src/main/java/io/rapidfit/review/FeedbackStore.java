package io.rapidfit.review;

import io.rapidfit.internal.AtomicFile;
import io.rapidfit.internal.FileNames;
import io.rapidfit.internal.Require;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Keeps {@link Feedback} in a directory, a JSON file for each reviewer of each job, replaced atomically. Files may be copied
 * in from elsewhere, under any name that ends in {@code .json}: of several with one job and reviewer, the latest counts.
 * Thread-safe; two processes that save for one job and reviewer overwrite each other's feedback as a whole.
 */
public final class FeedbackStore {

    private static final String EXTENSION = ".json";

    private final Path directory;

    /** @param directory is created with the first feedback */
    public FeedbackStore(Path directory) {
        this.directory = Require.nonNull("directory", directory);
    }

    /** Replaces what was kept of this job and reviewer. When it returns, it is on disk. */
    public void save(Feedback feedback) {
        Path file = directory.resolve(FileNames.encode("job id", feedback.job().id())
                + "."
                + FileNames.encode("reviewer", feedback.reviewer())
                + EXTENSION);
        try {
            AtomicFile.replace(
                    file, out -> out.write(FeedbackCodec.write(feedback).getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot save feedback to " + file, e);
        }
    }

    /** What a reviewer has said of a job; empty if that is nothing. */
    public Optional<Feedback> load(String jobId, String reviewer) {
        return list().stream()
                .filter(f -> f.job().id().equals(jobId) && f.reviewer().equals(reviewer))
                .findFirst();
    }

    /**
     * All feedback, the latest of each reviewer on each job, sorted by job and reviewer.
     *
     * @throws FeedbackFormatException if a file is no feedback
     */
    public List<Feedback> list() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        Map<List<String>, Feedback> latest = new TreeMap<>(
                Comparator.<List<String>, String>comparing(key -> key.get(0)).thenComparing(key -> key.get(1)));
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(file -> isFeedback(file.getFileName().toString()))
                    .sorted()
                    .map(FeedbackStore::read)
                    .forEach(feedback -> latest.merge(
                            List.of(feedback.job().id(), feedback.reviewer()),
                            feedback,
                            (a, b) -> b.updatedAt().isBefore(a.updatedAt()) ? a : b));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
        return List.copyOf(latest.values());
    }

    /** Names with a dot in front are not for us: half-written files have one. */
    private static boolean isFeedback(String name) {
        return name.endsWith(EXTENSION) && !name.startsWith(".");
    }

    private static Feedback read(Path file) {
        try {
            return FeedbackCodec.read(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new FeedbackFormatException(file, e.getMessage());
        } catch (CharacterCodingException e) {
            throw new FeedbackFormatException(file, "not UTF-8: save the file in that encoding");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
