package io.rapidfit.llm.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.llm.Budget;
import io.rapidfit.llm.CallPolicy;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Failure;
import io.rapidfit.llm.FinishReason;
import io.rapidfit.llm.LLMBudgetExceededException;
import io.rapidfit.llm.LLMTimeoutException;
import io.rapidfit.llm.LLMUnavailableException;
import io.rapidfit.llm.Pricing;
import io.rapidfit.llm.RateLimitStatus;
import io.rapidfit.llm.RunUsage;
import io.rapidfit.llm.Usage;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class MeterTest {

    /** 34 bytes and 16 around them are at most 50 tokens, and 50 for the answer: 100 in all. */
    private static final ChatRequest HUNDRED =
            ChatRequest.builder().user("x".repeat(34)).maxTokens(50).build();

    /** A token of any kind for one cent. */
    private static final Pricing CENTS = Pricing.empty(LocalDate.EPOCH).with("m", 10_000, 10_000, 10_000);

    private static ChatResponse used(long prompt, long completion) {
        return ChatResponse.of("ok").withUsage(new Usage(prompt, completion, 0)).withModel("m");
    }

    private static ChatResponse attempts(int attempts, int lost, Duration latency) {
        return new ChatResponse(
                "ok", FinishReason.STOP, Usage.NONE, "m", null, latency, RateLimitStatus.UNKNOWN, attempts, lost);
    }

    private static Meter tokens(long max) {
        return new Meter(Budget.builder().maxTokens(max).build(), "m");
    }

    // ---------------------------------------------------------------- what is set aside

    @Test
    void reserve_setsAsidePromptAndAnswer() throws Exception {
        Meter meter = new Meter(Budget.builder().pricing(CENTS).build(), "m");

        assertThat(meter.reserve(HUNDRED)).isEqualTo(new Meter.Reservation(100, 1.0));
    }

    @Test
    void reserve_fitsExactly() throws Exception {
        tokens(100).reserve(HUNDRED);

        assertThatThrownBy(() -> tokens(99).reserve(HUNDRED)).isInstanceOf(LLMBudgetExceededException.class);
    }

    @Test
    void reserve_saysWhatTheBudgetIsAndWhatWasSpent() throws Exception {
        Meter meter = new Meter(Budget.builder().maxTokens(150).pricing(CENTS).build(), "m");
        meter.answered(meter.reserve(HUNDRED), used(40, 20));

        assertThatThrownBy(() -> meter.reserve(HUNDRED))
                .isInstanceOf(LLMBudgetExceededException.class)
                .hasMessage("The budget does not cover another call: Budget[tokens 150], spent 1 calls, 60 tokens,"
                        + " $0.6.");
    }

    @Test
    void reserve_coversCallsTokensAndMoney() throws Exception {
        Meter calls = new Meter(Budget.builder().maxCalls(1).build(), "m");
        calls.answered(calls.reserve(HUNDRED), used(0, 0));
        assertThatThrownBy(() -> calls.reserve(HUNDRED)).hasMessageContaining("Budget[calls 1");

        Meter money = new Meter(Budget.builder().maxCost(1.99).pricing(CENTS).build(), "m");
        money.answered(money.reserve(HUNDRED), used(50, 50));
        assertThatThrownBy(() -> money.reserve(HUNDRED)).hasMessageContaining("Budget[cost $1.99]");
    }

    @Test
    void reserve_waitsForCallsUnderWayAndTakesWhatTheyLeave() throws Exception {
        Meter meter = tokens(150);
        Meter.Reservation first = meter.reserve(HUNDRED);
        FutureTask<Meter.Reservation> second = new FutureTask<>(() -> meter.reserve(HUNDRED));
        Thread waiting = start(second);
        awaitWaiting(waiting);

        meter.answered(first, used(30, 20)); // 50 of the 100: 100 are left

        assertThat(second.get().tokens()).isEqualTo(100);
    }

    @Test
    void reserve_givesUpWhenNothingIsUnderWayAnyMore() throws Exception {
        Meter meter = tokens(150);
        Meter.Reservation first = meter.reserve(HUNDRED);
        FutureTask<Meter.Reservation> second = new FutureTask<>(() -> meter.reserve(HUNDRED));
        awaitWaiting(start(second));

        meter.answered(first, used(31, 20)); // 51: one too many

        assertThatThrownBy(second::get).hasCauseInstanceOf(LLMBudgetExceededException.class);
    }

    @Test
    void reserve_isEndedByAnInterrupt() throws Exception {
        Meter meter = tokens(100);
        meter.reserve(HUNDRED);
        FutureTask<Meter.Reservation> second = new FutureTask<>(() -> meter.reserve(HUNDRED));
        Thread waiting = start(second);
        awaitWaiting(waiting);

        waiting.interrupt();

        assertThatThrownBy(second::get).hasCauseInstanceOf(InterruptedException.class);
        assertThat(meter.usage().calls()).isEqualTo(1);
    }

    @Test
    void reserve_doesNotOverflow() throws Exception {
        Meter meter = tokens(Long.MAX_VALUE);

        for (int i = 0; i < 1000; i++) {
            meter.reserve(HUNDRED.withMaxTokens(Integer.MAX_VALUE));
        }

        assertThat(meter.usage().calls()).isEqualTo(1000);
    }

    @Test
    void failed_givesBackWhatWasSetAside() throws Exception {
        Meter meter = tokens(100);
        for (int i = 0; i < 5; i++) {
            meter.failed(
                    meter.reserve(HUNDRED), new LLMUnavailableException("down", Failure.answered(500, "", null), null));
        }

        assertThat(meter.usage().calls()).isEqualTo(5);
        assertThat(meter.usage().failed()).isEqualTo(5);
        assertThat(meter.usage().tokens()).isEqualTo(Usage.NONE);
    }

    @Test
    void failed_countsInFullWhatMayHaveBeenBilled() throws Exception {
        Meter meter = tokens(299);
        LLMTimeoutException lost = new LLMTimeoutException("late", Failure.lost(new IOException(), true));

        meter.failed(meter.reserve(HUNDRED), lost);
        meter.failed(meter.reserve(HUNDRED), lost);

        assertThat(meter.usage().maybeBilled()).isEqualTo(2);
        assertThat(meter.usage().tokens()).isEqualTo(Usage.NONE); // what is not known is not in the sum
        assertThatThrownBy(() -> meter.reserve(HUNDRED))
                .isInstanceOf(LLMBudgetExceededException.class)
                .hasMessageContaining("spent 2 calls, 200 tokens");
    }

    @Test
    void answered_countsLostAttemptsInFull() throws Exception {
        Meter meter = new Meter(Budget.builder().maxCost(2.5).pricing(CENTS).build(), "m");

        meter.answered(meter.reserve(HUNDRED), attempts(4, 1, Duration.ZERO)); // one dollar perhaps, besides

        assertThat(meter.usage().maybeBilled()).isEqualTo(1);
        assertThat(meter.usage().retries()).isEqualTo(3);
        assertThat(meter.usage().cost()).hasValue(0);
        meter.answered(meter.reserve(HUNDRED), used(50, 50));
        assertThatThrownBy(() -> meter.reserve(HUNDRED)).isInstanceOf(LLMBudgetExceededException.class);
    }

    @Test
    void abandoned_givesBackWhatWasSetAside() throws Exception {
        Meter meter = tokens(100);

        meter.abandoned(meter.reserve(HUNDRED));
        meter.reserve(HUNDRED);

        assertThat(meter.usage().failed()).isEqualTo(1);
    }

    /** 0.1 + 0.1 + 0.1 is 0.30000000000000004 in binary. */
    @Test
    void reserve_isNotRefusedForTheRoundingOfASum() throws Exception {
        Pricing tenth = Pricing.empty(LocalDate.EPOCH).with("m", 1000, 1000, 1000); // 100 tokens for 10 cents
        Meter one = new Meter(Budget.builder().maxCost(0.3).pricing(tenth).build(), "m");
        for (int i = 0; i < 3; i++) {
            one.answered(one.reserve(HUNDRED), used(50, 50));
        }
        assertThatThrownBy(() -> one.reserve(HUNDRED)).isInstanceOf(LLMBudgetExceededException.class);

        Meter together = new Meter(Budget.builder().maxCost(0.3).pricing(tenth).build(), "m");
        for (int i = 0; i < 3; i++) {
            together.reserve(HUNDRED);
        }
        assertThat(together.usage().calls()).isEqualTo(3);
    }

    // ---------------------------------------------------------------- what is counted

    @Test
    void usage_ofARunThatHasNotBegun() {
        RunUsage usage = new Meter(Budget.UNLIMITED, "m").usage();

        assertThat(usage.calls()).isZero();
        assertThat(usage.tokens()).isEqualTo(Usage.NONE);
        assertThat(usage.medianLatency()).isZero();
        assertThat(usage.p95Latency()).isZero();
        assertThat(usage.maxLatency()).isZero();
    }

    @Test
    void usage_addsUpTokensAndMoney() throws Exception {
        Meter meter = new Meter(Budget.UNLIMITED, "gpt-4.1");
        meter.answered(
                meter.reserve(HUNDRED),
                ChatResponse.of("ok").withModel("gpt-4.1-2025-04-14").withUsage(new Usage(1000, 100, 400)));
        meter.answered(
                meter.reserve(HUNDRED),
                ChatResponse.of("ok").withUsage(new Usage(1000, 100, 0))); // "custom": the run's

        assertThat(meter.usage().tokens()).isEqualTo(new Usage(2000, 200, 400));
        // $2 a million, $0.50 cached, $8 out: (600*2 + 400*0.5 + 100*8) + (1000*2 + 100*8) = 2200 + 2800 millionths
        assertThat(meter.usage().cost().orElseThrow()).isCloseTo(0.005, within(1e-12));
    }

    @Test
    void usage_pricesAnAnswerByTheModelThatGaveIt() throws Exception {
        Meter meter = new Meter(Budget.UNLIMITED, "gpt-4.1");

        meter.answered(
                meter.reserve(HUNDRED),
                ChatResponse.of("ok").withModel("gpt-4.1-mini-2025-04-14").withUsage(new Usage(1_000_000, 0, 0)));

        assertThat(meter.usage().cost().orElseThrow()).isCloseTo(0.40, within(1e-12));
    }

    @Test
    void usage_doesNotGuessAPrice() throws Exception {
        Meter meter = new Meter(Budget.UNLIMITED, "llama");
        meter.answered(meter.reserve(HUNDRED), ChatResponse.of("ok").withModel("gpt-4.1"));
        assertThat(meter.usage().cost()).isPresent();

        meter.answered(meter.reserve(HUNDRED), ChatResponse.of("ok").withModel("llama"));
        assertThat(meter.usage().cost()).isEmpty();
    }

    @Test
    void usage_countsRetriesOfAnswersAndFailures() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        ChatModel broken = request -> {
            calls.incrementAndGet();
            throw new LLMUnavailableException("down", Failure.answered(500, "", null), null);
        };
        ChatModel model = CallPolicy.builder()
                .maxAttempts(4)
                .sleeper(duration -> {})
                .build()
                .wrap(broken);
        Meter meter = new Meter(Budget.UNLIMITED, "m");
        meter.answered(meter.reserve(HUNDRED), attempts(3, 0, Duration.ZERO));
        Meter.Reservation second = meter.reserve(HUNDRED);
        try {
            model.chat(HUNDRED);
        } catch (LLMUnavailableException e) {
            meter.failed(second, e);
        }

        assertThat(calls).hasValue(4);
        assertThat(meter.usage().retries()).isEqualTo(2 + 3);
        assertThat(meter.usage().failed()).isEqualTo(1);
        assertThat(meter.usage().calls()).isEqualTo(2);
    }

    @Test
    void usage_showsLatenciesOfAnswers() throws Exception {
        Meter meter = new Meter(Budget.UNLIMITED, "m");
        for (int millis = 10; millis <= 1000; millis += 10) {
            meter.answered(meter.reserve(HUNDRED), attempts(1, 0, Duration.ofMillis(millis)));
        }
        meter.failed(meter.reserve(HUNDRED), new LLMTimeoutException("late", Failure.UNKNOWN));

        assertThat(meter.usage().medianLatency().toNanos()).isCloseTo(500_000_000L, Percentage.withPercentage(2));
        assertThat(meter.usage().p95Latency().toNanos()).isCloseTo(950_000_000L, Percentage.withPercentage(2));
        assertThat(meter.usage().maxLatency()).isEqualTo(Duration.ofSeconds(1));
    }

    private static Thread start(Runnable code) {
        Thread thread = new Thread(code);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            assertThat(thread.isAlive()).isTrue();
            Thread.onSpinWait();
        }
    }

    // ---------------------------------------------------------------- parts

    @Test
    void part_countsByItselfAndInTheWhole() throws Exception {
        Meter whole = new Meter(Budget.builder().pricing(CENTS).build(), "m");
        Meter part = whole.part("m");
        whole.answered(whole.reserve(HUNDRED), used(1, 1));

        part.answered(part.reserve(HUNDRED), used(40, 20));
        part.journalled(used(5, 5));
        part.givenUp();
        part.failed(part.reserve(HUNDRED), new LLMTimeoutException("late", Failure.UNKNOWN));
        part.abandoned(part.reserve(HUNDRED));

        // answered, journalled, given up, failed, abandoned: five calls, of which three failed
        assertThat(part.usage().calls()).isEqualTo(5);
        assertThat(part.usage().failed()).isEqualTo(3);
        assertThat(part.usage().journalled()).isEqualTo(1);
        assertThat(part.usage().tokens()).isEqualTo(new Usage(45, 25, 0));
        assertThat(part.usage().cost().orElseThrow()).isCloseTo(0.70, within(1e-9));
        assertThat(whole.usage().calls()).isEqualTo(6);
        assertThat(whole.usage().failed()).isEqualTo(3);
        assertThat(whole.usage().journalled()).isEqualTo(1);
        assertThat(whole.usage().tokens()).isEqualTo(new Usage(46, 26, 0));
        assertThat(whole.usage().cost().orElseThrow()).isCloseTo(0.72, within(1e-9));
    }

    @Test
    void part_spendsTheBudgetOfTheWhole() throws Exception {
        Meter whole = tokens(150);
        Meter first = whole.part("a");
        Meter second = whole.part("b");
        first.answered(first.reserve(HUNDRED), used(30, 30));

        // 60 of 150 are spent: another 100 do not fit
        assertThatThrownBy(() -> second.reserve(HUNDRED)).isInstanceOf(LLMBudgetExceededException.class);
        assertThat(second.usage().calls()).isZero();
    }

    @Test
    void part_ofAPartSpendsTheBudgetOfTheWhole() throws Exception {
        Meter whole = tokens(150);
        Meter part = whole.part("a");
        Meter inner = part.part("b");

        inner.answered(inner.reserve(HUNDRED), used(30, 30));

        assertThat(whole.usage().calls()).isEqualTo(1);
        assertThat(part.usage().calls()).isEqualTo(1);
        assertThat(whole.usage().tokens()).isEqualTo(new Usage(30, 30, 0));
        // 60 of 150 are spent: another 100 do not fit
        assertThatThrownBy(() -> inner.reserve(HUNDRED)).isInstanceOf(LLMBudgetExceededException.class);
        assertThat(inner.usage().calls()).isEqualTo(1);
    }

    @Test
    void part_waitsForCallsOfOtherParts() throws Exception {
        Meter whole = tokens(150);
        Meter first = whole.part("a");
        Meter second = whole.part("b");
        Meter.Reservation underWay = first.reserve(HUNDRED);
        FutureTask<Meter.Reservation> waiting = new FutureTask<>(() -> second.reserve(HUNDRED));
        awaitWaiting(start(waiting));

        first.answered(underWay, used(30, 20));

        assertThat(waiting.get().tokens()).isEqualTo(100);
    }

    @Test
    void part_hasThePriceOfItsOwnModel() throws Exception {
        Pricing pricing = CENTS.with("dear", 20_000, 20_000, 20_000);
        Meter whole = new Meter(Budget.builder().pricing(pricing).build(), "m");
        Meter dear = whole.part("dear");

        // a name that no table has: what counts is the model that was asked, also in the whole
        dear.answered(dear.reserve(HUNDRED), used(10, 0).withModel("dear-2026-01-01"));

        assertThat(dear.usage().cost().orElseThrow()).isCloseTo(0.20, within(1e-9));
        assertThat(whole.usage().cost().orElseThrow()).isCloseTo(0.20, within(1e-9));
    }
}
