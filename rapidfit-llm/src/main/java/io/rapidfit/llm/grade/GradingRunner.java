package io.rapidfit.llm.grade;

import io.rapidfit.check.Check;
import io.rapidfit.data.Example;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.Cancellation;
import io.rapidfit.llm.Forecast;
import io.rapidfit.llm.Journal;
import io.rapidfit.llm.run.CallRun;
import io.rapidfit.llm.run.WaveRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs several graders over examples.
 *
 * <pre>{@code
 * GradingRunner runner = GradingRunner.builder()
 *         .grader(Graders.correctness(model).build(), 2)            // counts twice in the aggregate
 *         .grader(Graders.completeness(model).build())
 *         .check("personal-data", PersonalData.builder().build())   // any check, with a model or without
 *         .journal(Path.of("journal"))
 *         .budget(Budget.builder().maxCost(5).build())
 *         .build();
 * runner.forecast(items).display(System.out);
 * GradingResult result = runner.run(items);
 * result.display(System.out);
 * List<Example> good = result.clean();
 * }</pre>
 *
 * <p>Each grader makes as many calls at once as its model's policy lets through, see {@link io.rapidfit.llm.CallPolicy}. What fails
 * is an error of this grader on this example; the rest of the run goes on. A grader whose model fails for good ends early, and so
 * do all at the end of the budget: what it did not get to is an error too.
 *
 * <p>Immutable, and thread-safe if its checks are; but two runs at the same time must not have the same journal.
 */
public final class GradingRunner {

    private static final String JOURNAL = "grades.jsonl";

    private final List<NamedCheck> graders;
    private final @Nullable Path journal;
    private final Budget budget;
    private final Cancellation cancellation;
    private final Consumer<GradingProgress> onProgress;

    private GradingRunner(Builder builder) {
        this.graders = List.copyOf(builder.graders);
        this.journal = builder.journal;
        this.budget = builder.budget;
        this.cancellation = builder.cancellation;
        this.onProgress = builder.onProgress;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Grades all examples and waits for it. Does not throw because calls fail: their findings say so.
     *
     * @param examples in any number, test samples too: a grade changes none, but whoever chooses or rewrites by it should know
     */
    public GradingResult run(Collection<? extends Example> examples) {
        return new GradingRun(
                        graders,
                        copy(examples),
                        onProgress,
                        models().findFirst().map(this::calls).orElse(null),
                        cancellation)
                .run();
    }

    /**
     * The same as a {@linkplain CallRun#part part} of another run, whose budget, journal and cancellation it shares; its own are
     * left aside.
     */
    public GradingResult run(Collection<? extends Example> examples, CallRun run) {
        return new GradingRun(graders, copy(examples), onProgress, run, new Cancellation()).run();
    }

    /**
     * Grades on a thread of its own.
     *
     * @see #runAsync(Collection, Executor)
     */
    public CompletableFuture<GradingResult> runAsync(Collection<? extends Example> examples) {
        return runAsync(examples, task -> {
            Thread thread = new Thread(task, "rapidfit-grading");
            thread.setDaemon(true);
            thread.start();
        });
    }

    /**
     * Grades on a thread of the executor, which waits there for the calls. Cancelling the future, or completing it in any other
     * way, breaks off the calls under way and makes no more; what was answered is in the journal, where there is one. For the
     * findings up to there end the run by its {@link Builder#cancellation} instead: then the future has them.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // of the hook: the run's own is returned
    public CompletableFuture<GradingResult> runAsync(Collection<? extends Example> examples, Executor executor) {
        List<Example> copy = copy(examples);
        Cancellation ended = new Cancellation();
        CompletableFuture<GradingResult> future = new CompletableFuture<>();
        future.whenComplete((result, failure) -> ended.cancel());
        executor.execute(() -> {
            try {
                future.complete(ended.guard(() -> run(copy)));
            } catch (Throwable e) { // also an Error: whoever waits must hear of it
                future.completeExceptionally(e);
            }
        });
        return future;
    }

    /**
     * What {@link #run} is going to spend. Calls nobody. Least: every answer can be used. Most: none can, and each question is
     * asked a second time.
     */
    public Forecast forecast(Collection<? extends Example> examples) {
        List<Example> copy = copy(examples);
        return models().map(grader -> WaveRun.forecast(
                        grader.chatModel(),
                        budget,
                        GradingRun.FIRST_WAVE,
                        waves -> GradingRun.inWaves(copy, List.of(new ModelGrading(grader, waves)))))
                .reduce(Forecast.NONE, Forecast::plus);
    }

    private CallRun calls(LLMGrader any) {
        CallRun.Builder calls = CallRun.builder()
                .chatModel(any.chatModel()) // each grader asks its own, in a part
                .budget(budget)
                .cancellation(cancellation)
                .independent(true);
        if (journal != null) {
            calls.journal(Journal.open(journal.resolve(JOURNAL)));
        }
        return calls.build();
    }

    private Stream<LLMGrader> models() {
        return graders.stream()
                .map(NamedCheck::check)
                .filter(LLMGrader.class::isInstance)
                .map(LLMGrader.class::cast);
    }

    private static List<Example> copy(Collection<? extends Example> examples) {
        Require.nonNull("examples", examples).forEach(example -> Require.nonNull("example", example));
        return List.copyOf(examples);
    }

    /** Not thread-safe. */
    public static final class Builder {

        private final List<NamedCheck> graders = new ArrayList<>();
        private @Nullable Path journal;
        private Budget budget = Budget.UNLIMITED;
        private Cancellation cancellation = new Cancellation();
        private Consumer<GradingProgress> onProgress = progress -> {};

        private Builder() {}

        /** Under its own name, with a weight of 1. */
        public Builder grader(LLMGrader grader) {
            return grader(grader, 1);
        }

        /** Under its own name, with a weight as for {@link #check(String, Check, double)}. */
        public Builder grader(LLMGrader grader, double weight) {
            return check(Require.nonNull("grader", grader).name(), grader, weight);
        }

        /** With a weight of 1. */
        public Builder check(String name, Check check) {
            return check(name, check, 1);
        }

        /**
         * Any check. It is given all examples at once; of several findings on an example the worst counts, no finding is an error,
         * and if it throws a {@link RuntimeException}, all of its findings are errors.
         *
         * @param name under which its findings go in this run
         * @param weight of its scores in the aggregates, at least 0
         * @throws IllegalArgumentException if there is one of this name already
         */
        public Builder check(String name, Check check, double weight) {
            NamedCheck added = new NamedCheck(name, check, weight);
            if (graders.stream().anyMatch(grader -> grader.name().equals(name))) {
                throw new IllegalArgumentException(
                        "there is a grader '%s' already: give this one another name".formatted(name));
            }
            graders.add(added);
            return this;
        }

        /**
         * The directory of a journal that keeps each answer before it is used, in the file {@code grades.jsonl}. A run that broke off
         * goes on from there, and any other run takes from there what was answered before to the same question: more examples or
         * another grader cost what is new. Calls that failed are made again. By default there is none.
         */
        public Builder journal(Path directory) {
            this.journal = Require.nonNull("journal", directory);
            return this;
        }

        /**
         * The most that a run may spend, on all graders; answers from the journal count as the run comes to them. Defaults to {@link
         * Budget#UNLIMITED}.
         */
        public Builder budget(Budget budget) {
            this.budget = Require.nonNull("budget", budget);
            return this;
        }

        /** Ends a run from another thread; what was answered is returned, the rest are errors. By default only an interrupt does. */
        public Builder cancellation(Cancellation cancellation) {
            this.cancellation = Require.nonNull("cancellation", cancellation);
            return this;
        }

        /**
         * After each call, and once for a check without a model; one at a time, on whatever thread of the run. What it throws ends the
         * run.
         */
        public Builder onProgress(Consumer<GradingProgress> onProgress) {
            this.onProgress = Require.nonNull("onProgress", onProgress);
            return this;
        }

        /**
         * @throws IllegalStateException if there is no grader
         * @throws IllegalArgumentException if the budget is in money and the price of a grader's model is not known
         */
        public GradingRunner build() {
            if (graders.isEmpty()) {
                throw new IllegalStateException("a grader is required: GradingRunner.builder().grader(grader)");
            }
            GradingRunner runner = new GradingRunner(this);
            runner.models()
                    .forEach(grader -> budget.requirePrice(grader.chatModel().modelId()));
            return runner;
        }
    }
}
