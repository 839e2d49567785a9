package io.rapidfit.classifier.internal.features;

/**
 * Which n-grams count.
 *
 * @param maxWords word n-grams have 1 to this many words
 * @param minChars shortest n-gram of characters, of a word with {@code <} and {@code >} around it
 * @param maxChars longest; 0 for none
 */
public record NGramSizes(int maxWords, int minChars, int maxChars) {}
