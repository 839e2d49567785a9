package io.rapidfit.review;

import io.rapidfit.internal.AtomicFile;
import io.rapidfit.internal.FileNames;
import io.rapidfit.internal.Require;
import io.rapidfit.internal.Sha256;
import io.rapidfit.text.TextNormalizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@link Feedback} in a directory, a JSON file for each reviewer of each job, replaced atomically. Files may be copied
 * in from elsewhere, under any name that ends in {@code .json}: of several with one job and reviewer, the latest counts.
 * Thread-safe; two processes that save for one job and reviewer overwrite each other's feedback as a whole.
 */
public final class FeedbackStore {

    private static final Logger log = LoggerFactory.getLogger(FeedbackStore.class);

    private static final String EXTENSION = ".json";

    /** Bytes of job and reviewer together; encoded they may be three times as long, and file systems take 255. */
    private static final int MAX_READABLE = 80;

    private final Path directory;

    /** @param directory is created with the first feedback */
    public FeedbackStore(Path directory) {
        this.directory = Require.nonNull("directory", directory);
    }

    /** Replaces what was kept of this job and reviewer. When it returns, it is on disk. */
    public void save(Feedback feedback) {
        Path file = file(feedback.job().id(), feedback.reviewer());
        try {
            AtomicFile.replace(
                    file, out -> out.write(FeedbackCodec.write(feedback).getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot save feedback to " + file, e);
        }
    }

    private Path file(String jobId, String reviewer) {
        boolean isShort = (jobId + reviewer).getBytes(StandardCharsets.UTF_8).length <= MAX_READABLE;
        String name = isShort
                ? FileNames.encode("job id", jobId) + "." + FileNames.encode("reviewer", reviewer)
                : HexFormat.of().formatHex(Sha256.hash(jobId.length() + ":" + jobId + reviewer));
        return directory.resolve(name + EXTENSION);
    }

    /**
     * What a reviewer has said of a job; empty if that is nothing. Files of others that cannot be read are passed over, with a
     * warning.
     *
     * @throws FeedbackFormatException if the file of this reviewer and job is no feedback
     */
    public Optional<Feedback> load(String jobId, String reviewer) {
        Path own = file(TextNormalizer.wellFormed(jobId), TextNormalizer.wellFormed(reviewer));
        List<Feedback> found = new ArrayList<>();
        for (Path file : files()) {
            try {
                found.add(read(file));
            } catch (FeedbackFormatException e) {
                if (file.equals(own)) {
                    throw e;
                }
                log.warn("Passed over {}", e.getMessage());
            }
        }
        return latest(found).stream()
                .filter(f -> f.job().id().equals(TextNormalizer.wellFormed(jobId))
                        && f.reviewer().equals(TextNormalizer.wellFormed(reviewer)))
                .findFirst();
    }

    /**
     * All feedback, the latest of each reviewer on each job, sorted by job and reviewer.
     *
     * @throws FeedbackFormatException if a file is no feedback
     */
    public List<Feedback> list() {
        return latest(files().stream().map(FeedbackStore::read).toList());
    }

    private List<Path> files() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> isFeedback(file.getFileName().toString()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }

    private static List<Feedback> latest(List<Feedback> all) {
        Map<List<String>, Feedback> latest = new TreeMap<>(
                Comparator.<List<String>, String>comparing(key -> key.get(0)).thenComparing(key -> key.get(1)));
        for (Feedback feedback : all) {
            latest.merge(
                    List.of(feedback.job().id(), feedback.reviewer()),
                    feedback,
                    (a, b) -> b.updatedAt().isBefore(a.updatedAt()) ? a : b);
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
