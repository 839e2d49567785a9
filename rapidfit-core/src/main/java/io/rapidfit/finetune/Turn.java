package io.rapidfit.finetune;

import io.rapidfit.data.Message;

/**
 * What one side says in a line of a file.
 *
 * @param text empty where there is none
 * @param saysOtherwise calls tools, or has parts that are no text: then it needs no text
 */
record Turn(String role, String text, boolean saysOtherwise) {

    static Turn system(String text) {
        return new Turn(Message.SYSTEM, text, false);
    }

    static Turn user(String text) {
        return new Turn(Message.USER, text, false);
    }

    static Turn assistant(String text) {
        return new Turn(Message.ASSISTANT, text, false);
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
