package io.rapidfit.llm.grade;

import io.rapidfit.internal.Require;
import io.rapidfit.llm.reply.ReplyShape;
import java.util.Map;

/** What a judge may give. Whatever the scale, a {@linkplain #normalize normalised} score is in [0, 1], and 1 is best. */
public enum Scale {
    /** Any number from 0 to 1. */
    ZERO_TO_ONE("0-1", 0, 1),
    /** 1, 2, 3, 4 or 5, which become 0, 0.25, 0.5, 0.75 and 1. */
    ONE_TO_FIVE("1-5", 1, 5);

    private static final String SCORE = "score";
    private static final String REASON = "reason";

    private final String description;
    private final int worst;
    private final int best;

    Scale(String description, int worst, int best) {
        this.description = description;
        this.worst = worst;
        this.best = best;
    }

    /** For people, such as "1-5". */
    public String description() {
        return description;
    }

    /** @throws IllegalArgumentException if the score is not on the scale */
    public double normalize(double score) {
        Require.inRange("score", score, worst, best);
        if (this == ONE_TO_FIVE && score != Math.rint(score)) {
            throw new IllegalArgumentException("score must be 1, 2, 3, 4 or 5 but was " + score);
        }
        return (score - worst) / (best - worst);
    }

    /** The reason comes first: a model writes from left to right, and what it has not written yet its score cannot rest on. */
    ReplyShape shape() {
        ReplyShape.Builder shape = ReplyShape.object().string(REASON);
        return (this == ZERO_TO_ONE ? shape.number(SCORE, worst, best) : shape.integer(SCORE, worst, best)).build();
    }

    /** @param row of the {@link #shape} */
    static Number score(Map<String, Object> row) {
        return (Number) Require.nonNull(SCORE, row.get(SCORE));
    }

    static String reason(Map<String, Object> row) {
        return String.valueOf(row.get(REASON));
    }

    /** What a forecast takes for an answer. */
    Map<String, Object> specimen() {
        return Map.of(
                REASON, "x".repeat(200), SCORE, this == ZERO_TO_ONE ? (Object) (double) best : (Object) (long) best);
    }
}
