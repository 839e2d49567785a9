package io.rapidfit.examples.benchmark;

import io.rapidfit.check.DatasetAnalyzer;
import io.rapidfit.check.DatasetCleaner;
import io.rapidfit.check.NearDuplicates;
import io.rapidfit.check.PersonalData;
import io.rapidfit.check.Templates;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Splitter;
import io.rapidfit.text.TextTable;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How long it takes to analyse, without and with the checks for personal data and templates, and to clean 100,000 samples of one task with 50 labels, divided into training, validation and
 * test samples, and others that are as awkward as can be. Takes the number of samples instead of 100,000.
 */
public final class DatasetAnalysisSpeed {

    private static final int LABELS = 50;

    private DatasetAnalysisSpeed() {}

    /** See the class. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        TextTable table = new TextTable()
                .left("texts")
                .right("number")
                .right("analysis s")
                .right("with all checks s")
                .right("cleaning s");
        Random random = new Random(2);
        String template = MadeUpTexts.letters(random, 80, 'a', 26);
        measure(table, "twelve words", MadeUpTexts.sentences(count, 1));
        measure(
                table,
                "any Unicode",
                MadeUpTexts.samples(count, i -> MadeUpTexts.letters(random, 70, 0, Character.MAX_CODE_POINT + 1)));
        measure(table, "all equal", MadeUpTexts.samples(count, i -> template));
        measure(
                table,
                "one letter of 80 differs",
                MadeUpTexts.samples(count, i -> MadeUpTexts.changed(template, 1, random)));
        measure(
                table,
                "10 MB each",
                MadeUpTexts.samples(3, i -> MadeUpTexts.letters(random, 3_500_000, 0x4E00, 20_000)));
        table.print(out);
    }

    private static void measure(TextTable table, String name, List<Sample> samples) {
        Dataset.Builder builder = Dataset.builder();
        IntStream.range(0, samples.size())
                .mapToObj(i -> samples.get(i).withLabel("label " + i % Math.min(LABELS, samples.size())))
                .forEach(builder::add);
        Dataset dataset = builder.build().split(Splitter.builder().build());
        DatasetCleaner cleaner = DatasetCleaner.builder()
                .nearDuplicates(NearDuplicates.builder().build())
                .maxLabelRatio(1)
                .build();
        table.row(
                name,
                Integer.toString(samples.size()),
                seconds(() -> DatasetAnalyzer.builder().build().analyze(dataset)),
                seconds(() -> DatasetAnalyzer.builder()
                        .check(PersonalData.builder().build())
                        .check(Templates.builder().build())
                        .build()
                        .analyze(dataset)),
                seconds(() -> cleaner.clean(dataset)));
    }

    private static String seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return String.format(Locale.ROOT, "%.1f", (System.nanoTime() - start) / 1e9);
    }
}
