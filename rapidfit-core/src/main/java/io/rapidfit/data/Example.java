package io.rapidfit.data;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Anything that can be trained on, checked or graded: what every kind of example carries besides its content. */
public sealed interface Example permits Sample {

    /**
     * Names the example; stays the same when its split, origin or tags change. Unless one was given, it is derived from the
     * content: two examples that say the same have the same.
     */
    String id();

    /** What the example may be used for; null while nobody has decided. */
    @Nullable Split split();

    Origin origin();

    /** Free names and values, in the order in which they were given. */
    Map<String, String> tags();
}
