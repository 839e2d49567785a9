package io.rapidfit.llm.grade;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Code in a response.
 *
 * @param firstLine where it begins, counted from 1
 */
record CodeBlock(String code, int firstLine) {

    /** As CommonMark 0.31, section 4.5, has it. */
    private static final Pattern FENCE = Pattern.compile(" {0,3}(`{3,}|~{3,})[ \\t]*([^\\s`]*)[^`]*");

    /**
     * The blocks that Markdown fences, or else the whole text.
     *
     * @param languages in lower case; blocks marked with another are left out, and those without a mark if any has one. Empty for
     *     all blocks.
     */
    static List<CodeBlock> of(String response, Set<String> languages) {
        List<CodeBlock> marked = new ArrayList<>();
        List<CodeBlock> unmarked = new ArrayList<>();
        List<String> lines = response.lines().toList();
        boolean hasFences = false;
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (fence.matches()) {
                hasFences = true;
                int first = i + 1;
                int last = end(lines, first, fence.group(1)); // at the end of the text if nothing closes it
                CodeBlock block = new CodeBlock(String.join("\n", lines.subList(first, last)), first + 1);
                String language = fence.group(2).toLowerCase(Locale.ROOT);
                if (language.isEmpty()) {
                    unmarked.add(block);
                } else if (languages.isEmpty() || languages.contains(language)) {
                    marked.add(block);
                }
                i = last;
            }
        }
        if (!hasFences) {
            return List.of(new CodeBlock(response, 1));
        }
        return marked.isEmpty() ? unmarked : marked;
    }

    /** The first line from {@code first} that closes a block, or the number of lines. */
    private static int end(List<String> lines, int first, String fence) {
        Pattern close = Pattern.compile(" {0,3}" + Pattern.quote(fence) + fence.charAt(0) + "*[ \\t]*");
        int line = first;
        while (line < lines.size() && !close.matcher(lines.get(line)).matches()) {
            line++;
        }
        return line;
    }
}
