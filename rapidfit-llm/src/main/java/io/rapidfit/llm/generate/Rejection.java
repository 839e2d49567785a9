package io.rapidfit.llm.generate;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** Why a text that a model wrote was not kept. */
public enum Rejection {
    TOO_SHORT("shorter than the least length"),
    TOO_LONG("longer than the greatest length"),
    HELD_OUT("equal or too similar to a validation, test or analysed text"),
    DUPLICATE("equal or too similar to another text"),
    CONTRADICTED("the classifier is sure of another label"),
    KNOWN("the classifier knows it already"),
    FAILED_CHECK("a check failed it"),
    UNCHECKED("a check could not judge it"),
    TEMPLATED("follows a template"),
    UNGROUNDED("states what the conversation does not"),
    LEAKED("repeats its instructions or a passage that shows a style"),
    UNREADABLE("the answer could not be read, or was cut off"),
    UNANSWERED("the call failed");

    private final String description;

    Rejection(String description) {
        this.description = description;
    }

    /** In the order of the constants. */
    static Map<Rejection, Integer> copy(Map<Rejection, Integer> counts) {
        Map<Rejection, Integer> copy = new EnumMap<>(Rejection.class);
        copy.putAll(counts);
        return Collections.unmodifiableMap(copy);
    }

    /** For people, such as "equal or too similar to another text". */
    public String description() {
        return description;
    }
}
