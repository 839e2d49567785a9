package io.rapidfit.llm.grade;

import io.rapidfit.llm.grade.Expression.Binomial;
import io.rapidfit.llm.grade.Expression.Call;
import io.rapidfit.llm.grade.Expression.Constant;
import io.rapidfit.llm.grade.Expression.Degrees;
import io.rapidfit.llm.grade.Expression.Factorial;
import io.rapidfit.llm.grade.Expression.Numeral;
import io.rapidfit.llm.grade.Expression.Power;
import io.rapidfit.llm.grade.Expression.Product;
import io.rapidfit.llm.grade.Expression.Root;
import io.rapidfit.llm.grade.Expression.Sum;
import io.rapidfit.llm.grade.Expression.Variable;
import io.rapidfit.llm.grade.MathAnswer.Alternatives;
import io.rapidfit.llm.grade.MathAnswer.Relation;
import io.rapidfit.llm.grade.MathAnswer.Scalar;
import io.rapidfit.llm.grade.MathAnswer.Sequence;
import io.rapidfit.llm.grade.MathLexer.Kind;
import io.rapidfit.llm.grade.MathLexer.Token;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses by recursive descent.
 *
 * <pre>
 * list      = element {(","|"or") element}
 * element   = side {("="|"<"|...) side}            twice, if it has ±
 * side      = sequence {"∪" sequence} | ratio [unit]
 * sequence  = bracket element {"," element} bracket
 * ratio     = sum [":" sum]
 * sum       = product {("+"|"-"|"±"|"∓") product}
 * product   = factor {["*"|"/"] factor}
 * factor    = {"+"|"-"} primary {"!"|"%"|"°"|"^" exponent}
 * </pre>
 */
final class MathParser {

    /** No {@link Rational} has more digits. */
    private static final int MAX_SCALE = 2_400;

    /** Each is compared with each. */
    private static final int MAX_PARTS = 100;

    /** Of !, %, ° and ^ after one another. */
    private static final int MAX_POSTFIXES = 16;

    private static final int MAX_UNIT_WORDS = 3;
    private static final int MAX_ROOT = 1000;

    private static final Map<String, String> CLOSING = Map.of("(", ")", "[", "]", "\\{", "\\}", "{", "}", "⟨", "⟩");
    private static final Set<String> RELATIONS = Set.of("=", "≠", "<", ">", "≤", "≥");
    private static final Set<String> FACTOR_STARTS = Set.of("(", "{", "[", "|", "|(", "⌊", "⌈", "√", "frac", "binom");

    private final List<Token> tokens;
    private int position;
    private int depth;
    private int openBars;
    private boolean lowerSign; // which sign of ± is read
    private boolean sawPlusMinus;

    private MathParser(List<Token> tokens) {
        this.tokens = tokens;
    }

    static MathAnswer parse(String text) throws UnreadableMathException {
        MathParser parser = new MathParser(MathLexer.read(text));
        parser.skipHead();
        MathAnswer answer = parser.list();
        if (parser.next().kind() != Kind.END) {
            throw unexpected(parser.next());
        }
        return answer;
    }

    /** Leaves out the f(x) of f(x) = ...: what is defined is the answer, not its name. */
    private void skipHead() {
        int i = 0;
        if (tokens.get(i++).kind() != Kind.VARIABLE || !tokens.get(i++).is("(")) {
            return;
        }
        while (tokens.get(i).kind() == Kind.VARIABLE || tokens.get(i).kind() == Kind.NUMBER) {
            i++;
            if (tokens.get(i).is(")")) {
                if (tokens.get(i + 1).is("=")) {
                    position = i + 2;
                }
                return;
            }
            if (!tokens.get(i++).is(",")) {
                return;
            }
        }
    }

    private MathAnswer list() throws UnreadableMathException {
        List<MathAnswer> parts = new ArrayList<>(elements());
        boolean areAlternatives = true;
        while (next().is(",") || next().kind() == Kind.OR) {
            areAlternatives &= take().text().equals("or");
            parts.addAll(elements());
        }
        if (!areAlternatives && parts.stream().anyMatch(MathParser::isInequality)) {
            throw new UnreadableMathException("inequalities that may hold together or by turns");
        }
        return parts.size() == 1 ? parts.get(0) : alternatives(parts);
    }

    private static boolean isInequality(MathAnswer answer) {
        return answer instanceof Relation relation
                && !relation.operators().contains("=")
                && !relation.operators().contains("≠");
    }

    private static MathAnswer alternatives(List<MathAnswer> parts) throws UnreadableMathException {
        return new Alternatives(limited(parts));
    }

    private static List<MathAnswer> limited(List<MathAnswer> parts) throws UnreadableMathException {
        if (parts.size() > MAX_PARTS) {
            throw new UnreadableMathException("has more than " + MAX_PARTS + " parts");
        }
        return List.copyOf(parts);
    }

    /** Two, if it has ±. */
    private List<MathAnswer> elements() throws UnreadableMathException {
        nest();
        int start = position;
        boolean outer = sawPlusMinus;
        sawPlusMinus = false;
        MathAnswer upper = element();
        List<MathAnswer> both = List.of(upper);
        if (sawPlusMinus && !lowerSign) {
            position = start;
            lowerSign = true;
            both = List.of(upper, element());
            lowerSign = false;
        }
        sawPlusMinus = outer;
        depth--;
        return both;
    }

    private MathAnswer element() throws UnreadableMathException {
        if (next().kind() == Kind.VARIABLE && tokens.get(position + 1).is("∈")) {
            position += 2;
        }
        List<MathAnswer> sides = new ArrayList<>(List.of(side()));
        List<String> operators = new ArrayList<>();
        while (next().kind() == Kind.SYMBOL && RELATIONS.contains(next().text())) {
            operators.add(take().text());
            sides.add(side());
        }
        return operators.isEmpty() ? sides.get(0) : relation(limited(sides), operators);
    }

    private static MathAnswer relation(List<MathAnswer> sides, List<String> operators) throws UnreadableMathException {
        MathAnswer last = sides.get(sides.size() - 1);
        boolean isEquation = operators.stream().allMatch("="::equals);
        List<Expression> values = new ArrayList<>();
        for (MathAnswer side : sides) {
            if (side instanceof Scalar scalar) {
                values.add(scalar.value());
            }
        }
        boolean areConstant = values.stream().noneMatch(MathParser::hasVariables);
        if (isEquation && (areConstant || values.size() < sides.size())) {
            return last; // 2 + 3 = 5, or (x, y) = (1, 2)
        }
        if (values.size() < sides.size()) {
            throw new UnreadableMathException("an inequality of things that are no numbers");
        }
        boolean isSolved = isEquation && values.get(0) instanceof Variable;
        if (sides.stream()
                .anyMatch(
                        side -> side instanceof Scalar scalar && !scalar.unit().isEmpty())) {
            if (isSolved) {
                return last; // x = 5 cm
            }
            throw new UnreadableMathException("units in an equation or inequality");
        }
        if (isSolved) {
            return new Relation(List.of(values.get(0), values.get(values.size() - 1)), List.of("="));
        }
        return new Relation(List.copyOf(values), List.copyOf(operators));
    }

    static boolean hasVariables(Expression expression) {
        Set<String> names = new HashSet<>();
        expression.collectVariables(names);
        return !names.isEmpty();
    }

    private MathAnswer side() throws UnreadableMathException {
        if (accept("∅")) {
            return new Alternatives(List.of());
        }
        if (!isSequence()) {
            return scalar();
        }
        MathAnswer first = sequence();
        List<MathAnswer> union = new ArrayList<>(List.of(first));
        while (accept("∪")) {
            union.add(sequence());
        }
        return union.size() == 1 ? first : alternatives(union);
    }

    /** Whether the bracket that is next is more than one around an expression. */
    private boolean isSequence() {
        if (next().is("\\{") || next().is("⟨")) {
            return true;
        }
        if (!next().is("(") && !next().is("[") && !next().is("{")) {
            return false;
        }
        int open = 0;
        for (int i = position; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.kind() != Kind.SYMBOL) {
                continue;
            }
            switch (token.text()) {
                case "(", "[", "{", "\\{", "⟨" -> open++;
                case ")", "]", "}", "\\}", "⟩" -> open--;
                case "," -> {
                    if (open == 1) {
                        return true;
                    }
                }
                default -> {}
            }
            if (open == 0) {
                return false;
            }
        }
        return false;
    }

    private MathAnswer sequence() throws UnreadableMathException {
        String open = take().text();
        String close = CLOSING.get(open);
        if (close == null) {
            throw new UnreadableMathException("no bracket after ∪");
        }
        List<MathAnswer> parts = new ArrayList<>();
        if (!(close.equals("\\}") && next().is(close))) {
            do {
                parts.addAll(elements());
            } while (accept(","));
        }
        boolean isSet = close.endsWith("}");
        if (isSet || close.equals("⟩")) {
            expect(close);
            return isSet ? alternatives(parts) : new Sequence("(", ")", limited(parts));
        }
        if (!next().is(")") && !next().is("]")) {
            throw unexpected(next());
        }
        return new Sequence(open, take().text(), limited(parts));
    }

    private MathAnswer scalar() throws UnreadableMathException {
        Expression value = sum();
        if (accept(":")) {
            value = Expression.quotient(value, sum());
        }
        String unit = unit();
        if (value instanceof Degrees degrees) {
            return new Scalar(degrees.value(), unit.isEmpty() ? "°" : unit);
        }
        if (!unit.isEmpty() && hasVariables(value)) {
            throw new UnreadableMathException("words after a formula");
        }
        return new Scalar(value, unit);
    }

    /** Words after a number, in the singular; may have powers and fractions, such as cm^2 and km/h. */
    private String unit() throws UnreadableMathException {
        StringBuilder unit = new StringBuilder();
        for (int words = 0; next().kind() == Kind.UNIT || (words > 0 && next().kind() == Kind.VARIABLE); words++) {
            if (words == MAX_UNIT_WORDS) {
                throw new UnreadableMathException("a sentence, not mathematics");
            }
            String word = take().text();
            unit.append(word.length() > 2 && word.endsWith("s") ? word.substring(0, word.length() - 1) : word)
                    .append(' ');
            if (next().is("^") && tokens.get(position + 1).kind() == Kind.NUMBER) {
                position++;
                unit.append('^').append(take().text()).append(' ');
            }
            if (next().is("/") && tokens.get(position + 1).kind() != Kind.NUMBER) {
                unit.append(take().text()).append(' ');
            }
        }
        return unit.toString().strip();
    }

    private Expression sum() throws UnreadableMathException {
        nest();
        List<Expression> terms = new ArrayList<>(List.of(product()));
        while (true) {
            boolean isMinus = next().is("-");
            if (next().is("±") || next().is("∓")) {
                isMinus = next().is("∓") != lowerSign;
                sawPlusMinus = true;
            } else if (!isMinus && !next().is("+")) {
                depth--;
                return terms.size() == 1 ? terms.get(0) : new Sum(List.copyOf(terms));
            }
            position++;
            Expression term = product();
            terms.add(isMinus ? Expression.negative(term) : term);
        }
    }

    private Expression product() throws UnreadableMathException {
        List<Expression> factors = new ArrayList<>();
        List<Expression> divisors = new ArrayList<>();
        Expression first = factor();
        factors.add(first);
        while (true) {
            if (accept("*")) {
                factors.add(factor());
            } else if (accept("/")) {
                divisors.add(factor());
            } else if (startsFactor()) {
                factors.add(power());
            } else if (factors.size() == 1 && divisors.isEmpty()) {
                return first;
            } else {
                return new Product(List.copyOf(factors), List.copyOf(divisors));
            }
        }
    }

    private boolean startsFactor() throws UnreadableMathException {
        Token next = next();
        return switch (next.kind()) {
            case VARIABLE, CONSTANT, FUNCTION -> true;
            case NUMBER -> throw new UnreadableMathException("two values stand side by side");
            case SYMBOL -> FACTOR_STARTS.contains(next.text()) && !(next.is("|") && openBars > 0);
            case UNIT, OR, END -> false;
        };
    }

    private Expression factor() throws UnreadableMathException {
        boolean isNegative = sign();
        Expression value = power();
        if (!isNegative) {
            return value;
        }
        return value instanceof Degrees degrees
                ? new Degrees(Expression.negative(degrees.value()))
                : Expression.negative(value);
    }

    /** Takes all signs there are. */
    private boolean sign() {
        boolean isNegative = false;
        for (; ; position++) {
            if (next().is("-")) {
                isNegative = !isNegative;
            } else if (next().is("±") || next().is("∓")) {
                isNegative ^= next().is("∓") != lowerSign;
                sawPlusMinus = true;
            } else if (!next().is("+")) {
                return isNegative;
            }
        }
    }

    private Expression power() throws UnreadableMathException {
        Expression value = primary();
        for (int postfixes = 0; ; postfixes++) {
            if (postfixes > MAX_POSTFIXES) {
                throw tooDeep();
            }
            if (accept("!")) {
                value = new Factorial(value);
            } else if (accept("%")) {
                value = Expression.quotient(value, Expression.number(Rational.of(100)));
            } else if (accept("°")) {
                value = new Degrees(value);
            } else if (accept("^")) {
                value = new Power(value, exponent());
            } else {
                return value;
            }
        }
    }

    /** 2^3^2 is 2^(3^2). */
    private Expression exponent() throws UnreadableMathException {
        nest();
        boolean isNegative = sign();
        Expression value = primary();
        if (accept("^")) {
            value = new Power(value, exponent());
        }
        depth--;
        return isNegative ? Expression.negative(value) : value;
    }

    private Expression primary() throws UnreadableMathException {
        Token token = take();
        return switch (token.kind()) {
            case NUMBER -> mixed(number(token.text()));
            case VARIABLE -> new Variable(token.text());
            case CONSTANT -> constant(token.text());
            case FUNCTION -> call(token.text());
            case SYMBOL -> bracketed(token);
            case UNIT, OR, END -> throw unexpected(token);
        };
    }

    private Expression bracketed(Token token) throws UnreadableMathException {
        return switch (token.text()) {
            case "(" -> group(")");
            case "[" -> group("]");
            case "{" -> group("}");
            case "|(" -> new Call(MathFunction.ABS, group("|)"));
            case "⌊" -> new Call(MathFunction.FLOOR, group("⌋"));
            case "⌈" -> new Call(MathFunction.CEILING, group("⌉"));
            case "|" -> {
                openBars++;
                Expression inside = sum();
                openBars--;
                expect("|");
                yield new Call(MathFunction.ABS, inside);
            }
            case "frac" -> Expression.quotient(argument(), argument());
            case "binom" -> new Binomial(argument(), argument());
            case "√" -> root();
            default -> throw unexpected(token);
        };
    }

    private Expression group(String close) throws UnreadableMathException {
        int bars = openBars;
        openBars = 0;
        Expression value = sum();
        if (accept("over")) {
            value = Expression.quotient(value, sum());
        }
        openBars = bars;
        expect(close);
        return value;
    }

    private Expression argument() throws UnreadableMathException {
        expect("{");
        return group("}");
    }

    private Expression root() throws UnreadableMathException {
        int degree = Expression.SQUARE;
        if (accept("[")) {
            Rational given = take().kind() == Kind.NUMBER
                    ? number(tokens.get(position - 1).text()).value()
                    : null;
            if (given == null || !given.isInteger() || !(given.toDouble() >= 2 && given.toDouble() <= MAX_ROOT)) {
                throw new UnreadableMathException("a root of a degree that is not from 2 to " + MAX_ROOT);
            }
            degree = given.numerator().intValue();
            expect("]");
        }
        nest();
        Expression radicand = primary();
        depth--;
        return new Root(degree, radicand);
    }

    private static Expression constant(String name) {
        return switch (name) {
            case "pi" -> Constant.PI;
            case "e" -> Constant.E;
            case "i" -> Constant.I;
            default -> Constant.INFINITY;
        };
    }

    private Expression call(String name) throws UnreadableMathException {
        nest();
        MathFunction function = function(name);
        Expression base = null;
        if (accept("_")) {
            base = primary();
        }
        Expression exponent = null;
        if (accept("^")) {
            exponent = exponent();
            MathFunction inverse = function.inverse();
            Rational power = exponent.exact(Map.of());
            if (inverse != null && Rational.MINUS_ONE.equals(power)) {
                function = inverse;
                exponent = null;
            }
        }
        Expression argument = callArgument();
        Expression value = new Call(function, argument);
        if (base != null) {
            if (function != MathFunction.LN) {
                throw new UnreadableMathException("only a logarithm has a base");
            }
            value = Expression.quotient(value, new Call(MathFunction.LN, base));
        }
        depth--;
        return exponent == null ? value : new Power(value, exponent);
    }

    /** What is in brackets, or else all factors up to the next sign, bracket or function: sin 2x cos y is (sin 2x)(cos y). */
    private Expression callArgument() throws UnreadableMathException {
        if (next().is("(") || next().is("{") || next().is("[")) {
            return primary();
        }
        List<Expression> factors = new ArrayList<>();
        boolean isNegative = sign();
        do {
            factors.add(power());
        } while (next().kind() != Kind.FUNCTION && !next().is("(") && startsFactor());
        Expression argument = factors.size() == 1 ? factors.get(0) : new Product(List.copyOf(factors), List.of());
        return isNegative ? Expression.negative(argument) : argument;
    }

    private static MathFunction function(String name) {
        MathFunction function = MathFunction.named(name);
        if (function == null) {
            throw new IllegalStateException("the lexer knows a function that there is not: " + name);
        }
        return function;
    }

    private static Numeral number(String text) throws UnreadableMathException {
        try {
            BigDecimal value = new BigDecimal(text);
            if (Math.abs((long) value.scale()) <= MAX_SCALE) {
                BigInteger digits = value.unscaledValue();
                BigInteger power = BigInteger.TEN.pow(Math.abs(value.scale()));
                Rational exact = value.scale() > 0
                        ? Rational.of(digits, power)
                        : Rational.of(digits.multiply(power), BigInteger.ONE);
                if (exact != null) {
                    return new Numeral(exact, text.indexOf('.') >= 0);
                }
            }
        } catch (NumberFormatException e) {
            throw new UnreadableMathException("a number is missing");
        }
        throw new UnreadableMathException("a number is too large to reckon with");
    }

    /** Two and a half is written 2 1/2 or 2\frac{1}{2}: a sum, though every other juxtaposition is a product. */
    private Expression mixed(Numeral whole) throws UnreadableMathException {
        if (!whole.value().isInteger() || whole.hasDecimalPoint()) {
            return whole;
        }
        int start = position;
        if (next().is("frac")) {
            position++;
            Numeral over = wholeNumber(argument());
            Numeral under = wholeNumber(argument());
            if (over != null && under != null && isProper(over, under)) {
                return sumOf(whole, over, under);
            }
            position = start;
        } else if (next().kind() == Kind.NUMBER
                && next().spaced()
                && tokens.get(position + 1).is("/")
                && tokens.get(position + 2).kind() == Kind.NUMBER) {
            Numeral over = number(take().text());
            position++;
            Numeral under = number(take().text());
            if (isProper(over, under)) {
                return sumOf(whole, over, under);
            }
            position = start;
        }
        return whole;
    }

    private static Expression sumOf(Numeral whole, Numeral over, Numeral under) {
        return new Sum(List.of(whole, Expression.quotient(over, under)));
    }

    private static @Nullable Numeral wholeNumber(Expression expression) {
        return expression instanceof Numeral numeral && numeral.value().isInteger() ? numeral : null;
    }

    private static boolean isProper(Numeral over, Numeral under) {
        return over.value().isInteger()
                && under.value().isInteger()
                && over.value().signum() > 0
                && over.value().numerator().compareTo(under.value().numerator()) < 0;
    }

    private void nest() throws UnreadableMathException {
        if (++depth > MathLexer.MAX_DEPTH) {
            throw tooDeep();
        }
    }

    private static UnreadableMathException tooDeep() {
        return new UnreadableMathException("nested more than " + MathLexer.MAX_DEPTH + " deep");
    }

    private Token next() {
        return tokens.get(position);
    }

    private Token take() {
        Token token = next();
        if (token.kind() != Kind.END) {
            position++;
        }
        return token;
    }

    private boolean accept(String symbol) {
        if (!next().is(symbol)) {
            return false;
        }
        position++;
        return true;
    }

    private void expect(String symbol) throws UnreadableMathException {
        if (!accept(symbol)) {
            throw new UnreadableMathException("'%s' expected but '%s' found".formatted(symbol, next().text()));
        }
    }

    private static UnreadableMathException unexpected(Token token) {
        return new UnreadableMathException("'" + token.text() + "' has no meaning where it stands");
    }
}
