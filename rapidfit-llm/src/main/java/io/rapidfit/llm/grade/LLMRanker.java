package io.rapidfit.llm.grade;

import io.rapidfit.data.Example;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.reply.ReplyShape;
import io.rapidfit.llm.run.Answer;
import io.rapidfit.llm.run.CallRun;
import io.rapidfit.llm.run.Question;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Has a model put candidates in order, such as several answers to one question. {@link Graders#preference} has one ready.
 *
 * <pre>{@code
 * LLMRanker ranker = Graders.preference(model).shuffles(2).build();
 * Ranking ranking = ranker.rank(List.of(
 *         Item.of(Map.of("query", question, "response", old)),
 *         Item.of(Map.of("query", question, "response", better))));
 * if (ranking.prefers(1, 0)) { ... }
 * }</pre>
 *
 * <p>The model sees the candidates numbered from 1 and answers {@code {"reason", "rank"}}: the numbers, the best first. What is
 * not each number once is sent back once, and is an error if the second answer is no better. Judges favour places, often the
 * first (Zheng et al., "Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena", 2023): {@link Builder#shuffles} shows the
 * candidates in several orders and takes the mean of the ranks, and {@link PositionBias} tells how bad it is.
 *
 * <p>Immutable and thread-safe, as far as the functions for fields are.
 */
public final class LLMRanker {

    /** The place of the template where candidates stand. */
    private static final String CANDIDATES = "candidates";

    private static final String NUMBER = "number";
    private static final String RANK = "rank";
    private static final String REASON = "reason";

    private final Judge judge;
    private final Fields shown;
    private final int shuffles;
    private final long seed;

    private LLMRanker(Builder builder) {
        this.judge = builder.judge(Set.of(CANDIDATES));
        this.shown = builder.shown.copy();
        this.shuffles = builder.shuffles;
        this.seed = builder.seed;
    }

    public static Builder builder() {
        return new Builder();
    }

    public String name() {
        return judge.name();
    }

    /** See {@link Builder#chatModel}. */
    public ChatModel chatModel() {
        return judge.model();
    }

    /**
     * Puts candidates in order.
     *
     * @param candidates at least two
     * @return a ranking that {@link Ranking#isError()} if no pass gave an order, or a candidate lacks a field
     * @throws IllegalArgumentException if the candidates differ in a field that the template has once for all
     */
    public Ranking rank(List<? extends Example> candidates) {
        return rank(candidates, CallRun.builder().chatModel(judge.model()).build());
    }

    /** The same as a {@linkplain CallRun#part part} of another run, whose budget, journal and cancellation it shares. */
    public Ranking rank(List<? extends Example> candidates, CallRun run) {
        List<String> ids = Require.nonNull("candidates", candidates).stream()
                .map(Example::id)
                .toList();
        Require.atLeast("number of candidates", ids.size(), 2);
        List<List<Integer>> orders = orders(ids);
        List<Question> questions;
        try {
            questions = questions(candidates, orders);
        } catch (Fields.UnreadableException e) {
            return new Ranking(ids, List.of(), List.of(e.reason()));
        }
        List<Ranking.Pass> passes = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        List<Answer> answers = run.part(judge.model(), progress -> {}).askAll(questions);
        for (int i = 0; i < answers.size(); i++) {
            Judge.Said said = Judge.said(answers.get(i));
            if (said.isError()) {
                errors.add(said.error());
            } else {
                passes.add(pass(orders.get(i), said.row()));
            }
        }
        return new Ranking(ids, passes, errors);
    }

    /** Every second order is the reverse of the one before: after both, each candidate stood before each other once. */
    private List<List<Integer>> orders(List<String> ids) {
        List<Integer> given = IntStream.range(0, ids.size()).boxed().toList();
        if (shuffles == 0) {
            return List.of(given);
        }
        // Of the candidates too, or the newest would always stand in one place; mixed, since Random begins alike for
        // like seeds.
        Random random = new Random(new SplittableRandom(seed ^ ids.hashCode()).nextLong());
        List<List<Integer>> orders = new ArrayList<>();
        while (orders.size() < shuffles) {
            List<Integer> order = new ArrayList<>(orders.isEmpty() ? given : orders.get(orders.size() - 1));
            if (orders.size() % 2 == 0) {
                Collections.shuffle(order, random);
            } else {
                Collections.reverse(order);
            }
            orders.add(order);
        }
        return orders;
    }

    private List<Question> questions(List<? extends Example> candidates, List<List<Integer>> orders)
            throws Fields.UnreadableException {
        Map<String, Object> common = common(candidates);
        List<Map<String, Object>> values = new ArrayList<>();
        for (Example candidate : candidates) {
            values.add(shown.read(candidate, shown.names()));
        }
        ReplyShape shape = ReplyShape.object()
                .string(REASON)
                .permutation(RANK, candidates.size())
                .build();
        String about = String.join(",", candidates.stream().map(Example::id).toList());
        List<Question> questions = new ArrayList<>();
        for (List<Integer> order : orders) {
            Map<String, Object> filled = new LinkedHashMap<>(common);
            filled.put(CANDIDATES, numbered(order.stream().map(values::get).toList()));
            questions.add(judge.question(about + "/" + questions.size(), filled, shape));
        }
        return questions;
    }

    /** What stands in the template once must be the same for all candidates. */
    private Map<String, Object> common(List<? extends Example> candidates) throws Fields.UnreadableException {
        Set<String> places = new LinkedHashSet<>(judge.template().placeholders());
        places.remove(CANDIDATES);
        Map<String, Object> common = judge.fields().read(candidates.get(0), places);
        for (Example candidate : candidates) {
            judge.fields().read(candidate, places).forEach((place, value) -> {
                if (!value.equals(common.get(place))) {
                    throw new IllegalArgumentException(
                            "candidates %s and %s differ in {%s}: rank those of one question together"
                                    .formatted(candidates.get(0).id(), candidate.id(), place));
                }
            });
        }
        return common;
    }

    private static List<Map<String, Object>> numbered(List<Map<String, Object>> values) {
        List<Map<String, Object>> numbered = new ArrayList<>();
        for (Map<String, Object> value : values) {
            Map<String, Object> one = new LinkedHashMap<>(); // the order is part of the prompt
            one.put(NUMBER, numbered.size() + 1);
            one.putAll(value);
            numbered.add(one);
        }
        return numbered;
    }

    private static Ranking.Pass pass(List<Integer> shown, Map<String, Object> row) {
        List<Integer> order = ((List<?>) Require.nonNull(RANK, row.get(RANK)))
                .stream()
                        .map(number -> shown.get(((Number) number).intValue() - 1))
                        .toList();
        return new Ranking.Pass(shown, order, String.valueOf(row.get(REASON)));
    }

    @Override
    public String toString() {
        return "LLMRanker[%s, %s]".formatted(name(), judge.model().modelId());
    }

    /** Not thread-safe. */
    public static final class Builder extends JudgeBuilder<Builder> {

        private final Fields shown = new Fields();
        private int shuffles = 0;
        private long seed = 42;

        private Builder() {
            super("LLMRanker");
        }

        @Override
        Builder self() {
            return this;
        }

        /** Fields that are shown of each candidate, at the place {@code candidates}. At least one is required. */
        public Builder candidate(String... names) {
            for (String field : Require.nonNull("names", names)) {
                shown.put(field, Require.notBlank("name", field));
            }
            return this;
        }

        /** The same for what a function makes of a candidate, see {@link #field(String, Function)}. */
        public Builder candidate(String name, Function<? super Example, ? extends Optional<?>> value) {
            shown.put(name, value);
            return this;
        }

        /**
         * In how many random orders the candidates are shown, each in a call of its own, at least 0. Every second order is the
         * reverse of the one before, so that an even number shows each two candidates equally often either way round. Defaults
         * to 0: shown once, as they were given.
         */
        public Builder shuffles(int shuffles) {
            this.shuffles = Require.inRange("shuffles", shuffles, 0, 1000);
            return this;
        }

        /** Of the random orders. Defaults to 42. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * @throws IllegalStateException if name, chatModel, template or a field of the candidates is missing
         * @throws IllegalArgumentException if the template has no place {@code candidates}, or one for which there is no field,
         *     or a field of the candidates is called {@code number}; the message names it
         */
        public LLMRanker build() {
            if (shown.names().contains(NUMBER)) {
                throw new IllegalArgumentException(
                        "'number' is not a field of a candidate: LLMRanker numbers them; show it under another name");
            }
            if (shown.names().isEmpty()) {
                throw new IllegalStateException(
                        "a field of the candidates is required: LLMRanker.builder().candidate(\"response\")");
            }
            return new LLMRanker(this);
        }
    }
}
