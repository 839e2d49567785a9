package io.rapidfit.llm.evaluate;

import io.rapidfit.data.Example;
import io.rapidfit.llm.Cancellation;
import io.rapidfit.llm.Usage;
import io.rapidfit.model.TextClassifier;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** A classifier, which answers with its label. */
final class ClassifierAnswering implements Answering {

    private final TextClassifier classifier;
    private final String task;
    private final Map<String, String> texts;
    private final Cancellation cancellation;
    private final InstantSource clock;

    private boolean answered;
    private @Nullable RuntimeException failure;

    /** @param texts by id of example */
    ClassifierAnswering(
            TextClassifier classifier,
            String task,
            Map<String, String> texts,
            Cancellation cancellation,
            InstantSource clock) {
        this.classifier = classifier;
        this.task = task;
        this.texts = texts;
        this.cancellation = cancellation;
        this.clock = clock;
    }

    @Override
    public List<GivenAnswer> answer(List<Example> wave) {
        return wave.stream().map(this::answer).toList();
    }

    private GivenAnswer answer(Example example) {
        String text = Objects.requireNonNull(texts.get(example.id()));
        Instant start = clock.instant();
        String label;
        try {
            label = classifier.predict(text, task).label();
            answered = true;
        } catch (RuntimeException e) { // one that asks a server can fail as any call can
            failure = failure == null ? e : failure;
            return GivenAnswer.failed(String.valueOf(e.getMessage()), true);
        }
        Duration latency = Duration.between(start, clock.instant());
        return new GivenAnswer(label, null, true, false, Usage.NONE, OptionalDouble.of(0), latency);
    }

    @Override
    public @Nullable String stop() {
        return cancellation.isCancelled() ? "the run was cancelled" : null;
    }

    @Override
    public void end() {
        if (!answered && failure != null) {
            throw failure;
        }
    }
}
