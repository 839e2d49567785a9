package io.rapidfit.classifier;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.files.EncoderReference;
import io.rapidfit.classifier.internal.files.EncoderReference.InDirectory;
import io.rapidfit.classifier.internal.files.EncoderReference.InModel;
import io.rapidfit.classifier.internal.files.EncoderReference.OnHub;
import io.rapidfit.classifier.internal.files.EncoderReference.Place;
import io.rapidfit.classifier.internal.hub.Hub;
import io.rapidfit.classifier.internal.hub.HubException;
import io.rapidfit.classifier.internal.hub.HubModel;
import io.rapidfit.classifier.internal.hub.HubSettings;
import io.rapidfit.classifier.internal.hub.Snapshot;
import io.rapidfit.classifier.internal.pretrained.PretrainedDirectory;
import io.rapidfit.classifier.internal.pretrained.PretrainedDownload;
import io.rapidfit.classifier.internal.torch.EngineLoadException;
import io.rapidfit.classifier.internal.torch.PretrainedTextEncoder;
import io.rapidfit.internal.Require;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A pretrained encoder as Hugging Face publishes it, which computes in this process: BERT, RoBERTa, XLM-RoBERTa,
 * CamemBERT, DistilBERT or MPNet. See {@link Encoders#huggingFace(String)}.
 *
 * <p>By default a training leaves it as it is: it encodes every text once, and learns the heads only. With
 * {@link #withFineTuning} its upper layers learn, too: every text then passes them once an epoch, and back. Each training
 * starts from the files' weights, and refuses those of an encoder that has learnt in another one: it knows the labels of
 * texts that the new one would be measured on. A classifier loads them at its first training and keeps them in native memory until it
 * is closed.
 *
 * @param name on the hub; null for a directory
 * @param revision on the hub: a branch, a tag, a pull request or a commit; null for a directory. Defaults to
 *     {@code main}
 * @param directory where its files are; null for a name on the hub
 * @param maxLength how many tokens of a text count, at least 3; what is longer loses its end. As many as the encoder
 *     takes where those are fewer. Defaults to 128
 * @param pooling how tokens become the vector of a text. Null, the default, is as the encoder's files say
 * @param savedWhole whether a saved model holds the encoder's files. If not, which is the default, it holds their
 *     SHA-256 and where they are: they must be there when it is loaded, unchanged. A model whose encoder has learnt
 *     always holds it
 * @param fineTuning how the encoder learns; null, the default, if it stays as it is
 */
public record HuggingFaceEncoder(
        @Nullable String name,
        @Nullable String revision,
        @Nullable Path directory,
        int maxLength,
        @Nullable Pooling pooling,
        boolean savedWhole,
        @Nullable FineTuning fineTuning)
        implements Encoder {

    /** How the states of a text's tokens become its vector. */
    public enum Pooling {
        /** Their mean. */
        MEAN,
        /** That of the first. */
        CLS,
        /** The greatest value of each dimension. */
        MAX
    }

    private static final int DEFAULT_MAX_LENGTH = 128;

    public HuggingFaceEncoder {
        if ((name == null) == (directory == null)) {
            throw new IllegalArgumentException("either a name or a directory must be given");
        }
        if (name != null) {
            new HubModel(name, Require.nonNull("revision", revision)); // refuses what no hub has
        } else if (revision != null) {
            throw new IllegalArgumentException("a directory has no revision, but it was '%s'".formatted(revision));
        }
        Require.inRange("maxLength", maxLength, 3, Integer.MAX_VALUE);
    }

    static HuggingFaceEncoder of(String name) {
        return new HuggingFaceEncoder(
                Require.nonNull("name", name), HubModel.DEFAULT_REVISION, null, DEFAULT_MAX_LENGTH, null, false, null);
    }

    static HuggingFaceEncoder of(Path directory) {
        return new HuggingFaceEncoder(
                null, null, Require.nonNull("directory", directory), DEFAULT_MAX_LENGTH, null, false, null);
    }

    /** The encoder of a saved model. */
    static HuggingFaceEncoder of(EncoderReference reference, Path model) {
        Place place = reference.place();
        if (place instanceof OnHub hub) {
            return of(hub.name()).withRevision(hub.commit()).as(reference);
        }
        Path directory = place instanceof InModel inside
                ? model.resolve(inside.directory())
                : Path.of(((InDirectory) place).path());
        return of(directory).as(reference);
    }

    /** One that is already open. */
    static HuggingFaceEncoder of(PretrainedTextEncoder encoder) {
        return of(encoder.reference(), Path.of("")).withSavedWhole(encoder.isSavedWhole());
    }

    /** The same files, used as the encoder of a saved model was. */
    HuggingFaceEncoder as(EncoderReference reference) {
        return withMaxLength(reference.maxLength())
                .withPooling(Pooling.valueOf(reference.pooling()))
                .withSavedWhole(reference.place() instanceof InModel);
    }

    public HuggingFaceEncoder withRevision(String newRevision) {
        return new HuggingFaceEncoder(name, newRevision, directory, maxLength, pooling, savedWhole, fineTuning);
    }

    public HuggingFaceEncoder withMaxLength(int newMaxLength) {
        return new HuggingFaceEncoder(name, revision, directory, newMaxLength, pooling, savedWhole, fineTuning);
    }

    public HuggingFaceEncoder withPooling(Pooling newPooling) {
        return new HuggingFaceEncoder(
                name, revision, directory, maxLength, Require.nonNull("pooling", newPooling), savedWhole, fineTuning);
    }

    /** Trained itself, too: see {@link FineTuning#defaults()}. */
    public HuggingFaceEncoder withFineTuning(FineTuning newFineTuning) {
        return new HuggingFaceEncoder(
                name,
                revision,
                directory,
                maxLength,
                pooling,
                savedWhole,
                Require.nonNull("fineTuning", newFineTuning));
    }

    public HuggingFaceEncoder withSavedWhole(boolean newSavedWhole) {
        return new HuggingFaceEncoder(name, revision, directory, maxLength, pooling, newSavedWhole, fineTuning);
    }

    /**
     * Loads it, from the hub if it is not yet here.
     *
     * @throws EncoderUnavailableException if the hub and its cache do not have it
     * @throws EngineUnavailableException if a native library cannot be loaded
     * @throws CancellationException if the thread is interrupted meanwhile; its interrupt status stays set
     */
    PretrainedTextEncoder open(Consumer<DownloadProgress> onDownload) throws IOException, BadModelFile {
        return open(onDownload, null);
    }

    /** The same for a saved model, which refuses any other encoder than the one it was trained on. */
    PretrainedTextEncoder open(EncoderReference expected) throws IOException, BadModelFile {
        return open(progress -> {}, expected);
    }

    private PretrainedTextEncoder open(Consumer<DownloadProgress> onDownload, @Nullable EncoderReference expected)
            throws IOException, BadModelFile {
        try {
            io.rapidfit.classifier.internal.pretrained.Pooling given =
                    pooling == null ? null : io.rapidfit.classifier.internal.pretrained.Pooling.valueOf(pooling.name());
            Place place;
            Path path;
            if (name == null) {
                path = Objects.requireNonNull(directory).toAbsolutePath().normalize();
                place = new InDirectory(path.toString());
            } else {
                Snapshot snapshot = fetch(new HubModel(name, Objects.requireNonNull(revision)), given, onDownload);
                path = snapshot.directory();
                place = new OnHub(name, snapshot.commit());
            }
            PretrainedDirectory read = PretrainedDirectory.read(path, given);
            EncoderReference found = new EncoderReference(
                    place,
                    read.config().hiddenSize(),
                    maxLength,
                    read.pooling().name(),
                    read.copy().sha256());
            if (expected != null && !found.at(expected.place()).equals(expected)) {
                throw new BadModelFile(
                        path,
                        "not the encoder that the model was trained on: its files have SHA-256 %s, those of the training had %s. Bring these back, or train the model anew"
                                .formatted(found.sha256(), expected.sha256()));
            }
            return PretrainedTextEncoder.load(read, found, savedWhole);
        } catch (EngineLoadException e) {
            throw new EngineUnavailableException(e.getMessage(), e.getCause());
        } catch (HubException e) {
            throw new EncoderUnavailableException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while encoder %s was downloaded".formatted(this));
        }
    }

    private static Snapshot fetch(
            HubModel model,
            io.rapidfit.classifier.internal.pretrained.@Nullable Pooling pooling,
            Consumer<DownloadProgress> onDownload)
            throws HubException, BadModelFile, IOException, InterruptedException {
        return PretrainedDownload.fetch(
                new Hub(HubSettings.fromEnvironment()),
                model,
                pooling,
                (file, done, total) -> onDownload.accept(new DownloadProgress(file, done, total)));
    }
}
