package io.rapidfit.llm.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidfit.internal.Require;
import io.rapidfit.internal.Utf8;
import io.rapidfit.llm.ChatMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The wording of a prompt, with places for data.
 *
 * <pre>
 * ### system
 * You write training data. Answer with JSON such as {{"samples": [{{"text": "..."}}]}}.
 * ### user
 * Write {count} texts of the class {label}.
 * </pre>
 *
 * <p>{@code ### system} and {@code ### user} start a message; a template without them is one message of the user. A name in
 * braces is the place of a value, doubled braces stand for braces. A value is put in as JSON, whatever it says: quotes, braces
 * or instructions in a text stay inside their string.
 *
 * <p>Immutable.
 */
public final class PromptTemplate {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern HEADING = Pattern.compile("(?m)^### *(system|user)[ \\t]*$\\R?");

    /** A doubled brace, a place, or a brace that is neither. */
    private static final Pattern BRACES = Pattern.compile("\\{\\{|}}|\\{([A-Za-z][A-Za-z0-9_.]*)}|[{}]");

    /** Words, and the place of a value after them; null after the last. */
    private record Piece(String words, @Nullable String place) {}

    private record Part(ChatMessage.Role role, List<Piece> pieces) {}

    private final String text;
    private final List<Part> parts;
    private final Set<String> placeholders;

    private PromptTemplate(String text) {
        this.text = text;
        this.parts = parts(text);
        Set<String> names = new LinkedHashSet<>();
        for (Part part : parts) {
            for (Piece piece : part.pieces()) {
                if (piece.place() != null) {
                    names.add(piece.place());
                }
            }
        }
        this.placeholders = Collections.unmodifiableSet(names);
    }

    /** Taken apart once: a template is filled in for each of many examples. */
    private static List<Piece> pieces(String text) {
        List<Piece> pieces = new ArrayList<>();
        StringBuilder words = new StringBuilder();
        Matcher braces = BRACES.matcher(text);
        int start = 0;
        while (braces.find()) {
            words.append(text, start, braces.start());
            start = braces.end();
            if (braces.group(1) != null) {
                pieces.add(new Piece(words.toString(), braces.group(1)));
                words.setLength(0);
            } else if (braces.group().length() == 2) {
                words.append(braces.group().charAt(0));
            } else {
                throw new IllegalArgumentException(
                        "a single '%s' in a prompt, after \"%s\": write '%s' for the sign itself, {name} for a value"
                                .formatted(
                                        braces.group(),
                                        text.substring(Math.max(0, braces.start() - 30), braces.start())
                                                .replaceAll("\\s+", " "),
                                        braces.group().repeat(2)));
            }
        }
        pieces.add(new Piece(words.append(text, start, text.length()).toString(), null));
        return List.copyOf(pieces);
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if it is blank or has a single brace; the message says where
     */
    public static PromptTemplate of(String text) {
        return new PromptTemplate(Require.notBlank("prompt", text));
    }

    /**
     * Reads a template from a file in UTF-8.
     *
     * @throws UncheckedIOException if the file cannot be read
     */
    public static PromptTemplate load(Path file) {
        try (Reader in = Utf8.reader(Require.nonNull("file", file))) {
            StringWriter text = new StringWriter();
            in.transferTo(text);
            return of(text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the prompt " + file, e);
        }
    }

    /** Reads a template that lies beside a class. */
    public static PromptTemplate resource(Class<?> owner, String name) {
        try (InputStream in = owner.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource '%s' beside %s".formatted(name, owner.getName()));
            }
            return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + name, e);
        }
    }

    /** As it was written. */
    public String text() {
        return text;
    }

    /** The names of the places, in order of appearance. */
    public Set<String> placeholders() {
        return placeholders;
    }

    /**
     * Checks that the template asks for what it will be given.
     *
     * @param required places that it must have
     * @param known all that it may have, the required ones among them
     * @throws IllegalArgumentException naming the place that is missing or unknown
     */
    public PromptTemplate require(Set<String> required, Set<String> known) {
        for (String name : placeholders) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("the prompt asks for {%s}, which it cannot be given; there are %s"
                        .formatted(name, new TreeSet<>(known)));
            }
        }
        for (String name : new TreeSet<>(required)) {
            if (!placeholders.contains(name)) {
                throw new IllegalArgumentException(
                        "the prompt must have {%s} somewhere, or the model cannot know what to do".formatted(name));
            }
        }
        return this;
    }

    /**
     * The messages, with each value in its place as JSON.
     *
     * @param values strings, numbers, booleans, and lists and maps of these
     * @throws IllegalArgumentException if there is no value for a place
     */
    public List<ChatMessage> render(Map<String, ?> values) {
        List<ChatMessage> messages = new ArrayList<>();
        for (Part part : parts) {
            StringBuilder filled = new StringBuilder();
            for (Piece piece : part.pieces()) {
                filled.append(piece.words());
                if (piece.place() != null) {
                    filled.append(json(piece.place(), values));
                }
            }
            messages.add(new ChatMessage(part.role(), filled.toString()));
        }
        return messages;
    }

    private static String json(String name, Map<String, ?> values) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no value for {%s}; there are %s".formatted(name, values.keySet()));
        }
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the value for {%s} cannot be written as JSON".formatted(name), e);
        }
    }

    private static List<Part> parts(String text) {
        List<Part> parts = new ArrayList<>();
        Matcher heading = HEADING.matcher(text);
        ChatMessage.Role role = ChatMessage.Role.USER;
        int start = 0;
        while (heading.find()) {
            add(parts, role, text.substring(start, heading.start()));
            role = heading.group(1).equals("system") ? ChatMessage.Role.SYSTEM : ChatMessage.Role.USER;
            start = heading.end();
        }
        add(parts, role, text.substring(start));
        return List.copyOf(parts);
    }

    private static void add(List<Part> parts, ChatMessage.Role role, String text) {
        if (!text.isBlank()) {
            parts.add(new Part(role, pieces(text.strip())));
        }
    }

    /** The places, not the wording. */
    @Override
    public String toString() {
        return "PromptTemplate" + placeholders;
    }
}
