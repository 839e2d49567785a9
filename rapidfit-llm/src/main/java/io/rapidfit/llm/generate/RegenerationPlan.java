package io.rapidfit.llm.generate;

import io.rapidfit.check.DiverseChoice;
import io.rapidfit.check.Diversity;
import io.rapidfit.check.DiversityReport;
import io.rapidfit.check.TemplateReport;
import io.rapidfit.data.Conversation;
import io.rapidfit.data.ExampleFile;
import io.rapidfit.data.Split;
import io.rapidfit.text.TextNormalizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which responses of a file are to be rewritten.
 *
 * @param rewritten the rows that are, counted from 0
 * @param matches by template, how many responses match it
 */
record RegenerationPlan(
        Path input,
        FileHash hash,
        int rows,
        int templated,
        BitSet rewritten,
        List<Integer> matches,
        DiversityReport before) {

    /** Enough to see what half a percent of them share; a file may hold millions. */
    private static final int MINED = 20_000;

    /** How many more responses of a template than may stay are compared to choose those. */
    private static final int MORE_CANDIDATES = 1_000;

    int kept() {
        return templated - rewritten.cardinality();
    }

    /** Finds the templates of a file. Responses of the test split are not looked at: what is found stands in prompts. */
    static TemplateReport templates(RegenerationOptions options, Path input) {
        Reservoir<String> sample = new Reservoir<>(MINED, options.seed());
        ExampleFile.conversations(input).forEach(conversation -> {
            if (isOpen(conversation)) {
                sample.add(conversation.response().orElseThrow());
            }
        });
        return options.templates().find(sample.all());
    }

    private static boolean isOpen(Conversation conversation) {
        return conversation.split() != Split.TEST
                && conversation
                        .response()
                        .filter(text -> !TextNormalizer.isBlank(text))
                        .isPresent();
    }

    /** Reads a file from beginning to end. */
    static final class Maker {

        private record Candidate(int row, String text, List<Integer> templates) {}

        private final RegenerationOptions options;
        private final TemplateReport templates;
        private final int maxPerTemplate;
        private final Diversity.Measurement before;
        private final List<Reservoir<Candidate>> candidates = new ArrayList<>();
        private final int[] matches;
        private final int[] kept;
        private final BitSet rewritten = new BitSet();
        private final Map<String, BitSet> rowsByPersona = new TreeMap<>();
        private int rows;
        private int templated;

        Maker(RegenerationOptions options, TemplateReport templates, int maxPerTemplate, Diversity.Measurement before) {
            this.options = options;
            this.templates = templates;
            this.maxPerTemplate = maxPerTemplate;
            this.before = before;
            for (int i = 0; i < templates.templates().size(); i++) {
                candidates.add(new Reservoir<>((long) maxPerTemplate + MORE_CANDIDATES, options.seed()));
            }
            this.matches = new int[candidates.size()];
            this.kept = new int[candidates.size()];
        }

        void add(Conversation conversation) {
            int row = rows++;
            before.add(conversation); // also one without a response: rows have the same numbers as after
            if (conversation.response().isEmpty()) {
                return;
            }
            String text = conversation.response().orElseThrow();
            List<Integer> matching = isOpen(conversation)
                    ? templates.allMatching(text).stream().boxed().toList()
                    : List.of();
            if (matching.isEmpty()) {
                return;
            }
            templated++;
            matching.forEach(template -> matches[template]++);
            rewritten.set(row);
            Candidate candidate = new Candidate(row, text, matching);
            if (options.kept() == LLMRegenerator.Kept.FIRST) {
                keep(candidate);
            } else {
                candidates.get(matching.get(0)).add(candidate);
            }
            rowsByPersona
                    .computeIfAbsent(options.persona(conversation), persona -> new BitSet())
                    .set(row);
        }

        /** Lets it stay, if none of its templates has as many already as it may. */
        private void keep(Candidate candidate) {
            if (candidate.templates().stream().allMatch(template -> kept[template] < maxPerTemplate)) {
                candidate.templates().forEach(template -> kept[template]++);
                rewritten.clear(candidate.row());
            }
        }

        RegenerationPlan plan(Path input, FileHash hash) {
            for (Reservoir<Candidate> some : candidates) {
                List<Candidate> all = some.all();
                DiverseChoice.of(all, Candidate::text, all.size(), options.seed())
                        .forEach(this::keep);
            }
            requireStyle(input);
            return new RegenerationPlan(
                    input,
                    hash,
                    rows,
                    templated,
                    rewritten,
                    Arrays.stream(matches).boxed().toList(),
                    before.report());
        }

        /** A persona that nobody has passages of is a mistake, in its name or in the corpus, and so is a corpus that is of no use. */
        private void requireStyle(Path input) {
            StyleCorpus corpus = options.corpus();
            if (corpus == null || rewritten.isEmpty()) {
                return;
            }
            Set<String> rewrittenPersonas = new TreeSet<>();
            rowsByPersona.forEach((persona, its) -> {
                if (its.intersects(rewritten)) {
                    rewrittenPersonas.add(persona);
                }
            });
            boolean isUsed = rewrittenPersonas.removeIf(
                    persona -> !corpus.passages(persona).isEmpty());
            boolean isNamed = rewrittenPersonas.stream().anyMatch(persona -> !persona.isEmpty());
            if (isNamed || !isUsed) {
                throw new IllegalStateException(
                        "%s: the style corpus has passages of %s, but not of %s, as %s of a conversation names them"
                                .formatted(
                                        input,
                                        corpus.personas(),
                                        rewrittenPersonas.stream()
                                                .map(persona -> persona.isEmpty() ? "(none)" : persona)
                                                .limit(10)
                                                .toList(),
                                        options.personaField()));
            }
        }
    }

    /**
     * That many of all that is added, each as likely as another (algorithm R; Vitter, "Random Sampling with a Reservoir", 1985), in the
     * order in which they came.
     */
    private static final class Reservoir<T> {

        private record Drawn<T>(long number, T value) {}

        private final long size;
        private final Random random;
        private final List<Drawn<T>> drawn = new ArrayList<>();
        private long added;

        Reservoir(long size, long seed) {
            this.size = size;
            this.random = new Random(seed);
        }

        void add(T value) {
            Drawn<T> next = new Drawn<>(added++, value);
            if (drawn.size() < size) {
                drawn.add(next);
            } else {
                long place = (long) (random.nextDouble() * added);
                if (place < size) {
                    drawn.set((int) place, next);
                }
            }
        }

        List<T> all() {
            return drawn.stream()
                    .sorted(Comparator.comparingLong(Drawn::number))
                    .map(Drawn::value)
                    .toList();
        }
    }
}
