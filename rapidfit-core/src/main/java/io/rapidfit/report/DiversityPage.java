package io.rapidfit.report;

import static io.rapidfit.report.Html.element;
import static io.rapidfit.report.Html.text;

import io.rapidfit.check.DiversityComparison;
import io.rapidfit.check.DiversityComparison.Pair;
import io.rapidfit.check.DiversityReport;
import io.rapidfit.check.DiversityReport.LengthBucket;
import io.rapidfit.check.DiversityReport.Phrase;
import io.rapidfit.check.DiversityReport.SampledText;
import io.rapidfit.check.Template;
import io.rapidfit.report.Page.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** A {@link DiversityReport}, or two beside each other, as a page: a section for all texts, and one for each group. */
final class DiversityPage {

    private static final int MAX_TEMPLATES = 100;
    private static final int MAX_SAMPLES = 20;
    private static final long SEED = 42;

    private static final String ALL = "All texts";

    /** As they are shown. What is templated is left out where no templates were counted. */
    private static final Map<String, Function<DiversityReport, String>> MEASURES = new LinkedHashMap<>();

    static {
        MEASURES.put("score", DiversityPage::score);
        MEASURES.put("texts", report -> Figures.grouped(report.texts()));
        MEASURES.put("sampled", report -> Figures.grouped(report.sampled()));
        MEASURES.put("templated", report -> Figures.percent(report.templatedShare()));
        MEASURES.put("unique", report -> Figures.percent(report.uniqueShare()));
        MEASURES.put("self-BLEU", report -> Figures.decimal(report.selfBleu()));
        MEASURES.put("repeated 4-grams", report -> Figures.percent(report.repeatedFourGrams()));
        MEASURES.put("distinct-1", report -> Figures.decimal(report.distinct1()));
        MEASURES.put("distinct-2", report -> Figures.decimal(report.distinct2()));
        MEASURES.put("distinct-3", report -> Figures.decimal(report.distinct3()));
    }

    private DiversityPage() {}

    static Page of(DiversityReport report) {
        Table overview = new Table("overview", "How diverse the texts are")
                .left("texts of")
                .right("score")
                .left("verdict")
                .right("texts")
                .right("templated")
                .right("unique")
                .right("self-BLEU")
                .right("repeated 4-grams");
        List<Section> sections = new ArrayList<>();
        withGroups(report, report.groups()).forEach((name, own) -> {
            int number = sections.size() + 1;
            overview.row(
                    Section.link(number, name),
                    Figures.bar(score(own), own.score() / 100),
                    text(own.verdict().description()),
                    Figures.count(own.texts()),
                    text(templated(own)),
                    text(Figures.percent(own.uniqueShare())),
                    Figures.number(own.selfBleu()),
                    text(Figures.percent(own.repeatedFourGrams())));
            sections.add(new Section(number, name, content(own, Section.id(number))));
        });
        return new Page("Diversity", List.of(overview.html(), explanation()), sections);
    }

    static Page of(DiversityComparison comparison) {
        Table overview = new Table("overview", "How diverse the texts were, and are")
                .left("texts of")
                .right("score before")
                .right("after")
                .left("verdict before")
                .left("after")
                .right("templated before")
                .right("after")
                .right("unique before")
                .right("after");
        List<Section> sections = new ArrayList<>();
        withGroups(comparison, comparison.groups()).forEach((name, own) -> {
            int number = sections.size() + 1;
            overview.row(
                    Section.link(number, name),
                    Figures.bar(score(own.before()), own.before().score() / 100),
                    Figures.bar(score(own.after()), own.after().score() / 100),
                    text(own.before().verdict().description()),
                    text(own.after().verdict().description()),
                    text(templated(own.before())),
                    text(templated(own.after())),
                    text(Figures.percent(own.before().uniqueShare())),
                    text(Figures.percent(own.after().uniqueShare())));
            List<Html> content = content(own, Section.id(number));
            if (number == 1) { // the samples say which group they are of
                content.addAll(samples(comparison, Section.id(number)));
            }
            sections.add(new Section(number, name, content));
        });
        return new Page("Diversity before and after", List.of(overview.html(), explanation()), sections);
    }

    private static <T> Map<String, T> withGroups(T all, Map<String, T> groups) {
        Map<String, T> byName = new LinkedHashMap<>();
        byName.put(ALL, all);
        groups.forEach((name, own) -> byName.put("Group " + name, own));
        return byName;
    }

    private static Html explanation() {
        return element(
                "p",
                "The score is 100 u (1 - (b + r)/2): u is the share of different texts, b self-BLEU and r the share of"
                        + " 4-grams that stand in another text too, both of a sample. From 70 texts are diverse, from 50"
                        + " repetitive, below copied.");
    }

    private static String score(DiversityReport report) {
        return String.format(Locale.ROOT, "%.1f", report.score());
    }

    private static String templated(DiversityReport report) {
        return report.templates().isEmpty() ? "-" : Figures.percent(report.templatedShare());
    }

    private static List<Html> content(DiversityReport report, String id) {
        List<Html> content = new ArrayList<>();
        Table measures = new Table(id + "-measures", "Measures").left("measure").right("value");
        MEASURES.forEach((name, value) -> {
            if (!name.equals("templated") || !report.templates().isEmpty()) {
                measures.row(text(name), text(value.apply(report)));
            }
        });
        content.add(measures.html());
        if (!report.templates().isEmpty()) {
            Table templates = new Table(id + "-templates", templatesCaption(report.templates()))
                    .left("template")
                    .left("source")
                    .right("texts")
                    .right("share");
            report.templates().stream()
                    .limit(MAX_TEMPLATES)
                    .forEach(template -> templates.row(
                            Html.excerpt(template.form()),
                            source(template.source()),
                            Figures.count(template.count()),
                            Figures.bar(Figures.percent(template.share()), template.share())));
            content.add(templates.html());
        }
        addPhrases(content, id + "-openings", "The most common first three words", report.openings(), report);
        addPhrases(content, id + "-closings", "The most common last three words", report.closings(), report);
        content.add(lengths(id, List.of(report), List.of("texts")));
        if (!report.samples().isEmpty()) {
            List<SampledText> samples = report.sample(MAX_SAMPLES, SEED);
            Table table = new Table(id + "-samples", samples.size() + " texts drawn from the sample, to be read")
                    .left("row")
                    .left("group")
                    .left("text")
                    .left("template");
            samples.forEach(sample -> table.row(
                    Figures.count(sample.row() + 1L),
                    group(sample.group()),
                    Html.excerpt(sample.text()),
                    template(sample.template())));
            content.add(table.html());
        }
        return content;
    }

    private static List<Html> content(DiversityComparison comparison, String id) {
        List<Html> content = new ArrayList<>();
        Table measures = new Table(id + "-measures", "Measures")
                .left("measure")
                .right("before")
                .right("after");
        MEASURES.forEach((name, value) -> {
            if (!name.equals("templated") || !comparison.templates().isEmpty()) {
                measures.row(text(name), text(value.apply(comparison.before())), text(value.apply(comparison.after())));
            }
        });
        content.add(measures.html());
        if (comparison.before().sampled() != comparison.after().sampled()) {
            content.add(element(
                            "p",
                            "The samples differ in size, so self-BLEU, distinct-n and repeated 4-grams do not compare.")
                    .with("class", "warning"));
        }
        if (!comparison.templates().isEmpty()) {
            Table templates = new Table(id + "-templates", templatesCaption(comparison.templates()))
                    .left("template")
                    .left("source")
                    .right("before")
                    .right("after");
            comparison.templates().stream()
                    .limit(MAX_TEMPLATES)
                    .forEach(template -> templates.row(
                            Html.excerpt(template.form()),
                            source(template.source()),
                            Figures.bar(Figures.percent(template.before()), template.before()),
                            Figures.bar(Figures.percent(template.after()), template.after())));
            content.add(templates.html());
        }
        content.add(lengths(id, List.of(comparison.before(), comparison.after()), List.of("before", "after")));
        return content;
    }

    private static List<Html> samples(DiversityComparison comparison, String id) {
        List<Pair> pairs = comparison.sample(MAX_SAMPLES, SEED);
        if (pairs.isEmpty()) {
            return List.of(element("p", "No row was sampled both before and after."));
        }
        Table table = new Table(id + "-samples", pairs.size() + " rows drawn from the samples, to be read")
                .left("row")
                .left("group")
                .left("before")
                .left("template before")
                .left("after")
                .left("template after");
        pairs.forEach(pair -> table.row(
                Figures.count(pair.before().row() + 1L),
                group(pair.before().group()),
                Html.excerpt(pair.before().text()),
                template(pair.before().template()),
                Html.excerpt(pair.after().text()),
                template(pair.after().template())));
        return List.of(table.html());
    }

    private static String templatesCaption(List<?> templates) {
        return templates.size() <= MAX_TEMPLATES
                ? "Share of the texts that match each template"
                : "Share of the texts that match the first %s of %s templates"
                        .formatted(MAX_TEMPLATES, Figures.grouped(templates.size()));
    }

    private static Html source(Template.Source source) {
        return text(source.name().toLowerCase(Locale.ROOT));
    }

    private static Html group(String group) {
        return group.isEmpty() ? text("-") : Html.name(group);
    }

    private static Html template(String form) {
        return form.isEmpty() ? text("-") : Html.excerpt(form);
    }

    private static void addPhrases(
            List<Html> content, String id, String caption, List<Phrase> phrases, DiversityReport report) {
        if (phrases.isEmpty()) {
            return;
        }
        Table table = new Table(id, caption).left("words").right("texts").right("share");
        phrases.forEach(phrase -> table.row(
                Html.name(phrase.text()), Figures.count(phrase.count()), share(phrase.count(), report.texts())));
        content.add(table.html());
    }

    private static Html lengths(String id, List<DiversityReport> reports, List<String> columns) {
        Table table = new Table(id + "-lengths", "How long texts are, in words").left("words");
        columns.forEach(table::right);
        for (LengthBucket bucket : reports.get(0).lengths()) {
            Stream<Html> shares = reports.stream().map(report -> share(count(report, bucket), report.texts()));
            table.row(Stream.concat(Stream.of(text(range(bucket))), shares).toArray(Html[]::new));
        }
        return table.html();
    }

    private static int count(DiversityReport report, LengthBucket like) {
        return report.lengths().stream()
                .filter(bucket -> bucket.min() == like.min())
                .mapToInt(LengthBucket::count)
                .sum();
    }

    private static String range(LengthBucket bucket) {
        if (bucket.max() == Integer.MAX_VALUE) {
            return bucket.min() + " or more";
        }
        return bucket.min() == bucket.max() ? String.valueOf(bucket.min()) : bucket.min() + " to " + bucket.max();
    }

    private static Html share(int count, int texts) {
        double share = texts == 0 ? 0 : (double) count / texts;
        return Figures.bar(Figures.percent(share), share);
    }
}
