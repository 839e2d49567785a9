package io.rapidfit.finetune;

import io.rapidfit.data.Message;

/**
 * What one side says in a line of a file.
 *
 * @param text empty where there is none
 * @param otherwise what it says beside the text, such as calls of tools or pictures, as JSON; empty for nothing
 */
record Turn(String role, String text, String otherwise) {

    static Turn system(String text) {
        return new Turn(Message.SYSTEM, text, "");
    }

    static Turn user(String text) {
        return new Turn(Message.USER, text, "");
    }

    static Turn assistant(String text) {
        return new Turn(Message.ASSISTANT, text, "");
    }

    /** Then it needs no text. */
    boolean saysOtherwise() {
        return !otherwise.isEmpty();
    }

    boolean isBy(String someone) {
        return role.equals(someone);
    }

    /** {@code developer} is what OpenAI calls it for later models. */
    boolean isSystem() {
        return isBy(Message.SYSTEM) || isBy("developer");
    }

    /** {@code function} is what tools were called before. */
    boolean isTool() {
        return isBy(Message.TOOL) || isBy("function");
    }
}
