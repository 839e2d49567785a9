package io.rapidfit.llm.generate;

import io.rapidfit.internal.Require;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.Cancellation;
import io.rapidfit.llm.ChatModel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The options of whatever has a model write. Not thread-safe.
 *
 * @param <B> its own builder
 */
abstract class RunBuilder<B extends RunBuilder<B>> {

    final String generator;

    private @Nullable ChatModel chatModel;
    private int maxAnswerTokens;

    @Nullable Path journal;

    Budget budget = Budget.UNLIMITED;
    Cancellation cancellation = new Cancellation();

    /**
     * @param generator the name of its class, for messages and for the origin of what it makes
     * @param maxAnswerTokens the default
     */
    RunBuilder(String generator, int maxAnswerTokens) {
        this.generator = generator;
        this.maxAnswerTokens = maxAnswerTokens;
    }

    abstract B self();

    /** The model that writes. Required. */
    public B chatModel(ChatModel chatModel) {
        this.chatModel = Require.nonNull("chatModel", chatModel);
        return self();
    }

    /** The longest answer of the calls that write, in tokens, at least 1. Defaults to 4096. */
    public B maxAnswerTokens(int maxAnswerTokens) {
        this.maxAnswerTokens = Require.inRange("maxAnswerTokens", maxAnswerTokens, 1, Integer.MAX_VALUE);
        return self();
    }

    /** The most that a run may spend, with all its models and earlier tries of it. Defaults to {@link Budget#UNLIMITED}. */
    public B budget(Budget budget) {
        this.budget = Require.nonNull("budget", budget);
        return self();
    }

    /** Ends a run from another thread. By default only an interrupt does. */
    public B cancellation(Cancellation cancellation) {
        this.cancellation = Require.nonNull("cancellation", cancellation);
        return self();
    }

    int maxAnswerTokens() {
        return maxAnswerTokens;
    }

    /**
     * @throws IllegalStateException if there is none
     * @throws IllegalArgumentException if the budget is in money and the model's price is not known
     */
    ChatModel requireChatModel() {
        if (chatModel == null) {
            throw new IllegalStateException(
                    "chatModel is required: %s.builder().chatModel(model)".formatted(generator));
        }
        budget.requirePrice(chatModel.modelId());
        return chatModel;
    }
}
