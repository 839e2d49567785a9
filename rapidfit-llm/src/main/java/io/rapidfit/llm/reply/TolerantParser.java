package io.rapidfit.llm.reply;

import io.rapidfit.llm.reply.Json.Arr;
import io.rapidfit.llm.reply.Json.Container;
import io.rapidfit.llm.reply.Json.Obj;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Reads one object or array that need not be valid JSON.
 *
 * <p>What has one reading is repaired and counted. What has several damages the innermost object or array, so that its
 * row is not used. What has none ends the parse; what was closed before stays good. Goes over the text once, with a stack
 * of its own.
 */
final class TolerantParser {

    /** How far to look ahead. */
    private static final int HORIZON = 256;

    private static final String WRONG_BRACKET = "has a wrong closing bracket";

    private static final String DOUBT = "is followed by something that cannot be read";

    private enum State {
        FIRST,
        AFTER_COMMA,
        VALUE,
        AFTER_VALUE
    }

    private static final class Frame {

        private final Container container;
        private State state = State.FIRST;
        private @Nullable String key;

        Frame(Container container) {
            this.container = container;
        }

        boolean isObject() {
            return container instanceof Obj;
        }
    }

    private final String text;
    private final RepairCount repairs;
    private final Container root;
    private final Deque<Frame> open = new ArrayDeque<>();
    private int pos;
    private boolean meant;
    private @Nullable String error;

    /** For the object or array that opens at {@code start}. */
    TolerantParser(String text, int start, RepairCount repairs) {
        this.text = text;
        this.repairs = repairs;
        this.root = text.charAt(start) == '{' ? new Obj() : new Arr();
        this.open.push(new Frame(root));
        this.pos = start + 1;
    }

    TolerantParser parse() {
        while (!open.isEmpty() && error == null) {
            skipBlanks(open.element());
            if (pos >= text.length()) {
                break;
            }
            step(open.element(), text.charAt(pos));
        }
        if (error != null) {
            doubtWhatCameBefore();
        }
        return this;
    }

    /** The value before may have been closed too early, by a quotation mark or bracket in its text. */
    private void doubtWhatCameBefore() {
        Frame top = open.element();
        if (top.state == State.AFTER_VALUE) {
            Json.damageTail(top.container, DOUBT);
        } else if (top.state == State.FIRST && open.size() > 1) { // nothing of this one could be read: was it one?
            open.pop();
            Object before = open.element().container instanceof Arr array && array.elements.size() > 1
                    ? array.elements.get(array.elements.size() - 2)
                    : null;
            if (before instanceof Container container) {
                Json.damageTail(container, DOUBT);
            }
            open.push(top);
        }
    }

    Container root() {
        return root;
    }

    /** Behind the closing bracket, or where reading stopped. */
    int end() {
        return pos;
    }

    /** Why reading stopped before the end of text and value; null if it did not. */
    @Nullable String error() {
        return error;
    }

    int openBrackets() {
        return open.size();
    }

    /** True for what was surely written as JSON, false for brackets as they occur in prose. */
    boolean isMeant() {
        return meant;
    }

    private void step(Frame frame, char c) {
        switch (frame.state) {
            case FIRST, AFTER_COMMA -> {
                if (isCloser(c)) {
                    if (frame.state == State.AFTER_COMMA) {
                        repairs.add(Repair.TRAILING_COMMA);
                    }
                    close(frame, c);
                } else if (c == ',') {
                    repairs.add(Repair.EXTRA_COMMA);
                    frame.container.setDamage("has two commas with nothing between them");
                    pos++;
                } else if (isEllipsis()) {
                    ellipsis(frame);
                } else if (frame.isObject()) {
                    key(frame, c);
                } else {
                    value(frame, c);
                }
            }
            case VALUE -> value(frame, c);
            case AFTER_VALUE -> afterValue(frame, c);
        }
    }

    private void afterValue(Frame frame, char c) {
        if (c == ',') {
            pos++;
            frame.state = State.AFTER_COMMA;
        } else if (isCloser(c)) {
            close(frame, c);
        } else if (isEllipsis()) {
            ellipsis(frame);
        } else if (frame.isObject() ? QuotedText.isKeyAhead(text, pos) : isLikeLast(frame, c)) {
            repairs.add(Repair.MISSING_COMMA);
            frame.state = State.FIRST;
        } else {
            fail("expected a comma or a closing bracket");
        }
    }

    /** Strings stand with strings, records with records; a string after a record may be a torn-off field of it. */
    private static boolean isLikeLast(Frame frame, char c) {
        return frame.container.last() instanceof Container ? isOpener(c) : QuotedText.isQuote(c);
    }

    private void key(Frame frame, char c) {
        int start = pos;
        boolean quoted = QuotedText.isQuote(c);
        if (quoted) {
            QuotedText read = new QuotedText(text, repairs).read(pos, QuotedText.Place.KEY);
            frame.key = read.content();
            pos = read.end();
        } else if (Literals.startsWord(c)) {
            pos = Literals.endOfWord(text, pos, text.length());
            frame.key = text.substring(start, pos);
        } else {
            fail("expected a key in quotation marks");
            return;
        }
        pos = Blanks.skip(text, pos, horizon(pos));
        if (pos >= text.length()) {
            return;
        }
        if (text.charAt(pos) != ':') {
            pos = start + 1; // it was no key: brackets in prose, most likely, and the answer may come next
            fail("expected a colon after a key");
            return;
        }
        meant |= quoted;
        if (!quoted) {
            repairs.add(Repair.UNQUOTED_KEY);
        }
        pos++;
        frame.state = State.VALUE;
    }

    private void value(Frame frame, char c) {
        if (isOpener(c)) {
            if (open.size() == Json.MAX_DEPTH) {
                meant = true;
                fail("objects and arrays are nested too deeply");
                return;
            }
            Container child = c == '{' ? new Obj() : new Arr();
            pos++;
            put(frame, child);
            open.push(new Frame(child));
        } else if (!frame.isObject() && QuotedText.isKeyAhead(text, pos, false)) {
            Json.damageTail(frame.container, "is followed by a key that may belong to it");
            fail("a key stands outside of its object");
        } else if (QuotedText.isQuote(c)) {
            string(frame);
        } else if (Literals.startsWord(c)) {
            word(frame);
        } else if (Literals.startsNumber(c)) {
            number(frame);
        } else {
            fail("expected a value");
        }
    }

    private void put(Frame frame, Object value) {
        frame.container.put(frame.key, value, repairs);
        frame.state = State.AFTER_VALUE;
        meant |= frame.isObject();
    }

    private void string(Frame frame) {
        QuotedText read = new QuotedText(text, repairs)
                .read(pos, frame.isObject() ? QuotedText.Place.OBJECT : QuotedText.Place.ARRAY);
        pos = read.end();
        if (!read.isClosed()) {
            return; // the text is at its end
        }
        String damage = read.damage();
        if (damage != null) {
            frame.container.setDamage(damage);
        }
        if (read.hasInnerQuotes()) {
            frame.container.setInnerQuotes();
        }
        put(frame, read.content());
    }

    private void word(Frame frame) {
        Object value = Literals.at(text, pos);
        int end = Literals.endOfWord(text, pos, text.length());
        if (value == null) {
            if (end < text.length()) {
                fail("a value has no quotation marks");
            } else {
                pos = end; // cut off within a literal
            }
            return;
        }
        if (!Literals.isStrict(text.substring(pos, end))) {
            repairs.add(Repair.LITERAL);
        }
        pos = end;
        put(frame, value);
    }

    private void number(Frame frame) {
        int end = Literals.endOfNumber(text, pos);
        Number value = end - pos > Json.MAX_NUMBER_LENGTH ? null : Literals.number(text.substring(pos, end), repairs);
        if (value == null) {
            if (end < text.length()) {
                fail("a number is not written as JSON has it");
            }
            pos = end;
            return;
        }
        pos = end;
        put(frame, value);
    }

    // ---- brackets ----

    private void close(Frame frame, char c) {
        pos++;
        if (c == (frame.isObject() ? '}' : ']')) {
            closeTop();
            return;
        }
        repairs.add(Repair.WRONG_BRACKET);
        closeWrongly(frame, c);
    }

    /** Is it a mistaken other bracket, does it close the parent because ours is missing, or is it one too many? */
    private void closeWrongly(Frame frame, char c) {
        Iterator<Frame> outwards = open.iterator();
        outwards.next();
        Frame parent = outwards.hasNext() ? outwards.next() : null;
        Frame grandparent = outwards.hasNext() ? outwards.next() : null;
        boolean mayCloseParent = parent != null && parent.isObject() == (c == '}');
        boolean mistaken = continues(parent) || !mayCloseParent;
        boolean missing = mayCloseParent && continues(grandparent);
        if (missing == mistaken || goesOn(frame)) {
            frame.container.setDamage(WRONG_BRACKET);
            if (parent != null) {
                parent.container.setDamage(WRONG_BRACKET);
            }
        }
        closeTop();
        if (mayCloseParent && !mistaken) {
            closeTop();
        }
    }

    /** As if the bracket were not there: another field follows, or another element like the last. */
    private boolean goesOn(Frame frame) {
        int comma = Blanks.skip(text, pos, horizon(pos));
        if (!text.startsWith(",", comma)) {
            return false;
        }
        int next = Blanks.skip(text, comma + 1, horizon(comma + 1));
        if (next >= text.length() || frame.isObject()) {
            return next < text.length() && QuotedText.isKeyAhead(text, next);
        }
        boolean container = frame.container.last() instanceof Container;
        return container == isOpener(text.charAt(next)) && !QuotedText.isKeyAhead(text, next);
    }

    private void closeTop() {
        open.pop().container.close();
    }

    /** What follows is what stands after a value in this object or array; null for the end of everything. */
    private boolean continues(@Nullable Frame within) {
        int limit = horizon(pos);
        int next = Blanks.skip(text, pos, limit);
        if (next >= limit) {
            return within == null;
        }
        char c = text.charAt(next);
        if (within == null) {
            return c != ',' && !isCloser(c);
        }
        boolean comma = c == ',';
        if (comma) {
            next = Blanks.skip(text, next + 1, limit);
            if (next >= limit) {
                return false;
            }
            c = text.charAt(next);
        }
        if (isCloser(c)) {
            return within.isObject() == (c == '}');
        }
        return comma && within.isObject() == QuotedText.isKeyAhead(text, next); // one thing wrong at a time
    }

    private int horizon(int from) {
        return Math.min(text.length(), from + HORIZON);
    }

    private static boolean isOpener(char c) {
        return c == '{' || c == '[';
    }

    private static boolean isCloser(char c) {
        return c == '}' || c == ']';
    }

    // ---- what stands between values ----

    private boolean isEllipsis() {
        return text.charAt(pos) == '\u2026' || text.startsWith("...", pos);
    }

    private void ellipsis(Frame frame) {
        repairs.add(Repair.ELLIPSIS);
        frame.container.setDamage("is abbreviated with \"...\"");
        while (pos < text.length() && (text.charAt(pos) == '.' || text.charAt(pos) == '\u2026')) {
            pos++;
        }
        frame.state = State.AFTER_VALUE;
    }

    private void skipBlanks(Frame frame) {
        boolean oddSpace = false;
        while (pos < text.length()) {
            char c = text.charAt(pos);
            if (Blanks.isSpace(c)) {
                oddSpace |= Blanks.isOddSpace(c);
                pos++;
            } else if (Blanks.startsComment(text, pos)) {
                comment(frame);
            } else {
                break;
            }
        }
        if (oddSpace) {
            repairs.add(Repair.ODD_SPACE);
        }
    }

    private void comment(Frame frame) {
        int end = Blanks.endOfComment(text, pos, text.length());
        String comment = text.substring(pos, end);
        repairs.add(Repair.COMMENT);
        if (comment.contains("...") || comment.indexOf('\u2026') >= 0) {
            repairs.add(Repair.ELLIPSIS);
            frame.container.setDamage("is abbreviated with \"...\"");
        }
        pos = end;
    }

    private void fail(String reason) {
        error = reason;
    }
}
