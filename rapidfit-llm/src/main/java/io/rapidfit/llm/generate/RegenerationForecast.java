package io.rapidfit.llm.generate;

import io.rapidfit.check.Template;
import io.rapidfit.llm.CallPolicy;
import io.rapidfit.llm.Forecast;
import io.rapidfit.text.DisplayWidth;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What {@link LLMRegenerator} is going to do, and what that will cost.
 *
 * @param files in the order in which they were given
 * @param templates the templates given and found, the forms of which stand in the prompts
 * @param calls least: each response is rewritten at the first attempt, and as long as it was. Most: each takes as many attempts as it
 *     may have, each asked a second time because the answer cannot be read, and each answer is as long as it may be
 */
public record RegenerationForecast(List<FilePlan> files, List<TemplatePlan> templates, Forecast calls) {

    private static final int COLUMNS = 60;

    /**
     * What is going to be done with a file.
     *
     * @param rows conversations in it
     * @param templated how many of their responses match a template
     * @param kept how many of these are to stay as they are
     */
    public record FilePlan(Path input, int rows, int templated, int kept) {

        /** How many are to be rewritten. */
        public int rewritten() {
            return templated - kept;
        }
    }

    /**
     * One template.
     *
     * @param responses how many responses match it, in all files
     */
    public record TemplatePlan(Template.Source source, String form, int responses) {}

    public RegenerationForecast {
        files = List.copyOf(files);
        templates = List.copyOf(templates);
    }

    /** Prints tables of the files, the templates and the calls. */
    public void display(Appendable out) {
        display(CallPolicy.defaults(), out);
    }

    /** Prints the same, and how long the calls take at the rate that the policy allows, if it limits one. */
    public void display(CallPolicy policy, Appendable out) {
        TextTable rows = new TextTable().left("file");
        for (String column : List.of("rows", "templated", "kept", "to rewrite")) {
            rows.right(column);
        }
        for (FilePlan file : files) {
            rows.row(
                    DisplayWidth.fit(file.input().toString(), COLUMNS),
                    String.valueOf(file.rows()),
                    String.valueOf(file.templated()),
                    String.valueOf(file.kept()),
                    String.valueOf(file.rewritten()));
        }
        TextTable forms = new TextTable().left("template").left("source").right("responses");
        for (TemplatePlan template : templates) {
            forms.row(
                    DisplayWidth.fit(template.form(), COLUMNS),
                    template.source().name().toLowerCase(Locale.ROOT),
                    String.valueOf(template.responses()));
        }
        try {
            rows.print(out);
            forms.print(out.append('\n'));
            calls.display(policy, out.append('\n'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
