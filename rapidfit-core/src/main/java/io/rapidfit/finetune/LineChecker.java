package io.rapidfit.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.check.NearDuplicates;
import io.rapidfit.check.PersonalData;
import io.rapidfit.internal.LineFile;
import io.rapidfit.text.TextNormalizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong with lines, each by itself and beside the others.
 *
 * @param maxTokens of a line
 * @param labelField the member of the completion that is its label
 */
record LineChecker(
        FineTuneFormat format,
        @Nullable CompletionShape shape,
        PersonalData personalData,
        NearDuplicates nearDuplicates,
        TokenCounter tokenCounter,
        int maxTokens,
        String labelField) {

    private static final int PROBLEMS_SHOWN = 3;

    /** The lines of each file, in their order; what a later file repeats of an earlier one is the later one's fault. */
    List<List<CheckedLine>> check(List<Path> files) {
        List<List<CheckedLine>> checked = new ArrayList<>();
        for (Path file : files) {
            Masking.Finder finder = new Masking.Finder(personalData);
            try {
                checked.add(LineFile.<CheckedLine>read(file, (line, number) -> check(line, number, finder))
                        .records());
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + file, e);
            }
        }
        new Comparison(files, checked).run();
        return checked;
    }

    private CheckedLine check(@Nullable String text, int number, Masking.Finder finder) {
        if (text == null) {
            return CheckedLine.unreadable(number, "is not in UTF-8");
        }
        JsonNode root;
        try {
            root = Json.parse(text);
        } catch (IllegalArgumentException e) {
            return CheckedLine.unreadable(number, "is " + e.getMessage());
        }
        ChatLine read = ChatLine.read(format, root);
        CheckedLine line = line(read, number);
        if (!read.problems().isEmpty()) {
            line.fail(
                    ValidationCheck.SCHEMA,
                    read.problems().stream().limit(PROBLEMS_SHOWN).collect(Collectors.joining("; ")));
        } else {
            read.wrongOrder(format).ifPresent(problem -> line.fail(ValidationCheck.ROLE_ORDER, problem));
        }
        read.turns().stream()
                .filter(turn -> !turn.saysOtherwise() && TextNormalizer.isBlank(turn.text()))
                .findFirst()
                .ifPresent(turn -> line.fail(
                        ValidationCheck.EMPTY_CONTENT, "has a blank message of the %s".formatted(turn.role())));
        if (shape != null && !callsTool(read)) {
            read.completion()
                    .flatMap(shape::problem)
                    .ifPresent(problem -> line.fail(ValidationCheck.COMPLETION, "its completion " + problem));
        }
        if (line.tokens > maxTokens) {
            line.fail(ValidationCheck.TOO_LONG, "has %s tokens, more than %s".formatted(line.tokens, maxTokens));
        }
        finder.cover(seen(root));
        String found = finder.found();
        if (!found.isEmpty()) {
            line.fail(ValidationCheck.PERSONAL_DATA, "has " + found);
        }
        return line;
    }

    private static boolean callsTool(ChatLine line) {
        return !line.turns().isEmpty()
                && line.turns().get(line.turns().size() - 1).saysOtherwise();
    }

    private CheckedLine line(ChatLine read, int number) {
        Optional<String> completion = read.completion();
        Optional<String> label = completion
                .flatMap(Json::container)
                .map(answer -> answer.path(labelField))
                .flatMap(node -> node.isValueNode() && !node.isNull() ? Optional.of(node.asText()) : Optional.empty());
        boolean comparable =
                completion.isPresent() && read.prompt().stream().anyMatch(turn -> !TextNormalizer.isBlank(turn.text()));
        return new CheckedLine(
                number,
                ChatLine.tokens(read.turns(), tokenCounter),
                read.prompt(),
                label,
                comparable ? promptKey(read.prompt()) : "",
                TextNormalizer.normalize(label.or(() -> completion).orElse("")) + answeredOtherwise(read),
                withoutExamples(read.prompt().stream()
                        .filter(turn -> !turn.isSystem())
                        .map(Turn::text)
                        .collect(Collectors.joining("\n"))));
    }

    private static String promptKey(List<Turn> prompt) {
        return prompt.stream()
                .map(turn ->
                        turn.role() + "\u0001" + TextNormalizer.normalize(turn.text()) + "\u0001" + turn.otherwise())
                .collect(Collectors.joining("\u0002"));
    }

    private static String answeredOtherwise(ChatLine line) {
        return line.completion().isEmpty()
                ? ""
                : line.turns().get(line.turns().size() - 1).otherwise();
    }

    /** Prompts that show the same examples, as those of {@link FeedbackExporter}, do not say nearly the same for that. */
    private String withoutExamples(String user) {
        int last = format == FineTuneFormat.PROMPT_COMPLETION ? user.lastIndexOf(FeedbackExporter.INPUT) : -1;
        return last < 0 ? user : user.substring(last + FeedbackExporter.INPUT.length());
    }

    /** What a model sees of a line. */
    private static JsonNode seen(JsonNode root) {
        ObjectNode seen = Json.object();
        for (String member : ChatLine.SEEN) {
            if (root.has(member)) {
                seen.set(member, root.path(member));
            }
        }
        return seen;
    }

    /** Of the lines of several files with each other. */
    private final class Comparison {

        private final List<Path> paths;
        private final List<List<CheckedLine>> files;
        private final Boilerplate boilerplate;
        private final List<FileIndex> earlier = new ArrayList<>();

        Comparison(List<Path> paths, List<List<CheckedLine>> files) {
            this.paths = paths;
            this.files = files;
            this.boilerplate = Boilerplate.of(files.stream()
                    .flatMap(List::stream)
                    .filter(CheckedLine::hasPrompt)
                    .map(line -> line.user)
                    .toList());
        }

        void run() {
            for (int i = 0; i < files.size(); i++) {
                FileIndex own = new FileIndex(String.valueOf(paths.get(i).getFileName()), i < files.size() - 1);
                for (CheckedLine line : files.get(i)) {
                    if (line.hasPrompt()) {
                        String user = boilerplate.removeFrom(line.user);
                        earlier.forEach(other -> other.findOverlap(line, user));
                        own.add(line, user);
                    }
                }
                earlier.add(own);
            }
        }
    }

    /** The lines of one file. */
    private final class FileIndex {

        private final String name;
        private final boolean isComparedWithLater;
        private final Map<String, Map<String, CheckedLine>> byPrompt = new HashMap<>();
        private final Map<CheckedLine.Group, NearDuplicates.Index> byGroup = new HashMap<>();
        private final Map<String, NearDuplicates.Index> bySystem = new HashMap<>();

        FileIndex(String name, boolean isComparedWithLater) {
            this.name = name;
            this.isComparedWithLater = isComparedWithLater;
        }

        void findOverlap(CheckedLine line, String user) {
            Map<String, CheckedLine> equal = byPrompt.get(line.promptKey);
            if (equal != null) {
                int first = equal.values().iterator().next().number;
                line.fail(ValidationCheck.OVERLAP, "has the prompt of line %s of %s".formatted(first, name));
                return;
            }
            NearDuplicates.Index index = bySystem.get(line.context());
            if (index != null) {
                index.nearest(user).ifPresent(twin -> line.fail(ValidationCheck.OVERLAP, nearly(twin, " of " + name)));
            }
        }

        void add(CheckedLine line, String user) {
            Map<String, CheckedLine> equal = byPrompt.computeIfAbsent(line.promptKey, prompt -> new LinkedHashMap<>());
            CheckedLine same = equal.get(line.answerKey);
            if (same != null) {
                line.fail(ValidationCheck.DUPLICATE, "has prompt and label of line %s".formatted(same.number));
                return;
            }
            if (!equal.isEmpty()) {
                CheckedLine other = equal.values().iterator().next();
                line.fail(ValidationCheck.CONTRADICTION, contradicts(other));
                other.fail(ValidationCheck.CONTRADICTION, contradicts(line));
            }
            equal.put(line.answerKey, line);
            NearDuplicates.Index index = byGroup.computeIfAbsent(line.group(), group -> nearDuplicates.index());
            Optional<NearDuplicates.Match> twin = index.nearest(user);
            if (twin.isPresent()) {
                line.fail(ValidationCheck.NEAR_DUPLICATE, nearly(twin.get(), ""));
            } else {
                index.add(String.valueOf(line.number), user);
            }
            if (isComparedWithLater) {
                bySystem.computeIfAbsent(line.context(), context -> nearDuplicates.index())
                        .add(String.valueOf(line.number), user);
            }
        }

        private static String contradicts(CheckedLine other) {
            return "has the prompt of line %s, and another label".formatted(other.number);
        }

        private static String nearly(NearDuplicates.Match twin, String where) {
            return String.format(
                    Locale.ROOT, "has nearly the prompt of line %s%s (%.2f)", twin.id(), where, twin.similarity());
        }
    }
}
