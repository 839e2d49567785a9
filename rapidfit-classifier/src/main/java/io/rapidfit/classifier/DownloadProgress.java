package io.rapidfit.classifier;

/**
 * How far the download of a file is. It is told on the thread that waits for it, at the file's begin and after each part.
 *
 * @param file its place in the model's repository
 * @param done bytes that are here, those of an earlier attempt included
 * @param total bytes of the file
 */
public record DownloadProgress(String file, long done, long total) {}
