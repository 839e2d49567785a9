package io.rapidfit.check;

import io.rapidfit.internal.Require;
import io.rapidfit.text.DisplayWidth;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which templates {@link Templates} found in texts, and which other texts match them. Immutable and thread-safe. */
public final class TemplateReport {

    private static final int FORM_COLUMNS = 72;
    private static final int EXAMPLE_COLUMNS = 96;

    private final int texts;
    private final int templated;
    private final List<Template> templates;
    private final TemplateMatcher matcher;

    /** @param matcher its rules are those of the templates, in their order */
    TemplateReport(int texts, List<Template> templates, TemplateMatcher matcher) {
        BitSet templated = new BitSet();
        templates.forEach(template -> template.texts().forEach(templated::set));
        this.texts = texts;
        this.templated = templated.cardinality();
        this.templates = List.copyOf(templates);
        this.matcher = matcher;
    }

    /**
     * The given phrases, the given expressions, and those that were mined, the ones that account for most words first. Given
     * ones are there even if no text matches them.
     */
    public List<Template> templates() {
        return templates;
    }

    /** How many texts were searched. */
    public int texts() {
        return texts;
    }

    /** The share of the texts that match a template, in [0, 1]: each counts once, however many it matches. 0 without texts. */
    public double share() {
        return texts == 0 ? 0 : (double) templated / texts;
    }

    /** The template that a text matches, be it one of those searched or a new one; of several the first. */
    public Optional<Template> matching(String text) {
        int first = allMatching(text).nextSetBit(0);
        return first < 0 ? Optional.empty() : Optional.of(templates.get(first));
    }

    /** Which of the {@link #templates} a text matches, by index: a new set, which is the caller's. */
    public BitSet allMatching(String text) {
        return matcher.matching(Require.nonNull("text", text));
    }

    /** Prints a table of the templates, and a few texts of each. */
    public void display(Appendable out) {
        try {
            out.append("%s of %s texts match a template\n".formatted(percent(share()), texts));
            if (templates.isEmpty()) {
                return;
            }
            TextTable table = new TextTable()
                    .left("template")
                    .left("source")
                    .right("texts")
                    .right("share");
            for (Template template : templates) {
                table.row(
                        DisplayWidth.fit(template.form(), FORM_COLUMNS),
                        template.source().name().toLowerCase(Locale.ROOT),
                        String.valueOf(template.count()),
                        percent(template.share()));
            }
            table.print(out.append('\n'));
            for (Template template : templates) {
                if (template.count() > 0) {
                    out.append('\n')
                            .append(DisplayWidth.fit(template.form(), FORM_COLUMNS))
                            .append('\n');
                    for (String example : template.examples()) {
                        out.append("      ")
                                .append(DisplayWidth.fit(example, EXAMPLE_COLUMNS))
                                .append('\n');
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    /** Counts, no texts. */
    @Override
    public String toString() {
        return "TemplateReport[%s templates in %s of %s texts]".formatted(templates.size(), templated, texts);
    }
}
