package io.rapidfit.finetune;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One line of a file, what it says, and what is wrong with it. */
final class CheckedLine {

    /** Lines with the same context and answer: only among these do twins repeat each other. */
    record Group(String context, String answer) {}

    final int number;
    final int tokens;
    final List<Turn> prompt;
    final Optional<String> label;
    /** The whole prompt, in the form in which prompts are compared. */
    final String promptKey;
    /** What is answered, as far as it must be the same where the prompt is. */
    final String answerKey;
    /** What the prompt says beside the system prompt. */
    final String user;

    private final Map<ValidationCheck, String> problems = new EnumMap<>(ValidationCheck.class);

    CheckedLine(
            int number,
            int tokens,
            List<Turn> prompt,
            Optional<String> label,
            String promptKey,
            String answerKey,
            String user) {
        this.number = number;
        this.tokens = tokens;
        this.prompt = prompt;
        this.label = label;
        this.promptKey = promptKey;
        this.answerKey = answerKey;
        this.user = user;
    }

    static CheckedLine unreadable(int number, String problem) {
        CheckedLine line = new CheckedLine(number, 0, List.of(), Optional.empty(), "", "", "");
        line.fail(ValidationCheck.UNREADABLE, problem);
        return line;
    }

    /** The first problem of a kind is the one that is told. */
    void fail(ValidationCheck check, String problem) {
        problems.putIfAbsent(check, problem);
    }

    Map<ValidationCheck, String> problems() {
        return Collections.unmodifiableMap(problems);
    }

    boolean fails(ValidationCheck check) {
        return problems.containsKey(check);
    }

    /** Whether there is a prompt that can be compared with others. */
    boolean hasPrompt() {
        return !promptKey.isEmpty();
    }

    Group group() {
        return new Group(context(), answerKey);
    }

    /** What the prompt has beside what the user says: the system prompt, and all that is no text. */
    String context() {
        StringBuilder context = new StringBuilder();
        for (Turn turn : prompt) {
            context.append(turn.isSystem() ? turn.text() : "").append('\u0001').append(turn.otherwise());
        }
        return context.toString();
    }
}
