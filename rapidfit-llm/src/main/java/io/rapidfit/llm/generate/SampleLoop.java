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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The second phase of generating: waves of calls, each for a batch of texts of one class, until every class has what it wants
 * or as many calls as it may have. Texts pass the {@link Gate} wave by wave, in the order of the calls.
 */
final class SampleLoop {

    static final String STAGE = "samples";

    /** Enough to keep the model from saying the same again; more would cost more than it gives. */
    private static final int MOST_KNOWN = 15;

    private static final ReplyShape SHAPE =
            ReplyShape.list("samples").string("text").build();

    /**
     * What one prompt shows beside task, label, count and known texts.
     *
     * @param values by place in the template; where the labels are not among them, they are those of the base
     * @param parents ids of the samples among them that new texts are made from
     */
    record Shown(Map<String, Object> values, List<String> parents) {}

    /** Makes the part of a prompt that is the generator's own. */
    @FunctionalInterface
    interface Prompt {
        Shown of(ClassDemand demand, Draw draw);
    }

    private record Call(ClassDemand demand, int count, Ask ask, List<String> parents) {}

    private final GenerationRun run;
    private final SampleOptions options;
    private final PromptTemplate template;
    private final Prompt prompt;
    private final Gate gate;
    private final Specimen specimen;

    SampleLoop(GenerationRun run, SampleOptions options, PromptTemplate template, Prompt prompt) {
        this.run = run;
        this.options = options;
        this.template = template;
        this.prompt = prompt;
        this.gate = new Gate(options, run.base());
        this.specimen = new Specimen(run.base());
    }

    /** These must not be written again either, although they are not in the dataset. */
    SampleLoop holdOut(List<Sample> samples) {
        samples.forEach(gate::holdOut);
        return this;
    }

    void run(List<ClassDemand> demands) {
        int wanted = demands.stream().mapToInt(d -> d.wanted).sum();
        while (run.waves().stop() == null) {
            List<Call> wave = plan(demands);
            if (wave.isEmpty()) {
                return;
            }
            List<Answer> answers = run.waves().ask(wave.stream().map(Call::ask).toList());
            List<Gate.Candidate> candidates = new ArrayList<>();
            for (int i = 0; i < wave.size(); i++) {
                candidates.addAll(read(wave.get(i), answers.get(i)));
            }
            Map<ClassDemand, Integer> before = new HashMap<>();
            demands.forEach(d -> before.put(d, d.kept.size()));
            gate.pass(candidates);
            run.add(demands.stream()
                    .flatMap(d -> d.kept.subList(before.getOrDefault(d, 0), d.kept.size()).stream())
                    .toList());
            run.progress(STAGE, demands.stream().mapToInt(d -> d.kept.size()).sum(), wanted);
        }
    }

    /** The next calls: those first that had the fewest so far, until the wave is full. */
    private List<Call> plan(List<ClassDemand> demands) {
        List<Call> wave = new ArrayList<>();
        Map<ClassDemand, Integer> asked = new HashMap<>();
        while (wave.size() < run.options().callsPerWave()) {
            ClassDemand next = demands.stream()
                    .filter(d -> d.missing() > asked.getOrDefault(d, 0))
                    .filter(d -> d.calls < options.maxCalls(d.wanted))
                    .min(Comparator.comparingInt(d -> d.calls)) // the first of several
                    .orElse(null);
            if (next == null) {
                break;
            }
            int count = Math.min(options.batchSize(), next.missing() - asked.getOrDefault(next, 0));
            asked.merge(next, count, Integer::sum);
            next.calls++;
            wave.add(call(next, count));
        }
        return wave;
    }

    private Call call(ClassDemand demand, int count) {
        String name = STAGE + "/" + demand.task + "/" + demand.label + "/" + demand.calls;
        Draw draw = new Draw(run.options().seed(), name);
        double temperature = draw.temperature(options.maxTemperature());
        Shown shown = prompt.of(demand, draw);
        Map<String, Object> values = new LinkedHashMap<>(shown.values());
        values.put("task", demand.task);
        values.computeIfAbsent("labels", place -> run.base().labels(demand.task));
        values.put("label", demand.label);
        values.put("count", count);
        values.put("known", known(demand));
        ChatRequest request = new ChatRequest(
                template.render(values), temperature, run.options().maxAnswerTokens(), null);
        Ask ask = new Ask(
                new Question(name, request, SHAPE),
                () -> IntStream.range(0, count)
                        .mapToObj(i -> Map.<String, Object>of("text", specimen.text(name, i)))
                        .toList(),
                true);
        return new Call(demand, count, ask, shown.parents());
    }

    private List<String> known(ClassDemand demand) {
        int size = demand.kept.size();
        return demand.kept.subList(Math.max(0, size - MOST_KNOWN), size).stream()
                .map(s -> Excerpt.of(s.text(), run.options().maxTextLength()))
                .toList();
    }

    private List<Gate.Candidate> read(Call call, Answer answer) {
        AskResult result = answer.result();
        if (result == null) {
            call.demand().failedCalls++;
            return List.of();
        }
        Origin origin = run.origin(answer.question(), result).withParents(call.parents());
        return result.reply().rows().stream()
                .limit(call.count())
                .map(row -> String.valueOf(row.get("text")).strip())
                .map(text -> Sample.of(call.demand().task, text, call.demand().label)
                        .withOrigin(origin)
                        .withSplit(Split.TRAIN))
                .map(sample -> new Gate.Candidate(call.demand(), sample))
                .toList();
    }
}
