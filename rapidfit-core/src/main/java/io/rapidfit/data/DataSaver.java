package io.rapidfit.data;

import io.rapidfit.data.TaskFiles.TaskFile;
import io.rapidfit.internal.Require;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps labelled data in a directory, one UTF-8 file a task: {@code sentiment.jsonl}, {@code topic.csv}.
 *
 * <pre>{@code
 * DataSaver saver = DataSaver.builder().path(Path.of("saved")).format(SaveFormat.JSONL).build();
 * saver.save(dataset);
 * Dataset again = saver.loadAll();
 * }</pre>
 *
 * <p>A row needs {@code text} and {@code label}; {@code id}, {@code split}, {@code origin} and {@code tags} are written
 * where known and read where present. Every format is read, whichever was chosen for writing. Files are replaced
 * atomically. Appending to JSONL adds whole records; appending to the other formats rewrites the file.
 *
 * <p>Thread-safe. Two savers, or two processes, must not write to one directory at the same time.
 */
public final class DataSaver {

    private final Path path;
    private final SaveFormat format;
    private final TaskFiles files;

    private DataSaver(Path path, SaveFormat format) {
        this.path = path;
        this.format = format;
        this.files = new TaskFiles(path);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The directory; need not exist before the first save. */
    public Path path() {
        return path;
    }

    /** The tasks that have a file, sorted by name. */
    public List<String> tasks() {
        return List.copyOf(files.list().keySet());
    }

    /**
     * Replaces the files of the dataset's tasks. Files of other tasks stay as they are.
     *
     * @return the files written, in the dataset's order of tasks
     */
    public List<Path> save(Dataset dataset) {
        return save(dataset, WriteMode.OVERWRITE);
    }

    /**
     * Saves every task of the dataset.
     *
     * @return the files written, in the dataset's order of tasks
     * @throws IllegalStateException if a task is already saved in this directory in another format
     */
    public synchronized List<Path> save(Dataset dataset, WriteMode mode) {
        List<Path> written = new ArrayList<>();
        requireWritable(dataset.tasks()); // before anything is written: a second try must not append twice
        for (String task : dataset.tasks()) {
            Path file = files.forWriting(task, format);
            if (mode == WriteMode.APPEND && dataset.tasks().size() > 1 && Files.exists(file)) {
                read(task, new TaskFile(file, format));
            }
        }
        for (String task : dataset.tasks()) {
            Path file = files.forWriting(task, format);
            try {
                if (mode == WriteMode.APPEND && Files.exists(file)) {
                    SampleFile.of(format).append(file, task, dataset.samples(task));
                } else {
                    SampleFile.of(format).replace(file, dataset.samples(task));
                }
            } catch (CharacterCodingException e) {
                throw notUtf8(file);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot save task '%s' to %s".formatted(task, file), e);
            }
            written.add(file);
        }
        return List.copyOf(written);
    }

    /**
     * Refuses tasks that {@link #save} would refuse, for those who have work to do before they save.
     *
     * @throws IllegalStateException if one of them is already saved in this directory in another format
     */
    public void requireWritable(Collection<String> tasks) {
        tasks.forEach(task -> files.forWriting(task, format));
    }

    /**
     * Loads one task.
     *
     * @throws IllegalArgumentException if the directory has no file for it; the message lists the tasks that it has
     * @throws DataFormatException if a row cannot be read; the message names file, line, field and what was expected
     */
    public Dataset load(String task) {
        TaskFile file = files.list().get(task);
        if (file == null) {
            throw new IllegalArgumentException("no file for task '%s' in %s; it has %s".formatted(task, path, tasks()));
        }
        return Dataset.of(read(task, file));
    }

    /**
     * Loads every task, in order of their names.
     *
     * @throws IllegalArgumentException if the directory is missing or holds no labelled data
     * @throws DataFormatException if a row cannot be read; the message names file, line, field and what was expected
     */
    public Dataset loadAll() {
        Map<String, TaskFile> found = files.list();
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    (Files.isDirectory(path) ? "no labelled data in " : "no directory ") + path.toAbsolutePath()
                            + ": expected one file a task, such as sentiment.jsonl, .json or .csv, whose rows have"
                            + " \"text\" and \"label\"");
        }
        List<Sample> samples = new ArrayList<>();
        found.forEach((task, file) -> samples.addAll(read(task, file)));
        return Dataset.of(samples);
    }

    private static List<Sample> read(String task, TaskFile file) {
        try {
            return SampleFile.of(file.format()).read(file.path(), task);
        } catch (CharacterCodingException e) {
            throw notUtf8(file.path());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file.path(), e);
        }
    }

    private static DataFormatException notUtf8(Path file) {
        return new DataFormatException(file, 0, "not UTF-8: save the file in that encoding");
    }

    @Override
    public String toString() {
        return "DataSaver[" + path + ", " + format + "]";
    }

    /** Not thread-safe. */
    public static final class Builder {

        private @Nullable Path path;
        private SaveFormat format = SaveFormat.JSONL;

        private Builder() {}

        /** The directory. Required; created by the first save. */
        public Builder path(Path path) {
            this.path = Require.nonNull("path", path);
            return this;
        }

        /** What new files are written as. Defaults to {@link SaveFormat#JSONL}. */
        public Builder format(SaveFormat format) {
            this.format = Require.nonNull("format", format);
            return this;
        }

        /** @throws IllegalStateException if {@link #path} was not called */
        public DataSaver build() {
            if (path == null) {
                throw new IllegalStateException("path is required: DataSaver.builder().path(Path.of(\"saved\"))");
            }
            return new DataSaver(path, format);
        }
    }
}
