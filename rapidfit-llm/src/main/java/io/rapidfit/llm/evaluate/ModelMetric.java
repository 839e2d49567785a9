package io.rapidfit.llm.evaluate;

import io.rapidfit.metrics.Bleu;
import io.rapidfit.metrics.RougeL;

/**
 * What an answer is measured by, each from 0 to 1, the best. A call that failed has 0 by all of them.
 *
 * <p>{@link #SCHEMA} judges how carefully an answer is written; {@link #EVIDENCE}, {@link #EXACT_MATCH} and {@link
 * #FIELD_ACCURACY} judge what it says: its JSON is read as {@link io.rapidfit.llm.reply.ReplyJson} finds it.
 */
public enum ModelMetric {
    /**
     * 1 where the answer is of the given shape as it stands: JSON from its first character to its last, with nothing to repair,
     * every field there and its value one that the shape allows, to the letter. Members that the shape does not name do no harm.
     */
    SCHEMA("schema pass"),
    /** 1 where the {@link EvidenceCheck} finds nothing wrong; {@link CitedEvidence} reads JSON as above. */
    EVIDENCE("evidence"),
    /**
     * 1 where the answer is the expected one: as texts, after {@link io.rapidfit.text.TextNormalizer#normalize}; as JSON where
     * an object or array is expected, with members in any order, a null member like none, numbers equal by value and strings after
     * normalising.
     */
    EXACT_MATCH("exact match"),
    /**
     * The share of fields that the expected answer and the given one have in common, compared as in {@link #EXACT_MATCH}, among
     * all that either has: what is missing counts, and so does what was added. A field is any value that is no object and no
     * array, or an empty one of these, and it is known by the names, and in arrays the positions, that lead to it.
     */
    FIELD_ACCURACY("field accuracy"),
    /** {@link Bleu#sentence} of the answer with the expected one as its reference, both as they stand. */
    BLEU("BLEU"),
    /** {@link RougeL#f1} of the answer with the expected one as its reference, both as they stand. */
    ROUGE_L("ROUGE-L");

    private final String description;

    ModelMetric(String description) {
        this.description = description;
    }

    /** For people, such as "exact match". */
    public String description() {
        return description;
    }
}
