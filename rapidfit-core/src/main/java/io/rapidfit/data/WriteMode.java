package io.rapidfit.data;

/** What happens to what a task's file already holds. */
public enum WriteMode {
    /** It is replaced, atomically. */
    OVERWRITE,
    /** It is kept, and the new samples follow. */
    APPEND
}
