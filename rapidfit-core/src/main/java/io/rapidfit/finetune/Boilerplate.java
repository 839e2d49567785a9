package io.rapidfit.finetune;

import java.util.Arrays;
import java.util.List;

/**
 * The lines of text that nearly all prompts begin or end with: instructions, templates, worked examples. They are alike in all
 * prompts, and would make all prompts seem alike.
 */
final class Boilerplate {

    /** With fewer prompts, what they share may be what they say. */
    private static final int LEAST = 10;

    /** One prompt in so many may have another beginning. */
    private static final int EXCEPTION = 10;

    private final String start;
    private final String end;

    private Boilerplate(String start, String end) {
        this.start = start;
        this.end = end;
    }

    /** What is shared is cut back to whole lines: a beginning that only the first words of one line share is left alone. */
    static Boilerplate of(List<String> prompts) {
        if (prompts.size() < LEAST) {
            return new Boilerplate("", "");
        }
        String start = shared(prompts);
        String end = reverse(shared(prompts.stream().map(Boilerplate::reverse).toList()));
        int firstBreak = end.indexOf('\n');
        return new Boilerplate(
                start.substring(0, start.lastIndexOf('\n') + 1), firstBreak < 0 ? "" : end.substring(firstBreak));
    }

    /** In sorted order all texts between two have what these two begin with. */
    private static String shared(List<String> texts) {
        String[] sorted = texts.toArray(String[]::new);
        Arrays.sort(sorted);
        int skipped = sorted.length / EXCEPTION / 2;
        String first = sorted[skipped];
        String last = sorted[sorted.length - 1 - skipped];
        int length = 0;
        while (length < Math.min(first.length(), last.length()) && first.charAt(length) == last.charAt(length)) {
            length++;
        }
        return first.substring(0, length);
    }

    private static String reverse(String text) {
        return new StringBuilder(text).reverse().toString();
    }

    String removeFrom(String prompt) {
        int from = prompt.startsWith(start) ? start.length() : 0;
        int to = prompt.endsWith(end) ? prompt.length() - end.length() : prompt.length();
        return from < to ? prompt.substring(from, to) : prompt;
    }
}
