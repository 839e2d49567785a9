package io.rapidfit.llm.evaluate;

import io.rapidfit.data.Example;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One contestant at work on one holdout. */
interface Answering {

    /** One answer an example, in order. */
    List<GivenAnswer> answer(List<Example> wave);

    /** Why nothing more is answered; null while it goes on. */
    @Nullable String stop();

    /** The end: throws if not a single call was answered. */
    void end();
}
