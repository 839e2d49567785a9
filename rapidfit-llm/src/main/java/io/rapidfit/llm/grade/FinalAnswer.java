package io.rapidfit.llm.grade;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds what a solution gives as its answer: the last box, or else something in the last line. */
final class FinalAnswer {

    /** Longer ones are not searched. */
    private static final int MAX_LINE = 5_000;

    private static final Pattern BOX = Pattern.compile("\\\\f?box(?:ed)?(?![A-Za-z])");

    /** Lines that only close a block of mathematics or code. */
    private static final Pattern CLOSING_LINE =
            Pattern.compile("\\s*(?:\\\\\\]|\\\\end\\{\\w+\\*?\\}|\\$\\$|```)?\\s*");

    private static final Pattern LIST_MARK = Pattern.compile("^\\s*(?:[-*>]\\s+(?=[A-Za-z*])|#+)\\s*");
    private static final Pattern EMPHASIS = Pattern.compile("`|(?<![\\w)}\\]])\\*\\*|\\*\\*(?![\\w({\\\\\\[-])");

    /** What announces an answer. The last one in a line counts. */
    private static final Pattern ANNOUNCEMENT = Pattern.compile(
            "(?:\\bans|answer|result|solution|value)\\s*(?:(?:is|are|equals)\\b|=|:)[\\s:]*(?:(?:therefore|thus|then)\\b[\\s,:]*)?",
            Pattern.CASE_INSENSITIVE);

    /** What may announce one, if all that follows is mathematics. */
    private static final Pattern LINK = Pattern.compile(
            "(?<!there )\\b(?:is|are|equals|so|then|thus|hence|therefore)\\b,?", Pattern.CASE_INSENSITIVE);

    /** What follows it is about the answer, which was given before. */
    private static final Pattern REASON =
            Pattern.compile("\\b(?:since|because|where|when|if)\\b", Pattern.CASE_INSENSITIVE);

    private static final Pattern CONCLUSION = Pattern.compile(
            "(?:so|thus|hence|therefore|consequently|altogether|in total|finally)\\b.*", Pattern.CASE_INSENSITIVE);

    private static final Pattern NEGATION =
            Pattern.compile("\\b(?:not|cannot|no|nor)\\b|n't", Pattern.CASE_INSENSITIVE);

    /** Mathematics within prose. */
    private static final Pattern FORMULA = Pattern.compile("\\$\\$?[^$]+\\$\\$?|\\\\\\(.+?\\\\\\)|\\\\\\[.+?\\\\\\]");

    private static final Pattern NUMBER = Pattern.compile("-?\\d[\\d,]*(?:\\.\\d+)?(?:/\\d+)?%?");

    /** A part of a word or formula is no answer. */
    private static final Pattern LONE_NUMBER =
            Pattern.compile("(?<![\\w.^*/+=-])" + NUMBER.pattern() + "(?![\\w^*/(+=\\\\]|[.,]\\d)");

    private FinalAnswer() {}

    /** @throws UnreadableMathException if there is none, or it is no mathematics */
    static MathAnswer of(String solution) throws UnreadableMathException {
        int box = lastEnd(BOX, solution);
        if (box >= 0) {
            return MathParser.parse(boxed(solution, box));
        }
        String line = lastLine(solution);
        if (line.length() > MAX_LINE) {
            throw new UnreadableMathException("its last line is longer than " + MAX_LINE + " characters");
        }
        String unmarked = LIST_MARK.matcher(line).replaceFirst("");
        boolean isMarked = line.strip().startsWith("#"); // as "#### 12" announces an answer
        String whole = trimmed(EMPHASIS.matcher(line).replaceAll(""));
        line = EMPHASIS.matcher(unmarked).replaceAll("");
        int announced = lastEnd(ANNOUNCEMENT, line);
        String rest = trimmed(line.substring(Math.max(0, announced)));
        try {
            MathAnswer answer = MathParser.parse(rest);
            if (announced < 0 && whole.startsWith("-")) {
                requireSame(answer, whole);
            }
            return answer;
        } catch (UnreadableMathException e) {
            if (NEGATION.matcher(rest).find()) {
                throw e;
            }
            return ofSentence(rest, announced >= 0, isMarked, e);
        }
    }

    /** A dash before a formula is the mark of a list or a minus sign, and nobody can tell. */
    private static void requireSame(MathAnswer answer, String withDash) throws UnreadableMathException {
        MathAnswer negative;
        try {
            negative = MathParser.parse(withDash);
        } catch (UnreadableMathException e) {
            return; // no minus sign, then
        }
        if (!negative.equals(answer)) {
            throw new UnreadableMathException("its last line begins with a dash that may be a minus sign");
        }
    }

    /** @param isMarked whether it is a heading: its mark announces an answer, or nothing */
    private static MathAnswer ofSentence(
            String sentence, boolean isAnnounced, boolean isMarked, UnreadableMathException asWhole)
            throws UnreadableMathException {
        Matcher reason = REASON.matcher(sentence);
        if (isAnnounced && reason.find() && !hasMathematics(sentence.substring(0, reason.start()))) {
            throw asWhole; // it may have been given in words
        }
        int link = lastEnd(LINK, sentence);
        if (link >= 0 && !isAnswered(sentence.substring(0, link), isAnnounced || isMarked)) {
            try {
                return MathParser.parse(trimmed(sentence.substring(link)));
            } catch (UnreadableMathException e) {
                // what follows is prose, too
            }
        }
        return MathParser.parse(onlyCandidate(sentence, isAnnounced, asWhole));
    }

    /** Whether the answer was given before a link, so that what follows explains it. */
    private static boolean isAnswered(String beforeLink, boolean isAnnounced) {
        if (isAnnounced) {
            return hasMathematics(beforeLink);
        }
        Matcher reason = REASON.matcher(beforeLink);
        int last = -1;
        while (reason.find()) {
            last = reason.start();
        }
        return last > 0 && hasMathematics(beforeLink.substring(0, last));
    }

    private static boolean hasMathematics(String text) {
        return NUMBER.matcher(text).find() || FORMULA.matcher(text).find();
    }

    private static String boxed(String solution, int afterCommand) throws UnreadableMathException {
        int open = afterCommand;
        while (open < solution.length() && Character.isWhitespace(solution.charAt(open))) {
            open++;
        }
        int close = open < solution.length() && solution.charAt(open) == '{' ? MathLexer.closing(solution, open) : -1;
        if (close < 0) {
            throw new UnreadableMathException("its last box is not closed");
        }
        return trimmed(solution.substring(open + 1, close));
    }

    private static String lastLine(String solution) {
        int end = solution.length();
        while (end > 0) {
            int start = end;
            while (start > 0 && solution.charAt(start - 1) != '\n' && solution.charAt(start - 1) != '\r') {
                start--;
            }
            if (end - start > MAX_LINE
                    || !CLOSING_LINE.matcher(solution.substring(start, end)).matches()) {
                return solution.substring(start, end);
            }
            end = start - 1;
        }
        return "";
    }

    /** Where the last match ends; -1 if there is none. */
    private static int lastEnd(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        int end = -1;
        while (matcher.find()) {
            end = matcher.end();
        }
        return end;
    }

    /** Without an equals sign before it, and without the end of a sentence after it. */
    private static String trimmed(String text) {
        String trimmed = text.strip();
        int end = trimmed.length();
        while (end > 0
                && " .,;:".indexOf(trimmed.charAt(end - 1)) >= 0
                && !(end > 1 && trimmed.charAt(end - 2) == '\\')) {
            end--;
        }
        trimmed = trimmed.substring(0, end);
        return trimmed.startsWith("=") ? trimmed.substring(1) : trimmed;
    }

    /** The one formula of a sentence, or the one number of a conclusion. */
    private static String onlyCandidate(String sentence, boolean isAnnounced, UnreadableMathException asWhole)
            throws UnreadableMathException {
        List<String> formulas = new ArrayList<>();
        Matcher formula = FORMULA.matcher(sentence);
        int first = sentence.length();
        while (formula.find()) {
            first = Math.min(first, formula.start());
            formulas.add(formula.group()); // with its marks, which the lexer drops
        }
        if (isAnnounced
                && !formulas.isEmpty()
                && NUMBER.matcher(sentence.substring(0, first)).find()) {
            throw asWhole; // "The answer is 12 because $x$ is even."
        }
        if (formulas.size() == 1) {
            return trimmed(formulas.get(0));
        }
        List<String> numbers = formulas.isEmpty()
                ? NUMBER.matcher(sentence).results().map(MatchResult::group).toList()
                : List.of();
        boolean isLone = numbers.size() == 1 && LONE_NUMBER.matcher(sentence).find();
        if (isLone && (isAnnounced || CONCLUSION.matcher(sentence).matches())) {
            return trimmed(numbers.get(0));
        }
        throw asWhole;
    }
}
