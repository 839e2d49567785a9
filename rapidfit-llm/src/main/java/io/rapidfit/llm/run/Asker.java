package io.rapidfit.llm.run;

import io.rapidfit.llm.RunUsage;
import java.util.List;

/** Who answers the questions of a run: a model or, in a forecast, a rehearsal. */
interface Asker {

    /** One answer a question, in order. */
    List<Answer> ask(List<Ask> asks);

    RunUsage usage();

    /** The run does without what failed so far, and so must a later try of it. */
    void giveUpFailed();

    /** The run came to its end. */
    void finish();

    static Asker of(CallRun calls) {
        return new Asker() {
            @Override
            public List<Answer> ask(List<Ask> asks) {
                return calls.askAll(asks.stream().map(Ask::question).toList());
            }

            @Override
            public RunUsage usage() {
                return calls.usage();
            }

            @Override
            public void giveUpFailed() {
                calls.giveUpFailed();
            }

            @Override
            public void finish() {
                calls.finish();
            }
        };
    }
}
