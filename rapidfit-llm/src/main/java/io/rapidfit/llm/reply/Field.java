package io.rapidfit.llm.reply;

import io.rapidfit.llm.reply.Json.Arr;
import io.rapidfit.text.TextNormalizer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One field of a record: what it must hold, and how its value is read. */
final class Field {

    enum Kind {
        STRING,
        OPTIONAL_STRING,
        CHOICE,
        CHOICE_OR_OTHER,
        ID,
        NUMBER,
        INTEGER,
        BOOL,
        STRINGS,
        PERMUTATION
    }

    private final String name;
    private final Kind kind;
    private final List<String> allowed;
    private final Drift drift;
    private final BigDecimal min;
    private final BigDecimal max;
    private final String expected;
    private final String quotedName;

    private Field(String name, Kind kind, List<String> allowed, BigDecimal min, BigDecimal max) {
        this.name = name;
        this.kind = kind;
        this.allowed = allowed;
        this.drift = new Drift(allowed);
        this.min = min;
        this.max = max;
        this.quotedName = Problems.quote(name);
        this.expected = describe(kind, allowed, min, max);
    }

    static Field of(String name, Kind kind) {
        return new Field(name, kind, List.of(), BigDecimal.ZERO, BigDecimal.ZERO);
    }

    static Field oneOf(String name, Kind kind, List<String> allowed) {
        return new Field(name, kind, allowed, BigDecimal.ZERO, BigDecimal.ZERO);
    }

    static Field inRange(String name, Kind kind, BigDecimal min, BigDecimal max) {
        return new Field(name, kind, List.of(), min.stripTrailingZeros(), max.stripTrailingZeros());
    }

    String name() {
        return name;
    }

    /** For messages. */
    String quotedName() {
        return quotedName;
    }

    Kind kind() {
        return kind;
    }

    List<String> allowed() {
        return allowed;
    }

    boolean isOptional() {
        return kind == Kind.OPTIONAL_STRING;
    }

    /** Models write "nothing" in several ways. */
    static boolean saysNothing(@Nullable Object value) {
        return value == null || value == Json.Odd.NULL || (value instanceof String text && text.isBlank());
    }

    /** What is expected, to follow "must be". */
    String expected() {
        return expected;
    }

    private static String describe(Kind kind, List<String> allowed, BigDecimal min, BigDecimal max) {
        return switch (kind) {
            case STRING -> "a string that is not blank";
            case OPTIONAL_STRING -> "a string or null";
            case CHOICE, CHOICE_OR_OTHER ->
                "one of "
                        + Problems.clip(
                                allowed.stream().map(a -> '"' + a + '"').collect(Collectors.joining(", ")), 200);
            case ID -> "one of the given ids";
            case NUMBER -> "a number from %s to %s".formatted(min.toPlainString(), max.toPlainString());
            case INTEGER -> "a whole number from %s to %s".formatted(min.toPlainString(), max.toPlainString());
            case BOOL -> "true or false";
            case STRINGS -> "an array of strings";
            case PERMUTATION ->
                "an array of the whole numbers from %s to %s, each once"
                        .formatted(min.toPlainString(), max.toPlainString());
        };
    }

    /** The canonical value; null if this is not what is expected. */
    @Nullable Object read(Object value, RepairCount repairs) {
        return switch (kind) {
            case STRING, OPTIONAL_STRING ->
                value instanceof String text && !text.isBlank() ? wellFormed(text, repairs) : null;
            case CHOICE -> name(value, Repair.LABEL_DRIFT, repairs);
            case CHOICE_OR_OTHER -> nameOrOther(value, repairs);
            case ID -> name(value, Repair.ID_DRIFT, repairs);
            case NUMBER -> {
                BigDecimal number = number(value, repairs);
                yield number == null ? null : (Object) (number.doubleValue() + 0.0); // no negative zero
            }
            case INTEGER -> whole(number(value, repairs));
            case BOOL -> bool(value, repairs);
            case STRINGS -> strings(value, repairs);
            case PERMUTATION -> permutation(value, repairs);
        };
    }

    private static String wellFormed(String text, RepairCount repairs) {
        String formed = TextNormalizer.wellFormed(text);
        if (!formed.equals(text)) {
            repairs.add(Repair.LONE_SURROGATE);
        }
        return formed;
    }

    /** Labels and ids are often numbers, and models then leave the quotation marks out. */
    private @Nullable String name(Object value, Repair repair, RepairCount repairs) {
        String written = written(value);
        String name = written == null ? null : drift.find(written, repair, repairs);
        if (name != null && !(value instanceof String)) {
            repairs.add(Repair.TYPE_DRIFT);
        }
        return name;
    }

    private @Nullable String nameOrOther(Object value, RepairCount repairs) {
        String name = name(value, Repair.LABEL_DRIFT, repairs);
        String written = written(value);
        if (name != null || written == null || TextNormalizer.isBlank(written)) {
            return name;
        }
        if (!(value instanceof String)) {
            repairs.add(Repair.TYPE_DRIFT);
        }
        return wellFormed(written, repairs);
    }

    /** A name as the reply writes it; null for what can be none. */
    private static @Nullable String written(Object value) {
        if (value instanceof String text) {
            return text;
        }
        return value instanceof BigDecimal number ? plain(number) : value instanceof Boolean ? value.toString() : null;
    }

    /** As it was written, unless that has more digits than any label. */
    private static String plain(BigDecimal number) {
        return Math.abs(number.scale()) > 100 ? number.toString() : number.toPlainString();
    }

    private @Nullable BigDecimal number(Object value, RepairCount repairs) {
        Object number = value;
        if (value instanceof String text && text.length() <= Json.MAX_NUMBER_LENGTH) {
            number = Literals.number(text.strip(), new RepairCount());
            if (number != null) {
                repairs.add(Repair.TYPE_DRIFT);
            }
        }
        boolean inRange = number instanceof BigDecimal n && n.compareTo(min) >= 0 && n.compareTo(max) <= 0;
        return inRange ? (BigDecimal) number : null;
    }

    private static @Nullable Long whole(@Nullable BigDecimal number) {
        try {
            return number == null ? null : (Long) number.longValueExact();
        } catch (ArithmeticException e) {
            return null; // has a fraction
        }
    }

    private static @Nullable Boolean bool(Object value, RepairCount repairs) {
        if (value instanceof Boolean given) {
            return given;
        }
        String written = value instanceof String text ? TextNormalizer.normalize(text) : "";
        if (!written.equals("true") && !written.equals("false")) {
            return null;
        }
        repairs.add(Repair.TYPE_DRIFT);
        return written.equals("true");
    }

    private static @Nullable List<String> strings(Object value, RepairCount repairs) {
        if (!(value instanceof Arr array) || array.damage() != null) {
            return null;
        }
        List<String> strings = new ArrayList<>(array.elements.size());
        for (Object element : array.elements) {
            if (!(element instanceof String text)) {
                return null;
            }
            strings.add(wellFormed(text, repairs));
        }
        return List.copyOf(strings);
    }

    private @Nullable List<Long> permutation(Object value, RepairCount repairs) {
        if (!(value instanceof Arr array)
                || array.damage() != null
                || BigDecimal.valueOf(array.elements.size()).compareTo(max) != 0) {
            return null;
        }
        Set<Long> numbers = new LinkedHashSet<>();
        for (Object element : array.elements) {
            Long number = whole(number(element, repairs));
            if (number == null || !numbers.add(number)) {
                return null;
            }
        }
        return List.copyOf(numbers);
    }
}
