package io.rapidfit.classifier.internal.pretrained;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.hub.Hub;
import io.rapidfit.classifier.internal.hub.HubException;
import io.rapidfit.classifier.internal.hub.HubListener;
import io.rapidfit.classifier.internal.hub.HubModel;
import io.rapidfit.classifier.internal.hub.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fetches an encoder from the hub: the files that {@link PretrainedDirectory} reads, and no others. */
public final class PretrainedDownload {

    private PretrainedDownload() {}

    /**
     * The model at the commit that is meant, with all of its files in the hub's cache: those that are not there are
     * downloaded first. A model that is not supported is refused before its weights come.
     *
     * @param pooling used whatever the files say; null for what they say
     * @throws BadModelFile if the model is not supported
     * @throws HubException if it cannot be had
     */
    public static Snapshot fetch(Hub hub, HubModel model, @Nullable Pooling pooling, HubListener listener)
            throws HubException, BadModelFile, IOException, InterruptedException {
        List<String> needed = List.of(PretrainedDirectory.CONFIG, PretrainedDirectory.TOKENIZER, WeightFiles.SINGLE);
        Snapshot snapshot = hub.snapshot(model, needed, listener);
        Path directory = snapshot.directory();
        snapshot.require(PretrainedDirectory.CONFIG);
        if (snapshot.find(SentenceModules.MODULES).isPresent()) {
            snapshot.require(SentenceModules.poolingFile(new JsonFiles(directory)));
        }
        snapshot.find(SentenceModules.TRANSFORMER_CONFIG);
        snapshot.find(SentenceModules.SENTENCE_CONFIG);
        PretrainedDirectory.check(directory, pooling);
        snapshot.require(PretrainedDirectory.TOKENIZER);
        fetchWeights(snapshot);
        return snapshot;
    }

    private static void fetchWeights(Snapshot snapshot)
            throws HubException, BadModelFile, IOException, InterruptedException {
        if (snapshot.find(WeightFiles.SINGLE).isPresent()) {
            return;
        }
        if (snapshot.find(WeightFiles.INDEX).isEmpty()) {
            snapshot.require(WeightFiles.SINGLE); // which fails, and says why
            return;
        }
        for (String shard : WeightFiles.shardNames(snapshot.directory())) {
            snapshot.require(shard);
        }
    }
}
