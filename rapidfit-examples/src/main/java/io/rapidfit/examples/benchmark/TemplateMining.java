package io.rapidfit.examples.benchmark;

import io.rapidfit.check.Template;
import io.rapidfit.check.TemplateReport;
import io.rapidfit.check.Templates;
import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Sample;
import io.rapidfit.text.TextTable;
import io.rapidfit.text.TextWords;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * How many templates {@link Templates} mines of those that were planted in banking77's texts, and what it finds where nothing was
 * planted. Each of twenty seeds draws 300 to 4,000 texts and plants one to six templates in them, whose instances are 3 to 30% of
 * all texts, at least five of each. A template has 5 to 12 words and one to three slots, which are filled with one to four
 * neighbouring words of other texts. It is found if a mined one matches nine tenths of its instances, and among all that this one
 * matches at most a tenth are no instances.
 *
 * <p>Takes the directory that holds the datasets, and the first of the seeds: 1 for what is documented, others for trying.
 */
public final class TemplateMining {

    private static final int SEEDS = 20;
    private static final int LEAST = 5;
    private static final Templates TEMPLATES = Templates.builder().build();

    /** Where the words of a template come from. */
    private enum Words {
        /** Each of the different words is as likely as any other. */
        VOCABULARY,
        /** A word is as likely as it is frequent, so that half of them are such as "the" and "my". */
        RUNNING_TEXT,
        /** Either, by the toss of a coin. */
        MIXED
    }

    /** Words, and after which of them a slot stands. */
    private record Planted(List<String> words, Set<Integer> slots, Set<Integer> instances) {}

    private final List<String> texts;
    private final List<List<String>> sentences;
    private final List<String> running;
    private final List<String> vocabulary;

    private TemplateMining(List<String> texts) {
        this.texts = texts;
        this.sentences = texts.stream().map(TextWords::of).toList();
        this.running = sentences.stream().flatMap(List::stream).toList();
        this.vocabulary = List.copyOf(new TreeSet<>(running));
    }

    /** See the class. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path data = Path.of(args.length > 0 ? args[0] : "../shared/data");
        int firstSeed = args.length > 1 ? Integer.parseInt(args[1]) : 1;
        TemplateMining banking = new TemplateMining(load(data, "banking77/train", "intent"));
        for (Words words : Words.values()) {
            banking.plantAndMine(words, firstSeed, out);
        }
        untouched("banking77", banking.texts, out);
        untouched("banking77, test", load(data, "banking77/test", "intent"), out);
        untouched("hwu64", load(data, "hwu64/train", "intent"), out);
        for (String task : List.of("emotion", "irony", "offensive")) {
            untouched("tweeteval, " + task, load(data, "tweeteval/train", task), out);
        }
        banking.scale(out);
    }

    private static List<String> load(Path data, String directory, String task) {
        return DataSaver.builder().path(data.resolve(directory)).build().load(task).samples().stream()
                .map(Sample::text)
                .toList();
    }

    private void plantAndMine(Words words, int firstSeed, PrintStream out) {
        out.printf("Words of templates: %s%n%n", words);
        TextTable table = new TextTable()
                .right("seed")
                .right("texts")
                .right("templated")
                .right("planted")
                .right("found")
                .right("others found")
                .left("not found");
        int planted = 0;
        int found = 0;
        int others = 0;
        for (int seed = firstSeed; seed < firstSeed + SEEDS; seed++) {
            Random random = new Random(seed);
            List<String> mixed = new ArrayList<>(texts);
            Collections.shuffle(mixed, random);
            mixed = new ArrayList<>(mixed.subList(0, 300 + random.nextInt(3_701)));
            int natural = mixed.size();
            List<Planted> templates = plant(mixed, words, random);
            int templated = mixed.size() - natural;
            List<Template> mined =
                    TEMPLATES.find(shuffle(mixed, templates, random)).templates();
            List<String> missing = new ArrayList<>();
            for (Planted template : templates) {
                if (mined.stream().noneMatch(m -> isOf(m, template))) {
                    missing.add(template.instances().size() + " of \"" + written(template) + "\"");
                }
            }
            long other = mined.stream()
                    .filter(m -> templates.stream().noneMatch(t -> isOf(m, t)))
                    .count();
            planted += templates.size();
            found += templates.size() - missing.size();
            others += (int) other;
            table.row(
                    String.valueOf(seed),
                    String.valueOf(mixed.size()),
                    String.format(Locale.ROOT, "%.1f%%", 100.0 * templated / mixed.size()),
                    String.valueOf(templates.size()),
                    String.valueOf(templates.size() - missing.size()),
                    String.valueOf(other),
                    String.join("; ", missing));
        }
        table.print(out);
        out.printf(
                Locale.ROOT,
                "%n%d of %d found (recall %.3f), %d others%n%n",
                found,
                planted,
                (double) found / planted,
                others);
    }

    /** Adds instances at the end, and says where. */
    private List<Planted> plant(List<String> mixed, Words words, Random random) {
        double share = 0.03 + 0.27 * random.nextDouble();
        int count = 1 + random.nextInt(6);
        int each = Math.max(LEAST, (int) Math.round(mixed.size() * share / (1 - share) / count));
        List<Planted> templates = new ArrayList<>();
        for (int t = 0; t < count; t++) {
            List<String> fixed = IntStream.range(0, 5 + random.nextInt(8))
                    .mapToObj(i -> word(words, random))
                    .toList();
            Set<Integer> slots = new HashSet<>();
            for (int number = 1 + random.nextInt(3); slots.size() < number; ) {
                slots.add(random.nextInt(fixed.size()));
            }
            Planted template = new Planted(fixed, slots, new HashSet<>());
            for (int i = 0; i < each; i++) {
                template.instances().add(mixed.size());
                mixed.add(instance(template, random));
            }
            templates.add(template);
        }
        return templates;
    }

    private String word(Words words, Random random) {
        boolean any = words == Words.VOCABULARY || (words == Words.MIXED && random.nextBoolean());
        List<String> from = any ? vocabulary : running;
        return from.get(random.nextInt(from.size()));
    }

    private String instance(Planted template, Random random) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < template.words().size(); i++) {
            words.add(template.words().get(i));
            if (template.slots().contains(i)) {
                List<String> from = sentences.get(random.nextInt(sentences.size()));
                int length = Math.min(from.size(), 1 + random.nextInt(4));
                int start = random.nextInt(from.size() - length + 1);
                words.addAll(from.subList(start, start + length));
            }
        }
        return String.join(" ", words);
    }

    /** In another order, in which the instances are found again. */
    private static List<String> shuffle(List<String> mixed, List<Planted> templates, Random random) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, mixed.size()).boxed().toList());
        Collections.shuffle(order, random);
        for (Planted template : templates) {
            List<Integer> moved = IntStream.range(0, order.size())
                    .filter(i -> template.instances().contains(order.get(i)))
                    .boxed()
                    .toList();
            template.instances().clear();
            template.instances().addAll(moved);
        }
        return order.stream().map(mixed::get).toList();
    }

    private static boolean isOf(Template mined, Planted planted) {
        long shared =
                mined.texts().stream().filter(planted.instances()::contains).count();
        return shared >= 0.9 * planted.instances().size() && shared >= 0.9 * mined.count();
    }

    private static String written(Planted template) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < template.words().size(); i++) {
            out.append(template.words().get(i)).append(template.slots().contains(i) ? " \u2026 " : " ");
        }
        return out.toString().trim();
    }

    private static void untouched(String name, List<String> texts, PrintStream out) {
        out.printf("%nUntouched, %s: ", name);
        TEMPLATES.find(texts).display(out);
    }

    /** 100,000 texts of 30 words, a tenth of them from one template. */
    private void scale(PrintStream out) {
        Random random = new Random(1);
        List<String> template = IntStream.range(0, 6)
                .mapToObj(i -> word(Words.VOCABULARY, random))
                .toList();
        List<String> long30 = IntStream.range(0, 100_000)
                .mapToObj(i -> {
                    List<String> words = new ArrayList<>(i % 10 == 0 ? template : List.of());
                    while (words.size() < 30) {
                        words.addAll(sentences.get(random.nextInt(sentences.size())));
                    }
                    return String.join(" ", words.subList(0, 30));
                })
                .toList();
        long start = System.nanoTime();
        TemplateReport report = TEMPLATES.find(long30);
        out.printf(Locale.ROOT, "%n%s in %.1f s%n", report, (System.nanoTime() - start) / 1e9);
    }
}
