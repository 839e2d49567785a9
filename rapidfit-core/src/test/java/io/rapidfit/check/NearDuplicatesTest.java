package io.rapidfit.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.check.NearDuplicates.Index;
import io.rapidfit.check.NearDuplicates.Match;
import io.rapidfit.check.NearDuplicates.Pair;
import io.rapidfit.data.Conversation;
import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Example;
import io.rapidfit.data.Item;
import io.rapidfit.data.Message;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.testing.DefaultLocale;
import io.rapidfit.testing.RandomText;
import io.rapidfit.text.TextNormalizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearDuplicatesTest {

    private static final NearDuplicates DEFAULT = NearDuplicates.builder().build();

    /** 39 different letters: 36 n-grams of 4. */
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789!?-";

    /** Of n-grams, for {@link #grams}. */
    private static final Map<String, Integer> NUMBERS = new HashMap<>();

    @Test
    void builder_defaults() {
        assertThat(DEFAULT.threshold()).isEqualTo(0.8);
        assertThat(DEFAULT.ngram()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, Double.NaN, Double.POSITIVE_INFINITY})
    void builder_refusesAThresholdThatIsNotPositive(double threshold) {
        assertThatThrownBy(() -> NearDuplicates.builder().threshold(threshold))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("threshold must be positive and finite but was " + threshold);
    }

    @Test
    void builder_refusesAThresholdAboveOne() {
        assertThatThrownBy(() -> NearDuplicates.builder().threshold(1.01))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("threshold must be in [0.0, 1.0] but was 1.01");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 33})
    void builder_refusesNGramsOutOfRange(int ngram) {
        assertThatThrownBy(() -> NearDuplicates.builder().ngram(ngram))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ngram must be in [1, 32] but was " + ngram);
    }

    @Test
    void check_namesTheNearestTwin() {
        // of 36 n-grams the 4 with the other letter differ, 32 are shared: 32 / (36 + 36 - 32) = 0.8
        List<Finding> findings = DEFAULT.check(
                List.of(sample("a", LETTERS), sample("b", LETTERS.replace('m', '_')), sample("c", "something else")));

        assertThat(findings)
                .containsExactly(
                        new Finding(
                                "near-duplicates",
                                "a",
                                Verdict.FAIL,
                                findings.get(0).score(),
                                "has a similarity of 0.800 to b",
                                Map.of("twin", "b", "similarity", "0.8")),
                        new Finding(
                                "near-duplicates",
                                "b",
                                Verdict.FAIL,
                                findings.get(1).score(),
                                "has a similarity of 0.800 to a",
                                Map.of("twin", "a", "similarity", "0.8")),
                        Finding.pass("near-duplicates", "c"));
        assertThat(findings.get(0).score()).hasValue(1 - 0.8);
        assertThat(findings.get(0).metadata().keySet()).containsExactly("twin", "similarity");
    }

    @Test
    void check_takesTheThresholdExactly() {
        // one letter less: of 35 n-grams 31 are shared, 31 / 39 = 0.795
        assertThat(failed(DEFAULT, LETTERS, LETTERS.replace('m', '_'))).isTrue();
        assertThat(failed(DEFAULT, LETTERS.substring(1), LETTERS.substring(1).replace('m', '_')))
                .isFalse();
        assertThat(failed(
                        threshold(31.0 / 39),
                        LETTERS.substring(1),
                        LETTERS.substring(1).replace('m', '_')))
                .isTrue();
        assertThat(failed(threshold(Math.nextUp(0.8)), LETTERS, LETTERS.replace('m', '_')))
                .isFalse();
        assertThat(failed(threshold(1), LETTERS, LETTERS.replace('m', '_'))).isFalse();
        assertThat(failed(threshold(1), LETTERS, LETTERS.toUpperCase(Locale.ROOT)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "1, abc, abd, 2, 4", // a b c and a b d
        "1, listen, silent, 6, 6", // the same letters
        "2, banana, bananas, 3, 4", // ba an na and ba an na as
        "2, banana, nab, 1, 4", // ba an na and na ab
        "3, hello, hallo, 1, 5", // hel ell llo and hal all llo
        "4, night train, night trains, 8, 9", // 11 - 3 = 8 n-grams, and one more
        "4, aaaa, aaaaaaa, 1, 1", // how often plays no part
        "32, abc, ABC, 1, 1",
    })
    void nearest_isTheJaccardSimilarity(int ngram, String one, String other, int shared, int union) {
        NearDuplicates duplicates =
                NearDuplicates.builder().ngram(ngram).threshold(0.01).build();
        Match expected = new Match("it", (double) shared / union);

        assertThat(indexOf(duplicates, one).nearest(other)).contains(expected);
        assertThat(indexOf(duplicates, other).nearest(one)).contains(expected);
    }

    @Test
    void nearest_withoutASharedNGramIsEmpty() {
        NearDuplicates any = NearDuplicates.builder().ngram(1).threshold(1e-9).build();

        assertThat(indexOf(any, "abc").nearest("def")).isEmpty();
        assertThat(DEFAULT.index().nearest("abc")).isEmpty();
    }

    @Test
    void nearest_ofEquallySimilarTextsIsTheOneAddedFirst() {
        for (int others : new int[] {0, 1000}) { // with 1000 the first ones are laid out, not chained
            Index index = DEFAULT.index();
            index.add("first", LETTERS.replace('m', '_'));
            index.add("second", LETTERS.replace('m', '~'));
            index.add("first again", LETTERS.replace('m', '_').toUpperCase(Locale.ROOT));
            for (int i = 0; i < others; i++) {
                index.add("other " + i, "another text with the number " + i * 7919);
                index.add("later " + i, LETTERS.replace('m', (char) (0x4E00 + i)));
            }

            assertThat(index.nearest(LETTERS)).contains(new Match("first", 0.8));
            assertThat(index.nearest(LETTERS.replace('m', '~'))).contains(new Match("second", 1));
            assertThat(index.nearest(LETTERS.replace('m', '_'))).contains(new Match("first", 1));
        }
    }

    @Test
    void check_ofEquallySimilarTextsNamesTheFirst() {
        String m1 = LETTERS.replace('m', '_');
        String m2 = LETTERS.replace('m', '~');
        List<Finding> findings =
                DEFAULT.check(List.of(sample("x", m1), sample("y", m2), sample("z", LETTERS), sample("z2", LETTERS)));

        assertThat(findings.stream().map(f -> f.metadata().get("twin"))).containsExactly("y", "x", "z2", "z");
        assertThat(findings.get(2).score()).hasValue(0);
    }

    @Test
    void check_takesTheSameExampleTwiceAsTwins() {
        Sample sample = sample("a", "once and again");

        assertThat(DEFAULT.check(List.of(sample, sample)))
                .extracting(f -> f.verdict() + " " + f.metadata().get("twin"))
                .containsExactly("FAIL a", "FAIL a");
    }

    @Test
    void check_takesShortTextsAsAWhole() {
        assertThat(failed(DEFAULT, "yes", "YES ")).isTrue();
        assertThat(failed(DEFAULT, "yes", "yep")).isFalse();
        assertThat(failed(DEFAULT, "yes", "yes!")).isFalse();
        assertThat(failed(DEFAULT, "", " \u00A0\n")).isTrue();
        assertThat(failed(DEFAULT, "", "a")).isFalse();
    }

    @Test
    void check_comparesWithinATaskOnly() {
        List<Finding> findings = DEFAULT.check(List.of(
                Sample.of("intent", "wake me at seven", "alarm"),
                Sample.of("scenario", "wake me at seven", "alarm"),
                Sample.of("intent", "wake me at seven!", "alarm")));

        assertThat(findings.stream().map(Finding::verdict)).containsExactly(Verdict.FAIL, Verdict.PASS, Verdict.FAIL);
    }

    @Test
    void check_ofNothingFindsNothing() {
        assertThat(DEFAULT.check(List.of())).isEmpty();
        assertThat(DEFAULT.pairs(List.of())).isEmpty();
    }

    @Test
    void refusesNull() {
        assertThatThrownBy(() -> DEFAULT.check(null)).hasMessage("examples must not be null");
        assertThatThrownBy(() -> DEFAULT.check(Collections.singletonList(null))).hasMessage("example must not be null");
        assertThatThrownBy(() -> DEFAULT.pairs(null)).hasMessage("examples must not be null");
        assertThatThrownBy(() -> DEFAULT.index().add(null, "text")).hasMessage("id must not be null");
        assertThatThrownBy(() -> DEFAULT.index().add("id", null)).hasMessage("text must not be null");
        assertThatThrownBy(() -> DEFAULT.index().nearest(null)).hasMessage("text must not be null");
    }

    @Test
    void check_findsTwinsInArabicAndAmongEmoji() {
        // "I would like to know the opening hours of the museum today", with and without the last word's article
        String arabic =
                "\u0623\u0631\u064A\u062F \u0623\u0646 \u0623\u0639\u0631\u0641 \u0645\u0648\u0627\u0639\u064A\u062F"
                        + " \u0641\u062A\u062D \u0627\u0644\u0645\u062A\u062D\u0641 \u0641\u064A \u0627\u0644\u0645\u062F\u064A\u0646\u0629"
                        + " \u0627\u0644\u064A\u0648\u0645";
        String other =
                "\u0645\u0627 \u0647\u0648 \u0633\u0639\u0631 \u0627\u0644\u062A\u0630\u0643\u0631\u0629 \u0644\u0644\u0637\u0641\u0644";

        assertThat(failed(DEFAULT, arabic, arabic + " \u061F")).isTrue();
        assertThat(failed(DEFAULT, arabic, other)).isFalse();
        // ten different faces and one more: 7 n-grams of 4, and 8
        String faces = IntStream.range(0, 10)
                .mapToObj(i -> Character.toString(0x1F600 + i))
                .collect(Collectors.joining());
        assertThat(indexOf(DEFAULT, faces).nearest(faces + Character.toString(0x1F60A)))
                .contains(new Match("it", 7.0 / 8));
        // no two faces in common, though all begin with the same surrogate
        assertThat(failed(
                        threshold(0.01),
                        faces,
                        faces.codePoints()
                                .mapToObj(c -> Character.toString(c + 16))
                                .collect(Collectors.joining())))
                .isFalse();
    }

    @Test
    void check_doesNotDependOnTheDefaultLocale() throws Exception {
        List<Sample> samples = List.of(
                sample("a", LETTERS), sample("b", LETTERS.replace('m', '_').toUpperCase(Locale.ROOT)));
        List<Finding> expected = DEFAULT.check(samples);
        assertThat(expected).allMatch(f -> f.verdict() == Verdict.FAIL);

        DefaultLocale.with("tr-TR", () -> assertThat(DEFAULT.check(samples)).isEqualTo(expected));
        DefaultLocale.with("ar-EG", () -> assertThat(DEFAULT.check(samples)).isEqualTo(expected));
    }

    /** Any threshold, any n: what it finds is what comparing all with all finds. */
    @ParameterizedTest
    @CsvSource({"1, 0.9", "2, 0.8", "3, 0.5", "4, 0.8", "4, 0.2", "4, 1", "5, 0.7", "9, 0.85"})
    void check_findsWhatComparingAllWithAllFinds(int ngram, double threshold) {
        NearDuplicates duplicates =
                NearDuplicates.builder().ngram(ngram).threshold(threshold).build();
        for (int seed = 0; seed < 2; seed++) {
            List<Sample> samples = copies(600, seed);
            List<int[]> grams =
                    samples.stream().map(s -> grams(s.text(), ngram)).toList();

            List<Finding> findings = duplicates.check(samples);

            assertThat(findings).hasSameSizeAs(samples);
            int failed = 0;
            for (int i = 0; i < samples.size(); i++) {
                Optional<Match> twin = nearest(samples, grams, i, IntStream.range(0, samples.size()), threshold);
                assertThat(match(findings.get(i))).isEqualTo(twin);
                failed += twin.isPresent() ? 1 : 0;
            }
            assertThat(failed).isBetween(20, 600);
        }
    }

    /** While it grows: some searches find texts in chains, some after a rebuild. */
    @ParameterizedTest
    @CsvSource({"4, 0.8", "3, 0.5", "2, 0.95"})
    void nearest_findsWhatComparingWithAllFinds(int ngram, double threshold) {
        Index index = NearDuplicates.builder()
                .ngram(ngram)
                .threshold(threshold)
                .build()
                .index();
        List<Sample> samples = copies(1200, 5);
        List<int[]> grams = samples.stream().map(s -> grams(s.text(), ngram)).toList();
        int found = 0;
        for (int i = 0; i < samples.size(); i++) {
            Optional<Match> nearest = index.nearest(samples.get(i).text());

            assertThat(nearest).isEqualTo(nearest(samples, grams, i, IntStream.range(0, i), threshold));
            found += nearest.isPresent() ? 1 : 0;
            index.add(samples.get(i).id(), samples.get(i).text());
        }
        assertThat(found).isBetween(100, 1100);
    }

    @Test
    void check_isSymmetricAndDoesNotDependOnTheOrder() {
        List<Sample> samples = copies(800, 9);
        Map<String, Verdict> verdicts = new HashMap<>();
        Map<String, String> similarities = new HashMap<>();
        for (Finding finding : DEFAULT.check(samples)) {
            verdicts.put(finding.exampleId(), finding.verdict());
            similarities.put(finding.exampleId(), finding.metadata().getOrDefault("similarity", ""));
        }
        List<Sample> shuffled = new ArrayList<>(samples);
        Collections.shuffle(shuffled, new Random(1));

        assertThat(verdicts).containsValue(Verdict.PASS).containsValue(Verdict.FAIL);
        for (Finding finding : DEFAULT.check(shuffled)) {
            String twin = finding.metadata().get("twin");
            assertThat(finding.verdict()).isEqualTo(verdicts.get(finding.exampleId()));
            assertThat(finding.metadata().getOrDefault("similarity", ""))
                    .isEqualTo(similarities.get(finding.exampleId()));
            if (twin != null) { // which has this one for a twin, or a nearer one
                assertThat(Double.parseDouble(similarities.get(twin)))
                        .isGreaterThanOrEqualTo(Double.parseDouble(similarities.get(finding.exampleId())));
            }
        }
    }

    @Test
    void nearest_agreesWithCheck() {
        List<Sample> samples = copies(600, 4);
        List<Finding> findings = DEFAULT.check(samples);
        for (int i = 0; i < samples.size(); i += 7) {
            Index index = DEFAULT.index();
            for (int j = 0; j < samples.size(); j++) {
                if (j != i) {
                    index.add(samples.get(j).id(), samples.get(j).text());
                }
            }

            assertThat(index.nearest(samples.get(i).text())).isEqualTo(match(findings.get(i)));
        }
    }

    @Test
    void pairs_makesNoSecondBecauseOfAChain() {
        // b is a twin of a, and c one of b: 32 of 40 n-grams each. a and c share 28 of 44: no twins.
        String b = LETTERS.replace('h', '_');
        String c = b.replace('z', '~');
        List<Sample> chain = List.of(sample("a", LETTERS), sample("b", b), sample("c", c), sample("c2", c));

        assertThat(DEFAULT.check(chain)).allMatch(f -> f.verdict() == Verdict.FAIL);
        assertThat(DEFAULT.pairs(chain)).containsExactly(new Pair("a", "b", 0.8), new Pair("c", "c2", 1));
    }

    @Test
    void pairs_comparesWithinATaskOnly() {
        assertThat(DEFAULT.pairs(List.of(
                        Sample.of("intent", "wake me at seven", "alarm"),
                        Sample.of("scenario", "wake me at seven", "alarm"))))
                .isEmpty();
    }

    @Test
    void pairs_leavesNoTwinsAndTakesNothingWithoutOne() {
        List<Sample> samples = copies(800, 6);
        List<Pair> pairs = DEFAULT.pairs(samples);
        Set<String> seconds = pairs.stream().map(Pair::secondId).collect(Collectors.toSet());
        List<Sample> rest =
                samples.stream().filter(s -> !seconds.contains(s.id())).toList();
        Map<String, String> texts = samples.stream().collect(Collectors.toMap(Sample::id, Sample::text));

        assertThat(seconds).hasSameSizeAs(pairs).hasSizeGreaterThan(100);
        assertThat(pairs).noneMatch(pair -> seconds.contains(pair.firstId()));
        assertThat(DEFAULT.check(rest)).allMatch(f -> f.verdict() == Verdict.PASS);
        assertThat(pairs)
                .allSatisfy(pair -> assertThat(pair.similarity())
                        .isGreaterThanOrEqualTo(0.8)
                        .isEqualTo(jaccard(grams(texts.get(pair.firstId()), 4), grams(texts.get(pair.secondId()), 4))));
    }

    @Test
    void records_refuseWhatIsNoSimilarity() {
        assertThatThrownBy(() -> new Match("a", 1.1)).hasMessage("similarity must be in [0.0, 1.0] but was 1.1");
        assertThatThrownBy(() -> new Match(null, 1)).hasMessage("id must not be null");
        assertThatThrownBy(() -> new Pair("a", "b", Double.NaN))
                .hasMessage("similarity must be in [0.0, 1.0] but was NaN");
        assertThatThrownBy(() -> new Pair(null, "b", 1)).hasMessage("firstId must not be null");
        assertThatThrownBy(() -> new Pair("a", null, 1)).hasMessage("secondId must not be null");
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void check_takesAnyUnicode() {
        RandomText random = new RandomText(3);
        List<Sample> samples = IntStream.range(0, 20_000)
                .mapToObj(i -> sample("s" + i, random.next(40)))
                .toList();

        assertThat(DEFAULT.check(samples)).hasSameSizeAs(samples);
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void check_takesManyEqualTexts() {
        List<Sample> samples = IntStream.range(0, 100_000)
                .mapToObj(i -> sample("s" + i, "the same text for all of us"))
                .toList();
        List<Finding> findings = DEFAULT.check(samples);

        assertThat(findings.get(0).metadata()).containsEntry("twin", "s1");
        assertThat(findings.subList(1, findings.size()))
                .allMatch(f -> f.metadata().equals(Map.of("twin", "s0", "similarity", "1.0")));
        assertThat(DEFAULT.pairs(samples))
                .hasSize(99_999)
                .allMatch(pair -> pair.firstId().equals("s0"));
    }

    /** All are twins of nearly all: 2 * 10^8 pairs. */
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void check_takesAGiantCluster() {
        Random random = new Random(8);
        String template = letters(random, 200);
        List<Sample> samples = IntStream.range(0, 20_000)
                .mapToObj(i -> {
                    char[] chars = template.toCharArray();
                    chars[random.nextInt(chars.length)] = (char) (0x4E00 + random.nextInt(20_000));
                    return sample("s" + i, new String(chars));
                })
                .toList();

        assertThat(DEFAULT.check(samples)).allMatch(f -> f.verdict() == Verdict.FAIL);
        assertThat(DEFAULT.pairs(samples)).hasSizeGreaterThan(19_000);
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void check_takesALongText() {
        Random random = new Random(2);
        // Of 20,000 characters, or all n-grams would soon be in any text. The square of a million takes many minutes.
        String text = random.ints(1_000_000, 0x4E00, 0x4E00 + 20_000)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        Sample other = sample("other", new StringBuilder(text).reverse().toString());

        List<Finding> findings = DEFAULT.check(
                List.of(sample("long", text), sample("short", "something short"), sample("longer", text + "!"), other));

        assertThat(findings.stream().map(Finding::verdict))
                .containsExactly(Verdict.FAIL, Verdict.PASS, Verdict.FAIL, Verdict.PASS);
    }

    @Test
    void check_findsTwinsInRealTexts() {
        Path directory = Path.of("../../shared/data/hwu64/train"); // tests run in the module's directory
        assumeTrue(Files.isDirectory(directory), "no " + directory + ": put the public datasets beside the project");
        List<Sample> samples = DataSaver.builder()
                .path(directory)
                .build()
                .load("intent")
                .samples()
                .subList(0, 3000);
        List<int[]> grams = samples.stream().map(s -> grams(s.text(), 4)).toList();

        List<Finding> findings = DEFAULT.check(samples);

        assertThat(findings).anyMatch(f -> f.verdict() == Verdict.FAIL);
        for (int i = 0; i < samples.size(); i += 10) {
            assertThat(match(findings.get(i)))
                    .isEqualTo(nearest(samples, grams, i, IntStream.range(0, samples.size()), 0.8));
        }
    }

    private static NearDuplicates threshold(double threshold) {
        return NearDuplicates.builder().threshold(threshold).build();
    }

    private static Sample sample(String id, String text) {
        return Sample.of("task", text, "label").withId(id);
    }

    private static Index indexOf(NearDuplicates duplicates, String text) {
        Index index = duplicates.index();
        index.add("it", text);
        return index;
    }

    /** Whether they are twins, whichever comes first. */
    private static boolean failed(NearDuplicates duplicates, String one, String other) {
        List<Verdict> verdicts = duplicates.check(List.of(sample("a", one), sample("b", other))).stream()
                .map(Finding::verdict)
                .toList();
        assertThat(new HashSet<>(verdicts)).hasSize(1);
        return verdicts.get(0) == Verdict.FAIL;
    }

    private static Optional<Match> match(Finding finding) {
        return Optional.ofNullable(finding.metadata().get("twin"))
                .map(twin ->
                        new Match(twin, Double.parseDouble(finding.metadata().get("similarity"))));
    }

    private static Optional<Match> nearest(
            List<Sample> samples, List<int[]> grams, int i, IntStream among, double threshold) {
        double best = threshold;
        int found = -1;
        for (int j : among.filter(j -> j != i).toArray()) {
            double similarity = jaccard(grams.get(i), grams.get(j));
            if (similarity > best || (similarity == best && found < 0)) {
                best = similarity;
                found = j;
            }
        }
        return found < 0
                ? Optional.empty()
                : Optional.of(new Match(samples.get(found).id(), best));
    }

    private static double jaccard(int[] one, int[] other) {
        int shared = 0;
        for (int i = 0, j = 0; i < one.length && j < other.length; ) {
            int order = Integer.compare(one[i], other[j]);
            shared += order == 0 ? 1 : 0;
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        return (double) shared / (one.length + other.length - shared);
    }

    /** The different n-grams of a text, in the order of the numbers they have here: millions of pairs are compared. */
    private static int[] grams(String text, int n) {
        int[] chars = TextNormalizer.normalize(text).codePoints().toArray();
        int length = Math.min(n, chars.length);
        return IntStream.rangeClosed(0, chars.length - length)
                .map(i -> NUMBERS.computeIfAbsent(new String(chars, i, length), gram -> NUMBERS.size()))
                .sorted()
                .distinct()
                .toArray();
    }

    private static String letters(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }

    /** Sentences of common words, half of them copies with up to eight letters or words changed; some are short. */
    private static List<Sample> copies(int count, long seed) {
        Random random = new Random(seed);
        List<String> words = IntStream.range(0, 200)
                .mapToObj(i -> letters(random, 1 + random.nextInt(8)))
                .toList();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (i > 0 && random.nextBoolean()) {
                StringBuilder copy = new StringBuilder(texts.get(random.nextInt(i)));
                for (int changes = random.nextInt(9); changes > 0; changes--) {
                    int at = random.nextInt(copy.length() + 1);
                    switch (random.nextInt(3)) {
                        case 0 -> copy.insert(at, (char) ('a' + random.nextInt(26)));
                        case 1 -> copy.delete(at, at + 1);
                        default -> copy.append(' ').append(words.get(random.nextInt(words.size())));
                    }
                }
                texts.add(copy.toString());
            } else {
                texts.add(IntStream.range(0, 1 + random.nextInt(15))
                        .mapToObj(w -> words.get(random.nextInt(words.size())))
                        .collect(Collectors.joining(" ")));
            }
        }
        return IntStream.range(0, count)
                .mapToObj(i -> sample("s" + i, texts.get(i)))
                .toList();
    }

    @Test
    void check_comparesConversationsAndItemsAmongThemselves() {
        String text = "Where is the card that I ordered two weeks ago?";
        List<Example> examples = List.of(
                Sample.of("topic", text, "card"),
                Conversation.of(Message.user(text)),
                Item.of(Map.of("query", text)),
                Conversation.of(Message.user(text), Message.assistant("?")),
                Item.of(Map.of("query", "Something else altogether")));

        List<Finding> findings = NearDuplicates.builder().build().check(examples);

        assertThat(findings)
                .extracting(Finding::verdict)
                .containsExactly(
                        Finding.Verdict.PASS,
                        Finding.Verdict.FAIL,
                        Finding.Verdict.PASS,
                        Finding.Verdict.FAIL,
                        Finding.Verdict.PASS);
        assertThat(NearDuplicates.builder().build().pairs(examples))
                .extracting(NearDuplicates.Pair::secondId)
                .containsExactly(examples.get(3).id());
    }

    @Test
    void check_doesNotCompareSystemPrompts() {
        String prompt =
                "You are the assistant of a shop. Be brief, be kind, and promise only what you can keep. ".repeat(9);
        List<Conversation> chats = List.of(
                Conversation.of(
                        Message.system(prompt), Message.user("Where is my parcel?"), Message.assistant("Near.")),
                Conversation.of(
                        Message.of("developer", prompt),
                        Message.user("Do you sell tea?"),
                        Message.assistant("Yes, we do.")));

        assertThat(NearDuplicates.builder().build().check(chats))
                .extracting(Finding::verdict)
                .containsOnly(Finding.Verdict.PASS);
    }

    @Test
    void leaks_areTwinsFurtherFromTraining() {
        Conversation chat =
                Conversation.of(Message.user("Where is my parcel?"), Message.assistant("In Oslo, since Monday."));
        List<Example> examples = List.of(
                chat.withSplit(Split.TRAIN),
                chat.withSplit(Split.VALIDATION),
                chat.withSplit(Split.TEST).withId("tested"),
                Sample.of("topic", "Do you sell green tea?", "shop").withSplit(Split.TRAIN),
                Item.of(Map.of("query", "do you sell green tea?"))
                        .withSplit(Split.VALIDATION)
                        .withId("held"),
                Sample.of("topic", "Do you sell green tea?", "shop"),
                Sample.of("topic", "Something else", "other").withSplit(Split.TRAIN));

        List<Finding> findings = new Leaks(NearDuplicates.builder().build()).check(examples);

        assertThat(findings)
                .extracting(
                        Finding::verdict,
                        f -> f.metadata().get("twin"),
                        f -> f.metadata().get("split"))
                .containsExactly( // what is in no split, or in TEST, cannot leak
                        tuple(Finding.Verdict.FAIL, "tested", "test"),
                        tuple(Finding.Verdict.FAIL, "tested", "test"),
                        tuple(Finding.Verdict.FAIL, "held", "validation"),
                        tuple(Finding.Verdict.PASS, null, null),
                        tuple(Finding.Verdict.PASS, null, null));
        assertThat(findings.get(0).reason()).isEqualTo("has a similarity of 1.000 to tested in test");
        assertThat(findings.get(0).score()).hasValue(0);
    }
}
