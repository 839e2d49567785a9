package io.rapidfit.data;

import io.rapidfit.internal.Require;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An example of any shape: a JSON object whose members have the names that graders and exports ask for, such as
 * {@code query}, {@code response}, {@code context} or {@code reference}.
 *
 * <pre>{@code
 * Item item = Item.of(Map.of("query", "How high is Mont Blanc?", "response", "4,806 m"));
 * Item same = Item.parse("{\"query\": \"How high is Mont Blanc?\", \"response\": \"4,806 m\"}");
 * }</pre>
 *
 * <p>Members named {@code id}, {@code split}, {@code origin} and {@code tags} say what every example may say, as in the
 * files of a {@link DataSaver}. An {@code origin} or {@code tags} of another shape is a member like any other, until a
 * {@code with} method puts RapidFit's in its place. Immutable; equal if the JSON is, character by character.
 */
public final class Item implements Example {

    private final JsonRow row;
    private final String id;
    private final @Nullable Split split;
    private final Origin origin;
    private final Map<String, String> tags;

    private Item(JsonRow row) {
        this.row = row;
        this.id = row.id(row.others());
        this.split = row.split();
        this.origin = row.origin();
        this.tags = row.tags();
        requireTrainIfSynthetic(this);
    }

    /** Promised of every kind of example. */
    static void requireTrainIfSynthetic(Example example) {
        if (example.origin().isSynthetic() && example.split() != null && example.split() != Split.TRAIN) {
            throw new IllegalArgumentException("a synthetic example is for TRAIN only but this one is in %s: %s"
                    .formatted(example.split(), example.id()));
        }
    }

    /** Members in the order of the map. */
    public static Item of(Map<String, String> fields) {
        return new Item(JsonRow.parse(RowCodec.toJson(RowCodec.write(Require.nonNull("fields", fields)))));
    }

    /** @throws IllegalArgumentException if it is not one JSON object, or has a {@code split} that is none */
    public static Item parse(String json) {
        return new Item(JsonRow.parse(Require.nonNull("json", json)));
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public @Nullable Split split() {
        return split;
    }

    @Override
    public Origin origin() {
        return origin;
    }

    @Override
    public Map<String, String> tags() {
        return tags;
    }

    /** All strings in it, at whatever depth, but for what every example may say. */
    @Override
    public String text() {
        return JsonRow.strings(row.others());
    }

    /** Has every member, and what is in them. */
    @Override
    public Optional<String> field(String path) {
        return row.field(Require.nonNull("path", path));
    }

    /** With this text as a member, in the place of one that it has, or else as its last. */
    public Item with(String name, String value) {
        return new Item(row.with(List.of(Require.notBlank("name", name)), JsonRow.text(value)));
    }

    public Item withId(String newId) {
        return new Item(row.withId(Require.notBlank("id", newId)));
    }

    public Item withSplit(@Nullable Split newSplit) {
        return new Item(row.withSplit(newSplit));
    }

    public Item withOrigin(Origin newOrigin) {
        return new Item(row.withOrigin(newOrigin));
    }

    public Item withTags(Map<String, String> newTags) {
        return new Item(row.withTags(newTags));
    }

    /** One line of JSON, if what was parsed was one; every character that no {@code with} has changed is as it was. */
    public String toJson() {
        return row.json();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Item item && item.toJson().equals(toJson());
    }

    @Override
    public int hashCode() {
        return toJson().hashCode();
    }

    /** The id, without what it says. */
    @Override
    public String toString() {
        return "Item[" + id + "]";
    }
}
