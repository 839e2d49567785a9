package io.rapidfit.llm.generate;

import io.rapidfit.llm.RunUsage;
import io.rapidfit.llm.run.Answer;
import io.rapidfit.llm.run.CallRun;
import java.util.List;

/** Who answers the questions of a run: a model or, in a forecast, a rehearsal. */
interface Asker {

    /** One answer a question, in order. */
    List<Answer> ask(List<Ask> asks);

    RunUsage usage();

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
        };
    }
}
