package io.rapidfit.check;

import io.rapidfit.check.DiversityReport.SampledText;
import io.rapidfit.check.DiversityReport.TemplateShare;
import io.rapidfit.internal.Require;
import io.rapidfit.text.DisplayWidth;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** How diverse texts were, and are. Made by {@link DiversityReport#compare}. */
public record DiversityComparison(DiversityReport before, DiversityReport after) {

    /** What stands in a row of both. */
    public record Pair(SampledText before, SampledText after) {}

    /**
     * A template of either.
     *
     * @param before share of the texts, in [0, 1]; 0 where it was not counted
     * @param after the same
     */
    public record TemplateChange(String form, Template.Source source, double before, double after) {}

    public DiversityComparison {
        Require.nonNull("before", before);
        Require.nonNull("after", after);
    }

    /** How much the score rose, negative if it fell. */
    public double gain() {
        return after.score() - before.score();
    }

    /** The templates of both, those before first. */
    public List<TemplateChange> templates() {
        Map<List<Object>, TemplateChange> changes = new LinkedHashMap<>();
        for (TemplateShare was : before.templates()) {
            changes.put(
                    List.of(was.form(), was.source()), new TemplateChange(was.form(), was.source(), was.share(), 0));
        }
        for (TemplateShare is : after.templates()) {
            TemplateChange change = new TemplateChange(is.form(), is.source(), 0, is.share());
            changes.merge(
                    List.of(is.form(), is.source()),
                    change,
                    (was, now) -> new TemplateChange(was.form(), was.source(), was.before(), now.after()));
        }
        return List.copyOf(changes.values());
    }

    /** The groups of both, those before first; a group that one of them lacks has no texts there. */
    public Map<String, DiversityComparison> groups() {
        Set<String> names = new LinkedHashSet<>(before.groups().keySet());
        names.addAll(after.groups().keySet());
        Map<String, DiversityComparison> groups = new LinkedHashMap<>();
        for (String name : names) {
            groups.put(
                    name,
                    new DiversityComparison(
                            before.groups().getOrDefault(name, DiversityReport.NONE),
                            after.groups().getOrDefault(name, DiversityReport.NONE)));
        }
        return groups;
    }

    /**
     * Texts of the same rows before and after, to be read by eye. If both files have the same rows and were measured with the same
     * seed and sample size, that is any of the {@link DiversityReport#samples}; else only rows that both sampled can be drawn.
     *
     * @param count at least 0
     * @param seed decides which, and their order
     */
    public List<Pair> sample(int count, long seed) {
        Map<Integer, SampledText> byRow = new HashMap<>();
        before.samples().forEach(text -> byRow.put(text.row(), text));
        List<Pair> pairs = new ArrayList<>();
        for (SampledText text : after.samples()) {
            SampledText was = byRow.get(text.row());
            if (was != null) {
                pairs.add(new Pair(was, text));
            }
        }
        return DiversityReport.draw(pairs, count, seed);
    }

    /**
     * Prints tables of the measures, the templates and the groups side by side, and says so if they were taken of samples of
     * different sizes. All of a group is in its own comparison, see {@link #groups}.
     */
    public void display(Appendable out) {
        try {
            displayMeasures(out);
            displayTemplates(out);
            displayGroups(out);
            if (before.sampled() != after.sampled()) {
                out.append(
                        "\nThe samples differ in size, so self-BLEU, distinct-n and repeated 4-grams do not compare.\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void displayMeasures(Appendable out) throws IOException {
        out.append("before: ").append(before.headline()).append('\n');
        out.append("after:  ").append(after.headline()).append("\n\n");
        TextTable table = new TextTable().left("measure").right("before").right("after");
        Map<String, String> was = before.measures();
        Map<String, String> is = after.measures();
        Set<String> names = new LinkedHashSet<>(was.keySet());
        names.addAll(is.keySet());
        for (String name : names) {
            String wasValue = was.getOrDefault(name, "-");
            String isValue = is.getOrDefault(name, "-");
            if (!DiversityReport.isEmptyBucket(name, wasValue) || !DiversityReport.isEmptyBucket(name, isValue)) {
                table.row(name, wasValue, isValue);
            }
        }
        table.print(out);
    }

    private void displayTemplates(Appendable out) throws IOException {
        if (templates().isEmpty()) {
            return;
        }
        TextTable found =
                new TextTable().left("template").left("source").right("before").right("after");
        templates()
                .forEach(template -> found.row(
                        DisplayWidth.fit(template.form(), DiversityReport.FORM_COLUMNS),
                        template.source().name().toLowerCase(Locale.ROOT),
                        DiversityReport.percent(template.before()),
                        DiversityReport.percent(template.after())));
        found.print(out.append('\n'));
    }

    private void displayGroups(Appendable out) throws IOException {
        if (groups().isEmpty()) {
            return;
        }
        TextTable table = new TextTable().left("group").right("texts");
        DiversityReport.groupColumns(table, "before");
        DiversityReport.groupColumns(table, "after");
        groups().forEach((name, group) -> {
            List<String> row = new ArrayList<>(List.of(DiversityReport.groupTitle(name), group.texts()));
            row.addAll(group.before().groupValues());
            row.addAll(group.after().groupValues());
            table.row(row.toArray(String[]::new));
        });
        table.print(out.append('\n'));
    }

    private String texts() {
        return before.texts() == after.texts() ? String.valueOf(before.texts()) : before.texts() + ", " + after.texts();
    }
}
