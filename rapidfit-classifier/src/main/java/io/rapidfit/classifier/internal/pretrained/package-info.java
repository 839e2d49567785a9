/**
 * Encoders that others have trained, as Hugging Face publishes them. Start with {@link PretrainedDirectory}, which reads
 * one, or {@link PretrainedDownload}, which fetches one. Nothing executable is read.
 */
@NullMarked
package io.rapidfit.classifier.internal.pretrained;

import org.jspecify.annotations.NullMarked;
