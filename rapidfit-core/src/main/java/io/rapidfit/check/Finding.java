package io.rapidfit.check;

import io.rapidfit.internal.Require;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One judgement about one example.
 *
 * @param check the name of what judged
 * @param score in [0, 1], 1 is best; absent with {@link Verdict#ERROR} and with no other
 * @param reason why, for people; empty only with {@link Verdict#PASS}
 * @param metadata what programs may want to know besides, in the order in which it was given; cannot be changed
 */
public record Finding(
        String check,
        String exampleId,
        Verdict verdict,
        OptionalDouble score,
        String reason,
        Map<String, String> metadata) {

    public enum Verdict {
        PASS,
        FAIL,
        /** The example could not be judged. That is not a pass. */
        ERROR
    }

    private static final OptionalDouble BEST = OptionalDouble.of(1); // one for all the findings that pass

    public Finding {
        Require.notBlank("check", check);
        Require.notBlank("exampleId", exampleId);
        Require.nonNull("verdict", verdict);
        if (Require.nonNull("score", score).isPresent()) {
            if (verdict == Verdict.ERROR) {
                throw new IllegalArgumentException(
                        "score must be empty with the verdict ERROR but was " + score.getAsDouble());
            }
            Require.inRange("score", score.getAsDouble(), 0, 1);
        } else if (verdict != Verdict.ERROR) {
            throw new IllegalArgumentException("score must not be empty with the verdict " + verdict);
        }
        Require.nonNull("reason", reason);
        if (verdict != Verdict.PASS) {
            Require.notBlank("reason", reason);
        }
        metadata = copy(Require.nonNull("metadata", metadata));
    }

    /** With a score of 1 and no reason. */
    public static Finding pass(String check, String exampleId) {
        return new Finding(check, exampleId, Verdict.PASS, BEST, "", Map.of());
    }

    public static Finding fail(String check, String exampleId, double score, String reason) {
        return new Finding(check, exampleId, Verdict.FAIL, OptionalDouble.of(score), reason, Map.of());
    }

    /** Without a score. */
    public static Finding error(String check, String exampleId, String reason) {
        return new Finding(check, exampleId, Verdict.ERROR, OptionalDouble.empty(), reason, Map.of());
    }

    /** @throws IllegalArgumentException if this is an {@link Verdict#ERROR}, or the score is not in [0, 1] */
    public Finding withScore(double newScore) {
        return new Finding(check, exampleId, verdict, OptionalDouble.of(newScore), reason, metadata);
    }

    /** With these metadata instead of those it has. */
    public Finding withMetadata(Map<String, String> newMetadata) {
        return new Finding(check, exampleId, verdict, score, reason, newMetadata);
    }

    private static Map<String, String> copy(Map<String, String> metadata) {
        if (metadata.isEmpty()) {
            return Map.of();
        }
        Map<String, String> copy = new LinkedHashMap<>(); // not Map.copyOf, whose order differs from run to run
        metadata.forEach((name, value) ->
                copy.put(Require.notBlank("metadata name", name), Require.nonNull("metadata " + name, value)));
        return Collections.unmodifiableMap(copy);
    }
}
