package io.rapidfit.examples;

import io.rapidfit.data.Example;
import io.rapidfit.data.Item;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.FinishReason;
import io.rapidfit.llm.Pricing;
import io.rapidfit.llm.RateLimitStatus;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.Usage;
import io.rapidfit.llm.evaluate.CitedEvidence;
import io.rapidfit.llm.evaluate.Contestant;
import io.rapidfit.llm.evaluate.EvidenceCheck;
import io.rapidfit.llm.evaluate.ModelComparison;
import io.rapidfit.llm.evaluate.ModelComparisonResult;
import io.rapidfit.llm.reply.ReplyShape;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Is a tuned model better than a larger one that is shown how to do it? Both summarise weeks of customer messages that neither has
 * seen, and cite the messages that a statement rests on.
 */
public final class CompareTunedModel {

    private static final String INSTRUCTIONS = """
            Summarise the messages. Answer with JSON such as {"items": [{"text": "...", "evidence": ["..."]}]}: statements, most \
            important first, each with how many messages it rests on and the rows of these.""";

    /** How a message stands in a prompt, such as {@code row 3 [delivery]: Late again.} */
    private static final Pattern MESSAGE = Pattern.compile("(?m)^row \\d+ \\[(\\w+)]");

    private static final Pattern CLAIM = Pattern.compile("\\d+ of \\d+ messages on (\\w+)");

    private CompareTunedModel() {}

    /** With scripts in place of models. */
    public static void main(String[] args) {
        run(
                load("shots"),
                load("holdout"),
                script("few-shot", "large", Duration.ofMillis(1900)),
                script("tuned", "small", Duration.ofMillis(600)),
                System.out);
    }

    static ModelComparisonResult run(
            List<Item> shots, List<Item> holdout, ChatModel large, ChatModel tuned, PrintStream out) {
        ReplyShape shape =
                ReplyShape.list("items").string("text").strings("evidence").build();
        EvidenceCheck evidence = CitedEvidence.builder()
                .path("items.evidence")
                .references(
                        example -> CitedEvidence.numbered("row", topics(example).size()))
                .recount((example, claim) -> recount(topics(example), claim))
                .build();

        ModelComparisonResult result = ModelComparison.builder()
                .before(Contestant.of("few-shot", large, example -> withShots(shots, example)))
                .after(Contestant.of("tuned", tuned))
                .shape(shape)
                .evidence(evidence)
                .budget(Budget.builder()
                        .pricing(Pricing.builtIn()
                                .with("large", 2.00, 0.50, 8.00)
                                .with("small", 0.80, 0.20, 3.20))
                        .build())
                .build()
                .compare(holdout);
        result.display(out);

        out.println("\nWhere the tuned model cites what is not there:");
        result.examples()
                .forEach(example -> example.after()
                        .evidenceProblems()
                        .forEach(problem -> out.println("  " + example.example().id() + ": " + problem)));
        return result;
    }

    private static ChatRequest withShots(List<Item> shots, Example example) {
        ChatRequest.Builder request = ChatRequest.builder().system(INSTRUCTIONS).temperature(0);
        shots.forEach(shot -> request.user(field(shot, "prompt")).assistant(field(shot, "completion")));
        return request.user(field(example, "prompt")).build();
    }

    private static List<String> topics(Example example) {
        return MESSAGE.matcher(field(example, "prompt"))
                .results()
                .map(message -> message.group(1))
                .toList();
    }

    /** What the numbers of a claim such as "3 of 5 messages on delivery" should be. */
    private static List<Double> recount(List<String> topics, String claim) {
        Matcher found = CLAIM.matcher(claim);
        if (!found.matches()) {
            return List.of();
        }
        double count = topics.stream().filter(found.group(1)::equals).count();
        return List.of(count, (double) topics.size());
    }

    private static String field(Example example, String name) {
        return example.field(name).orElseThrow();
    }

    /** Answers as it is written in the replies, takes always as long, and counts a token for four characters. */
    static ScriptedChatModel script(String contestant, String modelId, Duration latency) {
        Map<String, Item> replies = load("replies").stream().collect(Collectors.toMap(Item::id, Function.identity()));
        Map<String, String> answers = load("holdout").stream()
                .collect(Collectors.toMap(
                        item -> field(item, "prompt"),
                        item -> field(Objects.requireNonNull(replies.get(item.id())), contestant)));
        return ScriptedChatModel.builder()
                .modelId(modelId)
                .when(request -> true, request -> {
                    String answer = Objects.requireNonNull(answers.get(ScriptedChatModel.lastUserMessage(request)));
                    int asked = request.messages().stream()
                            .mapToInt(message -> message.content().length())
                            .sum();
                    return new ChatResponse(
                            answer,
                            FinishReason.STOP,
                            new Usage(asked / 4, answer.length() / 4, 0),
                            modelId,
                            null,
                            latency,
                            RateLimitStatus.UNKNOWN,
                            1,
                            0);
                })
                .build();
    }

    /** Your own would be {@code ExampleFile.items(Path.of("holdout.jsonl")).load()}. */
    static List<Item> load(String name) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(
                        CompareTunedModel.class.getResourceAsStream("/weekly-summaries/" + name + ".jsonl")),
                StandardCharsets.UTF_8))) {
            return lines.lines().map(Item::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}
