package io.rapidfit.report;

import static io.rapidfit.report.Html.element;
import static io.rapidfit.report.Html.text;

import io.rapidfit.metrics.ErrorSample;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.report.Html.Element;
import io.rapidfit.text.DisplayWidth;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The errors of a task, and a filter over them. The filter is hidden until {@code report.js} has come alive; what it needs to
 * know of a row is in the row's {@code data-} attributes, where labels are numbers, so that it compares no texts of others.
 */
final class ErrorTable {

    /** The most confident ones are worth a look first, and so many a browser filters at once. */
    private static final int MAX_ERRORS = 1000;

    private final List<String> labels;
    private final int all;
    private final List<ErrorSample> shown;
    private final String id;

    ErrorTable(TaskAnalysis task, String id) {
        List<ErrorSample> errors = task.errors();
        this.labels = task.labels();
        this.all = errors.size();
        this.shown = errors.stream().limit(MAX_ERRORS).toList();
        this.id = id;
    }

    List<Html> html() {
        if (shown.isEmpty()) {
            return List.of(element("p", "There are none."));
        }
        Table table = new Table(
                        id,
                        all <= MAX_ERRORS
                                ? "Samples that got a wrong label, most confident first"
                                : "The %s most confident of %s errors"
                                        .formatted(Figures.grouped(MAX_ERRORS), Figures.grouped(all)))
                .left("text")
                .left("true label")
                .left("predicted label")
                .right("confidence");
        for (ErrorSample error : shown) {
            table.add(table.rowOf(
                            Html.excerpt(error.text()),
                            Html.name(error.trueLabel()),
                            Html.name(error.predictedLabel()),
                            Figures.number(error.confidence()))
                    .with("data-true", number(error.trueLabel()))
                    .with("data-predicted", number(error.predictedLabel()))
                    .with("data-confidence", Figures.decimal(error.confidence())));
        }
        return List.of(filter(), table.html());
    }

    private String number(String label) {
        return String.valueOf(labels.indexOf(label));
    }

    private Html filter() {
        return element(
                        "fieldset",
                        element("legend", "Filter the errors"),
                        labelled("True label", "true", choice(ErrorSample::trueLabel)),
                        labelled("Predicted label", "predicted", choice(ErrorSample::predictedLabel)),
                        labelled("Text contains", "text", element("input").with("type", "search")),
                        labelled(
                                "Least confidence",
                                "confidence",
                                element("input")
                                        .with("type", "number")
                                        .with("min", "0")
                                        .with("max", "1")
                                        .with("step", "0.01")),
                        element("button", "Show all").with("type", "button"),
                        element("p").with("role", "status"))
                .with("class", "filter")
                .with("data-table", id)
                .with("hidden", "");
    }

    /** @param field what the script calls it */
    private Html labelled(String label, String field, Element input) {
        String inputId = id + "-" + field;
        return element(
                "div",
                element("label", text(label)).with("for", inputId),
                input.with("id", inputId).with("name", field).with("autocomplete", "off"));
    }

    private Element choice(Function<ErrorSample, String> labelOf) {
        Set<String> used = shown.stream().map(labelOf).collect(Collectors.toSet());
        List<Element> options = new ArrayList<>();
        options.add(element("option", "any").with("value", ""));
        for (String label : labels) {
            if (used.contains(label)) {
                options.add(element("option", DisplayWidth.fit(label, Html.NAME_COLUMNS))
                        .with("value", number(label))
                        .with("dir", "auto"));
            }
        }
        return element("select", options);
    }
}
