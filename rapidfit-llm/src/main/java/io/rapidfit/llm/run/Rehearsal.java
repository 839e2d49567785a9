package io.rapidfit.llm.run;

import io.rapidfit.llm.Budget;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Forecast;
import io.rapidfit.llm.ModelPrice;
import io.rapidfit.llm.RunUsage;
import io.rapidfit.llm.Usage;
import io.rapidfit.llm.reply.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** Answers as a perfect model would, or as one whose answers never are of use, and counts what was asked. */
final class Rehearsal implements Asker {

    /** UTF-8 bytes of a token: about four in English, more in other scripts, fewer in names and numbers. */
    private static final double MOST_BYTES = 5;

    private static final double LEAST_BYTES = 2.5;

    private final boolean perfect;
    private long calls;
    private long promptBytes;
    private long answerBytes;

    private Rehearsal(boolean perfect) {
        this.perfect = perfect;
    }

    /**
     * Rehearses a run twice, at its best and at its worst.
     *
     * @param run makes the run with what it is given
     */
    static Forecast forecast(ChatModel model, Budget budget, Consumer<Asker> run) {
        Rehearsal best = new Rehearsal(true);
        run.accept(best);
        Rehearsal worst = new Rehearsal(false);
        run.accept(worst);
        Usage least = best.tokens(MOST_BYTES, 1);
        // At worst the prompts are those of the best case, in which texts to avoid are shown, as often as calls are
        // made.
        double longest = Math.max(1, best.calls == 0 ? 1 : (double) worst.calls / best.calls);
        Usage most = best.tokens(LEAST_BYTES, longest);
        Optional<ModelPrice> price = budget.pricing().price(model.modelId());
        return new Forecast(
                best.calls, Math.max(best.calls, worst.calls), least, most, cost(price, least), cost(price, most));
    }

    private static OptionalDouble cost(Optional<ModelPrice> price, Usage tokens) {
        return price.map(p -> OptionalDouble.of(p.cost(tokens))).orElse(OptionalDouble.empty());
    }

    private Usage tokens(double bytesPerToken, double times) {
        return new Usage(
                Math.round(promptBytes / bytesPerToken * times), Math.round(answerBytes / bytesPerToken * times), 0);
    }

    @Override
    public List<Answer> ask(List<Ask> asks) {
        return asks.stream().map(this::answer).toList();
    }

    private Answer answer(Ask ask) {
        boolean isRead = ask.question().shape() != null;
        calls += perfect || !isRead ? 1 : 2; // what cannot be read is asked for once more at once
        promptBytes += ask.question().asked().maxPromptTokens(); // a byte each
        List<Map<String, Object>> rows = ask.specimen().get();
        answerBytes +=
                rows.stream().mapToLong(row -> row.toString().length() + 10).sum();
        boolean useful = perfect || !ask.persistent();
        Reply reply = new Reply(useful ? rows : List.of(), List.of(), true, Map.of(), List.of());
        return new Answer(ask.question(), new AskResult(reply, List.of(ChatResponse.of(""))), null);
    }

    @Override
    public RunUsage usage() {
        return new RunUsage(
                calls, 0, 0, 0, 0, Usage.NONE, OptionalDouble.empty(), Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    @Override
    public void giveUpFailed() {
        // nothing fails
    }

    @Override
    public void finish() {
        // nothing is kept
    }
}
