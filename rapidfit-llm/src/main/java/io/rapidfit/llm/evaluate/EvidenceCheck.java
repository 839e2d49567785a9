package io.rapidfit.llm.evaluate;

import io.rapidfit.data.Example;
import java.util.List;

/** Says what is wrong with the evidence that an answer cites. {@link CitedEvidence} is one. Implementations are thread-safe. */
@FunctionalInterface
public interface EvidenceCheck {

    /**
     * Judges one answer.
     *
     * @param example what was asked about
     * @param expected the answer that it should get
     * @param answer the one that it got, as it stands
     * @return what is wrong, for people; empty if all of its evidence is right
     */
    List<String> problems(Example example, String expected, String answer);
}
