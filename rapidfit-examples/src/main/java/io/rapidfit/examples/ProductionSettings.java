package io.rapidfit.examples;

import io.rapidfit.check.Check;
import io.rapidfit.check.Finding;
import io.rapidfit.classifier.MultiheadClassifier;
import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.CallPolicy;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.generate.GenerationProgress;
import io.rapidfit.llm.generate.LLMRefiner;
import io.rapidfit.llm.generate.RefinementLoop;
import io.rapidfit.llm.generate.RefinementResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Several rounds as a service would run them: with limits on rate and spending, a journal from which a killed run goes on, gates
 * that a text must pass, and progress.
 */
public final class ProductionSettings {

    /** What models leave where a person would have written something. */
    private static final Pattern PLACEHOLDER = Pattern.compile("\\[[A-Za-z ]+]|<[A-Za-z ]+>|XXX");

    private ProductionSettings() {}

    /** On the topics of the demo data, with a script in place of a model, in the directory that is given or a new one. */
    public static void main(String[] args) throws IOException {
        Path directory = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("rapidfit-production");
        try (MultiheadClassifier classifier = MultiheadClassifier.builder().build()) {
            run(DemoData.start(16).only("topic"), directory, classifier, ScriptedReplies.model(), System.out);
        }
    }

    static RefinementResult run(
            Dataset dataset, Path directory, MultiheadClassifier classifier, ChatModel model, PrintStream out) {
        // Models of io.rapidfit.llm.provider take it as an option: OpenAIChatModel.builder().policy(policy)
        ChatModel limited = CallPolicy.builder()
                .maxConcurrency(4)
                .requestsPerMinute(600)
                .maxAttempts(8)
                .maxDelay(Duration.ofMinutes(2))
                .build()
                .wrap(model);
        Budget budget = Budget.builder()
                .maxCalls(200)
                .maxTokens(2_000_000) // or maxCost(5.00), where the price of the model is known
                .build();
        LLMRefiner refiner = LLMRefiner.builder()
                .chatModel(limited)
                .budget(budget) // of each round
                .saver(DataSaver.builder().path(directory.resolve("data")).build()) // after each wave of calls
                .journal(directory.resolve("journal")) // run again what was killed: nothing is paid for twice
                .minF1Threshold(0.85)
                .maxRefinedPerClass(8)
                .lengthRange(10, 400)
                .check(noPlaceholders())
                .classifier(classifier) // as it is when the round begins
                .contradictionConfidence(0.95)
                .onProgress(progress -> print(progress, out))
                .concurrency(1) // for the script; leave it out with a model
                .build();
        RefinementResult result = RefinementLoop.builder()
                .classifier(classifier)
                .refiner(refiner)
                .maxRounds(2)
                .build()
                .run(dataset);
        out.println();
        result.display(out);
        out.println();
        result.rounds().stream()
                .map(round -> round.refined())
                .filter(refined -> refined != null)
                .forEach(refined -> refined.display(out));
        classifier.save(directory.resolve("model"));
        out.printf("%nModel, data and journal are in %s%n", directory);
        return result;
    }

    /** Any judgement of a text can be a gate, also that of another model. */
    private static Check noPlaceholders() {
        return examples -> examples.stream()
                .map(e -> e instanceof Sample sample
                                && PLACEHOLDER.matcher(sample.text()).find()
                        ? Finding.fail("placeholders", e.id(), 0, "has a place that nobody filled")
                        : Finding.pass("placeholders", e.id()))
                .toList();
    }

    private static void print(GenerationProgress progress, PrintStream out) {
        out.printf(
                "%s %d of %d, %d calls so far%n",
                progress.stage(),
                progress.done(),
                progress.total(),
                progress.usage().calls());
    }
}
