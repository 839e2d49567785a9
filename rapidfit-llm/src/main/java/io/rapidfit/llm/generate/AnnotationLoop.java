package io.rapidfit.llm.generate;

import io.rapidfit.data.Origin;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.reply.ReplyShape;
import io.rapidfit.llm.run.Answer;
import io.rapidfit.llm.run.Ask;
import io.rapidfit.llm.run.AskResult;
import io.rapidfit.llm.run.PromptTemplate;
import io.rapidfit.llm.run.Question;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Has texts labelled, in batches, wave by wave. Texts that an answer does not have are asked about again when all others have
 * been, in batches half as large, so that a text that spoils an answer spoils it for fewer others.
 */
final class AnnotationLoop {

    static final String STAGE = "annotation";

    /** Of an unknown label; enough to see what it is. */
    private static final int LONGEST_SAID = 200;

    /** One text of one task, and what became of it so far. */
    private static final class Item {

        final AnnotationTask task;
        final String text;
        final int number;
        final boolean blank;
        boolean answered;

        @Nullable String label;

        @Nullable String said;

        Item(AnnotationTask task, String text, int number) {
            this.task = task;
            this.text = text;
            this.number = number;
            this.blank = TextNormalizer.isBlank(text);
        }

        boolean isOpen() {
            return !blank && !answered;
        }

        void answer(String given) {
            answered = true;
            if (task.labels().contains(given)) {
                label = given;
            } else {
                said = Excerpt.of(given, LONGEST_SAID);
            }
        }

        Optional<Sample> sample(Origin origin) {
            return Optional.ofNullable(label)
                    .map(given -> Sample.of(task.name(), text, given)
                            .withOrigin(origin)
                            .withSplit(Split.TRAIN));
        }

        Unlabelled unlabelled() {
            Unlabelled.Reason reason = isOpen()
                    ? Unlabelled.Reason.UNANSWERED
                    : blank || LLMAnnotator.SKIP.equals(said)
                            ? Unlabelled.Reason.SKIPPED
                            : Unlabelled.Reason.UNKNOWN_LABEL;
            return new Unlabelled(task.name(), text, reason, said);
        }
    }

    private record Batch(String call, AnnotationTask task, List<Item> items) {}

    private final GenerationRun run;
    private final PromptTemplate template;
    private final int batchSize;
    private final double temperature;
    private final int maxCallsPerText;
    private final List<Item> items = new ArrayList<>();
    private int done;

    AnnotationLoop(GenerationRun run, PromptTemplate template, int batchSize, double temperature, int maxCallsPerText) {
        this.run = run;
        this.template = template;
        this.batchSize = batchSize;
        this.temperature = temperature;
        this.maxCallsPerText = maxCallsPerText;
    }

    /**
     * Adds a sample to the run for each text that gets a label.
     *
     * @return the other texts
     */
    List<Unlabelled> run(List<AnnotationTask> tasks, List<String> texts) {
        for (AnnotationTask task : tasks) {
            for (String text : texts) {
                items.add(new Item(task, text, items.size()));
            }
        }
        done = (int) items.stream().filter(item -> !item.isOpen()).count();
        for (int round = 1; round <= maxCallsPerText && run.waves().stop() == null; round++) {
            run.waves().inWaves(batches(tasks, round), this::ask);
        }
        return items.stream()
                .filter(item -> item.label == null)
                .map(Item::unlabelled)
                .toList();
    }

    private List<Batch> batches(List<AnnotationTask> tasks, int round) {
        int size = Math.max(1, batchSize >> Math.min(round - 1, 30));
        List<Batch> batches = new ArrayList<>();
        for (AnnotationTask task : tasks) {
            List<Item> open = items.stream()
                    .filter(item -> item.task.name().equals(task.name()) && item.isOpen())
                    .toList();
            for (int from = 0; from < open.size(); from += size) {
                String call = "annotate/%s/%s/%s".formatted(task.name(), round, from / size);
                batches.add(new Batch(call, task, open.subList(from, Math.min(open.size(), from + size))));
            }
        }
        return batches;
    }

    private void ask(List<Batch> wave) {
        List<Answer> answers = run.waves().ask(wave.stream().map(this::question).toList());
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < wave.size(); i++) {
            samples.addAll(read(wave.get(i), answers.get(i)));
        }
        run.add(samples);
        run.progress(STAGE, done, items.size());
    }

    private Ask question(Batch batch) {
        AnnotationTask task = batch.task();
        List<String> ids = IntStream.rangeClosed(1, batch.items().size())
                .mapToObj(Integer::toString)
                .toList();
        List<Map<String, Object>> texts = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            Map<String, Object> text = new LinkedHashMap<>(); // the order is part of the prompt
            text.put("id", ids.get(i));
            text.put("text", Excerpt.of(batch.items().get(i).text, run.options().maxTextLength()));
            texts.add(text);
        }
        ChatRequest request = new ChatRequest(
                template.render(Map.of(
                        "task", task.name(),
                        "labels", task.labels(),
                        "instruction", task.instruction(),
                        "texts", texts)),
                temperature,
                run.options().maxAnswerTokens(),
                null);
        List<String> choices = new ArrayList<>(task.labels());
        choices.add(LLMAnnotator.SKIP);
        ReplyShape shape = ReplyShape.list("items")
                .ids(ids)
                .choiceOrOther("label", choices)
                .build();
        return new Ask(
                new Question(batch.call(), request, shape),
                () -> ids.stream().map(id -> imagined(batch, id)).toList(),
                true);
    }

    /** Labels come in turn: the more evenly they fall, the fewer samples they lack. */
    private static Map<String, Object> imagined(Batch batch, String id) {
        List<String> labels = batch.task().labels();
        return Map.of("id", id, "label", labels.get(item(batch, id).number % labels.size()));
    }

    private static Item item(Batch batch, String id) {
        return batch.items().get(Integer.parseInt(id) - 1);
    }

    private List<Sample> read(Batch batch, Answer answer) {
        AskResult result = answer.result();
        if (result == null) {
            return List.of();
        }
        Origin origin = run.origin(answer.question(), result);
        for (Map<String, Object> row : result.reply().rows()) {
            item(batch, String.valueOf(row.get("id"))).answer(String.valueOf(row.get("label")));
            done++;
        }
        return batch.items().stream() // not in the order of the answer
                .map(item -> item.sample(origin))
                .flatMap(Optional::stream)
                .toList();
    }
}
