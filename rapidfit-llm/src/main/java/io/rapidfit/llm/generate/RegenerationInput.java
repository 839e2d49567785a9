package io.rapidfit.llm.generate;

import io.rapidfit.check.Diversity;
import io.rapidfit.check.Grounding;
import io.rapidfit.check.TemplateReport;
import io.rapidfit.data.ExampleFile;
import io.rapidfit.llm.run.RunId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a run starts from: what there is to do in each of its files.
 *
 * @param templates given, and found in the first file
 * @param grounding knows the names in all files; null if nobody looks
 * @param runId the same whenever options, templates and the names of the files are: an answer is asked for again if its prompt is another
 */
record RegenerationInput(
        RegenerationOptions options,
        TemplateReport templates,
        List<RegenerationPlan> plans,
        @Nullable Grounding grounding,
        String runId) {

    /** Reads all files. */
    static RegenerationInput of(RegenerationOptions options, List<Path> files) {
        TemplateReport templates = RegenerationPlan.templates(options, files.get(0));
        Supplier<Grounding.Builder> supplier = options.grounding();
        Grounding.Builder names = supplier == null ? null : supplier.get();
        Diversity diversity = options.diversity(templates);
        List<RegenerationPlan> plans = new ArrayList<>();
        for (Path file : files) {
            FileHash hash = FileHash.of(file);
            int maxPerTemplate = plans.isEmpty()
                    ? options.maxPerTemplate()
                    : proportional(
                            options.maxPerTemplate(), rows(file), plans.get(0).rows());
            RegenerationPlan.Maker maker =
                    new RegenerationPlan.Maker(options, templates, maxPerTemplate, diversity.start());
            ExampleFile.conversations(file).forEach(conversation -> {
                maker.add(conversation);
                if (names != null) {
                    names.learn(conversation);
                }
            });
            plans.add(maker.plan(file, hash));
        }
        return new RegenerationInput(
                options, templates, plans, names == null ? null : names.build(), runId(options, templates, plans));
    }

    private static int rows(Path file) {
        int[] rows = {0};
        ExampleFile.conversations(file).forEach(conversation -> rows[0]++);
        return rows[0];
    }

    /** At least one, unless all are to be rewritten. */
    private static int proportional(int maxPerTemplate, int rows, int ofRows) {
        long share = Math.round((double) maxPerTemplate * rows / Math.max(1, ofRows));
        return (int) Math.min(Integer.MAX_VALUE, Math.max(Math.min(1, maxPerTemplate), share));
    }

    private static String runId(RegenerationOptions options, TemplateReport templates, List<RegenerationPlan> plans) {
        return new RunId()
                .add(options.fingerprint())
                .add(templates.templates().stream()
                        .map(template -> template.source() + " " + template.form())
                        .toList())
                .add(plans.stream()
                        .map(plan -> String.valueOf(plan.input().getFileName()))
                        .toList())
                .name();
    }
}
