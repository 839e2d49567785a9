package io.rapidfit.classifier.internal.features;

/** What counts as one word. A model keeps to what it was trained with. */
public enum Segmentation {
    /** A run of letters, in whatever script: a whole sentence in Chinese or Thai. As in models of format 1. */
    RUNS,

    /** The same, but letters of scripts that put no spaces between words are words of their own, with their marks. */
    SCRIPTS
}
