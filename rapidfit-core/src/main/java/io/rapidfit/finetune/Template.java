package io.rapidfit.finetune;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text with places for values: {@code {name}} is a place, <code>{{</code> and <code>}}</code> are braces. */
final class Template {

    /** A doubled brace, a place, or a brace that is neither. */
    private static final Pattern BRACES = Pattern.compile("\\{\\{|}}|\\{([\\p{L}_][\\p{L}\\p{N}_.-]*)}|[{}]");

    private static final int SHOWN = 30;

    private final String text;
    private final Set<String> fields = new LinkedHashSet<>();

    /**
     * @param name for messages
     * @throws IllegalArgumentException if a brace is neither doubled nor part of a place, or there is no place at all: then every
     *     record would give the same text
     */
    Template(String name, String text) {
        this.text = text;
        Matcher braces = BRACES.matcher(text);
        while (braces.find()) {
            if (braces.group(1) != null) {
                fields.add(braces.group(1));
            } else if (braces.group().length() == 1) {
                throw new IllegalArgumentException(
                        "%s has a single '%s' after \"%s\": write '%s' for the sign itself, {field} for a value"
                                .formatted(
                                        name,
                                        braces.group(),
                                        text.substring(Math.max(0, braces.start() - SHOWN), braces.start()),
                                        braces.group().repeat(2)));
            }
        }
        if (fields.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s needs at least one place for a value, such as {text}".formatted(name));
        }
    }

    Set<String> fields() {
        return Collections.unmodifiableSet(fields);
    }

    /** Values are put in as they are: braces in them mean nothing. */
    String fill(UnaryOperator<String> valueOf) {
        return BRACES.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        found.group(1) == null ? found.group().substring(1) : valueOf.apply(found.group(1))));
    }
}
