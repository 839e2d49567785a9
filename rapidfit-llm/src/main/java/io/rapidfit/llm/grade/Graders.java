package io.rapidfit.llm.grade;

import io.rapidfit.data.Dataset;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.run.PromptTemplate;

/**
 * Graders for the usual questions, ready but for {@code build()}.
 *
 * <pre>{@code
 * LLMGrader correct = Graders.correctness(model).build();
 * LLMGrader strict = Graders.faithfulness(model).threshold(1).field("context", "documents.0").build();
 * }</pre>
 *
 * <p>All of them score on {@link Scale#ONE_TO_FIVE}, pass at 0.7, and are called like their method. They read the fields {@code
 * query} and {@code response}, unless they say otherwise; {@code field(name, ...)} takes a value from elsewhere. Their prompts hold
 * what each score means and worked examples; {@code template(...)} replaces them.
 */
public final class Graders {

    private Graders() {}

    /** Whether what is said is true, by what the model knows. */
    public static LLMGrader.Builder correctness(ChatModel model) {
        return answers("correctness", model);
    }

    /** Whether the response says the same as the field {@code reference}. */
    public static LLMGrader.Builder correctnessByReference(ChatModel model) {
        return answers("correctness-by-reference", model).fields("reference");
    }

    /**
     * Whether everything in the field {@code response} follows from the field {@code context}; 1 if nothing is hallucinated. The
     * {@code query} is not looked at.
     */
    public static LLMGrader.Builder faithfulness(ChatModel model) {
        return grader("faithfulness", model).fields("context", "response");
    }

    /** Whether every part of the query is answered. */
    public static LLMGrader.Builder completeness(ChatModel model) {
        return answers("completeness", model);
    }

    /** Whether the person who asked can go on with it. */
    public static LLMGrader.Builder helpfulness(ChatModel model) {
        return answers("helpfulness", model);
    }

    /** Whether it is about what was asked, and about nothing else. */
    public static LLMGrader.Builder relevance(ChatModel model) {
        return answers("relevance", model);
    }

    /** Whether it does what the query tells it to do, in the form that it asks for. */
    public static LLMGrader.Builder instructionFollowing(ChatModel model) {
        return answers("instruction-following", model);
    }

    /**
     * Whether a text deserves its label. Reads the fields {@code task}, {@code text} and {@code label}, as samples have them.
     *
     * @param dataset whose labels of the task the model is shown; a task that it does not have cannot be judged
     */
    public static LLMGrader.Builder labelAgreement(ChatModel model, Dataset dataset) {
        Require.nonNull("dataset", dataset);
        return grader("label-agreement", model)
                .fields("task", "text", "label")
                .field(
                        "labels",
                        example -> example.field("task")
                                .filter(dataset.tasks()::contains)
                                .map(dataset::labels));
    }

    /** Puts responses to one query in order: all have the same field {@code query}, each its own {@code response}. */
    public static LLMRanker.Builder preference(ChatModel model) {
        return LLMRanker.builder()
                .name("preference")
                .chatModel(model)
                .template(template("preference"))
                .fields("query")
                .candidate("response");
    }

    private static LLMGrader.Builder answers(String name, ChatModel model) {
        return grader(name, model).fields("query", "response");
    }

    private static LLMGrader.Builder grader(String name, ChatModel model) {
        return LLMGrader.builder().name(name).chatModel(model).template(template(name));
    }

    private static PromptTemplate template(String name) {
        return PromptTemplate.resource(Graders.class, name + ".txt");
    }
}
