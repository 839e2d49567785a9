/**
 * What a classifier learns from. Start with {@link Dataset}, which holds {@link Sample}s of several tasks;
 * {@link Splitter} says which of them are for training and which for measuring, {@link DataSaver} keeps them in files.
 * What is no labelled text is a {@link Conversation} or an {@link Item}, in an {@link ExampleFile}.
 */
@NullMarked
package io.rapidfit.data;

import org.jspecify.annotations.NullMarked;
