/**
 * What a classifier learns from. Start with {@link Dataset}, which holds {@link Sample}s of several tasks;
 * {@link Splitter} says which of them are for training and which for measuring, {@link DataSaver} keeps them in files.
 */
@NullMarked
package io.rapidfit.data;

import org.jspecify.annotations.NullMarked;
