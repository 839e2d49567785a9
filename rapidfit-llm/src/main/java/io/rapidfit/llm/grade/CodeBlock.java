package io.rapidfit.llm.grade;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Code in a response.
 *
 * @param firstLine where it begins, counted from 1
 */
record CodeBlock(String code, int firstLine) {

    /** As CommonMark 0.31, section 4.5, has it, but indented by any number of blanks, as within the items of a list. */
    private static final Pattern FENCE = Pattern.compile("([ \\t]*)(`{3,}|~{3,})[ \\t]*([^\\s`]*)[^`]*");

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
                int indentation = fence.group(1).length();
                int last =
                        end(lines, first, indentation, fence.group(2)); // at the end of the text if nothing closes it
                String code = lines.subList(first, last).stream()
                        .map(line -> outdented(line, indentation))
                        .collect(Collectors.joining("\n"));
                CodeBlock block = new CodeBlock(code, first + 1);
                String language = fence.group(3).toLowerCase(Locale.ROOT);
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
    private static int end(List<String> lines, int first, int indentation, String fence) {
        Pattern close = Pattern.compile(
                "[ \\t]{0," + (indentation + 3) + "}" + Pattern.quote(fence) + fence.charAt(0) + "*[ \\t]*");
        int line = first;
        while (line < lines.size() && !close.matcher(lines.get(line)).matches()) {
            line++;
        }
        return line;
    }

    /** Without up to so many leading blanks. */
    private static String outdented(String line, int indentation) {
        int blanks = 0;
        while (blanks < Math.min(indentation, line.length()) && " \t".indexOf(line.charAt(blanks)) >= 0) {
            blanks++;
        }
        return line.substring(blanks);
    }
}
