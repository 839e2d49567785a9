package io.rapidfit.check;

import io.rapidfit.data.Example;
import java.util.Collection;
import java.util.List;

/** Judges examples: duplicates, personal data, templates, graders and more. */
@FunctionalInterface
public interface Check {

    /**
     * @return at least one finding for each example that was judged. An example without one was not judged: it has not
     *     passed
     */
    List<Finding> check(Collection<? extends Example> examples);
}
