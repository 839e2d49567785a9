package io.rapidfit.classifier;

/** How a classifier turns a text into numbers: a description, made by {@link Encoders}. */
public sealed interface Encoder permits NGramEncoder, EmbeddingEncoder, HuggingFaceEncoder {}
