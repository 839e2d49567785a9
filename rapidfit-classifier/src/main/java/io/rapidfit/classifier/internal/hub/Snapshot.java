package io.rapidfit.classifier.internal.hub;

import io.rapidfit.classifier.internal.hub.Hub.Linker;
import io.rapidfit.classifier.internal.hub.HubClient.Answer;
import io.rapidfit.classifier.internal.hub.HubClient.RemoteFile;
import io.rapidfit.classifier.internal.hub.HubClient.Sleeper;
import io.rapidfit.classifier.internal.hub.HubClient.TemporaryFailure;
import io.rapidfit.internal.AtomicFile;
import io.rapidfit.internal.Require;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model at one commit. Its files are downloaded when they are asked for, once, and lie in {@link #directory()}. The content
 * of each is compared with the hash that the hub gives it; a download that was cut off goes on where it ended.
 */
public final class Snapshot {

    private static final Logger log = LoggerFactory.getLogger(Snapshot.class);

    /** For what is not known of a model that is there: without a connection nobody waits long to hear so. */
    private static final int ATTEMPTS_IF_USABLE = 2;

    /**
     * What the name of a part ends with. Not {@code .incomplete} as in Python: that locks by flock(2), Java by POSIX record
     * locks, which know nothing of each other, so that both would write one file.
     */
    private static final String PART = ".rapidfit-incomplete";

    /** As many as are read of a JSON file. */
    private static final long MAX_BYTES_BUT_WEIGHTS = 100_000_000;

    private static final String WEIGHTS = ".safetensors";

    /** A connection that brings less is given up, and the next goes on where it ended. */
    private static final long MIN_BYTES_A_MINUTE = 100_000;

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final HubModel model;
    private final List<String> files;
    private final HubListener listener;
    private final Path repository;
    private final String whyOffline;
    private final HubClient client;
    private final Sleeper sleeper;
    private final Linker linker;

    /**
     * @param model at a commit
     * @param files that a model needs, if its weights are in one
     * @param repository the model's directory in the cache
     * @param whyOffline empty if the hub may be asked
     */
    Snapshot(
            HubModel model,
            List<String> files,
            HubListener listener,
            Path repository,
            String whyOffline,
            HubClient client,
            Sleeper sleeper,
            Linker linker) {
        this.model = model;
        this.files = List.copyOf(files);
        this.listener = listener;
        this.repository = repository;
        this.whyOffline = whyOffline;
        this.client = client;
        this.sleeper = sleeper;
        this.linker = linker;
    }

    public String commit() {
        return model.revision();
    }

    /** Where the files are that were asked for; there may be others of the same commit. */
    public Path directory() {
        return repository.resolve("snapshots").resolve(commit());
    }

    /**
     * Downloads a file unless it is there.
     *
     * @param file its place in the repository, such as {@code 1_Pooling/config.json}
     * @throws HubException if the model has no such file, or it cannot be had
     */
    public Path require(String file) throws HubException, IOException, InterruptedException {
        return find(file, true).orElseThrow(() -> new HubException(model + ": the model has no " + file + "."));
    }

    /**
     * The same for a file that a model need not have. Empty means that it has none: the hub said so, now or when it was
     * asked before.
     *
     * @throws HubException also if neither the cache nor the hub says whether the model has it
     */
    public Optional<Path> find(String file) throws HubException, IOException, InterruptedException {
        return find(file, false);
    }

    private Optional<Path> find(String file, boolean needed) throws HubException, IOException, InterruptedException {
        Path path = directory().resolve(file);
        if (Files.exists(path)) {
            return Optional.of(path);
        }
        Path absent = repository.resolve(".no_exist").resolve(commit()).resolve(file);
        if (Files.exists(absent)) {
            return Optional.empty();
        }
        if (!whyOffline.isEmpty()) {
            throw needed ? missing(file) : unknown(file, absent, model + ": " + whyOffline + ".", null);
        }
        Optional<RemoteFile> remote;
        try {
            remote = client.find(model, file, isUsable() ? ATTEMPTS_IF_USABLE : HubClient.ATTEMPTS);
        } catch (HubException e) {
            if (needed || !e.isUndecided()) {
                throw e;
            }
            throw unknown(file, absent, HubClient.reason(e), e);
        }
        if (remote.isEmpty()) {
            rememberMissing(absent);
            return Optional.empty();
        }
        fetch(file, path, remote.get());
        return Optional.of(path);
    }

    /** Whether the cache has what a model needs. One whose weights are in shards only waits longer. */
    private boolean isUsable() {
        return files.stream().allMatch(f -> Files.exists(directory().resolve(f)));
    }

    private HubException missing(String file) {
        List<String> missing = files.contains(file)
                ? files.stream()
                        .filter(f -> !Files.exists(directory().resolve(f)))
                        .toList()
                : List.of(file);
        return missing(
                model,
                whyOffline,
                missing,
                "Put what is missing into %s, or copy all of %s from a machine that has used the model"
                        .formatted(directory(), repository));
    }

    /** Where not even the commit is known. */
    static HubException missing(HubModel model, String why, List<String> files, Path repository) {
        return missing(
                model,
                why,
                files,
                "Copy all of %s from a machine that has used the model, or put the files into its snapshots/<commit> and the commit's 40 digits into its refs/%s"
                        .formatted(repository, model.revision()));
    }

    private static HubException missing(HubModel model, String why, List<String> files, String remedy) {
        return new HubException(
                "%s: %s, and the cache lacks %s. %s, or give a directory that has these files by its path."
                        .formatted(model, why, String.join(", ", files), remedy));
    }

    /** To take it for absent would be a guess, and the vectors another model's if the guess is wrong. */
    private HubException unknown(String file, Path absent, String why, @Nullable Throwable cause) {
        return new HubException(
                "%s The cache does not say whether the model has %s. Connect once; or, if it has one, put it into %s; if it has none, make an empty file %s."
                        .formatted(why, file, directory(), absent),
                cause);
    }

    /** Spares the next asking; where the cache cannot be written, nothing is lost. */
    private static void rememberMissing(Path marker) {
        try {
            Files.createDirectories(marker.getParent());
            Files.createFile(marker);
        } catch (IOException e) {
            log.debug("{} was not made", marker, e);
        }
    }

    private void fetch(String file, Path path, RemoteFile remote)
            throws HubException, IOException, InterruptedException {
        Path blob = repository.resolve("blobs").resolve(remote.etag());
        Path lock = repository
                .resolveSibling(".locks")
                .resolve(repository.getFileName())
                .resolve(remote.etag() + ".lock");
        CacheLock held = CacheLock.acquire(lock, sleeper);
        try {
            if (Files.exists(path)) {
                return; // another was faster
            }
            boolean isNew = !Files.exists(blob);
            if (isNew) {
                Files.createDirectories(blob.getParent());
                Path part = blob.resolveSibling(remote.etag() + PART);
                checkSize(file, part, remote.size());
                if (FileHash.of(remote.etag()) == FileHash.NONE) {
                    log.warn(
                            "{}: {} is taken as it comes: its ETag {} is no hash that could be checked",
                            model,
                            file,
                            remote.etag());
                }
                client.retrying(model + ": " + file, HubClient.ATTEMPTS, () -> {
                    download(file, part, remote);
                    return part;
                });
                move(part, blob);
            }
            link(path, blob, isNew);
        } finally {
            held.release();
        }
    }

    /** Before a byte of it comes. */
    private void checkSize(String file, Path part, long size) throws HubException, IOException {
        if (size > MAX_BYTES_BUT_WEIGHTS && !file.endsWith(WEIGHTS)) {
            throw new HubException("%s: %s has %s bytes, more than %s; only files that end in %s may."
                    .formatted(model, file, size, MAX_BYTES_BUT_WEIGHTS, WEIGHTS));
        }
        long missing = size - (Files.exists(part) ? Files.size(part) : 0);
        Path directory = Require.nonNull("directory of " + part, part.getParent());
        long free = Files.getFileStore(directory).getUsableSpace();
        if (missing > free) {
            throw new HubException(
                    "%s: %s needs %s bytes, but %s has room for %s. Make room, or set HF_HOME to a place that has it."
                            .formatted(model, file, missing, directory, free));
        }
    }

    /** Adds to the part what it lacks, and checks the whole. */
    private void download(String file, Path part, RemoteFile remote)
            throws TemporaryFailure, HubException, IOException, InterruptedException {
        FileHash hash = FileHash.of(remote.etag());
        long had = Files.exists(part) ? Files.size(part) : 0;
        boolean mayBeMixed = hash == FileHash.NONE && remote.isEtagWeak();
        if (had > remote.size() || (had > 0 && mayBeMixed)) {
            Files.delete(part);
            had = 0;
        }
        if (had < remote.size() || had == 0) {
            had = transfer(file, part, had, remote, hash);
        }
        if (!hash.matches(part, remote.etag())) {
            Files.delete(part);
            String what = file + " does not have the " + hash + " that the hub names, " + remote.etag();
            if (had > 0) { // what was there before may be to blame
                throw new TemporaryFailure(what, null, null);
            }
            throw new HubException(model + ": " + what + ". It is not used; try again later.");
        }
    }

    /** @return how many bytes of the part were kept */
    private long transfer(String file, Path part, long had, RemoteFile remote, FileHash hash)
            throws TemporaryFailure, HubException, IOException, InterruptedException {
        Map<String, String> headers = new HashMap<>();
        if (had > 0) {
            headers.put("Range", "bytes=" + had + "-");
            if (hash == FileHash.NONE) { // the others would notice a mixture; their host has ETags of its own
                headers.put("If-Range", '"' + remote.etag() + '"');
            }
        }
        try (Answer answer = client.get(model, file, headers)) {
            if (answer.status() == 404) {
                throw new HubException(model + ": " + file + " has vanished from the hub.");
            }
            String range = answer.headers().firstValue("Content-Range").orElse("");
            boolean elsewhere = answer.status() == 206 && !range.startsWith("bytes " + had + "-");
            if (answer.status() == 416 || elsewhere) {
                Files.deleteIfExists(part);
                throw new TemporaryFailure("the server does not go on where the download ended", null, null);
            }
            long kept = answer.status() == 206 ? had : 0; // otherwise the whole file comes again
            write(answer, file, part, kept, remote.size());
            return kept;
        }
    }

    private void write(Answer answer, String file, Path part, long kept, long total)
            throws TemporaryFailure, IOException, InterruptedException {
        try (FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            out.truncate(kept);
            out.position(kept);
            long done = kept;
            listener.onProgress(file, done, total);
            long minute = client.nanoTime();
            long doneBefore = done;
            for (List<ByteBuffer> chunk = next(answer); !chunk.isEmpty(); chunk = next(answer)) {
                for (ByteBuffer buffer : chunk) {
                    done += buffer.remaining();
                    if (done > total) {
                        out.truncate(0);
                        throw new TemporaryFailure("more came than the " + total + " bytes of the file", null, null);
                    }
                    while (buffer.hasRemaining()) {
                        out.write(buffer);
                    }
                }
                listener.onProgress(file, done, total);
                if (done < total && client.nanoTime() - minute >= MINUTE) {
                    if (done - doneBefore < MIN_BYTES_A_MINUTE) {
                        throw new TemporaryFailure(
                                "only " + (done - doneBefore) + " bytes came in a minute", null, null);
                    }
                    minute = client.nanoTime();
                    doneBefore = done;
                }
            }
            if (done < total) {
                throw new TemporaryFailure("it ended after " + done + " of " + total + " bytes", null, null);
            }
            out.force(true);
        } catch (ClosedByInterruptException e) { // what an interrupt is in the middle of a write
            Thread.interrupted(); // the exception stands for it from here on
            InterruptedException interrupted = new InterruptedException("interrupted while " + part + " was written");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /** Empty at the end. */
    private List<ByteBuffer> next(Answer answer) throws TemporaryFailure, InterruptedException {
        try {
            return answer.body().next(client.timeout());
        } catch (IOException e) {
            throw new TemporaryFailure("the connection broke (" + HubClient.reason(e) + ")", null, e);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) { // some network file systems
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Where links are not possible, as for most users of Windows, the file itself goes to their place.
     *
     * @param isNew whether no other snapshot can link to the blob
     */
    private void link(Path path, Path blob, boolean isNew) throws IOException {
        Path directory = Require.nonNull("directory of " + path, path.getParent());
        Files.createDirectories(directory);
        if (!Files.exists(path)) {
            Files.deleteIfExists(path); // a link to a blob that is gone
        }
        try {
            linker.link(path, directory.relativize(blob));
        } catch (FileAlreadyExistsException e) {
            if (!Files.exists(path)) {
                throw e;
            }
            log.debug("Another process was faster: {}", path, e);
        } catch (IOException | UnsupportedOperationException e) {
            log.debug("No links here: {} goes to {}", blob, path, e);
            if (isNew) {
                move(blob, path);
            } else {
                AtomicFile.replace(path, out -> Files.copy(blob, out));
            }
        }
    }
}
