package io.rapidfit.llm.grade;

import io.rapidfit.check.Check;
import io.rapidfit.check.Finding;
import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.data.Example;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.run.Answer;
import io.rapidfit.llm.run.Ask;
import io.rapidfit.llm.run.PromptTemplate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Has a model judge examples one by one: a score, and the reason for it. {@link Graders} has them for the usual questions.
 *
 * <pre>{@code
 * LLMGrader polite = LLMGrader.builder()
 *         .name("politeness")
 *         .chatModel(model)
 *         .template(PromptTemplate.of("How polite is this answer, from 1 to 5? {answer}"
 *                 + " Answer with JSON: {{\"reason\": \"...\", \"score\": 1 to 5}}"))
 *         .field("answer", "response")
 *         .build();
 * List<Finding> findings = polite.check(examples);
 * }</pre>
 *
 * <p>The model answers {@code {"reason", "score"}}, in whichever order; a server that can promises to keep to that. An answer
 * without a score of the scale is sent back once, and is an {@link Verdict#ERROR} if the second is no better. Scores are never
 * moved into their scale. A call that fails is an ERROR too, and so is an example without a value for one of the template's
 * places: nobody is asked about it. An error is no score, and no pass.
 *
 * <p>A judged example's finding has these metadata: {@code model}, the one that answered, {@code prompt_hash}, {@code scale} and
 * {@code raw_score}, as the model gave it; where the call failed, {@code failure}, the type of the exception.
 *
 * <p>A grader sees what it is given, test samples too. Immutable and thread-safe, as far as the functions for fields are.
 */
public final class LLMGrader implements Check {

    private final Judge judge;
    private final Scale scale;
    private final double threshold;

    private LLMGrader(Builder builder) {
        this.judge = builder.judge(Set.of());
        this.scale = builder.scale;
        this.threshold = builder.threshold;
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

    /** See {@link Builder#template}. */
    public PromptTemplate template() {
        return judge.template();
    }

    public Scale scale() {
        return scale;
    }

    /** The least {@linkplain Scale#normalize normalised} score that passes. */
    public double threshold() {
        return threshold;
    }

    /**
     * One finding for each example, in their order. A {@link GradingRunner} does the same under a budget, with a journal and
     * beside other graders.
     */
    @Override
    public List<Finding> check(Collection<? extends Example> examples) {
        return GradingRunner.builder().grader(this).build().run(examples).findings(name());
    }

    /** @throws Fields.UnreadableException if the example lacks a value */
    Ask ask(Example example) throws Fields.UnreadableException {
        Map<String, Object> values =
                judge.fields().read(example, judge.template().placeholders());
        return new Ask(judge.question(example.id(), values, scale.shape()), () -> List.of(scale.specimen()), false);
    }

    Finding read(Example example, Answer answer) {
        Judge.Said said = Judge.said(answer);
        if (said.isError()) {
            return Finding.error(name(), example.id(), said.error()).withMetadata(said.metadata());
        }
        Number raw = Scale.score(said.row());
        double score = scale.normalize(raw.doubleValue());
        Map<String, String> metadata = new LinkedHashMap<>(said.metadata());
        metadata.put("scale", scale.description());
        metadata.put("raw_score", raw.toString());
        return new Finding(
                name(),
                example.id(),
                score >= threshold ? Verdict.PASS : Verdict.FAIL,
                OptionalDouble.of(score),
                Scale.reason(said.row()),
                metadata);
    }

    @Override
    public String toString() {
        return "LLMGrader[%s, %s]".formatted(name(), judge.model().modelId());
    }

    /** Not thread-safe. */
    public static final class Builder extends JudgeBuilder<Builder> {

        private Scale scale = Scale.ONE_TO_FIVE;
        private double threshold = 0.7;

        private Builder() {
            super("LLMGrader");
        }

        @Override
        Builder self() {
            return this;
        }

        /** What scores the template asks for. Defaults to {@link Scale#ONE_TO_FIVE}. */
        public Builder scale(Scale scale) {
            this.scale = Require.nonNull("scale", scale);
            return this;
        }

        /**
         * The least {@linkplain Scale#normalize normalised} score that passes, in [0, 1]. Defaults to 0.7: of five steps, the
         * upper two.
         */
        public Builder threshold(double threshold) {
            this.threshold = Require.inRange("threshold", threshold, 0, 1);
            return this;
        }

        /**
         * @throws IllegalStateException if name, chatModel or template is missing
         * @throws IllegalArgumentException if the template has a place for which there is no field; the message names it
         */
        public LLMGrader build() {
            return new LLMGrader(this);
        }
    }
}
