package io.rapidfit.classifier.internal.hub;

import io.rapidfit.classifier.internal.hub.HubClient.RemoteFile;
import io.rapidfit.classifier.internal.hub.HubClient.Sleeper;
import io.rapidfit.internal.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Hugging Face hub and its cache on this machine. A revision is looked up once for a {@link Snapshot}, whose files then
 * are all of one commit; what is in the cache is taken as it is. Safe to use from several threads.
 */
public final class Hub {

    private static final Logger log = LoggerFactory.getLogger(Hub.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HubSettings settings;
    private final HubClient client;
    private final Sleeper sleeper;
    private final Linker linker;

    /** Makes a symbolic link, where that is possible. */
    @FunctionalInterface
    interface Linker {
        void link(Path link, Path target) throws IOException;
    }

    public Hub(HubSettings settings) {
        this(
                settings,
                duration -> Thread.sleep(duration.toMillis()),
                TIMEOUT,
                System::nanoTime,
                (link, target) -> Files.createSymbolicLink(link, target));
    }

    Hub(HubSettings settings, Sleeper sleeper, Duration timeout, LongSupplier nanoTime, Linker linker) {
        this.settings = settings;
        this.client = new HubClient(settings, sleeper, timeout, nanoTime);
        this.sleeper = sleeper;
        this.linker = linker;
    }

    /**
     * The commit that a revision stands for now, as the hub says. A commit is taken as it is. Offline, and where the hub
     * cannot be reached, it is what the revision stood for when it was last asked for.
     *
     * @param files that a model needs, for messages; every one has the first
     * @throws HubException also if neither the hub nor the cache knows the revision
     */
    public Snapshot snapshot(HubModel model, List<String> files, HubListener listener)
            throws HubException, IOException, InterruptedException {
        Path repository = settings.cache().resolve("models--" + model.name().replace("/", "--"));
        String offline = settings.isOffline() ? "HF_HUB_OFFLINE is set" : "";
        if (model.isCommit()) {
            return new Snapshot(model, files, listener, repository, offline, client, sleeper, linker);
        }
        Path reference = repository.resolve("refs").resolve(model.revision());
        String commit = cachedCommit(reference);
        if (!settings.isOffline()) {
            try {
                commit = currentCommit(model, files.get(0), commit);
                remember(commit, reference);
            } catch (HubException e) {
                if (!e.isTemporary() || commit.isEmpty()) {
                    throw e;
                }
                log.warn("{} Using commit {} from the cache, which may be old", e.getMessage(), commit);
                offline = "the hub cannot be reached";
            }
        }
        if (commit.isEmpty()) {
            throw Snapshot.missing(model, offline, files, repository);
        }
        return new Snapshot(
                new HubModel(model.name(), commit), files, listener, repository, offline, client, sleeper, linker);
    }

    /** @param cached if not empty, there is something to fall back on, and nobody should wait long for it */
    private String currentCommit(HubModel model, String file, String cached)
            throws HubException, IOException, InterruptedException {
        Optional<RemoteFile> found = client.find(model, file, cached.isEmpty() ? HubClient.ATTEMPTS : 1);
        return found.orElseThrow(() -> new HubException(model + ": the model has no " + file + "."))
                .commit();
    }

    /** A cache that cannot be written serves as well, as long as nothing has to be. */
    private static void remember(String commit, Path reference) throws IOException {
        if (!commit.equals(cachedCommit(reference))) {
            AtomicFile.replace(reference, out -> out.write(commit.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    /** Empty if there is none. */
    private static String cachedCommit(Path reference) throws IOException {
        if (!Files.isRegularFile(reference)) {
            return "";
        }
        String commit = Files.readString(reference, StandardCharsets.ISO_8859_1).strip();
        return HubModel.isCommit(commit) ? commit : "";
    }
}
