package io.rapidfit.llm.run;

import io.rapidfit.internal.Require;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.CallProgress;
import io.rapidfit.llm.Cancellation;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Journal;
import io.rapidfit.llm.LLMAuthenticationException;
import io.rapidfit.llm.LLMBudgetExceededException;
import io.rapidfit.llm.LLMCancelledException;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.LLMGivenUpException;
import io.rapidfit.llm.LLMQuotaException;
import io.rapidfit.llm.RunUsage;
import io.rapidfit.llm.reply.Reply;
import io.rapidfit.llm.reply.ReplyShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one purpose under one budget, which one cancellation ends and one account counts.
 *
 * <pre>{@code
 * CallRun run = CallRun.builder().chatModel(model).budget(Budget.builder().maxCost(1).build()).build();
 * List<CallResult> results = run.chatAll(requests);
 * run.usage().display(System.out);
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class CallRun {

    private static final int MOST_AT_ONCE = 10_000;

    private final ChatModel model;
    private final int concurrency;
    private final int maxTokens;
    private final Budget budget;
    private final Cancellation cancellation;
    private final Consumer<CallProgress> onProgress;
    private final @Nullable Journal journal;
    private final boolean independent;
    private final Map<String, ChatRequest> failed;
    private final AtomicReference<@Nullable LLMException> end = new AtomicReference<>();
    private final Meter meter;

    private CallRun(Builder builder, ChatModel model) {
        this.model = model;
        this.concurrency = builder.concurrency == null ? concurrency(model) : builder.concurrency;
        this.maxTokens = builder.maxTokens;
        this.budget = builder.budget;
        this.cancellation = builder.cancellation;
        this.onProgress = builder.onProgress;
        this.journal = builder.journal;
        this.independent = builder.independent;
        this.failed = new ConcurrentSkipListMap<>();
        this.meter = new Meter(builder.budget, model.modelId());
    }

    private CallRun(CallRun whole, ChatModel model, Consumer<CallProgress> onProgress) {
        this.model = model;
        this.concurrency = concurrency(model);
        this.maxTokens = whole.maxTokens;
        this.budget = whole.budget;
        this.cancellation = whole.cancellation;
        this.onProgress = onProgress;
        this.journal = whole.journal;
        this.independent = whole.independent;
        this.failed = whole.failed;
        this.meter = whole.meter.part(model.modelId());
    }

    private static int concurrency(ChatModel model) {
        return Require.inRange("maxConcurrency of model " + model.modelId(), model.maxConcurrency(), 1, MOST_AT_ONCE);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Whether a failure would be every other call's too: a refused key, an empty account, a spent budget, a cancellation. */
    public static boolean concernsAll(LLMException failure) {
        return failure instanceof LLMAuthenticationException
                || failure instanceof LLMQuotaException
                || failure instanceof LLMBudgetExceededException
                || failure instanceof LLMCancelledException;
    }

    /**
     * A part of this run that asks a model of its own, as many calls at once as that lets through. It spends this run's budget,
     * ends with its cancellation and keeps answers in its journal, where the names of all questions must differ. What it spends
     * is in its own {@link #usage()} and in this run's.
     *
     * @param onProgress as {@link Builder#onProgress}, of the part's calls
     * @throws IllegalArgumentException if the budget is in money and the model's price is not known
     */
    public CallRun part(ChatModel model, Consumer<CallProgress> onProgress) {
        budget.requirePrice(Require.nonNull("model", model).modelId());
        return new CallRun(this, model, Require.nonNull("onProgress", onProgress));
    }

    /** Spent so far. */
    public RunUsage usage() {
        return meter.usage();
    }

    /**
     * Makes one call.
     *
     * @throws LLMException if it fails, is cancelled or not covered by the budget
     */
    public ChatResponse chat(ChatRequest request) {
        return cancellation.guard(() -> call(null, request));
    }

    /**
     * Asks for data. Where the answer cannot be read, or records are missing, the model is told so and asked a second
     * time; records that were read keep their places. What is missing after that, {@link Reply} says.
     *
     * @throws LLMException if the first call fails, is cancelled or not covered by the budget; a failure of the second
     *     leaves what the first gave
     */
    public AskResult ask(ChatRequest request, ReplyShape shape) {
        return new Asking(shape, this::chat, this::chat).ask(request);
    }

    /**
     * Asks all questions, several at once, as {@link #chatAll} makes calls. Answers that the journal has are taken from
     * there; others are in the journal before this returns. Where the run's end, such as a spent budget, kept a question
     * from being asked a second time, the answer is what the first try gave, and whatever is asked afterwards fails.
     *
     * @return one answer a question, in the order of the questions
     */
    public List<Answer> askAll(List<Question> questions) {
        LLMException ended = end.get();
        if (ended != null) {
            return questions.stream()
                    .map(question -> new Answer(question, null, ended))
                    .toList();
        }
        giveUpFailed();
        return new Batch<>(questions, this::answer, (question, failure) -> new Answer(question, null, failure)).run();
    }

    /**
     * The run came to its end: what failed is given up, and the journal, where there is one, finished. A run that breaks off
     * does not say so, and can be tried again.
     */
    public void finish() {
        giveUpFailed();
        if (journal != null) {
            journal.finish();
        }
    }

    /** Whoever asks on has seen what failed before, and does without. A run that ends there may try again. */
    void giveUpFailed() {
        if (journal != null && !independent) {
            failed.forEach(journal::giveUp);
            failed.clear();
        }
    }

    private Answer answer(Question question) {
        String call = question.call();
        ReplyShape shape = question.shape();
        if (shape == null) {
            ChatResponse response = cancellation.guard(() -> call(call, question.request()));
            return new Answer(question, AskResult.verbatim(response), null);
        }
        Asking asking = new Asking(shape, request -> cancellation.guard(() -> call(call, request)), request -> {
            try {
                return cancellation.guard(() -> call(call + "/again", request));
            } catch (LLMException e) {
                if (concernsAll(e)) { // it will not be seen in the answer
                    end.compareAndSet(null, e);
                }
                throw e;
            }
        });
        return new Answer(question, asking.ask(question.request()), null);
    }

    /** @param name under which the journal keeps the answer; null if it does not */
    private ChatResponse call(@Nullable String name, ChatRequest request) {
        if (journal == null || name == null) {
            return call(request);
        }
        ChatResponse known = journal.find(name, request);
        if (known != null) {
            meter.journalled(known);
            return known;
        }
        if (journal.isGivenUp(name, request)) {
            meter.givenUp();
            throw new LLMGivenUpException();
        }
        ChatResponse response;
        try {
            response = call(request);
        } catch (LLMException e) {
            if (!concernsAll(e)) { // else nothing was asked afterwards that depends on it
                failed.put(name, request);
            }
            throw e;
        }
        journal.add(name, request, response);
        return response;
    }

    private ChatResponse call(ChatRequest request) {
        // What an answer may cost is only bounded if its length is.
        ChatRequest bounded =
                request.maxTokens() == null && budget.capsTokensOrCost() ? request.withMaxTokens(maxTokens) : request;
        Meter.Reservation reservation = reserve(bounded);
        ChatResponse response;
        try {
            response = model.chat(bounded);
        } catch (LLMException e) {
            meter.failed(reservation, e);
            throw e;
        } catch (Throwable e) { // from Kotlin or Scala also a checked one
            meter.abandoned(reservation);
            throw e;
        }
        meter.answered(reservation, response);
        return response;
    }

    private Meter.Reservation reserve(ChatRequest request) {
        try {
            return meter.reserve(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LLMCancelledException("interrupted while waiting for the budget");
        }
    }

    /**
     * Makes all calls, several at once, and returns when the last has ended. A failure of one does not end the others,
     * unless it would be theirs too: a refused key, an empty account, a spent budget, a cancellation. Then the calls not
     * yet made fail with it at once, and what was answered is returned all the same. An interrupt of the calling thread
     * is such a cancellation; its status stays set.
     *
     * @return one result a request, in the order of the requests
     */
    public List<CallResult> chatAll(List<ChatRequest> requests) {
        return new Batch<>(
                        requests,
                        request -> new CallResult(request, chat(request), null),
                        (request, failure) -> new CallResult(request, null, failure))
                .run();
    }

    /**
     * Does several tasks at once, as many as {@link #chatAll} makes calls, and returns when the last has ended: for tasks of several
     * calls, one after another. They make their calls by a {@link #part}, which this run's {@link Builder#onProgress} is not told of;
     * it is told of each task.
     *
     * @param task what it throws ends the run, unless it is an {@link LLMException}
     * @param failure what becomes of a task that threw one, or was not begun since the calling thread was interrupted
     * @return one result a task, in their order
     */
    public <T, R> List<R> doAll(List<T> tasks, Function<T, R> task, BiFunction<T, LLMException, R> failure) {
        return new Batch<>(tasks, task, failure).run();
    }

    /**
     * One {@link #chatAll}, {@link #askAll} or {@link #doAll}.
     *
     * @param <Q> what is asked
     * @param <A> what became of it
     */
    private final class Batch<Q, A> {

        private final List<Q> questions;
        private final Function<Q, A> answer;
        private final BiFunction<Q, LLMException, A> failure;
        private final List<@Nullable A> results;
        private final AtomicInteger next = new AtomicInteger();
        private final Cancellation interrupt = new Cancellation();
        private final AtomicReference<@Nullable LLMException> stop = new AtomicReference<>();
        private final AtomicReference<@Nullable Throwable> bug = new AtomicReference<>();
        private int done;

        Batch(List<Q> questions, Function<Q, A> answer, BiFunction<Q, LLMException, A> failure) {
            this.questions = List.copyOf(questions);
            this.answer = answer;
            this.failure = failure;
            this.results = new ArrayList<>(Collections.nCopies(questions.size(), null));
        }

        List<A> run() {
            if (Thread.currentThread().isInterrupted()) {
                interrupt.cancel(); // else calls would start, and be broken off, before anybody looks
            }
            List<Thread> workers = new ArrayList<>();
            for (int i = 0; i < Math.min(concurrency, questions.size()); i++) {
                Thread worker = new Thread(this::work, "rapidfit-call-" + i);
                worker.setDaemon(true);
                workers.add(worker);
                worker.start();
            }
            boolean interrupted = false;
            for (Thread worker : workers) {
                interrupted |= join(worker);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            rethrow(bug.get());
            return results.stream().map(Objects::requireNonNull).toList(); // all workers have ended
        }

        /** Waits for a worker; an interrupt of this thread ends all calls, and the waiting goes on until they have. */
        private boolean join(Thread worker) {
            boolean interrupted = false;
            while (true) {
                try {
                    worker.join();
                    return interrupted;
                } catch (InterruptedException e) {
                    interrupted = true;
                    interrupt.cancel();
                }
            }
        }

        private void work() {
            for (int i = next.getAndIncrement(); i < questions.size(); i = next.getAndIncrement()) {
                try {
                    results.set(i, result(questions.get(i)));
                    report();
                } catch (Throwable e) { // of an adapter, or of the caller's onProgress
                    bug.compareAndSet(null, e);
                    stop.compareAndSet(null, new LLMCancelledException("the run ended with " + e));
                    interrupt.cancel();
                }
            }
        }

        private A result(Q question) {
            LLMException stopped = stop.get();
            if (stopped != null) {
                return failure.apply(question, stopped);
            }
            try {
                return interrupt.guard(() -> answer.apply(question));
            } catch (LLMException e) {
                if (concernsAll(e)) {
                    stop.compareAndSet(null, e);
                }
                return failure.apply(question, e);
            }
        }

        private synchronized void report() {
            if (bug.get() != null) {
                return; // onProgress is not called again after it threw
            }
            done++;
            onProgress.accept(new CallProgress(done, questions.size(), usage()));
        }

        private static void rethrow(@Nullable Throwable bug) {
            if (bug instanceof RuntimeException e) {
                throw e;
            }
            if (bug instanceof Error e) {
                throw e;
            }
            if (bug != null) {
                throw new IllegalStateException("the model threw a checked exception: " + bug, bug);
            }
        }
    }

    /** Not thread-safe. */
    public static final class Builder {

        private @Nullable ChatModel chatModel;
        private @Nullable Integer concurrency;
        private int maxTokens = 4096;
        private Budget budget = Budget.UNLIMITED;
        private Cancellation cancellation = new Cancellation();
        private Consumer<CallProgress> onProgress = progress -> {};
        private @Nullable Journal journal;
        private boolean independent;

        private Builder() {}

        /** Required. */
        public Builder chatModel(ChatModel chatModel) {
            this.chatModel = Require.nonNull("chatModel", chatModel);
            return this;
        }

        /**
         * How many calls {@link #chatAll} makes at once, at least 1; the model's policy may allow fewer. Defaults to the model's
         * {@link ChatModel#maxConcurrency}.
         */
        public Builder concurrency(int concurrency) {
            this.concurrency = Require.inRange("concurrency", concurrency, 1, MOST_AT_ONCE);
            return this;
        }

        /** Longest answer of requests that do not say, where the budget caps tokens or money. Defaults to 4096. */
        public Builder maxTokens(int maxTokens) {
            this.maxTokens = Require.inRange("maxTokens", maxTokens, 1, Integer.MAX_VALUE);
            return this;
        }

        /** Defaults to {@link Budget#UNLIMITED}. */
        public Builder budget(Budget budget) {
            this.budget = Require.nonNull("budget", budget);
            return this;
        }

        /** Ends the run from elsewhere. By default only an interrupt does. */
        public Builder cancellation(Cancellation cancellation) {
            this.cancellation = Require.nonNull("cancellation", cancellation);
            return this;
        }

        /** Where {@link #askAll} keeps and finds answers. By default it does not; {@link #chat}, {@link #chatAll} and {@link #ask} never do. */
        public Builder journal(Journal journal) {
            this.journal = Require.nonNull("journal", journal);
            return this;
        }

        /**
         * Whether no question depends on what became of another. Then a later try of the run asks again what failed in this one,
         * where it would otherwise go on without it, as this one did. Defaults to false.
         */
        public Builder independent(boolean independent) {
            this.independent = independent;
            return this;
        }

        /** After each call of {@link #chatAll} and {@link #askAll}, one at a time, on the thread that made it. What it throws ends the run. */
        public Builder onProgress(Consumer<CallProgress> onProgress) {
            this.onProgress = Require.nonNull("onProgress", onProgress);
            return this;
        }

        /**
         * Checks that everything fits.
         *
         * @throws IllegalStateException if {@code chatModel} is missing
         * @throws IllegalArgumentException if the budget is in money and the model's price is not known
         */
        public CallRun build() {
            if (chatModel == null) {
                throw new IllegalStateException("chatModel is required: CallRun.builder().chatModel(model)");
            }
            budget.requirePrice(chatModel.modelId());
            return new CallRun(this, chatModel);
        }
    }
}
