package io.rapidfit.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimiterTest {

    private final FakeTime time = new FakeTime();

    /** What is asked of the sleeper while the clock stands still. */
    private final List<Duration> askedAtOnce = new ArrayList<>();

    /** A prompt of 44 bytes and 16 around it are 60 / 3 = 20 tokens, and 80 for the answer: 100 are reserved. */
    private static final ChatRequest HUNDRED =
            ChatRequest.builder().user("x".repeat(44)).maxTokens(80).build();

    private CallPolicy.Builder frozen() {
        return CallPolicy.builder().clock(time).sleeper(askedAtOnce::add);
    }

    private static ChatResponse used(long tokens) {
        return ChatResponse.of("ok").withUsage(new Usage(tokens, 0, 0));
    }

    private static ChatResponse saying(Long requests, Duration requestsReset, Long tokens, Duration tokensReset) {
        RateLimitStatus status = new RateLimitStatus(requests, requestsReset, tokens, tokensReset);
        return new ChatResponse("ok", FinishReason.STOP, Usage.NONE, "custom", null, Duration.ZERO, status, 1, 0);
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    private static void reserve(RateLimiter limiter, int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            limiter.reserve(HUNDRED);
        }
    }

    // ---------------------------------------------------------------- requests a minute

    @Test
    void reserve_withoutLimitsNeverWaits() throws Exception {
        reserve(new RateLimiter(frozen().build()), 1000);

        assertThat(askedAtOnce).isEmpty();
    }

    @Test
    void reserve_letsAMinutesRequestsThroughAtOnceAndThenOneAtATime() throws Exception {
        RateLimiter limiter =
                new RateLimiter(time.policy().requestsPerMinute(60).build());

        reserve(limiter, 60);
        assertThat(time.waits()).isEmpty(); // the bucket starts full

        reserve(limiter, 3);
        assertThat(time.waits()).containsExactly(seconds(1), seconds(1), seconds(1)); // 60 a minute are 1 a second
    }

    @Test
    void reserve_makesLaterComersWaitBehindEarlierOnes() throws Exception {
        RateLimiter limiter = new RateLimiter(frozen().requestsPerMinute(20).build());

        reserve(limiter, 23);

        // 20 a minute are one in 3 s; the clock stands still, so each waits behind those before it
        assertThat(askedAtOnce).containsExactly(seconds(3), seconds(6), seconds(9));
    }

    @Test
    void reserve_fillsTheBucketAsTimePassesButNoHigherThanAMinutesWorth() throws Exception {
        RateLimiter limiter = new RateLimiter(frozen().requestsPerMinute(6).build());
        reserve(limiter, 6);

        time.advance(seconds(25)); // 2.5 requests
        reserve(limiter, 3); // 0.5 too many, at one in 10 s
        assertThat(askedAtOnce).containsExactly(seconds(5));

        time.advance(Duration.ofHours(5));
        askedAtOnce.clear();
        reserve(limiter, 7);
        assertThat(askedAtOnce).containsExactly(seconds(10));
    }

    @Test
    void reserve_isNotUpsetByAClockThatGoesBack() throws Exception {
        RateLimiter limiter = new RateLimiter(frozen().requestsPerMinute(1).build());
        reserve(limiter, 1);

        time.advance(seconds(-3600));
        reserve(limiter, 1);

        assertThat(askedAtOnce).containsExactly(seconds(60));
    }

    // ---------------------------------------------------------------- tokens a minute

    @Test
    void reserve_setsAsideAThirdOfThePromptsBytesAndTheWholeAnswer() throws Exception {
        RateLimiter limiter = new RateLimiter(time.policy().build());

        assertThat(limiter.reserve(HUNDRED)).isEqualTo(100);
        // without a maximum, 1000 for the answer; 5 + 16 bytes are 7
        assertThat(limiter.reserve(ChatRequest.of("hello"))).isEqualTo(1007);
    }

    @Test
    void reserve_waitsUntilItsTokensArePaidFor() throws Exception {
        RateLimiter limiter = new RateLimiter(time.policy().tokensPerMinute(300).build());

        reserve(limiter, 5);

        // three fill the minute; then 100 tokens at 300 a minute take 20 s each
        assertThat(time.waits()).containsExactly(seconds(20), seconds(20));
    }

    @Test
    void reserve_ofMoreThanAMinutesWorthWaitsAndGoesThrough() throws Exception {
        RateLimiter limiter = new RateLimiter(time.policy().tokensPerMinute(40).build());

        reserve(limiter, 2);

        // 40 - 100 = -60, at 40 a minute 90 s; then from 0, -100 are 150 s
        assertThat(time.waits()).containsExactly(seconds(90), seconds(150));
    }

    @Test
    void reserve_waitsForTheLongerOfBoth() throws Exception {
        RateLimiter limiter = new RateLimiter(
                frozen().requestsPerMinute(1).tokensPerMinute(150).build());

        reserve(limiter, 3);

        // requests: 0, 60, 120 s; tokens: 50 left, then -50 = 20 s, -150 = 60 s
        assertThat(askedAtOnce).containsExactly(seconds(60), seconds(120));
    }

    @Test
    void settle_givesBackWhatTheCallDidNotUse() throws Exception {
        RateLimiter limiter = new RateLimiter(frozen().tokensPerMinute(300).build());
        reserve(limiter, 3);

        limiter.settle(100, used(40)); // 60 come back
        limiter.settle(100, used(70)); // 30 more
        reserve(limiter, 1);

        // 0 + 90 - 100 = -10, at 5 a second
        assertThat(askedAtOnce).containsExactly(seconds(2));
    }

    @Test
    void settle_chargesWhatTheCallUsedMore() throws Exception {
        RateLimiter limiter = new RateLimiter(frozen().tokensPerMinute(300).build());
        reserve(limiter, 1);

        limiter.settle(100, used(350)); // 250 more than set aside: 300 - 350 = -50
        reserve(limiter, 1);

        assertThat(askedAtOnce).containsExactly(seconds(30)); // -150 at 5 a second
    }

    @Test
    void settle_keepsTheReservationWhereTheModelDoesNotSay() throws Exception {
        RateLimiter limiter = new RateLimiter(frozen().tokensPerMinute(100).build());
        reserve(limiter, 1);

        limiter.settle(100, ChatResponse.of("ok"));
        reserve(limiter, 1);

        assertThat(askedAtOnce).containsExactly(seconds(60));
    }

    @Test
    void settle_neverFillsAboveAMinutesWorth() throws Exception {
        RateLimiter limiter = new RateLimiter(frozen().tokensPerMinute(100).build());
        reserve(limiter, 1);

        limiter.settle(1_000_000, used(1));
        reserve(limiter, 2);

        assertThat(askedAtOnce).containsExactly(seconds(60)); // one is covered, not ten thousand
    }

    /** One call, then a second: how long that waits says what the first gave back. */
    private List<Duration> waitAfter(RuntimeException failure) {
        RuntimeException[] next = {failure};
        ChatModel model = frozen().tokensPerMinute(100).maxAttempts(1).build().wrap(request -> {
            RuntimeException e = next[0];
            next[0] = null;
            if (e != null) {
                throw e;
            }
            return ChatResponse.of("ok");
        });
        assertThatThrownBy(() -> model.chat(HUNDRED)).isSameAs(failure);
        model.chat(HUNDRED);
        return askedAtOnce;
    }

    @Test
    void failure_withoutABillGivesItsReservationBack() {
        assertThat(waitAfter(new LLMUnavailableException("down", Failure.answered(500, "", null), null)))
                .isEmpty();
    }

    @Test
    void failure_thatMayHaveBeenBilledKeepsItsReservation() {
        assertThat(waitAfter(new LLMTimeoutException("late", Failure.lost(new RuntimeException(), true))))
                .containsExactly(seconds(60));
    }

    @Test
    void failure_ofAnAdapterGivesItsReservationBack() {
        assertThat(waitAfter(new IllegalStateException("bug"))).isEmpty();
    }

    @Test
    void retry_takesARequestAndTokensAgain() {
        int[] calls = {0};
        ChatModel model = frozen().requestsPerMinute(2).build().wrap(request -> {
            if (calls[0]++ == 0) {
                throw new LLMRateLimitException("fast", Failure.answered(429, "", null), Duration.ZERO);
            }
            return ChatResponse.of("ok");
        });

        model.chat(HUNDRED);
        model.chat(HUNDRED);

        assertThat(askedAtOnce).containsExactly(seconds(30)); // the third request of a minute for two
    }

    /** The cancelled calls of one run once held up the next run of the same model. */
    @Test
    void reserve_interruptedGivesBackWhatItTook() throws Exception {
        boolean[] interrupt = {true};
        RateLimiter limiter = new RateLimiter(CallPolicy.builder()
                .requestsPerMinute(1)
                .tokensPerMinute(100)
                .clock(time)
                .sleeper(wait -> {
                    if (interrupt[0]) {
                        throw new InterruptedException();
                    }
                    askedAtOnce.add(wait);
                })
                .build());
        reserve(limiter, 1);
        for (int i = 0; i < 16; i++) {
            assertThatThrownBy(() -> limiter.reserve(HUNDRED)).isInstanceOf(InterruptedException.class);
        }

        interrupt[0] = false;
        reserve(limiter, 1);

        assertThat(askedAtOnce).containsExactly(seconds(60)); // as if the sixteen had never come, not 17 minutes
    }

    // ---------------------------------------------------------------- what the server says

    @Test
    void settle_pausesEverybodyWhereTheServerHasNothingLeft() throws Exception {
        RateLimiter limiter = new RateLimiter(frozen().build());

        limiter.settle(0, saying(0L, seconds(5), null, null));
        reserve(limiter, 2);
        time.advance(seconds(2));
        reserve(limiter, 1);
        time.advance(seconds(3));
        reserve(limiter, 1);

        assertThat(askedAtOnce).containsExactly(seconds(5), seconds(5), seconds(3));
    }

    @Test
    void settle_pausesForTokensToo() throws Exception {
        RateLimiter limiter = new RateLimiter(frozen().build());

        limiter.settle(0, saying(9L, seconds(1), 0L, seconds(4)));
        reserve(limiter, 1);

        assertThat(askedAtOnce).containsExactly(seconds(4));
    }

    @Test
    void settle_waitsForTheLaterOfTwoResets() throws Exception {
        RateLimiter limiter = new RateLimiter(frozen().build());

        limiter.settle(0, saying(0L, seconds(9), 0L, seconds(4)));
        reserve(limiter, 1);

        assertThat(askedAtOnce).containsExactly(seconds(9));
    }

    @Test
    void settle_lowersTheLocalLimitToWhatTheServerHasLeft() throws Exception {
        RateLimiter limiter = new RateLimiter(frozen().requestsPerMinute(60).build());

        limiter.settle(0, saying(2L, seconds(30), null, null));
        reserve(limiter, 3);

        assertThat(askedAtOnce).containsExactly(seconds(1)); // two more, then one a second
    }

    @Test
    void settle_lowersTokensToo() throws Exception {
        RateLimiter limiter = new RateLimiter(frozen().tokensPerMinute(600).build());

        limiter.settle(0, saying(null, null, 150L, null));
        reserve(limiter, 2);

        assertThat(askedAtOnce).containsExactly(seconds(5)); // -50 at 10 a second
    }

    @Test
    void settle_neverRaisesTheLocalLimit() throws Exception {
        RateLimiter limiter = new RateLimiter(frozen().requestsPerMinute(1).build());
        reserve(limiter, 1);

        limiter.settle(0, saying(Long.MAX_VALUE, seconds(1), Long.MAX_VALUE, seconds(1)));
        reserve(limiter, 1);

        assertThat(askedAtOnce).containsExactly(seconds(60));
    }

    @Test
    void settle_neverPausesLongerThanTheLongestWait() throws Exception {
        RateLimiter limiter = new RateLimiter(frozen().maxDelay(seconds(10)).build());

        limiter.settle(0, saying(0L, Duration.ofSeconds(Long.MAX_VALUE), null, null));
        reserve(limiter, 1);

        assertThat(askedAtOnce).containsExactly(seconds(10));
    }

    @ParameterizedTest
    @CsvSource({"-1,5", "-9223372036854775808,5", "0,", "0,0", "0,-5", ",5", "1,5", "9223372036854775807,5"})
    void settle_takesNothingFromWhatMakesNoSense(Long remaining, Long reset) throws Exception {
        RateLimiter limiter = new RateLimiter(frozen().build());
        Duration resets = reset == null ? null : seconds(reset);

        limiter.settle(0, saying(remaining, resets, remaining, resets));
        reserve(limiter, 5);

        assertThat(askedAtOnce).isEmpty();
    }

    /** It once threw away the paid answer with an overflow. */
    @Test
    void settle_isNotUpsetByTheMostNegativeReset() throws Exception {
        RateLimiter limiter = new RateLimiter(frozen().build());

        limiter.settle(0, saying(0L, Duration.ofSeconds(Long.MIN_VALUE), null, null));
        reserve(limiter, 1);

        assertThat(askedAtOnce).isEmpty();
    }

    @Test
    void retryAfter_holdsTheOthersToo() {
        int[] calls = {0};
        ChatModel model = frozen().build().wrap(request -> {
            if (calls[0]++ == 0) {
                throw new LLMRateLimitException("fast", Failure.answered(429, "", null), seconds(7));
            }
            return ChatResponse.of("ok");
        });

        model.chat(HUNDRED); // refused, and again after 7 s
        model.chat(HUNDRED); // comes at the same time: the clock stands still

        assertThat(askedAtOnce).containsExactly(seconds(7), seconds(7));
    }

    @Test
    void pause_isNotShortenedByAShorterOne() throws Exception {
        RateLimiter limiter = new RateLimiter(frozen().build());

        limiter.pause(seconds(7));
        limiter.pause(seconds(2));
        limiter.pause(Duration.ZERO);
        reserve(limiter, 1);

        assertThat(askedAtOnce).containsExactly(seconds(7));
    }

    @Test
    void pause_andDebtAreWaitedForTogether() throws Exception {
        RateLimiter limiter = new RateLimiter(frozen().requestsPerMinute(6).build());
        reserve(limiter, 6);

        limiter.pause(seconds(15));
        reserve(limiter, 2); // 10 s and 20 s of debt

        assertThat(askedAtOnce).containsExactly(seconds(15), seconds(20));
    }
}
