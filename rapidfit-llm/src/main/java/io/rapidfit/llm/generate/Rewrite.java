package io.rapidfit.llm.generate;

import io.rapidfit.check.Finding;
import io.rapidfit.data.Example;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A text that a {@link DataRefinementPipeline} had written for an example, and what became of it.
 *
 * @param example with the new text
 * @param changes what was changed, in the words of the model that wrote it
 * @param findings on it, one a grader
 * @param kept whether it took the place of the text before it
 * @param reason why it did, or did not
 */
public record Rewrite(Example example, String changes, Map<String, Finding> findings, boolean kept, String reason) {

    public Rewrite {
        findings = Collections.unmodifiableMap(new LinkedHashMap<>(findings));
    }
}
