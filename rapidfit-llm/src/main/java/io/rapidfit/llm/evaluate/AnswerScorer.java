package io.rapidfit.llm.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidfit.data.Example;
import io.rapidfit.llm.reply.Reply;
import io.rapidfit.llm.reply.ReplyReader;
import io.rapidfit.llm.reply.ReplyShape;
import io.rapidfit.metrics.Bleu;
import io.rapidfit.metrics.RougeL;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Measures answers, see {@link ModelMetric}. */
final class AnswerScorer {

    private final Set<ModelMetric> metrics;
    private final @Nullable ReplyShape shape;
    private final @Nullable EvidenceCheck evidence;

    /**
     * @param shape not null where {@link ModelMetric#SCHEMA} is among the metrics
     * @param evidence not null where {@link ModelMetric#EVIDENCE} is
     */
    AnswerScorer(Set<ModelMetric> metrics, @Nullable ReplyShape shape, @Nullable EvidenceCheck evidence) {
        this.metrics = metrics;
        this.shape = shape;
        this.evidence = evidence;
    }

    ContestantAnswer score(Example example, String expected, GivenAnswer given) {
        Map<ModelMetric, Double> scores = new EnumMap<>(ModelMetric.class);
        List<String> problems = List.of();
        if (given.error() == null && metrics.contains(ModelMetric.EVIDENCE)) {
            problems = Objects.requireNonNull(evidence).problems(example, expected, given.text());
        }
        for (ModelMetric metric : metrics) {
            scores.put(metric, given.error() != null ? 0 : score(metric, expected, given, problems));
        }
        return new ContestantAnswer(
                given.text(), given.error(), scores, problems, given.usage(), given.cost(), given.latency());
    }

    private double score(ModelMetric metric, String expected, GivenAnswer given, List<String> problems) {
        return switch (metric) {
            case SCHEMA -> isOfShape(given) ? 1 : 0;
            case EVIDENCE -> problems.isEmpty() ? 1 : 0;
            case EXACT_MATCH -> isExact(expected, given.text()) ? 1 : 0;
            case FIELD_ACCURACY -> fieldAccuracy(expected, given.text());
            case BLEU -> Bleu.sentence(given.text(), List.of(expected));
            case ROUGE_L -> RougeL.of(given.text(), expected).f1();
        };
    }

    private boolean isOfShape(GivenAnswer given) {
        Reply reply = ReplyReader.read(Objects.requireNonNull(shape), given.text(), given.truncated());
        return reply.isComplete()
                && reply.problems().isEmpty()
                && reply.repairs().isEmpty();
    }

    private static boolean isExact(String expected, String answer) {
        Optional<JsonNode> wanted = JsonValues.expected(expected);
        return wanted.isPresent()
                ? JsonValues.answered(answer)
                        .filter(given -> JsonValues.equal(wanted.get(), given))
                        .isPresent()
                : JsonValues.isSame(expected, answer);
    }

    private static double fieldAccuracy(String expected, String answer) {
        JsonNode wanted = JsonValues.expected(expected).orElseThrow(); // else the metric is not measured
        return JsonValues.answered(answer)
                .map(given -> JsonValues.share(wanted, given))
                .orElse(0.0);
    }
}
