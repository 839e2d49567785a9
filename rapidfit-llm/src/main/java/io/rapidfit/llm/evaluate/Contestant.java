package io.rapidfit.llm.evaluate;

import io.rapidfit.data.Example;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.run.WaveRun;
import io.rapidfit.model.TextClassifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One of two that are compared: a model and how it is asked, or a classifier.
 *
 * <pre>{@code
 * Contestant fewShot = Contestant.of("few-shot", model, example -> ChatRequest.builder()
 *         .system(INSTRUCTIONS_AND_SHOTS)
 *         .user(example.field("prompt").orElseThrow())
 *         .temperature(0)
 *         .build());
 * Contestant tuned = Contestant.of("tuned", tunedModel);
 * }</pre>
 *
 * <p>Immutable; thread-safe if what it is made of is.
 */
public final class Contestant {

    /** Gets a contestant to work. */
    private interface Start {
        Answering on(List<Example> holdout, Setup setup);
    }

    private final String name;
    private final Start start;

    private Contestant(String name, Start start) {
        this.name = Require.notBlank("name", name);
        this.start = start;
    }

    /** A model that gets the prompt of each example as the one message of a user, all else left to the model. */
    public static Contestant of(String name, ChatModel model) {
        Require.nonNull("model", model);
        return new Contestant(name, (holdout, setup) -> {
            String path = setup.promptPath();
            return answering(name, model, example -> ChatRequest.of(prompt(example, path)), holdout, setup);
        });
    }

    /**
     * A model with prompts of your own.
     *
     * @param prompt called once for each example before the first call; a JSON Schema, temperature and length of the answer are
     *     the prompt's to set. What it throws ends the comparison
     */
    public static Contestant of(String name, ChatModel model, Function<? super Example, ChatRequest> prompt) {
        Require.nonNull("model", model);
        Require.nonNull("prompt", prompt);
        return new Contestant(name, (holdout, setup) -> answering(name, model, prompt, holdout, setup));
    }

    /**
     * A classifier that gets the prompt of each example as its text and answers with the label, also where it abstains.
     *
     * @throws IllegalArgumentException if it has no such task
     */
    public static Contestant of(String name, TextClassifier classifier, String task) {
        if (!Require.nonNull("classifier", classifier).tasks().contains(task)) {
            throw new IllegalArgumentException(
                    "the classifier has no task '%s'; there are %s".formatted(task, classifier.tasks()));
        }
        return new Contestant(name, (holdout, setup) -> {
            Map<String, String> texts = new HashMap<>();
            holdout.forEach(example -> texts.put(example.id(), prompt(example, setup.promptPath())));
            return new ClassifierAnswering(classifier, task, texts, setup.cancellation(), setup.clock());
        });
    }

    public String name() {
        return name;
    }

    Answering start(List<Example> holdout, Setup setup) {
        return start.on(holdout, setup);
    }

    private static Answering answering(
            String name,
            ChatModel model,
            Function<? super Example, ChatRequest> prompt,
            List<Example> holdout,
            Setup setup) {
        Map<String, ChatRequest> requests = new HashMap<>();
        holdout.forEach(example ->
                requests.put(example.id(), Require.nonNull("prompt of " + example.id(), prompt.apply(example))));
        WaveRun run = WaveRun.of(setup.calls(model), holdout.size()); // the comparison makes the waves, for both
        return new ChatAnswering(name, model, requests, run, setup.budget().pricing());
    }

    private static String prompt(Example example, String path) {
        return Require.notBlank(
                "'%s' of example %s".formatted(path, example.id()),
                example.field(path).orElse(""));
    }

    /** The name. */
    @Override
    public String toString() {
        return "Contestant[" + name + "]";
    }
}
