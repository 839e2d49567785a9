package io.rapidfit.llm.generate;

import io.rapidfit.data.Conversation;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Example;
import io.rapidfit.data.Item;
import io.rapidfit.data.Origin;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.internal.Require;
import io.rapidfit.internal.Sha256;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.Cancellation;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.Journal;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.reply.ReplyShape;
import io.rapidfit.llm.run.Answer;
import io.rapidfit.llm.run.Ask;
import io.rapidfit.llm.run.AskResult;
import io.rapidfit.llm.run.CallRun;
import io.rapidfit.llm.run.PromptTemplate;
import io.rapidfit.llm.run.Question;
import io.rapidfit.llm.run.RunId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A model that writes texts of examples anew, and how it is asked: what {@link RewriterBuilder} collects. */
record Rewriter(
        String generator,
        ChatModel chatModel,
        PromptTemplate prompt,
        String instruction,
        String field,
        List<String> shown,
        double temperature,
        int maxAnswerTokens,
        Splitter splitter,
        @Nullable Path journal,
        Budget budget,
        Cancellation cancellation,
        Consumer<GenerationProgress> onProgress) {

    /** The prompt that every rewriter has unless another is given. */
    static final PromptTemplate PROMPT = PromptTemplate.resource(Rewriter.class, "rewrite.txt");

    private static final String JOURNAL = "rewrites.jsonl";
    private static final String CHANGES = "changes";
    private static final String TEXT = "text";

    /** What changes comes first: a model writes from left to right, and what it has planned it can follow. */
    private static final ReplyShape SHAPE =
            ReplyShape.object().string(CHANGES).string(TEXT).build();

    /** Judges may go on for ever; a prompt must not. In code points. */
    private static final int LONGEST_REASON = 2000;

    private static final int LEAST_WAVE = 16;
    private static final int BYTES_OF_AN_ID = 4;

    /**
     * What somebody said of a text.
     *
     * @param from the name of the judge
     */
    record Criticism(String from, String reason) {

        /** In this order into the prompt. */
        private Map<String, Object> written() {
            Map<String, Object> written = new LinkedHashMap<>();
            written.put("from", from);
            written.put("reason", Excerpt.of(reason, LONGEST_REASON));
            return written;
        }
    }

    /** A text that was written for this one before, and why it was not kept. */
    record Attempt(String text, String reason) {

        private Map<String, Object> written() {
            Map<String, Object> written = new LinkedHashMap<>();
            written.put(TEXT, text);
            written.put("reason", Excerpt.of(reason, LONGEST_REASON));
            return written;
        }
    }

    /**
     * What came of asking: an example with a new text, or an error.
     *
     * @param changes in the model's words; empty if there is no text
     * @param error why there is no text; empty if there is one
     */
    record Written(@Nullable Example example, String changes, String error) {}

    /** The same examples, where samples have no split with the splitter's: before anything of them is shown. */
    List<Example> split(Collection<? extends Example> examples) {
        Require.nonNull("examples", examples).forEach(example -> Require.nonNull("example", example));
        List<Sample> samples = new ArrayList<>();
        for (Example example : examples) {
            if (example instanceof Sample sample) {
                samples.add(sample);
            }
        }
        Iterator<Sample> split = Dataset.of(samples).split(splitter).samples().iterator();
        List<Example> all = new ArrayList<>();
        for (Example example : examples) {
            all.add(example instanceof Sample ? split.next() : example);
        }
        return all;
    }

    static boolean isHeldOut(Example example) {
        return example.split() != null && example.split() != Split.TRAIN;
    }

    /** Names a run by what decides what it asks. */
    String runId(List<Object> further, List<Example> examples) {
        return new RunId()
                .add(List.of(
                        generator,
                        chatModel.modelId(),
                        prompt.text(),
                        instruction,
                        field,
                        shown,
                        temperature,
                        maxAnswerTokens))
                .add(further)
                .add(examples.stream()
                        .flatMap(example -> Stream.of(example.id(), String.valueOf(example.split()), example.text()))
                        .toList())
                .name();
    }

    /**
     * Each example is refined for itself, and an error is the end of it: no question depends on one that failed, and a later try
     * asks again.
     */
    CallRun.Builder calls() {
        CallRun.Builder calls = CallRun.builder()
                .chatModel(chatModel)
                .budget(budget)
                .cancellation(cancellation)
                .independent(true);
        if (journal != null) {
            calls.journal(Journal.open(journal.resolve(JOURNAL)));
        }
        return calls;
    }

    /** Many calls, so that few waves wait for their slowest; not all, so that a model that is down is noticed. */
    int callsPerWave() {
        return Math.max(LEAST_WAVE, 4 * chatModel.maxConcurrency());
    }

    /** What is written anew; empty if the example has no such text. */
    Optional<String> text(Example example) {
        if (example instanceof Sample sample) {
            return Optional.of(sample.text());
        }
        return example instanceof Conversation conversation ? conversation.response() : example.field(field);
    }

    boolean saysTheSame(Example a, Example b) {
        return text(a).map(String::strip).equals(text(b).map(String::strip));
    }

    String missingText(Example example) {
        return example instanceof Conversation
                ? "the conversation has no response to rewrite"
                : "the example has no field '%s' to rewrite".formatted(field);
    }

    /**
     * Asks for another text.
     *
     * @param example with the text that is to become better
     * @param number of the question, among those about what was the same example once
     */
    Ask ask(Example example, int number, List<Criticism> criticism, List<Attempt> attempts) {
        String text = text(example).orElseThrow();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("example", belonging(example));
        values.put("field", fieldOf(example));
        values.put("text", text);
        values.put("criticism", criticism.stream().map(Criticism::written).toList());
        values.put("attempts", attempts.stream().map(Attempt::written).toList());
        values.put("instruction", instruction);
        Question question = new Question(
                "rewrite/%s/%s/%s".formatted(chatModel.modelId(), example.id(), number),
                new ChatRequest(prompt.render(values), temperature, maxAnswerTokens, null),
                SHAPE);
        return new Ask(question, () -> List.of(Map.of(CHANGES, "x".repeat(200), TEXT, text)), false);
    }

    private String fieldOf(Example example) {
        return example instanceof Sample ? "text" : example instanceof Conversation ? "response" : field;
    }

    private Map<String, Object> belonging(Example example) {
        Map<String, Object> belonging = new LinkedHashMap<>();
        for (String path : shown) {
            if (!path.equals(fieldOf(example))) { // which stands in a place of its own
                example.field(path).ifPresent(value -> belonging.put(path, value));
            }
        }
        return belonging;
    }

    /** @param original what the new example is to be a rewrite of */
    Written read(Example original, Answer answer, String runId) {
        LLMException failure = answer.failure();
        if (failure != null) {
            return new Written(null, "", "the call failed: " + failure.getMessage());
        }
        AskResult result = Require.nonNull("result", answer.result());
        if (result.reply().rows().isEmpty()) {
            return new Written(
                    null,
                    "",
                    "the model's answer cannot be used: "
                            + String.join(" ", result.reply().problems()));
        }
        Map<String, Object> row = result.reply().rows().get(0);
        Origin origin = Origin.synthetic(generator)
                .withModel(result.responses().get(result.responses().size() - 1).model())
                .withPromptHash(answer.question().request().hash().substring(0, 16))
                .withRunId(runId)
                .withParents(List.of(original.id()));
        return new Written(
                rewritten(original, String.valueOf(row.get(TEXT)).strip(), origin),
                String.valueOf(row.get(CHANGES)),
                "");
    }

    /** The id says what it was made from, and depends on what it says. */
    private Example rewritten(Example original, String text, Origin origin) {
        byte[] hash = Arrays.copyOf(Sha256.hash(text), BYTES_OF_AN_ID);
        String id = original.id() + "-" + HexFormat.of().formatHex(hash);
        if (original instanceof Sample sample) {
            return new Sample(sample.task(), text, sample.label(), id, Split.TRAIN, origin, sample.tags());
        }
        if (original instanceof Conversation conversation) {
            return conversation
                    .withResponse(text)
                    .withId(id)
                    .withSplit(Split.TRAIN)
                    .withOrigin(origin);
        }
        return ((Item) original)
                .with(field, text)
                .withId(id)
                .withSplit(Split.TRAIN)
                .withOrigin(origin);
    }
}
