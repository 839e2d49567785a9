package io.rapidfit.review;

import io.rapidfit.internal.Require;
import io.rapidfit.text.TextNormalizer;
import org.jspecify.annotations.Nullable;

/**
 * What a reviewer says of one item.
 *
 * @param score how good an approved item is, from 1 to 5, 5 is best; null for every other kind
 * @param edited the item as the reviewer wants it; null for every other kind
 * @param reason why it is rejected; empty for every other kind
 * @param notes for people; may be empty
 */
public record Decision(
        Kind kind, @Nullable Integer score, @Nullable ReviewItem edited, String reason, String notes) {

    public static final int MIN_SCORE = 1;
    public static final int MAX_SCORE = 5;

    /** What is decided. */
    public enum Kind {
        /** It may stay as it is. */
        APPROVE,
        /** It may stay as the reviewer has changed it. */
        EDIT,
        /** It is wrong. */
        REJECT,
        /** The reviewer does not judge it. */
        SKIP;

        /** Whether the reviewer wants the item, changed or not. */
        public boolean isAccepted() {
            return this == APPROVE || this == EDIT;
        }
    }

    public Decision {
        Require.nonNull("kind", kind);
        reason = TextNormalizer.wellFormed(Require.nonNull("reason", reason));
        notes = TextNormalizer.wellFormed(Require.nonNull("notes", notes));
        if ((score != null) != (kind == Kind.APPROVE)) {
            throw new IllegalArgumentException("a score goes with APPROVE, and with no other decision than that");
        }
        if (score != null) {
            Require.inRange("score", score, MIN_SCORE, MAX_SCORE);
        }
        if ((edited != null) != (kind == Kind.EDIT)) {
            throw new IllegalArgumentException("an edited item goes with EDIT, and with no other decision than that");
        }
        if (kind == Kind.REJECT) {
            Require.notBlank("reason", reason);
        } else if (!reason.isEmpty()) {
            throw new IllegalArgumentException("a reason goes with REJECT: say other things in the notes");
        }
    }

    /** @param score from 1 to 5, 5 is best */
    public static Decision approve(int score) {
        return new Decision(Kind.APPROVE, score, null, "", "");
    }

    public static Decision edit(ReviewItem edited) {
        return new Decision(Kind.EDIT, null, Require.nonNull("edited", edited), "", "");
    }

    public static Decision reject(String reason) {
        return new Decision(Kind.REJECT, null, null, reason, "");
    }

    public static Decision skip() {
        return new Decision(Kind.SKIP, null, null, "", "");
    }

    public Decision withNotes(String newNotes) {
        return new Decision(kind, score, edited, reason, newNotes);
    }
}
