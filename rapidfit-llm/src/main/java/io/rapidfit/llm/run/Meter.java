package io.rapidfit.llm.run;

import io.rapidfit.llm.Budget;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.LLMBudgetExceededException;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.ModelPrice;
import io.rapidfit.llm.RunUsage;
import io.rapidfit.llm.Usage;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a run spends, and lets a call start only if the budget covers the most that it can cost on top of what is
 * spent and under way. Where it does not, the call waits for those under way, which mostly cost less than was set aside.
 */
final class Meter {

    /** The most that one call can cost. */
    record Reservation(long tokens, double cost) {}

    /** So that three calls of $0.10 fit into $0.30: sums of fractions come out a little too high. */
    private static final double ROUNDING = 1 + 1e-9;

    private final Budget budget;
    private final String modelId;
    private final @Nullable Meter whole;
    private final LatencyHistogram latencies = new LatencyHistogram();

    private int underWay;
    private long reservedTokens;
    private double reservedCost;

    private long calls;
    private long failed;
    private long journalled;
    private long retries;
    private long maybeBilled;
    private Usage used = Usage.NONE;
    private double cost;
    private boolean costKnown = true;
    private long lostTokens;
    private double lostCost;

    Meter(Budget budget, String modelId) {
        this(budget, modelId, null);
    }

    private Meter(Budget budget, String modelId, @Nullable Meter whole) {
        this.budget = budget;
        this.modelId = modelId;
        this.whole = whole;
    }

    /** Counts the calls to a model by themselves, and among those of this, whose budget they spend. */
    Meter part(String ofModel) {
        return new Meter(Budget.builder().pricing(budget.pricing()).build(), ofModel, this);
    }

    /**
     * Waits until the call fits.
     *
     * @throws LLMBudgetExceededException if it does not, even when nothing is under way
     */
    Reservation reserve(ChatRequest request) throws InterruptedException {
        Integer answer = request.maxTokens();
        long answerTokens = answer == null ? 0 : answer;
        Usage most = new Usage(request.maxPromptTokens(), answerTokens, 0);
        Reservation reservation = new Reservation(
                most.totalTokens(), price(modelId).map(p -> p.cost(most)).orElse(0.0));
        reserve(reservation);
        return reservation;
    }

    private void reserve(Reservation reservation) throws InterruptedException {
        if (whole != null) {
            whole.reserve(reservation); // before this is locked: it may wait for a call that ends here
        }
        reserveHere(reservation);
    }

    private synchronized void reserveHere(Reservation reservation) throws InterruptedException {
        while (!fits(reservation)) {
            if (underWay == 0) {
                throw new LLMBudgetExceededException(
                        "The budget does not cover another call: %s, spent %s calls, %s tokens, $%s."
                                .formatted(budget, calls, used.totalTokens() + lostTokens, cost + lostCost));
            }
            wait();
        }
        underWay++;
        calls++;
        reservedTokens += reservation.tokens();
        reservedCost += reservation.cost();
    }

    private boolean fits(Reservation next) {
        return calls < budget.maxCalls()
                && used.totalTokens() + lostTokens + reservedTokens + next.tokens() <= budget.maxTokens()
                && cost + lostCost + reservedCost + next.cost() <= budget.maxCost() * ROUNDING;
    }

    void answered(Reservation reservation, ChatResponse response) {
        answered(reservation, response, price(response));
    }

    private synchronized void answered(Reservation reservation, ChatResponse response, Optional<ModelPrice> price) {
        if (whole != null) {
            whole.answered(reservation, response, price);
        }
        release(reservation);
        use(response, price);
        retries += response.attempts() - 1;
        lose(reservation, response.lostAttempts());
    }

    private void use(ChatResponse response, Optional<ModelPrice> price) {
        used = used.plus(response.usage());
        price.ifPresentOrElse(p -> cost += p.cost(response.usage()), () -> costKnown = false);
        latencies.add(response.latency());
    }

    /** Paid for before: it counts against the budget like any other. */
    void journalled(ChatResponse response) {
        journalled(response, price(response));
    }

    private synchronized void journalled(ChatResponse response, Optional<ModelPrice> price) {
        if (whole != null) {
            whole.journalled(response, price);
        }
        calls++;
        journalled++;
        use(response, price);
    }

    /** It failed in an earlier try of the run. */
    synchronized void givenUp() {
        if (whole != null) {
            whole.givenUp();
        }
        calls++;
        failed++;
    }

    synchronized void failed(Reservation reservation, LLMException failure) {
        if (whole != null) {
            whole.failed(reservation, failure);
        }
        release(reservation);
        failed++;
        retries += failure.attempts() - 1;
        lose(reservation, failure.lostAttempts());
    }

    /** The call was never made, or failed by a bug. */
    synchronized void abandoned(Reservation reservation) {
        if (whole != null) {
            whole.abandoned(reservation);
        }
        release(reservation);
        failed++;
    }

    /** What may have been billed counts in full: a cap that is a little too low does no harm. */
    private void lose(Reservation reservation, int attempts) {
        maybeBilled += attempts;
        lostTokens += attempts * reservation.tokens();
        lostCost += attempts * reservation.cost();
    }

    private void release(Reservation reservation) {
        underWay--;
        reservedTokens -= reservation.tokens();
        reservedCost = underWay == 0 ? 0 : reservedCost - reservation.cost(); // what rounding left goes too
        notifyAll();
    }

    /** Of the model that answered; a whole does not know what its parts' models are called. */
    private Optional<ModelPrice> price(ChatResponse response) {
        return price(response.model()).or(() -> price(modelId));
    }

    private Optional<ModelPrice> price(String model) {
        return budget.pricing().price(model);
    }

    synchronized RunUsage usage() {
        return new RunUsage(
                calls,
                failed,
                journalled,
                retries,
                maybeBilled,
                used,
                costKnown ? OptionalDouble.of(cost) : OptionalDouble.empty(),
                latencies.quantile(0.5),
                latencies.quantile(0.95),
                latencies.max());
    }
}
