package io.rapidfit.data;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Anything that can be trained on, checked or graded: what every kind of example carries besides its content. */
public sealed interface Example permits Sample {

    /** Tells this example from every other; stays the same when its split, origin or tags change. */
    String id();

    /** What the example may be used for; null while nobody has decided. */
    @Nullable Split split();

    Origin origin();

    /** Free names and values, in the order in which they were given. */
    Map<String, String> tags();
}
