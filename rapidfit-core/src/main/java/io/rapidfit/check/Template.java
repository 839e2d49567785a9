package io.rapidfit.check;

import io.rapidfit.internal.Require;
import java.util.List;

/**
 * A phrase that many texts share, or was asked for, and where it stands.
 *
 * @param form a phrase as it was given; the words of a mined one, with an ellipsis where each text has its own. A mined form
 *     given as {@link Templates.Builder#phrase} finds the same texts. An expression as it is written
 * @param texts the indices of the texts that match it, ascending
 * @param share of all texts, in [0, 1]
 * @param examples up to three different texts that match it, the first ones
 */
public record Template(Source source, String form, List<Integer> texts, double share, List<String> examples) {

    /** Where a template is known from. */
    public enum Source {
        /** Given as a phrase. */
        PHRASE,
        /** Given as a regular expression. */
        EXPRESSION,
        /** Found in the texts. */
        MINED
    }

    public Template {
        Require.nonNull("source", source);
        Require.notBlank("form", form);
        texts = List.copyOf(texts);
        Require.inRange("share", share, 0, 1);
        examples = List.copyOf(examples);
    }

    /** How many texts match it. */
    public int count() {
        return texts.size();
    }

    /** Without the texts. */
    @Override
    public String toString() {
        return "Template[%s \"%s\", %s texts]".formatted(source, form, count());
    }
}
