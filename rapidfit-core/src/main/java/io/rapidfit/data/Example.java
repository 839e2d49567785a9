package io.rapidfit.data;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Anything that can be trained on, checked or graded: what every kind of example carries besides its content. */
public sealed interface Example permits Sample, Conversation, Item {

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

    /** All that it says, for checks that read whole examples: where it has several texts, each begins a line. */
    String text();

    /**
     * One of its values, for templates and graders.
     *
     * @param path names and, for the elements of lists, numbers from 0, joined by dots: {@code text}, {@code tags.persona},
     *     {@code messages.0.content}. Each kind of example says which it has.
     * @return a value that is itself an object or a list is JSON; empty if there is none, or it is null
     */
    Optional<String> field(String path);
}
