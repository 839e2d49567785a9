package io.rapidfit.examples.benchmark;

import io.rapidfit.check.Finding;
import io.rapidfit.check.NearDuplicates;
import io.rapidfit.data.Sample;
import io.rapidfit.text.TextNormalizer;
import io.rapidfit.text.TextTable;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How long it takes to find near-duplicates among 100,000 and among a million texts of twelve words, a tenth of which are
 * copies with up to three changes, and among texts that are as awkward as can be; how much memory that takes, and how many
 * are found of those that comparing all with all finds.
 *
 * <p>The heap is the most in use at any time, texts and what waits for collection included; set its limit with {@code
 * JAVA_TOOL_OPTIONS=-Xmx3g}. Takes the number of texts instead of a million.
 */
public final class NearDuplicateScale {

    private static final int NGRAM = 4;
    private static final double THRESHOLD = 0.8;
    private static final int COMPARED = 20_000;

    private static final NearDuplicates DUPLICATES = NearDuplicates.builder().build();

    private NearDuplicateScale() {}

    /** See the class. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int most = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        printRecall(out);
        TextTable table = new TextTable()
                .left("texts")
                .right("number")
                .right("check s")
                .right("with a twin")
                .right("pairs s")
                .right("pairs")
                .right("heap MiB");
        for (int count : new int[] {100_000, most}) {
            measure(table, "twelve words", MadeUpTexts.sentences(count, 1));
        }
        Random random = new Random(2);
        String template = MadeUpTexts.letters(random, 80, 'a', 26);
        String longer = MadeUpTexts.letters(random, 200, 'a', 26);
        measure(
                table,
                "any Unicode",
                MadeUpTexts.samples(100_000, i -> MadeUpTexts.letters(random, 70, 0, Character.MAX_CODE_POINT + 1)));
        measure(table, "all equal", MadeUpTexts.samples(100_000, i -> template));
        measure(
                table,
                "one letter of 80 differs",
                MadeUpTexts.samples(100_000, i -> MadeUpTexts.changed(template, 1, random)));
        measure(
                table,
                "one letter of 200 differs",
                MadeUpTexts.samples(100_000, i -> MadeUpTexts.changed(longer, 1, random)));
        for (int count : new int[] {10_000, 20_000}) { // many come close to the nearest: time grows with the square
            measure(
                    table,
                    "two letters of 80 differ",
                    MadeUpTexts.samples(count, i -> MadeUpTexts.changed(template, 2, random)));
            measure(
                    table,
                    "four letters of 200 differ",
                    MadeUpTexts.samples(count, i -> MadeUpTexts.changed(longer, 4, random)));
        }
        measure(
                table,
                "10 MB each",
                MadeUpTexts.samples(3, i -> MadeUpTexts.letters(random, 3_500_000, 0x4E00, 20_000)));
        table.print(out);
    }

    private static void measure(TextTable table, String name, List<Sample> samples) {
        heapPools().forEach(MemoryPoolMXBean::resetPeakUsage);
        long start = System.nanoTime();
        long failed = DUPLICATES.check(samples).stream()
                .filter(finding -> finding.verdict() == Finding.Verdict.FAIL)
                .count();
        String check = secondsSince(start);
        start = System.nanoTime();
        int pairs = DUPLICATES.pairs(samples).size();
        String pairing = secondsSince(start);
        long heap = heapPools().stream()
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
        table.row(
                name,
                Integer.toString(samples.size()),
                check,
                Long.toString(failed),
                pairing,
                Integer.toString(pairs),
                Long.toString(heap >> 20));
        System.gc(); // what one leaves behind is not the next one's
    }

    private static List<MemoryPoolMXBean> heapPools() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
    }

    private static String secondsSince(long start) {
        return String.format(Locale.ROOT, "%.1f", (System.nanoTime() - start) / 1e9);
    }

    /** Compares each text with every other, by other means: n-grams as strings, counted in lists of all texts. */
    private static void printRecall(PrintStream out) {
        List<Sample> samples = MadeUpTexts.sentences(COMPARED, 3);
        Map<String, Integer> numbers = new HashMap<>();
        List<List<Integer>> textsOf = new ArrayList<>();
        List<int[]> grams = new ArrayList<>();
        for (Sample sample : samples) {
            String text = TextNormalizer.normalize(sample.text());
            int[] own = IntStream.rangeClosed(0, text.length() - NGRAM)
                    .mapToObj(i -> text.substring(i, i + NGRAM))
                    .mapToInt(gram -> numbers.computeIfAbsent(gram, g -> numbers.size()))
                    .distinct()
                    .toArray();
            for (int gram : own) {
                if (gram == textsOf.size()) {
                    textsOf.add(new ArrayList<>());
                }
                textsOf.get(gram).add(grams.size());
            }
            grams.add(own);
        }
        List<Finding> findings = DUPLICATES.check(samples);
        int twins = 0;
        int found = 0;
        int wrong = 0;
        for (int i = 0; i < COMPARED; i++) {
            int[] shared = new int[COMPARED];
            for (int gram : grams.get(i)) {
                textsOf.get(gram).forEach(text -> shared[text]++);
            }
            double best = 0;
            for (int j = 0; j < COMPARED; j++) {
                if (j != i) {
                    int union = grams.get(i).length + grams.get(j).length - shared[j];
                    best = Math.max(best, (double) shared[j] / union);
                }
            }
            boolean failed = findings.get(i).verdict() == Finding.Verdict.FAIL;
            String similarity = findings.get(i).metadata().getOrDefault("similarity", "");
            twins += best >= THRESHOLD ? 1 : 0;
            found += best >= THRESHOLD && failed ? 1 : 0;
            wrong += failed && !similarity.equals(Double.toString(best)) ? 1 : 0;
        }
        out.printf(
                Locale.ROOT,
                "of %d texts %d have a twin, %d were found (recall %.4f), %d findings do not name the nearest%n%n",
                COMPARED,
                twins,
                found,
                (double) found / twins,
                wrong);
    }
}
