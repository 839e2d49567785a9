/**
 * Models of the Hugging Face hub, downloaded into its cache on this machine. Start with {@link Hub}. The layout is that of
 * <a href="https://huggingface.co/docs/hub/local-cache">the hub's documentation</a>, shared with Python and others.
 */
@NullMarked
package io.rapidfit.classifier.internal.hub;

import org.jspecify.annotations.NullMarked;
