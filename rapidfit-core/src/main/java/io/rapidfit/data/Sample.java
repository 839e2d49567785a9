package io.rapidfit.data;

import io.rapidfit.internal.Require;
import io.rapidfit.internal.Sha256;
import io.rapidfit.text.TextNormalizer;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A text with its label for one task. {@link #of} makes one; the {@code with} methods add what else is known.
 *
 * <p>A blank text is allowed, so that checks can find it; a classifier refuses it. Unpaired surrogates, the halves of a
 * character that somebody cut in two, become U+FFFD: every sample can be written and read back as it is.
 *
 * @param id 16 hexadecimal digits derived from task, text and label, unless one was given. A label that is corrected
 *     later keeps the id.
 * @param split null while nobody has decided; a synthetic sample is in no split but {@link Split#TRAIN}
 */
public record Sample(
        String task,
        String text,
        String label,
        String id,
        @Nullable Split split,
        Origin origin,
        Map<String, String> tags)
        implements Example {

    public Sample {
        task = TextNormalizer.wellFormed(Require.notBlank("task", task));
        text = TextNormalizer.wellFormed(Require.nonNull("text", text));
        label = TextNormalizer.wellFormed(Require.notBlank("label", label));
        id = TextNormalizer.wellFormed(Require.notBlank("id", id));
        Require.nonNull("origin", origin);
        tags = copy(Require.nonNull("tags", tags));
        if (origin.isSynthetic() && split != null && split != Split.TRAIN) {
            throw new IllegalArgumentException(
                    "a synthetic sample is for TRAIN only but this one is in " + split + ": " + id);
        }
    }

    /** A human's sample with a derived id, no split and no tags. */
    public static Sample of(String task, String text, String label) {
        return new Sample(task, text, label, derivedId(task, text, label), null, Origin.HUMAN, Map.of());
    }

    public Sample withLabel(String newLabel) {
        return new Sample(task, text, newLabel, id, split, origin, tags);
    }

    public Sample withId(String newId) {
        return new Sample(task, text, label, newId, split, origin, tags);
    }

    public Sample withSplit(@Nullable Split newSplit) {
        return new Sample(task, text, label, id, newSplit, origin, tags);
    }

    public Sample withOrigin(Origin newOrigin) {
        return new Sample(task, text, label, id, split, newOrigin, tags);
    }

    public Sample withTags(Map<String, String> newTags) {
        return new Sample(task, text, label, id, split, origin, newTags);
    }

    /** Has {@code task}, {@code text}, {@code label}, {@code id}, {@code split} and {@code tags.<name>}. */
    @Override
    public Optional<String> field(String path) {
        return switch (Require.nonNull("path", path)) {
            case "task" -> Optional.of(task);
            case "text" -> Optional.of(text);
            case "label" -> Optional.of(label);
            case "id" -> Optional.of(id);
            case "split" -> Optional.ofNullable(split).map(Split::written);
            default ->
                path.startsWith("tags.")
                        ? Optional.ofNullable(tags.get(path.substring("tags.".length())))
                        : Optional.empty();
        };
    }

    /** Whether the id is the one that task, text and label give: then it need not be written down. */
    boolean hasDerivedId() {
        return id.equals(derivedId(task, text, label));
    }

    private static String derivedId(String task, String text, String label) {
        Require.nonNull("task", task);
        Require.nonNull("text", text);
        Require.nonNull("label", label);
        // Lengths first, so that no two triples give the same bytes.
        String content = task.length() + ":" + task + text.length() + ":" + text + label;
        byte[] hash = Sha256.hash(TextNormalizer.wellFormed(content));
        return HexFormat.of().formatHex(Arrays.copyOf(hash, 8));
    }

    private static Map<String, String> copy(Map<String, String> tags) {
        if (tags.isEmpty()) {
            return Map.of();
        }
        Map<String, String> copy = new LinkedHashMap<>(); // not Map.copyOf, whose order differs from run to run
        tags.forEach((name, value) -> copy.put(
                TextNormalizer.wellFormed(Require.notBlank("tag name", name)),
                TextNormalizer.wellFormed(Require.nonNull("tag " + name, value))));
        return Collections.unmodifiableMap(copy);
    }
}
