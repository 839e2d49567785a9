package io.rapidfit.llm.reply;

import io.rapidfit.llm.reply.Json.Container;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The objects and arrays in a reply that may be its answer, in order.
 *
 * <p>Valid JSON is taken as it is. In anything else the text is walked through once: thoughts and prose are skipped, each
 * outermost bracket is handed to the {@link TolerantParser}. After something that was meant as JSON and cannot be read to
 * its end nothing more is looked for, since what follows may be inside of it.
 */
final class Extraction {

    /** A reply encoded twice, and once more by a careless gateway, is still read. */
    private static final int MAX_ENCODINGS = 3;

    private static final int UNKNOWN = -2;

    /**
     * @param apart whether words stand between this and the one before
     */
    record Found(Container root, boolean apart, RepairCount repairs) {}

    private final String text;
    private final int encodings;
    private final List<Found> found = new ArrayList<>();
    private final RepairCount repairs = new RepairCount();
    private @Nullable String error;
    private boolean cut;
    private boolean thinking;
    private boolean words;
    private boolean wordsAnywhere;
    private boolean quoteMarks;
    private int openInProse;
    private int endOfThoughts = UNKNOWN;
    private int pos;

    private Extraction(String text, int encodings) {
        this.text = text;
        this.encodings = encodings;
    }

    static Extraction of(String reply) {
        return new Extraction(reply, 0).run();
    }

    List<Found> found() {
        return found;
    }

    /** Those made outside of what was found. */
    RepairCount repairs() {
        return repairs;
    }

    /** What makes the rest unreadable; null if all was read, or if the text only stopped. */
    @Nullable String error() {
        return error;
    }

    /** The text stops before the last bracket is closed. */
    boolean isCut() {
        return cut;
    }

    /** The text stops within a thought. */
    boolean isThinking() {
        return thinking;
    }

    /** Words stand before the first thing found and after the last. */
    boolean isAmidWords() {
        return words && !found.isEmpty() && found.get(0).apart();
    }

    private Extraction run() {
        if (text.startsWith("\uFEFF")) {
            repairs.add(Repair.BOM);
            pos = 1;
        }
        Object strict = StrictJson.parse(pos == 0 ? text : text.substring(pos));
        if (strict instanceof Container root) {
            found.add(new Found(root, false, new RepairCount()));
        } else if (strict instanceof String encoded) {
            decoded(encoded);
        } else if (strict == null) {
            scan();
        }
        return this;
    }

    private void scan() {
        while (pos < text.length() && error == null && !cut && !thinking) {
            char c = text.charAt(pos);
            if (ThoughtMarks.mayStartWith(c) && thought()) {
                continue;
            }
            switch (c) {
                case '{', '[' -> bracket();
                case '}', ']' -> strayBracket();
                case '"' -> quote();
                case '`', '~' -> fence(c);
                default -> {
                    if (text.startsWith("assistantfinal", pos)) {
                        forget(); // how channels look after a server has stripped their marks
                        pos += "assistantfinal".length();
                    } else {
                        words |= Character.isLetter(c);
                        pos++;
                    }
                }
            }
        }
        if (words || wordsAnywhere) {
            repairs.add(Repair.PROSE);
        }
    }

    // ---- what may be the answer ----

    private void bracket() {
        int inner = Blanks.skip(text, pos + 1, Math.min(text.length(), pos + 200));
        if (text.startsWith("\\\"", inner)) {
            decoded(unescape(pos, false)); // encoded twice, the outer quotation marks lost
            return;
        }
        RepairCount made = new RepairCount();
        TolerantParser parser = new TolerantParser(text, pos, made).parse();
        boolean stops = parser.error() == null && !parser.root().isClosed();
        boolean failed = stops || parser.error() != null;
        if (failed && !parser.isMeant() && (!stops || (words && !found.isEmpty()))) {
            openInProse += parser.openBrackets();
            pos = Math.max(pos + 1, parser.end());
            return;
        }
        boolean doubtful = (failed || !made.isEmpty()) && (words || wordsAnywhere);
        int answer = doubtful ? endOfThoughts() : -1;
        if (answer > pos && (failed || answer < parser.end())) {
            forget(); // the brackets were part of a thought that had no opening mark
            pos = answer;
            return;
        }
        found.add(new Found(parser.root(), words, made));
        wordsAnywhere |= words;
        words = false;
        quoteMarks = false;
        openInProse = 0;
        error = parser.error();
        cut = stops;
        pos = parser.end();
    }

    private int endOfThoughts() {
        if (endOfThoughts == UNKNOWN) {
            endOfThoughts = ThoughtMarks.endOfLast(text);
        }
        return endOfThoughts;
    }

    /** A closing bracket that nothing opened: one too many, or a sign that the value before ended too early. */
    private void strayBracket() {
        if (openInProse > 0) {
            openInProse--;
        } else if (!found.isEmpty() && !words) {
            found.get(found.size() - 1).repairs().add(Repair.EXTRA_BRACKET);
        } else if (!found.isEmpty() && quoteMarks) {
            Json.damageTail(found.get(found.size() - 1).root(), "is followed by text that seems to belong to it");
        }
        pos++;
    }

    private void quote() {
        int inner = Blanks.skip(text, pos + 1, Math.min(text.length(), pos + 200));
        boolean bracket = inner < text.length() && (text.charAt(inner) == '{' || text.charAt(inner) == '[');
        if (bracket) {
            int escaped = Blanks.skip(text, inner + 1, Math.min(text.length(), inner + 200));
            boolean another = text.startsWith("{", escaped) || text.startsWith("[", escaped);
            if (text.startsWith("\\", escaped) || (another && text.startsWith("\\", escaped + 1))) {
                decoded(unescape(pos + 1, true));
                return;
            }
        }
        quoteMarks = true;
        pos++;
    }

    private void decoded(String encoded) {
        if (encodings >= MAX_ENCODINGS) {
            error = "it is encoded as a string several times over";
            return;
        }
        Extraction inner = new Extraction(encoded, encodings + 1).run();
        repairs.add(Repair.DOUBLE_ENCODED);
        repairs.addAll(inner.repairs);
        for (Found each : inner.found) {
            found.add(new Found(each.root(), each.apart() || words, each.repairs()));
            wordsAnywhere |= words;
            words = false;
        }
        words |= inner.words;
        error = inner.error;
        cut = inner.cut;
        thinking = inner.thinking;
    }

    /** Takes one layer of escapes off, up to the closing quotation mark or to the end, and moves on behind it. */
    private String unescape(int from, boolean toQuote) {
        StringBuilder out = new StringBuilder();
        int i = from;
        while (i < text.length() && !(toQuote && text.charAt(i) == '"') && !Escapes.isCutOff(text, i)) {
            int end = text.charAt(i) == '\\' ? Escapes.decode(text, i, out) : -1;
            if (end < 0) {
                out.append(text.charAt(i));
                end = i + 1;
            }
            i = end;
        }
        pos = Math.min(text.length(), Escapes.isCutOff(text, i) ? text.length() : i + 1);
        return out.toString();
    }

    // ---- what surely is not ----

    /** Steps over a mark, or over a whole thought, if one stands here. */
    private boolean thought() {
        ThoughtMarks.Pair pair = ThoughtMarks.openAt(text, pos);
        if (pair != null) {
            int close = ThoughtMarks.find(text, pair.close(), pos);
            thinking = close < 0;
            pos = close + pair.close().length();
            repairs.add(Repair.THINKING);
            return true;
        }
        pair = ThoughtMarks.closeAt(text, pos);
        if (pair != null) { // many chat templates put the opening mark in the prompt
            forget();
            pos += pair.close().length();
            return true;
        }
        if (!ThoughtMarks.isChannel(text, pos)) {
            return false;
        }
        if (ThoughtMarks.isFinalChannel(text, pos)) {
            forget();
            pos = ThoughtMarks.endOfChannelHeader(text, pos);
            return true;
        }
        repairs.add(Repair.THINKING);
        int end = ThoughtMarks.endOfMessage(text, pos + ThoughtMarks.CHANNEL.length());
        thinking = end < 0;
        pos = end;
        return true;
    }

    /** What came before was not the answer. */
    private void forget() {
        repairs.add(Repair.THINKING);
        found.clear();
        words = false;
        wordsAnywhere = false;
        quoteMarks = false;
        openInProse = 0;
    }

    private void fence(char mark) {
        int end = pos;
        while (end < text.length() && text.charAt(end) == mark) {
            end++;
        }
        if (end - pos >= 3) {
            repairs.add(Repair.FENCE);
            while (end < text.length() && isLanguage(text.charAt(end))) {
                end++;
            }
        }
        pos = end;
    }

    private static boolean isLanguage(char c) {
        return Character.isLetterOrDigit(c) || c == '+' || c == '-' || c == '_' || c == '.';
    }
}
