package io.rapidfit.classifier.internal.features;

import io.rapidfit.classifier.internal.features.NamedNGrams.Kind;
import io.rapidfit.classifier.internal.features.NamedNGrams.Named;
import io.rapidfit.classifier.internal.features.NamedNGrams.Place;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongToIntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Gives the hashes of a text their names back. It cuts nothing itself: it listens to {@link NGrams}, which tells where
 * words end, and whose order says which of them a hash is made of.
 */
final class NGramNamer implements NGrams.Sink {

    /** @param end in the normalised text, exclusive */
    private record Word(int start, int end) {}

    private final String text;
    private final NGramSizes sizes;
    private final LongToIntFunction rows;
    private final List<Word> words = new ArrayList<>();

    /** Of which words each run of characters consists. */
    private final List<Place> runs = new ArrayList<>();

    private final IntStream.Builder wordRows = IntStream.builder();
    private final IntStream.Builder charRows = IntStream.builder();
    private final Map<Integer, Named> known = new LinkedHashMap<>();

    private NGramNamer(String text, NGramSizes sizes, LongToIntFunction rows) {
        this.text = text;
        this.sizes = sizes;
        this.rows = rows;
    }

    /** @param rows from a hash to its row, or -1 for one to leave out */
    static NamedNGrams name(String text, NGramSizes sizes, Segmentation segmentation, LongToIntFunction rows) {
        String normalized = TextNormalizer.normalize(text); // which the walk does not change any more
        NGramNamer namer = new NGramNamer(normalized, sizes, rows);
        NGrams.walk(normalized, sizes, segmentation, namer);
        return namer.named();
    }

    @Override
    public void words(long[] hashes, int count) {
        addRows(hashes, count, wordRows);
    }

    @Override
    public void chars(long[] hashes, int count) {
        addRows(hashes, count, charRows);
    }

    private void addRows(long[] hashes, int count, IntStream.Builder to) {
        for (int i = 0; i < count; i++) {
            to.add(rows.applyAsInt(hashes[i]));
        }
    }

    @Override
    public void wordEnds(int end, boolean endsRun) {
        int last = words.isEmpty() ? 0 : words.get(words.size() - 1).end();
        int start = text.charAt(last) == ' ' ? last + 1 : last;
        words.add(new Word(start, end));
        if (endsRun) {
            int first = runs.isEmpty() ? 0 : runs.get(runs.size() - 1).last() + 1;
            runs.add(new Place(first, words.size() - 1));
        }
    }

    private NamedNGrams named() {
        List<String> texts = words.stream()
                .map(word -> text.substring(word.start(), word.end()))
                .toList();
        nameWords(texts);
        nameChars();
        return new NamedNGrams(texts, List.copyOf(known.values()));
    }

    private void nameWords(List<String> texts) {
        int[] walked = wordRows.build().toArray();
        int at = 0;
        for (int last = 0; last < texts.size(); last++) {
            for (int n = Math.min(sizes.maxWords(), last + 1); n >= 1; n--) {
                int first = last - n + 1;
                List<String> ngram = texts.subList(first, last + 1);
                add(walked[at++], Kind.WORDS, () -> String.join(" ", ngram), first, last);
            }
        }
    }

    private void nameChars() {
        int[] walked = charRows.build().toArray();
        int at = 0;
        for (Place place : runs) {
            Run run = new Run(place);
            for (int last = 0; last < run.size(); last++) {
                for (int n = Math.min(sizes.maxChars(), last + 1); n >= sizes.minChars(); n--) {
                    int first = last - n + 1;
                    int stop = last;
                    add(
                            walked[at++],
                            Kind.CHARACTERS,
                            () -> run.text(first, stop),
                            run.wordOf[first],
                            run.wordOf[last]);
                }
            }
        }
    }

    /** The characters of some words without space between them, with {@code <} and {@code >} around. */
    private final class Run {

        private final int[] chars;

        /** To which word each of the characters belongs. */
        private final int[] wordOf;

        Run(Place place) {
            IntStream.Builder allChars = IntStream.builder().add('<');
            IntStream.Builder allWords = IntStream.builder().add(place.first());
            for (int word = place.first(); word <= place.last(); word++) {
                int belongsTo = word;
                Word span = words.get(word);
                text.substring(span.start(), span.end()).codePoints().forEach(c -> {
                    allChars.add(c);
                    allWords.add(belongsTo);
                });
            }
            chars = allChars.add('>').build().toArray();
            wordOf = allWords.add(place.last()).build().toArray();
        }

        int size() {
            return chars.length;
        }

        String text(int first, int last) {
            return new String(chars, first, last - first + 1);
        }
    }

    private void add(int row, Kind kind, Supplier<String> name, int first, int last) {
        if (row < 0) {
            return;
        }
        known.computeIfAbsent(row, r -> new Named(r, kind, name.get(), new ArrayList<>()))
                .places()
                .add(new Place(first, last));
    }
}
