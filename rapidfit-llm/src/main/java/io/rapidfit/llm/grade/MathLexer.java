package io.rapidfit.llm.grade;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads LaTeX, plain text and the mathematical characters of Unicode as one sequence of tokens. Looks are dropped. */
final class MathLexer {

    enum Kind {
        NUMBER,
        VARIABLE,
        /** pi, e, i, infinity */
        CONSTANT,
        FUNCTION,
        /** Words that may be a unit, and that are nothing else. */
        UNIT,
        /** "or", "and": stands between values. */
        OR,
        /** Everything else; the text says which. */
        SYMBOL,
        END
    }

    /** @param spaced whether blanks stand before it */
    record Token(Kind kind, String text, boolean spaced) {

        boolean is(String symbol) {
            return kind == Kind.SYMBOL && text.equals(symbol);
        }
    }

    /** Longer than any answer that a person could check. */
    static final int MAX_LENGTH = 2_000;

    /** Of groups, fractions, powers and lists in one another. */
    static final int MAX_DEPTH = 64;

    private static final int LONGEST_SUBSCRIPT = 16;

    private static final Set<String> LOOKS = Set.of(
            "left",
            "right",
            "big",
            "Big",
            "bigg",
            "Bigg",
            "bigl",
            "bigr",
            "Bigl",
            "Bigr",
            "biggl",
            "biggr",
            "displaystyle",
            "textstyle",
            "scriptstyle",
            "limits",
            "quad",
            "qquad",
            "bf",
            "rm",
            "it",
            "boxed",
            "fbox",
            "boldsymbol",
            "bm",
            "mathit",
            "mathbf",
            "mathsf",
            "(",
            ")",
            "[",
            "]",
            ",",
            ";",
            ":",
            "!",
            " ",
            "$",
            "enspace",
            "thinspace");

    /** Their contents may be words. */
    private static final Set<String> TEXTS =
            Set.of("text", "textbf", "textit", "textrm", "textsf", "texttt", "mbox", "mathrm", "operatorname");

    private static final Map<String, String> COMMANDS = Map.ofEntries(
            Map.entry("cdot", "*"),
            Map.entry("times", "*"),
            Map.entry("ast", "*"),
            Map.entry("div", "/"),
            Map.entry("pm", "±"),
            Map.entry("mp", "∓"),
            Map.entry("cup", "∪"),
            Map.entry("in", "∈"),
            Map.entry("lt", "<"),
            Map.entry("gt", ">"),
            Map.entry("le", "≤"),
            Map.entry("leq", "≤"),
            Map.entry("leqslant", "≤"),
            Map.entry("ge", "≥"),
            Map.entry("geq", "≥"),
            Map.entry("geqslant", "≥"),
            Map.entry("ne", "≠"),
            Map.entry("neq", "≠"),
            Map.entry("approx", "="),
            Map.entry("lvert", "|("),
            Map.entry("rvert", "|)"),
            Map.entry("vert", "|"),
            Map.entry("lfloor", "⌊"),
            Map.entry("rfloor", "⌋"),
            Map.entry("lceil", "⌈"),
            Map.entry("rceil", "⌉"),
            Map.entry("langle", "⟨"),
            Map.entry("rangle", "⟩"),
            Map.entry("lbrace", "\\{"),
            Map.entry("rbrace", "\\}"),
            Map.entry("{", "\\{"),
            Map.entry("}", "\\}"),
            Map.entry("emptyset", "∅"),
            Map.entry("varnothing", "∅"),
            Map.entry("over", "over"),
            Map.entry("sqrt", "√"),
            Map.entry("%", "%"),
            Map.entry("circ", "°"),
            Map.entry("degree", "°"),
            Map.entry("colon", ":"));

    private static final Map<Character, String> CHARACTERS = Map.ofEntries(
            Map.entry('−', "-"),
            Map.entry('–', "-"),
            Map.entry('×', "*"),
            Map.entry('·', "*"),
            Map.entry('⋅', "*"),
            Map.entry('÷', "/"),
            Map.entry('≈', "="),
            Map.entry('º', "°"));

    private static final String SYMBOLS = "+-*/^_()[]{}|,!%=<>:±∓∪∈≤≥≠⌊⌋⌈⌉⟨⟩∅√°";

    private static final Set<String> FRACTIONS = Set.of("frac", "dfrac", "tfrac", "cfrac");
    private static final Set<String> BINOMIALS = Set.of("binom", "dbinom", "tbinom");

    /** Those that only place formulas below one another. */
    private static final Set<String> ENVIRONMENTS =
            Set.of("aligned", "align", "align*", "equation", "equation*", "gathered", "split");

    private static final Set<String> GREEK = Set.of(
            "alpha",
            "beta",
            "gamma",
            "delta",
            "epsilon",
            "varepsilon",
            "zeta",
            "eta",
            "theta",
            "vartheta",
            "iota",
            "kappa",
            "lambda",
            "mu",
            "nu",
            "xi",
            "rho",
            "sigma",
            "tau",
            "upsilon",
            "phi",
            "varphi",
            "chi",
            "psi",
            "omega",
            "Gamma",
            "Delta",
            "Theta",
            "Lambda",
            "Xi",
            "Sigma",
            "Phi",
            "Psi",
            "Omega",
            "ell");

    private static final Set<String> SHORT_UNITS = Set.of(
            "cm", "mm", "km", "nm", "kg", "mg", "ml", "mL", "cl", "hr", "ft", "in", "lb", "oz", "mi", "yd", "Hz", "kW",
            "kJ", "kN", "Pa", "ms");

    /** Words that no unit has: they make a sentence. */
    private static final Set<String> SENTENCE = Set.of(
            "is",
            "are",
            "was",
            "were",
            "not",
            "no",
            "if",
            "but",
            "because",
            "a",
            "an",
            "the",
            "be",
            "to",
            "of",
            "it",
            "this",
            "that",
            "so",
            "then",
            "than",
            "with",
            "for",
            "from",
            "as",
            "at",
            "by",
            "we",
            "you",
            "do",
            "does",
            "can",
            "cannot",
            "more",
            "less",
            "yes",
            "true",
            "false",
            "correct",
            "wrong",
            "answer",
            "reference",
            "only",
            "when",
            "which",
            "my",
            "me",
            "he",
            "us",
            "on",
            "up",
            "go");

    private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /** By numerator and denominator. */
    private static final Map<Character, String> VULGAR = Map.ofEntries(
            Map.entry('½', "12"),
            Map.entry('⅓', "13"),
            Map.entry('⅔', "23"),
            Map.entry('¼', "14"),
            Map.entry('¾', "34"),
            Map.entry('⅕', "15"),
            Map.entry('⅖', "25"),
            Map.entry('⅗', "35"),
            Map.entry('⅘', "45"),
            Map.entry('⅙', "16"),
            Map.entry('⅚', "56"),
            Map.entry('⅛', "18"),
            Map.entry('⅜', "38"),
            Map.entry('⅝', "58"),
            Map.entry('⅞', "78"));

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    private int depth;
    private int brackets; // in which a comma separates and groups no digits
    private boolean inEnvironment;
    private boolean spaceBefore;

    private MathLexer(String text) {
        this.text = text;
    }

    /** The last token is the END. */
    static List<Token> read(String text) throws UnreadableMathException {
        if (text.length() > MAX_LENGTH) {
            throw new UnreadableMathException("longer than " + MAX_LENGTH + " characters");
        }
        MathLexer lexer = new MathLexer(text);
        while (lexer.position < text.length()) {
            lexer.readNext();
        }
        lexer.add(Kind.END, "the end");
        return lexer.tokens;
    }

    private void add(Kind kind, String token) {
        tokens.add(new Token(kind, token, spaceBefore));
        spaceBefore = false;
    }

    private void readNext() throws UnreadableMathException {
        char c = text.charAt(position);
        String fraction = VULGAR.get(c);
        if (Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '~') {
            position++;
            spaceBefore = true;
        } else if (c == '$') {
            position++; // TeX's mark for mathematics, or dollars: both are only looks here
        } else if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
            readNumber();
        } else if (isLetter(c)) {
            readLetters();
        } else if (c == '\\') {
            readCommand();
        } else if (SUPERSCRIPTS.indexOf(c) >= 0 || c == '⁻') {
            readSuperscript();
        } else if (fraction != null) {
            position++;
            addSimpleFraction(fraction.substring(0, 1), fraction.substring(1));
        } else if (c == '&' && inEnvironment) {
            position++;
        } else {
            readSymbol(c);
        }
    }

    private void readSymbol(char c) throws UnreadableMathException {
        position++;
        String symbol = CHARACTERS.getOrDefault(c, String.valueOf(c));
        if (c == 'π') {
            add(Kind.CONSTANT, "pi");
        } else if (c == '∞') {
            add(Kind.CONSTANT, "infinity");
        } else if (c >= 'α' && c <= 'ω') {
            addVariable(symbol);
        } else if (c == '*' && peek(0) == '*') {
            position++;
            addSymbol("^");
        } else if ((c == '<' || c == '>') && peek(0) == '=') {
            position++;
            addSymbol(c == '<' ? "≤" : "≥");
        } else if (c == '!' && peek(0) == '=') {
            position++;
            addSymbol("≠");
        } else if (c == '{' && peek(0) == '}') {
            position++; // TeX for nothing
        } else if (c == '^' && text.startsWith("\\circ", position)) {
            position += "\\circ".length();
            addSymbol("°");
        } else if (c == '^' && text.startsWith("{\\circ}", position)) {
            position += "{\\circ}".length();
            addSymbol("°");
        } else if (SYMBOLS.contains(symbol)) {
            addSymbol(symbol);
        } else {
            throw new UnreadableMathException("'" + c + "' is no mathematics");
        }
    }

    private void addSymbol(String symbol) {
        switch (symbol) {
            case "(", "[", "\\{", "⟨" -> brackets++;
            case ")", "]", "\\}", "⟩" -> brackets--;
            default -> {}
        }
        add(Kind.SYMBOL, symbol);
    }

    /** Digits, in groups of three if commas or blanks part them, a decimal part, and a power of ten as computers write it. */
    private void readNumber() {
        StringBuilder number = new StringBuilder();
        takeDigits(number);
        if (!number.isEmpty() && number.length() <= 3 && number.charAt(0) != '0') {
            for (int gap = groupGap(); gap > 0; gap = groupGap()) {
                position += gap;
                takeDigits(number);
            }
        }
        if (peek(0) == '.' && peek(1) != '.') {
            number.append('.');
            position++;
            takeDigits(number);
        }
        if (peek(0) == 'e' || peek(0) == 'E') {
            int digits = peek(1) == '-' || peek(1) == '+' ? 2 : 1;
            if (isDigit(peek(digits))) {
                number.append(text, position, position + digits);
                position += digits;
                takeDigits(number);
            }
        }
        add(Kind.NUMBER, number.toString());
    }

    private void takeDigits(StringBuilder number) {
        while (isDigit(peek(0))) {
            number.append(text.charAt(position++));
        }
    }

    /** How long the separator is that stands before a group of three digits; 0 if there is none. */
    private int groupGap() {
        for (String gap : List.of(",", "{,}", "\\,", "\\ ", " ", "\u00a0", "\u202f")) {
            int start = gap.length();
            boolean isSeparator = brackets > 0 && (gap.equals(",") || gap.equals("{,}"));
            if (text.startsWith(gap, position)
                    && !isSeparator
                    && isDigit(peek(start))
                    && isDigit(peek(start + 1))
                    && isDigit(peek(start + 2))
                    && !isDigit(peek(start + 3))) {
                return gap.length();
            }
        }
        return 0;
    }

    private void readSuperscript() {
        StringBuilder exponent = new StringBuilder();
        boolean isNegative = peek(0) == '⁻';
        if (isNegative) {
            position++;
        }
        while (position < text.length() && SUPERSCRIPTS.indexOf(text.charAt(position)) >= 0) {
            exponent.append(SUPERSCRIPTS.indexOf(text.charAt(position++)));
        }
        addSymbol("^");
        if (isNegative) {
            addSymbol("-");
        }
        add(Kind.NUMBER, exponent.toString()); // an empty one is refused by the parser
    }

    private void addSimpleFraction(String over, String under) {
        addSymbol("frac");
        for (String part : List.of(over, under)) {
            addSymbol("{");
            add(Kind.NUMBER, part);
            addSymbol("}");
        }
    }

    private void readLetters() throws UnreadableMathException {
        int start = position;
        while (isLetter(peek(0))) {
            position++;
        }
        addWord(text.substring(start, position));
    }

    private void addWord(String word) throws UnreadableMathException {
        if (MathFunction.named(word) != null) {
            add(Kind.FUNCTION, word);
        } else if (word.equals("sqrt")) {
            addSymbol("√");
        } else if (word.equals("pi")) {
            add(Kind.CONSTANT, "pi");
        } else if (word.equals("or") || word.equals("and")) {
            add(Kind.OR, word);
        } else if (word.equals("percent")) {
            addSymbol("%");
        } else if (word.equals("degrees") || word.equals("degree")) {
            addSymbol("°");
        } else if (SHORT_UNITS.contains(word) && followsValue()) {
            add(Kind.UNIT, word);
        } else if (isProduct(word)) {
            for (int i = 0; i < word.length() - 1; i++) {
                addVariable(word.substring(i, i + 1));
            }
            addVariable(word.substring(word.length() - 1) + subscript());
        } else if (SENTENCE.contains(word)) {
            throw new UnreadableMathException("a sentence, not mathematics");
        } else {
            add(Kind.UNIT, word);
        }
    }

    /** One letter, two that are no word, or letters as they follow one another in the alphabet: abc, zyx. */
    private static boolean isProduct(String word) {
        if (word.length() <= 2) {
            return word.length() == 1 || !SENTENCE.contains(word);
        }
        int step = word.charAt(1) - word.charAt(0);
        for (int i = 1; i < word.length(); i++) {
            if (Math.abs(step) != 1 || word.charAt(i) - word.charAt(i - 1) != step) {
                return false;
            }
        }
        return true;
    }

    private void addVariable(String name) {
        switch (name) {
            case "e" -> add(Kind.CONSTANT, "e");
            case "i" -> add(Kind.CONSTANT, "i");
            default -> add(Kind.VARIABLE, name);
        }
    }

    /** With its line, so that it becomes a part of the name; empty if there is none. */
    private String subscript() {
        if (peek(0) != '_') {
            return "";
        }
        int start = position + 1;
        int end = start + 1;
        if (peek(1) == '{') {
            start++;
            end = text.indexOf('}', start);
        }
        if (end > text.length() || end <= start || end - start > LONGEST_SUBSCRIPT) {
            return "";
        }
        String subscript = text.substring(start, end);
        if (!subscript.chars().allMatch(c -> isDigit((char) c) || isLetter((char) c))) {
            return "";
        }
        position = text.startsWith("}", end) && text.charAt(start - 1) == '{' ? end + 1 : end;
        return "_" + subscript;
    }

    private boolean followsValue() {
        if (tokens.isEmpty()) {
            return false;
        }
        Token last = tokens.get(tokens.size() - 1);
        return last.kind() == Kind.NUMBER || last.kind() == Kind.UNIT || last.is("}") || last.is(")");
    }

    private void readCommand() throws UnreadableMathException {
        int start = ++position;
        while (isLetter(peek(0))) {
            position++;
        }
        if (position == start) {
            position++; // a sign such as \{
        }
        String command = text.substring(start, Math.min(position, text.length()));
        String symbol = COMMANDS.get(command);
        if (LOOKS.contains(command)) {
            if (command.equals("left") || command.equals("right")) {
                skip('.'); // an invisible bracket
            }
            spaceBefore |= command.equals(" ") || command.equals("quad");
        } else if (symbol != null) {
            addSymbol(symbol);
        } else if (TEXTS.contains(command)) {
            readText();
        } else if (FRACTIONS.contains(command)) {
            addSymbol("frac");
            readArgument();
            readArgument();
        } else if (BINOMIALS.contains(command)) {
            addSymbol("binom");
            readArgument();
            readArgument();
        } else if (MathFunction.named(command) != null) {
            add(Kind.FUNCTION, command);
        } else if (command.equals("pi")) {
            add(Kind.CONSTANT, "pi");
        } else if (command.equals("infty")) {
            add(Kind.CONSTANT, "infinity");
        } else if (GREEK.contains(command)) {
            addVariable(command + subscript());
        } else if (command.equals("color") || command.equals("textcolor")) {
            contents();
        } else if (command.equals("begin") || command.equals("end")) {
            String environment = contents();
            if (!ENVIRONMENTS.contains(environment)) {
                throw new UnreadableMathException("\\begin{" + environment + "} is out of scope");
            }
            inEnvironment = command.equals("begin");
        } else if (!(command.equals("\\") && continues())) {
            throw new UnreadableMathException("\\" + command + " is out of scope");
        }
    }

    /** Whether the next line of a formula goes on with "=". */
    private boolean continues() {
        int next = position;
        while (next < text.length() && (Character.isWhitespace(text.charAt(next)) || text.charAt(next) == '&')) {
            next++;
        }
        return next < text.length() && text.charAt(next) == '=';
    }

    /** What stands in the braces that follow. */
    private String contents() throws UnreadableMathException {
        skipBlanks();
        int end = peek(0) == '{' ? closing(text, position) : -1;
        if (end < 0) {
            throw new UnreadableMathException("a brace is missing");
        }
        String contents = text.substring(position + 1, end);
        position = end + 1;
        return contents;
    }

    /** Where the brace at {@code start} is closed; -1 if nowhere. */
    static int closing(String text, int start) {
        int open = 0;
        for (int i = start; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++; // the next is a sign
                case '{' -> open++;
                case '}' -> {
                    if (--open == 0) {
                        return i;
                    }
                }
                default -> {}
            }
        }
        return -1;
    }

    /** Mathematics, a unit, or a word that joins values. */
    private void readText() throws UnreadableMathException {
        boolean afterValue = followsValue();
        String contents = contents().strip();
        if (afterValue && contents.length() == 1 && isLetter(contents.charAt(0))) {
            add(Kind.UNIT, contents);
            return;
        }
        nest(1);
        MathLexer inner = new MathLexer(contents);
        inner.depth = depth;
        inner.tokens.addAll(tokens); // so that it knows what it follows
        while (inner.position < contents.length()) {
            inner.readNext();
        }
        tokens.addAll(inner.tokens.subList(tokens.size(), inner.tokens.size()));
        nest(-1);
    }

    /** One argument of a command, as braces around tokens: a group, or else a single digit, letter or command. */
    private void readArgument() throws UnreadableMathException {
        skipBlanks();
        nest(1);
        if (peek(0) == '{') {
            int end = closing(text, position);
            if (end < 0) {
                throw new UnreadableMathException("a brace is missing");
            }
            position++;
            addSymbol("{");
            while (position < end) {
                readNext();
            }
            position = end + 1;
        } else if (isDigit(peek(0))) {
            addSymbol("{");
            add(Kind.NUMBER, String.valueOf(text.charAt(position++)));
        } else if (position < text.length() && (isLetter(peek(0)) || peek(0) == '\\')) {
            addSymbol("{");
            if (peek(0) == '\\') {
                readCommand();
            } else {
                addVariable(String.valueOf(text.charAt(position++)));
            }
        } else {
            throw new UnreadableMathException("a command has no argument");
        }
        addSymbol("}");
        nest(-1);
    }

    private void nest(int by) throws UnreadableMathException {
        depth += by;
        if (depth > MAX_DEPTH) {
            throw new UnreadableMathException("nested more than " + MAX_DEPTH + " deep");
        }
    }

    private void skipBlanks() {
        while (Character.isWhitespace(peek(0))) {
            position++;
        }
    }

    private void skip(char c) {
        if (peek(0) == c) {
            position++;
        }
    }

    /** The character so many after the next; 0 beyond the end. */
    private char peek(int ahead) {
        int index = position + ahead;
        return index < text.length() ? text.charAt(index) : 0;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
