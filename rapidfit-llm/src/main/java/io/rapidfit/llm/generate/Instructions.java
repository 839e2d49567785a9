package io.rapidfit.llm.generate;

import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.reply.ReplyShape;
import io.rapidfit.llm.run.Answer;
import io.rapidfit.llm.run.Ask;
import io.rapidfit.llm.run.PromptTemplate;
import io.rapidfit.llm.run.Question;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first phase of generating: a model looks at classes, several in one call, and says what new texts of each must be like. A
 * class that it says nothing of is written for without instructions.
 */
final class Instructions {

    private static final Logger log = LoggerFactory.getLogger(Instructions.class);

    static final String STAGE = "instructions";

    /** More, and answers get long and careless. */
    private static final int CLASSES_PER_CALL = 10;

    private final GenerationRun run;
    private final PromptTemplate template;
    private final Function<ReplyShape.Builder, ReplyShape> shape;
    private final Map<String, Object> specimen;

    /**
     * @param shape completes a list of records that have ids
     * @param specimen a record as a forecast imagines it, without id
     */
    Instructions(
            GenerationRun run,
            PromptTemplate template,
            Function<ReplyShape.Builder, ReplyShape> shape,
            Map<String, Object> specimen) {
        this.run = run;
        this.template = template;
        this.shape = shape;
        this.specimen = specimen;
    }

    /** Shows a class: what stands in the prompt for it, beside its id and label. */
    @FunctionalInterface
    interface Shown {
        Map<String, Object> of(ClassDemand demand, Draw draw);
    }

    /** What to mind for each class; an empty map where the model said nothing. */
    Map<ClassDemand, Map<String, Object>> ask(List<ClassDemand> demands, Shown shown) {
        Map<ClassDemand, Map<String, Object>> found = new LinkedHashMap<>();
        List<List<ClassDemand>> groups = groups(demands);
        run.waves().inWaves(IntStream.range(0, groups.size()).boxed().toList(), wave -> {
            List<Answer> answers = run.waves()
                    .ask(wave.stream().map(i -> ask(groups.get(i), i, shown)).toList());
            for (int i = 0; i < answers.size(); i++) {
                read(groups.get(wave.get(i)), answers.get(i), found);
            }
            run.progress(STAGE, found.size(), demands.size());
        });
        if (found.size() < demands.size() && run.waves().stop() == null) {
            log.warn(
                    "{} of {} classes are written for without instructions",
                    demands.size() - found.size(),
                    demands.size());
        }
        demands.forEach(demand -> found.putIfAbsent(demand, Map.of()));
        return found;
    }

    private static List<List<ClassDemand>> groups(List<ClassDemand> demands) {
        Map<String, List<ClassDemand>> byTask = new LinkedHashMap<>();
        demands.forEach(
                d -> byTask.computeIfAbsent(d.task, t -> new ArrayList<>()).add(d));
        List<List<ClassDemand>> groups = new ArrayList<>();
        for (List<ClassDemand> all : byTask.values()) {
            for (int from = 0; from < all.size(); from += CLASSES_PER_CALL) {
                groups.add(all.subList(from, Math.min(all.size(), from + CLASSES_PER_CALL)));
            }
        }
        return groups;
    }

    private Ask ask(List<ClassDemand> group, int number, Shown shown) {
        String task = group.get(0).task;
        String call = STAGE + "/" + task + "/" + number;
        Draw draw = new Draw(run.options().seed(), call);
        List<String> ids = new ArrayList<>();
        List<Map<String, Object>> classes = new ArrayList<>();
        for (ClassDemand demand : group) {
            ids.add("c" + (ids.size() + 1)); // a label may look like anything
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("id", ids.get(ids.size() - 1));
            one.put("label", demand.label);
            one.putAll(shown.of(demand, draw));
            classes.add(one);
        }
        ChatRequest request = new ChatRequest(
                template.render(Map.of(
                        "task", task,
                        "labels", run.base().labels(task),
                        "classes", classes)),
                0.3, // an analysis, not a story
                run.options().maxAnswerTokens(),
                null);
        return new Ask(
                new Question(
                        call, request, shape.apply(ReplyShape.list("classes").ids(ids))),
                () -> ids.stream().map(this::imagined).toList(),
                false);
    }

    private Map<String, Object> imagined(String id) {
        Map<String, Object> row = new LinkedHashMap<>(specimen);
        row.put("id", id);
        return row;
    }

    private static void read(List<ClassDemand> group, Answer answer, Map<ClassDemand, Map<String, Object>> found) {
        if (answer.result() == null) {
            return;
        }
        for (Map<String, Object> row : answer.result().reply().rows()) {
            int index = Integer.parseInt(String.valueOf(row.get("id")).substring(1)) - 1;
            found.put(group.get(index), Excerpt.advice(row));
        }
    }
}
