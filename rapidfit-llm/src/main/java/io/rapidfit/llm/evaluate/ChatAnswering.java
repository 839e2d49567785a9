package io.rapidfit.llm.evaluate;

import io.rapidfit.data.Example;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.ModelPrice;
import io.rapidfit.llm.Pricing;
import io.rapidfit.llm.run.Answer;
import io.rapidfit.llm.run.Ask;
import io.rapidfit.llm.run.AskResult;
import io.rapidfit.llm.run.CallRun;
import io.rapidfit.llm.run.Question;
import io.rapidfit.llm.run.WaveRun;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** A model, asked once about each example. */
final class ChatAnswering implements Answering {

    private final String name;
    private final ChatModel model;
    private final Map<String, ChatRequest> requests;
    private final WaveRun run;
    private final Pricing pricing;

    /** @param requests by id of example */
    ChatAnswering(String name, ChatModel model, Map<String, ChatRequest> requests, WaveRun run, Pricing pricing) {
        this.name = name;
        this.model = model;
        this.requests = requests;
        this.run = run;
        this.pricing = pricing;
    }

    @Override
    public List<GivenAnswer> answer(List<Example> wave) {
        return run.ask(wave.stream().map(this::ask).toList()).stream()
                .map(this::given)
                .toList();
    }

    private Ask ask(Example example) {
        // With the model's id: another model under the same name is not answered for by this one's journal.
        String call = "compare/%s/%s/%s".formatted(name, model.modelId(), example.id());
        ChatRequest request = Objects.requireNonNull(requests.get(example.id()));
        return new Ask(new Question(call, request, null), List::of, false);
    }

    private GivenAnswer given(Answer answer) {
        AskResult result = answer.result();
        if (result == null) {
            LLMException failure = Objects.requireNonNull(answer.failure());
            return GivenAnswer.failed(String.valueOf(failure.getMessage()), !CallRun.concernsAll(failure));
        }
        ChatResponse response = result.responses().get(0);
        OptionalDouble cost = pricing.price(response.model())
                .or(() -> pricing.price(model.modelId()))
                .map(price -> cost(price, response))
                .orElse(OptionalDouble.empty());
        return new GivenAnswer(
                response.text(), null, true, response.isTruncated(), response.usage(), cost, response.latency());
    }

    private static OptionalDouble cost(ModelPrice price, ChatResponse response) {
        return OptionalDouble.of(price.cost(response.usage()));
    }

    @Override
    public @Nullable String stop() {
        return run.stop();
    }

    @Override
    public void end() {
        run.requireAnswered();
        run.finish();
    }
}
