package io.rapidfit.classifier.internal.hub;

/** Hears how a download gets on, on the thread that asked for it. What it throws ends the download, to be resumed later. */
@FunctionalInterface
public interface HubListener {

    /**
     * @param file in the model's repository
     * @param done bytes that are there, those of an earlier attempt included
     * @param total bytes of the file
     */
    void onProgress(String file, long done, long total);
}
