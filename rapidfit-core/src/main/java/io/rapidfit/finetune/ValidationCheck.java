package io.rapidfit.finetune;

import io.rapidfit.check.DatasetIssue.Severity;
import java.util.Locale;

/** What a {@link FineTuneValidator} looks for. */
public enum ValidationCheck {
    /** The file has no line. */
    EMPTY_FILE(Severity.ERROR),
    /** A line is no JSON, or not in UTF-8. */
    UNREADABLE(Severity.ERROR),
    /** A line is not as its format wants it. */
    SCHEMA(Severity.ERROR),
    /** Who speaks when: the user starts, the assistant ends, a system prompt comes first, and, but for OpenAI, they take turns. */
    ROLE_ORDER(Severity.ERROR),
    /** A message, or what stands for one, is blank. */
    EMPTY_CONTENT(Severity.ERROR),
    /** What the assistant answers is not of the shape that was given. */
    COMPLETION(Severity.ERROR),
    /** A line has more tokens than were allowed. */
    TOO_LONG(Severity.ERROR),
    /** A prompt or a completion has personal data or a secret. */
    PERSONAL_DATA(Severity.ERROR),
    /** An earlier line of the file has the same prompt, and the same label. */
    DUPLICATE(Severity.WARNING),
    /** An earlier line of the file has nearly the same prompt, and the same label. */
    NEAR_DUPLICATE(Severity.WARNING),
    /** A file that was named before has the same prompt, or nearly the same. */
    OVERLAP(Severity.ERROR),
    /** Another line of the file has the same prompt, and another label. */
    CONTRADICTION(Severity.ERROR),
    /** A label has far fewer lines than the most frequent. */
    IMBALANCE(Severity.WARNING),
    /**
     * The first file, which is the one to train on, has fewer lines than the service wants, see {@link
     * FineTuneValidator.Builder#minLines}.
     */
    TOO_FEW(Severity.ERROR);

    private final Severity severity;

    ValidationCheck(Severity severity) {
        this.severity = severity;
    }

    /** {@link Severity#ERROR} or {@link Severity#WARNING}. */
    public Severity severity() {
        return severity;
    }

    /** As in the report: {@code near_duplicate}. */
    String written() {
        return name().toLowerCase(Locale.ROOT);
    }
}
