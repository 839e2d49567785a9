package io.rapidfit.llm.grade;

import io.rapidfit.data.Example;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.run.PromptTemplate;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The options that every judge has. Not thread-safe.
 *
 * @param <B> the judge's own builder
 */
abstract class JudgeBuilder<B extends JudgeBuilder<B>> {

    private final String judge;

    private final Fields fields = new Fields();
    private @Nullable String name;
    private @Nullable ChatModel chatModel;
    private @Nullable PromptTemplate template;
    private double temperature = 0;
    private int maxAnswerTokens = 4096;

    /** @param judge the name of its class */
    JudgeBuilder(String judge) {
        this.judge = judge;
    }

    abstract B self();

    /** What its judgements are called. Required. */
    public B name(String name) {
        this.name = Require.notBlank("name", name);
        return self();
    }

    /** The model that judges. Required. */
    public B chatModel(ChatModel chatModel) {
        this.chatModel = Require.nonNull("chatModel", chatModel);
        return self();
    }

    /**
     * What the model is asked. Required. A value comes into its place as JSON, so that nothing in it is read as part of the
     * prompt; the prompt should say besides that it is material, not instruction. Values are not cut: half an answer would be
     * judged wrongly, and what a model cannot take is an error.
     */
    public B template(PromptTemplate template) {
        this.template = Require.nonNull("template", template);
        return self();
    }

    /** Places of the template that get the example's {@linkplain Example#field fields} of the same names. */
    public B fields(String... names) {
        for (String field : Require.nonNull("names", names)) {
            fields.put(field, Require.notBlank("name", field));
        }
        return self();
    }

    /** A place of the template that gets another {@linkplain Example#field field}, such as {@code messages.0.content}. */
    public B field(String name, String path) {
        fields.put(name, path);
        return self();
    }

    /**
     * A place of the template that gets what a function makes of an example: a string, number or boolean, or lists and maps of
     * these. An example for which it is empty, or the function throws, cannot be judged. Thread-safe.
     */
    public B field(String name, Function<? super Example, ? extends Optional<?>> value) {
        fields.put(name, value);
        return self();
    }

    /** Of every call, from 0 to 2. Defaults to 0: the same question should get the same answer. */
    public B temperature(double temperature) {
        this.temperature = Require.inRange("temperature", temperature, 0, 2);
        return self();
    }

    /** The longest answer, in tokens, at least 1. Defaults to 4096. */
    public B maxAnswerTokens(int maxAnswerTokens) {
        this.maxAnswerTokens = Require.inRange("maxAnswerTokens", maxAnswerTokens, 1, Integer.MAX_VALUE);
        return self();
    }

    /** @param own places that the judge fills itself, and that the template must have */
    Judge judge(Set<String> own) {
        String given = required("name", "\"...\"", name);
        ChatModel model = required("chatModel", "model", chatModel);
        PromptTemplate asked = required("template", "template", template);
        Set<String> known = new HashSet<>(fields.names());
        for (String place : own) {
            if (!known.add(place)) {
                throw new IllegalArgumentException(
                        "{%s} is not a field of an example: %s fills it".formatted(place, judge));
            }
        }
        return new Judge(given, model, asked.require(own, known), fields.copy(), temperature, maxAnswerTokens);
    }

    private <T> T required(String option, String example, @Nullable T value) {
        if (value == null) {
            throw new IllegalStateException(
                    "%s is required: %s.builder().%s(%s)".formatted(option, judge, option, example));
        }
        return value;
    }
}
