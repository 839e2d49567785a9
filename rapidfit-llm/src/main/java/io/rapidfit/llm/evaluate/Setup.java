package io.rapidfit.llm.evaluate;

import io.rapidfit.llm.Budget;
import io.rapidfit.llm.Cancellation;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.Journal;
import io.rapidfit.llm.run.CallRun;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** What both contestants work with in one comparison. Not thread-safe. */
final class Setup {

    private final String promptPath;
    private final Budget budget;
    private final Cancellation cancellation;
    private final @Nullable Path journal;
    private final InstantSource clock;
    private @Nullable CallRun calls;

    /** @param journal its file */
    Setup(String promptPath, Budget budget, Cancellation cancellation, @Nullable Path journal, InstantSource clock) {
        this.promptPath = promptPath;
        this.budget = budget;
        this.cancellation = cancellation;
        this.journal = journal;
        this.clock = clock;
    }

    String promptPath() {
        return promptPath;
    }

    Budget budget() {
        return budget;
    }

    Cancellation cancellation() {
        return cancellation;
    }

    InstantSource clock() {
        return clock;
    }

    /** Calls to one contestant's model, under the budget and in the journal of both. */
    CallRun calls(ChatModel model) {
        if (calls == null) {
            calls = whole(model);
        }
        return calls.part(model, progress -> {});
    }

    /** @param any of the models: each is asked in a part of its own */
    private CallRun whole(ChatModel any) {
        CallRun.Builder whole = CallRun.builder()
                .chatModel(any)
                .budget(budget)
                .cancellation(cancellation)
                .independent(true);
        if (journal != null) {
            whole.journal(Journal.open(journal, clock));
        }
        return whole.build();
    }
}
